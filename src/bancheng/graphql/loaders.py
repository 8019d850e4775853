"""What hangs on a row, fetched for all rows of a page at once, and cut to what may be seen."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Generic, NamedTuple, TypeVar

from sqlalchemy import Connection
from strawberry.dataloader import DataLoader

from bancheng.domain.case.state import PREFIX as CASES
from bancheng.domain.holding.hand_over import PREFIX as LISTS
from bancheng.domain.improvement.improvement import PREFIX as IMPROVEMENTS
from bancheng.projections import accesses, items, office
from bancheng.projections.accesses import AccessRow, SeenMatter
from bancheng.projections.cases.cases import CASES_BY_ID
from bancheng.projections.cases.row import CaseRow
from bancheng.projections.deadlines.deadlines import DEADLINES_OF_MATTERS
from bancheng.projections.improvements import IMPROVEMENTS_BY_ID
from bancheng.projections.items import ItemVersionRow, ServiceItemRow
from bancheng.projections.ledger.declared import Each, Several
from bancheng.projections.office import MemberRow, UnitRow
from bancheng.projections.story import Entry
from bancheng.projections.tickets.row import TicketRow
from bancheng.projections.tickets.tickets import TICKETS_BY_ID
from bancheng.projections.work_hand_overs import HAND_OVERS_BY_ID

T = TypeVar("T")
Read = Callable[[Callable[[Connection], Any]], Awaitable[Any]]


class Logged(NamedTuple):
    """What is read from the log itself: what events say, and what they changed."""

    details: Callable[[list[int]], Awaitable[list[Any]]]
    changes: Callable[[list[Entry]], Awaitable[list[Any]]]


BATCH_MAX = 500
_WHOLE = "register"


class _Loader(Generic[T]):
    """One statement for all keys that are asked for in one go."""

    def __init__(
        self, read: Read, query: Callable[[Connection, list[Any]], Mapping[Any, T]]
    ) -> None:
        async def load(keys: list[Any]) -> list[T | None]:
            found = await read(lambda connection: query(connection, keys))
            return [found.get(key) for key in keys]

        self._loader: DataLoader[Any, T | None] = DataLoader(load, max_batch_size=BATCH_MAX)

    async def load(self, key: Any) -> T | None:
        return await self._loader.load(key)


class Loaders:
    """装载器: of one request.

    ``read`` is for who asks, ``read_all`` reads whatever is there: of registers everybody sees the
    same. ``unit`` is the only unit whose work may be seen, if bound.
    """

    def __init__(self, read: Read, read_all: Read, logged: Logged, unit: str | None) -> None:
        self._read, self._read_all, self._unit = read, read_all, unit
        self._of_ledgers: dict[Any, _Loader[Any]] = {}
        self._details = DataLoader(logged.details, max_batch_size=BATCH_MAX)
        self._changes = DataLoader(logged.changes, max_batch_size=BATCH_MAX)
        self._register = _Loader(read_all, _register)
        self._members = _Loader(read_all, _members)
        self._items = _Loader(read_all, items.items_by_code)
        self._versions = _Loader(read_all, items.versions_of)
        self._accesses = _Loader(read, accesses.latest_of)
        self._accessed = _Loader(read, accesses.matters_of)
        self._kept_items = _Loader(read_all, items.item_versions)

    async def one(self, query: Each[Any], key: Any) -> Any:
        """The row of ``key``, if it may be seen."""
        row = await self._loader(query).load(key)
        return row if row is not None and query.ledger.seen(row, self._unit) else None

    async def hidden(self, query: Each[Any], key: Any) -> Any:
        """The row of ``key``, if it is there and may not be seen."""
        if await self.one(query, key) is not None:
            return None
        return await self._read_all(lambda connection: query.one(connection, key))

    async def several(self, query: Several[Any], key: Any) -> list[Any]:
        """The rows of ``key`` that may be seen."""
        rows = await self._loader(query).load(key) or []
        return [row for row in rows if query.ledger.seen(row, self._unit)]

    async def ticket(self, ticket_id: str) -> TicketRow | None:
        """The ticket, if it may be seen."""
        row: TicketRow | None = await self.one(TICKETS_BY_ID, ticket_id)
        return row

    async def case(self, case_id: str) -> CaseRow | None:
        """The case, if it may be seen."""
        row: CaseRow | None = await self.one(CASES_BY_ID, case_id)
        return row

    async def matter(self, matter_id: str) -> TicketRow | CaseRow | None:
        """The ticket or case, if it may be seen."""
        found = self.case if matter_id.startswith(CASES) else self.ticket
        return await found(matter_id)

    async def details_of(self, position: int) -> Any:
        """What the event at ``position`` says. Whether it may be seen is for the caller to know."""
        return await self._details.load(position)

    async def changes_of(self, entry: Entry) -> Any:
        """What the event of ``entry`` changed. Whether it may be seen is for the caller to know."""
        return await self._changes.load(entry)

    async def units(self) -> Mapping[str, UnitRow]:
        """The register of units, by code."""
        return await self._register.load(_WHOLE) or {}

    async def unit(self, code: str) -> UnitRow | None:
        """The unit of that code."""
        return (await self.units()).get(code)

    async def member(self, staff_id: str) -> MemberRow | None:
        """The member of staff of that id."""
        return await self._members.load(staff_id)

    async def item(self, code: str) -> ServiceItemRow | None:
        """The latest version of the service item of that code."""
        return await self._items.load(code)

    async def versions_of(self, code: str) -> list[ItemVersionRow]:
        """The versions of a service item, in the order in which they were published."""
        return await self._versions.load(code) or []

    async def kept_item(self, code: str, version: int) -> ServiceItemRow | None:
        """That version of the service item: the one a case keeps."""
        return await self._kept_items.load((code, version))

    async def accesses_of(self, matter_id: str) -> list[AccessRow]:
        """The latest records of who looked at a matter, the newest first."""
        return await self._accesses.load(matter_id) or []

    async def accessed(self, position: int) -> list[SeenMatter]:
        """The matters that a record of the access log is about."""
        return await self._accessed.load(position) or []

    def _loader(self, query: Any) -> _Loader[Any]:
        if query not in self._of_ledgers:
            self._of_ledgers[query] = _Loader(self._read, query)
        return self._of_ledgers[query]


def has_business(connection: Connection, matter_id: str, unit: str) -> bool:
    """Whether ``unit`` has or had a part in the case, or a limit to keep in the ticket.

    A list by which somebody hands over is that of the unit of both.
    """
    if matter_id.startswith(LISTS):
        listed = HAND_OVERS_BY_ID.one(connection, matter_id)
        return listed is not None and HAND_OVERS_BY_ID.ledger.seen(listed, unit)
    if matter_id.startswith(IMPROVEMENTS):
        improved = IMPROVEMENTS_BY_ID.one(connection, matter_id)
        return improved is not None and IMPROVEMENTS_BY_ID.ledger.seen(improved, unit)
    if matter_id.startswith(CASES):
        case = CASES_BY_ID.one(connection, matter_id)
        return case is not None and CASES_BY_ID.ledger.seen(case, unit)
    found = DEADLINES_OF_MATTERS(connection, [matter_id])
    return any(one.unit == unit for one in found.get(matter_id, ()))


def _register(connection: Connection, _: list[str]) -> dict[str, dict[str, UnitRow]]:
    # There are few units, and almost every row names one: the whole register at once.
    return {_WHOLE: {row.code: row for row in office.all_units(connection)}}


def _members(connection: Connection, ids: list[str]) -> dict[str, MemberRow]:
    found = {staff_id: office.staff_member(connection, staff_id) for staff_id in ids}
    return {staff_id: row for staff_id, row in found.items() if row is not None}
