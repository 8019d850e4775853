"""What is found on a case leads to a ticket or a card: bad ratings, failed reviews, checks, cards.

A part of the policies (`bancheng.app.policies`), and as pure.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from bancheng.app.known import Known
from bancheng.domain.case.rate import CaseRated
from bancheng.domain.case.state import PREFIX as CASES
from bancheng.domain.case.state import Case
from bancheng.domain.case.supervise import (
    ApprovalReviewed,
    CheckFailed,
)
from bancheng.domain.case.terms import RatingOrigin
from bancheng.domain.commands import Command
from bancheng.domain.complaint.checks import TicketCheckFailed
from bancheng.domain.complaint.discover import ReportTicket
from bancheng.domain.complaint.terms import TicketCategory
from bancheng.domain.events import Channel, Recorded
from bancheng.domain.people import FreeText, Title
from bancheng.domain.supervision.conduct import CardFinding
from bancheng.domain.time_limits.conduct import shown_by
from bancheng.domain.time_limits.levels import WarningLevel
from bancheng.domain.time_limits.proactive import Proactive
from bancheng.domain.warnings.events import ConductCardGiven, WarningRaised

_SOURCE_REF_MAX: Final = 100  # of a ticket


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


def _carded_red(
    event: WarningRaised | ConductCardGiven, recorded: Recorded, known: Known
) -> Iterator[Command]:
    """未诉先办: a ticket for a red card on a case, which was given to a unit.

    None for one on a ticket, whose own ladder climbs: that ticket would lead to the next one.
    """
    book = known.rulebook().proactive
    is_found = isinstance(event, ConductCardGiven) and event.finding_id is not None
    if (
        Proactive.RED_CARDS not in book
        or event.level is not WarningLevel.RED
        or event.unit is None
        or not recorded.stream_id.startswith(CASES)
        # The check that the card is for has led to a ticket already.
        or (is_found and Proactive.FAILED_CHECKS in book)
    ):
        return
    what = event.conduct.label if isinstance(event, ConductCardGiven) else event.kind.label
    yield _unasked(recorded, known, f"红牌「{what}」", event.warning_id, event.unit)


def _check_failed(event: CheckFailed, recorded: Recorded, known: Known) -> Iterator[Command]:
    """The card for it, and where the book says so a ticket (未诉先办); none for other systems."""
    yield from _carded_for(event, recorded, known)
    if Proactive.FAILED_CHECKS in known.rulebook().proactive and event.unit is not None:
        what = f"校验异常「{event.rule.label}」"
        yield _unasked(recorded, known, what, event.finding_id, event.unit)


def _unasked(
    recorded: Recorded, known: Known, what: str, source_ref: str, unit: str
) -> ReportTicket:
    """A ticket for what the hall found on a case, though nobody complained."""
    case = known.case(recorded.stream_id)
    return _ticket_about(
        case,
        recorded.stream_id,
        known,
        channel=Channel.STAFF,
        subject=f"{what}: {case.offered.name}",
        content=f"办件 {case.number} 出现{what},详情见办件,请核实原因、主动解决并答复申请人。",
        source_ref=source_ref[:_SOURCE_REF_MAX],
        of=unit,
    )


def _ticket_about(
    case: Case, case_id: str, known: Known, *, channel: Channel, subject: str, content: str,
    source_ref: str, of: str | None = None,
) -> ReportTicket:  # fmt: skip
    """A ticket about the unit ``of``, or that of the case, or about who took over from it."""
    unit: str | None = of or case.offered.unit
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


FOUND: Final[Mapping[type, Callable[[Any, Recorded, Known], Iterator[Command]]]] = {
    CaseRated: _bad_rating,
    ApprovalReviewed: _failed_review,
    CheckFailed: _check_failed,
    WarningRaised: _carded_red,
    ConductCardGiven: _carded_red,
    TicketCheckFailed: _carded_for,
}
