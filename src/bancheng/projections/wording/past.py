"""历史办件的叙述: what other systems tell of cases that they handled."""

from collections.abc import Mapping
from typing import Final

from bancheng.domain.case.history import PastCaseRestated, PastStepCorrected, PastStepRecorded
from bancheng.domain.events import Event
from bancheng.projections.wording.wording import Saying, says

SAYINGS: Final[Mapping[type[Event], Saying]] = {
    PastStepRecorded: says(
        "补录来源系统的环节「{activity}」[,经办部门 {group}][,经办人 {resource}][,期限 {due_at}]"
    ),
    PastStepCorrected: says(
        "按来源系统更正环节「{activity}」的记载[,经办部门 {group}][,经办人 {resource}]",
        hidden={"corrects": "所更正记录的内部标识"},
    ),
    PastCaseRestated: says("按来源系统更新办件信息[: {case}]", was=("case",)),
}
