"""What hangs on a row, fetched for all rows of a page at once, and cut to what may be seen."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection
from strawberry.dataloader import DataLoader

from bancheng.domain.case.state import PREFIX as CASES
from bancheng.projections import (
    cases,
    deadlines,
    finding_ledger,
    hand_over_ledger,
    intake_ledger,
    issuing_ledger,
    items,
    rating_ledger,
    refusal_ledger,
    registers,
    tickets,
    warnings,
    work_orders,
)
from bancheng.projections.audit_trail import trail
from bancheng.projections.cases import CaseRow
from bancheng.projections.deadlines import DeadlineRow
from bancheng.projections.items import ItemRow, ItemVersionRow
from bancheng.projections.paging import among
from bancheng.projections.registers import StaffRow, UnitRow
from bancheng.projections.tickets import TicketRow
from bancheng.projections.trails import TRAIL, TrailRow
from bancheng.projections.warnings import WarningRow
from bancheng.projections.work_orders import WorkOrderRow

T = TypeVar("T")
Query = Callable[[Connection, list[str]], Mapping[str, T]]
Read = Callable[[Callable[[Connection], Any]], Awaitable[Any]]
Details = Callable[[list[int]], Awaitable[list[Any]]]
BATCH_MAX = 500
_WHOLE = "register"

# What the ledgers of parts of a case are called, and how they are asked for several cases.
_PARTS: Mapping[str, Query[list[Any]]] = {
    "receipts": intake_ledger.receipts_of,
    "refusals": refusal_ledger.refusals_of,
    "hand_overs": hand_over_ledger.hand_overs_of,
    "issued": issuing_ledger.issued_of,
    "ratings": rating_ledger.ratings_of,
    "findings": finding_ledger.findings_of,
}
_TRAILS = TRAIL.select().where(among(trail.c.stream_id, "ids")).order_by(trail.c.version)


class _Loader(Generic[T]):
    """One statement for all keys that are asked for in one go."""

    def __init__(
        self, read: Read, query: Callable[[Connection, list[str]], Mapping[str, T]]
    ) -> None:
        async def load(keys: list[str]) -> list[T | None]:
            found = await read(lambda connection: query(connection, keys))
            return [found.get(key) for key in keys]

        self._loader: DataLoader[str, T | None] = DataLoader(load, max_batch_size=BATCH_MAX)

    async def load(self, key: str) -> T | None:
        return await self._loader.load(key)


class Loaders:
    """装载器: of one request. ``unit`` is the only unit whose work may be seen, if bound."""

    def __init__(self, read: Read, details: Details, unit: str | None) -> None:
        self._unit = unit
        self._tickets = _Loader(read, tickets.tickets_by_id)
        self._case_tickets = _Loader(read, tickets.tickets_of_cases)
        self._orders = _Loader(read, work_orders.work_orders_of)
        self._deadlines = _Loader(read, deadlines.deadlines_of)
        self._warnings = _Loader(read, warnings.warnings_of)
        self._trails = _Loader(read, _trails_of)
        self._details = DataLoader(details, max_batch_size=BATCH_MAX)
        self._register = _Loader(read, _register)
        self._members = _Loader(read, _members)
        self._items = _Loader(read, items.items_by_code)
        self._versions = _Loader(read, items.versions_of)
        self._kept_items = _Loader(read, _kept_items)
        self._cases = _Loader(read, cases.cases_by_id)
        self._children = _Loader(read, cases.children_of)
        self._parts = {name: _Loader(read, query) for name, query in _PARTS.items()}

    async def ticket(self, ticket_id: str) -> TicketRow | None:
        """The ticket, if it may be seen."""
        row = await self._tickets.load(ticket_id)
        return row if row is not None and concerns(row, self._unit) else None

    async def tickets_of(self, case_id: str) -> list[TicketRow]:
        """The tickets about a case that may be seen."""
        found = await self._case_tickets.load(case_id) or []
        return [row for row in found if concerns(row, self._unit)]

    async def case(self, case_id: str) -> CaseRow | None:
        """The case, if it may be seen."""
        row = await self._cases.load(case_id)
        return row if row is not None and concerns(row, self._unit) else None

    async def children_of(self, theme_id: str) -> list[CaseRow]:
        """The children of a theme that may be seen."""
        found = await self._children.load(theme_id) or []
        return [row for row in found if concerns(row, self._unit)]

    async def parts_of(self, ledger: str, case_id: str) -> list[Any]:
        """The rows that ``ledger`` has of a case. Whether it may be seen is for the caller."""
        return await self._parts[ledger].load(case_id) or []

    async def matter(self, matter_id: str) -> Any:
        """The ticket or case, if it may be seen."""
        found = self.case if matter_id.startswith(CASES) else self.ticket
        return await found(matter_id)

    async def orders_of(self, ticket_id: str) -> list[WorkOrderRow]:
        """The work orders of a ticket that may be seen."""
        return self._own(await self._orders.load(ticket_id))

    async def deadlines_of(self, matter_id: str) -> list[DeadlineRow]:
        """The limits of a matter that may be seen; of a case the hall's own too."""
        found = await self._deadlines.load(matter_id) or []
        also = (None,) if matter_id.startswith(CASES) else ()
        return [row for row in found if self._unit is None or row.unit in (self._unit, *also)]

    async def warnings_of(self, matter_id: str) -> list[WarningRow]:
        """The warnings of a matter that may be seen."""
        return self._own(await self._warnings.load(matter_id))

    async def trail_of(self, matter_id: str) -> list[TrailRow]:
        """The trail of a matter. Whether it may be seen is for the caller to know."""
        return await self._trails.load(matter_id) or []

    async def details_of(self, position: int) -> Any:
        """What the event at ``position`` says. Whether it may be seen is for the caller to know."""
        return await self._details.load(position)

    async def unit(self, code: str) -> UnitRow | None:
        """The unit of that code."""
        register = await self._register.load(_WHOLE)
        return None if register is None else register.get(code)

    async def member(self, staff_id: str) -> StaffRow | None:
        """The member of staff of that id."""
        return await self._members.load(staff_id)

    async def item(self, code: str) -> ItemRow | None:
        """The latest version of the service item of that code."""
        return await self._items.load(code)

    async def versions_of(self, code: str) -> list[ItemVersionRow]:
        """The versions of a service item, in the order in which they were published."""
        return await self._versions.load(code) or []

    async def kept_item(self, code: str, version: int) -> ItemRow | None:
        """That version of the service item: the one a case keeps."""
        return await self._kept_items.load(_kept_key(code, version))

    def _own(self, rows: Iterable[Any] | None) -> list[Any]:
        return [row for row in rows or () if self._unit in (None, row.unit)]


