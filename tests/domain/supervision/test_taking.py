"""催办至问责移送: what is demanded of a unit, on tickets and cases alike."""

import pytest
from msgspec.structs import replace

from bancheng.app.registry import BY_COMMAND
from bancheng.domain.complaint.returns import ReturnWorkOrder
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import Role
from bancheng.domain.supervision.events import MeasureTaken, SupervisionColour
from bancheng.domain.supervision.taking import (
    IssueBulletin,
    IssueSupervisionOrder,
    SendAdvisoryLetter,
    UrgeUnit,
)
from bancheng.domain.time_limits.levels import Rung, WarningLevel
from bancheng.domain.time_limits.limit import case_by_case, decide_due
from bancheng.domain.time_limits.rules import MeasureRule
from domain.supervision.measured import AT, CASE, OF_RS, RUNGS, TICKET
from support.builders import (
    LEAD,
    a_dispatched_ticket,
    a_refused_ticket,
    after,
    due,
    raising,
    warned,
)
from support.case_builders import a_delivered_case
from support.given import CALENDAR, EFFICIENCY, RULES, STREAM, SUPERVISOR, given

KINDS = pytest.mark.parametrize("kind", [TICKET, CASE], ids=["ticket", "case"])


@KINDS
@pytest.mark.parametrize("act", RUNGS, ids=lambda act: act.__name__)
def test_each_rung_says_of_whom_what_is_demanded_on_what_ground(kind, act):
    (event,) = given(*kind.begun()).when(kind.demand(act), EFFICIENCY, at=AT).events
    assert event == replace(
        event,
        measure_id=f"{kind.number}-D01",
        rung=RUNGS[act],
        unit="RS",
        ground="overdue",
        basis="逾期未办结(北京市接诉即办工作条例第三十五条)",
        rule_version=RULES.version,
        order_id=kind.order,
        stands_on=None,
    )
    assert event.title() == RUNGS[act].label


@KINDS
def test_a_supervision_order_has_its_colour_and_is_answered_by_the_day_of_the_rule_book(kind):
    command = kind.demand(IssueSupervisionOrder, colour=SupervisionColour.RED)
    given(*kind.begun()).when(command, SUPERVISOR, at=AT).then(
        MeasureTaken(
            measure_id=f"{kind.number}-D01", rung=Rung.SUPERVISE, unit="RS", ground="overdue",
            basis="逾期未办结(北京市接诉即办工作条例第三十五条)", rule_version=RULES.version,
            demand=kind.sealed, order_id=kind.order, colour=SupervisionColour.RED,
            answer_due=due("feedback", AT, "2026-03-09"),
        )
    )  # fmt: skip


@KINDS
@pytest.mark.parametrize(
    ("act", "days", "day"),
    [(UrgeUnit, None, None), (UrgeUnit, 1, "2026-03-06"), (SendAdvisoryLetter, None, "2026-03-12"),
     (SendAdvisoryLetter, 3, "2026-03-10"), (IssueBulletin, None, "2026-03-12")],
)  # fmt: skip
def test_by_when_it_is_answered_says_who_demands_it_else_the_rule_book(kind, act, days, day):
    command = kind.demand(act, answer_working_days=days)
    (event,) = given(*kind.begun()).when(command, EFFICIENCY, at=AT).events
    assert (None if event.answer_due is None else str(event.answer_due.due_date)) == day
    if days is not None:
        version = RULES.version
        decided = decide_due(case_by_case(days), AT, CALENDAR, rulebook_version=version)
        assert event.answer_due == warned(decided, "feedback")


@KINDS
def test_what_asks_for_an_answer_has_a_day_for_it_from_somewhere(kind):
    silent = replace(
        RULES,
        limits=tuple(r for r in RULES.limits if r.purpose != "feedback"),
        measures=(MeasureRule(code=Rung.URGE, answered=False),),
    )
    given(*kind.begun()).when(kind.demand(IssueSupervisionOrder), rulebook=silent).then_refused(
        "LIMIT_UNDEFINED", "answer_working_days"
    )
    stated = kind.demand(IssueSupervisionOrder, answer_working_days=3)
    assert given(*kind.begun()).when(stated, rulebook=silent).refusal is None
    assert given(*kind.begun()).when(kind.demand(UrgeUnit), rulebook=silent).refusal is None


