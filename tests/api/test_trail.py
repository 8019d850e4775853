"""The trail as people read it: sentences, what is asked of them, and who sees which."""

import json
import re

import pytest

from bancheng.app.registry import ACTS
from bancheng.domain.complaint.analyse import PassOnPraise
from bancheng.domain.complaint.dispatch import ReassignWorkOrder
from bancheng.domain.complaint.returns import RejectReturn, ReturnWorkOrder
from bancheng.domain.complaint.terms import TicketCategory
from bancheng.domain.events import TOPICS
from bancheng.domain.office.credentials import IssueToken
from bancheng.domain.office.unit import CloseUnit, RegisterUnit
from bancheng.domain.people import Actor, FreeText, Role
from bancheng.domain.supervision.events import SupervisionColour
from bancheng.domain.supervision.taking import IssueSupervisionOrder, UrgeUnit
from support import backends
from support.api_acts import CLEAR, accepted, dispatched, resolved
from support.api_client import Api
from support.given import (
    ADMIN,
    ARCHIVIST,
    CLERK,
    CO_OFFICER,
    DUTY,
    GOVERNOR,
    HANDLER,
    HEAD,
    OFFICER,
    READ,
    SUPERVISOR,
    VERIFIER,
)
from support.ways import Matter

pytestmark = backends.EACH
ENTRY = """version term act sentence reason why where occurredAt recordedAt backdated basis
  unit unitName sourceId requestId changes { name label before after }"""
COURSE = f"query ($id: ID!) {{ ticket(id: $id) {{ timeline {{ {ENTRY} }} }} }}"
LIST = f"""query ($f: AuditEntryFilterInput, $after: String) {{
  auditTrail(filter: $f, first: 200, after: $after) {{ totalCount
  pageInfo {{ hasNextPage endCursor }} edges {{ node {{ streamId {ENTRY} }} }} }} }}"""


@pytest.fixture(scope="module")
def matter(api: Api) -> Matter:
    """RS leads, and objected in vain; YB's order went to GA; RS and GA were told to hurry."""
    made = dispatched(api, others=("YB",))
    ticket, lead, second = made.ticket_id, made.order, f"{made.number}-02"
    said = FreeText
    for command, by in (
        (ReturnWorkOrder(ticket_id=ticket, order_id=lead, reason="not_our_duty",
                         explanation=said("不归我们")), OFFICER),
        (RejectReturn(ticket_id=ticket, order_id=lead, ruling=said("裁定由你们办")), HANDLER),
        (ReassignWorkOrder(ticket_id=ticket, order_id=second, unit="GA",
                           instruction=said("请公安核对"), released=READ), HANDLER),
        (UrgeUnit(matter_id=ticket, unit="RS", ground="overdue", demand=said("请尽快 13912345678")),
         SUPERVISOR),
        (UrgeUnit(matter_id=ticket, unit="GA", ground="overdue", demand=said("公安快些")),
         SUPERVISOR),
        (IssueSupervisionOrder(matter_id=ticket, unit="RS", colour=SupervisionColour.BLUE,
                               ground="overdue", demand=said("说明原因")), SUPERVISOR),
    ):  # fmt: skip
        api.carry_out(command, by)
    api.settle()
    return made


def course(api: Api, matter: Matter, by: Actor) -> list[dict]:
    found: list[dict] = api.ask(COURSE, by, id=matter.ticket_id)["ticket"]["timeline"]
    return found


