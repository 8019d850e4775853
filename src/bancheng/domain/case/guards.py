"""前提: what acts on a case share of right and state. Each guard raises the refusal."""

from bancheng.domain.case.state import Case
from bancheng.domain.case.terms import CaseStatus
from bancheng.domain.errors import NotAllowed, WrongStep
from bancheng.domain.events import term_of
from bancheng.domain.guards import Attempt, Guard
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import Role


def all_of(*guards: Guard[Case]) -> Guard[Case]:
    """The guard of an act that needs what each of ``guards`` does, asked in their order."""

    def ask_all(case: Case, attempt: Attempt) -> None:
        for guard in guards:
            guard(case, attempt)

    return ask_all


def waits_in(*statuses: CaseStatus) -> Guard[Case]:
    """``WrongStep`` unless the case waits in one of ``statuses``."""
    return lambda case, attempt: case.require(attempt.act, *statuses)


def needs_file(case: Case, attempt: Attempt) -> None:
    """``NotAllowed`` unless the unit of the actor has the file in hand.

    Before the first hand-over that is the window, or the unit whose item it is.
    """
    actor = attempt.desk.actor
    # Whoever also leads the hall today (带班领导) acts wherever the file is.
    if not case.is_with(actor) and not actor.may(Role.DUTY_LEADER):
        raise NotAllowed(
            "NOT_OWN_UNIT",
            "本件现不在您所在的单位",
            remedy="请由持有材料的单位办理,或先办理移交",
        )


def needs_file_here(case: Case, attempt: Attempt) -> None:
    """``NotAllowed`` unless the unit of the actor has the file itself, and no list is on its way.

    What is done with the file in hand is more than to read it: before the first hand-over the unit
    whose item it is may decide, but has not examined what lies at the window.
    """
    needs_file(case, attempt)
    actor, where = attempt.desk.actor, case.holder or case.file_at
    if where is not None and actor.unit != where and not actor.may(Role.DUTY_LEADER):
        raise NotAllowed(
            "NOT_OWN_UNIT", f"本件材料现在「{where}」", remedy="请先办理移交,签收后再办理"
        )
    if case.hand_over is not None:
        raise WrongStep(
            "HAND_OVER_PENDING",
            f"移交清单 {case.hand_over.list_no} 尚未签收",
            remedy="请由接收单位先签收",
        )


def needs_own_item(case: Case, attempt: Attempt) -> None:
    """``NotAllowed`` unless the actor is of the unit whose item it is; nobody above may."""
    actor = attempt.desk.actor
    if actor.unit != case.offered.unit and not actor.may(Role.SYSTEM):
        raise NotAllowed(
            "NOT_OWN_UNIT",
            f"本件由「{case.offered.unit}」负责,不属于您所在的单位",
            remedy="请由该单位负责人办理",
        )


def needs_unit_of_item(case: Case, attempt: Attempt) -> None:
    """``NotAllowed`` if the actor would decide for a unit whose item it is not."""
    actor = attempt.desk.actor
    above = (Role.DUTY_LEADER, Role.GOVERNMENT_HEAD, Role.SYSTEM)
    if actor.unit != case.offered.unit and not actor.may(*above):
        raise NotAllowed(
            "NOT_OWN_UNIT",
            f"本件由「{case.offered.unit}」负责,不属于您所在的单位",
            remedy="请由该单位办理",
        )


def needs_none_coming(case: Case, _: Attempt) -> None:
    """``WrongStep`` while a hearing was asked for or set, and not held yet."""
    if (hearing := case.hearing_to_come) is not None:
        raise WrongStep(
            "HEARING_NOT_HELD",
            f"{hearing.stage.label},尚未举行",
            remedy="请先举行听证并登记笔录;申请人、利害关系人放弃的,请登记放弃听证",
        )


def needs_no_theme(case: Case, attempt: Attempt) -> None:
    """``WrongStep`` if the act is done on the theme of the case, for all its children at once."""
    if case.theme_id is not None:
        raise WrongStep(
            "BELONGS_TO_THEME",
            f"本件属于一件事主题件,不能单独{term_of(attempt.act)}",
            remedy="请在主题件上统一办理",
        )


def needs_notice_in_time(case: Case, attempt: Attempt) -> None:
    """``WrongStep`` once the time for the one-time notice is over, where law has accepted then."""
    # The sweep records the acceptance a moment later. Until then nobody may tell the applicant
    # what the law has already ruled out (行政许可法 32(4)).
    if notice := case.taken_by_law(LimitKind.NOTICE, attempt.desk):
        raise WrongStep(
            "DEEMED_ACCEPTED",
            f"一次性告知期限({notice.due.due_date}止)已过,自收到材料之日起即为受理",
            remedy="请等待系统记录视为受理后继续办理",
        )


def needs_gap_in_time(case: Case, attempt: Attempt) -> None:
    """``WrongStep`` once the promised materials are overdue, where law withdraws the case then."""
    # By the rule, not by the sweep that records it a moment later (安阳市条例 24).
    if promised := case.taken_by_law(LimitKind.SUPPLEMENT, attempt.desk):
        raise WrongStep(
            "DEEMED_WITHDRAWN",
            f"承诺补交材料的期限({promised.due.due_date}止)已过,视为撤回申请",
            remedy="请等待系统记录视为撤回;申请人可重新申请",
        )


def needs_renewal_in_time(case: Case, attempt: Attempt) -> None:
    """``WrongStep`` once the licence has expired undecided: law has renewed it then."""
    if expired := case.taken_by_law(LimitKind.RENEWAL, attempt.desk):
        raise WrongStep(
            "DEEMED_RENEWED",
            f"原许可有效期({expired.due.due_date}止)届满未作决定,视为准予延续",
            remedy="请等待系统记录视为准予延续后制证",
        )
