"""承接: what closed units have goes to their successors, what leavers have back to their units.

One thing at a time, each once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy
import structlog

from bancheng.app.engine import Context, Engine
from bancheng.domain.case.state import PREFIX as CASES
from bancheng.domain.case.succession import TakeOverCase
from bancheng.domain.commands import Command
from bancheng.domain.complaint.succession import TakeOverTicket
from bancheng.domain.errors import DomainError
from bancheng.domain.events import Channel, Place
from bancheng.domain.holding.leaving import TakeBackWork
from bancheng.domain.office.item import TakeOverItem
from bancheng.domain.office.staff import TakeOverStaff
from bancheng.domain.office.window import TakeOverWindow
from bancheng.domain.people import Actor, Role
from bancheng.log_lines import LogLine
from bancheng.projections.in_hand import left_in_hand
from bancheng.projections.open_work import Open, OpenKind, found_open

SUCCESSION: Final = Actor(
    id="system-succession", name="单位承接", post="系统", unit="SYSTEM", roles=(Role.SYSTEM,)
)
LEAVERS: Final = Actor(
    id="system-leavers", name="离岗收回", post="系统", unit="SYSTEM", roles=(Role.SYSTEM,)
)
BATCH: Final = 100
# What comes back to a unit long closed is rare, and to look for it reads whatever that unit ever
# had: of a large one some hundred thousand rows. Once a minute that costs nothing.
LOOK_AGAIN: Final = timedelta(minutes=1)
_log = structlog.get_logger(room="jobs")


@dataclass
class Succession:
    """承接: looks for what closed units and leavers have, and has it taken by ordinary commands.

    Nothing is remembered of how far it came: what is found open is taken over, so a crash between
    two matters, or work that comes back to a unit long closed, needs nothing of its own.
    """

    engine: Engine
    database: sqlalchemy.Engine
    catch_up: Callable[[int], object]
    _refused: set[str] = field(default_factory=set)
    _seen: Mapping[str, str] = field(default_factory=dict)
    _look_at: datetime | None = None

    def go_on(self) -> bool:
        """Have a batch taken over if it is time to look; whether there is more to do at once."""
        now, successors = self.engine.clock.now(), self.engine.rules.successors()
        is_known = successors == self._seen
        if is_known and self._look_at is not None and now < self._look_at:
            return False
        more = self.hand_over_batch() > 0
        # Not before nothing was found: a batch is not all.
        self._seen, self._look_at = successors, None if more else now + LOOK_AGAIN
        return more

    def hand_over(self) -> int:
        """Have everything taken over; how many acts were stored."""
        done = 0
        while moved := self.hand_over_batch():
            done += moved
        return done

    def hand_over_batch(self) -> int:
        """Have a batch taken over; how many acts were stored."""
        positions = [self._take_over(*one) for one in self._found()]
        stored = [position for position in positions if position]
        if stored:
            self.catch_up(max(stored))
        return len(stored)

    def _found(self) -> list[tuple[str, Command]]:
        """The acts that are called for, each under the key that lets it happen once."""
        now, successors = self.engine.clock.now(), self.engine.rules.successors()
        acts: dict[str, Command] = {}
        with self.database.connect() as connection:
            for unit, successor in successors.items():
                for one in found_open(connection, unit, now, BATCH):
                    # Not the thing alone: a rework brings the same ticket back to the same unit,
                    # and who was to take over may be closed first.
                    key = f"succession/{unit}/{successor}/{one.of}/{one.seen}"
                    acts[key] = _act_on(one, unit, successor)
            for left in left_in_hand(connection, BATCH):
                # With whoever left the hall, or a unit that has others: it is the unit's again.
                acts[f"left/{left.holding_id}"] = TakeBackWork(
                    matter_id=left.matter_id, order_id=left.order_id, staff_id=left.held_by
                )
        return [(key, act) for key, act in acts.items() if key not in self._refused]

    def _take_over(self, key: str, command: Command) -> int:
        actor = LEAVERS if isinstance(command, TakeBackWork) else SUCCESSION
        context = Context(
            actor=actor, key=key, place=Place(Channel.SYSTEM), request_id="succession"
        )
        try:
            answer = self.engine.execute(command, context)
        except DomainError as refused:  # an earlier act of the batch, or somebody else, was faster
            if refused.code == "VERSION_CONFLICT":  # it is found again
                raise
            # Until its row changes nothing that asks again would help.
            self._refused.add(key)
            _log.info(LogLine.REACTION_MOOT, key=key, code=refused.code)
            return 0
        return 0 if answer.repeated else answer.position


def _act_on(found: Open, unit: str, successor: str) -> Command:
    of = found.of
    match found.kind:
        case OpenKind.ITEM:
            return TakeOverItem(code=of, unit=unit, successor=successor)
        case OpenKind.WINDOW:
            return TakeOverWindow(code=of, unit=unit, successor=successor)
        case OpenKind.STAFF:
            return TakeOverStaff(staff_id=of, unit=unit, successor=successor)
        case _ if of.startswith(CASES):
            return TakeOverCase(case_id=of, unit=unit, successor=successor)
        case _:
            return TakeOverTicket(ticket_id=of, unit=unit, successor=successor)
