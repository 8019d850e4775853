"""督促反馈: the unit answers, has more time to answer, and who supervises closes it.

Part of 监督检查. The acts are the same for tickets and cases.
"""

from typing import Annotated, ClassVar

from msgspec import Meta

from bancheng.domain.commands import Desk
from bancheng.domain.deadlines import Deadline, key_of
from bancheng.domain.errors import NotAllowed, NotFound, WrongStep
from bancheng.domain.events import Event
from bancheng.domain.guards import Attempt, Targets, guarded
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import FreeText
from bancheng.domain.supervision.events import AnswerExtended, MeasureAnswered, MeasureClosed
from bancheng.domain.supervision.matter import Matter, Measure
from bancheng.domain.time_limits.granting import approvers_among
from bancheng.domain.time_limits.limit import extend
from bancheng.domain.time_limits.rules import ExtensionRule
from bancheng.domain.time_limits.stopwatch import check_extension
from bancheng.domain.warnings.matter import MatterCommand


class MeasureCommand(MatterCommand, frozen=True, kw_only=True):
    """在案督促指令: an act on something that was demanded."""

    measure_id: Annotated[str, Meta(max_length=80, description="督促编号")]


class AnswerMeasure(MeasureCommand, frozen=True, kw_only=True):
    """督促反馈: answer what was demanded of the unit."""

    answer: Annotated[FreeText, Meta(description="反馈内容")]


class ExtendAnswer(MeasureCommand, frozen=True, kw_only=True):
    """准予延期反馈: give the unit the time that the rule book allows on top, before its day."""

    ruling: Annotated[FreeText, Meta(description="单位申请的理由与批准意见")]
    to_units: ClassVar[tuple[str, ...]] = ("ruling", "why")


class CloseMeasure(MeasureCommand, frozen=True, kw_only=True):
    """督促了结: be content with what came of it."""

    ruling: Annotated[FreeText, Meta(description="了结意见")]
    to_units: ClassVar[tuple[str, ...]] = ("ruling", "why")


MEASURES = Targets[Matter](lambda command: command.measure_id, lambda matter: matter.measures)


def found_measure(matter: Matter, attempt: Attempt) -> Measure:
    """The measure; ``NotFound`` ``MEASURE_NOT_FOUND`` if there is none."""
    found = matter.measures.get(attempt.target)
    if found is None:
        raise NotFound(
            "MEASURE_NOT_FOUND",
            f"本件没有督促「{attempt.target}」",
            field="measure_id",
            remedy="请核对督促编号",
        )
    return found


def _require_waiting(measure: Measure) -> None:
    _require_taken(measure)
    if not measure.asks:
        raise WrongStep("NO_ANSWER_ASKED", "本督促不要求反馈", remedy="无需反馈")
    if measure.answered:
        raise WrongStep("MEASURE_ANSWERED", "本督促已反馈", remedy="如需补充,请记录办理进展")


def _require_taken(measure: Measure) -> None:
    if measure.proposed is not None:
        raise WrongStep("MEASURE_NOT_SIGNED", "本督促尚未签发", remedy="请先签发,或不予督促")


def may_answer(matter: Matter, attempt: Attempt) -> None:
    """The unit that it went to answers once, whatever has become of the matter meanwhile."""
    measure = found_measure(matter, attempt)
    # Unlike a work order, not even a handler may do it: the unit itself is called to account.
    if attempt.desk.actor.unit != measure.unit:
        raise NotAllowed("NOT_OWN_UNIT", "该督促不是发给您所在单位的", remedy="请由被督促单位反馈")
    _require_waiting(measure)


def may_extend(matter: Matter, attempt: Attempt) -> None:
    """Before the day is over, as often as the rule book allows (see `check_extension`).

    What came too late can not be made punctual.
    """
    _require_waiting(found_measure(matter, attempt))
    _extension(matter, attempt.target, attempt.desk)


def _extension(matter: Matter, measure_id: str, desk: Desk) -> ExtensionRule:
    return check_extension(
        desk.rulebook.extension_for(LimitKind.FEEDBACK.purpose),
        _deadline(matter, measure_id).due,
        at=desk.now,
        approvers=approvers_among(desk.actor.roles),
    )


def _deadline(matter: Matter, measure_id: str) -> Deadline:
    return matter.deadlines[key_of(LimitKind.FEEDBACK, measure_id)]


def may_close(matter: Matter, attempt: Attempt) -> None:
    """Once it was answered, if an answer was asked for; a missing one is not closed away."""
    measure = found_measure(matter, attempt)
    _require_taken(measure)
    if measure.closed:
        raise WrongStep("MEASURE_CLOSED", "本督促已了结", remedy="无需重复办理")
    if measure.waits:
        raise WrongStep(
            "MEASURE_UNANSWERED", "被督促单位尚未反馈", remedy="请待反馈后再了结;逾期的可升级督促"
        )


@guarded(may_answer, MEASURES)
def answer(matter: Matter, command: AnswerMeasure, desk: Desk) -> list[Event]:
    return [
        MeasureAnswered(
            measure_id=command.measure_id,
            answer=desk.sealed(command.answer),
            verdict=_deadline(matter, command.measure_id).judged(desk.now, desk.calendar),
        )
    ]


@guarded(may_extend, MEASURES)
def extend_answer(matter: Matter, command: ExtendAnswer, desk: Desk) -> list[Event]:
    rule = _extension(matter, command.measure_id, desk)
    before, version = _deadline(matter, command.measure_id).due, desk.rulebook.version
    due = extend(before, rule, desk.calendar, rulebook_version=version)
    return [
        AnswerExtended(
            measure_id=command.measure_id,
            due=desk.warned(due, LimitKind.FEEDBACK.purpose),
            ruling=desk.sealed(command.ruling),
        )
    ]


@guarded(may_close, MEASURES)
def close(_: Matter, command: CloseMeasure, desk: Desk) -> list[Event]:
    return [MeasureClosed(measure_id=command.measure_id, ruling=desk.sealed(command.ruling))]
