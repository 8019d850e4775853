"""The sweep warns once of what is due, whatever happens to the process, and follows calendars."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest

from bancheng.bootstrap import Container, build
from bancheng.config import Config
from bancheng.domain.complaint.discover import AcceptTicket
from bancheng.domain.office.calendars import PublishCalendar
from bancheng.domain.time_limits.levels import WarningLevel
from bancheng.domain.time_limits.rulebook import RuleBookError
from bancheng.domain.warnings.events import DueDateReplanned, WarningRaised
from bancheng.infra.clock import FixedClock
from bancheng.infra.database import connect
from bancheng.infra.leadership import Leadership
from bancheng.projections.registry import PROJECTIONS
from support import halls
from support.halls import EXTRA_HOLIDAY


@pytest.fixture
def hall(furnished: str, clock: FixedClock) -> Iterator[Container]:
    with halls.hall(furnished, clock) as container:
        yield container


def raised(container: Container, ticket: str) -> list[tuple[str, bool]]:
    """Level and lateness of each warning of the acceptance of ``ticket``."""
    events = [one.event for one in container.store.load(ticket)]
    return [(e.level.value, e.late) for e in events if isinstance(e, WarningRaised)]


def warn(container: Container) -> int:
    count = container.sweep.warn()
    halls.settled(container)
    return count


def test_nothing_is_raised_before_its_instant(hall: Container, clock: FixedClock) -> None:
    ticket = halls.report(hall)
    assert warn(hall) == 0
    clock.set(halls.MONDAY + timedelta(days=1) - timedelta(microseconds=1))
    assert warn(hall) == 0
    assert raised(hall, ticket) == []


def test_each_level_is_raised_once_when_its_instant_comes(
    hall: Container, clock: FixedClock
) -> None:
    ticket = halls.report(hall)
    clock.set(halls.MONDAY + timedelta(days=1))  # the morning of the last day
    assert (warn(hall), warn(hall)) == (1, 0)
    clock.set(halls.MONDAY + timedelta(days=1, hours=15))  # midnight: it is late now
    assert (warn(hall), warn(hall)) == (1, 0)
    assert raised(hall, ticket) == [("yellow", False), ("red", False)]


def test_missed_levels_come_in_order_and_are_marked_late(
    hall: Container, clock: FixedClock
) -> None:
    ticket = halls.report(hall)
    clock.advance(days=2)
    assert warn(hall) == 2
    assert raised(hall, ticket) == [("yellow", True), ("red", True)]


def test_a_restart_and_a_rebuild_raise_nothing_again(furnished: str, clock: FixedClock) -> None:
    with halls.hall(furnished, clock) as first:
        ticket = halls.report(first)
        clock.advance(days=1)
        assert warn(first) == 1
    with halls.hall(furnished, clock) as second:
        for projection in PROJECTIONS:
            second.builder.rebuild(projection)
        assert warn(second) == 0
        assert raised(second, ticket) == [("yellow", False)]


def test_two_sweeps_at_once_raise_each_warning_once(furnished: str, clock: FixedClock) -> None:
    with halls.hall(furnished, clock) as one, halls.hall(furnished, clock) as other:
        tickets = [halls.report(one) for _ in range(8)]
        halls.settled(other, one.store.head())
        clock.advance(days=1)
        threads = [Thread(target=container.sweep.warn) for container in (one, other)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [raised(one, ticket) for ticket in tickets] == [[("yellow", False)]] * 8


def test_a_limit_that_was_met_is_not_warned_of(hall: Container, clock: FixedClock) -> None:
    ticket = halls.report(hall)
    halls.act(hall, AcceptTicket(ticket_id=ticket))
    clock.advance(days=9)
    assert warn(hall) == 0


def test_a_new_calendar_moves_running_limits_by_an_event(
    hall: Container, clock: FixedClock
) -> None:
    running, met = halls.report(hall), halls.report(hall)
    halls.act(hall, AcceptTicket(ticket_id=met))
    halls.act(hall, PublishCalendar(text=EXTRA_HOLIDAY))
    hall.calendar.refresh()
    assert (hall.sweep.replan(), hall.sweep.replan()) == (1, 0)
    replanned = hall.store.load(running)[-1].event
    assert isinstance(replanned, DueDateReplanned)
    dates = (str(replanned.before.due_date), str(replanned.due.due_date))
    assert dates == ("2026-03-03", "2026-03-04")
    assert replanned.due.calendar_version == "2026-加放"
    assert not any(isinstance(one.event, DueDateReplanned) for one in hall.store.load(met))
    clock.advance(days=1)  # the old plan is void
    assert warn(hall) == 0
    clock.advance(days=1)
    assert warn(hall) == 1


def test_no_limit_warns_by_a_calendar_that_another_one_replaced(
    hall: Container, clock: FixedClock
) -> None:
    ticket = halls.report(hall)
    halls.act(hall, PublishCalendar(text=EXTRA_HOLIDAY))
    hall.calendar.refresh()
    clock.advance(days=1)
    assert warn(hall) == 0
    assert isinstance(hall.store.load(ticket)[-1].event, DueDateReplanned)


def test_one_process_leads_and_another_takes_over(database: str, backend: str) -> None:
    engines = [connect(database), connect(database)]
    first, second = (Leadership(engine) for engine in engines)
    with first.held() as leads, second.held() as also:
        assert (leads, also) == (True, backend == "sqlite")
    with second.held() as leads:
        assert leads
    for engine in engines:
        engine.dispose()


def test_the_thread_warns_by_itself(hall: Container, clock: FixedClock) -> None:
    ticket = halls.report(hall)
    hall.sweeper.start()
    position = hall.store.head()
    clock.advance(days=1)
    assert hall.runner.wait(position + 1, timeout=10)
    assert raised(hall, ticket) == [(WarningLevel.YELLOW.value, False)]


def test_a_rule_book_that_is_not_in_force_is_refused_at_the_start(tmp_path: Path) -> None:
    book = tmp_path / "later.toml"
    book.write_text(
        'extends = "default"\nversion = "明年"\nbasis = "x"\neffective_from = 2027-01-01\n',
        encoding="utf-8",
    )
    config = Config(
        database_url=f"sqlite:///{tmp_path}/hall.db", master_key=b"t" * 32, rulebook=str(book)
    )
    with pytest.raises(RuleBookError, match="在 2026-03-02 不施行"):
        build(config, clock=FixedClock(halls.MONDAY))
    build(config, clock=FixedClock(halls.MONDAY + timedelta(days=365))).close()
