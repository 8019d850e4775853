"""承办的叙述: who has a matter or an order in hand, and who has it no more."""

from collections.abc import Mapping
from typing import Final

from bancheng.domain.events import Event
from bancheng.domain.holding.events import (
    WorkAssigned,
    WorkClaimed,
    WorkGivenBack,
    WorkPassedOn,
    WorkTakenBack,
)
from bancheng.domain.holding.hand_over import (
    WorkHandOverProposed,
    WorkHandOverSigned,
    WorkHandOverWithdrawn,
)
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
        "收回 {staff_id} 承办的[派单 {order_id}][{!order_id}本件],暂无承办人",
        of="order_id",
        sets=False,
        parts=_WHOM,
    ),
    WorkPassedOn: says(
        "按交接清单将 {before} 承办的[派单 {order_id} ][{!order_id}本件]"
        "交给 {unit} {name}({staff_id})",
        of="order_id",
        sets=False,
        parts=_WHOM
        | {
            "name": Part("承办人姓名"),
            "before": Part("原承办人工号"),
            "hand_over_id": Part("工作交接"),
        },
    ),
    WorkHandOverProposed: says(
        "提出将 {unit} {from_name}({from_staff})在手的工作交给 {to_name}({to_staff})"
        "[,另有 {unlisted} 件须另列清单]",
        reason="reason",
        unit="unit",
        sets=False,
        hidden={"parts": "在承办台账中按清单逐件可查,各人只见本人可见的"},
    ),
    WorkHandOverSigned: says("签收交接清单"),
    WorkHandOverWithdrawn: says("撤回交接清单"),
}
