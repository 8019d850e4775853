"""联席会议的叙述: what is said of meetings about a ticket."""

from collections.abc import Mapping
from typing import Final

from bancheng.domain.complaint.meeting import (
    MeetingCancelled,
    MeetingConvened,
    MeetingFollowedUp,
    MeetingHeld,
)
from bancheng.domain.events import Event
from bancheng.projections.wording.readers import unit, units
from bancheng.projections.wording.wording import Part, Saying, says

_MEETING: Final = {"meeting_id": Part("会议编号")}
_OF_UNITS: Final = _MEETING | {"units": Part("与会单位", units)}

SAYINGS: Final[Mapping[type[Event], Saying]] = {
    MeetingConvened: says(
        "召集{level}(会议 {meeting_id}),{units}参加,{meets_at}在{place}召开",
        reason="question",
        parts=_OF_UNITS
        | {
            "level": Part("会议层级"),
            "meets_at": Part("会议时间"),
            "place": Part("会议地点"),
            "question": Part("议题"),
        },
    ),
    MeetingCancelled: says("取消会议 {meeting_id}", reason="reason", parts=_OF_UNITS),
    MeetingHeld: says(
        "形成会议 {meeting_id} 的纪要,结果为「{result}」[: {lead_unit}]"
        "[,由 {unit} 限 {follow_up_due}落实]",
        reason="minutes",
        unit="unit",
        opens="meeting_id",
        parts=_MEETING
        | {
            "minutes": Part("会议纪要"),
            "result": Part("会议结果"),
            "lead_unit": Part("明确的主办单位", unit),
            "unit": Part("落实单位", unit),
            "follow_up": Part("落实事项"),
            "follow_up_due": Part("落实期限"),
        },
    ),
    MeetingFollowedUp: says(
        "落实会议 {meeting_id} 的事项,{verdict}",
        reason="report",
        of="meeting_id",
        parts=_MEETING | {"report": Part("落实情况")},
    ),
}
