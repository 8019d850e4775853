"""还原: the rows of read models as they were at a moment, under the names of the live tables.

Each table is a temporary view: the live rows of the streams to which nothing has happened since,
and from a temporary table those of the others, replayed up to the moment by the functions that keep
the live ones. So nothing is kept for it, and what was erased since is erased there, too.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    FromClause,
    Table,
    case,
    exists,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy.sql import quoted_name

from bancheng.domain.errors import InvalidInput
from bancheng.domain.events import TOPICS, Recorded
from bancheng.projections.machine import spans
from bancheng.projections.machine.base import Projection, TimeBasis
from bancheng.projections.machine.batches import Batch, Batches
from bancheng.projections.machine.collector import resting
from bancheng.projections.machine.columns import STREAM
from bancheng.projections.machine.exchange import at_once
from bancheng.projections.machine.moments import Moment
from bancheng.projections.machine.shelves import Shelf
from bancheng.projections.machine.subscription import applied
from bancheng.projections.machine.tables import create, in_schema

TEMPORARY: Final = {"sqlite": "temp", "postgresql": "pg_temp"}
_STREAMS_AT_ONCE: Final = 200


class Replay:
    """还原: on ``connection``, which is in a transaction of one snapshot.

    ``reached`` tells how far each projection has come: one that stopped is behind here as well.
    ``most`` bounds how many streams are replayed at once; none: any number.
    """

    def __init__(
        self,
        connection: Connection,
        batches: Batches,
        moment: Moment,
        reached: Mapping[str, int],
        most: int | None,
    ) -> None:
        self._connection = connection
        self._batches = batches
        self._moment = moment
        self._reached = reached
        self._most = most
        self._live = str(connection.dialect.default_schema_name)
        self._temporary = TEMPORARY[connection.dialect.name]
        self._span = in_schema(spans.span, self._live).alias("heard_of")
        self._exchange = at_once(connection)
        self._replayed: dict[str, _Replayed] = {}
        self._joined: set[Table] = set()

    def whole(self, projections: Iterable[Projection]) -> None:
        """Have all rows of ``projections`` in place."""
        missing = [one for one in map(self._of, projections) if not one.is_whole]
        if missing:
            self._replay(missing, self._changed_for(missing))
        for one in missing:
            one.is_whole = True

    def streams(self, projections: Iterable[Projection], ids: Iterable[str]) -> None:
        """Have the rows of the streams ``ids`` in place."""
        missing = [one for one in map(self._of, projections) if not one.is_whole]
        fresh = {id_ for id_ in ids for one in missing if id_ not in one.streams}
        if fresh:
            self._replay(missing, self._changed_of(sorted(fresh)))
        for one in missing:
            one.streams |= fresh

    def join(self, table: Table) -> Table:
        """The rows of ``table``, which are in place, in one part: to be joined to other rows.

        What is needed of it is looked up; of a view of two parts the whole would be written out.
        """
        joined = in_schema(table, None, f"{table.name}__joined")
        if table not in self._joined:
            self._joined.add(table)
            live = in_schema(table, self._live)
            rows = in_schema(table, self._temporary, then_name(table))
            goes_on = self._has(live, self._goes_on())
            is_it = stream_of(rows) == stream_of(live)
            quote = self._connection.dialect.identifier_preparer.quote_identifier
            own = f"{quote(self._live)}.{quote(str(live.name))}"
            key = stream_of(live).name
            columns = [
                case(
                    (goes_on, select(rows.c[name]).where(is_it).scalar_subquery()),
                    else_=literal_column(f"{own}.{quote(name)}"),  # one is called window
                ).label(quoted_name(name, quote=True))
                for name in live.c.keys()  # noqa: SIM118  no mapping
                if name != key
            ]
            # The same in either, and by nothing but the column itself can SQLite look a row up.
            columns.append(stream_of(live).label(key))
            shown = select(*columns).select_from(live).where(~goes_on | exists().where(is_it))
            self._create(str(joined.name), shown)
        return joined

    def led_to(self, table: Table, columns: Sequence[str], ids: Sequence[str]) -> list[str]:
        """What the rows of the streams ``ids`` have in ``columns``."""
        view = in_schema(table, self._temporary)
        asked = select(*(view.c[name] for name in columns)).where(stream_of(view).in_(ids))
        return sorted({one for row in self._connection.execute(asked) for one in row if one})

    def _changed_for(self, into: Sequence["_Replayed"]) -> list[str]:
        asked = select(self._span.c.stream_id).where(*self._is_changed(), self._followed(into))
        asked = asked if self._most is None else asked.limit(self._most + 1)
        found = list(self._connection.scalars(asked))
        if self._most is not None and len(found) > self._most:
            raise _too_much(self._most)
        return found

    def _followed(self, into: Sequence["_Replayed"]) -> ColumnElement[bool]:
        """Which streams may change rows of these; the others cost nothing, however many go on."""
        if not all(one.projection.of for one in into):
            return true()
        begin = sorted({prefix for one in into for prefix in one.projection.of})
        return or_(*(self._span.c.stream_id.startswith(one, autoescape=True) for one in begin))

    def _changed_of(self, ids: Sequence[str]) -> list[str]:
        among = self._span.c.stream_id.in_(ids)
        asked = select(self._span.c.stream_id).where(among, *self._is_changed())
        return list(self._connection.scalars(asked))

    def _is_changed(self) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        """What a stream is of which some events count and some do not."""
        return self._moment.has(self._span, spans.FIRST), self._goes_on()

    def _goes_on(self) -> ColumnElement[bool]:
        return ~self._moment.has(self._span, spans.LAST)

    def _replay(self, into: Sequence["_Replayed"], streams: Collection[str]) -> None:
        wanted = [id_ for id_ in streams if any(one.wants(id_) for one in into)]
        topics = _topics_of([one.projection for one in into])
        until = self._until(into)
        with resting():
            for start in range(0, len(wanted), _STREAMS_AT_ONCE):
                some = wanted[start : start + _STREAMS_AT_ONCE]
                batch = self._batches.of(some, topics, until)
                for one in into:
                    one.apply(batch, self._exchange, self._moment)

    def _until(self, into: Sequence["_Replayed"]) -> int | None:
        """The last position that has to be read, if there is one."""
        by_order = self._moment.by is TimeBasis.RECORDED
        if by_order and not any(one.projection.retroactive for one in into):
            return self._moment.position
        return None

    def _of(self, projection: Projection) -> "_Replayed":
        if projection.name not in self._replayed:
            self._replayed[projection.name] = self._begun(projection)
        return self._replayed[projection.name]

    def _begun(self, projection: Projection) -> "_Replayed":
        require_basis(projection, self._moment.by)
        live = in_schema(projection.tables[0], self._live)
        if projection.added_by is not None:
            self._create_view(live, self._moment.has(live, projection.added_by))
        elif projection.by_first:
            # One part alone: SQLite would write out the whole of two wherever it is joined.
            has_begun = self._moment.has(self._span, spans.FIRST)
            self._create_view(live, self._has(live, has_begun))
        else:
            shelves = {table: self._shelf(table) for table in projection.tables}
            return _Replayed(projection, shelves, self._reached[projection.name])
        return _Replayed(projection, {}, 0, is_whole=True)

    def _shelf(self, table: Table) -> Shelf:
        """The temporary table for replayed rows of ``table``, with the view that shows them."""
        rows = in_schema(table, self._temporary, then_name(table))
        create(self._connection, [rows])
        live = in_schema(table, self._live)
        self._create_view(live, ~self._has(live, self._goes_on()), rows)
        return Shelf(rows)

    def _has(self, live: Table, holds: ColumnElement[bool]) -> ColumnElement[bool]:
        """Whether ``holds`` of the stream of a row of ``live``."""
        return exists().where(self._span.c.stream_id == stream_of(live), holds)

    def _create_view(
        self, live: Table, holds: ColumnElement[bool], beside: Table | None = None
    ) -> None:
        quote = self._connection.dialect.identifier_preparer.quote
        columns: ColumnElement[Any] = literal_column(
            ", ".join(quote(column.name) for column in live.c)
        )
        shown: Any = select(columns).select_from(live).where(holds)
        if beside is not None:
            shown = shown.union_all(select(columns).select_from(beside))
        self._create(str(live.name), shown)

    def _create(self, name: str, shown: Any) -> None:
        quote = self._connection.dialect.identifier_preparer.quote
        text = shown.compile(self._connection, compile_kwargs={"literal_binds": True})
        self._connection.exec_driver_sql(f"CREATE TEMPORARY VIEW {quote(name)} AS {text}")


class _Replayed:
    """What was replayed of one projection up to ``until``: these ``streams``, or all."""

    def __init__(
        self,
        projection: Projection,
        shelves: Mapping[Table, Shelf],
        until: int,
        *,
        is_whole: bool = False,
    ) -> None:
        self.projection = projection
        self.is_whole = is_whole
        self.streams: set[str] = set()
        self._shelves = shelves
        self._until = until

    def wants(self, stream_id: str) -> bool:
        return stream_id not in self.streams and self.projection.follows_stream(stream_id)

    def apply(self, batch: Batch, exchange: Any, moment: Moment) -> None:
        always = self.projection.retroactive

        def counts(recorded: Recorded) -> bool:
            known = type(recorded.event) in always or moment.knows(recorded)
            return known and recorded.position <= self._until and self.wants(recorded.stream_id)

        applied(self.projection, self._shelves, exchange, batch.only(counts))


def stream_of(table: FromClause) -> Column[Any]:
    """The column that names the stream of each row of ``table``."""
    found: Any = next(column for column in table.c if STREAM in column.info)
    return found  # type: ignore[no-any-return]


def then_name(table: Table) -> str:
    """What the replayed rows of ``table`` are called."""
    return f"{table.name}__then"


def _topics_of(projections: Sequence[Projection]) -> list[str]:
    """The topics that change rows of ``projections``; none in particular if all do."""
    changing = {
        topic
        for topic, cls in TOPICS.items()
        if any(one.handler_of(cls) is not None for one in projections)
    }
    return [] if len(changing) == len(TOPICS) else sorted(changing)


def require_basis(projection: Projection, by: TimeBasis) -> None:
    """Raise ``InvalidInput`` if the past of ``projection`` can not be told ``by`` that time."""
    if projection.goes_by_order and by is TimeBasis.OCCURRED:
        raise InvalidInput(
            "PAST_BY_RECORDED_ONLY",
            "历史办件由来源系统先后补报、更正,不能按发生时间还原",
            field="by",
            remedy="请按入库时间查询",
        )


def _too_much(most: int) -> InvalidInput:
    return InvalidInput(
        "PAST_TOO_MUCH",
        f"那时在办、其后又有变动的超过 {most} 件,不能即时还原",
        field="at",
        remedy="请在命令行用 bancheng as-of 查询",
    )
