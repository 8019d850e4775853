"""突发事件的叙述: what happened, when those above knew of it, what was done, and learnt."""

from collections.abc import Mapping
from typing import Final

from bancheng.domain.events import Event
from bancheng.domain.incidents.incident import (
    IncidentEnded,
    IncidentMeasureNoted,
    IncidentRegistered,
    IncidentReported,
    IncidentReviewed,
)
from bancheng.projections.wording.wording import Part, Saying, says

SAYINGS: Final[Mapping[type[Event], Saying]] = {
    IncidentRegistered: says(
        "登记突发事件「{kind}」,编号 {number},发现时间 {found_at}[,上报期限 {report_due}]",
        reason="facts",
        parts={
            "kind": Part("突发事件类别"),
            "found_at": Part("发现时间"),
            "facts": Part("事件经过"),
            "report_due": Part("上报期限"),
        },
    ),
    IncidentReported: says(
        "上报{organ}[({verdict})]", sets=False, parts={"organ": Part("上报对象")}
    ),
    IncidentMeasureNoted: says(
        "记录处置措施", reason="measure", sets=False, parts={"measure": Part("处置措施")}
    ),
    IncidentEnded: says(
        "突发事件结束", reason="result", sets=False, parts={"result": Part("处置结果")}
    ),
    IncidentReviewed: says(
        "复盘突发事件,拟定改进措施",
        reason="lesson",
        sets=False,
        parts={"finding": Part("原因分析"), "lesson": Part("改进措施")},
    ),
}
