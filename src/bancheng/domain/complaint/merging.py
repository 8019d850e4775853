"""并件: a ticket about the same facts and reasons as an earlier one goes on in that one.

Its reporter is told how far the matter is, and it is not handled anew (北京接诉即办条例 11(3);
济南12345条例 25). What ran on it ends with a verdict, its trail and its people stay its own, and
they are answered when the main ticket is. Undone, it goes on with the dates it had.

The main ticket is the earlier one and has to be answered no later, or merging would buy time; it
is about everybody whom the merged one is about, or they would handle what is said of them.
"""

from datetime import datetime
from typing import Annotated, ClassVar, Final

from msgspec import Meta, Struct

from bancheng.domain.commands import Desk
from bancheng.domain.complaint.accused import AccusedPart, known_of
from bancheng.domain.complaint.ending import dropped
from bancheng.domain.complaint.state import Ticket, TicketCommand
from bancheng.domain.complaint.terms import Outcome, Status
from bancheng.domain.complaint.ties import OtherNumber, OtherTicket, TieEvent, other_ticket
from bancheng.domain.deadlines import key_of
from bancheng.domain.errors import InvalidInput, NotAllowed, WrongStep, together
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import Attempt, guarded, nothing
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.matter_files import MatterFile, ReportFile
from bancheng.domain.people import FreeText
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.limit import DueDate

_UNSOLVED: Final = (Status.REPORTED, Status.ACCEPTED, Status.ANALYSED, Status.DISPATCHED)


_ANSWERED: Final = (
    Status.VERIFIED, Status.CLOSED, Status.REFUSED, Status.DIVERTED, Status.TERMINATED,
)  # fmt: skip


class LimitResumed(Struct, frozen=True, kw_only=True):
    """恢复的时限: a limit that goes on by the date that it had."""

    kind: LimitKind
    subject: str
    due: DueDate


@topic("complaint.ticket-merged", step=Step.ANALYSE)
class TicketMerged(TieEvent, frozen=True, kw_only=True):
    """并件: the ticket goes on in another one; its reporter was told how far that is."""

    reason: FreeText
    progress: FreeText


@topic("complaint.merge-undone", step=Step.ANALYSE)
class MergeUndone(TieEvent, frozen=True, kw_only=True):
    """撤销并件: the ticket goes on by itself, in ``status``, with the dates it had (``dues``).

    The time in between counts. What its units had is dispatched anew by ``dispatch_due``.
    """

    reason: FreeText
    status: Status
    dues: tuple[LimitResumed, ...] = ()
    dispatch_due: DueDate | None = None


@topic("complaint.merged-answered", step=Step.VERIFY)
class MergedAnswered(TieEvent, frozen=True, kw_only=True):
    """随主件答复: the main ticket was answered, or ended, and so is this one.

    ``ended`` is what became of the main one, ``outcome`` what its lead unit achieved, if one did.
    ``to_publish``: nobody can be told, so the answer is to be published.
    """

    ended: Status
    outcome: Outcome | None = None
    to_publish: bool


@topic("complaint.merged-supplemented", step=Step.DEADLINE)
class MergedSupplemented(TieEvent, frozen=True, kw_only=True):
    """并入件补充: who reported a ticket that was merged into this one told more, on that one."""


class MergeTicket(TicketCommand, frozen=True, kw_only=True):
    """并件: let the ticket go on in an earlier one about the same facts and reasons."""

    main_id: OtherTicket
    reason: Annotated[FreeText, Meta(description="认定为同一事实和理由的依据")]
    progress: Annotated[FreeText, Meta(description="告知反映人的办理进展")]
    asks_successors: ClassVar[bool] = True

    def matters_named(self, _: object) -> tuple[str, ...]:
        return (self.main_id,)


class UnmergeTicket(TicketCommand, frozen=True, kw_only=True):
    """撤销并件: let a ticket that was merged go on by itself, with the dates it had."""

    reason: Annotated[FreeText, Meta(description="撤销并件的理由")]


class AnswerMerged(TicketCommand, frozen=True, kw_only=True):
    """随主件答复: note that the main ticket was answered, or ended."""

    ended: Annotated[Status, Meta(description="主件如何结束")]
    outcome: Annotated[Outcome | None, Meta(description="主件的办理结果")] = None


class NoteMergedSupplement(TicketCommand, frozen=True, kw_only=True):
    """并入件补充: note that who reported a ticket that was merged into this one told more there."""

    other_id: OtherTicket
    other_number: OtherNumber


def may_merge(ticket: Ticket, attempt: Attempt) -> None:
    """As long as there is no result, by who did not work on it.

    ``NotAllowed`` ``MERGED_BY_PARTY``. ``WrongStep`` ``OTHERS_MERGED``: what others were merged
    into stays the main one, so that nobody has to look for theirs in a row of them.
    """
    ticket.require(attempt.act, *_UNSOLVED)
    if ticket.has_merged:
        raise WrongStep(
            "OTHERS_MERGED",
            "已有他件并入本件,本件不能再并入他件",
            remedy="请将他件并入本件;确须改以他件为主件的,请先撤销并入本件的各件",
        )
    if attempt.desk.actor.id in ticket.resolvers:
        raise NotAllowed(
            "MERGED_BY_PARTY", "承办过本件的人员不能将本件并入他件", remedy="请由其他人员核实后并件"
        )


