"""联动规则: event → commands, between streams. Pure but for what is `Known`.

What is asked for twice is done once: the key of an act is made of the event that asks for it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from bancheng.app.found import FOUND
from bancheng.app.known import Known
from bancheng.app.rules import Rules
from bancheng.domain.case.accept import CaseAccepted, CaseDeemedAccepted, GapFilled
from bancheng.domain.case.checks import findings_in
from bancheng.domain.case.decide import CaseDecided
from bancheng.domain.case.discover import Received
from bancheng.domain.case.forward import CaseForwarded
from bancheng.domain.case.recall import DecisionRecalled
from bancheng.domain.case.renewal import CaseDeemedRenewed
from bancheng.domain.case.state import Case
from bancheng.domain.case.supervise import (
    CaseDeemedWithdrawn,
    CaseTerminated,
    CaseVoided,
    CaseWithdrawn,
    RecordFinding,
    TerminateCase,
)
from bancheng.domain.case.theme import (
    AttachChild,
    ChildOpened,
    ClosedWithTheme,
    CloseWithTheme,
    FillChildGap,
    LeaveTheme,
    NoteChild,
    OpenChild,
)
from bancheng.domain.case.verify import ResultDelivered, ResultMade
from bancheng.domain.commands import Command
from bancheng.domain.complaint.analyse import CauseAnalysed, InquiryAnswered, PraisePassedOn
from bancheng.domain.complaint.checks import RecordTicketFinding
from bancheng.domain.complaint.checks import findings_in as findings_in_ticket
from bancheng.domain.complaint.correct import ReportSupplemented
from bancheng.domain.complaint.discover import TicketDiverted, TicketRefused
from bancheng.domain.complaint.ending import TicketTerminated
from bancheng.domain.complaint.merging import (
    AnswerMerged,
    MergeUndone,
    NoteMergedSupplement,
    TicketMerged,
    UnmergeTicket,
)
from bancheng.domain.complaint.repeating import RepeatRegistered
from bancheng.domain.complaint.state import PREFIX as TICKETS
from bancheng.domain.complaint.terms import Status
from bancheng.domain.complaint.ties import (
    NoteTie,
    TicketLinked,
    TicketUnlinked,
    TieEvent,
    TieKind,
    TieNoted,
)
from bancheng.domain.complaint.verify import VerificationPassed
from bancheng.domain.events import Channel, Recorded
from bancheng.domain.improvement.improvement import NoteCause
from bancheng.domain.people import FreeText
from bancheng.domain.privacy.events import ErasureWithdrawn
from bancheng.domain.privacy.restriction import LiftRestriction


class Reaction(NamedTuple):
    """联动: a command that an event asks for, under the key that lets it happen once."""

    key: str
    command: Command


def reactions_to(recorded: Recorded, known: Known) -> list[Reaction]:
    """What ``recorded`` asks for in other streams."""
    policy = POLICIES.get(type(recorded.event))
    commands = () if policy is None else policy(recorded.event, recorded, known)
    return [
        Reaction(f"policy/{recorded.envelope.event_id}/{_named(command)}", command)
        for command in commands
    ]


def _named(command: Command) -> str:
    """What is done to what, which one event asks for once.

    Not its place among the others: what is done is not asked for again, and then the next one
    would come in under the key of the first, and count as done.
    """
    act = type(command).__name__
    item = command.item if isinstance(command, OpenChild) else None
    return "/".join(filter(None, (act, command.about, item)))


def checks_of(history: Sequence[Recorded], rules: Rules) -> list[Reaction]:
    """What the logic checks of the rule book find in the course of a case or a ticket."""
    if not history:
        return []
    matter, book = history[0].stream_id, rules.rulebook()
    is_ticket = matter.startswith(TICKETS)
    found = findings_in_ticket(history, book) if is_ticket else findings_in(history, book)
    return [
        Reaction(
            f"check/{matter}/{one.finding_id}",
            RecordTicketFinding(ticket_id=matter, **one._asdict())
            if is_ticket
            else RecordFinding(case_id=matter, **one._asdict()),
        )
        for one in found
    ]


def _open_children(
    event: CaseAccepted | CaseDeemedAccepted, recorded: Recorded, known: Known
) -> Iterator[Command]:
    theme = known.case(recorded.stream_id)
    accepted_at = recorded.envelope.occurred_at
    if isinstance(event, CaseDeemedAccepted):
        accepted_at = event.deemed.effective_at
    for item in theme.offered.children:
        assert theme.applied_at is not None, "a theme begins with its application"
        yield OpenChild(
            item=item,
            theme_id=recorded.stream_id,
            theme_number=theme.number,
            applied_at=theme.applied_at,
            accepted_at=accepted_at,
            materials=theme.parts_of(item, theme.there),
            gap=theme.parts_of(item, theme.gap),
        )


def _fill_gaps(_: GapFilled, recorded: Recorded, known: Known) -> Iterator[Command]:
    theme = known.case(recorded.stream_id)
    for child in theme.children.values():
        if child.case_id is not None:
            yield from _filled(theme, child.case_id, known)


def _filled(theme: Case, child_id: str, known: Known) -> Iterator[Command]:
    """What the child still waits for, of what its theme has by now."""
    child = known.case(child_id)
    there = theme.parts_of(child.offered.code, theme.there)
    if came := tuple(Received(code=code) for code in child.gap if code in there):
        yield FillChildGap(case_id=child_id, materials=came)


def _attach(event: ChildOpened, recorded: Recorded, known: Known) -> Iterator[Command]:
    yield AttachChild(
        case_id=event.theme_id,
        item=event.item.code,
        child_id=recorded.stream_id,
        number=event.number,
        unit=event.item.unit,
    )
    theme = known.case(event.theme_id)
    if theme.status.is_closed:  # it ended while its children were opened
        yield _without_theme(recorded.stream_id, known)
    else:  # or more came meanwhile
        yield from _filled(theme, recorded.stream_id, known)


def _note(_: object, recorded: Recorded, known: Known) -> Iterator[Command]:
    child = known.case(recorded.stream_id)
    if child.theme_id is None:
        return
    theme = known.case(child.theme_id)
    # Its theme may have ended while it was decided: then neither waits for the other.
    if theme.status.is_closed and theme.outcome is None and not child.status.is_closed:
        yield _without_theme(recorded.stream_id, known)
    noted = theme.children[child.offered.code]
    if (noted.status, noted.outcome) != (child.status, child.outcome):
        yield NoteChild(
            case_id=child.theme_id,
            item=child.offered.code,
            status=child.status,
            outcome=child.outcome,
        )


def _close_children(_: object, recorded: Recorded, known: Known) -> Iterator[Command]:
    for child in known.case(recorded.stream_id).children.values():
        if child.case_id is not None and not child.status.is_closed:
            yield CloseWithTheme(case_id=child.case_id)


def _ended(event: Any, recorded: Recorded, known: Known) -> Iterator[Command]:
    yield from _note(event, recorded, known)
    for child in known.case(recorded.stream_id).children.values():
        if child.case_id is not None and not child.status.is_closed:
            yield _without_theme(child.case_id, known)


def _without_theme(case_id: str, known: Known) -> TerminateCase | LeaveTheme:
    """What becomes of a child whose theme ended without a result."""
    if known.case(case_id).outcome is not None:
        return LeaveTheme(case_id=case_id)
    return TerminateCase(
        case_id=case_id,
        reason=FreeText("所属一件事主题件已结束"),
        basis="一件事一次办: 子件随主题件结束",
        remedy=FreeText("仍需办理其中事项的,可就该事项另行申请"),
    )


def _repeated(event: RepeatRegistered, recorded: Recorded, known: Known) -> Iterator[Command]:
    ticket = known.ticket(recorded.stream_id)
    yield NoteTie(
        ticket_id=event.other_id,
        other_id=recorded.stream_id,
        other_number=ticket.number,
        kind=TieKind.REPEATS,
        ended=False,
    )
    if not event.new_facts:
        for one in sorted(ticket.has_merged):
            yield AnswerMerged(ticket_id=one, ended=Status.REFUSED)


def _note_tie(event: TieEvent, recorded: Recorded, known: Known) -> Iterator[Command]:
    yield NoteTie(
        ticket_id=event.other_id,
        other_id=recorded.stream_id,
        other_number=known.ticket(recorded.stream_id).number,
        kind=event.kind if isinstance(event, TicketLinked | TicketUnlinked) else TieKind.MERGED,
        ended=isinstance(event, TicketUnlinked | MergeUndone),
    )


# How what answers a ticket leaves it: with a result, or a reason and what remains to do.
_ANSWERS: Final[Mapping[type, Status]] = {
    InquiryAnswered: Status.VERIFIED,
    PraisePassedOn: Status.VERIFIED,
    VerificationPassed: Status.VERIFIED,
    TicketRefused: Status.REFUSED,
    TicketDiverted: Status.DIVERTED,
    TicketTerminated: Status.TERMINATED,
}


def _answer_merged(event: object, recorded: Recorded, known: Known) -> Iterator[Command]:
    main = known.ticket(recorded.stream_id)
    for one in sorted(main.has_merged):
        yield AnswerMerged(ticket_id=one, ended=_ANSWERS[type(event)], outcome=main.achieved)


def _supplemented(_: ReportSupplemented, recorded: Recorded, known: Known) -> Iterator[Command]:
    """What comes in for a merged ticket stays with its reporter, and whoever works on it knows."""
    ticket = known.ticket(recorded.stream_id)
    if ticket.merged is not None:
        yield NoteMergedSupplement(
            ticket_id=ticket.merged.into, other_id=recorded.stream_id, other_number=ticket.number
        )


def _noted(event: TieNoted, recorded: Recorded, known: Known) -> Iterator[Command]:
    """What was merged while its main ticket ended: it has the answer too, or goes on by itself."""
    if event.kind is not TieKind.MERGED or event.ended:
        return
    main = known.ticket(recorded.stream_id)
    if main.status in (Status.WITHDRAWN, Status.MERGED):
        why = FreeText(f"主件{main.status.label},本件仍须办理")
        yield UnmergeTicket(ticket_id=event.other_id, reason=why)
        return
    merged = known.ticket(event.other_id).merged
    if merged is None or merged.answered:  # what answered the main one came across it already
        return
    if main.status is Status.CLOSED or main.status in _ANSWERS.values():
        ended = Status.VERIFIED if main.status is Status.CLOSED else main.status
        yield AnswerMerged(ticket_id=event.other_id, ended=ended, outcome=main.achieved)


def _improve(event: CauseAnalysed, recorded: Recorded, known: Known) -> Iterator[Command]:
    """从一件事到一类事: the cause is counted at the item, if the book says how often is too often.

    What another system analysed long ago is counted nowhere.
    """
    ticket, book = known.ticket(recorded.stream_id), known.rulebook()
    is_told = recorded.envelope.channel is not Channel.IMPORT
    if ticket.service_item is not None and book.improvement_times is not None and is_told:
        yield NoteCause(
            item=ticket.service_item,
            cause=event.cause,
            ticket_id=recorded.stream_id,
            ticket_number=ticket.number,
        )


def _lift(event: ErasureWithdrawn, recorded: Recorded, _: Known) -> Iterator[Command]:
    for matter_id in event.matters:
        yield LiftRestriction(matter_id=matter_id, erasure_id=recorded.stream_id)


POLICIES: dict[type, Callable[[Any, Recorded, Known], Iterator[Command]]] = {
    **FOUND,
    CauseAnalysed: _improve,
    CaseAccepted: _open_children,
    CaseDeemedAccepted: _open_children,
    GapFilled: _fill_gaps,
    ChildOpened: _attach,
    CaseDecided: _note,
    CaseDeemedRenewed: _note,
    CaseForwarded: _note,
    DecisionRecalled: _note,
    ResultMade: _note,
    ClosedWithTheme: _note,
    ResultDelivered: _close_children,
    CaseWithdrawn: _ended,
    CaseDeemedWithdrawn: _ended,
    CaseTerminated: _ended,
    CaseVoided: _ended,
    ErasureWithdrawn: _lift,
    **dict.fromkeys((TicketLinked, TicketUnlinked, TicketMerged, MergeUndone), _note_tie),
    **dict.fromkeys(_ANSWERS, _answer_merged),
    TieNoted: _noted,
    RepeatRegistered: _repeated,
    ReportSupplemented: _supplemented,
}
