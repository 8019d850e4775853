"""听证权利: who has an interest in a decision is told that they may be heard before it.

They have five working days to ask for it (行政许可法 47); until then, and while a hearing is to
come, nothing is decided. How one is held, asked for or not: `hearing_course`.
"""

from datetime import date
from typing import Annotated

from msgspec import Meta

from bancheng.domain.case.guards import all_of, needs_file, needs_none_coming, waits_in
from bancheng.domain.case.hearing import Hearing, HearingStage
from bancheng.domain.case.procedure import hearing_over
from bancheng.domain.case.state import Case, CaseCommand
from bancheng.domain.case.terms import CaseStatus
from bancheng.domain.commands import Desk
from bancheng.domain.errors import InvalidInput, NotAllowed, WrongStep
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import Attempt, guarded
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import FreeText, Role
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.limit import DueDate


@topic("case.hearing-right-told", step=Step.DEADLINE)
class HearingRightTold(Event, frozen=True, kw_only=True):
    """告知听证权利: applicant and interested parties were told in writing that they may be heard.

    They may ask for it from ``told_on`` until ``due`` (行政许可法 47).
    """

    notice_no: str
    told_on: date
    interested: FreeText | None = None
    due: DueDate


@topic("case.hearing-requested", step=Step.DEADLINE)
class HearingRequested(Event, frozen=True, kw_only=True):
    """申请听证: somebody who was told asked in time; ``unit`` holds it by ``due``.

    That is twenty working days from ``asked_on`` (行政许可法 47).
    """

    request_no: str
    asked_on: date
    unit: str
    due: DueDate | None = None


@topic("case.hearing-waived", step=Step.DEADLINE)
class HearingWaived(Event, frozen=True, kw_only=True):
    """放弃听证: all who were told said in writing that they ask for none, or for none any more."""

    statement_no: str


class TellHearingRight(CaseCommand, frozen=True, kw_only=True):
    """告知听证权利: tell applicant and interested parties, today, that they may ask to be heard."""

    notice_no: Annotated[str, Meta(min_length=1, max_length=60, description="听证告知书编号")]
    interested: Annotated[
        FreeText | None, Meta(description="一并告知的利害关系人;仅告知申请人的不填")
    ] = None


class RequestHearing(CaseCommand, frozen=True, kw_only=True):
    """申请听证: take in the request of somebody who was told."""

    request_no: Annotated[str, Meta(min_length=1, max_length=60, description="听证申请书编号")]
    asked_on: Annotated[date, Meta(description="提出听证申请之日")]


class WaiveHearing(CaseCommand, frozen=True, kw_only=True):
    """放弃听证: take in that all who were told ask for no hearing, or take the request back."""

    statement_no: Annotated[str, Meta(min_length=1, max_length=60, description="放弃听证声明编号")]


def needs_heard(case: Case, attempt: Attempt) -> None:
    """``WrongStep`` while somebody may ask to be heard, or is to be heard (行政许可法 46, 47)."""
    needs_none_coming(case, attempt)
    time = _time_to_ask(case, attempt.desk)
    is_told = case.hearing is not None and case.hearing.stage is HearingStage.TOLD
    if is_told and time is not None and attempt.desk.now < time.due_at:
        raise WrongStep(
            "HEARING_TIME_OPEN",
            f"申请听证的期限({time.due_date}止)未满",
            remedy="请待期限届满,或在被告知人均声明放弃听证后再作决定",
        )
    due = [one.name for one in case.offered.procedures if one.is_hearing and one.required]
    if due and not case.hearing_records:
        raise WrongStep(
            "HEARING_DUE_BY_LAW",
            f"本事项依法应当听证({'、'.join(due)}),尚未举行",
            remedy="请公告并举行听证后再作决定(行政许可法第四十六条)",
        )


def _time_to_ask(case: Case, desk: Desk) -> DueDate | None:
    """Until when who was told may ask, by the latest calendar; ``None`` if nobody was told."""
    asking = case.deadline(LimitKind.HEARING_REQUEST, desk.stream_id)
    return None if asking is None else asking.due


