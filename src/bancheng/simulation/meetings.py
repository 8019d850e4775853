"""How a simulated ticket goes to a meeting, and from there to the one above."""

from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from bancheng.domain.complaint.meeting import (
    CancelMeeting,
    ConveneMeeting,
    FollowUpMeeting,
    RecordMeeting,
)
from bancheng.domain.complaint.regroup import ChangeLead
from bancheng.domain.complaint.terms import MeetingLevel, MeetingResult
from bancheng.domain.people import Actor, FreeText
from bancheng.simulation import hall
from bancheng.simulation.pace import Pace, Step, Stretch

_LATER: Final = timedelta(hours=2)


class Discussed(NamedTuple):
    """所议: a ticket that its units can not settle: who leads it, and by which order who helps."""

    ticket_id: str
    number: str
    handler: Actor
    officer: Actor
    order: str
    other: str
    other_order: str


def discussed(at: datetime, about: Discussed, pace: Pace) -> Stretch:
    """The first meeting is put off, the second refers it, and the one above names who leads.

    Until then the unit that helps leads; who led before prepares what goes up.
    """
    ticket_id, officer, other = about.ticket_id, about.officer, about.other

    def convening(level: MeetingLevel) -> ConveneMeeting:
        return ConveneMeeting(
            ticket_id=ticket_id, level=level, units=(officer.unit, other),
            meets_at=pace.after(at, _LATER), place="中心三楼会议室",
            question=FreeText("该事项由哪个单位主办,系统数据由谁修正。"))  # fmt: skip

    def of(serial: int) -> dict[str, Any]:
        return {"ticket_id": ticket_id, "meeting_id": f"{about.number}-M{serial:02d}"}

    yield Step(at, hall.SUPERVISOR, convening(MeetingLevel.JOINT))
    at = pace.later(at, hours=1)
    yield Step(at, hall.SUPERVISOR, CancelMeeting(
        **of(1), reason=FreeText("一方主要负责人出差,另行召集。")))  # fmt: skip
    yield Step(at, about.handler, ChangeLead(
        ticket_id=ticket_id, order_id=about.other_order,
        reason=FreeText("数据由该单位的系统产生,先由其牵头。")))  # fmt: skip
    yield Step(at, hall.SUPERVISOR, convening(MeetingLevel.JOINT))
    at = pace.after(at, _LATER)
    yield Step(at, hall.SUPERVISOR, RecordMeeting(
        **of(2), minutes=FreeText("双方对职责划分意见不一,提请上会明确。"),
        result=MeetingResult.REFERRED, follow_up=FreeText("整理双方意见,报会议材料。"),
        follow_up_unit=officer.unit, follow_up_working_days=2))  # fmt: skip
    at = pace.later(at, hours=2)
    yield Step(at, officer, FollowUpMeeting(**of(2), report=FreeText("材料已报送。")))
    yield Step(at, hall.SUPERVISOR, convening(MeetingLevel.EXECUTIVE))
    at = pace.after(at, _LATER)
    yield Step(at, hall.SUPERVISOR, RecordMeeting(
        **of(3), minutes=FreeText("会议明确由原主办单位主办,另一方配合。"),
        result=MeetingResult.LEAD_NAMED, lead_unit=officer.unit))  # fmt: skip
    yield Step(at, about.handler, ChangeLead(
        ticket_id=ticket_id, order_id=about.order,
        reason=FreeText("按会议纪要调整。")))  # fmt: skip
    return at