@KINDS
def test_measures_are_numbered_through_also_when_earlier_ones_were_answered(kind):
    first = after(kind.begun(), kind.demand(IssueSupervisionOrder))
    answered = after(first, kind.answer(), OF_RS)
    (second,) = given(*answered).when(kind.demand(UrgeUnit)).events
    assert second.measure_id == f"{kind.number}-D02"


@KINDS
def test_all_that_is_wrong_with_it_is_told_at_once(kind):
    wrong = kind.demand(UrgeUnit, unit="XX", ground="whim", stands_on="nothing/1")
    refusal = given(*kind.begun()).when(wrong).refusal
    assert {one.code for one in refusal.each()} == {
        "UNIT_UNKNOWN", "TERM_UNKNOWN", "NOT_SHOWN_BY",
    }  # fmt: skip


@KINDS
def test_it_goes_to_no_unit_that_the_matter_does_not_concern(kind):
    for act in RUNGS:
        given(*kind.begun()).when(kind.demand(act, unit="YB"), EFFICIENCY).then_refused(
            "UNIT_NOT_INVOLVED", "unit"
        )


def test_who_is_accused_is_called_to_account_without_an_order_and_not_urged():
    accused = a_dispatched_ticket(accused_unit="GA")
    (event,) = given(*accused).when(TICKET.demand(IssueBulletin, unit="GA")).events
    assert event.order_id is None
    given(*accused).when(TICKET.demand(UrgeUnit, unit="GA")).then_refused(
        "UNIT_OWES_NOTHING", "unit"
    )


def test_what_a_unit_objects_to_is_not_urged_until_that_is_ruled_upon():
    objection = ReturnWorkOrder(
        ticket_id=STREAM, order_id=LEAD, reason="not_our_duty", explanation=TICKET.answer().answer
    )
    returned = after(a_dispatched_ticket(), objection)
    given(*returned).when(TICKET.demand(UrgeUnit)).then_refused("UNIT_OWES_NOTHING", "unit")


def test_the_hall_is_urged_for_what_it_heard():
    (event,) = given(*a_dispatched_ticket()).when(TICKET.demand(UrgeUnit, unit="HALL")).events
    assert (event.unit, event.order_id) == ("HALL", None)


def test_what_has_ended_is_not_urged_and_still_called_to_account():
    given(*a_delivered_case()).when(CASE.demand(UrgeUnit)).then_refused("NOTHING_OWED")
    given(*a_refused_ticket()).when(TICKET.demand(UrgeUnit)).then_refused("NOTHING_OWED")
    assert given(*a_delivered_case()).when(CASE.demand(IssueBulletin)).refusal is None


def test_it_may_stand_on_a_warning_or_a_limit_of_the_unit():
    red = f"{LEAD}/resolve/1/red"
    card = raising(LimitKind.RESOLVE, LEAD, WarningLevel.RED)
    carded = after(a_dispatched_ticket(), card, at=AT.replace(day=20))
    for named in (red, f"{LEAD}/resolve/1"):
        (event,) = given(*carded).when(TICKET.demand(UrgeUnit, stands_on=named)).events
        assert (event.stands_on, event.order_id) == (named, LEAD)
    not_of_it = (f"{LEAD}/resolve/2", f"{LEAD}/resolve/1/yellow", f"{LEAD}/resolve")
    for named in not_of_it:
        wrong = TICKET.demand(UrgeUnit, stands_on=named)
        given(*carded).when(wrong).then_refused("NOT_SHOWN_BY", "stands_on")


def test_a_warning_of_another_unit_is_held_against_nobody():
    two = a_dispatched_ticket("RS", "YB")
    wrong = TICKET.demand(UrgeUnit, unit="YB", stands_on=f"{LEAD}/resolve/1")
    given(*two).when(wrong).then_refused("NOT_SHOWN_BY", "stands_on")


@pytest.mark.parametrize("act", RUNGS, ids=lambda act: act.__name__)
def test_from_the_bulletin_on_only_efficiency_supervision_signs(act):
    signs = list(Rung).index(RUNGS[act]) >= list(Rung).index(Rung.BULLETIN)
    wider = {Role.SUPERVISOR, Role.EFFICIENCY_SUPERVISOR}
    wider |= {Role.HANDLER} if act is UrgeUnit else set()
    assert set(BY_COMMAND[act].by) == ({Role.EFFICIENCY_SUPERVISOR} if signs else wider)