def needs_reception(case: Case, attempt: Attempt) -> None:
    """``NotAllowed`` unless the actor takes papers in: the window, or the unit of the item."""
    actor = attempt.desk.actor
    if not actor.may(Role.WINDOW_CLERK) and actor.unit != case.offered.unit:
        raise NotAllowed(
            "NOT_OWN_UNIT",
            f"本件由「{case.offered.unit}」负责,不属于您所在的单位",
            remedy="请由窗口或该单位登记",
        )


def _needs_period(case: Case, attempt: Attempt) -> None:
    if attempt.desk.limit_for("case.hearing_request", case.offered) is None:
        raise WrongStep(
            "HEARING_PERIOD_UNSET",
            f"规则库没有规定{case.offered.type.label}事项申请听证的期限",
            remedy="请先在规则库中写明 case.hearing_request 及其依据",
        )


def _told(case: Case, _: Attempt) -> Hearing:
    # Nor does the announcement of a public hearing: who asks has the twenty days (46, 47).
    if case.hearing is None or not case.hearing.may_be_answered:
        raise WrongStep(
            "HEARING_RIGHT_NOT_TOLD",
            "本件没有待答复的听证告知",
            remedy="请先告知听证权利;依职权举行的,请公告并通知听证",
        )
    return case.hearing


@guarded(all_of(waits_in(CaseStatus.ACCEPTED), needs_file, needs_none_coming, _needs_period))
def tell_right(case: Case, command: TellHearingRight, desk: Desk) -> list[Event]:
    due = desk.due_for("case.hearing_request", case.offered)
    assert due is not None, "the guard asked"
    return [
        HearingRightTold(
            notice_no=command.notice_no,
            told_on=desk.calendar.local(desk.now).date(),
            interested=command.interested and desk.sealed(command.interested),
            due=due,
        )
    ]


@guarded(all_of(waits_in(CaseStatus.ACCEPTED), needs_reception, _told))
def request_hearing(case: Case, command: RequestHearing, desk: Desk) -> list[Event]:
    _check_asked_on(case, command.asked_on, desk)
    return [
        HearingRequested(
            request_no=command.request_no,
            asked_on=command.asked_on,
            unit=case.offered.unit,
            due=_held_by(case, command.asked_on, desk),
        )
    ]


def _held_by(case: Case, asked_on: date, desk: Desk) -> DueDate | None:
    """By when it is held: from the day that they asked, not from that of the entry."""
    limit = desk.limit_for("case.hearing", case.offered)
    since = desk.calendar.start_of(asked_on)
    return None if limit is None else desk.due(limit, LimitKind.HEARING.purpose, since=since)


def _may_waive(case: Case, attempt: Attempt) -> None:
    if case.hearing is not None and case.hearing.public:
        raise WrongStep(
            "HEARING_IS_PUBLIC",
            "本件听证已向社会公告,不因放弃而取消",
            remedy="请如期举行听证(行政许可法第四十六条)",
        )
    if case.hearing_to_come is None:
        _told(case, attempt)


@guarded(all_of(waits_in(CaseStatus.ACCEPTED), needs_reception, _may_waive))
def waive_hearing(case: Case, command: WaiveHearing, desk: Desk) -> list[Event]:
    waived = HearingWaived(statement_no=command.statement_no)
    return [waived, *hearing_over(case, f"被告知人均放弃听证(声明 {command.statement_no})", desk)]


def _check_asked_on(case: Case, day: date, desk: Desk) -> None:
    """Raise ``InvalidInput`` unless they asked in their time, and not in the future."""
    today = desk.calendar.local(desk.now).date()
    hearing = case.hearing
    assert hearing is not None, "the guard asked"
    if day > today or (hearing.told_on is not None and day < hearing.told_on):
        raise InvalidInput(
            "HEARING_ASKED_ON_WRONG",
            f"申请日({day})应在告知之日({hearing.told_on})以后、今日({today})以前",
            field="asked_on",
            remedy="请按听证申请书填写提出之日",
        )
    time = _time_to_ask(case, desk)
    if time is not None and day > time.due_date:
        raise InvalidInput(
            "HEARING_ASKED_LATE",
            f"申请听证的期限({time.due_date}止)已过",
            field="asked_on",
            remedy="本机关认为仍需要听证的,可公告并举行(行政许可法第四十六条)",
        )
