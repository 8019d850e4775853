"""承接簿: of each ticket, which units took it over by themselves from which closed one.

A unit may be open again while the one after it, with its people of then, has the matter still; the
register of units does not tell of that any more.
"""

from sqlalchemy import Column, Index, MetaData, Table

from bancheng.domain.complaint.dispatch import WorkOrderDispatched
from bancheng.domain.events import Recorded
from bancheng.domain.people import Role
from bancheng.domain.warnings.events import DutiesPassedOn
from bancheng.projections.machine.columns import Code, stream_column
from bancheng.projections.machine.rows import Rows
from bancheng.projections.work_orders.row import order

# One row for each unit and each of those after it, however many stand between.
succession = Table(
    "ticket_succession",
    MetaData(),
    stream_column("ticket_id", primary_key=True),
    Column("unit", Code, primary_key=True),
    Column("successor", Code, primary_key=True),
    Index("ticket_succession_successor", "successor", "ticket_id"),
)


def dispatched(rows: Rows, event: WorkOrderDispatched, recorded: Recorded) -> None:
    """An order that the hall has sent by itself takes the place of a closed unit's."""
    if event.replaces is not None and recorded.envelope.actor.may(Role.SYSTEM):
        before = rows.of(order, event.replaces)["unit"]
        _take_over(rows, recorded.stream_id, before, event.unit)


def passed_on(rows: Rows, event: DutiesPassedOn, recorded: Recorded) -> None:
    """What a closed unit owes is owed by its successor."""
    _take_over(rows, recorded.stream_id, event.unit, event.successor)


def _take_over(rows: Rows, ticket_id: str, unit: str, successor: str) -> None:
    known = {(row["unit"], row["successor"]) for row in rows.all_of(succession, ticket_id)}
    before = {unit, *(start for start, end in known if end == unit)}
    behind = {successor, *(end for start, end in known if start == successor)}
    for start, end in sorted({(start, end) for start in before for end in behind} - known):
        if start != end:
            rows.new(succession, ticket_id=ticket_id, unit=start, successor=end)
