"""突发事件: something happens in the simulated hall every other week, and is looked back at."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Final

from bancheng.domain.incidents.incident import (
    EndIncident,
    NoteIncidentMeasure,
    RegisterIncident,
    ReportIncident,
    ReviewIncident,
)
from bancheng.domain.incidents.terms import IncidentKind
from bancheng.domain.people import FreeText
from bancheng.domain.time_limits.calendar import Calendar
from bancheng.simulation import hall, people
from bancheng.simulation.pace import Life, Pace, Step

# What happens, how many minutes after it was found those above hear of it, and what is learnt.
_HAPPENS: Final = (
    (IncidentKind.SYSTEM_FAILURE, "审批专网中断,窗口无法受理。", 20, "增设备用线路,每月演练。"),
    (IncidentKind.CROWDING, "月初社保缴费集中,等候超过一百人。", 45, "月初加开临时窗口,错峰预约。"),
    (IncidentKind.INJURY, "一位老人在等候区晕倒。", 10, "等候区配备急救箱,值守人员培训急救。"),
)
_EVERY: Final = 11  # of the sessions of a hall
_ENTERED: Final = timedelta(minutes=5)


def incidents(chance: Random, calendar: Calendar, sessions: list[datetime]) -> Iterator[Life]:
    """What happens within these ``sessions``, by their beginnings."""
    pace = Pace(chance, calendar)
    for number, opens in enumerate(sessions[::_EVERY]):
        yield _life(pace, pace.later(opens, hours=2), number)


def _life(pace: Pace, found_at: datetime, number: int) -> Life:
    kind, facts, minutes, lesson = _HAPPENS[number % len(_HAPPENS)]
    clerk, at = hall.CLERKS[0], found_at + _ENTERED
    entering = RegisterIncident(kind=kind, found_at=found_at, facts=FreeText(facts))
    opened = yield Step(at, clerk, entering)
    about = opened.matter_id
    at = found_at + timedelta(minutes=minutes)
    organ = "区政务服务管理局值班室"
    yield Step(at, clerk, ReportIncident(incident_id=about, organ=organ))
    at = pace.later(at, hours=1)
    measure = FreeText("带班领导到场,引导群众分流并作说明。")
    yield Step(at, people.DUTY_LEADER, NoteIncidentMeasure(incident_id=about, measure=measure))
    at = pace.later(at, hours=3)
    result = FreeText("秩序恢复,群众诉求均已登记。")
    yield Step(at, people.DUTY_LEADER, EndIncident(incident_id=about, result=result))
    at = pace.later(at, hours=14)
    finding = FreeText("预案对此类情形没有规定先后次序。")
    review = ReviewIncident(incident_id=about, finding=finding, lesson=FreeText(lesson))
    yield Step(at, hall.SUPERVISOR, review)
