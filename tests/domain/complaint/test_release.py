"""转办内容: a unit reads what was released to it; the accused one is never told who reported."""

import pytest

from bancheng.app.acts.act import Act
from bancheng.app.registry import ACTS
from bancheng.app.shapes import fields_holding
from bancheng.domain.complaint.correct import CorrectTicket
from bancheng.domain.complaint.dispatch import (
    AddCoUnit,
    DispatchWorkOrders,
    ReassignWorkOrder,
    WorkOrderDispatched,
)
from bancheng.domain.complaint.release import ReleaseText, TextReleased, TextWithdrawn
from bancheng.domain.complaint.state import OrderCommand, Ticket
from bancheng.domain.complaint.succession import TakeOverTicket
from bancheng.domain.complaint.ticket import evolve
from bancheng.domain.people import Address, FreeText, IdNumber, PersonName, Phone, Reporter, Role
from bancheng.domain.personal_fields import PersonalField
from bancheng.domain.personal_text.released import ReleasedText
from bancheng.domain.supervision.answering import MeasureCommand
from bancheng.domain.supervision.conduct import GiveConductCard
from bancheng.domain.supervision.taking import TakeMeasure
from support.builders import (
    LEAD,
    TEXT,
    a_dispatched_ticket,
    a_resolved_ticket,
    a_signed_in_ticket,
    after,
    an_analysed_ticket,
    officer_of,
    submitting,
)
from support.given import READ, STREAM, Given, given

WHO = Reporter(
    name=PersonName("张建国"),
    phone=Phone("13800138000"),
    id_number=IdNumber("11010519491231002X"),
    address=Address("科尔沁区明仁街道建国路1号院2单元301"),
)
NAMED = ReleasedText("反映人张 建国,电话138-0013-8000")
TELLS = (PersonalField.NAME, PersonalField.PHONE)
ASKED = {"instruction": TEXT}
WAYS = {
    "dispatch": lambda **text: DispatchWorkOrders(ticket_id=STREAM, lead_unit="RS", **ASKED | text),
    "add": lambda **text: AddCoUnit(ticket_id=STREAM, unit="RS", **ASKED | text),
    "reassign": lambda **text: ReassignWorkOrder(
        ticket_id=STREAM, order_id=LEAD, unit="RS", **ASKED | text
    ),
    "release": lambda **text: ReleaseText(ticket_id=STREAM, order_id=LEAD, **text),
}


def before(way: str, **fields) -> Given:
    """A ticket on which a text may go to RS in that way."""
    if way == "dispatch":
        return given(*an_analysed_ticket(reporter=WHO, **fields))
    return given(*a_dispatched_ticket("RS" if way == "release" else "GA", reporter=WHO, **fields))


def state(history) -> Ticket:
    ticket = Ticket()
    for one in history:
        ticket = evolve(ticket, one)
    return ticket


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("keeps", [(), TELLS], ids=["unsaid", "said"])
def test_to_the_accused_unit_no_text_goes_that_tells_who_reported(way: str, keeps):
    refused = before(way, accused_unit="RS").when(WAYS[way](released=NAMED, keeps=keeps))
    refused.then_refused("REPORTER_TOLD_TO_ACCUSED", "released")
    assert "姓名、电话" in refused.refusal.message


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("fields", [{"accused_unit": "YB"},
                                    {"accused_unit": "RS", "agrees_to_contact": True}])  # fmt: skip
def test_to_another_unit_it_goes_if_the_handler_says_what_it_keeps(way: str, fields):
    there = before(way, **fields)
    there.when(WAYS[way](released=NAMED)).then_refused("REPORTER_IN_RELEASED", "released")
    there.when(WAYS[way](released=NAMED, keeps=TELLS[:1])).then_refused(
        "REPORTER_IN_RELEASED", "released"
    )
    sent = there.when(WAYS[way](released=NAMED, keeps=tuple(PersonalField))).events
    (found,) = [one for one in sent if isinstance(one, WorkOrderDispatched | TextReleased)]
    assert (found.released, found.tells) == (NAMED.owned_by(STREAM), TELLS)


@pytest.mark.parametrize(
    "told", ["一三八零零一三八零零零", "11010519491231002x", "建国路1号院2单元301"]
)
def test_phone_number_and_address_are_known_however_they_are_written(told: str):
    text = ReleasedText(f"请联系{told}")
    before("dispatch", accused_unit="RS").when(WAYS["dispatch"](released=text)).then_refused(
        "REPORTER_TOLD_TO_ACCUSED", "released"
    )


@pytest.mark.parametrize("way", [one for one in WAYS if one != "release"])
def test_what_is_demanded_of_a_unit_tells_nobody_who_reported(way: str):
    demanding = WAYS[way](released=READ, keeps=TELLS, instruction=FreeText(NAMED.plain))
    refused = before(way, accused_unit="YB").when(demanding)
    refused.then_refused("REPORTER_TOLD_TO_UNIT", "instruction")
    assert "姓名、电话" in refused.refusal.message


