"""An event that can not be applied stops its projection alone, at that event, and is named."""

import sqlite3
from typing import Any

import pytest
import structlog
from msgspec.structs import replace
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from bancheng.domain.complaint.discover import TicketReported
from bancheng.domain.errors import together
from bancheng.domain.events import Event
from bancheng.projections.deadlines.deadlines import DEADLINES
from bancheng.projections.machine import checkpoints
from bancheng.projections.machine import runner as runner_module
from bancheng.projections.machine.base import Projection
from bancheng.projections.machine.subscription import fault_of
from bancheng.projections.registry import PROJECTIONS
from projections.journeys import history
from projections.views import MemoryLog, PlainOpener, Views
from support.given import START

EVENTS = history(3, tickets=4)
SECRET = "13900001111"
BAD = next(one for one in EVENTS[10:] if isinstance(one.event, TicketReported))


VERSION = DEADLINES.projection.version


def board(broken: Exception | None, version: int = VERSION) -> Projection:
    """The deadline board, whose function for reported tickets raises at `BAD`."""
    handles = dict(DEADLINES.projection.handles)
    good = handles[TicketReported]

    def at_bad(rows, event, recorded):
        if broken is not None and recorded.position == BAD.position:
            raise broken
        good(rows, event, recorded)

    own = DEADLINES.projection
    return Projection(
        name=own.name,
        version=version,
        tables=own.tables,
        handles=handles | {TicketReported: at_bad},
        follows=own.follows,
        of=own.of,
    )


def with_board(board: Projection) -> list[Projection]:
    return [board if one.name == board.name else one for one in PROJECTIONS]


@pytest.fixture(params=[1, 100], ids=["long batches", "short batches"])
def stopped(engine, request):
    """Read models whose board has met the bad event; with the log lines of that moment."""
    broken = with_board(board(ValueError(f"tel {SECRET}")))
    views = Views(engine, MemoryLog(EVENTS), projections=broken, long_batch=request.param)
    runner = views.runner()
    structlog.reset_defaults()
    with capture_logs() as lines:
        runner.catch_up()
        runner.catch_up()
    return views, runner, lines


def test_it_stops_before_the_event_and_the_others_go_on(stopped):
    views, runner, _ = stopped
    healths = {one.name: one for one in runner.health(START)}

    assert healths["deadline_board"].position < BAD.position
    before = [one.position for one in EVENTS if one.position < BAD.position]
    assert healths["deadline_board"].position == before[-1]
    others = {one.position for one in healths.values() if one.name != "deadline_board"}
    assert others == {EVENTS[-1].position}
    assert len(views.rows()["audit_trail"]) == len(EVENTS)


def test_the_event_is_named_once_and_nothing_personal_is_said(stopped):
    _, runner, lines = stopped
    health = next(one for one in runner.health(START) if one.name == "deadline_board")
    poison = health.poison

    assert not health.is_well()
    assert (poison.position, poison.event_id) == (BAD.position, BAD.envelope.event_id)
    assert (poison.stream_id, poison.topic) == (BAD.stream_id, "complaint.ticket-reported")
    assert poison.error.startswith("ValueError at ")
    said = [line for line in lines if line["event"] == "projection_stopped"]
    assert [line["event_id"] for line in said] == [BAD.envelope.event_id]
    assert SECRET not in f"{lines}{poison}"


def test_nobody_waits_for_a_stopped_projection(stopped):
    _, runner, _ = stopped

    assert not runner.wait(BAD.position, ["deadline_board"], timeout=60)
    assert runner.wait(EVENTS[-1].position, ["ticket_ledger"], timeout=60)


def test_retry_stops_again_while_the_fault_is_there(stopped):
    _, runner, _ = stopped

    assert runner.retry("deadline_board")
    runner.catch_up()
    assert {one.name for one in runner.health(START) if one.poison} == {"deadline_board"}
    assert not runner.retry("no_such_projection")


def test_after_the_fault_is_mended_retry_catches_up(stopped, engine):
    stopped[1].retry("deadline_board")
    mended = Views(engine, MemoryLog(EVENTS)).caught_up()

    assert {one.poison for one in mended.runner().health(START)} == {None}
    assert _finished(mended)


