"""The read models as of a moment are those that there were, table by table and page by page."""

from dataclasses import replace as with_fields
from datetime import UTC, datetime
from functools import cache

import pytest
from msgspec.structs import replace
from sqlalchemy import Column, Integer, MetaData, Table, event, select

from bancheng.domain.case.history import PREFIX as PAST_CASES
from bancheng.domain.complaint.discover import TicketReported
from bancheng.domain.errors import Conflict, InvalidInput
from bancheng.projections.cases.cases import CASES_BY_ID, CHILDREN
from bancheng.projections.deadlines.deadlines import DEADLINES_OF_MATTERS
from bancheng.projections.ledger.windows import PAGE_MAX, Window
from bancheng.projections.machine import checkpoints, spans
from bancheng.projections.machine.base import TimeBasis
from bancheng.projections.machine.moments import Moment, moment_of
from bancheng.projections.machine.past import OF_STREAMS, past
from bancheng.projections.office import all_units
from bancheng.projections.registry import LEDGERS, PROJECTIONS
from bancheng.projections.tickets.row import ticket
from bancheng.projections.tickets.tickets import TICKETS, TICKETS_BY_ID
from bancheng.projections.trail import TRAILS, addressee
from bancheng.projections.work_orders.work_orders import ORDERS_OF_TICKETS
from projections.journeys import whole_history
from projections.views import MemoryLog, PlainOpener, Views

