"""The register follows what a provider tells of people, where the hall has said by which claims."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bancheng.domain.office.staff import DismissStaff
from bancheng.infra.staff_map import StaffMapError, parse_staff_map
from support import backends
from support.accesses import head, since
from support.api_client import Api, served
from support.browser import code_of
from support.coming_in import ME, PUBLIC, Jar, nobody, refused
from support.given import ADMIN, HANDLER, SUPERVISOR
from support.providers import CLIENT, CasServer, OidcServer

pytestmark = backends.ONCE

MAP = """
[claims]
name = "name"
post = "job.title"
unit = "department"
roles = "groups"

[units]
"市人社局" = "RS"

[roles]
"banshi-chuli" = ["handler"]
"banshi-jiandu" = ["supervisor", "efficiency_supervisor"]
"""
NEWCOMER: dict[str, Any] = {
    "name": "新人", "job": {"title": "处理岗"}, "department": "市人社局",
    "groups": ["banshi-chuli", "全体人员"],
}  # fmt: skip


@pytest.fixture
def mapped(backend: str, oidc: OidcServer, cas: CasServer, tmp_path: Path) -> Iterator[Api]:
    path = tmp_path / "staff.toml"
    path.write_text(MAP, encoding="utf-8")
    settings = {
        "public_url": PUBLIC, "oidc_issuer": oidc.issuer, "oidc_client_id": CLIENT,
        "oidc_client_secret": "secret", "cas_url": cas.url, "staff_map": str(path),
    }  # fmt: skip
    with backends.fresh(backend) as url, served(url, **settings) as api:
        yield api


def comes_by_oidc(api: Api, oidc: OidcServer, staff_id: str, **says: Any) -> tuple[Jar, Any]:
    oidc.says = says
    jar = Jar(api)
    return jar, jar.comes_back(**oidc.agrees(jar.goes("oidc"), staff_id))


def stands(api: Api, staff_id: str) -> tuple[Any, ...]:
    member = api.hall.passwords.member(staff_id)
    assert member is not None
    return member.name, member.post, member.unit, set(member.roles), member.active


def test_whom_the_provider_tells_of_for_the_first_time_is_registered_and_in(mapped: Api, oidc):
    jar, answer = comes_by_oidc(mapped, oidc, "new-1", **NEWCOMER)
    assert answer.status_code == 200, answer.text
    assert jar.browser.ask(ME).json() == {"data": {"me": {"staffId": "new-1"}}}
    assert stands(mapped, "new-1") == ("新人", "处理岗", "RS", {"handler"}, True)
    head = mapped.hall.store.head()
    comes_by_oidc(mapped, oidc, "new-1", **NEWCOMER)
    assert mapped.hall.store.head() == head  # nothing has changed, and nothing is said of it


def test_the_trail_and_the_access_log_say_that_the_provider_had_it_registered(mapped: Api, oidc):
    before = head(mapped.hall)
    comes_by_oidc(mapped, oidc, "new-1", **NEWCOMER)
    found = since(mapped.hall, before)
    assert [(one["kind"], one["what"], one["staff_name"]) for one in found] == [
        ("CONFIGURED", "oidc", "统一身份认证"), ("SIGNED_IN", "oidc", "新人")
    ]  # fmt: skip
    asked = '{ auditTrail(filter: {acts: ["RegisterStaff"], actorIds: ["provider"]}, first: 1) '
    said = mapped.ask(
        asked + "{ edges { node { actorName actorPost sentence } } } }", by=SUPERVISOR
    )
    assert [one["node"] for one in said["auditTrail"]["edges"]] == [
        {
            "actorName": "统一身份认证",
            "actorPost": "登录平台",
            "sentence": "系统 统一身份认证(登录平台)登记工作人员 new-1 新人,任 RS单位 处理岗,"
            "角色为工单处理员",
        }
    ]


def test_other_roles_there_are_other_roles_here_and_end_what_was_open(mapped: Api, oidc):
    jar, _ = comes_by_oidc(mapped, oidc, "new-1", **NEWCOMER)
    other, answer = comes_by_oidc(mapped, oidc, "new-1", **NEWCOMER | {"groups": "banshi-jiandu"})
    assert answer.status_code == 200, answer.text
    assert code_of(jar.browser.ask(ME)) == "SESSION_ENDED"
    assert other.browser.ask(ME).status_code == 200
    assert stands(mapped, "new-1")[3] == {"supervisor", "efficiency_supervisor"}
    head = mapped.hall.store.head()
    comes_by_oidc(mapped, oidc, "new-1", **NEWCOMER | {"groups": ["banshi-jiandu", "x"]})
    assert mapped.hall.store.head() == head


@pytest.mark.parametrize(
    ("says", "code"),
    [
        ({"name": None}, "STAFF_CLAIM_NOT_TOLD"),
        ({"job": "处理岗"}, "STAFF_CLAIM_NOT_TOLD"),
        ({"department": ["市人社局"]}, "STAFF_CLAIM_NOT_TOLD"),
        ({"department": "别的局"}, "STAFF_CLAIM_UNFIT"),
        ({"name": "名" * 61}, "STAFF_CLAIM_UNFIT"),
        ({"groups": None}, "STAFF_WITHOUT_ROLE"),
        ({"groups": ["administrator"]}, "STAFF_WITHOUT_ROLE"),
        ({"groups": {"banshi-chuli": True}}, "STAFF_WITHOUT_ROLE"),
    ],
)
def test_what_is_not_told_or_can_not_stand_in_the_register_changes_nothing(
    mapped: Api, oidc, says, code
):
    for staff_id in ("new-1", HANDLER.id):
        head = mapped.hall.store.head()
        _, answer = comes_by_oidc(mapped, oidc, staff_id, **NEWCOMER | says)
        refused(answer, code)
        assert mapped.hall.store.head() == head
    nobody(mapped)


def test_a_staff_id_that_can_not_be_one_is_not_registered(mapped: Api, oidc):
    _, answer = comes_by_oidc(mapped, oidc, "新人", **NEWCOMER)
    refused(answer, "STAFF_CLAIM_UNFIT")
    _, answer = comes_by_oidc(mapped, oidc, "x" * 41, **NEWCOMER)
    refused(answer, "STAFF_NOT_OF_THIS_HALL")


def test_whom_the_hall_has_dismissed_the_provider_does_not_bring_back(mapped: Api, oidc):
    mapped.carry_out(DismissStaff(staff_id=SUPERVISOR.id), ADMIN)
    mapped.settle()
    _, answer = comes_by_oidc(mapped, oidc, SUPERVISOR.id, **NEWCOMER)
    refused(answer, "STAFF_NOT_OF_THIS_HALL")
    assert stands(mapped, SUPERVISOR.id)[-1] is False


def test_what_the_token_leaves_out_is_asked_for_at_the_user_info(mapped: Api, oidc):
    oidc.tells = {"sub": "u-1", **NEWCOMER}
    _, answer = comes_by_oidc(mapped, oidc, "new-1")
    assert answer.status_code == 200, answer.text
    assert stands(mapped, "new-1")[:2] == ("新人", "处理岗")


@pytest.mark.parametrize(
    ("tells", "code"),
    [({"sub": "u-2", **NEWCOMER}, "OIDC_TOKEN_INVALID"), (NEWCOMER, "OIDC_TOKEN_INVALID"),
     ("broken", "PROVIDER_UNREACHABLE")],
    ids=("of another", "of nobody", "no answer"),
)  # fmt: skip
def test_user_info_that_is_not_of_this_person_lets_nobody_in(mapped: Api, oidc, tells, code):
    oidc.tells = tells
    _, answer = comes_by_oidc(mapped, oidc, "new-1")
    refused(answer, code)
    nobody(mapped)


def test_the_attributes_of_a_ticket_tell_the_same(mapped: Api, cas):
    cas.attributes = (
        "<cas:name>新人</cas:name><cas:job.title>处理岗</cas:job.title>"
        "<cas:department>RS</cas:department>"
        "<cas:groups>全体人员</cas:groups><cas:groups>banshi-chuli</cas:groups>"
    )
    jar = Jar(mapped)
    assert jar.get(cas.agrees(jar.goes("cas"), "new-1")).status_code == 200
    assert stands(mapped, "new-1") == ("新人", "处理岗", "RS", {"handler"}, True)


# the map itself


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ["claims.name: 缺少必填项", "claims.roles: 缺少必填项", "roles: 没有任何角色"]),
        ("x = 1", ["x: 未知的项"]),
        (MAP + 'other = ["boss"]', ["roles.other: 值 ['boss'] 不合要求"]),
        (MAP + 'other = ["system"]', ["roles.other"]),
        (MAP + "other = 1", ["roles.other"]),
        (MAP + "other = []", ["roles.other"]),
        (MAP + "other = [1]", ["roles.other"]),
        (MAP.replace('"RS"', "7"), ["units.市人社局: 值 7 不合要求; 应为单位编码"]),
        (MAP.replace('"name"', '""'), ["claims.name: 不能为空"]),
        ("units = 1", ["units: 应为表"]),
        ("[", ["TOML 语法错误"]),
    ],
)
def test_a_map_that_is_at_fault_is_told_all_of_it(text, said):
    with pytest.raises(StaffMapError) as refusal:
        parse_staff_map(text)
    for one in said:
        assert one in str(refusal.value)
