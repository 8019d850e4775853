"""What changed between two moments is what two readings of them differ by, whoever reads."""

from datetime import UTC, datetime

import pytest

from bancheng.app.inputs import to_question
from bancheng.domain.errors import InvalidInput
from bancheng.projections.comparison import (
    COMPARED,
    ChangeKind,
    Comparison,
    Side,
    order_checked,
)
from bancheng.projections.ledger.windows import Window
from bancheng.projections.machine.base import TimeBasis
from bancheng.projections.machine.moments import Moment
from bancheng.projections.machine.past import past
from bancheng.projections.registry import PROJECTIONS
from bancheng.projections.sight import bound_unit
from projections.journeys import whole_history
from projections.views import MemoryLog, Views
from support.given import CLERK, HANDLER, OFFICER, SUPERVISOR

EVENTS = whole_history(7, tickets=5, cases=4)
MATTERS = ("ticket-", "case-")
EARLIER, LATER = (EVENTS[len(EVENTS) * n // 8].position for n in (3, 6))
READERS = {"operator": None} | {who.id: who for who in (CLERK, HANDLER, OFFICER, SUPERVISOR)}
ALWAYS = datetime.max.replace(tzinfo=UTC)
PAGES = {"tickets": 2, "deadlines": 3}
BY_NAME = {one.name: one for one in COMPARED}


class Indexed(MemoryLog):
    """A log that finds the events of a stream as fast as a database does."""

    def __init__(self, events):
        super().__init__(events)
        self.streams = {}
        for one in self.events:
            self.streams.setdefault(one.stream_id, []).append(one)

    def of(self, streams, topics, until=None):
        known = MemoryLog(one for id_ in streams for one in self.streams.get(id_, ()))
        return known.of(streams, topics, until)


@pytest.fixture
def between(engine):
    """What opens a comparison of two moments, which are positions or instants of occurrence."""
    views, opened = Views(engine, Indexed(EVENTS)).caught_up(), []

    def compared(earlier, later, actor):
        sides = []
        for one in map(_moment, (earlier, later)):
            opened.append(past(views.engine, views.batches, one, PROJECTIONS))
            sides.append(Side(one, opened[-1].__enter__()))
        return Comparison(*sides, actor)

    yield compared
    for one in reversed(opened):
        one.__exit__(None, None, None)


def _moment(at):
    if isinstance(at, datetime):
        return Moment(at=at, by=TimeBasis.OCCURRED, position=0)
    return Moment(at=ALWAYS, by=TimeBasis.RECORDED, position=at)


def listed(side, ledger, actor):
    """Every row that the list of that moment shows to ``actor``, by its key."""
    unit = None if actor is None else bound_unit(actor)
    data = {}
    if unit is not None and ledger.rows is not None and ledger.rows.ask is not None:
        data = {ledger.rows.ask: [unit] if ledger.rows.several else unit}
    chosen, found, after = to_question(ledger.filter, data), {}, None
    keys = [column.name for column in ledger.table.primary_key]
    while True:
        window = Window(sort=ledger.first_sort, first=200, after=after)
        page = ledger.page(side.connection, chosen, window)
        found |= {tuple(getattr(row, name) for name in keys): row for row in page.rows}
        if not page.has_next:
            return found
        after = page.cursors[-1]


def said(ledger, row, actor):
    """What of ``row`` the API shows to ``actor``, and of a person beside it."""
    return {
        one.name: getattr(row, one.name)
        for one in ledger.fields
        if one.word is not None
        and (one.is_shown or one.word.seen_by is not None)
        and (actor is None or one.word.seen_by is None or one.word.seen_by.shows(actor, row))
    }


def differences(ledger, was, now, actor):
    """Kind and fields of what differs, by key; a field that is seen of one side alone is not."""
    found = {}
    for key in {*was, *now}:
        sides = [said(ledger, one[key], actor) if key in one else None for one in (was, now)]
        names = set.intersection(*(set(one) for one in sides if one is not None))
        before, after = ({} if one is None else one for one in sides)
        fields = {
            name: (before.get(name), after.get(name))
            for name in names
            if before.get(name) != after.get(name)
        }
        if fields:
            kind = (
                ChangeKind.ADDED if key not in was
                else ChangeKind.GONE if key not in now else ChangeKind.CHANGED
            )  # fmt: skip
            found["/".join(map(str, key))] = kind, fields
    return found


def told(rows):
    return {
        one.key: (one.kind, {each.field.name: (each.before, each.after) for each in one.fields})
        for one in rows
    }


def in_pages(comparison, ledger, first):
    """All pages; no row of a stream may be apart from the others."""
    rows, after, goes_on = [], "", True
    while goes_on:
        page = comparison.of_ledger(ledger, first, after)
        assert not {one.stream_id for one in page.rows} & {one.stream_id for one in rows}
        rows += page.rows
        after, goes_on = page.last or after, page.goes_on
    assert len({one.key for one in rows}) == len(rows)
    return rows


@pytest.mark.parametrize("reader", READERS)
def test_the_changes_of_a_ledger_are_what_its_lists_differ_by(between, reader):
    actor = READERS[reader]
    comparison = between(EARLIER, LATER, actor)
    # Before a list is read, for which everything is replayed.
    changed = {
        one.name: told(in_pages(comparison, one, PAGES.get(one.name, 200))) for one in COMPARED
    }

    for ledger in COMPARED:
        was, now = (listed(one, ledger, actor) for one in (comparison.earlier, comparison.later))
        assert changed[ledger.name] == differences(ledger, was, now, actor), ledger.name
    kinds = {kind for some in changed.values() for kind, _ in some.values()}
    assert kinds >= {ChangeKind.ADDED, ChangeKind.CHANGED}


def test_by_the_time_of_occurrence_what_happened_between_is_what_changed(between):
    times = sorted(one.envelope.occurred_at for one in EVENTS)
    first, last = (times[len(times) * n // 8] for n in (3, 6))
    comparison = between(first, last, None)
    some = [one for one in COMPARED if not one.projection.goes_by_order]
    changed = {one.name: told(in_pages(comparison, one, 200)) for one in some}

    for ledger in some:
        was, now = (listed(one, ledger, None) for one in (comparison.earlier, comparison.later))
        assert changed[ledger.name] == differences(ledger, was, now, None), ledger.name


def test_from_before_everything_each_ledger_has_new_rows_and_nothing_else(between):
    comparison = between(0, EVENTS[-1].position, None)
    for ledger in COMPARED:
        rows = in_pages(comparison, ledger, 200)
        assert {one.kind for one in rows} <= {ChangeKind.ADDED}, ledger.name
        assert len(rows) == len(listed(comparison.later, ledger, None))


@pytest.mark.parametrize("reader", READERS)
def test_the_changes_of_a_matter_are_those_of_its_own_row_and_all_its_parts(between, reader):
    actor = READERS[reader]
    comparison = between(EARLIER, LATER, actor)
    rows = {
        name: in_pages(comparison, ledger, 200)
        for name, ledger in BY_NAME.items()
        if actor is None or ledger.view.shows(actor)
    }
    matters = {one.stream_id for name in ("tickets", "cases") for one in rows[name]}
    assert matters

    for matter_id in sorted(matters)[::3]:
        found = {(one.ledger.name, one.key) for one in comparison.of_matter(matter_id)}
        listed_ = {
            (one.ledger.name, one.key)
            for some in rows.values()
            for one in some
            if one.stream_id == matter_id
        }
        assert listed_ <= found
        if actor is not OFFICER:  # who sees limits of the hall with the case, and lists their own
            assert found == listed_


def test_nobody_is_told_of_a_matter_that_they_see_at_neither_moment(between):
    comparison = between(EARLIER, LATER, OFFICER)
    seen = {
        row.matter_id
        for side in (comparison.earlier, comparison.later)
        for ledger in (BY_NAME["tickets"], BY_NAME["cases"])
        for row in listed(side, ledger, None).values()
        if OFFICER.unit in row.units
    }
    matters = sorted({one.stream_id for one in EVENTS if one.stream_id.startswith(MATTERS)})[::3]
    seen &= set(matters)

    assert {one for one in matters if comparison.of_matter(one) is not None} == seen
    assert set(matters) - seen != set() != seen


def test_what_a_unit_was_given_between_is_new_to_it(between):
    comparison = between(EARLIER, LATER, OFFICER)
    was, now = (
        listed(one, BY_NAME["tickets"], OFFICER) for one in (comparison.earlier, comparison.later)
    )
    for (ticket_id,) in now.keys() - was.keys():
        kinds = {one.kind for one in comparison.of_matter(ticket_id)}
        assert kinds == {ChangeKind.ADDED}


def test_nothing_changed_between_a_moment_and_itself(between):
    comparison = between(LATER, LATER, None)
    for ledger in COMPARED:
        assert in_pages(comparison, ledger, 200) == []
    open_then = {one.stream_id for one in EVENTS if one.position <= LATER}
    for matter_id in sorted(one for one in open_then if one.startswith(MATTERS))[::5]:
        assert comparison.of_matter(matter_id) == []


def test_a_page_of_many_streams_without_a_change_ends_and_goes_on(between, monkeypatch):
    monkeypatch.setattr("bancheng.projections.comparison._STREAMS_AT_ONCE", 2)
    monkeypatch.setattr("bancheng.projections.comparison._STREAMS_A_PAGE", 2)
    comparison = between(EARLIER, LATER, None)
    ledger = BY_NAME["warnings"]
    was, now = (listed(one, ledger, None) for one in (comparison.earlier, comparison.later))
    assert not comparison.of_ledger(ledger, 200, "").rows
    assert told(in_pages(comparison, ledger, 200)) == differences(ledger, was, now, None)


def test_what_is_told_in_an_order_of_its_own_is_not_compared_by_occurrence(between):
    first, last = EVENTS[0].envelope.occurred_at, EVENTS[-1].envelope.occurred_at
    with pytest.raises(InvalidInput) as refused:
        between(first, last, None).of_ledger(BY_NAME["past_cases"], 20, "")
    assert refused.value.code == "PAST_BY_RECORDED_ONLY"


def test_the_later_moment_does_not_stand_first():
    first, last = EVENTS[3].envelope.recorded_at, EVENTS[-1].envelope.recorded_at
    order_checked(first, first)
    order_checked(min(first, last), max(first, last))
    with pytest.raises(InvalidInput) as refused:
        order_checked(max(first, last), min(first, last).replace(year=1999))
    assert refused.value.code == "MOMENTS_REVERSED"
