"""What somebody asks a ledger every day is found by an index, not by reading the ledger."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import event

from bancheng.domain.case.terms import RatingState
from bancheng.domain.deadlines import DeadlineState
from bancheng.infra.database import connect
from bancheng.projections.cases.cases import CASES, CHILDREN
from bancheng.projections.cases.hand_overs import HAND_OVERS, HandOverState
from bancheng.projections.cases.issued import ISSUED
from bancheng.projections.cases.ratings import RATINGS
from bancheng.projections.cases.receipts import RECEIPTS
from bancheng.projections.cases.refusals import REFUSALS, RefusalState
from bancheng.projections.deadlines.deadlines import (
    DEADLINES,
    due_warnings,
    lapsed,
    matters_behind,
)
from bancheng.projections.ledger.windows import Window
from bancheng.projections.open_work import found_open
from bancheng.projections.past_cases import PAST_CASES
from bancheng.projections.registry import LEDGERS
from bancheng.projections.reports.on_time_rates import ON_TIME_RATES
from bancheng.projections.reports.rating_rates import RATING_RATES
from bancheng.projections.reports.speed_rates import SPEED_RATES
from bancheng.projections.tickets.tickets import TICKETS
from bancheng.projections.trail import TRAIL
from bancheng.projections.withheld import withheld_from
from bancheng.projections.work_orders.work_orders import WORK_ORDERS
from projections.journeys import varied
from projections.views import MemoryLog, Views
from support import backends
from support.given import CALENDAR, CLERK, START

WAITING = HAND_OVERS.filter(state=HandOverState.WAITING, to_unit="YB")
PENDING = REFUSALS.filter(states=(RefusalState.PENDING,))
TO_CONTACT = RATINGS.filter(states=(RatingState.TO_CONTACT,))
ONE_DAY = RATING_RATES.scope(first_day=date(2026, 3, 3), last_day=date(2026, 3, 3))
ASKED = {
    "hand_over_ledger_open": (HAND_OVERS, WAITING, HAND_OVERS.sort.HANDED_AT),
    "refusal_ledger_state": (REFUSALS, PENDING, REFUSALS.sort.REPORTED_AT),
    "rating_ledger_state": (RATINGS, TO_CONTACT, RATINGS.sort.RATED_AT),
    "intake_ledger_receipt_no": (
        RECEIPTS, RECEIPTS.filter(receipt_no="BJ000100-S01"), RECEIPTS.sort.RECEIVED_AT,
    ),
    # Not in the order of their making: of a dozen results, reading all in that order is cheaper.
    "issuing_ledger_bundle": (ISSUED, ISSUED.filter(bundle_no="B1"), ISSUED.sort.KEPT_AT),
    "past_case_ledger_batch": (
        PAST_CASES, PAST_CASES.filter(batch_id="b1"), PAST_CASES.sort.FIRST_OCCURRED_AT,
    ),
    "case_ledger_theme": (CASES, CASES.filter(theme_id="case-0001-0"), CASES.sort.NUMBER),
}  # fmt: skip


@pytest.fixture(scope="module", params=backends.chosen())
def connection(request):
    with backends.furnished(request.param) as url:
        engine = connect(url)
        views = Views(engine, MemoryLog(varied(11, tickets=10, cases=60))).caught_up()
        if request.param == "postgresql":  # it counts by itself, but not at once
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as counting:
                counting.exec_driver_sql("ANALYZE")
        with views.database.read() as connection:
            yield connection
        engine.dispose()


@pytest.fixture
def plan(connection):
    """How the database goes about what a query asks."""
    on_sqlite = connection.dialect.name == "sqlite"

    def of(ask):
        asked = []
        note = lambda *found: asked.append(found[2:4])  # noqa: E731
        event.listen(connection, "before_cursor_execute", note)
        ask()
        event.remove(connection, "before_cursor_execute", note)
        if not on_sqlite:  # a table of a few pages is read as a whole, whatever there is
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        explain = "EXPLAIN QUERY PLAN" if on_sqlite else "EXPLAIN"
        lines = [
            line
            for statement, values in asked
            for line in connection.exec_driver_sql(f"{explain} {statement}", values)
        ]
        return "\n".join(line[-1] for line in lines)

    return of


@pytest.mark.parametrize("index", ASKED)
def test_what_is_asked_every_day_is_found_by_an_index(connection, plan, index):
    listing, chosen, order = ASKED[index]
    window = Window(sort=order, descending=True, first=20)
    assert index in plan(lambda: listing.page(connection, chosen, window))
    assert index in plan(lambda: listing.count(connection, chosen))


MOST = {
    "ticket_ledger": (TICKETS, "returns", "reworks", "extensions", "urges", "reopenings"),
    "work_order_ledger": (WORK_ORDERS, "extensions", "urges", "reworks"),
    "case_ledger": (CASES, "notice_count", "extension_count", "recall_count"),
}
COUNTED = [(table, ledger, name) for table, (ledger, *names) in MOST.items() for name in names]


@pytest.mark.parametrize(("table", "ledger", "name"), COUNTED)
def test_the_most_extended_or_urged_are_read_in_the_order_of_an_index(
    connection, plan, table, ledger, name
):
    window = Window(sort=ledger.sort(name), descending=True, first=20)
    chosen = ledger.filter(**{f"{name}_at_least": 2})
    if connection.dialect.name == "postgresql":  # a handful of rows is sorted, whatever there is
        connection.exec_driver_sql("SET LOCAL enable_sort = off")
    found = plan(lambda: ledger.page(connection, chosen, window))
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL enable_sort = on")
    assert f"{table}_{name}" in found
    assert not re.search(r"Sort|TEMP B-TREE", found)
    assert f"{table}_{name}" in plan(lambda: ledger.count(connection, chosen))


def test_what_turns_red_today_is_found_among_what_runs(connection, plan):
    chosen = DEADLINES.filter(
        red_from=START, red_before=START + timedelta(days=1), states=(DeadlineState.RUNNING,)
    )
    window = Window(sort=DEADLINES.first_sort, first=20)
    assert "deadline_board_state_due" in plan(lambda: DEADLINES.page(connection, chosen, window))


@pytest.mark.parametrize("ledger", LEDGERS, ids=lambda it: it.name)
def test_a8_the_page_with_which_a_ledger_opens_is_read_by_an_index(connection, plan, ledger):
    window = Window(sort=ledger.first_sort, descending=ledger.descending, first=20)
    if connection.dialect.name == "postgresql":  # a handful of rows is sorted, whatever there is
        connection.exec_driver_sql("SET LOCAL enable_sort = off")
    found = plan(lambda: ledger.page(connection, ledger.filter(), window))
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL enable_sort = on")
    # The trail's own order is that of its key.
    assert not re.search(r"Sort|TEMP B-TREE FOR ORDER BY", found)
    assert "Seq Scan" not in found


RARE = {
    "ticket_ledger_closed_at": (TICKETS, TICKETS.filter(closed_before=START)),
    "ticket_ledger_accused": (TICKETS, TICKETS.filter(accused_unit="none")),
    "ticket_ledger_item": (TICKETS, TICKETS.filter(service_item="none")),
    "ticket_ledger_source": (TICKETS, TICKETS.filter(source_ref="none")),
    "deadline_board_finished_at": (DEADLINES, DEADLINES.filter(finished_before=START)),
    "audit_trail_request": (TRAIL, TRAIL.filter(request_id="none")),
    "audit_trail_source": (TRAIL, TRAIL.filter(source_id="none")),
    "audit_trail_batch": (TRAIL, TRAIL.filter(batch_id="none")),
    "audit_trail_unit": (TRAIL, TRAIL.filter(units=("none",))),
    "audit_trail_actor_unit": (TRAIL, TRAIL.filter(actor_units=("none",))),
    "audit_trail_actor": (TRAIL, TRAIL.filter(actor_ids=("none", "nobody"))),
    "audit_trail_act": (TRAIL, TRAIL.filter(acts=("none", "nothing"))),
}


@pytest.mark.parametrize("index", RARE)
def test_a8_what_few_rows_have_is_found_without_reading_the_others(connection, plan, index):
    ledger, chosen = RARE[index]
    assert index in plan(lambda: ledger.count(connection, chosen))


def test_an_officers_trail_is_read_in_the_order_of_its_own_index(connection, plan):
    own = TRAIL.filter(units=("none",))
    found = plan(lambda: TRAIL.page(connection, own, Window(sort=TRAIL.sort.RECORDED, first=20)))
    assert "audit_trail_unit" in found
    assert "TEMP B-TREE" not in found


def test_the_rates_of_a_day_read_what_was_delivered_on_it(connection, plan):
    found = plan(lambda: RATING_RATES.read(connection, ONE_DAY, CALENDAR, now=START))
    assert "case_ledger_delivered_at" in found
    assert "case_ledger_theme" not in found


def test_the_on_time_rates_of_a_day_read_what_is_counted_on_it(connection, plan):
    scope = ON_TIME_RATES.scope(first_day=ONE_DAY.first_day, last_day=ONE_DAY.last_day)
    found = plan(lambda: ON_TIME_RATES.read(connection, scope, CALENDAR, ["unit"], now=START))
    assert "deadline_board_counted_at" in found


def test_the_speed_rates_of_a_day_read_what_was_decided_on_it(connection, plan):
    scope = SPEED_RATES.scope(first_day=ONE_DAY.first_day, last_day=ONE_DAY.last_day)
    found = plan(lambda: SPEED_RATES.read(connection, scope, CALENDAR, ["unit"], now=START))
    assert "case_ledger_decided_at" in found


def test_what_closed_units_have_is_found_without_reading_what_others_have(connection, plan):
    found = plan(lambda: found_open(connection, "RS", START, 100))
    for index in (
        "work_order_ledger_unit", "case_ledger_unit_unit", "deadline_board_unit",
        "window_register_unit", "staff_register_unit",
    ):  # fmt: skip
        assert index in found


def test_the_sweep_reads_no_limit_that_is_not_due(connection, plan):
    assert "deadline_board_next" in plan(lambda: due_warnings(connection, START, 1))
    assert "deadline_board_effect" in plan(lambda: lapsed(connection, START, 1))


def test_the_matters_whose_limits_a_calendar_may_move_are_found_by_what_runs(connection, plan):
    found = plan(lambda: matters_behind(connection, "case-0002"))
    assert "deadline_board_state_due" in found


def test_the_children_of_a_theme_are_found_by_it(connection, plan):
    assert "case_ledger_theme" in plan(lambda: CHILDREN(connection, ["case-1", "case-2"]))


def test_who_is_named_on_no_ticket_is_looked_up_by_indexes(connection, plan):
    found = plan(lambda: withheld_from(connection, CLERK))
    wanted = ("ticket_ledger_about_staff", "ticket_ledger_about_window", "ticket_ledger_accused")
    assert [name for name in wanted if name not in found] == []
