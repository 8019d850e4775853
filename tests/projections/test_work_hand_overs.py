"""工作交接台账: what a list counts, now and as of a moment."""

import pytest

from bancheng.projections.work_hand_overs import HAND_OVERS_BY_ID, WORK_HAND_OVERS
from projections.journeys import hand_over_history
from projections.views import MemoryLog, Views


@pytest.fixture
def views(engine):
    return Views(engine, MemoryLog(hand_over_history())).caught_up()


def test_a_list_counts_the_same_in_its_ledger_by_its_id_and_at_a_moment(views):
    proposed = next(one for one in views.log.events if hasattr(one.event, "parts"))
    counted = len(proposed.event.parts)
    moment = max(one.envelope.recorded_at for one in views.log.events)
    with views.database.read() as connection:
        now = HAND_OVERS_BY_ID.one(connection, proposed.stream_id)
        in_all = WORK_HAND_OVERS.count(connection, WORK_HAND_OVERS.filter())
    with views.past(moment) as connection:
        then = HAND_OVERS_BY_ID.one(connection, proposed.stream_id)
        whole_then = WORK_HAND_OVERS.count(connection, WORK_HAND_OVERS.filter())
    assert now is not None
    assert now == then
    assert now.listed == counted > 0
    assert whole_then == in_all
