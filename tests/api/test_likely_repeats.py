"""likelyRepeats over HTTP: what may be the same matter is shown while a report is typed."""

import json
from itertools import count
from typing import Any

import pytest
from structlog.testing import capture_logs

from bancheng.domain.office.staff import RegisterStaff
from bancheng.domain.people import Actor, FreeText, PersonName, Phone, Reporter, Title
from bancheng.graphql.limits import SEARCHES_MAX, SEARCHES_WINDOW
from bancheng.projections.sight import LIKELY_REPEATS
from support import backends
from support.accesses import head, since
from support.api_acts import an_item, reported
from support.api_client import EVERYBODY, Api
from support.given import ADMIN, CLERK, HANDLER

pytestmark = backends.ONCE
ASK = """query ($ticketId: ID, $subject: String, $content: String, $phone: String,
    $sourceRef: String, $serviceItem: String) {
  likelyRepeats(ticketId: $ticketId, subject: $subject, content: $content, phone: $phone,
      sourceRef: $sourceRef, serviceItem: $serviceItem) {
    ticket { matterId number subject } reasons reasonLabels likenessPercent } }"""
CHARGES = "丽景湾小区物业强制捆绑销售地下车位,每户十二万元,不买车位就不给钥匙"
AGAIN = "我是丽景湾业主,物业捆绑销售地下车位每户要十二万,不买车位不给钥匙,请查处"
_serial = count(20_000)


@pytest.fixture(autouse=True)
def _nobody_has_searched_of_late(api: Api) -> None:
    api.clock.advance(SEARCHES_WINDOW)


def likely(api: Api, who: Any = CLERK, **said: Any) -> Any:
    api.settle()
    return api.ask(ASK, who, **said)["likelyRepeats"]


def told(api: Api, content: str = CHARGES, **more: Any) -> str:
    """A ticket in which the hall was told ``content``."""
    usual = {"subject": Title("物业捆绑销售"), "source_ref": None}
    return reported(api, content=FreeText(content), **{**usual, **more}).ticket_id


def somebody() -> tuple[Reporter, str]:
    phone = f"139321{next(_serial)}"
    return Reporter(name=PersonName("阿拉坦·其其格"), phone=Phone(phone)), phone


def of(found: Any, ticket_id: str) -> Any:
    return next((one for one in found if one["ticket"]["matterId"] == ticket_id), None)


def test_what_others_told_of_the_same_trouble_is_shown(api: Api) -> None:
    ticket_id, other = (
        told(api),
        reported(
            api, subject=Title("预约"), content=FreeText("身份证换领约不上"), source_ref=None
        ).ticket_id,
    )

    found = likely(api, subject="车位捆绑", content=AGAIN)

    assert of(found, ticket_id)["reasons"] == ["TEXT"]
    assert of(found, ticket_id)["reasonLabels"] == ["内容相似"]
    assert 30 < of(found, ticket_id)["likenessPercent"] <= 100
    assert of(found, other) is None
    assert len(found) <= 5


def test_the_same_reporter_number_and_item_are_named(api: Api) -> None:
    who, phone = somebody()
    an_item(api, code="YW-1")
    api.settle()
    ticket_id = told(
        api, "公积金提取办不了", reporter=who, source_ref="HX-771", service_item="YW-1"
    )

    by_phone = of(likely(api, phone=f"{phone[:3]} {phone[3:]}"), ticket_id)
    by_number = of(likely(api, sourceRef="HX-771"), ticket_id)
    by_all = likely(api, phone=phone, sourceRef="HX-771", serviceItem="YW-1")[0]

    assert by_phone["reasons"] == ["REPORTER"]
    assert by_number["reasons"] == ["SOURCE"]
    assert (by_all["ticket"]["matterId"], by_all["reasons"]) == (
        ticket_id, ["SOURCE", "REPORTER", "ITEM"],
    )  # fmt: skip


def test_a_ticket_is_compared_with_the_others(api: Api) -> None:
    who, _ = somebody()
    first, second = told(api, reporter=who), told(api, AGAIN, reporter=who)

    found = likely(api, HANDLER, ticketId=second)

    assert of(found, second) is None
    assert found[0]["ticket"]["matterId"] == first
    assert found[0]["reasons"] == ["REPORTER", "TEXT"]


