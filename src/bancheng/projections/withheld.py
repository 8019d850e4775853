"""不予知悉: a connection on which the tickets that are about whoever reads are not there.

What a query reads of tickets, and of requests to erase that name one, is read without them just
before it runs: rows, counts, joins and sub-queries, of whatever ledger. So no ledger can forget it,
and who is named on no ticket pays nothing but to be looked up.

Whom a ticket is about is asked of the live ledger, also where everything else is of the past: what
is withheld now is not to be had from any moment before.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import msgspec
from sqlalchemy import (
    Column,
    ColumnElement,
    CompoundSelect,
    Connection,
    FromClause,
    Join,
    SelectBase,
    Table,
    case,
    event,
    exists,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy.sql import visitors

from bancheng.domain.complaint.state import PREFIX as TICKETS
from bancheng.domain.complaint.withheld import AboutWhom, sits_at_windows
from bancheng.domain.people import Actor
from bancheng.domain.privacy.erasure import PREFIX as ERASURES
from bancheng.projections import matters, office
from bancheng.projections.accesses import access_log, access_matter
from bancheng.projections.erasures import erasure_matter
from bancheng.projections.ledger.listing import among
from bancheng.projections.machine.base import Projection
from bancheng.projections.machine.columns import STREAM
from bancheng.projections.machine.joins import table_in
from bancheng.projections.machine.replay import stream_of
from bancheng.projections.machine.tables import in_schema
from bancheng.projections.registry import LISTED, PROJECTIONS
from bancheng.projections.sight import units_of
from bancheng.projections.tickets.row import ticket


class Withheld(msgspec.Struct, frozen=True, kw_only=True):
    """不予知悉者: from whom some tickets are withheld.

    ``units`` are theirs, with those that it took over from, if they sit at windows alone.
    """

    staff_id: str
    units: tuple[str, ...] = ()


def withheld_from(connection: Connection, actor: Actor) -> Withheld | None:
    """As whom ``actor`` reads what is not about them; none if no ticket is."""
    units = units_of(actor, office.successors(connection)) if sits_at_windows(actor) else ()
    known = Withheld(staff_id=actor.id, units=units)
    found = connection.execute(select(exists(_tickets_of(connection, known)))).scalar()
    return known if found else None


def is_withheld(connection: Connection, withheld: Withheld | None, stream_id: str) -> bool:
    """Whether that ticket, or request to erase, is one of those that are withheld."""
    if withheld is None:
        return False
    found = _streams_of(connection, withheld).subquery()
    asked = select(exists().where(found.c.stream_id == stream_id))
    return bool(connection.execute(asked).scalar())


def streams_of(connection: Connection, withheld: Withheld | None) -> frozenset[str]:
    """All tickets that are withheld, and the requests to erase that name one."""
    if withheld is None:
        return frozenset()
    return frozenset(connection.scalars(_streams_of(connection, withheld)))


def without(connection: Connection, withheld: Withheld | None) -> Connection:
    """``connection``, on which from now on nothing is that is withheld."""
    if withheld is not None:
        streams = _streams_of(connection, withheld)

        def before(_: Connection, query: Any, many: Any, values: Any, _options: Any) -> Any:
            return _kept(query, streams) if isinstance(query, SelectBase) else query, many, values

        event.listen(connection, "before_execute", before, retval=True)
    return connection


def whom(connection: Connection, tickets: Iterable[str]) -> dict[str, AboutWhom]:
    """Whom each of ``tickets`` is about, if it is about somebody or some window."""
    found = connection.execute(_WHOM, {"tickets": list(tickets)})
    return {one.ticket_id: AboutWhom(staff_id=one.staff, window_unit=one.unit) for one in found}


_unit_of = func.coalesce(office.window.c.unit, ticket.c.accused_unit)
_WHOM = (
    select(
        ticket.c.ticket_id,
        ticket.c.accused_staff.label("staff"),
        case((ticket.c.accused_window.is_not(None), _unit_of)).label("unit"),
    )
    .outerjoin(office.window, office.window.c.code == ticket.c.accused_window)
    .where(
        among(ticket.c.ticket_id, "tickets"),
        or_(ticket.c.accused_staff.is_not(None), ticket.c.accused_window.is_not(None)),
    )
)


def _tickets_of(connection: Connection, known: Withheld) -> CompoundSelect[Any]:
    """The tickets that are about them, each way by an index of its own."""
    live = str(connection.dialect.default_schema_name)
    of, at = in_schema(ticket, live), in_schema(office.window, live)
    named = select(of.c.ticket_id.label("stream_id")).where(of.c.accused_staff == known.staff_id)
    if not known.units:
        return union_all(named)
    own = select(at.c.code).where(at.c.unit.in_(known.units))
    return union_all(
        named,
        select(of.c.ticket_id).where(of.c.accused_window.in_(own)),
        select(of.c.ticket_id).where(
            of.c.accused_unit.in_(known.units),
            of.c.accused_window.is_not(None),
            of.c.accused_window.not_in(select(at.c.code)),
        ),
    )


def _streams_of(connection: Connection, known: Withheld) -> CompoundSelect[Any]:
    """The tickets, and the requests to erase that name one of them."""
    live = in_schema(erasure_matter, str(connection.dialect.default_schema_name))
    tickets = _tickets_of(connection, known)
    naming = select(live.c.erasure_id).where(live.c.matter_id.in_(tickets))
    return union_all(*tickets.selects, naming)


def _has_such(projection: Projection) -> bool:
    return not projection.of or bool({TICKETS, ERASURES} & set(projection.of))


# By which column a row of each table says of which stream it is.
_COLUMNS: Final[Mapping[str, str]] = {
    **{
        str(table.name): str(stream_of(table).name)
        for projection in (*PROJECTIONS, *(one.projection for one in LISTED))
        if _has_such(projection)
        for table in projection.tables
        if table is not access_log
    },
    str(access_matter.name): "matter_id",
}


# What has no such column: a record of the access log may be of several.
_BY_MATTER: Final = str(access_log.name)


def _kept(query: SelectBase, streams: CompoundSelect[Any]) -> SelectBase:
    """``query``, in which each table is read without what is of ``streams``."""
    instead: dict[int, Any] = {}
    for one, table in _read_in(query):
        rows = table.alias()
        kept: Any = select(*rows.c).where(_is_kept(rows, str(table.name), streams))
        other = kept.subquery(str(one.name))
        instead[id(one)] = other
        instead |= {id(column): other.c[column.name] for column in one.c}
    if not instead:
        return query

    def found(element: Any, **_: Any) -> Any:
        return instead.get(id(element))

    kept_query: Any = visitors.replacement_traverse(query, {}, found)
    return kept_query  # type: ignore[no-any-return]


def _is_kept(rows: FromClause, name: str, streams: CompoundSelect[Any]) -> ColumnElement[bool]:
    if name == _BY_MATTER:
        about = select(access_matter.c.position).where(access_matter.c.matter_id.in_(streams))
        names = _names_of(streams).subquery()
        asked_for = exists().where(rows.c.asked_for.contains(names.c.name))
        return rows.c.position.not_in(about) & ~asked_for
    return rows.c[_COLUMNS[name]].not_in(streams)


def _names_of(streams: CompoundSelect[Any]) -> CompoundSelect[Any]:
    """What somebody fills in to ask for one of ``streams``: its id, or its official number."""
    of = streams.subquery()
    number = select(matters.matter.c.number).where(matters.matter.c.matter_id.in_(streams))
    return union_all(select(of.c.stream_id.label("name")), number)


def _read_in(query: SelectBase) -> Iterator[tuple[Any, Table]]:
    """What ``query`` and its sub-queries read that may have such rows, by each name it has there.

    What is joined by its stream to rows that are kept themselves is left as it is: a database that
    would look it up shall go on doing so.
    """
    found: dict[int, tuple[Any, Table]] = {}
    led_to: set[int] = set()
    for one in visitors.iterate(query):
        if isinstance(one, Join) and _is_led_to(one):
            led_to.add(id(one.right))
        of: Any = one.table if isinstance(one, Column) else one
        table = table_in(of)
        if table is not None and (table.name in _COLUMNS or table.name == _BY_MATTER):
            found[id(of)] = of, table
    yield from (one for key, one in found.items() if key not in led_to)


def _is_led_to(join: Join) -> bool:
    """Whether each row on the right is of the stream of one on the left."""
    sides: Any = join.onclause
    columns = [getattr(sides, name, None) for name in ("left", "right")]
    return join.isouter and all(STREAM in getattr(one, "info", {}) for one in columns)
