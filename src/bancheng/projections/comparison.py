"""对比: what rows say at two moments, field by field, in the eyes of whoever asks.

Both sides are read as anything of the past is, so whatever masks, hides or erases there does so
here; nothing is shown that could not be asked of either moment by itself.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import Connection, Select, or_, select

from bancheng.domain.case.state import PREFIX as CASES
from bancheng.domain.errors import InvalidInput
from bancheng.domain.labelled import Labelled
from bancheng.domain.people import Actor
from bancheng.projections.cases.cases import CASES_BY_ID
from bancheng.projections.ledger.cells import Reading, text_of
from bancheng.projections.ledger.declared import VALUES, Each, Ledger
from bancheng.projections.ledger.fields import Field
from bancheng.projections.machine import spans
from bancheng.projections.machine.columns import MASKED
from bancheng.projections.machine.moments import Moment
from bancheng.projections.machine.past import OF_STREAMS
from bancheng.projections.machine.replay import require_basis
from bancheng.projections.machine.tables import in_schema
from bancheng.projections.registry import LEDGERS
from bancheng.projections.sight import bound_unit
from bancheng.projections.tickets.tickets import TICKETS_BY_ID

_STREAMS_AT_ONCE: Final = 50
_STREAMS_A_PAGE: Final = 500

Key = tuple[Any, ...]
# What is only added to (the trail) is a comparison by itself, and so is what counts over all rows.
COMPARED: Final[Sequence[Ledger[Any]]] = tuple(
    one
    for one in LEDGERS
    if one.projection.added_by is None
    and OF_STREAMS in one.by_stream.select.get_execution_options()
)


class ChangeKind(Labelled):
    """变动种类: whether a row came, went, or says something else."""

    ADDED = "added", "新增"
    GONE = "gone", "不再有"
    CHANGED = "changed", "变动"


class FieldChange(NamedTuple):
    """栏目变动: what a field said at the earlier moment and at the later one."""

    field: Field
    before: Any
    after: Any


class RowChange(msgspec.Struct, frozen=True, kw_only=True):
    """行变动: a row of ``ledger`` at both moments; ``key`` tells it from the others there."""

    ledger: Ledger[Any]
    stream_id: str
    key: str
    kind: ChangeKind
    fields: tuple[FieldChange, ...]

    def told(self, reading: Reading) -> Iterator[tuple[Field, str, str]]:
        """Each field with both texts; what only a machine tells apart (seconds) is left out."""
        for field, before, after in self.fields:
            texts = [text_of(field, value, reading) for value in (before, after)]
            if texts[0] != texts[1]:
                yield field, texts[0], texts[1]


class Changes(NamedTuple):
    """一页变动: the rows of some streams; ``goes_on`` behind the stream ``last``, if it does."""

    rows: list[RowChange]
    last: str | None
    goes_on: bool


class Side(NamedTuple):
    """一侧: a moment, and the connection on which the read models are those of it."""

    moment: Moment
    connection: Connection


class Comparison(NamedTuple):
    """对比: of the ``earlier`` moment and the ``later`` one, as ``actor`` may see both.

    Without an actor it is for the operator, who sees every row.
    """

    earlier: Side
    later: Side
    actor: Actor | None

    def of_matter(self, matter_id: str) -> list[RowChange] | None:
        """What changed in a ticket or case and its parts; nothing if it can be seen at neither."""
        whole = CASES_BY_ID if matter_id.startswith(CASES) else TICKETS_BY_ID
        sides = [one if self._sees(one, whole, matter_id) else None for one in self._sides]
        if not any(sides):
            return None
        return [
            change
            for ledger in COMPARED
            if ledger.projection.follows_stream(matter_id) and self._may_ask(ledger)
            for change in self._differences(ledger, *self._read(ledger, sides, [matter_id]))
        ]

    def of_ledger(self, ledger: Ledger[Any], first: int, after: str) -> Changes:
        """The rows of ``ledger`` that changed, stream by stream: ``first`` of them or some more.

        A page ends behind the stream with which it is full, or when it has looked at many.
        """
        require_basis(ledger.projection, self.later.moment.by)
        found: list[RowChange] = []
        last, looked = after, 0
        while looked < _STREAMS_A_PAGE and (streams := self._moved(ledger, last)):
            sides = self._read(ledger, self._sides, streams, as_a_list=True)
            changed = list(self._differences(ledger, *sides))
            for last in streams:
                found += [one for one in changed if one.stream_id == last]
                if len(found) >= first:
                    return Changes(found, last, goes_on=True)
            looked += len(streams)
        return Changes(found, last or None, goes_on=looked >= _STREAMS_A_PAGE)

    @property
    def _sides(self) -> tuple[Side, Side]:
        return self.earlier, self.later

    @property
    def _unit(self) -> str | None:
        return None if self.actor is None else bound_unit(self.actor)

    def _may_ask(self, ledger: Ledger[Any]) -> bool:
        return self.actor is None or ledger.view.shows(self.actor)

    def _sees(self, side: Side, whole: Each[Any], matter_id: str) -> bool:
        row = whole.one(side.connection, matter_id)
        return row is not None and whole.ledger.seen(row, self._unit)

    def _moved(self, ledger: Ledger[Any], behind: str) -> Sequence[str]:
        """The next streams, behind that one, to which something may have happened between."""
        connection, moment = self.later.connection, self.later.moment
        live = in_schema(spans.span, str(connection.dialect.default_schema_name))
        name = live.c.stream_id
        asked = select(name).where(
            name > behind,
            or_(*map(name.startswith, ledger.projection.of)),
            moment.has(live, spans.FIRST),
            ~self.earlier.moment.has(live, spans.LAST),
        )
        return connection.scalars(asked.order_by(name).limit(_STREAMS_AT_ONCE)).all()

    def _read(
        self,
        ledger: Ledger[Any],
        sides: Iterable[Side | None],
        streams: Sequence[str],
        *,
        as_a_list: bool = False,
    ) -> list[Mapping[Key, Any]]:
        """The rows of ``streams`` at each side, by their keys, as far as they may be seen."""
        unit = self._unit
        keys = [str(column.name) for column in ledger.table.primary_key]
        query, values = _query_of(ledger, unit if as_a_list else None)
        values[VALUES] = list(streams)

        def found(connection: Connection) -> Iterator[Any]:
            rows = map(ledger.read, connection.execute(query, values))
            return (row for row in rows if ledger.seen(row, unit))

        def key(row: Any) -> Key:
            return tuple(getattr(row, name) for name in keys)

        return [
            {} if side is None else {key(row): row for row in found(side.connection)}
            for side in sides
        ]

    def _differences(
        self, ledger: Ledger[Any], was: Mapping[Key, Any], now: Mapping[Key, Any]
    ) -> Iterator[RowChange]:
        for key in dict.fromkeys((*was, *now)):
            before, after = was.get(key), now.get(key)
            fields = tuple(self._of_fields(ledger, before, after))
            if fields:
                yield RowChange(
                    ledger=ledger,
                    stream_id=getattr(before or after, ledger.by_stream.name),
                    key="/".join(map(str, key)),
                    kind=_kind(before, after),
                    fields=fields,
                )

    def _of_fields(self, ledger: Ledger[Any], before: Any, after: Any) -> Iterator[FieldChange]:
        for field in _compared(ledger):
            if all(self._may_read(field, row) for row in (before, after) if row is not None):
                was, now = getattr(before, field.name, None), getattr(after, field.name, None)
                if was != now:
                    yield FieldChange(field, was, now)

    def _may_read(self, field: Field, row: Any) -> bool:
        view = None if field.word is None else field.word.seen_by
        return self.actor is None or view is None or view.shows(self.actor, row)


def order_checked(earlier: datetime, later: datetime) -> None:
    """Raise ``InvalidInput`` if the moments stand the wrong way round."""
    if earlier > later:
        raise InvalidInput(
            "MOMENTS_REVERSED",
            "两个时刻须先后排列: 较早的在前",
            field="since",
            remedy="请调换两个时刻",
        )


def text_name(field: Field) -> str:
    """What the API calls ``field``."""
    return field.name.removesuffix(MASKED)


def _query_of(ledger: Ledger[Any], unit: str | None) -> tuple[Select[Any], dict[str, Any]]:
    """The query for rows of streams, and what else it compares with: as in a list of ``unit``."""
    rows = ledger.rows
    if unit is None or rows is None or rows.ask is None:
        return ledger.by_stream.select, {}
    return _query_in_lists(ledger), {rows.ask: [unit] if rows.several else unit}


@cache
def _query_in_lists(ledger: Ledger[Any]) -> Select[Any]:
    assert ledger.rows is not None
    asked = next(one for one in ledger.asks if one.name == ledger.rows.ask)
    return ledger.by_stream.select.where(*asked.conditions.values())


@cache
def _compared(ledger: Ledger[Any]) -> Sequence[Field]:
    """The fields that are shown with the row, or beside it to whom may see them (a person's)."""
    return [
        one for one in ledger.fields
        if one.word is not None and (one.is_shown or one.word.seen_by is not None)
    ]  # fmt: skip


def _kind(before: Any, after: Any) -> ChangeKind:
    if before is None:
        return ChangeKind.ADDED
    return ChangeKind.GONE if after is None else ChangeKind.CHANGED
