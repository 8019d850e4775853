"""巡检: warnings that are due, effects of limits that ran out, limits to be planned anew."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import sqlalchemy
import structlog

from bancheng.app.engine import Context, Engine
from bancheng.domain.case.accept import DeemAccepted
from bancheng.domain.case.supervise import DeemWithdrawn
from bancheng.domain.clocks import LimitKind
from bancheng.domain.errors import DomainError, WrongStep
from bancheng.domain.events import Channel
from bancheng.domain.people import Actor, Role
from bancheng.domain.warn import RaiseWarning, ReplanDueDate
from bancheng.projections import deadlines

SWEEPER: Final = Actor(
    id="system-sweep", name="时限巡检", post="系统", unit="SYSTEM",
    roles=(Role.EFFICIENCY_SUPERVISOR, Role.SYSTEM),
)  # fmt: skip
BATCH: Final = 200
# What the law itself does when a limit of the kind runs out: one for each that may lapse.
EFFECTS: Final[dict[LimitKind, type[DeemAccepted] | type[DeemWithdrawn]]] = {
    LimitKind.NOTICE: DeemAccepted,
    LimitKind.SUPPLEMENT: DeemWithdrawn,
}
_log = structlog.get_logger(room="jobs")


@dataclass(frozen=True)
class Sweep:
    """巡检: finds what is due and has it done by ordinary commands."""

    engine: Engine
    database: sqlalchemy.Engine
    catch_up: Callable[[int], object]

    def warn(self) -> int:
        """Raise every warning whose instant has come; how many were raised."""
        raised = 0
        while found := self._due():
            positions = [self._raise(one) for one in found]
            stored = [position for position in positions if position]
            raised += len(stored)
            if not stored:  # nothing moves: another process was faster, or the board is behind
                break
            # A limit may have reached several levels: the next one shows once this one is applied.
            self.catch_up(max(stored))
        return raised

    def lapse(self) -> int:
        """Record what the law did when limits ran out; how many effects were recorded."""
        recorded = 0
        while found := self._lapsed():
            positions = [self._take_effect(one) for one in found]
            stored = [position for position in positions if position]
            recorded += len(stored)
            if not stored:
                break
            self.catch_up(max(stored))
        return recorded

    def replan(self) -> int:
        """Decide the running limits anew that an earlier calendar decided; how many changed."""
        version = self.engine.rules.calendar().version
        return sum(self._replan(one, version) for one in self._old(version))

    def _due(self) -> list[deadlines.DueWarning]:
        with self.database.connect() as connection:
            return deadlines.due_warnings(connection, self.engine.clock.now(), BATCH)

    def _lapsed(self) -> list[deadlines.Lapsed]:
        now = self.engine.clock.now()
        with self.database.connect() as connection:
            return deadlines.lapsed(connection, now, BATCH)

    def _take_effect(self, lapsed: deadlines.Lapsed) -> int:
        key = f"lapse/{lapsed.limit_key}/{lapsed.cycle}"
        try:
            command = EFFECTS[lapsed.kind](case_id=lapsed.matter_id)
            answer = self.engine.execute(command, _context(key))
        except DomainError as refused:  # it was ended since the board was read
            _log.info("effect_not_taken", key=key, code=refused.code)
            return 0
        return 0 if answer.repeated else answer.position

    def _raise(self, due: deadlines.DueWarning) -> int:
        command = RaiseWarning(
            matter_id=due.matter_id, kind=due.kind, subject=due.subject, level=due.next_level
        )
        key = f"warning/{due.subject}/{due.kind}/{due.cycle}/{due.next_level}"
        try:
            answer = self.engine.execute(command, _context(key))
        except DomainError as refused:  # it was ended or raised since the board was read
            _log.info("warning_not_raised", key=key, code=refused.code)
            return 0
        return 0 if answer.repeated else answer.position

    def _old(self, version: str) -> Iterator[deadlines.OldLimit]:
        behind = ""
        while True:
            with self.database.connect() as connection:
                found = deadlines.decided_under_others(
                    connection, version, behind=behind, most=BATCH
                )
            yield from found
            if len(found) < BATCH:
                return
            behind = found[-1].limit_key

    def _replan(self, old: deadlines.OldLimit, version: str) -> bool:
        command = ReplanDueDate(matter_id=old.matter_id, kind=old.kind, subject=old.subject)
        try:
            answer = self.engine.execute(command, _context(f"replan/{old.limit_key}/{version}"))
        except WrongStep:  # the new calendar does not touch it, or it has ended meanwhile
            return False
        return not answer.repeated


def _context(key: str) -> Context:
    return Context(actor=SWEEPER, key=key, channel=Channel.SYSTEM, request_id="sweep")
