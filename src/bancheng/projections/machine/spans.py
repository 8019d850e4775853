"""事件流起止: when each stream began and was last heard of.

It tells, without looking into the log, to what something has happened since a moment.
"""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Column, MetaData, Table

from bancheng.domain.events import Event, Recorded
from bancheng.projections.machine.base import Projection, TimeBasis
from bancheng.projections.machine.columns import Instant, Position, stream_column
from bancheng.projections.machine.rows import Rows

span = Table(
    "stream_span",
    MetaData(),
    stream_column(primary_key=True),
    Column("first_position", Position, nullable=False),
    Column("last_position", Position, nullable=False),
    Column("first_occurred_at", Instant, nullable=False),
    Column("last_occurred_at", Instant, nullable=False),
)
FIRST: Final[Mapping[TimeBasis, str]] = {
    TimeBasis.RECORDED: "first_position", TimeBasis.OCCURRED: "first_occurred_at",
}  # fmt: skip
LAST: Final[Mapping[TimeBasis, str]] = {
    TimeBasis.RECORDED: "last_position",
    TimeBasis.OCCURRED: "last_occurred_at",
}


def _heard_of(rows: Rows, _: Event, recorded: Recorded) -> None:
    at, position = recorded.envelope.occurred_at, recorded.position
    if recorded.version == 1:
        rows.new(
            span,
            stream_id=recorded.stream_id,
            first_position=position,
            last_position=position,
            first_occurred_at=at,
            last_occurred_at=at,
        )
        return
    row = rows.of(span, recorded.stream_id)
    row["last_position"] = position
    if at > row["last_occurred_at"]:
        row["last_occurred_at"] = at
    elif at < row["first_occurred_at"]:
        row["first_occurred_at"] = at


PROJECTION = Projection(name="stream_span", version=1, tables=(span,), every=_heard_of)
