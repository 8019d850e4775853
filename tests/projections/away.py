"""去向留言与双岗 in the journeys: who is away, and who stands in."""

from datetime import timedelta

from msgspec.structs import replace

from bancheng.domain.events import Event, Principal
from bancheng.domain.office.absence import AbsenceEnded, AbsenceNoted, Whereabouts
from bancheng.domain.office.stand_ins import StandInEnded, StandInNamed
from bancheng.domain.people import Actor
from support.builders import History
from support.given import HANDLER, OFFICER, START

PRINCIPALS = [Principal(staff_id=who.id, name=who.name) for who in (OFFICER, HANDLER)]


def absences() -> list[Event]:
    """One that is told otherwise, and one that ends before its time."""
    out = AbsenceNoted(
        whereabouts=Whereabouts.MEETING, since=START, until=START + timedelta(days=1), stand_in="o1"
    )
    return [out, replace(out, whereabouts=Whereabouts.LEAVE, stand_in=None), AbsenceEnded()]


def stand_ins() -> list[Event]:
    """Two who stand in, one of them otherwise and then not any more."""
    always = StandInNamed(stand_in="o1", name="人社甲")
    period = replace(always, since=START, until=START + timedelta(days=7))
    other = replace(period, stand_in="o2", name="人社乙")
    return [always, period, other, StandInEnded(stand_in="o1")]


def in_the_place_of(who: Actor, history: History) -> History:
    """The same, but that the last of it was done in the place of ``who``."""
    *before, last = history
    principal = Principal(staff_id=who.id, name=who.name)
    return (*before, replace(last, envelope=replace(last.envelope, acting_for=principal)))
