"""More time that was asked for is listed as waiting while somebody may rule on it, no longer."""

import pytest

from bancheng.domain.complaint.deadline import DenyExtension, GrantExtension
from bancheng.domain.complaint.dispatch import ReassignWorkOrder
from bancheng.domain.complaint.returns import UpholdReturn
from bancheng.projections.work_orders.row import ExtensionState
from bancheng.projections.work_orders.work_orders import ORDERS_BY_ID
from projections.views import MemoryLog, Views
from support.builders import (
    LEAD,
    STREAM,
    TEXT,
    after,
    an_order_with_extension_asked,
    returning,
    submitting,
)
from support.given import READ

ORDER = {"ticket_id": STREAM, "order_id": LEAD}
RETURNED = (returning(),)


@pytest.mark.parametrize(
    ("acts", "extension"),
    [
        ((), ExtensionState.ASKED),
        (RETURNED, ExtensionState.ASKED),
        ((GrantExtension(**ORDER, ruling=TEXT), submitting()), ExtensionState.GRANTED),
        ((DenyExtension(**ORDER, ruling=TEXT), submitting()), ExtensionState.DENIED),
        ((submitting(),), None),
        ((*RETURNED, UpholdReturn(**ORDER, ruling=TEXT)), None),
        ((ReassignWorkOrder(**ORDER, unit="YB", instruction=TEXT, released=READ),), None),
    ],
)
def test_d25_no_request_for_more_time_waits_once_the_order_is_done_or_has_gone(
    engine, acts, extension
):
    story = an_order_with_extension_asked()
    for act in acts:
        story = after(story, act)
    views = Views(engine, MemoryLog(story)).caught_up()
    with views.database.read() as connection:
        assert ORDERS_BY_ID.one(connection, LEAD).extension is extension
