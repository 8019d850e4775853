"""突发事件: found, reported up within the book's minutes, dealt with, ended, looked back at.

When it was found is told, all else happened when it is entered: nobody betters a late report by
telling it as of before.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, ClassVar, Final

from msgspec import Meta
from msgspec.structs import replace

from bancheng.domain.commands import Command, Desk
from bancheng.domain.errors import InvalidInput, WrongStep
from bancheng.domain.events import Event, Recorded, term_of, topic
from bancheng.domain.guards import Attempt, guarded, nothing
from bancheng.domain.impartiality import Impartial
from bancheng.domain.incidents.terms import IncidentKind, IncidentStatus
from bancheng.domain.matter_state import LEFT_ON_ALL, Leaves, leaves
from bancheng.domain.people import FreeText
from bancheng.domain.time_limits.limit import DueDate, Verdict
from bancheng.domain.time_limits.verdict import judge

PREFIX: Final = "incident-"


@topic("incident.registered")
class IncidentRegistered(Event, frozen=True, kw_only=True):
    """突发事件登记: something happened, and was ``found_at`` then.

    ``report_due`` is when it must have been reported up, if the rule book limits that.
    """

    number: str
    kind: IncidentKind
    found_at: datetime
    facts: FreeText
    report_due: DueDate | None = None


@topic("incident.reported")
class IncidentReported(Event, frozen=True, kw_only=True):
    """突发事件上报: those above know of it; ``verdict`` says whether that was in time."""

    organ: str
    verdict: Verdict | None = None


@topic("incident.measure-noted")
class IncidentMeasureNoted(Event, frozen=True, kw_only=True):
    """记录处置措施: something was done about it."""

    measure: FreeText


@topic("incident.ended")
class IncidentEnded(Event, frozen=True, kw_only=True):
    """突发事件结束: it is over, with this result."""

    result: FreeText


@topic("incident.reviewed")
class IncidentReviewed(Event, frozen=True, kw_only=True):
    """突发事件复盘: why it came to that, and what is to be done so that it does not again."""

    finding: FreeText
    lesson: FreeText


class RegisterIncident(Command, frozen=True, kw_only=True):
    """突发事件登记: enter what happened in the hall."""

    kind: Annotated[IncidentKind, Meta(description="突发事件类别")]
    found_at: Annotated[datetime, Meta(tz=True, description="发现时间,不得晚于现在")]
    facts: Annotated[FreeText, Meta(description="事件经过")]


class IncidentCommand(Command, frozen=True, kw_only=True):
    """突发事件指令: an act on an incident that there is."""

    incident_id: Annotated[str, Meta(max_length=80, description="突发事件标识")]
    about_field: ClassVar[str] = "incident_id"


class ReportIncident(IncidentCommand, frozen=True, kw_only=True):
    """突发事件上报: tell those above, at the moment of this act."""

    organ: Annotated[str, Meta(min_length=1, max_length=100, description="上报对象,如主管局值班室")]


class NoteIncidentMeasure(IncidentCommand, frozen=True, kw_only=True):
    """记录处置措施: tell what was done about it."""

    measure: Annotated[FreeText, Meta(description="处置措施")]


class EndIncident(IncidentCommand, frozen=True, kw_only=True):
    """突发事件结束: say that it is over."""

    result: Annotated[FreeText, Meta(description="处置结果")]


class ReviewIncident(IncidentCommand, frozen=True, kw_only=True):
    """突发事件复盘: look back at it once it is over."""

    finding: Annotated[FreeText, Meta(description="原因分析")]
    lesson: Annotated[FreeText, Meta(description="改进措施")]


class Incident(Impartial, frozen=True, kw_only=True):
    """突发事件: the write state. What is never reported up stays so, also when it is over."""

    status: IncidentStatus = IncidentStatus.OPEN
    number: str = ""
    report_due: DueDate | None = None
    reported: bool = False
    reviewed: bool = False
    failed_notices: frozenset[str] = frozenset()

    @property
    def is_over(self) -> bool:
        """Whether it has ended and was reported up."""
        return self.status.is_closed and self.reported

    def require(self, attempt: Attempt, status: IncidentStatus) -> None:
        """``WrongStep`` ``WRONG_STATUS`` unless it is in ``status``."""
        if self.status is not status:
            raise WrongStep(
                "WRONG_STATUS",
                f"突发事件当前为「{self.status.label}」,不能{term_of(attempt.act)}",
                remedy=f"本操作只适用于: {status.label}",
            )


def evolve(incident: Incident, recorded: Recorded) -> Incident:
    """The state after ``recorded``."""
    row = LEFT_BY_EVENTS.get(type(recorded.event))
    return incident if row is None else row(incident, recorded.event, recorded)


def _registered(incident: Incident, event: IncidentRegistered, _: Recorded) -> Incident:
    return replace(incident, number=event.number, report_due=event.report_due)


LEFT_BY_EVENTS: Final[Mapping[type, Leaves[Any]]] = {
    **LEFT_ON_ALL,
    IncidentRegistered: _registered,
    IncidentReported: leaves(reported=True),
    IncidentEnded: leaves(status=IncidentStatus.ENDED),
    IncidentReviewed: leaves(reviewed=True),
}


def may_report(incident: Incident, _: Attempt) -> None:
    """Once, also after the end. ``WrongStep`` ``REPORTED_ALREADY``."""
    if incident.reported:
        raise WrongStep("REPORTED_ALREADY", "本事件已上报", remedy="续报请记录为处置措施")


def may_go_on(incident: Incident, attempt: Attempt) -> None:
    """As long as it goes on. ``WrongStep`` ``WRONG_STATUS``."""
    incident.require(attempt, IncidentStatus.OPEN)


def may_review(incident: Incident, attempt: Attempt) -> None:
    """Once, when it is over. ``WrongStep`` ``WRONG_STATUS`` or ``REVIEWED_ALREADY``."""
    incident.require(attempt, IncidentStatus.ENDED)
    if incident.reviewed:
        raise WrongStep("REVIEWED_ALREADY", "本事件已复盘", remedy="无需再次复盘")


@guarded(nothing)
def register(_: Incident, command: RegisterIncident, desk: Desk) -> list[Event]:
    if command.found_at > desk.now:
        raise InvalidInput(
            "FOUND_LATER", "发现时间不得晚于现在", field="found_at", remedy="请核对发现时间"
        )
    limit = desk.limit_for("incident.report")
    due = None if limit is None else desk.due(limit, "incident.report", since=command.found_at)
    return [
        IncidentRegistered(
            number=desk.official_number,
            kind=command.kind,
            found_at=command.found_at,
            facts=desk.sealed(command.facts),
            report_due=due,
        )
    ]


@guarded(may_report)
def report(incident: Incident, command: ReportIncident, desk: Desk) -> list[Event]:
    due = incident.report_due
    verdict = None if due is None else judge(due, desk.now, desk.calendar)
    return [IncidentReported(organ=command.organ, verdict=verdict)]


@guarded(may_go_on)
def note_measure(_: Incident, command: NoteIncidentMeasure, desk: Desk) -> list[Event]:
    return [IncidentMeasureNoted(measure=desk.sealed(command.measure))]


@guarded(may_go_on)
def end(_: Incident, command: EndIncident, desk: Desk) -> list[Event]:
    return [IncidentEnded(result=desk.sealed(command.result))]


@guarded(may_review)
def review(_: Incident, command: ReviewIncident, desk: Desk) -> list[Event]:
    finding, lesson = desk.sealed(command.finding), desk.sealed(command.lesson)
    return [IncidentReviewed(finding=finding, lesson=lesson)]
