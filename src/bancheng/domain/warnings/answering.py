"""预警反馈与申诉: a warning that was given is answered, appealed against, upheld or taken back.

Part of 监督检查. The acts are the same for tickets and cases.
"""

from typing import Annotated

from msgspec import Meta

from bancheng.domain.commands import Desk
from bancheng.domain.errors import NotAllowed, NotFound, WrongStep
from bancheng.domain.events import Event
from bancheng.domain.guards import Attempt, Targets, guarded
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import FreeText
from bancheng.domain.warnings.events import (
    WarningAnswered,
    WarningAppealed,
    WarningAppealRejected,
    WarningRevoked,
)
from bancheng.domain.warnings.matter import Matter, MatterCommand, Warned

WarningId = Annotated[str, Meta(max_length=240, description="预警编号")]


class WarningCommand(MatterCommand, frozen=True, kw_only=True):
    """预警指令: an act on a warning that stands."""

    warning_id: WarningId


class AnswerWarning(WarningCommand, frozen=True, kw_only=True):
    """预警反馈: tell what the unit does about the warning."""

    answer: Annotated[FreeText, Meta(description="反馈内容")]


class AppealWarning(WarningCommand, frozen=True, kw_only=True):
    """预警申诉: object to the warning."""

    ground: Annotated[FreeText, Meta(description="申诉理由")]


class RejectWarningAppeal(WarningCommand, frozen=True, kw_only=True):
    """申诉驳回: let the warning stand."""

    ruling: Annotated[FreeText, Meta(description="驳回意见")]


class RevokeWarning(WarningCommand, frozen=True, kw_only=True):
    """撤牌: take back a warning that was given wrongly."""

    ruling: Annotated[FreeText, Meta(description="撤销意见")]


WARNINGS = Targets[Matter](lambda command: command.warning_id, lambda matter: matter.warnings)


def _standing(matter: Matter, attempt: Attempt) -> Warned:
    """The warning; ``NotFound`` ``WARNING_NOT_FOUND`` if there is none or it was revoked."""
    if attempt.target not in matter.warnings:
        raise NotFound(
            "WARNING_NOT_FOUND",
            f"本件没有预警「{attempt.target}」,或已撤销",
            field="warning_id",
            remedy="请核对预警编号",
        )
    return matter.warnings[attempt.target]


def _own(matter: Matter, attempt: Attempt) -> Warned:
    """The warning; ``NotAllowed`` ``NOT_OWN_UNIT`` unless the actor's unit and post were given it.

    One without a unit is the hall's own, and whoever holds the post that it names answers for it.
    """
    # Whose it is comes before what it waits for: a stranger is not told whether it was answered.
    warning, actor = _standing(matter, attempt), attempt.desk.actor
    # A card for conduct is answered by those who answer for any limit of the unit.
    kind, unit = warning.kind or LimitKind.CARD_FEEDBACK, warning.unit
    if unit not in (None, actor.unit) or not actor.may(*kind.answered_by(unit)):
        raise NotAllowed(
            "NOT_OWN_UNIT",
            "该预警不是发给您所在单位或岗位的",
            remedy=f"请由被预警的{kind.post_of(unit)}办理",
        )
    return warning


def may_answer(matter: Matter, attempt: Attempt) -> None:
    """Only whom it was given to, once."""
    if _own(matter, attempt).answered:
        raise WrongStep("WARNING_ANSWERED", "本预警已反馈", remedy="如需补充,请记录办理进展")


def may_appeal(matter: Matter, attempt: Attempt) -> None:
    """Only whom it was given to, once, whatever became of the appeal; also after the answer."""
    if _own(matter, attempt).appealed:
        raise WrongStep("WARNING_APPEALED", "本预警已申诉过一次", remedy="请等待或服从裁定")


def may_reject_appeal(matter: Matter, attempt: Attempt) -> None:
    """Only while an appeal waits for its ruling."""
    if not _standing(matter, attempt).appeal_open:
        raise WrongStep("NO_WARNING_APPEAL", "本预警没有待裁定的申诉", remedy="请核对预警编号")


def may_revoke(matter: Matter, attempt: Attempt) -> None:
    """At any time, also without an appeal: the office may find out by itself that it was wrong."""
    _standing(matter, attempt)


@guarded(may_answer, WARNINGS)
def answer_warning(_: Matter, command: AnswerWarning, desk: Desk) -> list[Event]:
    answer = desk.sealed(command.answer)
    return [WarningAnswered(warning_id=command.warning_id, answer=answer)]


@guarded(may_appeal, WARNINGS)
def appeal_warning(_: Matter, command: AppealWarning, desk: Desk) -> list[Event]:
    ground = desk.sealed(command.ground)
    return [WarningAppealed(warning_id=command.warning_id, ground=ground)]


@guarded(may_reject_appeal, WARNINGS)
def reject_warning_appeal(_: Matter, command: RejectWarningAppeal, desk: Desk) -> list[Event]:
    ruling = desk.sealed(command.ruling)
    return [WarningAppealRejected(warning_id=command.warning_id, ruling=ruling)]


@guarded(may_revoke, WARNINGS)
def revoke_warning(matter: Matter, command: RevokeWarning, desk: Desk) -> list[Event]:
    warned = matter.warnings[command.warning_id]
    return [
        WarningRevoked(
            warning_id=command.warning_id,
            kind=warned.kind,
            subject=warned.subject,
            level=warned.level,
            due_at=warned.due_at,
            ruling=desk.sealed(command.ruling),
        )
    ]
