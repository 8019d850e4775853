"""预警轮次: a new due date cancels the plan of the old one; a new start is a new run."""

import pytest

from bancheng.domain.complaint.deadline import DenyExtension, GrantExtension
from bancheng.domain.complaint.supervise import ReopenTicket, StrikeOffTicket
from bancheng.domain.complaint.verify import OrderRework
from bancheng.domain.deadlines import DeadlineState
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.time_limits.levels import WarningLevel
from support.builders import (
    CO_1,
    LEAD,
    TEXT,
    a_closed_ticket,
    a_signed_in_ticket,
    after,
    an_order_with_extension_asked,
    analysing,
    calling_back,
    deadline_of,
    dispatching,
    due,
    passing,
    raising,
    signed_in,
    submitting,
)
from support.given import STREAM, given, local

RESOLVE = LimitKind.RESOLVE
REMINDER, YELLOW, RED = WarningLevel.REMINDER, WarningLevel.YELLOW, WarningLevel.RED
ORDER = {"ticket_id": STREAM, "order_id": LEAD}
DISPATCHED = local("2026-03-02 09:03")
GRANT = GrantExtension(**ORDER, ruling=TEXT)
REWORK = OrderRework(**ORDER, reason=TEXT)
REOPEN = ReopenTicket(ticket_id=STREAM, reason=TEXT)
# Instants of the first plan, and of the plan of five working days more.
FIRST_REMINDER, FIRST_YELLOW = local("2026-03-06 09:00"), local("2026-03-09 09:00")
FIRST_RED = local("2026-03-10 00:00")
NEXT = {
    REMINDER: local("2026-03-13 09:00"),
    YELLOW: local("2026-03-16 09:00"),
    RED: local("2026-03-17 00:00"),
}


def warn(level, subject=LEAD):
    return raising(RESOLVE, subject, level)


def extended(*raised):
    """The order with five days more, granted after ``raised`` were given in the first cycle."""
    story = an_order_with_extension_asked()
    for level, at in raised:
        story = after(story, warn(level), at=at)
    return after(story, GRANT)


def test_an_extension_cancels_the_plan_of_the_old_due_date():
    for level, at in ((REMINDER, FIRST_REMINDER), (YELLOW, FIRST_YELLOW), (RED, FIRST_RED)):
        given(*extended()).when(warn(level), at=at).then_refused("WARNING_NOT_DUE")


@pytest.mark.parametrize("level", NEXT)
def test_after_an_extension_every_level_comes_anew_by_the_new_date(level):
    first = [(REMINDER, FIRST_REMINDER), (YELLOW, FIRST_YELLOW)]
    (card,) = given(*extended(*first)).when(warn(level), at=NEXT[level]).events
    assert (card.cycle, card.planned_at, card.late) == (2, NEXT[level], False)
    assert card.warning_id == f"BCS-1-01/resolve/2/{level}"
    assert card.due_at == due("resolve_general", DISPATCHED, "2026-03-16", extension=5).due_at


def test_a_limit_that_was_overdue_is_extended_no_more():
    overdue = after(an_order_with_extension_asked(), warn(RED), at=FIRST_RED)
    given(*overdue).when(GRANT, at=FIRST_RED).then_refused("EXTENSION_TOO_LATE")
    result = given(*overdue).when(submitting(), at=local("2026-03-16 16:00")).events[0]
    assert not result.verdict.on_time


def test_a_denied_extension_leaves_the_plan_and_what_was_raised():
    asked = after(an_order_with_extension_asked(), warn(REMINDER), at=FIRST_REMINDER)
    denied = after(asked, DenyExtension(**ORDER, ruling=TEXT))
    given(*denied).when(warn(REMINDER), at=FIRST_YELLOW).then_refused("LEVEL_NOT_DUE", "level")
    (card,) = given(*denied).when(warn(YELLOW), at=FIRST_YELLOW).events
    assert (card.cycle, card.planned_at) == (1, FIRST_YELLOW)


def _reworked():
    late = after(a_signed_in_ticket(), warn(RED), at=FIRST_RED)
    resolved = after(after(late, submitting()), calling_back(solved=False))
    return after(resolved, REWORK, at=local("2026-03-11 10:00"))


def test_rework_is_a_new_run_that_is_warned_of_from_the_beginning():
    given(*_reworked()).when(warn(RED)).then_refused("WARNING_NOT_DUE")
    story = _reworked()
    for level, at in (
        (REMINDER, "2026-03-17 09:00"),
        (YELLOW, "2026-03-18 09:00"),
        (RED, "2026-03-19 00:00"),
    ):
        story = after(story, warn(level), at=local(at))
        card = story[-1].event
        assert (card.cycle, card.planned_at, card.unit) == (2, local(at), "RS")


def test_rework_after_an_extension_counts_its_cycles_on():
    reworked = after(after(extended(), submitting()), calling_back(solved=False))
    reworked = after(reworked, REWORK, at=local("2026-03-11 10:00"))
    (card,) = given(*reworked).when(warn(RED), at=local("2026-03-30 10:00")).events
    assert card.warning_id == "BCS-1-01/resolve/3/red"


def test_each_rework_ends_for_itself_and_the_first_verdict_stays():
    again = after(_reworked(), submitting())
    verdicts = [one.event.verdict.on_time for one in again if hasattr(one.event, "verdict")]
    assert verdicts == [False, True]
    given(*again).when(warn(RED), at=local("2026-03-30 10:00")).then_refused("DEADLINE_NOT_RUNNING")


def _reopened(history):
    """The second round, up to the result of a new order."""
    for command in (REOPEN, analysing(), dispatching()):
        history = after(history, command)
    return signed_in(history, CO_1)


def test_reopening_wakes_no_deadline_that_had_ended():
    reopened = after(a_closed_ticket(), REOPEN)
    given(*reopened).when(warn(RED), at=local("2026-03-30 10:00")).then_refused(
        "DEADLINE_NOT_RUNNING"
    )


def test_after_a_reopening_only_the_new_order_is_warned_of():
    story = _reopened(a_closed_ticket())
    given(*story).when(warn(RED), at=local("2026-03-30 10:00")).then_refused("DEADLINE_NOT_RUNNING")
    (card,) = given(*story).when(warn(RED, CO_1), at=local("2026-03-30 10:00")).events
    assert (card.cycle, card.subject) == (1, CO_1)


def test_only_the_time_in_hand_counts_however_often_a_ticket_is_closed_and_reopened():
    story = a_closed_ticket()
    for serial in range(2, 6):
        order = f"BCS-1-{serial:02d}"
        opened_at = local(f"2026-0{serial + 1}-09 10:00")
        story = after(story, REOPEN, at=opened_at)
        for command in (analysing(), dispatching()):
            story = after(story, command)
        story = after(signed_in(story, order), submitting(order))
        assert story[-1].event.verdict.used == 0
        for command in (calling_back(), passing(), StrikeOffTicket(ticket_id=STREAM)):
            story = after(story, command)
    ended = [deadline_of(story, RESOLVE, f"BCS-1-{serial:02d}").state for serial in range(1, 6)]
    assert ended == [DeadlineState.MET] * 5