def test_every_fault_of_a_text_is_named_beside_the_others():
    said = FreeText(NAMED.plain)
    demanding = WAYS["dispatch"](released=NAMED, instruction=said, why=said)
    refused = before("dispatch", accused_unit="RS").when(demanding).refusal
    assert [(one.code, one.field) for one in refused.each()] == [
        ("REPORTER_TOLD_TO_UNIT", "instruction"),
        ("REPORTER_TOLD_TO_UNIT", "why"),
        ("REPORTER_TOLD_TO_ACCUSED", "released"),
    ]


HALLS_OWN = [
    act
    for act in ACTS
    if issubclass(act.command, OrderCommand | TakeMeasure | MeasureCommand | GiveConductCard)
    and not {Role.UNIT_OFFICER, Role.UNIT_HEAD, Role.SYSTEM} & set(act.by)
]


@pytest.mark.parametrize("act", HALLS_OWN, ids=lambda act: act.name)
def test_what_the_hall_writes_on_an_order_its_unit_reads_and_it_tells_of_nobody(act: Act):
    texts = set(fields_holding(act.command, FreeText))
    assert texts - {"released"} - set(act.command.to_units) == set()


def test_a_text_that_is_forgotten_is_found():
    class Forgotten(OrderCommand, frozen=True, kw_only=True):
        demand: FreeText

    assert set(fields_holding(Forgotten, FreeText)) - set(Forgotten.to_units) == {"demand", "why"}


def test_of_several_units_none_may_be_the_accused_one():
    command = DispatchWorkOrders(
        ticket_id=STREAM, lead_unit="GA", co_units=("RS",), instruction=TEXT, released=NAMED,
        keeps=TELLS,
    )  # fmt: skip
    before("dispatch", accused_unit="RS").when(command).then_refused(
        "REPORTER_TOLD_TO_ACCUSED", "released"
    )


def test_another_text_takes_the_place_of_the_first_one():
    new = ReleasedText("又去了一趟")
    given(*a_dispatched_ticket()).when(
        ReleaseText(ticket_id=STREAM, order_id=LEAD, released=new)
    ).then(TextReleased(order_id=LEAD, released=new.owned_by(STREAM)))


def test_what_was_answered_was_answered_to_the_text_that_the_unit_had():
    act = ReleaseText(ticket_id=STREAM, order_id=LEAD, released=READ)
    given(*a_resolved_ticket()).when(act).then_refused("WRONG_STATUS")
    one_of_two = after(a_signed_in_ticket("RS", "GA"), submitting())
    given(*one_of_two).when(act).then_refused("WRONG_ORDER_STATUS")


@pytest.mark.parametrize(
    ("fields", "then"),
    [
        ({"accused_unit": "RS"}, {"agrees_to_contact": False}),
        ({}, {"accused_unit": "RS"}),
        ({}, {"accused_window": "W01"}),
    ],
    ids=["consent withdrawn", "accused", "accused by its window"],
)
def test_who_becomes_accused_reads_no_more_who_reported(fields, then):
    first = {"accused_unit": "YB"} | fields
    agreed = {"agrees_to_contact": True} if fields else {}
    sent = after(
        an_analysed_ticket(reporter=WHO, **first, **agreed),
        DispatchWorkOrders(
            ticket_id=STREAM, lead_unit="RS", co_units=("GA",), instruction=TEXT, released=NAMED,
            keeps=TELLS,
        ),
    )  # fmt: skip
    put_right = CorrectTicket(ticket_id=STREAM, reason=TEXT, **then)
    outcome = given(*sent).when(put_right)
    assert outcome.events[1:] == (TextWithdrawn(order_id=LEAD),)
    assert state(outcome.history).orders[LEAD].released is None


def test_who_became_accused_by_a_move_reads_no_more_who_reported_once_something_is_corrected():
    sent = after(
        an_analysed_ticket(reporter=WHO, accused_unit=None, accused_staff="second-YB"),
        DispatchWorkOrders(
            ticket_id=STREAM, lead_unit="RS", instruction=TEXT, released=NAMED, keeps=TELLS
        ),
    )
    put_right = CorrectTicket(ticket_id=STREAM, reason=TEXT, service_item="SB-001")
    moved = {"staff": {"second-YB": officer_of("RS")}}
    assert len(given(*sent).when(put_right).events) == 1
    outcome = given(*sent).when(put_right, **moved)
    assert outcome.events[1:] == (TextWithdrawn(order_id=LEAD),)


def test_a_text_that_tells_nobody_stays_whoever_is_accused():
    put_right = CorrectTicket(ticket_id=STREAM, reason=TEXT, accused_unit="GA")
    assert len(given(*a_dispatched_ticket("GA")).when(put_right).events) == 1


@pytest.mark.parametrize(("accused", "goes"), [("YB", True), ("GA", False)])
def test_a_successor_reads_what_its_predecessor_did_unless_it_is_accused(accused, goes):
    sent = after(
        an_analysed_ticket(reporter=WHO, accused_unit=accused),
        DispatchWorkOrders(
            ticket_id=STREAM, lead_unit="RS", instruction=TEXT, released=NAMED, keeps=TELLS
        ),
    )
    taken = given(*sent).when(TakeOverTicket(ticket_id=STREAM, unit="RS", successor="GA"))
    (order,) = [one for one in taken.events if isinstance(one, WorkOrderDispatched)]
    assert order.released == (NAMED.owned_by(STREAM) if goes else None)
    assert order.tells == (TELLS if goes else ())