def test_who_asks_does_not_learn_of_what_is_about_their_unit(api: Api) -> None:
    there = Actor(id="c-repeats", name="窗", post="窗", unit="RS", roles=CLERK.roles)
    command = RegisterStaff(
        staff_id=there.id, name=there.name, post=there.post, unit="RS", roles=there.roles
    )
    api.carry_out(command, ADMIN)
    who, phone = somebody()
    ticket_id = told(api, reporter=who, accused_unit="RS")

    asked = {"phone": phone, "content": AGAIN}
    assert of(likely(api, there, **asked), ticket_id) is None
    assert of(likely(api, **asked), ticket_id)["reasons"] == ["REPORTER", "TEXT"]


@pytest.mark.parametrize("who", EVERYBODY, ids=lambda who: who.id)
def test_only_who_takes_reports_down_may_ask(api: Api, who: Actor) -> None:
    if LIKELY_REPEATS.shows(who):
        assert likely(api, who, subject="车位") is not None
    else:
        (error,) = api.errors(ASK, who, subject="车位")
        assert error["extensions"]["code"] == "VIEW_FORBIDDEN"


@pytest.mark.parametrize(
    ("said", "code", "field"),
    [
        ({}, "REPEATS_UNNAMED", "ticketId"),
        ({"ticketId": "ticket-1", "subject": "车位"}, "REPEATS_UNNAMED", "ticketId"),
        ({"ticketId": "ticket-none"}, "MATTER_NOT_FOUND", "ticketId"),
        ({"phone": "138"}, "SEARCH_BY_PART", "phone"),
        ({"subject": "长" * 201}, "FIELD_TOO_LONG", "subject"),
    ],
)
def test_what_can_not_be_asked_is_refused(
    api: Api, said: dict[str, str], code: str, field: str
) -> None:
    (error,) = api.errors(ASK, CLERK, **said)
    assert (error["extensions"]["code"], error["extensions"]["field"]) == (code, field)


def test_all_that_can_not_be_asked_is_named_at_once(api: Api) -> None:
    (error,) = api.errors(ASK, CLERK, subject="长" * 201, sourceRef="长" * 101, phone="138")
    told = error["extensions"]
    found = {(one["code"], one["field"]) for one in (told, *told["others"])}
    assert found == {
        ("FIELD_TOO_LONG", "subject"), ("FIELD_TOO_LONG", "sourceRef"), ("SEARCH_BY_PART", "phone"),
    }  # fmt: skip


def test_what_was_typed_is_kept_nowhere(api: Api) -> None:
    who, phone = somebody()
    ticket_id = told(api, reporter=who)
    api.settle()
    before, events = head(api.hall), api.hall.store.head()
    with capture_logs() as lines:
        likely(api, subject="车位捆绑", content=AGAIN, phone=phone)

    (record,) = since(api.hall, before, "SEARCHED")
    assert (record["what"], ticket_id in record["matters"]) == ("likelyRepeats", True)
    assert json.loads(record["asked_for"]) == {
        "phone": f"{phone[:3]}****{phone[-4:]}", "subject": "〔4字〕",
        "content": f"〔{len(AGAIN)}字〕",
    }  # fmt: skip
    assert api.hall.store.head() == events
    kept = json.dumps([lines, since(api.hall, before)], default=str, ensure_ascii=False)
    assert phone not in kept
    assert AGAIN[:6] not in kept


def test_what_is_shown_has_been_seen(api: Api) -> None:
    first, second = told(api), told(api, AGAIN)
    api.settle()
    for said in ({"ticketId": second}, {"subject": "车位捆绑", "content": AGAIN}):
        before = head(api.hall)
        found = likely(api, **said)
        (record,) = since(api.hall, before, "VIEWED")
        shown = {one["ticket"]["matterId"] for one in found}
        assert first in shown
        assert set(record["matters"]) == shown | {second}
        assert record["what"] == "likelyRepeats"


def test_who_tries_many_numbers_is_stopped(api: Api) -> None:
    for _ in range(SEARCHES_MAX):
        likely(api, phone="13812300000")
    (error,) = api.errors(ASK, CLERK, phone="13812300000")
    assert error["extensions"]["code"] == "SEARCHES_TOO_MANY"
    assert likely(api, subject="车位捆绑", content=AGAIN) is not None, "a text is of nobody"