def may_unmerge(ticket: Ticket, attempt: Attempt) -> None:
    """Only what was merged."""
    ticket.require(attempt.act, Status.MERGED)


@guarded(may_merge)
def merge(ticket: Ticket, command: MergeTicket, desk: Desk) -> list[Event]:
    main = other_ticket(command, desk, "main_id")
    assert main.report is not None, "the file of a ticket has its report"
    report = main.report
    together(
        lambda: _check_worked_on(main, report, desk),
        lambda: _check_same(ticket, report),
        lambda: _check_earlier(ticket, report, desk.stream_id),
    )
    merged = TicketMerged(
        other_id=command.main_id,
        other_number=main.number,
        reason=desk.sealed(command.reason),
        progress=desk.sealed(command.progress),
    )
    return [*dropped(ticket, desk), merged]


def _check_worked_on(main: MatterFile, report: ReportFile, desk: Desk) -> None:
    if not report.is_worked_on or main.restricted_by is not None:
        raise InvalidInput(
            "MAIN_NOT_WORKED_ON",
            "该件不在办理中,或已经答复",
            field="main_id",
            remedy="已答复的,请登记为重复反映;未受理、已结束的,请照常办理本件",
        )
    if desk.actor.id in main.recused:
        raise InvalidInput(
            "RECUSED_FROM_MAIN",
            "您已被决定在该件回避",
            field="main_id",
            remedy="请由其他人员办理",
        )


def _check_same(ticket: Ticket, report: ReportFile) -> None:
    if report.category != ticket.category.value:
        raise InvalidInput(
            "MAIN_OF_OTHER_KIND",
            "该件类别与本件不同",
            field="main_id",
            remedy="类别登记有误的,请先更正",
        )
    if not _accused(ticket) <= report.accused:
        raise InvalidInput(
            "MAIN_ACCUSES_OTHERS",
            "本件指明的被反映单位、窗口或人员,该件未同样指明",
            field="main_id",
            remedy="请先更正该件的被反映项;并非同一事的,请勿并件",
        )


def _check_earlier(ticket: Ticket, report: ReportFile, ticket_id: str) -> None:
    own = _answer_due(ticket, ticket_id)
    assert ticket.reported_at is not None, "it was reported"
    is_later = report.reported_at > ticket.reported_at
    answered_later = own is not None and (report.answer_due is None or report.answer_due > own)
    if is_later or answered_later:
        raise InvalidInput(
            "MAIN_IS_LATER",
            "该件登记或须答复的时间晚于本件,并入会推迟对反映人的答复",
            field="main_id",
            remedy="请将较晚的一件并入较早的一件",
        )


def report_of(ticket: Ticket, ticket_id: str) -> ReportFile:
    """What another ticket asks of ``ticket`` before it goes on in it, or repeats it."""
    assert ticket.reported_at is not None, "it was reported"
    return ReportFile(
        is_worked_on=ticket.status in (*_UNSOLVED, Status.RESOLVED),
        is_answered=ticket.status in _ANSWERED,
        category=ticket.category.value,
        reported_at=ticket.reported_at,
        answer_due=_answer_due(ticket, ticket_id),
        accused=_accused(ticket),
    )


def _answer_due(ticket: Ticket, ticket_id: str) -> datetime | None:
    found = ticket.deadlines.get(key_of(LimitKind.ANSWER, ticket_id))
    return found.due.due_at if found is not None and found.is_running else None


def _accused(ticket: Ticket) -> frozenset[tuple[str, str]]:
    known = known_of(ticket)
    named = ((part.value, known.part(part)) for part in AccusedPart)
    return frozenset((part, whom) for part, whom in named if whom is not None)


@guarded(may_unmerge)
def unmerge(ticket: Ticket, command: UnmergeTicket, desk: Desk) -> list[Event]:
    merged = ticket.merged
    assert merged is not None, "it was merged"
    sent = merged.status is Status.DISPATCHED
    ended = [ticket.deadlines[key] for key in merged.running]
    return [
        MergeUndone(
            other_id=merged.into,
            other_number=merged.number,
            reason=desk.sealed(command.reason),
            status=Status.ANALYSED if sent else merged.status,
            dues=tuple(LimitResumed(kind=o.kind, subject=o.subject, due=o.due) for o in ended),
            dispatch_due=_dispatch_due(ticket, desk) if sent else None,
        )
    ]


def _dispatch_due(ticket: Ticket, desk: Desk) -> DueDate | None:
    return desk.due_for("dispatch", category=ticket.category, complexity=ticket.complexity)


@guarded(nothing)
def note_merged_supplement(_: Ticket, command: NoteMergedSupplement, __: Desk) -> list[Event]:
    return [MergedSupplemented(other_id=command.other_id, other_number=command.other_number)]


@guarded(may_unmerge)
def answer_merged(ticket: Ticket, command: AnswerMerged, _: Desk) -> list[Event]:
    merged = ticket.merged
    assert merged is not None, "it was merged"
    return [
        MergedAnswered(
            other_id=merged.into,
            other_number=merged.number,
            ended=command.ended,
            outcome=command.outcome,
            to_publish=ticket.anonymous,
        )
    ]
