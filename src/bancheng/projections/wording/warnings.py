"""预警的叙述: warnings, limits decided anew, and duties of closed units."""

from collections.abc import Mapping
from typing import Any, Final

from bancheng.domain.events import Event
from bancheng.domain.warnings.events import (
    ConductCardGiven,
    DueDateReplanned,
    DutiesPassedOn,
    WarningAnswered,
    WarningAppealed,
    WarningAppealRejected,
    WarningRaised,
    WarningRevoked,
)
from bancheng.projections.wording.readers import unit
from bancheng.projections.wording.wording import Part, Saying, says


def _of_warning(said: str, reason: str, **shape: Any) -> Saying:
    return says(said, reason=reason, of="warning_id", **shape)


SAYINGS: Final[Mapping[type[Event], Saying]] = {
    WarningRaised: says(
        "对[ {unit} 的]「{kind}」时限({subject})发出预警「{level}」"
        "[,承办人 {held_by}],期限 {due_at}[{late},发牌迟于应发时间]"
        "[,限 {feedback_due}反馈][,应予{rung}][,仍不办结的依次督促: {ladder}]",
        unit="unit",
        opens="warning_id",
        parts={
            "ground": Part("预警依据"),
            "ladder": Part("督促阶梯计划"),
            "held_by": Part("发牌时承办人工号"),
        },
        hidden={
            "cycle": "仅用于区分同一时限的各次定期",
            "warning_id": "由时限与级别组成,已在句中",
        },
    ),
    ConductCardGiven: says(
        "对 {unit} 的「{conduct}」发出「{level}」,即{warning_id}[,限 {feedback_due}反馈]",
        reason="facts",
        unit="unit",
        opens="warning_id",
        parts={"ground": Part("发牌依据"), "finding_id": Part("所据的校验异常")},
        hidden={"in_step": "由违规行为而定"},
    ),
    WarningAnswered: _of_warning("反馈{warning_id}", "answer"),
    WarningAppealed: _of_warning(
        "对{warning_id}提出申诉", "ground", parts={"ground": Part("申诉理由")}
    ),
    WarningAppealRejected: _of_warning("驳回对{warning_id}的申诉,预警维持", "ruling"),
    WarningRevoked: _of_warning(
        "撤销{warning_id}",
        "ruling",
        hidden={"kind": "已在预警名称中", "subject": "已在预警名称中", "level": "已在预警名称中"},
    ),
    DueDateReplanned: says(
        "因日历调整,将「{kind}」时限({subject})由 {before}改定为 {due}",
        was=("due",),
        hidden={"before": "列为改前的值"},
    ),
    DutiesPassedOn: says(
        "因 {unit} 停用,由 {successor} 承接其在本件的职责[,随同时限: {limits}]",
        unit="successor",
        parts={"unit": Part("停用的单位", unit)},
    ),
}
