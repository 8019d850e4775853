"""举行听证: set, told seven working days ahead, chaired by who did not examine, and recorded.

It is asked for by who was told (行政许可法 47), or announced to the public by the organ (46).
Whether its time counts is another matter: it does not while the special procedure 听证 of the item
stands, of which the applicant is told in writing (45; `procedure`); that ends with the hearing.
"""

from datetime import datetime
from typing import Annotated

from msgspec import Meta

from bancheng.domain.case.guards import all_of, needs_file, waits_in
from bancheng.domain.case.hearing import Hearing, HearingStage
from bancheng.domain.case.procedure import hearing_over
from bancheng.domain.case.state import Case, CaseCommand
from bancheng.domain.case.terms import CaseStatus
from bancheng.domain.commands import Desk, StaffRef
from bancheng.domain.errors import InvalidInput, WrongStep, together
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import Attempt, guarded
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import FreeText
from bancheng.domain.steps import Step


@topic("case.hearing-set", step=Step.DEADLINE)
class HearingSet(Event, frozen=True, kw_only=True):
    """通知听证: all were told when and where, and who chairs (行政许可法 48).

    With ``announcement_no`` it was announced to the public.
    """

    notice_no: str
    at: datetime
    place: str
    chair: str
    announcement_no: str | None = None


@topic("case.hearing-held", step=Step.DEADLINE)
class HearingHeld(Event, frozen=True, kw_only=True):
    """举行听证: it was held, and its record was read and signed by ``signatures`` participants.

    ``unsigned`` says who did not sign and why.
    """

    record_no: str
    signatures: int
    unsigned: FreeText | None = None


class SetHearing(CaseCommand, frozen=True, kw_only=True):
    """通知听证: say when, where and by whom it is held; again, if anything of it changes."""

    notice_no: Annotated[str, Meta(min_length=1, max_length=60, description="听证通知书编号")]
    at: Annotated[datetime, Meta(tz=True, description="听证举行时间")]
    place: Annotated[str, Meta(min_length=1, max_length=200, description="听证举行地点")]
    chair: Annotated[StaffRef, Meta(description="听证主持人工号,须未审查过本件")]
    announcement_no: (
        Annotated[
            str, Meta(min_length=1, max_length=60, description="听证公告编号;无人申请而举行的必填")
        ]
        | None
    ) = None

    def staff_named(self) -> tuple[str, ...]:
        return (self.chair,)


class HoldHearing(CaseCommand, frozen=True, kw_only=True):
    """举行听证: write down that it was held, with the record that its participants signed."""

    record_no: Annotated[str, Meta(min_length=1, max_length=60, description="听证笔录编号")]
    signatures: Annotated[
        int, Meta(ge=0, le=1000, description="在笔录上签字或盖章的听证参加人人数")
    ]
    unsigned: Annotated[FreeText | None, Meta(description="未签字的参加人及原因")] = None


may_hear = all_of(waits_in(CaseStatus.ACCEPTED), needs_file)


@guarded(may_hear)
def set_hearing(case: Case, command: SetHearing, desk: Desk) -> list[Event]:
    together(
        lambda: _check_announced(case, command),
        lambda: _check_chair(case, command, desk),
        lambda: _check_time(case, command, desk),
    )
    return [
        HearingSet(
            notice_no=command.notice_no,
            at=command.at,
            place=command.place,
            chair=command.chair,
            announcement_no=command.announcement_no,
        )
    ]


def _set(case: Case, attempt: Attempt) -> Hearing:
    hearing = case.hearing
    if hearing is None or hearing.stage is not HearingStage.SET or hearing.at is None:
        raise WrongStep("HEARING_NOT_SET", "本件没有已通知的听证", remedy="请先通知听证")
    if attempt.desk.now < hearing.at:
        when = attempt.desk.calendar.local(hearing.at)
        raise WrongStep(
            "HEARING_TO_COME",
            f"听证定于 {when:%Y-%m-%d %H:%M} 举行",
            remedy="请在举行后登记;改期的请重新通知",
        )
    if hearing.chair is not None and case.is_recused(hearing.chair):
        raise WrongStep(
            "HEARING_CHAIR_NOT_IMPARTIAL",
            "通知的主持人已被决定在本件回避,不能主持听证",
            remedy="请另行指定主持人并重新通知听证",
        )
    # Whoever was impartial when all were told may have examined the case since.
    if hearing.chair in case.examiners:
        raise WrongStep(
            "HEARING_CHAIR_EXAMINED",
            "通知的主持人其后办理过本件,不能主持听证",
            remedy="请另行指定主持人并重新通知听证",
        )
    return hearing


