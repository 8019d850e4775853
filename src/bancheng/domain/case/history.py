"""历史办件: cases that another system handled, kept as it tells of them.

Its words, dates and staff stay the source's own. The hall's limits and steps decide nothing here,
so a past case accepts nothing but further steps and further statements of the same source.
"""

import hashlib
from datetime import datetime
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from bancheng.domain.commands import Command, Desk
from bancheng.domain.errors import InvalidInput, NotFound
from bancheng.domain.events import Event, Recorded, topic
from bancheng.domain.guards import Attempt, guarded, nothing
from bancheng.domain.steps import Step

PREFIX: Final = "past-case-"
NAME_LENGTH_MAX = 100
SourceSystem = Annotated[str, Meta(min_length=1, max_length=40, description="来源系统")]
ExternalId = Annotated[
    str, Meta(min_length=1, max_length=NAME_LENGTH_MAX, description="来源系统中的办件编号")
]
Activity = Annotated[str, Meta(min_length=1, max_length=200, description="环节名称")]


def _name(description: str) -> Meta:
    return Meta(max_length=NAME_LENGTH_MAX, description=description)


class PastCaseHeader(msgspec.Struct, frozen=True, kw_only=True):
    """历史办件信息: what the source says of a case as a whole; instants are UTC.

    ``deadline`` and ``planned_end`` are the last instants in time: of a day its end.
    ``extended_deadline`` is there if the clock stood for a while, ``stopped`` while it stands.
    ``responsible`` is a member of the source's staff. There is no place for the applicant.
    """

    source_system: SourceSystem
    external_id: ExternalId
    channel: Annotated[str, _name("渠道")] | None = None
    department: Annotated[str, _name("承办部门")] | None = None
    responsible: Annotated[str, _name("负责人")] | None = None
    started_at: Annotated[datetime | None, Meta(description="开始时间")] = None
    deadline: Annotated[datetime | None, Meta(description="期限")] = None
    planned_end: Annotated[datetime | None, Meta(description="计划办结时间")] = None
    ended_at: Annotated[datetime | None, Meta(description="办结时间")] = None
    outcome: Annotated[str, _name("办理结果")] | None = None
    extended_deadline: Annotated[datetime | None, Meta(description="停表后的期限")] = None
    stopped: Annotated[bool, Meta(description="是否停表")] = False

    @property
    def last_in_time(self) -> datetime | None:
        """The last instant that is in time, the time that stood still being left out."""
        return self.extended_deadline or self.deadline

    @property
    def ends_before_start(self) -> bool:
        """Whether the source contradicts itself: nothing follows from such dates."""
        if self.ended_at is None or self.started_at is None:
            return False
        return self.ended_at < self.started_at

    @property
    def late(self) -> bool | None:
        """逾期: whether it ended after its deadline; ``None`` while that can not be said."""
        if self.ended_at is None or self.last_in_time is None or self.ends_before_start:
            return None
        return self.ended_at > self.last_in_time

    @property
    def stream_name(self) -> str:
        """What follows the prefix of its stream: one name for one number of one source."""
        # A source numbers as it likes, the name of a stream is short and plain. Encoded as a pair,
        # else "a" with "b/c" and "a/b" with "c" would be one case.
        number = msgspec.json.encode((self.source_system, self.external_id))
        return hashlib.sha256(number).hexdigest()


def _with_outcome(body: dict[str, Any]) -> dict[str, Any]:
    """Schema 1 knew no outcome, and no time that stood still."""
    case = body.get("case")
    more = {"outcome": None, "extended_deadline": None, "stopped": False}
    return body | {"case": case and case | more}


def _with_due(body: dict[str, Any]) -> dict[str, Any]:
    """Schema 1 knew no due date of a step."""
    return _with_outcome(body) | {"due_at": None}


@topic("past.step-recorded", schema=2, upcasts={1: _with_due})
class PastStepRecorded(Event, frozen=True, kw_only=True):
    """补录环节: a step of a past case, as its source tells of it.

    ``of_step`` is the one of the six that the import's mapping holds it for, ``resource`` who
    acted there and ``group`` their unit; ``due_at`` is the last instant in time for the step
    alone. ``case`` is there if it says anything new of the case.
    """

    activity: str
    of_step: Step | None = None
    activity_id: str | None = None
    lifecycle: str | None = None
    resource: str | None = None
    group: str | None = None
    case: PastCaseHeader | None = None
    due_at: datetime | None = None

    def title(self) -> str:
        by = " ".join(filter(None, (self.group, self.resource)))
        return f"{self.term}: {self.activity}" + (f"(经办: {by})" if by else "")

    def within(self) -> Step | None:
        return self.of_step


@topic("past.case-restated", schema=2, upcasts={1: _with_outcome})
class PastCaseRestated(Event, frozen=True, kw_only=True):
    """更新历史办件: the source says something else of the case by now, without a new step."""

    case: PastCaseHeader


class RecordPastStep(Command, frozen=True, kw_only=True):
    """补录环节: keep a step that another system recorded."""

    case: Annotated[PastCaseHeader, Meta(description="办件信息")]
    activity: Activity
    of_step: Annotated[Step | None, Meta(description="对应环节")] = None
    activity_id: Annotated[str, _name("环节编号")] | None = None
    lifecycle: Annotated[str, _name("环节状态")] | None = None
    resource: Annotated[str, _name("经办人")] | None = None
    group: Annotated[str, _name("经办部门")] | None = None
    due_at: Annotated[datetime | None, Meta(description="环节期限")] = None


class RestatePastCase(Command, frozen=True, kw_only=True):
    """更新历史办件: keep what the source says of a case by now, such as that it has ended."""

    case: Annotated[PastCaseHeader, Meta(description="办件信息")]


class PastCase(msgspec.Struct, frozen=True, kw_only=True):
    """历史办件: the write state."""

    header: PastCaseHeader | None = None


def evolve(case: PastCase, recorded: Recorded) -> PastCase:
    """The state after ``recorded``."""
    match recorded.event:
        case PastStepRecorded(case=PastCaseHeader() as header) | PastCaseRestated(case=header):
            return PastCase(header=header)
    return case


@guarded(nothing)
def record_past_step(case: PastCase, command: RecordPastStep, _: Desk) -> list[Event]:
    event = PastStepRecorded(
        activity=command.activity,
        of_step=command.of_step,
        activity_id=command.activity_id,
        lifecycle=command.lifecycle,
        resource=command.resource,
        group=command.group,
        due_at=command.due_at,
        case=None if command.case == case.header else command.case,
    )
    return [event]


def may_restate_past_case(case: PastCase, _: Attempt) -> None:
    if case.header is None:
        raise NotFound(
            "PAST_CASE_NOT_FOUND",
            "没有导入过该来源系统的这一办件",
            field="case",
            remedy="请先导入该办件的环节",
        )


@guarded(may_restate_past_case)
def restate_past_case(case: PastCase, command: RestatePastCase, _: Desk) -> list[Event]:
    if command.case == case.header:
        raise InvalidInput(
            "PAST_CASE_UNCHANGED",
            f"办件「{command.case.external_id}」的信息没有变化",
            field="case",
            remedy="无需更新",
        )
    return [PastCaseRestated(case=command.case)]
