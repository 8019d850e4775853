"""联动规则: event → commands, between streams. Pure but for what is `Known`.

What is asked for twice is done once: the key of an act is made of the event that asks for it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from bancheng.app.rules import Rules
from bancheng.domain.case.accept import CaseAccepted, CaseDeemedAccepted, GapFilled
from bancheng.domain.case.checks import findings_in
from bancheng.domain.case.decide import CaseDecided
from bancheng.domain.case.discover import Received
from bancheng.domain.case.forward import CaseForwarded
from bancheng.domain.case.rate import CaseRated
from bancheng.domain.case.recall import DecisionRecalled
from bancheng.domain.case.renewal import CaseDeemedRenewed
from bancheng.domain.case.state import Case
from bancheng.domain.case.supervise import (
    ApprovalReviewed,
    CaseDeemedWithdrawn,
    CaseTerminated,
    CaseVoided,
    CaseWithdrawn,
    CheckFailed,
    RecordFinding,
    TerminateCase,
)
from bancheng.domain.case.terms import RatingOrigin
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
from bancheng.domain.complaint.analyse import InquiryAnswered, PraisePassedOn
from bancheng.domain.complaint.checks import RecordTicketFinding, TicketCheckFailed
from bancheng.domain.complaint.checks import findings_in as findings_in_ticket
from bancheng.domain.complaint.correct import ReportSupplemented
from bancheng.domain.complaint.discover import ReportTicket, TicketDiverted, TicketRefused
from bancheng.domain.complaint.ending import TicketTerminated
from bancheng.domain.complaint.merging import (
    AnswerMerged,
    MergeUndone,
    NoteMergedSupplement,
    TicketMerged,
    UnmergeTicket,
)
from bancheng.domain.complaint.state import PREFIX as TICKETS
from bancheng.domain.complaint.state import Ticket
from bancheng.domain.complaint.terms import Status, TicketCategory
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
from bancheng.domain.people import FreeText, Title
from bancheng.domain.privacy.events import ErasureWithdrawn
from bancheng.domain.privacy.restriction import LiftRestriction
from bancheng.domain.supervision.conduct import CardFinding
from bancheng.domain.time_limits.conduct import shown_by
from bancheng.domain.time_limits.rulebook import RuleBook


class Known(NamedTuple):
    """已知: what a policy may ask for.

    A case's or a ticket's state, which units take work and for which others, and the rule book in
    force.
    """

    case: Callable[[str], Case]
    ticket: Callable[[str], Ticket]
    units: Callable[[], frozenset[str]]
    successors: Callable[[], Mapping[str, str]]
    rulebook: Callable[[], RuleBook]


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


def _bad_rating(event: CaseRated, recorded: Recorded, known: Known) -> Iterator[Command]:
    given = event.origin in (RatingOrigin.CITIZEN, RatingOrigin.STAFF_ASSISTED)
    if not event.level.is_bad or not given:
        return
    case = known.case(recorded.stream_id)
    yield _ticket_about(
        case,
        recorded.stream_id,
        known,
        channel=Channel.RATING,
        subject=f"差评: {case.offered.name}",
        content=f"办件 {case.number} 收到评价「{event.level.label}」,评价内容见办件。",
        source_ref=event.rating_id,
    )


def _failed_review(event: ApprovalReviewed, recorded: Recorded, known: Known) -> Iterator[Command]:
    if event.passed:
        return
    case = known.case(recorded.stream_id)
    yield _ticket_about(
        case,
        recorded.stream_id,
        known,
        channel=Channel.INSPECTION,
        subject=f"批后复审未通过: {case.offered.name}",
        content=f"办件 {case.number} 批后复审未予维持,复审结论见办件,请依法纠正并反馈。",
        source_ref=f"{case.number}-FS",
    )


def _ticket_about(
    case: Case, case_id: str, known: Known, *, channel: Channel, subject: str, content: str,
    source_ref: str,
) -> ReportTicket:  # fmt: skip
    """A ticket about the unit of the case, or about who took over from it."""
    unit: str | None = case.offered.unit
    if unit not in known.units():
        closed, unit = unit, known.successors().get(unit or "")
        content += f"办理单位「{closed}」已停用,"
        # Without a successor nobody can be named, and the ticket must come to be all the same.
        content += f"由「{unit}」承接。" if unit else "请核实其职责现由哪个单位承担。"
    return ReportTicket(
        category=TicketCategory.COMPLAINT,
        channel=channel,
        subject=Title(subject[:200]),
        content=FreeText(content),
        source_ref=source_ref,
        service_item=case.offered.code,
        case_id=case_id,
        accused_unit=unit,
    )


def _carded_for(
    event: CheckFailed | TicketCheckFailed, recorded: Recorded, known: Known
) -> Iterator[Command]:
    """The card for the conduct that a check shows, to the unit whose people did it."""
    rule = shown_by(known.rulebook().conducts, event.rule)
    unit = event.unit if event.unit in known.units() else known.successors().get(event.unit or "")
    # No unit answers for what the law or another system did.
    if rule is not None and unit is not None:
        yield CardFinding(
            matter_id=recorded.stream_id,
            unit=unit,
            conduct=rule.code,
            facts=FreeText(f"校验发现「{event.rule.label}」: {event.detail}"),
            finding_id=event.finding_id,
        )


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


def _lift(event: ErasureWithdrawn, recorded: Recorded, _: Known) -> Iterator[Command]:
    for matter_id in event.matters:
        yield LiftRestriction(matter_id=matter_id, erasure_id=recorded.stream_id)


POLICIES: dict[type, Callable[[Any, Recorded, Known], Iterator[Command]]] = {
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
    CaseRated: _bad_rating,
    ApprovalReviewed: _failed_review,
    CheckFailed: _carded_for,
    TicketCheckFailed: _carded_for,
    ErasureWithdrawn: _lift,
    **dict.fromkeys((TicketLinked, TicketUnlinked, TicketMerged, MergeUndone), _note_tie),
    **dict.fromkeys(_ANSWERS, _answer_merged),
    TieNoted: _noted,
    ReportSupplemented: _supplemented,
}
