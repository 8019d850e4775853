"""工作交接: what stands on signed lists goes from hand to hand, each matter by an event."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy
import structlog

from bancheng.app.engine import Context, Engine, Story
from bancheng.domain.errors import DomainError
from bancheng.domain.events import Channel, Place
from bancheng.domain.holding.leaving import PassOnWork
from bancheng.domain.people import Actor, Role
from bancheng.log_lines import LogLine
from bancheng.projections.in_hand import ToPassOn, to_pass_on

HANDING_OVER: Final = Actor(
    id="system-hand-over", name="工作交接", post="系统", unit="SYSTEM", roles=(Role.SYSTEM,)
)
BATCH: Final = 100
_log = structlog.get_logger(room="jobs")


@dataclass
class HandingOver:
    """交接执行: looks for what lists have still to move, and moves it by ordinary commands.

    A batch is one transaction, so that a thousand matters take seconds. Nothing is remembered of
    how far it came: what is found in the hands of who gave it away is passed on, so a crash between
    two batches needs nothing of its own. ``of_a_batch`` gives the engine for the acts of one.
    """

    of_a_batch: Callable[[], Engine]
    database: sqlalchemy.Engine
    catch_up: Callable[[int], bool]

    def go_on(self) -> bool:
        """Move a batch; whether there may be more."""
        return self.hand_over_batch() > 0

    def hand_over(self) -> int:
        """Move everything; how many acts there were."""
        done = 0
        while moved := self.hand_over_batch():
            done += moved
        return done

    def hand_over_batch(self) -> int:
        """Move a batch; how many acts there were, with those that a killed process had stored.

        None if the ledgers do not follow: the same would be found again at once, without end.
        """
        with self.database.connect() as connection:
            found = to_pass_on(connection, BATCH)
        positions = self._together(found) if found else []
        return len(positions) if positions and self.catch_up(max(positions)) else 0

    def _together(self, found: Sequence[ToPassOn]) -> list[int]:
        """Move all in one transaction, or if one is refused each in its own; where each stands."""
        engine = self.of_a_batch()

        def all_of_them() -> Story:
            for one in found:
                yield _command(one), _context(one)

        try:
            answers = engine.tell(all_of_them)
        except DomainError:  # somebody was faster with one of them
            return [position for one in found if (position := _alone(engine, one))]
        # Also of what was done before: else the ledgers are not waited for, and it is found again.
        return [answer.position for answer in answers]


def _alone(engine: Engine, one: ToPassOn) -> int:
    try:
        return engine.execute(_command(one), _context(one)).position
    except DomainError as refused:
        # Somebody acted on it meanwhile: the ledger says so a moment later.
        _log.info(LogLine.REACTION_MOOT, key=_context(one).key, code=refused.code)
        return 0


def _command(one: ToPassOn) -> PassOnWork:
    return PassOnWork(
        matter_id=one.matter_id,
        order_id=one.order_id,
        hand_over_id=one.hand_over_id,
        from_staff=one.from_staff,
        to_staff=one.to_staff,
    )


def _context(one: ToPassOn) -> Context:
    key = f"hand-over/{one.hand_over_id}/{one.holding_id}"
    place = Place(Channel.SYSTEM)
    return Context(actor=HANDING_OVER, key=key, place=place, request_id="hand-over")