def listed(api: Api, by: Actor, **chosen: object) -> list[dict]:
    found, after = [], None
    while True:
        page = api.ask(LIST, by, f=chosen, after=after)["auditTrail"]
        found += [edge["node"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            assert page["totalCount"] == len(found)
            return found


def test_each_entry_says_in_a_sentence_who_did_what_to_what(api: Api, matter: Matter):
    found = course(api, matter, SUPERVISOR)
    said = {one["sentence"]: one for one in found}
    away = next(one for one in said if "改派至" in one)
    assert re.sub(r"\d{4}-\d\d-\d\d", "某日", away) == (  # the tests share a clock that is moved
        f"HALL单位 处理甲(派单)将派单 {matter.number}-02 改派至 GA单位(新派单 {matter.number}-03),"
        "限 5 个工作日(某日 止)办结,限 1 个工作日(某日 止)签收"
    )
    assert said[away]["reason"] == "请公安核对"
    assert (said[away]["unit"], said[away]["unitName"]) == ("GA", "GA单位")
    assert said[away]["where"] == "窗口"
    assert [one["version"] for one in found] == list(range(1, len(found) + 1))
    assert all(one["basis"] and one["recordedAt"] and one["changes"] for one in found[3:])
    urged = next(one for one in found if one["term"] == "催办")
    assert urged["reason"] == "请尽快 139****78"
    assert urged["changes"][0] == {
        "name": "measure_id", "label": "督促编号", "before": None, "after": f"{matter.number}-D01",
    }  # fmt: skip
    text = json.dumps(found, ensure_ascii=False)
    assert not [value for value in CLEAR if value in text]
    assert "⟦" not in text


def test_a_change_shows_before_and_after_in_words(api: Api):
    made = accepted(api)
    for category in ("SUGGESTION", "COMPLAINT"):
        filled = {"ticketId": made.ticket_id, "category": category, "reason": "核对"}
        assert api.act("correctTicket", HANDLER, filled)["__typename"]
    api.settle()
    last = course(api, made, SUPERVISOR)[-1]
    assert {"name": "category", "label": "类别", "before": "建议", "after": "投诉"} in last[
        "changes"
    ]
    assert last["sentence"].endswith("更正登记内容: 类别改为投诉")
    by_list = listed(api, SUPERVISOR, streamId=made.ticket_id, acts=["CorrectTicket"])[-1]
    assert by_list["changes"] == last["changes"]


def test_the_trail_is_asked_by_lists(api: Api, matter: Matter):
    of = {"streamId": matter.ticket_id}
    both = listed(api, VERIFIER, **of, topics=["supervision.measure-taken",
                                               "complaint.return-rejected"])  # fmt: skip
    assert [one["term"] for one in both] == ["裁定维持", "催办", "催办", "督办"]
    assert [one["act"] for one in listed(api, VERIFIER, **of, acts=["AcceptTicket", "AnalyseCause"])
            ] == ["AcceptTicket", "AnalyseCause"]  # fmt: skip
    of_units = listed(api, VERIFIER, **of, units=["YB", "GA"])
    assert {one["unit"] for one in of_units} == {"YB", "GA"}
    assert len(of_units) == 4
    people = listed(api, VERIFIER, **of, actorIds=["o1", "s1"])
    assert [one["term"] for one in people] == ["退单", "催办", "催办", "督办"]
    steps = listed(api, VERIFIER, **of, steps=["DISCOVER", "ANALYSE"])
    assert [one["term"] for one in steps] == ["登记", "受理", "原因分析"]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("改派至 GA单位", ["派发"]),
        ("GA单", ["派发", "催办"]),  # in the name of the unit, which stands there by its code
        ("拖延办理", ["原因分析"]),  # a word of the rule book
        ("裁定由你们办", ["裁定维持"]),  # a reason
        ("处理甲", ["受理", "原因分析", "派发", "派发", "裁定维持", "改派", "派发"]),
        ("蓝单", ["督办"]),
        ("查无此词", []),
        ("100%", []),
    ],
)
def test_the_trail_is_found_by_what_it_says(api: Api, matter: Matter, text: str, terms: list[str]):
    found = listed(api, SUPERVISOR, streamId=matter.ticket_id, text=text)
    assert [one["term"] for one in found] == terms


