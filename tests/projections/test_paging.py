"""Batches neither skip nor repeat a row, whatever is equal, empty or added meanwhile."""

import base64
from datetime import UTC, datetime

import pytest
from sqlalchemy import insert

from bancheng.domain.errors import InvalidInput
from bancheng.infra.database import connect
from bancheng.projections.ledger.full_text import Written
from bancheng.projections.ledger.windows import PAGE_MAX, Window
from bancheng.projections.machine.shelves import Shelf
from bancheng.projections.tickets.row import ticket
from bancheng.projections.tickets.tickets import TICKETS
from bancheng.projections.trail import TRAIL
from projections.journeys import history
from projections.views import MemoryLog, Views
from support import backends
from support.given import START

ALL = TICKETS.filter()


@pytest.fixture
def views(engine):
    return Views(engine, MemoryLog())


@pytest.fixture(scope="module", params=backends.chosen())
def ledger(request):
    """Twelve tickets: equal times, and due dates of which some are equal and some missing."""
    with backends.fresh(request.param) as url:
        engine = connect(url)
        views = filled(Views(engine, MemoryLog()))
        with views.database.read() as connection:
            yield connection
        engine.dispose()


def filled(views):
    with views.database.write() as connection:
        for serial in range(12):
            connection.execute(insert(ticket), a_row(serial))
    return views


def a_row(serial: int):
    due = datetime(2026, 3, 10 + serial % 3, tzinfo=UTC) if serial % 4 else None
    return Shelf(ticket).blank | {
        "ticket_id": f"ticket-{serial:02d}", "version": 1, "number": f"BCS{100 - serial}",
        "query_code": "1", "category": "complaint", "channel": "window", "anonymous": True,
        "proactive": False, "first_contact_owner": "c1", "first_contact_unit": "HALL",
        "status": "reported", "step": "discover",
        "reported_at": START.replace(minute=serial % 2, microsecond=serial % 2), "due_at": due,
        "updated_at": START, "position": serial,
    }  # fmt: skip


def walk(connection, order, *, descending, size, backward=False):
    """Every ticket, page by page, in one direction."""
    found, cursor = [], None
    while True:
        ends = {"last": size, "before": cursor} if backward else {"first": size, "after": cursor}
        page = TICKETS.page(connection, ALL, Window(sort=order, descending=descending, **ends))
        ids = [row.ticket_id for row in page.rows]
        found = [*ids, *found] if backward else [*found, *ids]
        if not (page.has_previous if backward else page.has_next):
            return found
        cursor = page.cursors[0 if backward else -1]


def in_order(order, *, descending):
    """What the order is meant to be: by value, empty ones last, equal ones by id."""
    rows = [a_row(serial) for serial in range(12)]
    key = str(order)
    filled = [row for row in rows if row[key] is not None]
    empty = [row for row in rows if row[key] is None]
    filled.sort(key=lambda row: (row[key], row["ticket_id"]), reverse=descending)
    empty.sort(key=lambda row: row["ticket_id"], reverse=descending)
    return [row["ticket_id"] for row in (*filled, *empty)]


@pytest.mark.parametrize("backward", [False, True], ids=["forward", "backward"])
@pytest.mark.parametrize("descending", [False, True], ids=["ascending", "descending"])
@pytest.mark.parametrize("order", list(TICKETS.sort), ids=str)
def test_pages_of_any_size_are_the_whole_in_order(ledger, order, descending, backward):
    expected = in_order(order, descending=descending)

    for size in (1, 2, 5, 12, 50):
        found = walk(ledger, order, descending=descending, size=size, backward=backward)
        assert found == expected, size


def test_rows_that_come_meanwhile_neither_shift_nor_repeat_a_page(views):
    with filled(views).database.read() as connection:
        first = TICKETS.page(connection, ALL, Window(sort=TICKETS.sort.NUMBER, first=5))
    with views.database.write() as connection:
        connection.execute(insert(ticket), a_row(50) | {"number": "AAA"})  # before the page
        connection.execute(insert(ticket), a_row(51) | {"number": "BCS94A"})  # behind it
    rest = Window(sort=TICKETS.sort.NUMBER, first=50, after=first.cursors[-1])

    with views.database.read() as connection:
        seen = [*first.rows, *TICKETS.page(connection, ALL, rest).rows]

    assert len({row.ticket_id for row in seen}) == len(seen) == 13
    assert [row.number for row in seen] == sorted(row.number for row in seen)


def test_a_cursor_that_is_no_row_any_more_still_has_its_place(views):
    with filled(views).database.read() as connection:
        first = TICKETS.page(connection, ALL, Window(sort=TICKETS.sort.NUMBER, first=3))
    with views.database.write() as connection:
        connection.execute(ticket.delete().where(ticket.c.ticket_id == first.rows[-1].ticket_id))

    window = Window(sort=TICKETS.sort.NUMBER, first=50, after=first.cursors[-1])
    with views.database.read() as connection:
        assert len(TICKETS.page(connection, ALL, window).rows) == 12 - 3


