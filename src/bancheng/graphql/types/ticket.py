"""办不成事工单 as GraphQL, with its reporter and its work orders."""

from typing import Any

import strawberry

from bancheng.graphql.types.matter import Matter
from bancheng.graphql.types.nodes import node_of
from bancheng.graphql.types.parts import parts_of
from bancheng.graphql.types.shown import WITH_THE_ROW, Shown, lazily, relation, shown_type
from bancheng.projections.sight import ORIGINAL, REPORTER, bound_unit
from bancheng.projections.tickets.row import TicketRow
from bancheng.projections.tickets.tickets import TICKETS
from bancheng.projections.tickets.ties import TIES, TIES_OF_TICKETS
from bancheng.projections.work_orders.work_orders import ORDERS_OF_TICKETS, WORK_ORDERS

_CASE: Any = lazily("Case", "bancheng.graphql.types.case")
_WORK_ORDER: Any = node_of(WORK_ORDERS)
_TIE: Any = node_of(TIES)


@strawberry.type(description="反映人: 只有脱敏后的信息。")
class MaskedReporter:
    """Who reported the matter, as everybody who may know of them sees them."""

    anonymous: bool = strawberry.field(description="是否匿名。")
    name: str | None = strawberry.field(description="姓名(已脱敏)。")
    phone: str | None = strawberry.field(description="电话(已脱敏)。")
    id_number: str | None = strawberry.field(description="证件号码(已脱敏)。")
    address: str | None = strawberry.field(description="地址(已脱敏)。")


def _reporter(root: Any) -> Any:
    row: TicketRow = root.row
    return MaskedReporter(
        anonymous=row.anonymous,
        name=row.reporter_name_masked,
        phone=row.reporter_phone_masked,
        id_number=row.reporter_id_number_masked,
        address=row.reporter_address_masked,
    )


def _units(root: Any) -> Any:
    shown: Shown = root
    own = bound_unit(shown.asking.known)
    return [unit for unit in shown.row.units if own in (None, unit)]


async def _case(root: Any) -> Any:
    shown: Shown = root
    case_id = shown.row.case_id
    return None if case_id is None else shown.beside(await shown.asking.loaders.case(case_id))


async def _work_orders(root: Any) -> Any:
    shown: Shown = root
    found = await shown.asking.loaders.several(ORDERS_OF_TICKETS, shown.row.ticket_id)
    return shown.all_beside(found)


async def _ties(root: Any) -> Any:
    shown: Shown = root
    found = await shown.asking.loaders.several(TIES_OF_TICKETS, shown.row.ticket_id)
    return shown.all_beside(found)


Ticket: Any = shown_type(
    TicketRow,
    TICKETS.type_name,
    TICKETS.description,
    {
        "reporter": relation(
            _reporter, MaskedReporter | None, "反映人(已脱敏)。", seen_by=REPORTER
        ),
        "units": relation(
            _units,
            list[str],
            "有过派单或督办单的单位编码;单位人员只见本单位。",
            seen_by=WITH_THE_ROW,
        ),
        "case": relation(_case, _CASE | None, "关联办件。", seen_by=ORIGINAL),
        "work_orders": relation(
            _work_orders,
            list[_WORK_ORDER],
            "派单;单位人员只见本单位的派单。",
            seen_by=WITH_THE_ROW,
        ),
        "ties": relation(
            _ties,
            list[_TIE],
            "关联,在本件或另一件上登记的都在内,按先后排列。",
            seen_by=TIES.view,
        ),
        **parts_of("ticket"),
    },
    interface=Matter,
)
