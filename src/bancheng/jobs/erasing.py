"""删除: what was approved for erasure is restricted, and erased once no retention runs.

Each is done to a whole request or not at all, in one transaction, so whoever is killed has done
everything or nothing, and nobody takes a request back in the midst of it. A matter that somebody
reopened between the approval and the restriction is first brought to its end: until then the
request waits, as its status tells, and is tried again and again. What the files still hold of the
keys is cleaned behind that, and again at the next start as long as it has not been done.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import sqlalchemy
import structlog

from bancheng.app.engine import Context, Engine, Story
from bancheng.app.registry import file_kind
from bancheng.domain.errors import DomainError
from bancheng.domain.events import Channel, Place
from bancheng.domain.people import Actor, Role
from bancheng.domain.privacy.erasure import CarryOutErasure, RestrictErasure
from bancheng.domain.privacy.restriction import ErasePersonalData, RestrictProcessing
from bancheng.log_lines import LogLine
from bancheng.projections.erasures import Due, approved_erasures, due_erasures

ERASER: Final = Actor(
    id="system-eraser", name="到期删除", post="系统", unit="SYSTEM", roles=(Role.SYSTEM,)
)
BATCH: Final = 20
# Nobody has to see to it: a matter was reopened and goes on, or the request was just taken back.
_WAITS: Final = frozenset({"MATTER_OPEN", "WRONG_STATUS"})
_log = structlog.get_logger(room="jobs")


@dataclass
class Erasing:
    """删除: looks for requests that go on, and carries them on by ordinary acts.

    ``catch_up`` waits for the ledgers. ``clean`` takes what is left of destroyed keys out of the
    files; whether it could, since somebody may be reading what was before.
    """

    engine: Engine
    database: sqlalchemy.Engine
    catch_up: Callable[[int], object]
    clean: Callable[[], bool]
    _refused: set[str] = field(default_factory=set)
    _behind: str = ""

    def go_on(self) -> bool:
        """Restrict and carry out a batch; whether there is more to do at once."""
        restricted = self._restrict_some()
        erased = [position for due in self._due() if (position := self._erase(due))]
        if restricted or erased:
            self.catch_up(max(restricted + erased))
        self.clean()
        return len(erased) == BATCH or len(restricted) == BATCH

    def _restrict_some(self) -> list[int]:
        """Where it was recorded. One that has to wait ends the turn, and is tried after others."""
        with self.database.connect() as connection:
            found = approved_erasures(connection, self._behind, BATCH)
            found = found or approved_erasures(connection, "", BATCH)
        self._behind, done = "", []
        for due in found:
            position = self._restrict(due)
            if not position:
                self._behind = due.erasure_id
                break
            done.append(position)
        return done

    def _restrict(self, due: Due) -> int:
        def story() -> Story:
            for matter_id in due.matters:
                if self._is_restricted(matter_id, due.erasure_id):  # by a program of before
                    continue
                command = RestrictProcessing(
                    matter_id=matter_id, erasure_id=due.erasure_id, erase_from=due.erase_from
                )
                yield command, _context(f"restrict/{due.erasure_id}/{matter_id}")
            command_of_all = RestrictErasure(erasure_id=due.erasure_id)
            yield command_of_all, _context(f"restrict/{due.erasure_id}")

        return self._told(due.erasure_id, story)

    def _is_restricted(self, matter_id: str, erasure_id: str) -> bool:
        kind = file_kind(matter_id)
        assert kind is not None, "a request names tickets and cases"
        state: Any = kind.state_after(self.engine.store.load(matter_id))
        return state.restriction is not None and state.restriction.erasure_id == erasure_id

    def _due(self) -> list[Due]:
        today = self.engine.rules.calendar().local(self.engine.clock.now()).date()
        with self.database.connect() as connection:
            return due_erasures(connection, today, BATCH)

    def _erase(self, due: Due) -> int:
        def story() -> Story:
            for matter_id in due.matters:
                command = ErasePersonalData(matter_id=matter_id, erasure_id=due.erasure_id)
                yield command, _context(f"erase/{due.erasure_id}/{matter_id}")
            command_of_all = CarryOutErasure(erasure_id=due.erasure_id)
            yield command_of_all, _context(f"erase/{due.erasure_id}")

        return self._told(due.erasure_id, story)

    def _told(self, erasure_id: str, story: Callable[[], Story]) -> int:
        """Where it was recorded; 0 if it could not be done."""
        try:
            return self.engine.tell(story)[-1].position
        except DomainError as refused:
            if refused.code not in _WAITS and erasure_id not in self._refused:
                self._refused.add(erasure_id)
                _log.error(LogLine.ERASURE_REFUSED, erasure=erasure_id, code=refused.code)
            return 0


def _context(about: str) -> Context:
    return Context(actor=ERASER, key=about, place=Place(Channel.SYSTEM), request_id="erasure")
