"""升阶: what is late climbs the ladder by itself, a rung a matter and working day."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from bancheng.app.registry import matter_kind
from bancheng.domain.complaint.deadline import SubmitResult
from bancheng.domain.complaint.dispatch import AddCoUnit
from bancheng.domain.complaint.succession import TakeOverTicket
from bancheng.domain.complaint.terms import Outcome
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import FreeText
from bancheng.domain.supervision.answering import ExtendAnswer
from bancheng.domain.supervision.climbing import ClimbLadder, DeclineMeasure, SignMeasure
from bancheng.domain.supervision.events import (
    MeasureDeclined,
    MeasureProposed,
    MeasureTaken,
)
from bancheng.domain.supervision.taking import IssueBulletin, IssueSupervisionOrder, UrgeUnit
from bancheng.domain.time_limits.levels import Rung, WarningLevel
from bancheng.domain.warnings.answering import RevokeWarning
from bancheng.domain.warnings.raising import RaiseWarning, ReplanDueDate
from domain.supervision.measured import CASE, OF_RS, TICKET
from support.builders import (
    CO_1,
    LEAD,
    TEXT,
    a_closed_ticket,
    a_dispatched_ticket,
    a_signed_in_ticket,
    after,
    deadline_of,
    raising,
    submitting,
    suspended,
)
from support.case_builders import CASE_ID, an_accepted_case
from support.given import CALENDAR, EFFICIENCY, READ, ROBOT, RULES, STREAM, given, local

# Dispatched on Monday, 2 March, for five working days: due on the 9th.
CLIMB = ClimbLadder(matter_id=STREAM, kind=LimitKind.RESOLVE, subject=LEAD)
OF_CASE = ClimbLadder(matter_id=CASE_ID, kind=LimitKind.PROMISED, subject=CASE_ID)


# A calendar that makes a day of the limit free: the plan is another one.
MOVED = ReplanDueDate(matter_id=STREAM, kind=LimitKind.RESOLVE, subject=LEAD)
WEDNESDAYS_OFF = replace(CALENDAR, version="later", working_weekdays=(0, 1, 3, 4))


def resolve_of(history):
    return deadline_of(history, LimitKind.RESOLVE)


def day(text, hour="09:00"):
    return local(f"{text} {hour}")


def late(history=None, subject=LEAD, kind=LimitKind.RESOLVE):
    """The same history, with the red card of a limit that had run out by the 10th of March."""
    card = raising(kind, subject, WarningLevel.RED)
    red = card if kind is LimitKind.RESOLVE else replace(card, matter_id=CASE_ID)
    return after(history or a_dispatched_ticket(), red, at=day("2026-03-10", "08:30"))


def climbed(history, *days, act=CLIMB):
    """The history with each rung that is due when somebody looks on ``days``."""
    for one in days:
        outcome = given(*history).when(act, ROBOT, at=day(one))
        history = outcome.history
    return history


def rungs(history):
    """Each rung with the day on which it was due, and that on which it was recorded."""
    return [
        (
            one.event.rung,
            str(one.event.climb.due_at.date()),
            str(one.envelope.occurred_at.date()),
        )
        for one in history
        if isinstance(one.event, MeasureTaken | MeasureProposed) and one.event.climb
    ]


DAILY = [f"2026-03-{n:02d}" for n in range(10, 32)]


def test_an_order_fifteen_working_days_late_shows_each_rung_with_its_day():
    history = climbed(late(), *DAILY)
    assert rungs(history) == [
        (Rung.URGE, "2026-03-10", "2026-03-10"),
        (Rung.SUPERVISE, "2026-03-12", "2026-03-12"),
        (Rung.BULLETIN, "2026-03-17", "2026-03-17"),
        (Rung.INTERVIEW, "2026-03-23", "2026-03-23"),
        (Rung.HOLD_ACCOUNTABLE, "2026-03-30", "2026-03-30"),
    ]
    kinds = [type(one.event) for one in history if hasattr(one.event, "climb")]
    assert kinds == [MeasureTaken] * 2 + [MeasureProposed] * 3


def test_after_a_sleep_of_weeks_one_rung_comes_a_working_day_and_its_answer_time_from_then():
    at = day("2026-03-31", "10:00")
    first = given(*late()).when(CLIMB, ROBOT, at=at)
    assert rungs(first.history) == [(Rung.URGE, "2026-03-10", "2026-03-31")]
    given(*first.history).when(CLIMB, ROBOT, at=at + timedelta(hours=6)).then_refused(
        "RUNG_NOT_DUE"
    )
    second = given(*first.history).when(CLIMB, ROBOT, at=day("2026-04-01"))
    (order,) = second.events
    assert (order.rung, str(order.answer_due.due_date)) == (Rung.SUPERVISE, "2026-04-03")
    assert order.answer_due.started_at == day("2026-04-01")
    # Not before its answer is due: who was just asked is not named before all the next morning.
    for one in ("2026-04-02", "2026-04-03"):
        given(*second.history).when(CLIMB, ROBOT, at=day(one)).then_refused("RUNG_NOT_DUE")
    third = given(*second.history).when(CLIMB, ROBOT, at=order.climb.next_at)
    assert [one.rung for one in third.events] == [Rung.BULLETIN]


def test_a_rung_moves_no_limit_of_the_matter():
    before = late()
    kind = matter_kind(STREAM)
    dues = {key: one.due for key, one in kind.state_after(before).deadlines.items()}
    after_all = kind.state_after(climbed(before, *DAILY)).deadlines
    assert {key: after_all[key].due for key in dues} == dues


def test_nothing_climbs_before_its_day_nor_once_the_limit_has_ended():
    given(*late()).when(CLIMB, ROBOT, at=day("2026-03-10", "08:45")).then_refused("RUNG_NOT_DUE")
    # Nor without the card that says that the limit has run out.
    given(*a_dispatched_ticket()).when(CLIMB, ROBOT, at=day("2026-03-20")).then_refused(
        "RUNG_NOT_DUE"
    )
    done = SubmitResult(ticket_id=STREAM, order_id=LEAD, outcome=Outcome.SOLVED, result=TEXT)
    ended = after(late(a_signed_in_ticket()), done, OF_RS)
    given(*ended).when(CLIMB, ROBOT, at=day("2026-03-20")).then_refused("DEADLINE_NOT_RUNNING")


def test_two_limits_of_a_matter_climb_one_after_the_other():
    history = late(late(a_dispatched_ticket("RS", "YB")), f"{LEAD[:-1]}2")
    other = replace(CLIMB, subject=f"{LEAD[:-1]}2")
    first = given(*history).when(CLIMB, ROBOT, at=day("2026-03-20"))
    given(*first.history).when(other, ROBOT, at=day("2026-03-20", "11:00")).then_refused(
        "RUNG_NOT_DUE"
    )
    (event,) = given(*first.history).when(other, ROBOT, at=day("2026-03-23")).events
    assert (event.unit, event.rung) == ("YB", Rung.URGE)


def test_a_case_climbs_as_an_order_does():
    of_case = late(an_accepted_case(), CASE_ID, LimitKind.PROMISED)
    history = climbed(of_case, "2026-04-20", "2026-04-21", act=OF_CASE)
    assert [one[0] for one in rungs(history)] == [Rung.URGE, Rung.SUPERVISE]


def test_a_limit_of_the_hall_and_one_that_the_book_has_no_ladder_for_climb_nothing():
    of_hall = ClimbLadder(matter_id=STREAM, kind=LimitKind.SIGN_IN, subject=LEAD)
    signing = late(a_dispatched_ticket(), kind=LimitKind.SIGN_IN)
    given(*signing).when(of_hall, ROBOT, at=day("2026-04-20")).then_refused("RUNG_NOT_DUE")


def to_be_signed():
    return climbed(late(), "2026-03-10", "2026-03-12", "2026-03-17")


SIGN = SignMeasure(**TICKET.measure(3), demand=TEXT)
DECLINE = DeclineMeasure(**TICKET.measure(3), reason=TEXT)


def test_what_was_proposed_is_demanded_once_it_is_signed():
    signed = given(*to_be_signed()).when(SIGN, EFFICIENCY, at=day("2026-03-18"))
    (event,) = signed.events
    assert (event.measure_id, event.rung, event.unit) == ("BCS-1-D03", Rung.BULLETIN, "RS")
    assert (event.climb.due_at, event.stands_on) == (day("2026-03-17"), f"{LEAD}/resolve/1")
    assert str(event.answer_due.due_date) == "2026-03-25"
    given(*signed.history).when(SIGN).then_refused("NOT_PROPOSED")
    assert given(*signed.history).when(TICKET.answer(3), OF_RS).refusal is None


def test_what_was_signed_is_answered_before_the_next_rung_comes():
    # 约谈 was due on the 23rd, while the answer to the 通报 of the 18th is due on the 25th.
    signed = given(*to_be_signed()).when(SIGN, EFFICIENCY, at=day("2026-03-18")).history
    given(*signed).when(CLIMB, ROBOT, at=day("2026-03-25", "17:00")).then_refused("RUNG_NOT_DUE")
    (event,) = given(*signed).when(CLIMB, ROBOT, at=day("2026-03-26")).events
    assert (event.rung, event.climb.due_at) == (Rung.INTERVIEW, day("2026-03-23"))


def by_hand(history, act=IssueBulletin, at="2026-03-11", **fields):
    return given(*history).when(TICKET.demand(act, **fields), EFFICIENCY, at=day(at)).history


@pytest.mark.parametrize("shown", [None, f"{LEAD}/resolve/1", f"{LEAD}/resolve/1/red"])
def test_what_an_officer_was_quicker_with_is_not_taken_once_more(shown):
    urged = climbed(late(), "2026-03-10")
    ordered = by_hand(urged, IssueSupervisionOrder, stands_on=shown)
    # 督办 was due on the 12th, 通报 on the 17th; the answer to the 督办 of the 11th on the 13th.
    for one in ("2026-03-12", "2026-03-16"):
        given(*ordered).when(CLIMB, ROBOT, at=day(one)).then_refused("RUNG_NOT_DUE")
    assert ordered[-1].event.climb.due_at is None
    (event,) = given(*ordered).when(CLIMB, ROBOT, at=day("2026-03-17")).events
    assert event.rung is Rung.BULLETIN
    # What stands above leaves nothing below it to take.
    named = by_hand(urged)
    (after_it,) = given(*named).when(CLIMB, ROBOT, at=day("2026-03-30")).events
    assert after_it.rung is Rung.INTERVIEW


def test_on_another_ground_or_limit_nothing_of_the_ladder_is_reached():
    urged = climbed(late(a_dispatched_ticket("RS", "YB")), "2026-03-10")
    for fields in (
        {"ground": "poor_conduct"},
        {"unit": "YB"},
        {"stands_on": f"{LEAD}/sign_in/1"},
    ):
        history = by_hand(urged, **fields)
        assert history[-1].event.climb is None
        # But its answer is waited for: nobody is asked for two things at a time.
        given(*history).when(CLIMB, ROBOT, at=day("2026-03-18")).then_refused("RUNG_NOT_DUE")
        (event,) = given(*history).when(CLIMB, ROBOT, at=day("2026-03-19")).events
        assert event.rung is Rung.SUPERVISE
    before = by_hand(a_dispatched_ticket(), UrgeUnit, "2026-03-06")
    (event,) = given(*late(before)).when(CLIMB, ROBOT, at=day("2026-03-10")).events
    assert event.rung is Rung.URGE


def test_more_time_to_answer_is_waited_for_as_well():
    asked = climbed(late(), "2026-03-10", "2026-03-12")
    extend = ExtendAnswer(**TICKET.measure(2), ruling=TEXT)
    longer = given(*asked).when(extend, EFFICIENCY, at=day("2026-03-13")).history
    given(*longer).when(CLIMB, ROBOT, at=day("2026-03-18")).then_refused("RUNG_NOT_DUE")
    (event,) = given(*longer).when(CLIMB, ROBOT, at=day("2026-03-19")).events
    assert event.rung is Rung.BULLETIN


def test_the_demand_of_the_hall_says_the_day_in_words_that_are_not_masked():
    (_, event) = [one.event for one in climbed(late(), "2026-03-10")][-2:]
    demand = FreeText.mask(event.demand.plain)
    assert demand == "办结时限(2026年03月09日止)已逾期,请抓紧办理,并说明逾期原因"


def test_a_signature_hurries_no_rung_and_takes_none_from_a_later_date():
    both = climbed(late(), "2026-03-10", "2026-03-12", "2026-03-17", "2026-03-23")
    waiting = given(*both).when(replace(SIGN, answer_working_days=30), EFFICIENCY).history
    hurried = given(*waiting).when(replace(SIGN, measure_id="BCS-1-D04"), EFFICIENCY).history
    assert resolve_of(hurried).rung_from == resolve_of(waiting).rung_from
    later = after(to_be_signed(), MOVED, at=day("2026-03-18"), calendar=WEDNESDAYS_OFF)
    signed = given(*later).when(SIGN, EFFICIENCY, at=day("2026-03-19")).history
    assert (resolve_of(later).climbed, resolve_of(signed).climbed) == ((), ())


def test_a_limit_that_starts_behind_one_that_climbed_waits_as_long():
    asked = replace(SIGN, answer_working_days=10)
    signed = given(*to_be_signed()).when(asked, EFFICIENCY, at=day("2026-03-18")).history
    joined = AddCoUnit(ticket_id=STREAM, unit="YB", instruction=TEXT, released=READ)
    joining = after(signed, joined, at=day("2026-03-18", "10:00"))
    red = raising(LimitKind.RESOLVE, CO_1, WarningLevel.RED)
    two = after(joining, red, at=day("2026-03-27"))
    of_joined = replace(CLIMB, subject=CO_1)
    # Its own 催办 was due on the 26th; the answer to the 通报 is due by the 1st of April.
    for one in ("2026-03-27", "2026-04-01"):
        given(*two).when(of_joined, ROBOT, at=day(one)).then_refused("RUNG_NOT_DUE")
    (event,) = given(*two).when(of_joined, ROBOT, at=day("2026-04-02")).events
    assert (event.rung, event.unit) == (Rung.URGE, "YB")


def test_while_an_order_is_suspended_it_climbs_nothing():
    until = local("2026-03-31 00:00")
    waiting = suspended(a_signed_in_ticket(), until, day("2026-03-04"))
    before = given(*waiting).when(
        raising(LimitKind.RESOLVE, LEAD, WarningLevel.RED), ROBOT, at=day("2026-03-20")
    )
    before.then_refused("WARNING_NOT_DUE")
    given(*waiting).when(CLIMB, ROBOT, at=day("2026-03-20")).then_refused("RUNG_NOT_DUE")
    ends = resolve_of(waiting).due
    assert ends.due_at > until
    red = after(waiting, raising(LimitKind.RESOLVE, LEAD, WarningLevel.RED), at=ends.due_at)
    (first, *_) = resolve_of(red).ladder
    given(*red).when(CLIMB, ROBOT, at=first.at - timedelta(minutes=1)).then_refused("RUNG_NOT_DUE")
    assert [one.rung for one in given(*red).when(CLIMB, ROBOT, at=first.at).events] == [Rung.URGE]


def test_a_ticket_that_was_struck_off_or_answered_in_time_climbs_no_more():
    over = late(a_signed_in_ticket())
    done = after(over, submitting(), OF_RS, at=day("2026-03-10", "10:00"))
    given(*done).when(CLIMB, ROBOT, at=day("2026-03-30")).then_refused("DEADLINE_NOT_RUNNING")
    given(*a_closed_ticket()).when(CLIMB, ROBOT, at=day("2026-03-30")).then_refused(
        "DEADLINE_NOT_RUNNING"
    )


def test_an_answer_that_is_late_is_warned_of_and_climbs_nothing_by_any_book():
    of_all = replace(RULES, ladder=tuple(replace(one, purposes=()) for one in RULES.ladder))
    asked = climbed(late(), "2026-03-10", "2026-03-12")
    card = RaiseWarning(
        matter_id=STREAM, kind=LimitKind.FEEDBACK, subject="BCS-1-D02", level=WarningLevel.RED
    )
    outcome = given(*asked).when(card, ROBOT, at=day("2026-03-17"), rulebook=of_all)
    assert [one.ladder for one in outcome.events] == [()]


def test_what_was_proposed_may_be_declined_and_asks_nobody_anything():
    waits = to_be_signed()
    given(*waits).when(TICKET.answer(3), OF_RS).then_refused("MEASURE_NOT_SIGNED")
    close = replace(TICKET.close(), measure_id="BCS-1-D03")
    given(*waits).when(close).then_refused("MEASURE_NOT_SIGNED")
    declined = given(*waits).when(DECLINE, EFFICIENCY)
    declined.then(MeasureDeclined(measure_id="BCS-1-D03", reason=TICKET.sealed))
    given(*declined.history).when(DECLINE).then_refused("NOT_PROPOSED")
    given(*declined.history).when(close).then_refused("MEASURE_CLOSED")


def test_the_hall_itself_signs_nothing():
    given(*to_be_signed()).when(SIGN, ROBOT).then_refused("SIGNED_BY_NOBODY")


def test_who_takes_over_is_asked_for_what_was_proposed_of_the_closed_unit():
    over = TakeOverTicket(ticket_id=STREAM, unit="RS", successor="GA")
    taken = given(*to_be_signed()).when(over)
    (event,) = given(*taken.history).when(SIGN).events
    assert event.unit == "GA"


@pytest.mark.parametrize("kind", [TICKET, CASE], ids=["ticket", "case"])
def test_by_hand_any_rung_may_be_taken_sooner(kind):
    (event,) = given(*kind.begun()).when(kind.demand(IssueBulletin)).events
    assert event.climb is None


def test_a_new_date_begins_the_ladder_anew():
    urged = climbed(late(), "2026-03-10")
    assert [one[0] for one in rungs(urged)] == [Rung.URGE]
    replanned = given(*urged).when(MOVED, EFFICIENCY, at=day("2026-03-11"), calendar=WEDNESDAYS_OFF)
    then = day("2026-03-20")
    given(*replanned.history).when(CLIMB, ROBOT, at=then).then_refused("RUNG_NOT_DUE")
    red = after(replanned.history, raising(LimitKind.RESOLVE, LEAD, WarningLevel.RED), at=then)
    (event,) = given(*red).when(CLIMB, ROBOT, at=then).events
    assert event.rung is Rung.URGE


def test_a_card_that_was_wrong_takes_its_ladder_along():
    card = f"{LEAD}/resolve/1/red"
    revoke = RevokeWarning(matter_id=STREAM, warning_id=card, ruling=TEXT)
    revoked = after(late(), revoke)
    given(*revoked).when(CLIMB, ROBOT, at=day("2026-03-20")).then_refused("RUNG_NOT_DUE")
