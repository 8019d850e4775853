"""历史办件: cases that another system handled, kept as it tells of them.

Its words, dates and staff stay the source's own. The hall's limits and steps decide nothing here,
so a past case accepts nothing but further steps and further statements of the same source.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final, NamedTuple

import msgspec
from msgspec import Meta
from msgspec.structs import replace

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


def _staff_of(group: str | None, resource: str | None) -> str | None:
    return " ".join(filter(None, (group, resource))) or None


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
        return f"{self.term}: {self.activity}"

    def done_there(self) -> str | None:
        return _staff_of(self.group, self.resource)

    def within(self) -> Step | None:
        return self.of_step


@topic("past.step-corrected")
class PastStepCorrected(Event, frozen=True, kw_only=True):
    """更正补录环节: the source says otherwise by now when a step happened, or what it was.

    ``corrects`` is the id of the event that told of it before, ``was_at`` and ``was_late`` what
    that said; the rest is what the source says now, as in `PastStepRecorded`. ``first_at``,
    ``last_at`` and ``last_activity`` are those of the whole case after the correction.
    """

    corrects: str
    was_at: datetime
    was_late: bool
    activity: str
    of_step: Step | None = None
    activity_id: str | None = None
    lifecycle: str | None = None
    resource: str | None = None
    group: str | None = None
    due_at: datetime | None = None
    case: PastCaseHeader | None = None
    first_at: datetime
    last_at: datetime
    last_activity: str

    def title(self) -> str:
        return f"{self.term}: {self.activity}"

    def done_there(self) -> str | None:
        return _staff_of(self.group, self.resource)

    def within(self) -> Step | None:
        return self.of_step


@topic("past.case-restated", schema=2, upcasts={1: _with_outcome})
class PastCaseRestated(Event, frozen=True, kw_only=True):
    """更新历史办件: the source says something else of the case by now, without a new step."""

    case: PastCaseHeader


class PastStepCommand(Command, frozen=True, kw_only=True):
    """What a source tells of a step, and of its case."""

    case: Annotated[PastCaseHeader, Meta(description="办件信息")]
    activity: Activity
    of_step: Annotated[Step | None, Meta(description="对应环节")] = None
    activity_id: Annotated[str, _name("环节编号")] | None = None
    lifecycle: Annotated[str, _name("环节状态")] | None = None
    resource: Annotated[str, _name("经办人")] | None = None
    group: Annotated[str, _name("经办部门")] | None = None
    due_at: Annotated[datetime | None, Meta(description="环节期限")] = None


class RecordPastStep(PastStepCommand, frozen=True, kw_only=True):
    """补录环节: keep a step that another system recorded."""


class CorrectPastStep(PastStepCommand, frozen=True, kw_only=True):
    """更正补录环节: keep that the source says otherwise of a step by now."""

    corrects: Annotated[str, Meta(max_length=60, description="被更正事件的标识")]


class RestatePastCase(Command, frozen=True, kw_only=True):
    """更新历史办件: keep what the source says of a case by now, such as that it has ended."""

    case: Annotated[PastCaseHeader, Meta(description="办件信息")]


class KnownStep(NamedTuple):
    """已知环节: a step as it was told last."""

    at: datetime
    activity: str
    due_at: datetime | None

    @property
    def late(self) -> bool:
        """Whether it was done after its own due date."""
        return self.due_at is not None and self.at > self.due_at


def step_told(event: PastStepRecorded | PastStepCorrected, recorded: Recorded) -> KnownStep:
    """The step that ``event`` tells of, done when ``recorded`` says."""
    return KnownStep(recorded.envelope.occurred_at, event.activity, event.due_at)


class PastCase(msgspec.Struct, frozen=True, kw_only=True):
    """历史办件: the write state; ``steps`` are by the id of the event that holds for each."""

    header: PastCaseHeader | None = None
    steps: Mapping[str, KnownStep] = {}


def evolve(case: PastCase, recorded: Recorded) -> PastCase:
    """The state after ``recorded``."""
    event, envelope = recorded.event, recorded.envelope
    if isinstance(event, PastCaseRestated):
        return replace(case, header=event.case)
    if not isinstance(event, PastStepRecorded | PastStepCorrected):
        return case
    known = step_told(event, recorded)
    gone = event.corrects if isinstance(event, PastStepCorrected) else None
    steps = {id_: step for id_, step in case.steps.items() if id_ != gone}
    return PastCase(header=event.case or case.header, steps={**steps, envelope.event_id: known})


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
def correct_past_step(case: PastCase, command: CorrectPastStep, desk: Desk) -> list[Event]:
    before = case.steps.get(command.corrects)
    if before is None:
        raise InvalidInput(
            "PAST_STEP_NOT_FOUND",
            "没有导入过这一环节,或已更正",
            field="corrects",
            remedy="请重新导入来源系统的日志",
        )
    now = KnownStep(desk.now, command.activity, command.due_at)
    steps = [*(one for id_, one in case.steps.items() if id_ != command.corrects), now]
    last = max(steps, key=lambda one: one.at)
    event = PastStepCorrected(
        corrects=command.corrects,
        was_at=before.at,
        was_late=before.late,
        activity=command.activity,
        of_step=command.of_step,
        activity_id=command.activity_id,
        lifecycle=command.lifecycle,
        resource=command.resource,
        group=command.group,
        due_at=command.due_at,
        case=None if command.case == case.header else command.case,
        first_at=min(one.at for one in steps),
        last_at=last.at,
        last_activity=last.activity,
    )
    return [event]


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
