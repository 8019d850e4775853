"""What stands still is listed as long as it does: who supervises asks for it."""

import pytest

from bancheng.projections.ledger.windows import HoldsAt, Window
from bancheng.projections.work_orders.work_orders import WORK_ORDERS
from projections.views import MemoryLog, Views
from support import builders
from support.builders import CO_1, LEAD
from support.given import local

SUSPENDED_AT, UNTIL = local("2026-03-06 10:00"), local("2026-03-10 00:00")


@pytest.fixture
def listed(engine):
    """The orders that are listed as standing still at an instant, or as not."""
    story = builders.suspended(builders.a_signed_in_ticket("RS", "YB"), UNTIL, SUSPENDED_AT)
    views = Views(engine, MemoryLog(story)).caught_up()

    def ask(now, *, paused):
        chosen = WORK_ORDERS.filter(paused=HoldsAt(holds=paused, now=now))
        with views.database.read() as connection:
            page = WORK_ORDERS.page(
                connection, chosen, Window(sort=WORK_ORDERS.first_sort, first=10)
            )
        return {row.order_id for row in page.rows}

    return ask


@pytest.mark.parametrize(
    ("at", "suspended"),
    [
        ("2026-03-06 09:59", set()),
        ("2026-03-06 10:00", {LEAD}),
        ("2026-03-09 23:59", {LEAD}),
        ("2026-03-10 00:00", set()),
    ],
)
def test_b16_an_order_is_listed_as_suspended_from_its_approval_until_the_day_that_was_told(
    listed, at, suspended
):
    now = local(at)
    assert listed(now, paused=True) == suspended
    assert listed(now, paused=False) == {LEAD, CO_1} - suspended
