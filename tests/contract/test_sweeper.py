"""The sweeping thread: one stage holds up no other, and it says how it is doing."""

import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest

from bancheng import bootstrap, hall_rules
from bancheng.bootstrap import Container
from bancheng.domain.office.calendars import PublishCalendar
from bancheng.domain.warnings.events import DueDateReplanned, WarningRaised
from bancheng.infra.bookmarks import PlannedBookmark
from bancheng.infra.clock import FixedClock
from bancheng.infra.leadership import Leadership
from bancheng.jobs import Replanning, Sweep, Sweeper, reactor
from support import halls
from support.halls import EXTRA_HOLIDAY

PATIENCE_SECONDS = 10.0


@pytest.fixture
def hall(furnished: str, clock: FixedClock) -> Iterator[Container]:
    with halls.hall(furnished, clock) as container:
        yield container


@pytest.fixture
def sweeping() -> Iterator[Callable[[Sweeper], Sweeper]]:
    """Starts a sweeper that is stopped at the end."""
    started: list[Sweeper] = []

    def start(sweeper: Sweeper) -> Sweeper:
        sweeper.start()
        started.append(sweeper)
        return sweeper

    yield start
    for sweeper in started:
        sweeper.stop()


def replanning_of(hall: Container, patience: float = 0.0) -> Replanning:
    return Replanning(hall.sweep, PlannedBookmark(hall.database), hall.runner.wait, patience)


def sweeper_of(hall: Container, react: Callable[[], bool]) -> Sweeper:
    """A sweeper with a reactor that does ``react``."""
    stub: reactor.Reactor = SimpleNamespace(react_to_batch=react)  # type: ignore[assignment]
    lead = Leadership(hall.database)
    return Sweeper(
        hall.sweep,
        stub,
        replanning_of(hall),
        hall.succession,
        lead,
        indexing=hall.indexing,
        handing_over=hall.handing_over,
        erasing=hall.erasing,
        noticing=hall.noticing,
        telling=hall.telling,
        keys=hall.engine.vault,
    )


def failing() -> bool:
    raise ValueError("a bug in a check")


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def unwell(sweeper: Sweeper, clock: FixedClock) -> set[str]:
    return {one.name for one in sweeper.health(clock.now()).stages if not one.is_well()}


def warnings_in(hall: Container) -> int:
    return sum(isinstance(one.event, WarningRaised) for one in hall.store.read(0, 1000))


def test_warnings_are_raised_while_the_reactor_fails(
    hall: Container, clock: FixedClock, sweeping: Callable[[Sweeper], Sweeper]
) -> None:
    halls.report(hall)
    clock.advance(days=1)
    sweeper = sweeping(sweeper_of(hall, failing))
    until(lambda: warnings_in(hall) == 1)
    told = sweeper.health(clock.now())
    assert (told.alive, told.leads) == (True, True)
    assert told.is_well()  # it may be over in a moment
    clock.advance(minutes=1)
    until(lambda: unwell(sweeper, clock) == {"react"})
    told = sweeper.health(clock.now())
    assert not told.is_well()
    assert (told.stages[1].failed_at or "").startswith("ValueError at ")
    assert told.good_at is None


def test_health_tells_when_the_last_good_sweep_was(
    hall: Container, clock: FixedClock, sweeping: Callable[[Sweeper], Sweeper]
) -> None:
    fails = False
    sweeper = sweeping(sweeper_of(hall, lambda: failing() if fails else False))
    until(lambda: sweeper.health(clock.now()).good_at == halls.MONDAY)
    fails = True
    until(lambda: sweeper.health(clock.now()).stages[1].failed_at is not None)
    clock.advance(minutes=1)
    until(lambda: not sweeper.health(clock.now()).is_well())
    assert sweeper.health(clock.now()).good_at == halls.MONDAY
    fails = False
    until(lambda: sweeper.health(clock.now()).is_well())
    assert sweeper.health(clock.now()).good_at == clock.now()


def test_a_stage_that_hangs_is_unwell_and_so_is_a_thread_that_is_gone(
    hall: Container, clock: FixedClock
) -> None:
    hangs = True

    def hanging() -> bool:
        while hangs:
            time.sleep(0.01)
        return False

    sweeper = sweeper_of(hall, hanging)
    assert not sweeper.health(clock.now()).alive
    assert not sweeper.health(clock.now()).is_well()
    sweeper.start()
    until(lambda: sweeper.health(clock.now()).leads)
    clock.advance(minutes=1)
    until(lambda: not sweeper.health(clock.now()).is_well())
    hangs = False
    sweeper.stop()


