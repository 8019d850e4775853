"""预警: warnings of a matter's limits are raised, answered, appealed and revoked.

Part of 监督检查, in a file of its own because tickets and cases have the same acts.
"""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Protocol

from msgspec import Meta

from bancheng.domain import warnings
from bancheng.domain.commands import Command, Desk
from bancheng.domain.deadlines import Deadline
from bancheng.domain.errors import WrongStep
from bancheng.domain.events import Event
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import FreeText
from bancheng.domain.time_limits.levels import WarningLevel
from bancheng.domain.warnings import (
    Warned,
    WarningAnswered,
    WarningAppealed,
    WarningAppealRejected,
    WarningRevoked,
)

Kind = Annotated[LimitKind, Meta(description="时限种类")]
Subject = Annotated[
    str, Meta(max_length=200, description="时限所属: 工单、办件、派单或督办单的标识")
]
WarningId = Annotated[str, Meta(max_length=240, description="预警编号")]


class Matter(Protocol):
    """事件: a ticket or a case, as far as its limits go."""

    @property
    def deadlines(self) -> Mapping[str, Deadline]: ...
    @property
    def warnings(self) -> Mapping[str, Warned]: ...


class MatterCommand(Command, frozen=True, kw_only=True):
    """办理指令: an act on a ticket or a case."""

    matter_id: Annotated[str, Meta(max_length=80, description="工单或办件标识")]
    about_field: ClassVar[str] = "matter_id"


class RaiseWarning(MatterCommand, frozen=True, kw_only=True):
    """发牌: give the warning of a level that a limit has reached."""

    kind: Kind
    subject: Subject
    level: Annotated[WarningLevel, Meta(description="预警级别")]


class AnswerWarning(MatterCommand, frozen=True, kw_only=True):
    """预警反馈: tell what the unit does about the warning."""

    warning_id: WarningId
    answer: Annotated[FreeText, Meta(description="反馈内容")]


class AppealWarning(MatterCommand, frozen=True, kw_only=True):
    """预警申诉: object to the warning."""

    warning_id: WarningId
    ground: Annotated[FreeText, Meta(description="申诉理由")]


class RejectWarningAppeal(MatterCommand, frozen=True, kw_only=True):
    """申诉驳回: let the warning stand."""

    warning_id: WarningId
    ruling: Annotated[FreeText, Meta(description="驳回意见")]


class RevokeWarning(MatterCommand, frozen=True, kw_only=True):
    """撤牌: take back a warning that was given wrongly."""

    warning_id: WarningId
    ruling: Annotated[FreeText, Meta(description="撤销意见")]


class ReplanDueDate(MatterCommand, frozen=True, kw_only=True):
    """重新定期: decide a running limit anew under the calendar now in force."""

    kind: Kind
    subject: Subject


def raise_warning(matter: Matter, command: RaiseWarning, desk: Desk) -> list[Event]:
    return warnings.raise_warning(
        matter.deadlines, command.kind, command.subject, command.level, desk
    )


def answer_warning(matter: Matter, command: AnswerWarning, desk: Desk) -> list[Event]:
    warning = warnings.standing(matter.warnings, command.warning_id)
    warnings.require_unit(warning, desk.actor)
    if warning.answered:
        raise WrongStep("WARNING_ANSWERED", "本预警已反馈", remedy="如需补充,请记录办理进展")
    answer = desk.sealed(command.answer)
    return [WarningAnswered(warning_id=command.warning_id, answer=answer)]


def appeal_warning(matter: Matter, command: AppealWarning, desk: Desk) -> list[Event]:
    warning = warnings.standing(matter.warnings, command.warning_id)
    warnings.require_unit(warning, desk.actor)
    if warning.appealed:
        raise WrongStep("WARNING_APPEALED", "本预警已申诉过一次", remedy="请等待或服从裁定")
    ground = desk.sealed(command.ground)
    return [WarningAppealed(warning_id=command.warning_id, ground=ground)]


def reject_warning_appeal(matter: Matter, command: RejectWarningAppeal, desk: Desk) -> list[Event]:
    warning = warnings.standing(matter.warnings, command.warning_id)
    if not warning.appeal_open:
        raise WrongStep("NO_WARNING_APPEAL", "本预警没有待裁定的申诉", remedy="请核对预警编号")
    ruling = desk.sealed(command.ruling)
    return [WarningAppealRejected(warning_id=command.warning_id, ruling=ruling)]


def revoke_warning(matter: Matter, command: RevokeWarning, desk: Desk) -> list[Event]:
    warnings.standing(matter.warnings, command.warning_id)
    ruling = desk.sealed(command.ruling)
    return [WarningRevoked(warning_id=command.warning_id, ruling=ruling)]


def replan_due_date(matter: Matter, command: ReplanDueDate, desk: Desk) -> list[Event]:
    due = warnings.replanned(matter.deadlines, command.kind, command.subject, desk)
    return [due]
