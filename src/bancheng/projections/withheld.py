"""不予知悉: a connection on which the tickets that are about whoever reads are not there.

What a query reads of tickets, and of requests to erase that name one, is read without them just
before it runs: rows, counts, joins and sub-queries, of whatever ledger. So no ledger can forget it,
and who is named on no ticket pays nothing but to be looked up.

Whom a ticket is about is asked of the live ledger, also where everything else is of the past: what
is withheld now is not to be had from any moment before.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import (
    Column,
    ColumnElement,
    CompoundSelect,
    Connection,
    FromClause,
    Join,
    Select,
    SelectBase,
    Table,
    and_,
    event,
    exists,
    func,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.sql import visitors

from bancheng.domain.complaint.correct import TicketCorrected
from bancheng.domain.complaint.discover import TicketReported
from bancheng.domain.complaint.merging import TicketMerged
from bancheng.domain.complaint.repeating import RepeatRegistered
from bancheng.domain.complaint.state import PREFIX as TICKETS
from bancheng.domain.complaint.withheld import AboutWhom, sits_at_windows, units_kept_from
from bancheng.domain.errors import Conflict
from bancheng.domain.people import Actor
from bancheng.projections import matters, office
from bancheng.projections.accesses import access_log, access_matter
from bancheng.projections.ledger.listing import among
from bancheng.projections.machine import checkpoints
from bancheng.projections.machine.base import Projection
from bancheng.projections.machine.columns import STREAM
from bancheng.projections.machine.joins import table_in
from bancheng.projections.machine.replay import stream_of
from bancheng.projections.machine.tables import in_schema
from bancheng.projections.made_of_tickets import PREFIXES, made_of
from bancheng.projections.registry import LISTED, PROJECTIONS
from bancheng.projections.sight import units_of
from bancheng.projections.tickets.leads import behind_it, leads_of
from bancheng.projections.tickets.row import ticket
from bancheng.projections.tickets.tickets import TICKETS as TICKETS_LEDGER
from bancheng.projections.tickets.ties import tie
from bancheng.projections.trail import TRAIL, trail
from bancheng.projections.work_hand_overs import listed_part


class Withheld(msgspec.Struct, frozen=True, kw_only=True):
    """不予知悉者: from whom some tickets are withheld.

    ``units`` are theirs, with those that it took over from, if they sit at windows alone. Where the
    ledger of tickets is behind others, ``reached`` is how far it is: of what was reported or
    corrected since it can not tell whom it is about, so that is withheld from everybody.
    """

    staff_id: str
    units: tuple[str, ...] = ()
    reached: int | None = None


def withheld_from(connection: Connection, actor: Actor) -> Withheld | None:
    """As whom ``actor`` reads what is not about them; none if no ticket is.

    ``Conflict`` ``WITHHELD_UNKNOWN`` if nothing tells which tickets might be.
    """
    units = units_of(actor, office.successors(connection)) if sits_at_windows(actor) else ()
    known = Withheld(staff_id=actor.id, units=units)
    is_any = exists(_tickets_of(connection, known)).label("is_any")
    found = connection.execute(select(is_any, *_reached(connection))).one()
    if (reached := _behind(found)) is not None:
        return msgspec.structs.replace(known, reached=reached)
    return known if found.is_any else None


def untold(connection: Connection, tickets: Iterable[str]) -> frozenset[str]:
    """Those of ``tickets`` of which the ledger can not tell whom they are about.

    Nor can it of one that goes on in such a ticket, or repeats it.
    """
    reached = _behind(connection.execute(select(*_reached(connection))).one())
    if reached is None:
        return frozenset()
    matters = frozenset(tickets)
    leads = leads_of(connection, matters)
    told_since = _told_since(_live(connection).trail, reached).subquery()
    asked = select(told_since.c.stream_id).where(told_since.c.stream_id.in_(list(leads)))
    silent = frozenset(connection.scalars(asked))
    return frozenset(one for one in matters if silent & {one, *behind_it(one, leads)})


def _reached(connection: Connection) -> list[Any]:
    """How far the ledger of tickets is, the trail, and whichever is furthest."""
    live = in_schema(checkpoints.projection, str(connection.dialect.default_schema_name))
    asked = {
        "tickets": live.c.name == TICKETS_LEDGER.projection.name,
        "trail": live.c.name == TRAIL.projection.name,
        "furthest": live.c.name.in_([one.name for one in PROJECTIONS]),
    }
    return [
        select(func.max(live.c.position)).where(which).scalar_subquery().label(name)
        for name, which in asked.items()
    ]


def _behind(found: Any) -> int | None:
    """How far the ledger of tickets is, if others are ahead of it."""
    if found.tickets >= found.furthest:
        return None
    if found.trail < found.furthest:
        raise Conflict(
            "WITHHELD_UNKNOWN",
            "办不成事工单台账与留痕落后于其他台账,暂时无法判定哪些内容应予回避,不能查询",
            remedy="请稍后重试;仍不成功的,请系统管理员检查已停止的台账",
        )
    return int(found.tickets)


def _told_since(trail: Table, reached: int) -> Select[Any]:
    """The tickets of which something was told behind ``reached`` that says whom they are about."""
    told = (TicketReported, TicketCorrected, TicketMerged, RepeatRegistered)
    tells = [one.topic for one in told]
    return select(trail.c.stream_id).where(trail.c.position > reached, trail.c.topic.in_(tells))


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
    """Whom each of ``tickets`` is about, if it is about somebody, some window or some unit.

    Also whom those are about in which one goes on, or which it repeats.
    """
    asked = list(tickets)
    leads = leads_of(connection, asked)
    told = _told_of(connection, leads)
    about = {one: told[one] for one in asked if one in told}
    for one in asked:
        if theirs := tuple(told[other] for other in sorted(behind_it(one, leads)) if other in told):
            about[one] = msgspec.structs.replace(about.get(one, AboutWhom()), others=theirs)
    return about


def _told_of(connection: Connection, tickets: Iterable[str]) -> dict[str, AboutWhom]:
    found = connection.execute(_WHOM, {"tickets": list(tickets)}).all()
    kept = {one.ticket_id: _units_of(one) for one in found}
    units = sorted(frozenset().union(*kept.values()))
    left = connection.execute(_LEFT, {"units": units}).all() if units else []
    return {
        one.ticket_id: AboutWhom(
            staff_id=one.accused_staff,
            units=kept[one.ticket_id],
            left=frozenset(
                who.staff_id
                for who in left
                if who.unit in kept[one.ticket_id] and who.until >= one.reported_at
            ),
        )
        for one in found
    }


def _units_of(row: Any) -> frozenset[str]:
    accused = {row.accused_unit, row.window_unit, row.person_unit} - {None}
    return units_kept_from(
        frozenset(accused),
        row.window_unit,
        named_window=row.accused_window is not None,
        agrees=row.agrees_to_contact,
    )


_person = office.staff
_WHOM = (
    select(
        ticket.c.ticket_id, ticket.c.accused_staff, ticket.c.accused_unit, ticket.c.accused_window,
        ticket.c.agrees_to_contact, ticket.c.reported_at, _person.c.unit.label("person_unit"),
        func.coalesce(ticket.c.accused_window_unit, office.window.c.unit).label("window_unit"),
    )
    .outerjoin(office.window, office.window.c.code == ticket.c.accused_window)
    .outerjoin(_person, (_person.c.staff_id == ticket.c.accused_staff) & _person.c.active)
    .where(
        among(ticket.c.ticket_id, "tickets"),
        or_(
            ticket.c.accused_staff.is_not(None),
            ticket.c.accused_window.is_not(None),
            ticket.c.accused_unit.is_not(None),
        ),
    )
)  # fmt: skip
_LEFT = select(office.left.c.staff_id, office.left.c.unit, office.left.c.until).where(
    among(office.left.c.unit, "units")
)


class _Live(NamedTuple):
    """What says of whom a ticket is, as it stands now, whatever the connection is of."""

    ticket: Table
    window: Table
    staff: Table
    left: Table
    trail: Table


def _live(connection: Connection) -> _Live:
    live = str(connection.dialect.default_schema_name)
    of = (ticket, office.window, office.staff, office.left, trail)
    return _Live(*(in_schema(table, live) for table in of))


def _tickets_of(connection: Connection, known: Withheld) -> CompoundSelect[Any]:
    """The tickets that are about them, each way by an index of its own."""
    live = _live(connection)
    of, left = live.ticket, live.left
    named = [select(of.c.ticket_id.label("stream_id")).where(of.c.accused_staff == known.staff_id)]
    if known.reached is not None:
        named.append(_told_since(live.trail, known.reached))
    if not known.units:
        return union_all(*named)

    def was_there(unit: Any) -> ColumnElement[bool]:
        then = left.c.until >= of.c.reported_at
        return exists().where(left.c.staff_id == known.staff_id, left.c.unit == unit, then)

    own = select(left.c.unit).where(left.c.staff_id == known.staff_id)
    now = _about_units(live, known.units, lambda _: true())
    return union_all(*named, *now, *_about_units(live, own, was_there))


def _about_units(
    live: _Live, units: Any, also: Callable[[Any], ColumnElement[bool]]
) -> list[Select[Any]]:
    """The tickets whose unit is one of ``units`` and ``also`` so, in each way to be about one."""
    of, at, who = live.ticket, live.window, live.staff
    at_window = of.c.accused_window
    unit_of_window = select(at.c.unit).where(at.c.code == at_window).correlate(of)
    unit_of_person = (
        select(who.c.unit).where(who.c.staff_id == of.c.accused_staff, who.c.active).correlate(of)
    )
    is_kept = of.c.accused_window_unit.is_not(None)
    unknown = at_window.is_not(None) & ~is_kept & at_window.not_in(select(at.c.code))
    shut = of.c.agrees_to_contact.is_(False) | unknown
    windows = select(at.c.code).where(at.c.unit.in_(units))
    people = select(who.c.staff_id).where(who.c.unit.in_(units), who.c.active)
    ways = (
        (of.c.accused_window_unit.in_(units), of.c.accused_window_unit),
        (at_window.in_(windows) & ~is_kept, unit_of_window.scalar_subquery()),
        (of.c.accused_unit.in_(units) & shut, of.c.accused_unit),
        (of.c.accused_staff.in_(people) & shut, unit_of_person.scalar_subquery()),
    )
    return [select(of.c.ticket_id).where(way, also(unit)) for way, unit in ways]


def _streams_of(connection: Connection, known: Withheld) -> CompoundSelect[Any]:
    """The tickets, those that go on in them or repeat them, and what is made of any of these."""
    own = _live(connection).ticket
    about_them = select(_tickets_of(connection, known).subquery().c.stream_id)
    found = about_them.cte("withheld_from_them", recursive=True)
    leads = or_(own.c.merged_into == found.c.stream_id, own.c.repeats == found.c.stream_id)
    found = found.union(select(own.c.ticket_id).where(leads))
    tickets = select(found.c.stream_id)
    made = made_of(tickets, str(connection.dialect.default_schema_name))
    return union_all(tickets, *made)


def _has_such(projection: Projection) -> bool:
    return not projection.of or bool({TICKETS, *PREFIXES} & set(projection.of))


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
    str(listed_part.name): "matter_id",
}


# By which others a row names a second ticket. Who may not know of that sees nothing of the row.
_ALSO: Final[Mapping[str, tuple[str, ...]]] = {
    str(trail.name): ("other_id",),
    str(tie.name): ("other_id",),
    # As of before it was undone, too: into which one it had gone on then.
    str(ticket.name): ("merged_into",),
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
    also = (rows.c[one] for one in _ALSO.get(name, ()))
    return and_(
        rows.c[_COLUMNS[name]].not_in(streams),
        *(or_(one.is_(None), one.not_in(streams)) for one in also),
    )


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
