"""巡检: warnings that are due, what the law does at an end, deadlines to be decided anew."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import sqlalchemy
import structlog

from bancheng.app.engine import Context, Engine
from bancheng.domain.case.accept import DeemAccepted
from bancheng.domain.case.renewal import DeemRenewed
from bancheng.domain.case.supervise import DeemWithdrawn
from bancheng.domain.errors import Conflict, DomainError, NotFound, WrongStep
from bancheng.domain.events import Channel, Place
from bancheng.domain.limit_kinds import LegalEffect
from bancheng.domain.people import Actor, Role
from bancheng.domain.supervision.climbing import ClimbLadder
from bancheng.domain.warnings.raising import RaiseWarning, ReplanDueDate
from bancheng.jobs.put_off import PutOff
from bancheng.log_lines import LogLine
from bancheng.projections.deadlines import deadlines

SWEEPER: Final = Actor(
    id="system-sweep", name="时限巡检", post="系统", unit="SYSTEM",
    roles=(Role.EFFICIENCY_SUPERVISOR, Role.SYSTEM),
)  # fmt: skip
BATCH: Final = 200
_Due = deadlines.DueWarning | deadlines.DueRung | deadlines.Lapsed
_Limit = deadlines.OpenLimit | _Due
_log = structlog.get_logger(room="jobs")


@dataclass(frozen=True)
class Sweep:
    """巡检: finds what is due and has it done by ordinary commands."""

    engine: Engine
    database: sqlalchemy.Engine
    catch_up: Callable[[int], object]
    put_off: PutOff = field(default_factory=PutOff)

    def warn(self) -> int:
        """Raise every warning whose instant has come; how many were raised."""
        return _until_nothing_moves(self.warn_batch)

    def lapse(self) -> int:
        """Record what the law did when limits ran out; how many effects were recorded."""
        return _until_nothing_moves(self.lapse_batch)

    def warn_batch(self) -> int:
        """Raise the warnings whose instant came first; how many were raised."""
        # A limit may have reached several levels: the next one shows once this one is applied.
        return self._shown([self._raise(one) for one in self._due()])

    def lapse_batch(self) -> int:
        """Record the effects of the limits that ran out first; how many were recorded."""
        return self._shown([self._take_effect(one) for one in self._lapsed()])

    def climb(self) -> int:
        """Take, or propose, every rung that is due; how many were recorded."""
        return _until_nothing_moves(self.climb_batch)

    def climb_batch(self) -> int:
        """The rungs that were due first, one a matter; how many were recorded."""
        return self._shown([self._climb(one) for one in self._due_rungs()])

    def replan(self) -> int:
        """Decide the running limits anew that an earlier calendar decided; how many changed."""
        version, changed, behind = self.engine.rules.calendar().version, 0, ""
        while found := self.of_other_calendars(version, behind):
            changed += self.replan_each(found, version)
            behind = found[-1].limit_key
        return changed

    def of_other_calendars(self, version: str, behind: str) -> list[deadlines.OpenLimit]:
        """A batch of the running deadlines that another calendar than ``version`` decided."""
        with self.database.connect() as connection:
            return deadlines.decided_under_others(connection, version, behind=behind, most=BATCH)

    def replan_each(self, limits: Iterable[deadlines.OpenLimit], version: str) -> int:
        """Decide ``limits`` anew; how many the calendar ``version`` changed."""
        return sum(self._replan(one, version) for one in limits)

    def _shown(self, positions: Iterable[int]) -> int:
        """How many acts were stored; the board has seen them then."""
        stored = [position for position in positions if position]
        if stored:
            self.catch_up(max(stored))
        return len(stored)

    def _due(self) -> list[deadlines.DueWarning]:
        with self.database.connect() as connection:
            return deadlines.due_warnings(connection, self.engine.clock.now(), BATCH)

    def _due_rungs(self) -> list[deadlines.DueRung]:
        """The rungs that were due first, one a matter, but for those that wait to be tried again.

        Looked through page by page: refused ones must not stand before all that come after them.
        """
        now, seen = self.engine.clock.now(), 0
        while page := self._rungs_behind(seen, now):
            open_ = [one for one in page if not self.put_off.waits(_rung_key(one), now)]
            if open_:
                return list({one.matter_id: one for one in reversed(open_)}.values())[::-1]
            seen += len(page)
        return []

    def _rungs_behind(self, seen: int, now: datetime) -> list[deadlines.DueRung]:
        with self.database.connect() as connection:
            return deadlines.due_rungs(connection, now, BATCH, seen=seen)

    def _lapsed(self) -> list[deadlines.Lapsed]:
        now = self.engine.clock.now()
        with self.database.connect() as connection:
            return deadlines.lapsed(connection, now, BATCH)

    def _take_effect(self, lapsed: deadlines.Lapsed) -> int:
        key = f"lapse/{lapsed.limit_key}/{lapsed.cycle}"
        try:
            self._follow_calendar(lapsed)
            answer = self.engine.execute(_act_of_law(lapsed), _context(key))
        except DomainError as refused:  # it was ended since the board was read
            _log.info(LogLine.EFFECT_NOT_TAKEN, key=key, code=refused.code)
            return 0
        return 0 if answer.repeated else answer.position

    # The key names the cycle and not the run: cycles count on over all runs of a deadline.
    def _raise(self, due: deadlines.DueWarning) -> int:
        command = RaiseWarning(
            matter_id=due.matter_id, kind=due.kind, subject=due.subject, level=due.next_level
        )
        key = f"warning/{due.subject}/{due.kind}/{due.cycle}/{due.next_level}"
        try:
            self._follow_calendar(due)
            answer = self.engine.execute(command, _context(key))
        except DomainError as refused:  # it was ended or raised since the board was read
            _log.info(LogLine.WARNING_NOT_RAISED, key=key, code=refused.code)
            return 0
        return 0 if answer.repeated else answer.position

    def _climb(self, due: deadlines.DueRung) -> int:
        command = ClimbLadder(matter_id=due.matter_id, kind=due.kind, subject=due.subject)
        key = _rung_key(due)
        try:
            self._follow_calendar(due)
            answer = self.engine.execute(command, _context(key))
        except DomainError as refused:
            self._rung_refused(key, refused)
            return 0
        return 0 if answer.repeated else answer.position

    def _rung_refused(self, key: str, refused: DomainError) -> None:
        if isinstance(refused, Conflict):  # somebody was faster, and it comes again
            return
        again_at = self.put_off.add(key, self.engine.clock.now())
        told = {"key": key, "code": refused.code, "again_at": again_at.isoformat()}
        if isinstance(refused, WrongStep | NotFound):  # ended, or climbed, since the board was read
            _log.info(LogLine.RUNG_NOT_CLIMBED, **told)
        else:
            _log.error(LogLine.RUNG_REFUSED, **told)

    def _follow_calendar(
        self, limit: deadlines.DueWarning | deadlines.DueRung | deadlines.Lapsed
    ) -> None:
        """Before a deadline warns or has an effect it is decided by the calendar in force.

        `Replanning` gets round to every deadline, but it takes a while, and a card given by the old
        date would have to be revoked by hand.
        """
        version = self.engine.rules.calendar().version
        if limit.calendar_version != version:
            self._replan(limit, version)

    def _replan(self, limit: _Limit, version: str) -> bool:
        command = ReplanDueDate(matter_id=limit.matter_id, kind=limit.kind, subject=limit.subject)
        # With its cycle: who still knew the old calendar may decide it anew after we have.
        key = f"replan/{limit.limit_key}/{limit.cycle}/{version}"
        try:
            answer = self.engine.execute(command, _context(key))
        except WrongStep:  # the new calendar does not touch it, or it has ended meanwhile
            return False
        return not answer.repeated


def _until_nothing_moves(batch: Callable[[], int]) -> int:
    done = 0
    # Nothing moves once another process was faster, or the board is behind.
    while moved := batch():
        done += moved
    return done


def _rung_key(due: deadlines.DueRung) -> str:
    return f"rung/{due.subject}/{due.kind}/{due.cycle}/{due.next_rung}"


def _act_of_law(lapsed: deadlines.Lapsed) -> DeemAccepted | DeemWithdrawn | DeemRenewed:
    match lapsed.effect:
        case LegalEffect.DEEMED_ACCEPTED:
            return DeemAccepted(case_id=lapsed.matter_id)
        case LegalEffect.DEEMED_WITHDRAWN:
            return DeemWithdrawn(case_id=lapsed.matter_id)
        case LegalEffect.DEEMED_RENEWED | LegalEffect.DEEMED_RENEWED_LATE:
            return DeemRenewed(case_id=lapsed.matter_id)
        case LegalEffect.SUSPENDED:
            raise AssertionError("nothing is suspended by running out")


def _context(key: str) -> Context:
    return Context(actor=SWEEPER, key=key, place=Place(Channel.SYSTEM), request_id="sweep")
