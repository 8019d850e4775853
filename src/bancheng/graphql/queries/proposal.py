"""releaseProposal: what of a ticket may go to a unit, with each part about a person marked."""

from functools import partial
from typing import Annotated, Any

import strawberry

from bancheng.app.proposal import proposal_for
from bancheng.domain.personal_text.marks import Marked, MarkKind
from bancheng.domain.processing import DataState, not_processed
from bancheng.graphql.context import asking_of
from bancheng.graphql.enums import enum_of
from bancheng.graphql.looks import looks
from bancheng.graphql.types.shown import WITH_THE_ROW, relation
from bancheng.projections.sight import PROPOSAL, no_such_matter
from bancheng.projections.tickets.tickets import TICKETS_BY_ID

_KIND: Any = enum_of(MarkKind)
TicketId = Annotated[strawberry.ID, strawberry.argument(description="办不成事工单标识。")]


@strawberry.type(description="标注: 拟稿中已隐去的一处。")
class ReleaseMark:
    """Where the proposal stands for a part about a person, and what that was."""

    start: int = strawberry.field(description="自第几字起,从 0 数。")
    end: int = strawberry.field(description="至第几字止,不含。")
    kind: _KIND = strawberry.field(description="种类。")
    kind_label: str = strawberry.field(description="种类的名称。")


@strawberry.type(description="转办内容拟稿: 标题、反映内容与补充反映,有关个人的已按种类隐去。")
class ReleaseProposal:
    """A text to start from: rules do not find every name, so a handler reads it first."""

    text: str = strawberry.field(description="拟稿;隐去处写作【姓名】【电话】等。")
    marks: list[ReleaseMark] = strawberry.field(description="各处标注,按先后排列。")


def _shown(found: Marked) -> ReleaseProposal:
    marks = [
        ReleaseMark(
            start=one.start, end=one.end, kind=_KIND(one.kind.value), kind_label=one.kind.label
        )
        for one in found.marks
    ]
    return ReleaseProposal(text=found.text, marks=marks)


async def _release_proposal(info: strawberry.Info, ticket_id: TicketId) -> Any:
    asking = asking_of(info)
    PROPOSAL.require(asking.known)
    row = await asking.loaders.ticket(str(ticket_id))
    if row is None:
        if await asking.loaders.hidden(TICKETS_BY_ID, str(ticket_id)) is not None:
            looks().refused(info.field_name, "MATTER_NOT_FOUND", str(ticket_id))
        raise no_such_matter("ticket_id")
    if row.data_state is not DataState.KEPT:
        raise not_processed(erased=row.data_state is DataState.ERASED)
    engine = asking.services.engine
    looks().saw(row.ticket_id)  # it is no row, so nobody else says so
    work = partial(proposal_for, row.ticket_id, engine.store.load, engine.vault.open)
    return _shown(await asking.services.off_loop(work))


RELEASE_PROPOSAL = relation(
    _release_proposal,
    ReleaseProposal,
    "转办内容拟稿: 派发前供工单处理员核对,不含反映人的原始信息;须看原文的另行调阅。"
    f"{PROPOSAL.told}",
    seen_by=WITH_THE_ROW,  # the query itself asks who may
)
