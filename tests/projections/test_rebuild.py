"""A rebuild comes to the rows that live has, beside them, and takes their place at once."""

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Event as Signal

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, inspect, select

from bancheng.domain.complaint.discover import TicketReported
from bancheng.projections.deadlines.deadlines import DEADLINES
from bancheng.projections.machine import checkpoints
from bancheng.projections.machine.base import Projection
from bancheng.projections.machine.columns import stream_column
from bancheng.projections.machine.rebuild import LedgerTooNewError, RebuildStoppedError
from bancheng.projections.registry import PROJECTIONS
from bancheng.projections.tickets.row import ticket_unit
from bancheng.projections.tickets.tickets import TICKETS
from bancheng.projections.work_orders.row import order
from bancheng.projections.work_orders.work_orders import WORK_ORDERS
from projections.journeys import whole_history
from projections.views import MemoryLog, Views

EVENTS = whole_history(3, tickets=6, cases=4)
LEDGER = TICKETS.projection
NEW = LEDGER.version + 1


def generation(views, name):
    with views.database.read() as connection:
        return checkpoints.get(connection, name).generation


def test_rebuilt_rows_are_the_live_ones(engine):
    views = Views(engine, MemoryLog(EVENTS), batch=17).caught_up()
    live = views.rows()

    for projection in PROJECTIONS:
        views.builder.rebuild(projection)

        assert views.rows() == live, projection.name
        assert generation(views, projection.name) == 2


def test_it_can_be_done_again_and_leaves_nothing_behind(engine):
    views = Views(engine, MemoryLog(EVENTS)).caught_up()
    tables = set(inspect(engine).get_table_names())
    indexes = _index_names(engine)

    for _ in range(3):
        views.builder.rebuild(LEDGER)

    assert set(inspect(engine).get_table_names()) == tables
    assert len(_index_names(engine)) == len(indexes)
    with views.database.read() as connection:
        assert set(checkpoints.find_all(connection)) == {one.name for one in PROJECTIONS}


def _index_names(engine):
    found = inspect(engine).get_indexes("ticket_ledger")
    return {index["name"] for index in found}


def test_rows_that_are_wrong_or_should_not_be_there_are_gone_after_it(engine):
    views = Views(engine, MemoryLog(EVENTS)).caught_up()
    live = views.rows()
    with views.database.write() as connection:
        connection.execute(order.update().values(urges=99))
        connection.execute(ticket_unit.delete())

    views.builder.rebuild(WORK_ORDERS.projection)
    views.builder.rebuild(LEDGER)

    assert views.rows() == live


def test_live_goes_on_in_the_new_tables(engine):
    log = MemoryLog(EVENTS[:60])
    views = Views(engine, log, batch=9)
    runner = views.runner()
    runner.catch_up()

    views.builder.rebuild(LEDGER)
    log.events = list(EVENTS)
    runner.catch_up()

    assert views.rows() == _live_rows(views)


def _live_rows(views):
    """What a rebuild of everything comes to."""
    for projection in PROJECTIONS:
        views.builder.rebuild(projection)
    return views.rows()


def test_rebuilt_while_others_write_and_follow(engine):
    log = MemoryLog(EVENTS[:20])
    views = Views(engine, log, batch=8).caught_up()
    done = Signal()

    def write():
        for one in EVENTS[20:]:
            log.events.append(one)
        done.set()

    def follow():
        runner = views.runner()
        while not done.is_set():
            runner.catch_up()
        runner.catch_up()

    def rebuild():
        for projection in PROJECTIONS:
            views.builder.rebuild(projection)

    with ThreadPoolExecutor() as pool:
        for task in [pool.submit(act) for act in (follow, rebuild, write)]:
            task.result()
    live = views.caught_up().rows()

    assert len(live["audit_trail"]) == len(EVENTS)
    assert live == _live_rows(views)


def test_the_new_rows_are_not_behind_what_live_has_told(engine):
    log = MemoryLog(EVENTS[:30])
    views = Views(engine, log, batch=500).caught_up()
    read = views.batches.behind

    def overtaken_by_live(position):
        page = read(position)
        if not page and len(log.events) < len(EVENTS):
            # The build believes to be at the end; just then events come and live applies them.
            log.events = list(EVENTS)
            views.caught_up()
        return page

    object.__setattr__(views.builder, "batches", _Reading(overtaken_by_live))
    views.builder.rebuild(LEDGER)

    with views.database.read() as connection:
        assert checkpoints.get(connection, LEDGER.name).position == EVENTS[-1].position
    rows = views.rows()
    object.__setattr__(views.builder, "batches", views.batches)
    assert rows == _live_rows(views)


