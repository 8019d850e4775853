"""删除申请: a person's data is erased on a ground of the law, if a second person agrees.

As long as law or book want it kept, it is restricted and not erased (个人信息保护法 47 II).
"""

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Annotated, Any, ClassVar, Final

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from bancheng.domain.commands import Command, Desk, check_term
from bancheng.domain.errors import InvalidInput, NotAllowed, WrongStep, together
from bancheng.domain.events import Event, Recorded
from bancheng.domain.guards import Attempt, guarded
from bancheng.domain.people import FreeText
from bancheng.domain.privacy.events import (
    ErasureApproved,
    ErasureCarriedOut,
    ErasureRefused,
    ErasureRequested,
    ErasureRestricted,
    ErasureWithdrawn,
)
from bancheng.domain.privacy.restriction import (
    ErasureId,
    day_of_erasure,
    require_over,
    require_retention_over,
)
from bancheng.domain.privacy.terms import ErasureStatus

PREFIX: Final = "erasure-"
MATTERS_MAX: Final = 50
MatterRef = Annotated[str, Meta(max_length=80, description="办不成事工单或办件标识")]


class RequestErasure(Command, frozen=True, kw_only=True):
    """申请删除: enter a person's wish that their data in these matters be erased."""

    matters: Annotated[
        tuple[MatterRef, ...],
        Meta(min_length=1, max_length=MATTERS_MAX, description="当事人的全部案件,以查人所得为准"),
    ]
    ground: Annotated[str, Meta(max_length=40, description="删除缘由代码,见规则库的删除缘由")]

    def matters_named(self, _: Any) -> tuple[str, ...]:
        return self.matters


class ErasureCommand(Command, frozen=True, kw_only=True):
    """删除申请指令: an act on an existing request."""

    erasure_id: ErasureId
    about_field: ClassVar[str] = "erasure_id"

    def matters_named(self, erasure: "Erasure") -> tuple[str, ...]:
        return erasure.matters


class ApproveErasure(ErasureCommand, frozen=True, kw_only=True):
    """批准删除: agree, as a second person. What is to be erased is restricted from then on."""

    asks_alike = True


class RefuseErasure(ErasureCommand, frozen=True, kw_only=True):
    """不予删除: do not agree, as a second person; the person is told why."""

    reason: Annotated[FreeText, Meta(description="理由")]


class WithdrawErasure(ErasureCommand, frozen=True, kw_only=True):
    """撤回删除: let the data be used again, as long as it has not been erased."""

    reason: Annotated[FreeText, Meta(description="缘由")]


class RestrictErasure(ErasureCommand, frozen=True, kw_only=True):
    """全部限制处理: note that all matters of the request are restricted now."""


class CarryOutErasure(ErasureCommand, frozen=True, kw_only=True):
    """完成删除: destroy the keys of all matters of the request, and that of the request itself."""


class Erasure(msgspec.Struct, frozen=True, kw_only=True):
    """删除申请: the write state."""

    status: ErasureStatus | None = None
    matters: tuple[str, ...] = ()
    requested_by: str = ""
    erase_from: date | None = None


_STATUS_BY: Final[Mapping[type[Event], ErasureStatus]] = {
    ErasureApproved: ErasureStatus.APPROVED,
    ErasureRestricted: ErasureStatus.RESTRICTED,
    ErasureRefused: ErasureStatus.REFUSED,
    ErasureWithdrawn: ErasureStatus.WITHDRAWN,
    ErasureCarriedOut: ErasureStatus.CARRIED_OUT,
}


def evolve(erasure: Erasure, recorded: Recorded) -> Erasure:
    """The state after ``recorded``."""
    match recorded.event:
        case ErasureRequested() as event:
            return Erasure(
                status=ErasureStatus.REQUESTED,
                matters=event.matters,
                requested_by=recorded.envelope.actor.id,
                erase_from=event.erase_from,
            )
        case ErasureApproved(erase_from=day) | ErasureRestricted(erase_from=day):
            erasure = replace(erasure, erase_from=day)
    status = _STATUS_BY.get(type(recorded.event), erasure.status)
    return replace(erasure, status=status)


