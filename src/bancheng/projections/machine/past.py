"""往日: a connection on which read models stand as they stood at a moment.

What a query reads is replayed just before it runs, so each question of a ledger can be asked of the
past as it is, and whoever asks names nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

from sqlalchemy import Column, Connection, Engine, SelectBase, Table, event
from sqlalchemy.sql import visitors

from bancheng.domain.errors import Conflict, InvalidInput
from bancheng.projections.machine import checkpoints, spans
from bancheng.projections.machine.base import Projection
from bancheng.projections.machine.batches import Batches
from bancheng.projections.machine.joins import joined_apart, table_in
from bancheng.projections.machine.moments import Moment
from bancheng.projections.machine.replay import TEMPORARY, Replay

OF_STREAMS: Final = "bancheng_of_streams"


class OfStreams(NamedTuple):
    """限于事件流: option of a query for rows of the streams that its parameter ``name`` lists.

    It reads nothing of other streams but those that ``columns`` of these rows in ``table`` name.
    """

    name: str
    table: Table
    columns: tuple[str, ...]


@contextmanager
def past(
    engine: Engine,
    batches: Batches,
    moment: Moment,
    projections: Iterable[Projection],
    *,
    most: int | None = None,
) -> Iterator[Connection]:
    """A connection of ``engine`` on which the tables of ``projections`` are those of ``moment``.

    There are no other tables on it. A query raises ``InvalidInput`` if more than ``most`` streams
    would have to be replayed for it.
    """
    known = {table: one for one in projections for table in one.tables}
    replayed = {it for it, of in known.items() if not of.by_first and of.added_by is None}
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            # The live rows, and what has changed since, have to be of one snapshot.
            connection.execution_options(isolation_level="REPEATABLE READ")
        reached = _reached(connection)
        schema = {None: TEMPORARY[connection.dialect.name]}
        connection.execution_options(schema_translate_map=schema)
        replay = Replay(connection, batches, moment, reached, most)

        def before(_: Connection, query: Any, many: Any, values: Any, options: Any) -> Any:
            if isinstance(query, SelectBase):
                given = values or (many[0] if many else {})
                _prepare(replay, known, query, options.get(OF_STREAMS), given)
                query = joined_apart(query, replay.join, replayed)
            return query, many, values

        event.listen(connection, "before_execute", before, retval=True)
        try:
            yield connection
        finally:
            connection.rollback()  # and the temporary tables were never there


def _prepare(
    replay: Replay,
    known: Mapping[Table, Projection],
    query: SelectBase,
    of: OfStreams | None,
    values: Mapping[str, Any],
) -> None:
    """Have in place what ``query`` with ``values`` reads."""
    tables = [table for table in _tables_of(query) if table.schema is None]
    if any(table not in known for table in tables):
        raise _no_read_model()
    read = [known[table] for table in tables]
    projections = {one.name: one for one in read}.values()
    if of is None:
        replay.whole(projections)
        return
    streams = list(values[of.name])
    replay.streams(projections, streams)
    if of.columns and streams:
        replay.streams(projections, replay.led_to(of.table, of.columns, streams))


def _tables_of(query: SelectBase) -> set[Table]:
    """The tables that ``query`` and its subqueries read."""
    # What is only compared with need not be named in any list of what is read from.
    found = ((one.table if isinstance(one, Column) else one) for one in visitors.iterate(query))
    return {table for one in found if (table := table_in(one)) is not None}


def _no_read_model() -> InvalidInput:
    return InvalidInput(
        "PAST_NOT_KEPT",
        "访问日志等不由事件建成的内容没有往日",
        remedy="请在往日之外查询此项",
    )


def _reached(connection: Connection) -> dict[str, int]:
    """How far each projection is; ``Conflict`` if rows are ahead of what is known of streams."""
    found = {name: one.position for name, one in checkpoints.find_all(connection).items()}
    if max(found.values()) > found[spans.PROJECTION.name]:
        raise Conflict("PAST_NOT_READY", "台账正在更新,暂时不能查询往日", remedy="请稍后重试")
    return found
