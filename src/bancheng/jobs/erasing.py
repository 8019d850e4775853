"""删除: what was approved for erasure is erased once no retention runs: a whole request or nothing.

The events and the end of the keys are one transaction, so whoever is killed has erased everything
or nothing. What the files still hold of the keys is cleaned behind that, and again at the next
start as long as it has not been done.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import sqlalchemy
import structlog

from bancheng.app.engine import Context, Engine, Story
from bancheng.domain.errors import DomainError
from bancheng.domain.events import Channel, Place
from bancheng.domain.people import Actor, Role
from bancheng.domain.privacy.erasure import CarryOutErasure
from bancheng.domain.privacy.restriction import ErasePersonalData
from bancheng.log_lines import LogLine
from bancheng.projections.erasures import Due, due_erasures

ERASER: Final = Actor(
    id="system-eraser", name="到期删除", post="系统", unit="SYSTEM", roles=(Role.SYSTEM,)
)
BATCH: Final = 20
# The restriction of a matter is another job's, and comes in a moment.
_WAITS: Final = frozenset({"NOT_RESTRICTED"})
_log = structlog.get_logger(room="jobs")


@dataclass
class Erasing:
    """删除: looks for requests that may be carried out, and carries them out by ordinary acts.

    ``catch_up`` waits for the ledgers. ``clean`` takes what is left of destroyed keys out of the
    files; whether it could, since somebody may be reading what was before.
    """

    engine: Engine
    database: sqlalchemy.Engine
    catch_up: Callable[[int], object]
    clean: Callable[[], bool]
    _refused: set[str] = field(default_factory=set)

    def go_on(self) -> bool:
        """Carry out a batch; whether there is more to do at once."""
        erased = [position for due in self._due() if (position := self._erase(*due))]
        if erased:
            self.catch_up(max(erased))
        self.clean()
        return len(erased) == BATCH

    def _due(self) -> list[Due]:
        today = self.engine.rules.calendar().local(self.engine.clock.now()).date()
        with self.database.connect() as connection:
            return due_erasures(connection, today, BATCH)

    def _erase(self, erasure_id: str, matters: Sequence[str]) -> int:
        """Where it was recorded; 0 if it could not be done."""

        def story() -> Story:
            for matter_id in matters:
                command = ErasePersonalData(matter_id=matter_id, erasure_id=erasure_id)
                yield command, _context(f"{erasure_id}/{matter_id}")
            yield CarryOutErasure(erasure_id=erasure_id), _context(erasure_id)

        try:
            return self.engine.tell(story)[-1].position
        except DomainError as refused:
            if refused.code not in _WAITS and erasure_id not in self._refused:
                self._refused.add(erasure_id)
                _log.error(LogLine.ERASURE_REFUSED, erasure=erasure_id, code=refused.code)
            return 0


def _context(about: str) -> Context:
    return Context(
        actor=ERASER, key=f"erase/{about}", place=Place(Channel.SYSTEM), request_id="erasure"
    )
