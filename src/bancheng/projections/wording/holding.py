"""承办的叙述: who has a matter or an order in hand, and who has it no more."""

from collections.abc import Mapping
from typing import Final

from bancheng.domain.events import Event
from bancheng.domain.holding import WorkAssigned, WorkClaimed, WorkGivenBack, WorkTakenBack
from bancheng.projections.wording.wording import Part, Saying, says

_WHOM: Final = {"staff_id": Part("承办人工号")}
SAYINGS: Final[Mapping[type[Event], Saying]] = {
    WorkClaimed: says("认领[派单 {order_id}][{!order_id}本件]", of="order_id", sets=False),
    WorkAssigned: says(
        "将[派单 {order_id} ][{!order_id}本件]指派给 {unit} {name}({staff_id})承办"
        "[,{before} 不再承办]",
        of="order_id",
        sets=False,
        parts={
            "staff_id": Part("承办人工号"),
            "name": Part("承办人姓名"),
            "before": Part("原承办人工号"),
        },
    ),
    WorkGivenBack: says(
        "将[派单 {order_id} ][{!order_id}本件]由 {staff_id} 退回单位,暂无承办人",
        reason="reason",
        of="order_id",
        sets=False,
        parts=_WHOM,
    ),
    WorkTakenBack: says(
        "{staff_id} 已离开,收回其承办的[派单 {order_id}][{!order_id}本件],暂无承办人",
        of="order_id",
        sets=False,
        parts=_WHOM,
    ),
}
