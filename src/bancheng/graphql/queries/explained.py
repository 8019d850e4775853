"""explain: how each date of a matter's limits was decided, read from its events."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any

import strawberry

from bancheng.app.queries import DeadlineHistory, deadlines_of
from bancheng.domain.errors import NotFound
from bancheng.graphql.context import asking_of
from bancheng.graphql.looks import looks
from bancheng.graphql.types.explanation import Explanation, explanation_of
from bancheng.graphql.types.shown import WITH_THE_ROW, relation
from bancheng.projections.sight import EXPLANATIONS, bound_unit, no_such_matter

MatterId = Annotated[strawberry.ID, strawberry.argument(description="办不成事工单或办件标识。")]
Subject = Annotated[
    str | None,
    strawberry.argument(
        description="只说明这一办不成事工单、办件、派单或督办单的时限;不填为全部。"
    ),
]


async def _explain(
    info: strawberry.Info,
    matter_id: MatterId,
    subject: Subject = strawberry.UNSET,
) -> Any:
    asking = asking_of(info)
    EXPLANATIONS.require(asking.known)
    work = partial(_histories, asking.services.engine.store, str(matter_id))
    unit = bound_unit(asking.known)
    seen = _seen(await asking.services.off_loop(work), unit)
    others = unit is not None and not seen
    if (others and await asking.loaders.matter(str(matter_id)) is None) or (
        await asking.is_withheld(str(matter_id))
    ):
        looks().refused(info.field_name, "MATTER_NOT_FOUND", str(matter_id))
        raise no_such_matter("matter_id")
    chosen = [one for one in seen if not subject or one.deadline.subject == subject]
    if subject and not chosen:
        raise NotFound(
            "DEADLINE_NOT_FOUND",
            "本件没有这一项时限",
            field="subject",
            remedy="请核对派单或督办单编号",
        )
    if chosen:
        looks().saw(str(matter_id))
    return [explanation_of(one, asking) for one in chosen]


def _histories(store: Any, matter_id: str) -> Sequence[DeadlineHistory]:
    try:
        return deadlines_of(store, matter_id)
    except NotFound:
        raise no_such_matter("matter_id") from None


def _seen(histories: Sequence[DeadlineHistory], unit: str | None) -> Sequence[DeadlineHistory]:
    """What somebody bound to ``unit`` may see."""
    return [one for one in histories if unit in (None, one.deadline.unit)]


EXPLAIN = relation(
    _explain,
    list[Explanation],
    "时限说明: 每项时限历次如何定期、结论如何得出,直接读自事件。"
    f"单位人员只见本单位的时限。{EXPLANATIONS.told}",
    seen_by=WITH_THE_ROW,  # asked for in the query itself, which answers whatever is not there
)