def test_a_running_process_goes_on_when_another_one_retries(stopped, engine, monkeypatch):
    running = Views(engine, MemoryLog(EVENTS)).runner()
    running.catch_up()
    assert {one.name for one in running.health(START) if one.poison} == {"deadline_board"}

    monkeypatch.setattr(runner_module, "_LOOK_AGAIN_SECONDS", 0)
    stopped[1].retry("deadline_board")
    running.catch_up()

    assert {one.poison for one in running.health(START)} == {None}
    assert _finished(stopped[0])


def test_a_new_version_starts_over_without_the_poison(stopped, engine):
    mended = Views(engine, MemoryLog(EVENTS), projections=with_board(board(None, VERSION + 1)))
    mended.caught_up()

    with mended.database.read() as connection:
        checkpoint = checkpoints.get(connection, "deadline_board")
    assert (checkpoint.version, checkpoint.poison) == (VERSION + 1, None)
    assert _finished(mended)


def _finished(views):
    with views.database.read() as connection:
        return {
            checkpoint.position for checkpoint in checkpoints.find_all(connection).values()
        } == {EVENTS[-1].position}


def test_a_failure_that_passes_stops_nothing(engine):
    class Flaky(PlainOpener):
        failures = 1

        def masked(self, value):
            if self.failures:
                self.failures = 0
                raise OperationalError("select", None, sqlite3.OperationalError("busy"))
            return super().masked(value)

    views = Views(engine, MemoryLog(EVENTS), opener=Flaky())
    runner = views.runner()

    with pytest.raises(OperationalError):
        runner.catch_up()
    runner.catch_up()
    assert {one.poison for one in runner.health(START)} == {None}
    assert _finished(views)


def test_an_event_that_can_not_be_read_holds_up_only_what_is_behind_it(engine):
    class Torn(MemoryLog):
        def read(self, after, limit):
            found = super().read(after, limit)
            if any(one.position == BAD.position for one in found):
                raise ValueError("no such schema")
            return found

    views = Views(engine, Torn(EVENTS))

    with pytest.raises(ValueError, match="no such schema"):
        views.runner().catch_up()
    before = [one for one in EVENTS if one.position < BAD.position]
    assert len(views.rows()["audit_trail"]) == len(before)


def test_a_projection_that_handles_an_event_of_a_family_it_does_not_follow_is_refused():
    own = DEADLINES.projection

    with pytest.raises(TypeError, match="x handles what it does not follow: TicketReported"):
        Projection(
            name="x",
            version=1,
            tables=(),
            handles={TicketReported: own.handles[TicketReported]},
            follows=("case", "deadline"),
        )


def test_what_a_projection_has_no_function_for_changes_none_of_its_rows(engine):
    class Unheard(Event, frozen=True, kw_only=True):
        """未闻: nobody has a function for it."""

    Unheard.topic, Unheard.term, Unheard.step = "complaint.unheard-of", "未闻", None
    views = Views(engine, MemoryLog(EVENTS)).caught_up()
    before = views.rows()
    last = EVENTS[-1]
    assert last.stream_id.startswith("ticket-")
    unheard = replace(last, version=last.version + 1, position=last.position + 1, event=Unheard())
    views.log.events.append(unheard)
    after = views.caught_up().rows()

    # Those that say what they do with any event that they follow.
    changed = {name for name, rows in after.items() if rows != before[name]}
    assert changed == {"audit_trail", "stream_span", "ticket_ledger"}
    assert {one.poison for one in views.runner().health(START)} == {None}


def test_where_it_failed_is_a_place_in_the_program_whatever_the_folders_are_called():
    """As of a library in the environment of a hall that is installed in /opt/bancheng."""
    library: dict[str, Any] = {}
    source = compile("def fails(): raise ValueError", "/opt/bancheng/lib/library.py", "exec")
    exec(source, library)

    with pytest.raises(ValueError) as caught:  # noqa: PT011
        together(library["fails"])

    assert fault_of(caught.value).startswith("ValueError at errors.py:")
