"""What is late climbs the ladder by itself, on its days and once, whatever becomes of a sweep."""

from collections.abc import Iterator
from datetime import timedelta
from threading import Thread

import pytest
from structlog.testing import capture_logs

from bancheng.app.engine import Context
from bancheng.bootstrap import Container
from bancheng.domain.complaint.dispatch import AddCoUnit
from bancheng.domain.errors import Conflict, DomainError, InvalidInput, WrongStep
from bancheng.domain.events import Channel, Place
from bancheng.domain.office.unit import RegisterUnit
from bancheng.domain.people import FreeText
from bancheng.domain.supervision.climbing import ClimbLadder, SignMeasure
from bancheng.domain.supervision.events import MeasureProposed, MeasureTaken
from bancheng.infra.clock import FixedClock
from bancheng.jobs import sweep as sweeping
from bancheng.jobs.put_off import TRIED_AGAIN_AFTER, PutOff
from bancheng.projections.registry import PROJECTIONS
from support import halls, theme_hall
from support.given import EFFICIENCY, READ
from support.ladders import climb, climbed, watched

THREE_WEEKS = halls.MONDAY + timedelta(days=21)


@pytest.fixture
def hall(furnished: str, clock: FixedClock) -> Iterator[Container]:
    with halls.hall(furnished, clock) as container:
        yield container


def test_the_ladder_of_a_late_order_climbs_rung_by_rung_on_its_days(
    hall: Container, clock: FixedClock
) -> None:
    ticket = halls.dispatched(hall)
    for _ in range(31):
        clock.advance(days=1)
        climb(hall)
    assert climbed(hall, ticket) == [
        ("urge", "2026-03-10", "2026-03-10"),
        ("supervise", "2026-03-12", "2026-03-12"),
        ("bulletin", "2026-03-17", "2026-03-17"),
        ("interview", "2026-03-23", "2026-03-23"),
        ("hold_accountable", "2026-03-30", "2026-03-30"),
    ]
    taken = [one.event for one in hall.store.load(ticket) if isinstance(one.event, MeasureTaken)]
    # Nothing from 通报 on was demanded of anybody: nobody signed it.
    assert [one.rung.value for one in taken] == ["urge", "supervise"]
    assert {(one.unit, one.ground) for one in taken} == {("RS", "overdue")}
    assert [one.answer_due and str(one.answer_due.due_date) for one in taken] == [
        None, "2026-03-16",
    ]  # fmt: skip


def test_a_late_case_climbs_as_an_order_does(furnished: str, clock: FixedClock) -> None:
    with theme_hall.opened(furnished, clock) as hall:
        case = theme_hall.accepted(hall, "YYZZ")
        for _ in range(31):  # past what was promised, and what the law allows
            clock.advance(days=1)
            climb(hall)
        assert climbed(hall, case) == [
            ("urge", "2026-03-10", "2026-03-10"),
            ("supervise", "2026-03-12", "2026-03-12"),
            ("bulletin", "2026-03-17", "2026-03-17"),
            ("interview", "2026-03-23", "2026-03-23"),
            ("hold_accountable", "2026-03-30", "2026-03-30"),
            ("urge", "2026-03-31", "2026-03-31"),
            ("supervise", "2026-04-02", "2026-04-02"),
        ]


def test_after_a_sleep_of_weeks_one_rung_a_matter_is_recorded_in_a_run(
    hall: Container, clock: FixedClock
) -> None:
    tickets = [halls.dispatched(hall) for _ in range(3)]
    clock.set(THREE_WEEKS)  # 23 March
    assert (climb(hall), climb(hall)) == (3, 0)
    assert [climbed(hall, one) for one in tickets] == [[("urge", "2026-03-10", "2026-03-23")]] * 3
    clock.advance(days=1)
    assert (climb(hall), climb(hall)) == (3, 0)
    clock.advance(days=1)  # the supervision order of yesterday has its two working days
    assert climb(hall) == 0


def test_a_restart_and_a_rebuild_climb_nothing_again(furnished: str, clock: FixedClock) -> None:
    with halls.hall(furnished, clock) as first:
        ticket = halls.dispatched(first)
        clock.set(THREE_WEEKS)
        assert climb(first) == 1
    with halls.hall(furnished, clock) as second:
        for projection in PROJECTIONS:
            second.builder.rebuild(projection)
        assert climb(second) == 0
        assert len(climbed(second, ticket)) == 1


