"""发生时间: when an act is said to have happened, and whether it can have happened then."""

from datetime import datetime

from bancheng.app.acts.act import Act
from bancheng.app.stream import Stamped, Stream
from bancheng.domain.backdating import check_begun
from bancheng.domain.commands import Command, Desk
from bancheng.domain.errors import DomainError, InvalidInput
from bancheng.domain.events import Channel, Recorded
from bancheng.domain.matter_state import MatterState


def time_of_now(stream: Stream, now: datetime) -> datetime:
    """When what is done ``now`` happened."""
    # Clocks of two machines may differ by a little: never step back.
    last = stream.last_at
    return now if last is None else max(now, last)


def check_claimed(stream: Stream, claimed: datetime, now: datetime, *, by_hall: bool) -> None:
    """``InvalidInput`` if an act on ``stream`` may not be said to have happened at ``claimed``.

    What somebody of the hall tells (``by_hall``) happened no earlier than what people did on the
    matter; what a source tells may have, since who works here does not know of it. What the clock
    recorded meanwhile, as a warning, never stands in the way.
    """
    if by_hall and not isinstance(stream.state, MatterState):
        raise InvalidInput(
            "OCCURRED_TIME_NOT_ALLOWED",
            "只有办不成事工单与办件的办理可以补录",
            field="occurred_at",
            remedy="请删去发生时间,以系统时间为准",
        )
    if claimed > now:
        raise _impossible("发生时间不得晚于现在")
    since = stream.since(claimed)
    if not isinstance(stream.state, MatterState):
        is_bound = bool(since)
    else:
        is_bound = by_hall and not all(_is_of_the_clock(one) for one in since)
    if is_bound:
        raise _impossible("发生时间不得早于本件上一环节")


def check_possible_then(
    act: Act, command: Command, desk: Desk, stream: Stream, stamped: Stamped
) -> None:
    """``InvalidInput`` if the act, told as of ``desk.now``, could not have been done then.

    It is decided on what there is, so it must be possible by now as well: both are asked, because
    either alone lets through what never was: a result before its order went out, or one to an
    order that was answered and sent back since.
    """
    if not stream.since(desk.now):
        return
    then = stream.state_as_of(desk.now)
    try:
        if then is None:
            raise _impossible("那时本件尚未登记")
        act.decide(then, command, desk)
    except DomainError as refusal:
        raise _impossible(f"那时还不能{act.term}: {refusal.message}") from refusal
    check_begun(stream.state.deadlines, stream.state_with(stamped).deadlines, then.deadlines)


def _is_of_the_clock(one: Recorded) -> bool:
    # No person may claim this channel (`check_place`).
    return one.envelope.channel is Channel.SYSTEM


def _impossible(reason: str) -> InvalidInput:
    return InvalidInput(
        "OCCURRED_TIME_IMPOSSIBLE", reason, field="occurred_at", remedy="请核对发生时间"
    )
