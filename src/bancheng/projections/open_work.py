"""未结事项: what a unit still has in hand, wherever a ledger has it.

Asked before a unit is closed, and again and again afterwards: what comes back to a closed unit, by
a rework or a case that the law has accepted meanwhile, is found like everything else.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain
from typing import Any, Final

import msgspec
from msgspec.structs import replace
from sqlalchemy import (
    Connection,
    Select,
    and_,
    bindparam,
    func,
    literal,
    or_,
    select,
    text,
    union_all,
)

from bancheng.domain.commands import OpenWork
from bancheng.domain.complaint.terms import OrderStatus
from bancheng.domain.deadlines import DeadlineState
from bancheng.domain.labelled import Labelled
from bancheng.domain.succession import OF_ORDERS, OF_THE_UNIT
from bancheng.projections.cases.row import case, case_unit
from bancheng.projections.deadlines.board import limit
from bancheng.projections.items import catalogue
from bancheng.projections.office import staff, successors, window
from bancheng.projections.work_orders.row import order


class OpenKind(Labelled):
    """未结种类: where something open was found, and so what takes it over."""

    ORDER = "order", "派单"
    CASE = "case", "办件"
    LIMIT = "limit", "时限"
    ITEM = "item", "事项"
    WINDOW = "window", "窗口"
    STAFF = "staff", "人员"


class Open(msgspec.Struct, frozen=True, kw_only=True):
    """未结事项: one thing of a unit: the stream or code it is ``of``, and its ``name``.

    ``seen`` changes whenever the row does in which it was found.
    """

    kind: OpenKind
    of: str
    name: str
    seen: int


_KINDS: Final = {kind.value: kind for kind in OpenKind}
_UNIT: Final[Any] = bindparam("unit")
# As text: SQLite would else go by the state, and read whatever runs in the hall.
_RUNS = text(f"state || '' = '{DeadlineState.RUNNING}'")
_OF_UNIT = limit.c.kind.in_(OF_THE_UNIT)
# A limit of the matter that has run out stays with the unit that let it pass: see `succession`.
_GOES_ALONG = and_(
    limit.c.kind.not_in(OF_ORDERS),
    limit.c.expired_at.is_(None),
    limit.c.due_at > bindparam("now", type_=limit.c.due_at.type),
)


def _found(kind: OpenKind, of: Any, name: Any, seen: Any) -> Select[Any]:
    return select(
        literal(kind.value).label("kind"), of.label("of"), name.label("name"), seen.label("seen")
    )


_ORDERS = _found(OpenKind.ORDER, order.c.ticket_id, order.c.order_id, order.c.position).where(
    order.c.unit == _UNIT, order.c.status.in_((OrderStatus.DISPATCHED, OrderStatus.SIGNED_IN))
)
_CASES = (
    _found(OpenKind.CASE, case.c.case_id, case.c.number, case.c.position)
    .join_from(case_unit, case, case.c.case_id == case_unit.c.case_id)
    # Whoever has the case or its file has a part in it, and of parts there is an index.
    .where(
        case_unit.c.unit == _UNIT,
        case.c.closed_at.is_(None),
        or_(*(case.c[name] == _UNIT for name in ("unit", "holder", "handed_to"))),
    )
)
_LIMITS = _found(OpenKind.LIMIT, limit.c.matter_id, limit.c.subject, limit.c.position).where(
    limit.c.unit == _UNIT, _RUNS, or_(_OF_UNIT, _GOES_ALONG)
)
_ITEMS = _found(OpenKind.ITEM, catalogue.c.code, catalogue.c.name, catalogue.c.version).where(
    catalogue.c.unit == _UNIT, catalogue.c.current.is_(True), catalogue.c.withdrawn.is_(False)
)
_WINDOWS = _found(OpenKind.WINDOW, window.c.code, window.c.name, window.c.position).where(
    window.c.unit == _UNIT, window.c.closed.is_(False)
)
_STAFF = _found(OpenKind.STAFF, staff.c.staff_id, staff.c.name, staff.c.position).where(
    staff.c.unit == _UNIT, staff.c.active.is_(True)
)
_ALL = union_all(_ORDERS, _CASES, _LIMITS, _ITEMS, _WINDOWS, _STAFF).limit(bindparam("most"))
_OWED = (
    select(limit.c.kind, func.count().label("times"), func.min(limit.c.subject).label("name"))
    .where(limit.c.unit == _UNIT, _RUNS, _OF_UNIT)
    .group_by(limit.c.kind)
)


def _counted(found: Select[Any]) -> Select[int, Any]:
    of = found.subquery()
    return select(func.count().label("times"), func.min(of.c.name).label("name"))


_COUNTS = [
    (OpenKind.ORDER, _counted(_ORDERS)),
    (OpenKind.CASE, _counted(_CASES)),
    (OpenKind.ITEM, _counted(_ITEMS)),
    (OpenKind.WINDOW, _counted(_WINDOWS)),
    (OpenKind.STAFF, _counted(_STAFF)),
]


def found_open(connection: Connection, unit: str, now: datetime, most: int) -> list[Open]:
    """At most ``most`` things that ``unit`` has and a successor would take over ``now``."""
    rows = connection.execute(_ALL, {"unit": unit, "now": now, "most": most})
    return [Open(kind=_KINDS[row.kind], of=row.of, name=row.name, seen=row.seen) for row in rows]


def open_work(connection: Connection, unit: str) -> Sequence[OpenWork]:
    """What ``unit`` has, counted by kind, for whoever would close it.

    What closed units still have is the work of their successor, though it is not there yet: closed
    without looking at that, it would be on its way to nobody.
    """
    waiting = [code for code, end in successors(connection).items() if end == unit]
    found: dict[str, OpenWork] = {}
    for one in chain.from_iterable(_work_of(connection, code) for code in (unit, *waiting)):
        seen = found.get(one.term)
        found[one.term] = replace(seen, count=seen.count + one.count) if seen else one
    return tuple(found.values())


def unnamed(found: Sequence[OpenWork]) -> Sequence[OpenWork]:
    """The same counts, for whoever is to know nothing of what they count."""
    return tuple(replace(one, example="") for one in found)


def _work_of(connection: Connection, unit: str) -> Iterator[OpenWork]:
    counted = [
        (kind.label, connection.execute(counts, {"unit": unit}).one()) for kind, counts in _COUNTS
    ]
    owed = [(f"{row.kind.label}时限", row) for row in connection.execute(_OWED, {"unit": unit})]
    for term, row in (*counted, *owed):
        if row.times:
            yield OpenWork(term=term, count=row.times, example=row.name)