class _Reading:
    def __init__(self, behind):
        self.behind = behind


def counting(version: int) -> Projection:
    """The ticket ledger in a version that has one small table instead of its own two."""
    table = Table(
        "ticket_count",
        MetaData(),
        stream_column(primary_key=True),
        Column("reported", Integer, nullable=False),
    )

    def reported(rows, _event, recorded):
        rows.new(table, stream_id=recorded.stream_id, reported=1)

    return Projection(
        name=LEDGER.name,
        version=version,
        tables=(table,),
        handles={TicketReported: reported},
        follows=LEDGER.follows,
        of=LEDGER.of,
    )


def test_another_version_is_built_and_takes_over_also_with_other_tables(engine):
    old = Views(engine, MemoryLog(EVENTS)).caught_up()
    tickets = len(old.rows()["ticket_ledger"])
    new = Views(engine, MemoryLog(EVENTS), projections=[counting(NEW)])

    assert len(new.rows()["ticket_count"]) == tickets
    assert not inspect(engine).has_table("ticket_ledger")
    assert not inspect(engine).has_table("ticket_ledger_unit")


def test_a_program_of_the_old_version_builds_nothing_backwards(engine):
    new = Views(engine, MemoryLog(EVENTS), projections=[counting(NEW)]).caught_up()
    with pytest.raises(LedgerTooNewError, match=f"台账 {LEDGER.name} 由更新版本的程序维护"):
        Views(engine, MemoryLog(EVENTS))
    with new.database.read() as connection:
        assert checkpoints.get(connection, LEDGER.name).version == NEW


def test_a_program_of_the_old_version_stands_aside(engine):
    log = MemoryLog(EVENTS[:60])
    runner = Views(engine, log).runner()
    runner.catch_up()
    new = Views(engine, log, projections=[counting(NEW)])
    log.events = list(EVENTS)

    runner.catch_up()

    with new.database.read() as connection:
        assert checkpoints.get(connection, LEDGER.name).position == EVENTS[59].position
    assert not runner.wait(EVENTS[-1].position, [LEDGER.name], timeout=60)
    new.caught_up()
    counted = select(counting(NEW).tables[0])
    with new.database.read() as connection:
        reported = [one for one in EVENTS if isinstance(one.event, TicketReported)]
        assert len(connection.execute(counted).all()) == len(reported)


def test_a_build_that_was_killed_goes_on_where_it_stood(engine, monkeypatch):
    views = Views(engine, MemoryLog(EVENTS), batch=10).caught_up()
    with monkeypatch.context() as patch:
        patch.setattr(type(views.builder), "_switch", _killed)
        with pytest.raises(KeyboardInterrupt):
            Views(engine, MemoryLog(EVENTS), batch=10, projections=[counting(NEW)])
    with views.database.read() as connection:
        assert checkpoints.get(connection, LEDGER.name).version == LEDGER.version
        half = checkpoints.get(connection, f"{LEDGER.name}__g2")

    new = Views(engine, MemoryLog(EVENTS), projections=[counting(NEW)])

    assert half.position == EVENTS[-1].position
    assert generation(new, LEDGER.name) == 2


def _killed(*_):
    raise KeyboardInterrupt


def test_a_build_that_meets_poison_leaves_live_as_it_was(engine):
    views = Views(engine, MemoryLog(EVENTS)).caught_up()
    live = views.rows()

    def fail(*_):
        raise ValueError

    own = DEADLINES.projection
    broken = Projection(
        name=own.name,
        version=own.version,
        tables=own.tables,
        handles=dict.fromkeys(own.handles, fail),
        follows=own.follows,
        of=own.of,
    )
    first = next(one for one in EVENTS if type(one.event) in own.handles)
    with pytest.raises(RebuildStoppedError, match=re.escape(first.event.topic)):
        views.builder.rebuild(broken)

    assert views.rows() == live
    assert generation(views, own.name) == 1
    views.builder.rebuild(own)
    assert views.rows() == live


def test_several_processes_may_start_at_once(engine):
    with ThreadPoolExecutor(4) as pool:
        started = list(pool.map(lambda _: Views(engine, MemoryLog(EVENTS)), range(4)))

    assert started[0].caught_up().rows() == started[3].rows()
