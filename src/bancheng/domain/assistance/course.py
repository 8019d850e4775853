"""进展与办结: what was done for the client, what came of it, and how they found it."""

from typing import Annotated

from msgspec import Meta

from bancheng.domain.assistance.state import Assistance, AssistanceCommand, require_contact
from bancheng.domain.assistance.terms import AssistanceOutcome, AssistanceStage, AssistanceStatus
from bancheng.domain.commands import Desk
from bancheng.domain.errors import InvalidInput, NotAllowed, WrongStep
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import Attempt, guarded
from bancheng.domain.people import FreeText
from bancheng.domain.rating_levels import RatingLevel


@topic("assistance.progressed")
class AssistanceProgressed(Event, frozen=True, kw_only=True):
    """记录帮办进展: something was done for the client, who is told of it."""

    stage: AssistanceStage
    note: FreeText


@topic("assistance.ended")
class AssistanceEnded(Event, frozen=True, kw_only=True):
    """帮办办结: the hall helps no more; ``reason`` says why, where it was not got done."""

    outcome: AssistanceOutcome
    reason: FreeText | None = None


@topic("assistance.rated")
class AssistanceRated(Event, frozen=True, kw_only=True):
    """评价帮办: what the client told who called them back about how they were helped."""

    level: RatingLevel
    comment: FreeText | None = None


class NoteAssistance(AssistanceCommand, frozen=True, kw_only=True):
    """记录帮办进展: tell what was done for the client."""

    stage: Annotated[AssistanceStage, Meta(description="进展")]
    note: Annotated[FreeText, Meta(description="进展记录")]


class EndAssistance(AssistanceCommand, frozen=True, kw_only=True):
    """帮办办结: end it, with what came of it."""

    outcome: Annotated[AssistanceOutcome, Meta(description="帮办结果")]
    reason: Annotated[FreeText | None, Meta(description="未办成、撤回的原因;办成的可不填")] = None


class RateAssistance(AssistanceCommand, frozen=True, kw_only=True):
    """评价帮办: write down what the client says who is called back, once."""

    level: Annotated[RatingLevel, Meta(description="评价等级")]
    comment: Annotated[FreeText | None, Meta(description="评价内容")] = None


def may_go_on(assistance: Assistance, attempt: Attempt) -> None:
    """Who helps, as long as they do. ``WrongStep`` ``WRONG_STATUS``, ``NotAllowed``."""
    assistance.require(attempt.act, AssistanceStatus.OPEN)
    require_contact(assistance, attempt)


def may_rate(assistance: Assistance, attempt: Attempt) -> None:
    """Once, after the end, and through nobody who helped. ``RATED_ALREADY``, ``OWN_WORK_RATED``."""
    assistance.require(attempt.act, AssistanceStatus.ENDED)
    if assistance.rated:
        raise WrongStep("RATED_ALREADY", "委托人已经评价", remedy="无需再次评价")
    if attempt.desk.actor.id in assistance.helped:
        raise NotAllowed(
            "OWN_WORK_RATED", "您帮办过本件,不能由您询问评价", remedy="请由其他核查员回访"
        )


@guarded(may_go_on)
def note_progress(_: Assistance, command: NoteAssistance, desk: Desk) -> list[Event]:
    return [AssistanceProgressed(stage=command.stage, note=desk.sealed(command.note))]


@guarded(may_go_on)
def end(_: Assistance, command: EndAssistance, desk: Desk) -> list[Event]:
    if command.reason is None and command.outcome is not AssistanceOutcome.DONE:
        raise InvalidInput(
            "END_UNEXPLAINED",
            f"{command.outcome.label}的须写明原因",
            field="reason",
            remedy="请填写原因",
        )
    reason = None if command.reason is None else desk.sealed(command.reason)
    return [AssistanceEnded(outcome=command.outcome, reason=reason)]


@guarded(may_rate)
def rate(_: Assistance, command: RateAssistance, desk: Desk) -> list[Event]:
    comment = None if command.comment is None else desk.sealed(command.comment)
    return [AssistanceRated(level=command.level, comment=comment)]
