"""承办: how work gets from hand to hand among colleagues of the simulated hall."""

from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from bancheng.domain.case.accept import CaseAccepted
from bancheng.domain.complaint.discover import TicketAccepted
from bancheng.domain.complaint.dispatch import WorkOrderDispatched
from bancheng.domain.events import Recorded
from bancheng.domain.hands import WHOLE
from bancheng.domain.holding.taking import AssignWork, ClaimWork, GiveBackWork
from bancheng.domain.office.absence import NoteAbsence, Whereabouts
from bancheng.domain.people import Actor, FreeText
from bancheng.domain.time_limits.calendar import Calendar
from bancheng.simulation import hall, people
from bancheng.simulation.pace import Life, Look, Pace, Seen, Step

# By turns and not by chance: it is so seldom that some weeks would have none.
_EVERY: Final = 12
# What happened within an hour is read at its end: nobody acts on it before.
_NOTICED: Final = timedelta(hours=1)
_A_DAY: Final = timedelta(days=1)
_BY_ID: Final = {member.id: member for member in people.STAFF}


class Colleagues:
    """Who takes over what another one had, or is told to; the work itself goes on as it would."""

    def __init__(self, chance: Random, calendar: Calendar) -> None:
        self._pace = Pace(chance, calendar)
        self._turn = 0

    def life(self, recorded: Recorded) -> Life:
        """What becomes of the hands that a matter or an order is in since ``recorded``."""
        event, at = recorded.event, recorded.envelope.occurred_at
        if isinstance(event, WorkOrderDispatched):
            yield from self._assigned(at, recorded.stream_id, event)
            return
        if not isinstance(event, TicketAccepted | CaseAccepted):
            return
        self._turn += 1
        if self._turn % _EVERY == 0:
            yield from self._passed(at, recorded.stream_id, self._turn // _EVERY)

    def _assigned(self, at: datetime, ticket_id: str, event: WorkOrderDispatched) -> Life:
        """The head says who does it, as long as nobody has signed for it."""
        at = self._pace.after(at, _NOTICED)
        seen = yield Look(at, ticket_id)
        order, head = event.order_id, people.HEADS.get(event.unit)
        if head is not None and _is_open(seen, order) and order not in seen.state.holders:
            yield Step(at, head, AssignWork(
                matter_id=ticket_id, order_id=order, staff_id=people.OFFICERS[event.unit].id,
            ))  # fmt: skip

    def _passed(self, at: datetime, matter_id: str, turn: int) -> Life:
        """Who has it gives it back and a colleague claims it, or it is assigned, by turns."""
        at = self._pace.after(at, _NOTICED)
        seen = yield Look(at, matter_id)
        held = seen.state.holders.get(WHOLE)
        if held is None or not _is_open(seen, WHOLE):
            return
        who = _BY_ID[held.staff_id]
        colleague = _colleague_of(who, seen.state)
        if colleague is None:
            return
        if turn % 2:
            yield Step(at, who, AssignWork(matter_id=matter_id, staff_id=colleague.id))
            return
        if who.unit == colleague.unit:
            yield Step(at, who, NoteAbsence(
                staff_id=who.id, whereabouts=Whereabouts.TRAINING, since=at, until=at + _A_DAY,
                stand_in=colleague.id,
            ))  # fmt: skip
        yield Step(at, who, GiveBackWork(
            matter_id=matter_id, reason=FreeText("外出培训,请同事接着办。")))  # fmt: skip
        yield Step(at, colleague, ClaimWork(matter_id=matter_id))


def _colleague_of(who: Actor, state: Any) -> Actor | None:
    """Another one who may have it in hand: at the windows who issues, else a handler."""
    others = (people.ISSUER, *hall.HANDLERS)
    return next((one for one in others if one != who and state.unfit(WHOLE, one) is None), None)


def _is_open(seen: Seen, part: str) -> bool:
    """Whether somebody has to work on it still."""
    if part:
        return part in seen.state.in_hand
    return not seen.state.status.is_closed