def concerns(matter: TicketRow | CaseRow, unit: str | None) -> bool:
    """Whether a matter may be seen by somebody bound to ``unit``, or not bound at all."""
    return unit is None or unit in matter.units


def has_business(connection: Connection, matter_id: str, unit: str) -> bool:
    """Whether ``unit`` has or had a part in the case, or a limit to keep in the ticket."""
    if matter_id.startswith(CASES):
        case = cases.cases_by_id(connection, [matter_id]).get(matter_id)
        return case is not None and concerns(case, unit)
    found = deadlines.deadlines_of(connection, [matter_id])
    return any(one.unit == unit for one in found.get(matter_id, ()))


def _trails_of(connection: Connection, ids: list[str]) -> dict[str, list[TrailRow]]:
    found: defaultdict[str, list[TrailRow]] = defaultdict(list)
    for row in connection.execute(_TRAILS, {"ids": ids}):
        found[row.stream_id].append(TRAIL.read(row))
    return found


def _kept_key(code: str, version: int) -> str:
    return f"{code}@{version}"  # no code has an @


def _kept_items(connection: Connection, keys: list[str]) -> dict[str, ItemRow]:
    pairs = [(code, int(version)) for code, version in (key.split("@") for key in keys)]
    found = items.item_versions(connection, pairs)
    return {_kept_key(row.code, row.version): row for row in found}


def _register(connection: Connection, _: list[str]) -> dict[str, dict[str, UnitRow]]:
    # There are few units, and almost every row names one: the whole register at once.
    return {_WHOLE: {row.code: row for row in registers.all_units(connection)}}


def _members(connection: Connection, ids: list[str]) -> dict[str, StaffRow]:
    found = {staff_id: registers.staff_member(connection, staff_id) for staff_id in ids}
    return {staff_id: row for staff_id, row in found.items() if row is not None}