def test_two_sweeps_at_once_climb_each_rung_once(furnished: str, clock: FixedClock) -> None:
    with halls.hall(furnished, clock) as one, halls.hall(furnished, clock) as other:
        tickets = [halls.dispatched(one) for _ in range(8)]
        clock.set(THREE_WEEKS)
        one.sweep.warn()
        halls.settled(one)
        halls.settled(other, one.store.head())
        threads = [Thread(target=container.sweep.climb) for container in (one, other)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert {len(climbed(one, ticket)) for ticket in tickets} == {1}


class Refusing:
    """A sweep in which ``error`` lets some ``matters`` climb nothing; ``tried`` are all in turn."""

    def __init__(self, hall: Container, error: DomainError, matters: list[str]) -> None:
        self.tried: list[str] = []
        self._error = error
        self._matters = matters
        self._sweep = watched(hall.sweep, self._asked)

    def _asked(self, command: ClimbLadder) -> None:
        self.tried.append(command.matter_id)
        if command.matter_id in self._matters:
            raise self._error

    def turns(self, number: int) -> int:
        return sum(self._sweep.climb_batch() for _ in range(number))


UNDEFINED = InvalidInput("LIMIT_UNDEFINED", "规则库没有规定督办反馈时限")


def test_what_the_rules_refuse_is_tried_again_later_and_keeps_nobody_else_waiting(
    hall: Container, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "BATCH", 2)
    tickets = [halls.dispatched(hall) for _ in range(5)]
    clock.set(THREE_WEEKS)
    hall.sweep.warn()
    halls.settled(hall)
    refused = tickets[:3]  # more than a batch, and the first
    refusing = Refusing(hall, UNDEFINED, refused)
    with capture_logs() as logged:
        assert refusing.turns(20) == 2
    assert sorted(refusing.tried) == sorted(tickets)
    told = [one for one in logged if one["event"] == "rung_refused"]
    again_at = (THREE_WEEKS + TRIED_AGAIN_AFTER).isoformat()
    assert [(one["code"], one["again_at"]) for one in told] == [("LIMIT_UNDEFINED", again_at)] * 3
    assert {one["log_level"] for one in told} == {"error"}
    clock.advance(minutes=9)
    assert refusing.turns(5) == 0
    assert len(refusing.tried) == 5
    clock.advance(minutes=1)
    refusing.turns(5)
    assert sorted(refusing.tried[5:]) == sorted(refused)
    clock.advance(minutes=10)
    assert (climb(hall), climb(hall)) == (3, 0)  # the book was mended


@pytest.mark.parametrize(
    ("error", "line", "tries"),
    [
        (WrongStep("DEADLINE_NOT_RUNNING", "已停止"), "rung_not_climbed", 1),
        (Conflict("VERSION_CONFLICT", "版本冲突"), None, 4),  # it has only to come again
    ],
)
def test_what_somebody_was_faster_with_is_no_alarm(
    hall: Container,
    clock: FixedClock,
    error: DomainError,
    line: str | None,
    tries: int,
) -> None:
    ticket = halls.dispatched(hall)
    clock.set(THREE_WEEKS)
    hall.sweep.warn()
    halls.settled(hall)
    refusing = Refusing(hall, error, [ticket])
    with capture_logs() as logged:
        assert refusing.turns(4) == 0
    assert len(refusing.tried) == tries
    found = [(one["event"], one["log_level"]) for one in logged if "rung" in one["event"]]
    assert found == ([(line, "info")] if line else [])


def test_a_limit_that_starts_behind_one_that_climbed_is_not_even_looked_at(
    hall: Container, clock: FixedClock
) -> None:
    ticket = halls.dispatched(hall)
    halls.act(hall, RegisterUnit(code="YB", name="医保局"))
    while not (proposed := _proposed(hall, ticket)):
        clock.advance(days=1)
        climb(hall)
    demand = FreeText("请说明原因")
    sign = SignMeasure(
        matter_id=ticket, measure_id=proposed[0], demand=demand, answer_working_days=10
    )
    signing = Context(actor=EFFICIENCY, key="sign", place=Place(Channel.WINDOW))
    halls.settled(hall, hall.engine.execute(sign, signing).position)
    halls.act(hall, AddCoUnit(ticket_id=ticket, unit="YB", instruction=demand, released=READ))
    tries = Refusing(hall, UNDEFINED, [])
    days: list[str] = []
    for _ in range(16):
        clock.advance(days=1)
        hall.sweep.warn()
        halls.settled(hall)
        before = len(tries.tried)
        recorded = tries.turns(3)
        assert len(tries.tried) - before == recorded
        days += [str(clock.now().date())] * recorded
    # Signed on the 17th, to be answered by the 31st; that of YB ran out on the 24th.
    assert days == ["2026-04-01", "2026-04-02"]


def _proposed(hall: Container, ticket: str) -> list[str]:
    events = (one.event for one in hall.store.load(ticket))
    return [event.measure_id for event in events if isinstance(event, MeasureProposed)]


def test_only_so_many_refusals_are_kept() -> None:
    put_off = PutOff(kept_max=2)
    for key in ("a", "b", "a", "c"):
        put_off.add(key, halls.MONDAY)
    waiting = [key for key in "abc" if put_off.waits(key, halls.MONDAY)]
    assert waiting == ["a", "c"]
    assert not put_off.waits("a", halls.MONDAY + TRIED_AGAIN_AFTER)
