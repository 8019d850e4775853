"""The root of all queries."""

from functools import partial
from typing import Annotated, Any

import strawberry

from bancheng.domain.errors import InvalidInput, NotFound
from bancheng.graphql import permissions
from bancheng.graphql.context import Asking, asking_of
from bancheng.graphql.loaders import concerns
from bancheng.graphql.permissions import bound_unit
from bancheng.graphql.queries.explained import EXPLAIN
from bancheng.graphql.queries.ledgers import ledger_field
from bancheng.graphql.queries.listed import LEDGERS
from bancheng.graphql.queries.statistics import RATING_RATES, WORKLOAD
from bancheng.graphql.types.case import Case
from bancheng.graphql.types.item import ServiceItem
from bancheng.graphql.types.office import Member, Unit
from bancheng.graphql.types.people import Me, me_of
from bancheng.graphql.types.shown import Shown, relation
from bancheng.graphql.types.ticket import Ticket
from bancheng.graphql.types.vocabulary import Vocabulary, vocabulary_of
from bancheng.projections import cases, items, registers, tickets

TicketId = Annotated[strawberry.ID | None, strawberry.argument(description="工单标识。")]
TicketNumber = Annotated[str | None, strawberry.argument(description="工单编号。")]
CaseId = Annotated[strawberry.ID | None, strawberry.argument(description="办件标识。")]
CaseNumber = Annotated[str | None, strawberry.argument(description="办件编号。")]
ItemCode = Annotated[str, strawberry.argument(description="事项实施编码。")]
ItemVersion = Annotated[
    int | None, strawberry.argument(description="第几版;不填为最新发布的一版。")
]


async def _me(info: strawberry.Info) -> Any:
    return me_of(asking_of(info).known)


async def _ticket(
    info: strawberry.Info,
    id: TicketId = strawberry.UNSET,  # noqa: A002
    number: TicketNumber = strawberry.UNSET,
) -> Any:
    asking = asking_of(info)
    permissions.TICKETS.require(asking.known)
    if bool(id) == bool(number):
        raise InvalidInput(
            "TICKET_UNNAMED", "须填工单标识或工单编号,二者择一", field="id", remedy="请只填一项"
        )
    by_number = partial(tickets.ticket_by_number, number=str(number))
    row = await (asking.loaders.ticket(str(id)) if id else asking.services.read(by_number))
    return _the_one(asking, row, "工单", "id" if id else "number")


async def _case(
    info: strawberry.Info,
    id: CaseId = strawberry.UNSET,  # noqa: A002
    number: CaseNumber = strawberry.UNSET,
) -> Any:
    asking = asking_of(info)
    permissions.CASES.require(asking.known)
    if bool(id) == bool(number):
        raise InvalidInput(
            "CASE_UNNAMED", "须填办件标识或办件编号,二者择一", field="id", remedy="请只填一项"
        )
    by_number = partial(cases.case_by_number, number=str(number))
    row = await (asking.loaders.case(str(id)) if id else asking.services.read(by_number))
    return _the_one(asking, row, "办件", "id" if id else "number")


def _the_one(asking: Asking, row: Any, term: str, field: str) -> Shown:
    if row is None or not concerns(row, bound_unit(asking.known)):
        raise NotFound(
            "MATTER_NOT_FOUND", f"没有这个{term}", field=field, remedy=f"请核对{term}标识或编号"
        )
    return Shown(row, asking)


async def _service_item(
    info: strawberry.Info, code: ItemCode, version: ItemVersion = strawberry.UNSET
) -> Any:
    asking = asking_of(info)
    permissions.SERVICE_ITEMS.require(asking.known)
    if version is None or version is strawberry.UNSET:
        row = await asking.loaders.item(code)
    else:
        row = await asking.services.read(lambda c: items.item_version(c, code, version))
    if row is None:
        raise NotFound(
            "ITEM_NOT_FOUND",
            "事项目录中没有这一事项或这一版本",
            field="code",
            remedy="请核对事项编码与版本",
        )
    return Shown(row, asking)


async def _units(info: strawberry.Info) -> Any:
    asking = asking_of(info)
    permissions.UNITS.require(asking.known)
    return [Shown(row, asking) for row in await asking.services.read(registers.all_units)]


async def _staff(info: strawberry.Info) -> Any:
    asking = asking_of(info)
    permissions.STAFF.require(asking.known)
    return [Shown(row, asking) for row in await asking.services.read(registers.all_staff)]


async def _vocabulary(info: strawberry.Info) -> Any:
    asking = asking_of(info)
    permissions.VOCABULARY.require(asking.known)
    return vocabulary_of(asking.services.rules.rulebook())


_QUERIES = {
    "me": relation(_me, Me, "经办人: 当前令牌的持有人。"),
    "ticket": relation(
        _ticket, Ticket | None, f"工单: 按标识或编号查一件。{permissions.TICKETS.told}"
    ),
    "case": relation(_case, Case | None, f"办件: 按标识或编号查一件。{permissions.CASES.told}"),
    **{ledger.name: ledger_field(ledger) for ledger in LEDGERS},
    "service_item": relation(
        _service_item,
        ServiceItem | None,
        f"事项: 按实施编码查一项。{permissions.SERVICE_ITEMS.told}",
    ),
    "rating_rates": RATING_RATES,
    "workload": WORKLOAD,
    "explain": EXPLAIN,
    "units": relation(_units, list[Unit], f"单位名册。{permissions.UNITS.told}"),
    "staff": relation(_staff, list[Member], f"人员名册。{permissions.STAFF.told}"),
    "vocabulary": relation(_vocabulary, Vocabulary, "词表: 代码与它们的名称。"),
}
Query: Any = strawberry.type(type("Query", (), _QUERIES), description="查询。")
