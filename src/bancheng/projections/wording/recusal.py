"""回避的叙述: that somebody is to do nothing on a matter, and how that was decided."""

from collections.abc import Mapping
from typing import Final

from bancheng.domain.events import Event
from bancheng.domain.recusal import (
    RecusalDenied,
    RecusalLifted,
    RecusalOrdered,
    RecusalRequested,
)
from bancheng.projections.wording.wording import Part, Saying, says

_WHO: Final = {"staff_id": Part("须回避人员工号"), "ground": Part("回避情形")}
_WHOM: Final = {"staff_id": Part("须回避人员工号")}

SAYINGS: Final[Mapping[type[Event], Saying]] = {
    RecusalRequested: says(
        "[{by_party}应反映人或申请人要求,登记]申请 {unit} {staff_id} 在本件回避,情形为「{ground}」",
        reason="reason",
        unit="unit",
        sets=False,
        parts=_WHO | {"by_party": Part("反映人或申请人要求")},
    ),
    RecusalOrdered: says(
        "决定 {unit} {staff_id} 在本件回避,情形为「{ground}」,由其他人员办理",
        reason="reason",
        unit="unit",
        sets=False,
        parts=_WHO,
    ),
    RecusalDenied: says(
        "对 {unit} {staff_id} 不予回避,继续办理本件",
        reason="reason",
        unit="unit",
        sets=False,
        parts=_WHOM,
    ),
    RecusalLifted: says(
        "解除 {unit} {staff_id} 在本件的回避",
        reason="reason",
        unit="unit",
        sets=False,
        parts=_WHOM,
    ),
}