def must_have_rules(_: Erasure, attempt: Attempt) -> None:
    """The book says on which grounds. ``WrongStep`` ``NO_ERASURE_RULES``."""
    if not attempt.desk.rulebook.erasures:
        raise WrongStep(
            "NO_ERASURE_RULES",
            "规则库没有规定删除缘由",
            remedy="请由系统管理员在规则库中补充删除缘由(erasures)与保存期限(retention)",
        )


def may_rule(erasure: Erasure, attempt: Attempt) -> None:
    """A request that waits, by somebody else, who is recused from none of its matters.

    ``NotAllowed`` ``OWN_REQUEST`` or ``RECUSED_IN_MATTERS``.
    """
    _require(erasure, ErasureStatus.REQUESTED)
    _require_impartial(attempt.desk, "请由另一位监督人员办理")
    if attempt.desk.actor.id == erasure.requested_by:
        raise NotAllowed(
            "OWN_REQUEST", "不能审批本人提出的删除申请", remedy="请由另一位监督人员审批"
        )


def may_approve(erasure: Erasure, attempt: Attempt) -> None:
    """All matters of the person are named, over, and kept for a time that the book says.

    ``WrongStep`` ``MATTERS_RESTRICTED``, ``MATTER_OPEN``, ``MATTERS_MISSING`` or
    ``RETENTION_UNSET``; ``NotAllowed`` ``OTHER_APPROVER`` if one of the others is about the actor,
    who is to know nothing of it.
    """
    may_rule(erasure, attempt)
    desk = attempt.desk
    if any(one.matter_id in desk.alike_withheld and not one.restricted_by for one in desk.alike):
        raise NotAllowed(
            "OTHER_APPROVER", "您不能审批这一删除申请", remedy="请由另一位监督人员审批"
        )
    # Named by two requests it goes by the first that was approved; the other would wait for ever.
    if taken := [one.number for one in desk.files.values() if one.restricted_by is not None]:
        raise WrongStep(
            "MATTERS_RESTRICTED",
            f"案件 {'、'.join(taken)} 已因另一删除申请限制处理或删除",
            remedy="请不予批准,由申请人去掉这些案件重新申请",
        )
    others = [one for one in desk.alike if one.restricted_by is None]
    for file in (*desk.files.values(), *others):
        require_over(file.number, is_over=file.is_over)
    if missing := [one.number for one in others]:
        raise WrongStep(
            "MATTERS_MISSING",
            f"当事人另有案件未列入申请:{'、'.join(missing)}",
            remedy="请不予批准,由申请人连同这些案件重新申请",
        )
    day_of_erasure(desk.files.values(), desk)


def may_withdraw(erasure: Erasure, attempt: Attempt) -> None:
    """As long as nothing was erased, by who is recused from none of its matters.

    ``WrongStep`` ``WRONG_STATUS``; ``NotAllowed`` ``RECUSED_IN_MATTERS``.
    """
    _require(erasure, ErasureStatus.REQUESTED, ErasureStatus.APPROVED, ErasureStatus.RESTRICTED)
    _require_impartial(attempt.desk, "请由另一位监督人员办理")


def may_note_restriction(erasure: Erasure, attempt: Attempt) -> None:
    """Once, of what was approved and not taken back. ``WrongStep`` ``WRONG_STATUS``."""
    _require(erasure, ErasureStatus.APPROVED)
    day_of_erasure(attempt.desk.files.values(), attempt.desk)


def may_carry_out(erasure: Erasure, attempt: Attempt) -> None:
    """Once restricted, no retention runs, and no other matter has somebody under one of the keys.

    ``WrongStep`` ``WRONG_STATUS``, ``RETENTION_RUNS`` or ``PERSON_ELSEWHERE``.
    """
    _require(erasure, ErasureStatus.RESTRICTED)
    assert erasure.erase_from is not None, "it was approved"
    require_retention_over(erasure.erase_from, attempt.desk)
    files = attempt.desk.files.values()
    held = [file.held.get(key, frozenset()) for file in files for key in file.on_file]
    if others := frozenset().union(*held) - set(erasure.matters):
        raise WrongStep(
            "PERSON_ELSEWHERE",
            f"当事人在申请之后另有案件:{'、'.join(sorted(others))}",
            remedy="请撤回本申请,连同这些案件重新申请",
        )


