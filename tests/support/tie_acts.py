"""Tickets that have to do with each other: the acts that say so, and the other one's file."""

from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from bancheng.domain.complaint.merging import (
    AnswerMerged,
    MergeTicket,
    NoteMergedSupplement,
    UnmergeTicket,
)
from bancheng.domain.complaint.repeating import RegisterRepeat
from bancheng.domain.complaint.terms import Outcome, Status, TicketCategory
from bancheng.domain.complaint.ties import LinkTickets, NoteTie, TieKind, UnlinkTickets
from bancheng.domain.matter_files import MatterFile, ReportFile

from . import builders
from .builders import TEXT, History
from .given import START, STREAM, Given
from .restricting import file_of

OTHER, OTHER_NUMBER = "ticket-2", "BCS-0"


# It was reported an hour before, and is about whom the usual ticket is about.
REPORT = ReportFile(
    is_worked_on=True,
    is_answered=False,
    category=TicketCategory.COMPLAINT.value,
    reported_at=START - timedelta(hours=1),
    answer_due=None,
    accused=frozenset({("accused_unit", "RS")}),
)


def other_file(**report: Any) -> MatterFile:
    """The file of the other ticket, as it was reported but for ``report``."""
    return replace(file_of(OTHER), report=replace(REPORT, **report))


FILES = {OTHER: other_file()}


def linking(*, follows: bool = False) -> LinkTickets:
    return LinkTickets(ticket_id=STREAM, other_id=OTHER, follows=follows, reason=TEXT)


def unlinking() -> UnlinkTickets:
    return UnlinkTickets(ticket_id=STREAM, other_id=OTHER, reason=TEXT)


def noting(kind: TieKind = TieKind.RELATED, *, ended: bool = False) -> NoteTie:
    return NoteTie(
        ticket_id=STREAM, other_id=OTHER, other_number=OTHER_NUMBER, kind=kind, ended=ended
    )


def merging() -> MergeTicket:
    return MergeTicket(ticket_id=STREAM, main_id=OTHER, reason=TEXT, progress=TEXT)


def unmerging() -> UnmergeTicket:
    return UnmergeTicket(ticket_id=STREAM, reason=TEXT)


def supplemented_there() -> NoteMergedSupplement:
    return NoteMergedSupplement(ticket_id=STREAM, other_id=OTHER, other_number=OTHER_NUMBER)


def answered_with_main(
    ended: Status = Status.VERIFIED, outcome: Outcome | None = None
) -> AnswerMerged:
    return AnswerMerged(ticket_id=STREAM, ended=ended, outcome=outcome)


def merged(history: History, at: datetime | None = None) -> History:
    """The same history, and the ticket was merged into the other one."""
    return builders.after(history, merging(), at=at, files=FILES)


def a_merged_ticket(**fields: Any) -> History:
    """One that was merged as soon as it was reported."""
    files = {OTHER: other_file(category=fields.get("category", TicketCategory.COMPLAINT).value)}
    return builders.after(builders.a_reported_ticket(**fields), merging(), files=files)


def linked(history: History, *, follows: bool = False) -> History:
    """The same history, and the ticket is linked to the other one."""
    return builders.after(history, linking(follows=follows), files=FILES)


def tied_and_untied() -> History:
    """A ticket that was linked to another one and is not any more, and the other way round."""
    history = linked(builders.a_reported_ticket(), follows=True)
    for act in (unlinking(), noting(), noting(ended=True), supplemented_there()):
        history = builders.after(history, act, files=FILES)
    return linked(history)


ANSWERED = {OTHER: other_file(is_worked_on=False, is_answered=True)}


def repeating(*, new_facts: bool = False) -> RegisterRepeat:
    return RegisterRepeat(
        ticket_id=STREAM, earlier_id=OTHER, new_facts=new_facts, reason=TEXT,
        explanation=None if new_facts else TEXT,
    )  # fmt: skip


def a_repeat(*, new_facts: bool = False) -> History:
    """A ticket that reports again, two days later, what was answered in the other one."""
    at = START + timedelta(days=2)
    reported = Given().when(builders.reporting(), at=at).history
    return builders.after(reported, repeating(new_facts=new_facts), files=ANSWERED)
