"""dispatchAdvice: what to know before an order is sent: of its way, and of rulings before."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import strawberry

from bancheng.domain.time_limits.rules import RuleBook
from bancheng.graphql.context import asking_of
from bancheng.graphql.looks import looks
from bancheng.graphql.types.nodes import node_of
from bancheng.graphql.types.shown import WITH_THE_ROW, Shown, relation
from bancheng.projections.sight import DISPATCH_ADVICE, no_such_matter
from bancheng.projections.tickets.row import TicketRow
from bancheng.projections.tickets.tickets import TICKETS_BY_ID
from bancheng.projections.work_orders.precedents import SHOWN_MAX, precedents
from bancheng.projections.work_orders.returns import RETURNS

TicketId = Annotated[strawberry.ID, strawberry.argument(description="办不成事工单标识。")]
_RETURN: Any = node_of(RETURNS)


@strawberry.type(description="派单提示: 派发、改派之前须知的流转情况与先例。")
class DispatchAdvice:
    """Advice: nothing of it hinders a dispatch."""

    cautions: list[str] = strawberry.field(
        description="流转提示: 已循环派单,或再改派一次即提级督办。"
    )
    precedents: list[_RETURN] = strawberry.field(
        description="先例: 同一事项、同一原因的其他办不成事工单的退单裁定,"
        f"最多 {SHOWN_MAX} 项,涉及本件单位的在前。"
    )


def _cautions(row: TicketRow, names: Sequence[str], book: RuleBook) -> Iterator[str]:
    if len(row.way) < 2:  # noqa: PLR2004  it has not gone from hand to hand
        return
    way = " → ".join(names)
    if row.loop:
        yield f"已循环派单: 改派 {row.reassignments} 次,主办流转路径 {way};请指定承办"
    elif book.reassign_max is not None and row.reassignments + 1 >= book.reassign_max:
        yield f"已改派 {row.reassignments} 次,主办流转路径 {way};再改派一次即提级督办"
    most = book.same_unit_max
    # Whoever has it now can not be sent it.
    before = dict(zip(row.way[:-1], names[:-1], strict=True))
    again = [
        name for unit, name in before.items()
        if most is not None and unit != row.way[-1] and row.way.count(unit) + 1 >= most
    ]  # fmt: skip
    if again:
        yield f"「{'」「'.join(again)}」已承办过,再派给它即为循环派单"


async def _dispatch_advice(info: strawberry.Info, ticket_id: TicketId) -> Any:
    asking = asking_of(info)
    DISPATCH_ADVICE.require(asking.known)
    row = await asking.loaders.ticket(str(ticket_id))
    if row is None:
        if await asking.loaders.hidden(TICKETS_BY_ID, str(ticket_id)) is not None:
            looks().refused(info.field_name, "MATTER_NOT_FOUND", str(ticket_id))
        raise no_such_matter("ticket_id")
    looks().saw(row.ticket_id)  # the ticket itself is no row of the answer
    units = [(code, await asking.loaders.unit(code)) for code in row.way]
    names = [code if unit is None else unit.name for code, unit in units]
    found = await asking.read(lambda connection: precedents(connection, row))
    return DispatchAdvice(
        cautions=list(_cautions(row, names, await asking.rulebook())),
        precedents=[Shown(one, asking) for one in found],
    )


DISPATCH_ADVICE_QUERY = relation(
    _dispatch_advice,
    DispatchAdvice,
    "派单提示: 派发、改派之前的流转提示,与同一事项、同一原因的退单裁定先例。"
    f"{DISPATCH_ADVICE.told}",
    seen_by=WITH_THE_ROW,  # the query itself asks who may
)