def test_a_page_says_whether_there_are_more(ledger):
    def page(**ends):
        found = TICKETS.page(ledger, ALL, Window(sort=TICKETS.sort.NUMBER, **ends))
        return found, (found.has_previous, found.has_next)

    assert page(first=12)[1] == (False, False)
    first, more = page(first=11)
    assert more == (False, True)
    assert page(first=5, after=first.cursors[-1])[1] == (True, False)
    assert page(last=3)[1] == (True, False)
    assert page(last=3, before=first.cursors[2])[1] == (False, True)


@pytest.mark.parametrize(
    "ends",
    [
        {},
        {"first": 1, "last": 1},
        {"first": 1, "before": "x"},
        {"last": 1, "after": "x"},
    ],
)
def test_a_window_asks_one_clear_question(ledger, ends):
    with pytest.raises(InvalidInput, match="PAGE_AMBIGUOUS"):
        TICKETS.page(ledger, ALL, Window(sort=TICKETS.sort.NUMBER, **ends))


@pytest.mark.parametrize("ends", [{"first": 0}, {"last": -1}, {"first": PAGE_MAX + 1}])
def test_a_page_is_bounded(ledger, ends):
    with pytest.raises(InvalidInput, match="PAGE_SIZE_OUT_OF_RANGE"):
        TICKETS.page(ledger, ALL, Window(sort=TICKETS.sort.NUMBER, **ends))


def coded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "!",
        "é",
        coded("no json"),
        coded("[]"),
        coded('["number", "BCS1", 7]'),
        coded('["number", 7, "ticket-01"]'),
        coded('["due_at", "BCS1", "ticket-01"]'),
        coded('["number", "BCS1", "ticket-01", 1]')[:-3],
    ],
)
def test_a_cursor_that_is_none_is_refused(ledger, cursor):
    with pytest.raises(InvalidInput, match="CURSOR_INVALID"):
        TICKETS.page(ledger, ALL, Window(sort=TICKETS.sort.NUMBER, first=1, after=cursor))


def test_a_cursor_of_another_order_is_refused(ledger):
    page = TICKETS.page(ledger, ALL, Window(sort=TICKETS.sort.REPORTED_AT, first=1))

    with pytest.raises(InvalidInput, match="CURSOR_INVALID"):
        TICKETS.page(ledger, ALL, Window(sort=TICKETS.sort.DUE_AT, first=1, after=page.cursors[0]))


def test_the_same_question_is_built_once(ledger):
    before = TICKETS.listing._page_statement.cache_info().misses
    chosen = TICKETS.filter(text=Written(text="x"))
    for first in (1, 2, 3):
        TICKETS.page(ledger, chosen, Window(sort=TICKETS.sort.DUE_AT, first=first))

    assert TICKETS.listing._page_statement.cache_info().misses <= before + 1


@pytest.mark.parametrize("order", list(TRAIL.sort), ids=str)
def test_the_trail_is_paged_by_position_and_by_time(views, order):
    views.log.events = history(2, tickets=3, steps=5)
    views.caught_up()
    seen, cursor, more = [], None, True
    with views.database.read() as connection:
        while more:
            window = Window(sort=order, first=4, after=cursor)
            page = TRAIL.page(connection, TRAIL.filter(), window)
            seen, cursor, more = [*seen, *page.rows], page.cursors[-1], page.has_next

    by = "position" if order is TRAIL.sort.RECORDED else "occurred_at"
    keys = [(getattr(row, by), row.position) for row in seen]
    assert keys == sorted(keys)
    assert len(seen) == len(views.log.events)


def test_what_is_asked_from_an_instant_includes_it_and_before_one_does_not(views):
    at = {
        "BCS1": datetime(2026, 2, 28, 15, 59, 59, 999999, tzinfo=UTC),
        "BCS2": datetime(2026, 2, 28, 16, tzinfo=UTC),
        "BCS3": datetime(2026, 3, 31, 15, 59, 59, 999999, tzinfo=UTC),
        "BCS4": datetime(2026, 3, 31, 16, tzinfo=UTC),
    }
    with views.database.write() as connection:
        for serial, (number, reported_at) in enumerate(at.items()):
            row = a_row(serial) | {"number": number, "reported_at": reported_at}
            connection.execute(insert(ticket), row)

    march = TICKETS.filter(reported_from=at["BCS2"], reported_before=at["BCS4"])
    with views.database.read() as connection:
        page = TICKETS.page(connection, march, Window(sort=TICKETS.sort.NUMBER, first=9))

    assert [row.number for row in page.rows] == ["BCS2", "BCS3"]
