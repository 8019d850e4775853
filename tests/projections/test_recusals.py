"""回避台账: of which unit a person is who moved between the request and the order."""

from msgspec.structs import replace
from sqlalchemy import select

from bancheng.projections.recusals import RecusalState, recusal
from projections.views import MemoryLog, Views
from support import builders
from support.given import MEMBERS, STREAM, SUPERVISOR, Given
from support.recusal_acts import WHO, asked_for, lifting, ordering


def test_an_order_is_of_the_unit_that_the_person_is_of_by_then(engine):
    asked = asked_for(builders.a_dispatched_ticket(), STREAM)
    moved = {**MEMBERS, WHO: replace(MEMBERS[WHO], unit="YB")}
    ordered = Given(asked).when(ordering(STREAM), SUPERVISOR, staff=moved)
    lifted = Given(ordered.history).when(lifting(STREAM), SUPERVISOR, staff=moved)

    assert shown(engine, asked) == [("RS", RecusalState.REQUESTED)]
    assert shown(engine, ordered.history) == [("YB", RecusalState.ORDERED)]
    assert shown(engine, lifted.history) == [("YB", RecusalState.LIFTED)]


def shown(engine, history):
    """Unit and state of each row after ``history``."""
    views = Views(engine, MemoryLog(history)).caught_up()
    with views.database.read() as connection:
        return [(one.unit, one.state) for one in connection.execute(select(recusal))]