@guarded(must_have_rules)
def request_erasure(_: Erasure, command: RequestErasure, desk: Desk) -> list[Event]:
    _require_impartial(desk, "请由另一位窗口人员或工单处理员申请")
    ids = tuple(dict.fromkeys(command.matters))
    checks = (partial(_check_matter, one, at, desk) for at, one in enumerate(ids))
    terms = desk.rulebook.erasures
    together(*checks, lambda: check_term(terms, command.ground, "ground", "删除缘由"))
    erase_from = day_of_erasure((desk.files[one] for one in ids), desk)
    return [ErasureRequested(matters=ids, ground=command.ground, erase_from=erase_from)]


@guarded(may_approve)
def approve_erasure(erasure: Erasure, _: ApproveErasure, desk: Desk) -> list[Event]:
    erase_from = day_of_erasure(desk.files.values(), desk)
    return [ErasureApproved(matters=erasure.matters, erase_from=erase_from)]


@guarded(may_rule)
def refuse_erasure(_: Erasure, command: RefuseErasure, desk: Desk) -> list[Event]:
    return [ErasureRefused(reason=desk.sealed(command.reason))]


@guarded(may_withdraw)
def withdraw_erasure(erasure: Erasure, command: WithdrawErasure, desk: Desk) -> list[Event]:
    return [ErasureWithdrawn(matters=erasure.matters, reason=desk.sealed(command.reason))]


@guarded(may_note_restriction)
def note_restriction(_: Erasure, __: RestrictErasure, desk: Desk) -> list[Event]:
    return [ErasureRestricted(erase_from=day_of_erasure(desk.files.values(), desk))]


@guarded(may_carry_out)
def carry_out_erasure(erasure: Erasure, _: CarryOutErasure, desk: Desk) -> list[Event]:
    own = set(erasure.matters)
    # Whom a matter named wrongly once, and who has another one on file, keeps their data there.
    keys = {
        key
        for file in desk.files.values()
        for key in file.keys
        if file.held.get(key, frozenset()) <= own
    }
    # What was written as a reason may name the person as well.
    return [ErasureCarriedOut(keys=tuple(sorted({*keys, desk.stream_id})))]


def _require(erasure: Erasure, *statuses: ErasureStatus) -> None:
    if erasure.status not in statuses:
        now = "不存在" if erasure.status is None else f"为「{erasure.status.label}」"
        needed = "、".join(one.label for one in statuses)
        raise WrongStep("WRONG_STATUS", f"删除申请当前{now}", remedy=f"本操作只适用于: {needed}")


def _require_impartial(desk: Desk, remedy: str) -> None:
    """``NotAllowed`` ``RECUSED_IN_MATTERS`` for who does nothing on one of the matters named.

    An erasure is a matter of its own, on which nobody is recused: what it ends are those.
    """
    if own := [one.number for one in desk.files.values() if desk.actor.id in one.recused]:
        raise NotAllowed(
            "RECUSED_IN_MATTERS",
            f"您已被决定在案件 {'、'.join(own)} 回避,不能办理其删除申请",
            remedy=remedy,
        )


def _check_matter(matter_id: str, at: int, desk: Desk) -> None:
    field, file = f"matters[{at}]", desk.files.get(matter_id)
    if file is None:
        raise InvalidInput(
            "MATTER_UNKNOWN",
            f"没有标识为「{matter_id}」的办不成事工单或办件",
            field=field,
            remedy="请从查人所得中选取",
        )
    if file.restricted_by is not None:
        raise InvalidInput(
            "MATTER_RESTRICTED",
            f"案件 {file.number} 已因另一删除申请限制处理或删除",
            field=field,
            remedy="请从申请中去掉这一件",
        )
    try:
        require_over(file.number, is_over=file.is_over)
        day_of_erasure((file,), desk)
    except WrongStep as refused:
        raise InvalidInput(
            refused.code, refused.message, field=field, remedy=refused.remedy
        ) from None