def test_a_sentence_is_found_by_the_number_of_another_order_in_it(api: Api, matter: Matter):
    text = f"将派单 {matter.number}-02 改派"
    (found,) = listed(api, SUPERVISOR, streamId=matter.ticket_id, text=text)
    assert text in found["sentence"]


def test_a_unit_is_not_told_the_number_of_another_units_order(api: Api, matter: Matter):
    (away,) = listed(api, CO_OFFICER, streamId=matter.ticket_id, acts=["ReassignWorkOrder"])
    assert away["sentence"].endswith(
        f"收回 YB单位 的派单 {matter.number}-02,由其他单位的派单接办,按时,用 0 个工作日"
    )
    assert f"{matter.number}-03" not in json.dumps(away, ensure_ascii=False)
    (whole,) = listed(api, SUPERVISOR, streamId=matter.ticket_id, units=["YB"],
                      acts=["ReassignWorkOrder"])  # fmt: skip
    assert f"由派单 {matter.number}-03 接办" in whole["sentence"]


def test_wide_letters_are_found_as_narrow_ones(api: Api, matter: Matter):
    number = "".join(chr(ord(one) + 0xFEE0) for one in f"{matter.number}-D03")
    found = listed(api, SUPERVISOR, streamId=matter.ticket_id, text=number)
    assert [one["term"] for one in found] == ["督办"]


def test_a_whole_number_of_a_person_can_not_be_asked_for(api: Api):
    (error,) = api.errors(LIST, SUPERVISOR, f={"text": "13912345678"})
    assert error["extensions"]["code"] == "FILTER_UNMASKED"


def test_acts_and_topics_are_listed_with_their_labels(api: Api):
    asked = "{ vocabulary { acts { name label } topics { topic label step stepLabel } } }"
    told = api.ask(asked, OFFICER)["vocabulary"]
    assert {one["name"]: one["label"] for one in told["acts"]} == {a.name: a.term for a in ACTS}
    assert {one["topic"]: one["label"] for one in told["topics"]} == {
        topic: cls.term for topic, cls in TOPICS.items()
    }
    urged = next(one for one in told["topics"] if one["topic"] == "supervision.measure-taken")
    assert (urged["step"], urged["stepLabel"]) == ("SUPERVISE", "监督检查")


# What each role sees of one ticket: whose entries, and whether reasons, changes and bodies.
AUDITOR = {"own": False, "reason": True, "why": True, "list": True}
READER = {"own": False, "reason": False, "why": False, "list": False}
OF_UNIT = {"own": True, "reason": True, "why": False, "list": True}
LINES = {
    HANDLER: AUDITOR, VERIFIER: AUDITOR, SUPERVISOR: AUDITOR,
    CLERK: READER, DUTY: READER, GOVERNOR: READER, ARCHIVIST: READER,
    OFFICER: OF_UNIT, HEAD: OF_UNIT, CO_OFFICER: OF_UNIT,
}  # fmt: skip


def _without_other_orders(entries: list[dict]) -> list[dict]:
    for one in entries:
        for change in one["changes"]:
            if change["name"] == "successor":
                number = change["after"]
                change["after"] = "其他单位的派单"
                one["sentence"] = one["sentence"].replace(f"{number} ", "其他单位的派单")
    return entries


@pytest.mark.parametrize("who", LINES, ids=lambda who: f"{who.roles[0].value}-{who.unit}")
def test_each_role_sees_its_line_of_the_trail(api: Api, matter: Matter, who: Actor):
    line, found = LINES[who], course(api, matter, who)
    everything = course(api, matter, SUPERVISOR)
    expected = [one for one in everything if not line["own"] or one["unit"] == who.unit]
    if line["own"]:  # who is bound to a unit is not told the number of another unit's order
        expected = _without_other_orders(expected)
    assert [one["sentence"] for one in found] == [one["sentence"] for one in expected]
    assert [one["reason"] for one in found] == [
        one["reason"] if line["reason"] else None for one in expected
    ]
    assert [one["changes"] for one in found] == [
        one["changes"] if line["reason"] else None for one in expected
    ]
    hidden = [one for one in found if one["requestId"] is not None]
    assert bool(hidden) == line["why"]
    if line["list"]:
        mine = listed(api, who, streamId=matter.ticket_id)
        assert [one["sentence"] for one in mine] == [one["sentence"] for one in found]
    else:
        (error,) = api.errors(LIST, who, f={})
        assert error["extensions"]["code"] == "VIEW_FORBIDDEN"


