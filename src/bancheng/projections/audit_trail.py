"""全程留痕: a line for every event of every stream. Rows are only ever added.

What an event says in full stays in the log alone, where `trails.details` reads it.
"""

from sqlalchemy import Column, Index, Integer, MetaData, Table, Text

from bancheng.domain.events import Channel, Event, Recorded
from bancheng.domain.steps import Step
from bancheng.projections.base import Projection
from bancheng.projections.columns import Code, Coded, Instant, Position, stream_column
from bancheng.projections.rows import Rows

trail = Table(
    "audit_trail",
    MetaData(),
    Column("position", Position, primary_key=True, autoincrement=False),
    Column("event_id", Code, nullable=False),
    stream_column(),
    Column("version", Integer, nullable=False),
    Column("topic", Code, nullable=False),
    Column("term", Text, nullable=False),
    Column("step", Coded(Step)),
    Column("act", Code, nullable=False),
    Column("actor_id", Code, nullable=False),
    Column("actor_name", Text, nullable=False),
    Column("actor_post", Text, nullable=False),
    Column("actor_unit", Code, nullable=False),
    Column("channel", Coded(Channel), nullable=False),
    Column("window", Code),
    Column("terminal", Code),
    Column("source_system", Code),
    Column("source_id", Code),
    Column("batch_id", Code),
    Column("request_id", Code, nullable=False),
    Column("occurred_at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("basis", Text, nullable=False),
    Column("why_masked", Text),
    Index("audit_trail_stream", "stream_id", "version"),
    Index("audit_trail_actor", "actor_id", "position"),
    Index("audit_trail_unit", "actor_unit", "position"),
    Index("audit_trail_act", "act", "position"),
    Index("audit_trail_occurred_at", "occurred_at", "position"),
)


def _recorded(rows: Rows, event: Event, recorded: Recorded) -> None:
    envelope = recorded.envelope
    actor = envelope.actor
    rows.new(
        trail,
        position=recorded.position,
        event_id=envelope.event_id,
        stream_id=recorded.stream_id,
        version=recorded.version,
        topic=event.topic,
        term=event.title(),
        step=event.within(),
        act=envelope.act,
        actor_id=actor.id,
        actor_name=actor.name,
        actor_post=actor.post,
        actor_unit=actor.unit,
        channel=envelope.channel,
        window=envelope.window,
        terminal=envelope.terminal,
        source_system=envelope.source_system,
        source_id=envelope.source_id,
        batch_id=envelope.batch_id,
        request_id=envelope.request_id,
        occurred_at=envelope.occurred_at,
        recorded_at=envelope.recorded_at,
        basis=envelope.basis,
        why_masked=rows.masked(envelope.why),
    )


PROJECTION = Projection(name="audit_trail", version=3, tables=(trail,), every=_recorded)
