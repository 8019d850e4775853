"""督促的通知: a unit is told what is demanded of it, and who demanded it what was answered."""

from collections.abc import Mapping
from typing import Final

from bancheng.app.noticing.drafts import Template, to_post, to_unit
from bancheng.domain.events import Event
from bancheng.domain.people import Role
from bancheng.domain.supervision.events import (
    AnswerExtended,
    MeasureAnswered,
    MeasureClosed,
    MeasureProposed,
    MeasureTaken,
)

_MEASURE: Final = "{number} 的督促 {measure}"

OF_SUPERVISION: Final[Mapping[type[Event], tuple[Template, ...]]] = {
    MeasureTaken: (
        to_unit("{rung}: {number}(编号 {measure})[,请于 {demanded_by}前反馈]。", urgent=True),
    ),
    MeasureProposed: (
        to_post(
            "{number} 已到「{rung}」,拟督促{unit}(编号 {measure}),请签发。",
            Role.EFFICIENCY_SUPERVISOR,
        ),
    ),
    MeasureAnswered: (to_post("{unit}已反馈 " + _MEASURE + "。", Role.SUPERVISOR),),
    AnswerExtended: (to_unit(_MEASURE + " 已准予延期反馈,新的期限 {due}。"),),
    MeasureClosed: (to_unit(_MEASURE + " 已了结。"),),
}