def test_a_unit_sees_in_full_what_is_demanded_of_it_and_of_others_nothing(api: Api, matter: Matter):
    other = resolved(api)
    foreign = dispatched(api, lead="GA")
    api.settle()
    found = course(api, matter, OFFICER)
    assert [(one["term"], one["reason"]) for one in found[1:]] == [
        ("退单", "不归我们"), ("裁定维持", "裁定由你们办"), ("催办", "请尽快 139****78"),
        ("督办", "说明原因"),
    ]  # fmt: skip
    everything = listed(api, OFFICER)
    assert {one["unit"] for one in everything} == {"RS"}
    assert {one["streamId"] for one in everything} >= {matter.ticket_id, other.ticket_id}
    assert foreign.ticket_id not in {one["streamId"] for one in everything}
    # Neither a filter nor the order of rows leads to others, and nothing of them is in any word.
    assert listed(api, OFFICER, units=["GA"]) == everything
    assert listed(api, OFFICER, streamId=foreign.ticket_id) == []
    (error,) = api.errors(LIST, OFFICER, f={"text": "公安"})
    assert error["extensions"]["code"] == "FILTER_FORBIDDEN"
    theirs = [one for one in everything if one["streamId"] in (matter.ticket_id, other.ticket_id)]
    text = json.dumps(theirs, ensure_ascii=False)
    assert not [part for part in (*CLEAR, "GA单位", "YB单位", "公安", "张*") if part in text]


def test_praise_that_was_passed_on_is_in_the_units_trail(api: Api):
    made = accepted(api, category=TicketCategory.PRAISE)
    api.carry_out(PassOnPraise(ticket_id=made.ticket_id, unit="RS"), HANDLER)
    api.settle()
    (praise,) = listed(api, HEAD, streamId=made.ticket_id)
    assert praise["sentence"] == "HALL单位 处理甲(派单)将表扬转达 RS单位"
    assert listed(api, CO_OFFICER, streamId=made.ticket_id) == []


def test_what_the_hall_registers_is_in_its_trail_too(api: Api):
    found = listed(api, SUPERVISOR, topics=["office.unit-registered", "office.staff-registered"])
    assert any("登记单位 RS,名称为「RS单位」" in one["sentence"] for one in found)
    staff = next(one for one in found if "登记工作人员 o1" in one["sentence"])
    assert staff["sentence"].endswith("任 RS单位 承办,角色为单位承办人")


def test_the_trail_says_whose_account_it_was_and_which_unit_was_closed(api: Api):
    api.carry_out(RegisterUnit(code="LS", name="临时单位"), ADMIN)
    api.carry_out(CloseUnit(code="LS"), ADMIN)
    api.carry_out(IssueToken(staff_id="o1", hours=1), ADMIN)
    api.settle()
    closed, issued = (
        listed(api, SUPERVISOR, topics=[topic])[-1]["sentence"]
        for topic in ("office.unit-closed", "office.token-issued")
    )
    assert closed.endswith("停用单位 LS")
    assert "为工号 o1 签发令牌" in issued


def test_the_roles_of_the_lines_are_all_that_see_a_ticket():
    seen = {role for who in LINES for role in who.roles}
    assert seen == set(Role) - {Role.ADMINISTRATOR, Role.SYSTEM, Role.EFFICIENCY_SUPERVISOR}