def test_who_does_not_lead_is_well(
    hall: Container, backend: str, clock: FixedClock, sweeping: Callable[[Sweeper], Sweeper]
) -> None:
    if backend == "sqlite":  # everybody leads
        return
    with Leadership(hall.database).held():
        sweeper = sweeping(sweeper_of(hall, failing))
        clock.advance(days=1)
        time.sleep(0.1)
        told = sweeper.health(clock.now())
    assert (told.leads, told.is_well()) == (False, True)


def test_warnings_need_not_wait_until_the_reactor_has_caught_up(
    hall: Container, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        halls.report(hall)
    clock.advance(days=1)
    monkeypatch.setattr(reactor, "BATCH", 2)
    [*_, first, second, _, _, _] = hall.store.read(0, 1000)
    hall.reactor.bookmark.move(first.position - 1)
    assert hall.sweeper._once()
    assert hall.reactor.bookmark.position() == second.position
    assert warnings_in(hall) == 5


def test_the_end_is_heard_between_two_pages(hall: Container) -> None:
    pages = 0

    def endless() -> bool:
        nonlocal pages
        pages += 1
        return True

    sweeper = sweeper_of(hall, endless)
    sweeper.start()
    until(lambda: pages > 3)
    began = time.monotonic()
    sweeper.stop()
    assert time.monotonic() - began < PATIENCE_SECONDS


def test_a_limit_decided_by_the_old_calendar_after_the_new_one_was_seen_is_replanned(
    furnished: str, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (bootstrap, hall_rules):
        monkeypatch.setattr(module, "CALENDAR_SECONDS", 0.5)
    with halls.hall(furnished, clock) as one, halls.hall(furnished, clock) as other:
        old = halls.report(one)
        one.sweeper._once()
        halls.act(one, PublishCalendar(text=EXTRA_HOLIDAY))
        one.calendar.refresh()
        one.sweeper._once()
        # The other process looked a moment before it was published, and may use that for a while.
        other.calendar._calendar, other.calendar._position = hall_rules.national_calendar(), 0
        other.calendar._looked_at = time.monotonic()
        late = halls.report(other)
        assert due_date(one, late) == "2026-03-03"
        until(lambda: not one.sweeper._once() and replanned(one, late))
        assert replanned(one, old)
        assert (due_date(one, late), due_date(one, old)) == ("2026-03-04", "2026-03-04")


def replanned(hall: Container, ticket: str) -> bool:
    return isinstance(hall.store.load(ticket)[-1].event, DueDateReplanned)


def due_date(hall: Container, ticket: str) -> str:
    event = hall.store.load(ticket)[-1].event
    return str((event.due if isinstance(event, DueDateReplanned) else event.accept_due).due_date)  # type: ignore[attr-defined]


def test_limits_are_looked_through_once_for_a_calendar_whoever_leads(
    furnished: str, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = 0
    look = Sweep.of_other_calendars

    def looking(sweep: Sweep, version: str, behind: str) -> object:
        nonlocal looked
        looked += 1
        return look(sweep, version, behind)

    monkeypatch.setattr(Sweep, "of_other_calendars", looking)
    with halls.hall(furnished, clock) as first:
        halls.report(first)
        replanning_of(first).go_on()
        assert looked == 1
        halls.act(first, PublishCalendar(text=EXTRA_HOLIDAY))
        first.calendar.refresh()
        replanning_of(first).go_on()
        assert looked == 2
    with halls.hall(furnished, clock) as second:
        replanning_of(second).go_on()
        assert looked == 2


def test_a_hall_that_comes_back_to_a_calendar_is_looked_through_again(hall: Container) -> None:
    planned = PlannedBookmark(hall.database)
    assert not planned.is_for("1.11")
    planned.note("1.11", 10)
    planned.note("1.12", 20)
    assert (planned.is_for("1.11"), planned.is_for("1.12")) == (False, True)
    planned.note("1.11", 30)
    assert (planned.is_for("1.11"), planned.is_for("1.12")) == (True, False)
