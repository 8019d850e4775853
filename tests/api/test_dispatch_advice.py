"""dispatchAdvice over HTTP: what whoever dispatches a ticket is told of its way and of rulings."""

from datetime import timedelta
from typing import Any

import pytest

from bancheng.domain.complaint.dispatch import ReassignWorkOrder
from bancheng.domain.complaint.returns import RejectReturn, ReturnWorkOrder, UpholdReturn
from bancheng.domain.people import Actor, FreeText
from bancheng.graphql.limits import WITHIN
from bancheng.projections.sight import DISPATCH_ADVICE
from bancheng.projections.work_orders.precedents import SHOWN_MAX
from support import backends
from support.api_acts import TEXT, an_item, analysed, dispatched
from support.api_client import EVERYBODY, Api
from support.given import HANDLER, MEMBERS, OFFICER, READ, SUPERVISOR
from support.ways import Matter

pytestmark = backends.ONCE
ASK = """query ($id: ID!) { dispatchAdvice(ticketId: $id) {
  cautions precedents { orderId unit state ruling ticket { number } } } }"""


def advice(api: Api, matter: Matter, who: Actor = HANDLER) -> Any:
    api.settle()
    return api.ask(ASK, who, id=matter.ticket_id)["dispatchAdvice"]


def moved(api: Api, matter: Matter, serial: int, unit: str) -> None:
    order = f"{matter.number}-{serial:02d}"
    command = ReassignWorkOrder(
        ticket_id=matter.ticket_id, order_id=order, unit=unit, instruction=TEXT, released=READ
    )
    api.carry_out(command, HANDLER)


def known_item(api: Api) -> str:
    item = an_item(api).ticket_id
    api.settle()
    return item


def ruled(
    api: Api, item: str, ruling: str, act: Any = UpholdReturn, lead: str = "RS", **said: Any
) -> Matter:
    """A ticket about ``item`` whose unit sent its order back, and what was ruled."""
    matter = dispatched(api, lead=lead, service_item=item, **said)
    of_order = {"ticket_id": matter.ticket_id, "order_id": matter.order}
    returning = ReturnWorkOrder(**of_order, reason="not_our_duty", explanation=TEXT)
    api.carry_out(returning, MEMBERS[f"o-{lead}"])
    api.clock.advance(timedelta(minutes=1))
    api.carry_out(act(**of_order, ruling=FreeText(ruling)), HANDLER)
    return matter


def test_rulings_on_the_same_item_and_cause_are_offered_those_about_its_own_units_first(api: Api):
    item, other = (known_item(api) for _ in range(2))
    ours = ruled(api, item, "机构改革后仍归人社", RejectReturn)
    theirs = ruled(api, item, "医保已划出,改派", lead="YB")
    ruled(api, other, "别的事项")
    waiting = analysed(api, service_item=item)  # RS was found responsible

    found = advice(api, waiting)["precedents"]

    told = [(one["unit"], one["state"], one["ruling"]) for one in found]
    assert told == [
        ("RS", "REJECTED", "机构改革后仍归人社"),
        ("YB", "UPHELD", "医保已划出,改派"),
    ]
    assert [one["ticket"]["number"] for one in found] == [ours.number, theirs.number]


def test_its_own_rulings_and_what_is_not_ruled_are_no_precedents(api: Api):
    item = known_item(api)
    ours = ruled(api, item, "改派")
    pending = dispatched(api, service_item=item)
    returning = ReturnWorkOrder(
        ticket_id=pending.ticket_id, order_id=pending.order, reason="not_our_duty", explanation=TEXT
    )
    api.carry_out(returning, OFFICER)
    assert advice(api, ours)["precedents"] == []


def test_a_ticket_that_names_no_item_has_no_precedents(api: Api):
    ruled(api, known_item(api), "改派")
    assert advice(api, analysed(api))["precedents"] == []


def test_no_more_are_offered_than_somebody_reads(api: Api):
    item = known_item(api)
    for serial in range(SHOWN_MAX + 1):
        ruled(api, item, f"第{serial}次裁定")
    found = advice(api, analysed(api, service_item=item))["precedents"]
    latest = [f"第{serial}次裁定" for serial in range(SHOWN_MAX, 0, -1)]
    assert [one["ruling"] for one in found] == latest
    assert WITHIN["precedents"] == SHOWN_MAX


def test_what_is_about_whoever_asks_is_no_precedent_for_them(api: Api):
    item = known_item(api)
    ruled(api, item, "改派", accused_staff=SUPERVISOR.id)
    waiting = analysed(api, service_item=item)
    assert advice(api, waiting, SUPERVISOR)["precedents"] == []
    assert len(advice(api, waiting)["precedents"]) == 1


def test_before_a_circle_it_is_said_to_whom_the_order_would_come_back(api: Api):
    matter = dispatched(api)
    assert advice(api, matter)["cautions"] == []
    moved(api, matter, 1, "GA")
    assert advice(api, matter)["cautions"] == ["「RS单位」已承办过,再派给它即为循环派单"]
    moved(api, matter, 2, "YB")
    about_to, again = advice(api, matter)["cautions"]
    assert about_to == "已改派 2 次,主办流转路径 RS单位 → GA单位 → YB单位;再改派一次即提级督办"
    assert again == "「RS单位」「GA单位」已承办过,再派给它即为循环派单"


def test_a_circle_is_said_at_the_next_dispatch(api: Api):
    matter = dispatched(api)
    moved(api, matter, 1, "GA")
    moved(api, matter, 2, "RS")
    said, *_ = advice(api, matter)["cautions"]
    assert said == "已循环派单: 改派 2 次,主办流转路径 RS单位 → GA单位 → RS单位;请指定承办"


@pytest.mark.parametrize(
    "who", [one for one in EVERYBODY if not DISPATCH_ADVICE.shows(one)], ids=lambda who: who.id
)
def test_nobody_else_is_advised(api: Api, who: Actor):
    (error,) = api.errors(ASK, who, id="ticket-none")
    assert error["extensions"]["code"] == "VIEW_FORBIDDEN"
