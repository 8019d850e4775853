"""What happened on a ticket between two files of messages keeps no reply of its source out."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from bancheng.bootstrap import Container
from bancheng.domain.complaint.deadline import (
    GrantExtension,
    NoteProgress,
    RequestExtension,
    ResultSubmitted,
    SubmitResult,
)
from bancheng.domain.complaint.dispatch import ReassignWorkOrder, WorkOrderDispatched
from bancheng.domain.complaint.suspend import RequestSuspension, ResumeWorkOrder, SuspendWorkOrder
from bancheng.domain.complaint.terms import Outcome
from bancheng.domain.complaint.verify import OrderRework
from bancheng.domain.deadlines import DeadlineState
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.office.calendars import PublishCalendar
from bancheng.domain.office.unit import CloseUnit, RegisterUnit
from bancheng.domain.people import FreeText
from bancheng.domain.warnings.events import WarningRaised
from bancheng.infra import database
from bancheng.infra.clock import FixedClock
from bancheng.projections.deadlines.deadlines import DEADLINES
from bancheng.projections.tickets.tickets import TICKETS
from support import halls
from support.given import READ
from support.messages import LAST_WEEK, MESSAGE, WAITING, faults, told, trail

NOTE = FreeText("已联系反映人")


@pytest.fixture
def hall(furnished: str, clock: FixedClock) -> Iterator[Container]:
    with halls.hall(furnished, clock) as container:
        halls.act(container, RegisterUnit(code="OLD", name="来源系统承办单位"))
        told(container, WAITING | {"留言时间": LAST_WEEK})
        yield container


def order(hall: Container) -> dict[str, str]:
    """The one work order of the hall, as the acts on it name it."""
    [found] = [one for one in trail(hall) if isinstance(one.event, WorkOrderDispatched)]
    return {"ticket_id": found.stream_id, "order_id": found.event.order_id}


def swept(hall: Container) -> None:
    assert hall.sweep.warn() > 0


def noted(hall: Container) -> None:
    halls.act(hall, NoteProgress(**order(hall), progress=NOTE))


def extended(hall: Container) -> None:
    halls.act(hall, RequestExtension(**order(hall), reason=NOTE), by="asker")
    halls.act(hall, GrantExtension(**order(hall), ruling=NOTE))


def suspended(hall: Container) -> None:
    until = hall.engine.clock.now() + timedelta(days=10)
    asked = RequestSuspension(**order(hall), until=until, measures=NOTE)
    halls.act(hall, asked, by="asker")
    halls.act(hall, SuspendWorkOrder(**order(hall), ruling=NOTE))


def resumed(hall: Container) -> None:
    suspended(hall)
    assert isinstance(hall.engine.clock, FixedClock)
    hall.engine.clock.advance(days=2)
    halls.act(hall, ResumeWorkOrder(**order(hall)))


def replanned(hall: Container) -> None:
    """Its date had passed when a later notice moved it."""
    halls.act(hall, PublishCalendar(text=halls.EXTRA_HOLIDAY))
    hall.calendar.refresh()
    assert hall.sweep.replan() > 0


BETWEEN = (swept, noted, extended, suspended, resumed)


@pytest.mark.parametrize("between", BETWEEN)
@pytest.mark.parametrize("replied", ["2026-02-26 10:00", "2026-03-03 12:00"])
def test_what_happened_between_two_files_keeps_no_reply_out(
    hall: Container, clock: FixedClock, between: Callable[[Container], None], replied: str
):
    """The first is before it, the second behind it, or within what it suspended."""
    clock.set(halls.MONDAY + (timedelta(days=60) if between is swept else timedelta(days=1)))
    between(hall)
    clock.set(halls.MONDAY + timedelta(days=70))
    reply = MESSAGE | {"留言时间": LAST_WEEK, "答复时间": replied}
    (result,) = told(hall, reply)
    assert (result.error, result.is_new) == (None, True)
    last = trail(hall)[-1]
    assert isinstance(last.event, ResultSubmitted)
    assert last.event.verdict.on_time
    assert hall.rules.calendar().local(last.envelope.occurred_at).strftime("%F %H:%M") == replied
    (again,) = told(hall, reply)
    assert (again.error, again.is_new) == (None, False)


@pytest.mark.parametrize("between", [swept, replanned])
def test_a_reply_that_was_in_time_is_so_though_the_hall_took_it_for_late(
    hall: Container, clock: FixedClock, between: Callable[[Container], None]
):
    """What the hall was told later is put right; the cards that it gave meanwhile stay."""
    clock.set(halls.MONDAY + timedelta(days=60))
    between(hall)
    cards = [one for one in trail(hall) if isinstance(one.event, WarningRaised)]
    told(hall, MESSAGE | {"留言时间": LAST_WEEK, "答复时间": "2026-03-10"})
    with database.read(hall.database) as connection:
        rows = map(DEADLINES.read, connection.execute(DEADLINES.select()))
        [row] = [row for row in rows if row.kind is LimitKind.RESOLVE]
        assert not TICKETS.count(connection, TICKETS.filter(on_time=False))
    assert (row.state, row.expired_at, row.counted_at) == (DeadlineState.MET, None, row.finished_at)
    assert [one for one in trail(hall) if isinstance(one.event, WarningRaised)] == cards


@pytest.mark.parametrize("between", [swept, noted])
def test_a_reply_that_was_late_is_late_whenever_the_file_comes(
    hall: Container, clock: FixedClock, between: Callable[[Container], None]
):
    clock.set(halls.MONDAY + timedelta(days=60))
    between(hall)
    told(hall, MESSAGE | {"留言时间": LAST_WEEK, "答复时间": "2026-04-20"})
    event = trail(hall)[-1].event
    assert isinstance(event, ResultSubmitted)
    assert not event.verdict.on_time


def test_a_reply_from_before_the_rework_answers_nothing_of_it(hall: Container, clock: FixedClock):
    of = order(hall)
    halls.act(hall, SubmitResult(**of, outcome=Outcome.SOLVED, result=NOTE), by="solver")
    halls.act(hall, OrderRework(**of, reason=NOTE))
    before = len(trail(hall))
    clock.set(halls.MONDAY + timedelta(days=3))
    reply = MESSAGE | {"留言时间": LAST_WEEK}
    results = told(hall, reply | {"答复时间": "2026-02-27"})
    assert faults(results) == [(2, "答复时间", "OCCURRED_TIME_IMPOSSIBLE")]
    assert len(trail(hall)) == before
    assert faults(told(hall, reply | {"答复时间": "2026-03-04"})) == []


def closed(hall: Container, unit: str, successor: str) -> None:
    """``unit`` is closed, and what it has goes to ``successor`` at once."""
    halls.act(hall, RegisterUnit(code=successor, name="承接单位"))
    halls.act(hall, CloseUnit(code=unit, successor=successor))
    assert hall.succession.hand_over() > 0


def results(hall: Container) -> list[str]:
    """The work orders that were answered, each as often as it was."""
    found = (one.event for one in trail(hall))
    return [one.order_id[-2:] for one in found if isinstance(one, ResultSubmitted)]


@pytest.mark.parametrize("unit", ["OLD", "NEW", "LAST"])
def test_the_reply_to_a_message_of_a_closed_unit_ends_the_work_of_its_successor(
    hall: Container, clock: FixedClock, unit: str
):
    """Whichever unit ``--unit`` names: it had the message, or has it now."""
    closed(hall, "OLD", "NEW")
    clock.set(halls.MONDAY + timedelta(days=1))
    closed(hall, "NEW", "LAST")
    clock.set(halls.MONDAY + timedelta(days=3))
    reply = MESSAGE | {"留言时间": LAST_WEEK, "答复时间": "2026-03-04 10:00"}
    (result,) = told(hall, reply, unit=unit)
    assert (result.error, result.is_new) == (None, True)
    (again,) = told(hall, reply, unit=unit)
    assert (again.error, again.is_new) == (None, False)
    assert results(hall) == ["03"]


def test_another_reply_after_a_rework_ends_the_work_of_the_successor(
    hall: Container, clock: FixedClock
):
    reply = MESSAGE | {"留言时间": LAST_WEEK, "答复时间": "2026-02-27"}
    told(hall, reply)
    halls.act(hall, OrderRework(**order(hall), reason=NOTE))
    closed(hall, "OLD", "NEW")
    clock.set(halls.MONDAY + timedelta(days=3))
    assert faults(told(hall, reply)) == []
    (result,) = told(hall, reply | {"答复意见": "修好了", "答复时间": "2026-03-04 10:00"})
    assert (result.error, result.is_new) == (None, True)
    assert results(hall) == ["01", "02"]


def test_a_reply_from_before_its_order_went_to_the_successor_is_listed(
    hall: Container, clock: FixedClock
):
    clock.set(halls.MONDAY + timedelta(days=2))
    closed(hall, "OLD", "NEW")
    clock.set(halls.MONDAY + timedelta(days=3))
    reply = MESSAGE | {"留言时间": LAST_WEEK, "答复时间": "2026-03-03"}
    assert faults(told(hall, reply)) == [(2, "答复时间", "OCCURRED_TIME_IMPOSSIBLE")]
    assert results(hall) == []


def test_a_reply_ends_the_work_of_the_unit_that_people_gave_the_order_to_if_it_is_named(
    hall: Container, clock: FixedClock
):
    halls.act(hall, RegisterUnit(code="NEW", name="另一单位"))
    halls.act(hall, ReassignWorkOrder(**order(hall), unit="NEW", instruction=NOTE, released=READ))
    clock.set(halls.MONDAY + timedelta(days=3))
    reply = MESSAGE | {"留言时间": LAST_WEEK, "答复时间": "2026-03-04 10:00"}
    [fault] = faults(told(hall, reply))
    assert fault[2] == "WRONG_ORDER_STATUS"
    (result,) = told(hall, reply, unit="NEW")
    assert (result.error, result.is_new) == (None, True)
    assert results(hall) == ["02"]
