"""改进的叙述: a cause that comes again and again at one item, and what is done about it."""

from collections.abc import Mapping
from typing import Final

from bancheng.domain.events import Event
from bancheng.domain.improvement.improvement import (
    CauseNoted,
    ImprovementAnalysed,
    ImprovementClosed,
    ImprovementDispatched,
    ImprovementOpened,
    ImprovementSubmitted,
    ImprovementVerified,
)
from bancheng.projections.wording.wording import Part, Saying, says

SAYINGS: Final[Mapping[type[Event], Saying]] = {
    CauseNoted: says(
        "事项 {item} 又有一件办不成事工单出于「{cause}」",
        sets=False,
        parts={"ticket_number": Part("办不成事工单编号")},
        hidden={"ticket_id": "以编号可查"},
    ),
    ImprovementOpened: says(
        "改进立项(第 {round} 次): 事项 {item} 在 {days} 日内有 {times} 件出于「{cause}」",
        sets=False,
        parts={"round": Part("第几次立项"), "times": Part("件数"), "days": Part("天数")},
    ),
    ImprovementAnalysed: says(
        "分析改进原因,须改进的条款: {clause}",
        reason="finding",
        sets=False,
        parts={"clause": Part("须改进的条款"), "finding": Part("原因分析")},
    ),
    ImprovementDispatched: says("将改进派发给{unit}", reason="demand", unit="unit", sets=False),
    ImprovementSubmitted: says("{unit}提交改进结果", reason="result", unit="unit", sets=False),
    ImprovementVerified: says(
        "核查改进[,已改进{passed}][{!passed},尚未改进]",
        reason="opinion",
        sets=False,
        parts={"passed": Part("是否已改进")},
    ),
    ImprovementClosed: says("关闭改进事项", reason="conclusion", sets=False),
}