EVENTS = whole_history(5, tickets=6, cases=5)
CUTS = [EVENTS[len(EVENTS) * n // 7].position for n in range(1, 7)]
# Who was addressed is asked when a row of the trail is added, and never of the past.
TABLES = [one for each in PROJECTIONS for one in each.tables if one is not addressee]
# What a source tells in an order of its own is not given by the time of occurrence.
BY_OCCURRENCE = [one for each in PROJECTIONS for one in each.tables
                 if one in TABLES and not each.goes_by_order]  # fmt: skip
ONE_BY_ONE = (TICKETS_BY_ID, ORDERS_OF_TICKETS, DEADLINES_OF_MATTERS, CASES_BY_ID, TRAILS)


def at(position: int) -> Moment:
    """What was recorded up to ``position``, whatever the time was then."""
    return Moment(at=datetime.max.replace(tzinfo=UTC), by=TimeBasis.RECORDED, position=position)


def by_the_day(day: datetime) -> Moment:
    return Moment(at=day, by=TimeBasis.OCCURRED, position=0)


def connected(views, moment, **more):
    return past(views.engine, views.batches, moment, PROJECTIONS, **more)


def rows(connection, tables=TABLES):
    return {
        table.name: connection.execute(select(table).order_by(*table.primary_key.columns)).all()
        for table in tables
    }


def rows_of(views, tables=TABLES):
    with views.database.read() as connection:
        return rows(connection, tables)


def pages(connection, ledger):
    """Every row of ``ledger`` in each of its sortings, both ways, page by page."""
    for sort in ledger.sort:
        for descending in (True, False):
            window = Window(sort=sort, descending=descending, first=7)
            while True:
                page = ledger.page(connection, ledger.filter(), window)
                yield from page.rows
                if not page.has_next:
                    break
                window = replace(window, after=page.cursors[-1])
    yield ledger.count(connection, ledger.filter())


def test_every_table_is_what_it_was_whatever_came_after(engine):
    log = MemoryLog()
    views = Views(engine, log)
    runner = views.runner()
    were = {}
    for cut in CUTS:
        log.events = [one for one in EVENTS if one.position <= cut]
        runner.catch_up()
        were[cut] = rows_of(views)
    log.events = list(EVENTS)
    runner.catch_up()

    for cut, was in were.items():
        with connected(views, at(cut)) as connection:
            assert rows(connection) == was


def test_every_page_in_every_order_is_what_it_was(engine):
    log = MemoryLog(one for one in EVENTS if one.position <= CUTS[3])
    views = Views(engine, log).caught_up()
    with views.database.read() as connection:
        were = {ledger.name: list(pages(connection, ledger)) for ledger in LEDGERS}
    log.events = list(EVENTS)
    views.caught_up()

    with connected(views, at(CUTS[3])) as connection:
        for ledger in LEDGERS:
            assert list(pages(connection, ledger)) == were[ledger.name], ledger.name


def test_what_is_joined_to_the_rows_of_a_page_is_looked_up(engine):
    if engine.dialect.name != "sqlite":
        return  # it alone may not
    views = Views(engine, MemoryLog(EVENTS)).caught_up()
    asked, joined = [], []
    with connected(views, at(CUTS[3])) as connection:
        event.listen(connection, "before_cursor_execute", lambda *it: asked.append(it[2:4]))
        for ledger in LEDGERS:
            window = Window(sort=ledger.first_sort, descending=ledger.descending, first=20)
            ledger.page(connection, ledger.filter(), window)
        for statement, values in [one for one in asked if one[0].startswith("SELECT")]:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
            joined += [line[-1] for line in plan if line[-1].endswith("LEFT-JOIN")]
    assert joined
    assert [line for line in joined if line.startswith("SCAN")] == []


def test_by_the_time_of_occurrence_late_entries_count_where_they_happened(engine):
    known = [one for one in EVENTS if not one.stream_id.startswith(PAST_CASES)]
    times = sorted(one.envelope.occurred_at for one in known)
    day = times[len(times) // 2]
    log = MemoryLog(one for one in known if one.envelope.occurred_at <= day)
    views = Views(engine, log).caught_up()
    was = rows_of(views, BY_OCCURRENCE)
    for projection in PROJECTIONS:
        with views.database.write() as connection:
            for table in projection.tables:
                connection.execute(table.delete())
            connection.execute(checkpoints.projection.update().values(position=0))
    log.events = known
    views.caught_up()

    with connected(views, by_the_day(day)) as connection:
        assert rows(connection, BY_OCCURRENCE) == was


def test_what_is_asked_of_one_matter_is_what_it_was_and_reads_no_other_stream(engine):
    log = MemoryLog(one for one in EVENTS if one.position <= CUTS[2])
    views = Views(engine, log).caught_up()
    matters = _changed_since(CUTS[2])[::2]
    assert CASES_BY_ID.select.get_execution_options()[OF_STREAMS].columns == ("theme_id",)
    with views.database.read() as connection:
        were = [query(connection, [one]) for query in ONE_BY_ONE for one in matters]
    log.events = list(EVENTS)
    views.caught_up()
    read = []
    views.batches.log.of = lambda streams, *more: (
        read.extend(streams) or MemoryLog.of(log, streams, *more)
    )

    for query, was in zip(
        [(query, one) for query in ONE_BY_ONE for one in matters], were, strict=True
    ):
        read.clear()
        with connected(views, at(CUTS[2])) as connection:
            found = query[0](connection, [query[1]])
        assert found == was
        theme = {getattr(row, "theme_id", None) for row in found.values()}
        assert set(read) <= {query[1]} | theme


def test_a_child_of_a_theme_shows_the_theme_as_it_was(engine):
    views = Views(engine, MemoryLog(EVENTS)).caught_up()
    with connected(views, at(EVENTS[-1].position)) as connection:
        themes = [row.theme_id for row in _cases(connection) if row.theme_id]
        assert themes
        found = CHILDREN(connection, themes)
        shown = [row for rows in found.values() for row in rows]
        assert [CASES_BY_ID.one(connection, row.case_id) for row in shown] == shown


def _cases(connection):
    ledger = CASES_BY_ID.ledger
    return ledger.page(
        connection, ledger.filter(), Window(sort=ledger.first_sort, first=PAGE_MAX)
    ).rows


class Eraser(PlainOpener):
    """Opens nothing any more."""

    def masked(self, value):
        return None if value is None else "已销毁"


def test_what_was_erased_since_is_erased_in_the_past_as_well(engine):
    views = Views(engine, MemoryLog(EVENTS)).caught_up()
    gone = Views(engine, MemoryLog(EVENTS), opener=Eraser())
    changed = _changed_since(CUTS[2])

    with connected(gone, at(CUTS[2])) as connection:
        shown = TICKETS_BY_ID(connection, changed)
    assert shown
    for row in shown.values():
        assert row.content_masked == "已销毁"
    with connected(views, at(CUTS[2])) as connection:
        assert all(
            row.content_masked != "已销毁" for row in TICKETS_BY_ID(connection, changed).values()
        )


def _changed_since(position):
    before = {one.stream_id for one in EVENTS if one.position <= position}
    return sorted(before & {one.stream_id for one in EVENTS if one.position > position})


def test_it_is_one_snapshot_whatever_is_recorded_meanwhile(engine):
    log = MemoryLog(EVENTS[:-40])
    views = Views(engine, log).caught_up()
    cut = EVENTS[-60].position
    with connected(views, at(cut)) as connection:
        was = list(pages(connection, TICKETS))

    with connected(views, at(cut)) as connection:
        before = list(pages(connection, TICKETS))
        log.events = list(EVENTS)
        views.caught_up()
        after = list(pages(connection, TICKETS))

    assert before == after == was


def test_nothing_is_left_of_it_and_the_connection_is_of_today_again(engine):
    views = Views(engine, MemoryLog(EVENTS)).caught_up()
    now = rows_of(views)
    for _ in range(2):
        with connected(views, at(CUTS[0])) as connection:
            rows(connection)

        assert rows_of(views) == now


def test_more_than_may_be_replayed_at_once_is_refused(engine):
    views = Views(engine, MemoryLog(EVENTS)).caught_up()

    with connected(views, at(CUTS[3]), most=2) as connection:
        with pytest.raises(InvalidInput) as refused:
            TICKETS.count(connection, TICKETS.filter())
        # One matter is not, and no more is a ledger of which less has gone on.
        assert all_units(connection)
        assert TICKETS_BY_ID(connection, _changed_since(CUTS[3])[-1:])

    assert refused.value.code == "PAST_TOO_MUCH"


def test_what_is_no_read_model_can_not_be_asked(engine):
    views = Views(engine, MemoryLog(EVENTS)).caught_up()
    other = Table("proof", MetaData(), Column("id", Integer))

    with connected(views, at(CUTS[3])) as connection, pytest.raises(InvalidInput) as refused:
        connection.execute(select(other))

    assert refused.value.code == "PAST_NOT_KEPT"


def test_rows_ahead_of_what_is_known_of_their_streams_are_not_shown(engine):
    views = Views(engine, MemoryLog(EVENTS)).caught_up()
    behind = checkpoints.projection.update().where(
        checkpoints.projection.c.name == spans.PROJECTION.name
    )
    with views.database.write() as connection:
        connection.execute(behind.values(position=CUTS[5]))

    with pytest.raises(Conflict) as refused, connected(views, at(CUTS[3])):
        pass

    assert refused.value.code == "PAST_NOT_READY"


def test_a_ledger_that_stopped_says_of_the_past_what_it_says_of_today(engine):
    bad = [one for one in EVENTS if isinstance(one.event, TicketReported)][-2]

    def breaks(rows, event, recorded):
        if recorded.position == bad.position:
            raise ValueError
        good(rows, event, recorded)

    own = TICKETS.projection
    good = own.handles[TicketReported]
    broken = with_fields(own, handles={**own.handles, TicketReported: breaks})
    some = [broken if one is own else one for one in PROJECTIONS]
    views = Views(engine, MemoryLog(EVENTS), projections=some).caught_up()

    with past(views.engine, views.batches, at(EVENTS[-2].position), some) as connection:
        shown = list(pages(connection, TICKETS))
        found = TICKETS_BY_ID(connection, [bad.stream_id])
    with views.database.read() as connection:
        assert shown == list(pages(connection, TICKETS))
    assert found == {}
    before = [one for one in EVENTS if one.position < bad.position]
    with past(views.engine, views.batches, at(before[-9].position), some) as connection:
        assert TICKETS.count(connection, TICKETS.filter()) == len(
            {one.stream_id for one in before[:-8] if isinstance(one.event, TicketReported)}
        )


@cache
def in_order():
    """The same events, recorded one after the other."""
    first = EVENTS[0].envelope.recorded_at
    return [
        replace(one, envelope=replace(one.envelope, recorded_at=first.replace(microsecond=n)))
        for n, one in enumerate(EVENTS)
    ]


@pytest.mark.parametrize("nth", [0, 1, 57, len(EVENTS) - 1])
def test_a_moment_knows_all_that_was_recorded_by_then(nth):
    events = in_order()

    for by in TimeBasis:
        moment = moment_of(MemoryLog(events), events[nth].envelope.recorded_at, by)
        assert moment.position == events[nth].position


def test_before_the_first_event_nothing_was_recorded():
    events = in_order()
    before = events[0].envelope.recorded_at.replace(year=1999)

    assert moment_of(MemoryLog(events), before, TimeBasis.RECORDED).position == 0


def test_a_clock_that_was_a_little_slow_hides_nothing_recorded_in_time():
    events = in_order()
    slow = replace(
        events[60],
        envelope=replace(events[60].envelope, recorded_at=events[50].envelope.recorded_at),
    )
    log = MemoryLog([*events[:60], slow, *events[61:]])

    assert moment_of(log, slow.envelope.recorded_at, TimeBasis.RECORDED).position == slow.position


def test_a_table_of_the_past_is_no_table_of_today():
    assert ticket.schema is None
