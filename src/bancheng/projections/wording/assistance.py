"""帮办的叙述: whom the hall helps, who helps them, how far it is, and what is part of it."""

from collections.abc import Mapping
from typing import Final

from bancheng.domain.assistance.contact import ClientDisclosed
from bancheng.domain.assistance.course import (
    AssistanceEnded,
    AssistanceProgressed,
    AssistanceRated,
)
from bancheng.domain.assistance.mandate import AssistanceMandated, ClientCorrected, ContactChanged
from bancheng.domain.events import Event
from bancheng.domain.gathering import MatterGathered, MatterReleased
from bancheng.projections.wording.readers import about
from bancheng.projections.wording.wording import Part, Saying, says
from bancheng.projections.wording.words import COUNTED_FOR

_HELPER: Final = {"staff_id": Part("帮办员工号"), "name": Part("帮办员姓名")}
_CLIENT: Final = {"client": Part("委托人")}
_WHERE: Final = {
    "assistance_id": Part("帮办标识", about),
    "assistance_number": Part("帮办编号"),
}
SAYINGS: Final[Mapping[type[Event], Saying]] = {
    AssistanceMandated: says(
        "接受委托[({kind})],编号 {number}[,{special_group}优先],由 {name}({staff_id})帮办",
        reason="wanted",
        parts=_HELPER
        | _CLIENT
        | {
            "kind": Part("帮办类别"),
            "wanted": Part("要办成什么"),
            "subject": Part("委托事项", lambda value, masked: masked(value) or ""),
        },
    ),
    ContactChanged: says(
        "将帮办员由 {before} 更换为 {name}({staff_id})",
        reason="reason",
        sets=False,
        parts=_HELPER | {"before": Part("原帮办员工号")},
    ),
    ClientCorrected: says("更正委托人信息", reason="reason", was=("client",), parts=_CLIENT),
    AssistanceProgressed: says("记录帮办进展: {stage}", reason="note", sets=False, parts={
        "stage": Part("帮办进展"), "note": Part("进展记录"),
    }),
    AssistanceEnded: says("帮办办结,结果为「{outcome}」", reason="reason", sets=False),
    AssistanceRated: says("委托人评价「{level}」", reason="comment", sets=False, parts={
        "level": Part("评价等级"),
    }),
    ClientDisclosed: says(
        "为「{purpose}」调阅委托人的 {fields}", reason="reason", sets=False, hidden=COUNTED_FOR
    ),
    MatterGathered: says("归集到帮办 {assistance_number}", sets=False, parts=_WHERE),
    MatterReleased: says("移出帮办 {assistance_number} 的归集", sets=False, parts=_WHERE),
}  # fmt: skip