@guarded(all_of(may_hear, _set))
def hold_hearing(case: Case, command: HoldHearing, desk: Desk) -> list[Event]:
    if not command.signatures and command.unsigned is None:
        raise InvalidInput(
            "HEARING_RECORD_UNSIGNED",
            "听证笔录须交听证参加人确认无误后签字或者盖章",
            field="signatures",
            remedy="请填写签字人数;拒不签字的,写明参加人及原因",
        )
    unsigned = command.unsigned and desk.sealed(command.unsigned)
    return [
        HearingHeld(record_no=command.record_no, signatures=command.signatures, unsigned=unsigned),
        *hearing_over(case, f"听证已举行(笔录 {command.record_no})", desk),
    ]


def _stands(hearing: Hearing | None, command: SetHearing) -> bool:
    """Whether just that hearing is set already: then who was told of it was told in time."""
    if hearing is None or hearing.stage is not HearingStage.SET:
        return False
    return (hearing.at, hearing.place) == (command.at, command.place)


def _check_announced(case: Case, command: SetHearing) -> None:
    if case.hearing_to_come is None and command.announcement_no is None:
        raise InvalidInput(
            "HEARING_UNANNOUNCED",
            "无人申请而举行的听证应当向社会公告",
            field="announcement_no",
            remedy="请公告后填写公告编号(行政许可法第四十六条)",
        )


def _check_chair(case: Case, command: SetHearing, desk: Desk) -> None:
    chair = desk.member_of(desk.actor.unit, command.chair, "chair")
    if case.is_recused(chair.id):
        raise InvalidInput(
            "HEARING_CHAIR_RECUSED",
            f"「{chair.name}」已被决定在本件回避,不能主持听证",
            field="chair",
            remedy="请另行指定主持人(行政许可法第四十八条第一款第三项)",
        )
    if chair.id in case.examiners:
        raise InvalidInput(
            "HEARING_CHAIR_TOOK_PART",
            f"「{chair.name}」办理过本件,不能主持听证",
            field="chair",
            remedy="请指定审查本件以外的人员(行政许可法第四十八条第一款第三项)",
        )


def _check_time(case: Case, command: SetHearing, desk: Desk) -> None:
    if not _stands(case.hearing, command):
        _check_ahead(case, command, desk)
        _check_held_by(case, command, desk)


def _check_ahead(case: Case, command: SetHearing, desk: Desk) -> None:
    """Raise ``InvalidInput`` if it is nearer than the rule book lets it be (行政许可法 48)."""
    if command.at <= desk.now:
        raise InvalidInput(
            "HEARING_IN_THE_PAST",
            "听证时间须在通知之后",
            field="at",
            remedy="请填写将来的时间",
        )
    limit = desk.limit_for("case.hearing_notice", case.offered)
    if limit is None:
        return
    day = desk.calendar.local(command.at).date()
    earliest = desk.due(limit, "case.hearing_notice").due_date
    if day < earliest:
        raise InvalidInput(
            "HEARING_NOTICE_SHORT",
            f"听证({day})距通知不足{limit.amount}{limit.unit.label}",
            field="at",
            remedy=f"最早可定于 {earliest}({limit.basis})",
        )


def _check_held_by(case: Case, command: SetHearing, desk: Desk) -> None:
    """Raise ``InvalidInput`` if who asked would wait longer than they may (行政许可法 47)."""
    hearing = case.deadline(LimitKind.HEARING, desk.stream_id)
    if hearing is None or not hearing.is_running:
        return  # nobody asked, or whoever asked wants it no more
    held_by, day = hearing.due.due_date, desk.calendar.local(command.at).date()
    if day <= held_by:
        return
    # All are told ahead, however late it is: then it is held as soon as that allows.
    limit = desk.limit_for("case.hearing_notice", case.offered)
    earliest = None if limit is None else desk.due(limit, "case.hearing_notice").due_date
    if earliest is None or day > max(held_by, earliest):
        raise InvalidInput(
            "HEARING_TOO_LATE",
            f"已有人申请听证,应当在 {held_by} 前举行",
            field="at",
            remedy=f"请定于 {max(held_by, earliest or held_by)} 以前(行政许可法第四十七条)",
        )
