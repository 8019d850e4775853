"""去向留言、双岗与窗口 in the journeys: who is away, who stands in, who sits where."""

from datetime import timedelta

from msgspec.structs import replace

from bancheng.domain.events import Event, Principal
from bancheng.domain.office.absence import AbsenceEnded, AbsenceNoted, Whereabouts
from bancheng.domain.office.stand_ins import StandInEnded, StandInNamed
from bancheng.domain.office.window import WindowRegistered
from bancheng.domain.office.window_terms import WindowArranged, WindowDutyEnded, WindowStaffed
from bancheng.domain.people import Actor
from bancheng.domain.windows import WindowAuthority, WindowKind
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


def arranged_and_staffed() -> list[Event]:
    """A window that is for the season, and two who sit there, one of them otherwise."""
    began, ends = START.date(), START.date() + timedelta(days=60)
    arranged = WindowArranged(
        kind=WindowKind.TEMPORARY,
        open_from=began,
        open_until=ends,
        authorities=(WindowAuthority.ACCEPT,),
    )
    seat = WindowStaffed(staff_id="o1", name="人社甲", since=START)
    return [
        WindowRegistered(code="A01", name="综合窗口一", unit="RS"),
        arranged,
        seat,
        replace(seat, until=START + timedelta(days=7)),
        replace(seat, staff_id="o3", name="人社丙"),
        WindowDutyEnded(staff_id="o1"),
    ]
