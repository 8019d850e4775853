"""What the clock does by law, and what becomes a ticket or a finding by itself."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from bancheng.app.engine import Context
from bancheng.bootstrap import Container
from bancheng.domain.case import (
    accept,
    discover,
    dispatch,
    rate,
    recall,
    supervise,
)
from bancheng.domain.case.terms import (
    CaseOutcome,
    CaseSource,
    CaseStatus,
    RatingOrigin,
)
from bancheng.domain.complaint.checks import TicketCheckFailed
from bancheng.domain.complaint.discover import TicketReported
from bancheng.domain.errors import InvalidInput
from bancheng.domain.events import Channel, Place
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.office.calendars import PublishCalendar
from bancheng.domain.office.item import WithdrawItem
from bancheng.domain.office.unit import CloseUnit
from bancheng.domain.people import Applicant, PersonName
from bancheng.domain.rating_levels import RatingLevel
from bancheng.domain.time_limits.conduct import Conduct
from bancheng.domain.time_limits.logic_checks import CheckRule
from bancheng.domain.warnings.events import ConductCardGiven
from bancheng.infra.clock import FixedClock
from bancheng.projections.cases.cases import CASES_BY_ID
from bancheng.projections.deadlines.deadlines import DEADLINES_OF_MATTERS
from support import backends, builders, halls, theme_hall
from support.halls import EXTRA_HOLIDAY
from support.theme_hall import (
    TEXT,
    accepted,
    examined,
    granted,
    issue,
    item,
    received,
    settle,
    state,
    withdrawing,
)

pytestmark = backends.ONCE


@pytest.fixture
def hall(furnished: str, clock: FixedClock) -> Iterator[Container]:
    with theme_hall.opened(furnished, clock) as container:
        yield container


def test_the_fifth_working_day_without_a_notice_accepts_from_the_day_of_receipt(
    hall: Container, clock: FixedClock
) -> None:
    case_id = received(hall, "YYZZ", "CNS")
    clock.set(halls.MONDAY.replace(day=9, hour=15, minute=59))
    assert hall.sweep.lapse() == 0
    clock.set(halls.MONDAY.replace(day=9, hour=16))  # midnight in the hall
    assert hall.sweep.lapse() == 1
    assert hall.sweep.lapse() == 0
    [event] = [
        one.event
        for one in hall.store.load(case_id)
        if isinstance(one.event, accept.CaseDeemedAccepted)
    ]
    assert event.deemed.effective_at == halls.MONDAY
    assert event.terms.promised is not None
    assert event.terms.promised.due_date == date(2026, 3, 9)
    lines = "".join(event.deemed.lines())
    assert "自收到申请材料之日起即为受理" in lines
    assert "第三十二条" in lines
    assert state(hall, case_id).status is CaseStatus.ACCEPTED


def test_xkf_32_an_online_application_that_nobody_reviewed_is_accepted_from_its_submission(
    hall: Container, clock: FixedClock
) -> None:
    applicant = Applicant(name=PersonName("张建国"))
    submit = discover.SubmitCase(item="YYZZ", applicant=applicant, source=CaseSource.ONLINE)
    case_id = halls.act(hall, submit).stream_id
    clock.set(halls.MONDAY.replace(day=9, hour=15, minute=59))
    assert hall.sweep.lapse() == 0
    clock.set(halls.MONDAY.replace(day=9, hour=16))  # midnight in the hall
    assert hall.sweep.lapse() == 1
    deemed = hall.store.load(case_id)[-1].event
    assert isinstance(deemed, accept.CaseDeemedAccepted)
    assert deemed.deemed.effective_at == halls.MONDAY
    assert state(hall, case_id).gap == ("SQB", "CNS")


def test_no_law_takes_effect_by_a_calendar_that_another_one_replaced(
    hall: Container, clock: FixedClock
) -> None:
    case_id = received(hall, "YYZZ", "CNS")
    halls.act(hall, PublishCalendar(text=EXTRA_HOLIDAY))
    hall.calendar.refresh()
    clock.set(halls.MONDAY.replace(day=9, hour=16))  # five working days, before it was published
    assert hall.sweep.lapse() == 0
    halls.settled(hall)
    assert state(hall, case_id).status is CaseStatus.RECEIVED
    clock.advance(days=1)
    assert hall.sweep.lapse() == 1


def test_what_was_promised_and_did_not_come_withdraws_the_case(
    hall: Container, clock: FixedClock
) -> None:
    case_id = received(hall, "YYZZ", "SQB")
    halls.act(hall, accept.AcceptCase(case_id=case_id, gap_promise_no="承诺1号"))
    clock.set(halls.MONDAY.replace(day=9, hour=15, minute=59))
    assert hall.sweep.lapse() == 0
    clock.set(halls.MONDAY.replace(day=9, hour=16))
    assert hall.sweep.lapse() == 1
    assert state(hall, case_id).status is CaseStatus.WITHDRAWN


def test_a_wrong_refusal_does_not_withdraw_what_the_applicant_still_had_time_for(
    hall: Container, clock: FixedClock
) -> None:
    case_id = received(hall, "YYZZ", "SQB")
    halls.act(hall, accept.AcceptCase(case_id=case_id, gap_promise_no="承诺1号"))
    grounds = {"reason": TEXT, "basis": "测试", "remedy": TEXT}
    halls.act(hall, replace(granted(case_id), outcome=CaseOutcome.REFUSED, **grounds))
    clock.set(halls.MONDAY.replace(day=11))
    halls.act(hall, recall.RecallDecision(case_id=case_id, reason=TEXT))
    assert hall.sweep.lapse() == 0
    clock.set(halls.MONDAY.replace(day=18, hour=15, minute=59))  # five working days after it
    assert hall.sweep.lapse() == 0
    clock.set(halls.MONDAY.replace(day=18, hour=16))
    assert hall.sweep.lapse() == 1
    assert state(hall, case_id).status is CaseStatus.WITHDRAWN


def test_d23_a_recall_is_told_as_of_earlier_unless_an_applicant_had_less_time_by_that(
    hall: Container, clock: FixedClock
) -> None:
    whole, wanting = accepted(hall, "YYZZ"), received(hall, "YYZZ", "SQB")
    halls.act(hall, accept.AcceptCase(case_id=wanting, gap_promise_no="承诺1号"))
    grounds = {"reason": TEXT, "basis": "测试", "remedy": TEXT}
    for case_id in (whole, wanting):
        halls.act(hall, replace(granted(case_id), outcome=CaseOutcome.REFUSED, **grounds))
    clock.set(halls.MONDAY.replace(day=11))
    earlier = halls.MONDAY.replace(day=10)
    halls.act(hall, recall.RecallDecision(case_id=whole, reason=TEXT), as_of=earlier)
    assert hall.store.load(whole)[-1].envelope.occurred_at == earlier
    with pytest.raises(InvalidInput) as refused:
        halls.act(hall, recall.RecallDecision(case_id=wanting, reason=TEXT), as_of=earlier)
    assert (refused.value.code, refused.value.field) == ("BACKDATED_LESS_TIME", "occurred_at")
    halls.act(hall, recall.RecallDecision(case_id=wanting, reason=TEXT))
    waiting = state(hall, wanting).deadline(LimitKind.SUPPLEMENT, wanting)
    assert waiting is not None
    assert waiting.due.due_date == date(2026, 3, 18)  # the five days from the recall


def test_what_is_recalled_under_a_new_calendar_is_due_by_it_everywhere(
    hall: Container, clock: FixedClock
) -> None:
    case_id = accepted(hall, "YYZZ")
    halls.act(hall, granted(case_id))
    clock.advance(hours=1)
    halls.act(hall, PublishCalendar(text=EXTRA_HOLIDAY))
    hall.calendar.refresh()
    assert hall.sweep.replan() >= 1  # of what runs; nothing looks a second time
    clock.set(halls.MONDAY.replace(day=4))
    halls.act(hall, recall.RecallDecision(case_id=case_id, reason=TEXT))
    with hall.sweep.database.connect() as connection:
        limits = DEADLINES_OF_MATTERS(connection, [case_id])[case_id]
        row = CASES_BY_ID(connection, [case_id])[case_id]
    (promised,) = (one for one in limits if one.kind is LimitKind.PROMISED)
    assert promised.due_date == row.due_date == date(2026, 3, 10)
    assert (promised.calendar_version, promised.expired_at) == ("2026-加放", None)
    assert hall.sweep.replan() == 0


def rated(hall: Container, case_id: str, level: RatingLevel, origin: RatingOrigin) -> None:
    said = {"case_id": case_id, "level": level, "named": True}
    if origin is RatingOrigin.CITIZEN:
        issued = halls.act(hall, rate.IssueRatingCode(case_id=case_id))
        halls.act(hall, rate.RateByCode(**said, code=issued.one_time_code or ""))
    elif origin is RatingOrigin.STAFF_ASSISTED:
        halls.act(hall, rate.RateCase(**said), by="somebody")
    else:
        halls.act(hall, rate.ImportRating(**said, source_ref="PJ-1"))


@pytest.mark.parametrize(
    ("level", "origin", "opens"),
    [
        (RatingLevel.VERY_DISSATISFIED, RatingOrigin.CITIZEN, True),
        (RatingLevel.DISSATISFIED, RatingOrigin.STAFF_ASSISTED, True),
        (RatingLevel.DISSATISFIED, RatingOrigin.IMPORT, False),
        (RatingLevel.FAIR, RatingOrigin.CITIZEN, False),
    ],
)
def test_a_bad_rating_of_a_citizen_opens_a_ticket_about_the_case(
    hall: Container, level: RatingLevel, origin: RatingOrigin, *, opens: bool
) -> None:
    case_id = accepted(hall, "YYZZ")
    rated(hall, case_id, level, origin)
    # What staff wrote down is found as well, and carded by the book of this hall.
    assert settle(hall) == opens + 2 * (origin is RatingOrigin.STAFF_ASSISTED)
    tickets = [
        one.event for one in hall.store.read(0, 1000) if isinstance(one.event, TicketReported)
    ]
    assert [(one.case_id, one.accused_unit) for one in tickets] == [(case_id, "SC")] * opens


@pytest.mark.parametrize(
    ("successor", "told"), [("XF", "由「XF」承接"), (None, "请核实其职责现由哪个单位承担")]
)
def test_a_bad_rating_of_a_closed_unit_opens_a_ticket_about_its_successor_if_there_is_one(
    hall: Container, successor: str | None, told: str
) -> None:
    case_id = accepted(hall, "YYZZ")
    if successor is None:  # with nothing in hand: the case is over, the item is another's
        halls.act(hall, withdrawing(case_id))
        halls.act(hall, item("YYZZ", "XF"))
    halls.act(hall, CloseUnit(code="SC", successor=successor))
    rated(hall, case_id, RatingLevel.VERY_DISSATISFIED, RatingOrigin.CITIZEN)
    assert settle(hall) == 1
    [ticket] = [
        one.event for one in hall.store.read(0, 1000) if isinstance(one.event, TicketReported)
    ]
    assert (ticket.case_id, ticket.accused_unit) == (case_id, successor)
    content = hall.engine.vault.open(ticket.content) or ""
    assert "办理单位「SC」已停用" in content
    assert told in content


def reviewed_badly(hall: Container, case_id: str) -> None:
    halls.act(hall, examined(case_id))
    halls.act(hall, granted(case_id))
    issue(hall, case_id)
    halls.act(
        hall, supervise.ReviewApproval(case_id=case_id, passed=False, conclusion=TEXT), by="second"
    )


def rated_badly(hall: Container, case_id: str) -> None:
    rated(hall, case_id, RatingLevel.VERY_DISSATISFIED, RatingOrigin.CITIZEN)


def reported(hall: Container, case_id: str) -> None:
    halls.act(hall, builders.reporting(service_item="YYZZ", case_id=case_id, accused_unit="SC"))


@pytest.mark.parametrize("again_from", [None, date(2099, 1, 1)], ids=["withdrawn", "and to come"])
@pytest.mark.parametrize(("complained", "by_itself"), [
    (rated_badly, 1), (reviewed_badly, 1), (reported, 0),
])  # fmt: skip
def test_no_complaint_is_lost_because_the_item_is_not_offered_any_more(
    hall: Container,
    clock: FixedClock,
    complained: Callable[[Container, str], None],
    by_itself: int,
    again_from: date | None,
) -> None:
    case_id = accepted(hall, "YYZZ")
    clock.advance(minutes=1)
    halls.act(hall, WithdrawItem(code="YYZZ", reason="取消"))
    if again_from is not None:
        halls.act(hall, item("YYZZ", "SC", effective_from=again_from))
    complained(hall, case_id)
    assert settle(hall) == by_itself
    [ticket] = [
        one.event for one in hall.store.read(0, 1000) if isinstance(one.event, TicketReported)
    ]
    about = (ticket.service_item, ticket.case_id, ticket.accused_unit)
    assert about == ("YYZZ", case_id, "SC")


@pytest.mark.parametrize("offered", [True, False], ids=["offered", "not offered any more"])
def test_a_step_that_is_late_in_a_case_that_is_not_is_found_once(
    hall: Container, clock: FixedClock, *, offered: bool
) -> None:
    case_id = accepted(hall, "YYZZ")
    if not offered:
        halls.act(hall, WithdrawItem(code="YYZZ", reason="取消"))
    transfer = dispatch.TransferCase(case_id=case_id, to_unit="HALL", step="审查")
    halls.act(hall, transfer)
    clock.set(halls.MONDAY + timedelta(days=3))
    halls.act(hall, dispatch.SignHandOver(case_id=case_id), by="second")
    halls.act(hall, examined(case_id))
    halls.act(hall, granted(case_id))
    assert settle(hall) == 2
    assert settle(hall) == 0
    told = [one.event for one in hall.store.load(case_id)]
    [found] = [one for one in told if isinstance(one, supervise.CheckFailed)]
    assert (found.rule, "审查" in found.detail) == (CheckRule.STEP_OVERDUE, True)
    # The unit of whoever did it gets the card that the book has for that, once.
    [card] = [one for one in told if isinstance(one, ConductCardGiven)]
    assert (card.conduct, card.unit) == (Conduct.STEP_OVERDUE, found.unit)
    assert card.finding_id == found.finding_id


def test_d23_a_ticket_that_is_told_a_day_later_is_found_once(
    hall: Container, clock: FixedClock
) -> None:
    clock.set(halls.MONDAY + timedelta(days=2))
    context = Context(
        actor=replace(halls.EVERYTHING, id="late"),
        key="backdated",
        place=Place(Channel.WINDOW),
        occurred_at=halls.MONDAY,
    )
    answer = hall.engine.execute(builders.reporting(accused_unit=None), context)
    halls.settled(hall, answer.position)
    halls.act(hall, builders.reporting(accused_unit=None))
    assert settle(hall) == 1
    assert settle(hall) == 0
    [found] = [one for one in hall.store.read(0, 1000) if isinstance(one.event, TicketCheckFailed)]
    assert (found.stream_id, found.event.rule) == (answer.stream_id, CheckRule.RECORDED_LATE)
