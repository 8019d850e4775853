"""限制处理与删除: what is done to one matter for an erasure. The hall itself does it.

A matter that is restricted takes no other act (`bancheng.domain.guards`), so nothing can be
sealed in it between the restriction and the end of its keys.
"""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any, Protocol

from msgspec import Meta

from bancheng.domain.commands import Desk
from bancheng.domain.errors import WrongStep
from bancheng.domain.events import Event
from bancheng.domain.guards import Attempt, Targets, guarded
from bancheng.domain.matter_files import MatterFile
from bancheng.domain.privacy.events import (
    PersonalDataErased,
    ProcessingRestricted,
    RestrictionLifted,
)
from bancheng.domain.processing import Restriction
from bancheng.domain.warnings.matter import MatterCommand

ErasureId = Annotated[str, Meta(max_length=80, description="删除申请标识")]


class Matter(Protocol):
    """案件: a ticket or a case; whether it is over, and for what its data is not used."""

    @property
    def is_over(self) -> bool: ...
    @property
    def restriction(self) -> Restriction | None: ...


class RestrictionCommand(MatterCommand, frozen=True, kw_only=True):
    """限制处理指令: an act on one matter, for the erasure ``erasure_id``."""

    erasure_id: ErasureId


class RestrictProcessing(RestrictionCommand, frozen=True, kw_only=True):
    """限制处理: let the data of the matter be kept and not used."""

    erase_from: Annotated[date, Meta(description="可以删除之日")]

    def matters_named(self, _: Any) -> tuple[str, ...]:
        return (self.matter_id,)


class LiftRestriction(RestrictionCommand, frozen=True, kw_only=True):
    """解除限制: let the data of the matter be used again."""


class ErasePersonalData(RestrictionCommand, frozen=True, kw_only=True):
    """删除个人信息: let nothing that the matter has of people or in free text be read again."""


def _restricting(matter: Matter) -> tuple[str, ...]:
    restriction = matter.restriction
    return () if restriction is None else (restriction.erasure_id,)


OWN_ERASURE = Targets[Matter](lambda command: command.erasure_id, _restricting)


def may_restrict(matter: Matter, attempt: Attempt) -> None:
    """Only what is over, and has a day. ``WrongStep`` ``MATTER_OPEN`` or ``RETENTION_UNSET``."""
    require_over(attempt.desk.stream_id, is_over=matter.is_over)
    day_of_erasure(attempt.desk.files.values(), attempt.desk)


def may_lift(matter: Matter, attempt: Attempt) -> None:
    """Only for the erasure that it was restricted for, as long as it has not been erased."""
    restriction = matter.restriction
    if restriction is None or restriction.erasure_id != attempt.target or restriction.carried_out:
        raise WrongStep(
            "NOT_RESTRICTED", "本件没有因该删除申请而限制处理", remedy="请核对删除申请标识"
        )


def may_erase(matter: Matter, attempt: Attempt) -> None:
    """Only what is restricted for it, once no retention runs. ``WrongStep`` ``RETENTION_RUNS``."""
    may_lift(matter, attempt)
    assert matter.restriction is not None, "it may be lifted"
    require_retention_over(matter.restriction.erase_from, attempt.desk)


def require_over(matter: str, *, is_over: bool) -> None:
    """``WrongStep`` ``MATTER_OPEN`` unless the ``matter`` is over."""
    if not is_over:
        raise WrongStep(
            "MATTER_OPEN",
            f"案件 {matter} 尚未办结或仍有时限在走,不能删除其个人信息",
            remedy="请待其办结后再申请",
        )


def day_of_erasure(files: Iterable[MatterFile], desk: Desk) -> date:
    """The first day on which none of ``files`` has to be kept: they go together, as their keys.

    ``WrongStep`` ``RETENTION_UNSET`` if the book does not say how long.
    """
    return max((_kept_until(one, desk) for one in files), default=date.max)


def _kept_until(file: MatterFile, desk: Desk) -> date:
    rule = desk.rulebook.retention_of(file.kind)
    if rule is None:
        raise WrongStep(
            "RETENTION_UNSET",
            f"规则库没有规定案件 {file.number} 一类的保存期限",
            remedy="请由系统管理员在规则库中补充保存期限(retention)",
        )
    return rule.kept_until(desk.calendar.local(file.last_at).date())


def require_retention_over(erase_from: date, desk: Desk) -> None:
    """``WrongStep`` ``RETENTION_RUNS`` before the day from which may be erased."""
    if desk.calendar.local(desk.now).date() < erase_from:
        raise WrongStep(
            "RETENTION_RUNS",
            f"保存期限未满,{erase_from} 起方可删除,此前只能存储",
            remedy="到期由系统自动删除",
        )


@guarded(may_restrict)
def restrict_processing(_: Matter, command: RestrictProcessing, desk: Desk) -> list[Event]:
    file = desk.files[desk.stream_id]
    # It may have been reopened and closed again since the day was counted.
    erase_from = max(command.erase_from, day_of_erasure((file,), desk))
    return [
        ProcessingRestricted(
            erasure_id=command.erasure_id,
            erase_from=erase_from,
            keys=file.keys,
        )
    ]


@guarded(may_lift, OWN_ERASURE, though_restricted=True)
def lift_restriction(_: Matter, command: LiftRestriction, __: Desk) -> list[Event]:
    return [RestrictionLifted(erasure_id=command.erasure_id)]


@guarded(may_erase, OWN_ERASURE, though_restricted=True)
def erase_personal_data(_: Matter, command: ErasePersonalData, __: Desk) -> list[Event]:
    return [PersonalDataErased(erasure_id=command.erasure_id)]
