"""What each event of a meeting leaves in the write state of its ticket. It only assigns."""

from typing import Any

from msgspec.structs import replace

from bancheng.domain.complaint import meeting
from bancheng.domain.complaint.state import Meeting, Ticket
from bancheng.domain.complaint.terms import MeetingState
from bancheng.domain.events import Recorded
from bancheng.domain.matter_state import Leaves


def _convened(ticket: Ticket, event: meeting.MeetingConvened, _: Recorded) -> Ticket:
    meetings = {**ticket.meetings, event.meeting_id: Meeting(units=event.units)}
    return replace(ticket, meetings=meetings, units=ticket.units | {*event.units})


def _cancelled(ticket: Ticket, event: meeting.MeetingCancelled, _: Recorded) -> Ticket:
    return _with_meeting(ticket, event.meeting_id, state=MeetingState.CANCELLED)


def _held(ticket: Ticket, event: meeting.MeetingHeld, _: Recorded) -> Ticket:
    state = MeetingState.SETTLED if event.follow_up_due is None else MeetingState.HELD
    after = _with_meeting(ticket, event.meeting_id, state=state, result=event.result)
    return replace(
        after,
        units=ticket.units | {*event.concerned},
        named_lead=event.lead_unit or ticket.named_lead,
    )


def _followed_up(ticket: Ticket, event: meeting.MeetingFollowedUp, _: Recorded) -> Ticket:
    return _with_meeting(ticket, event.meeting_id, state=MeetingState.SETTLED)


def _with_meeting(ticket: Ticket, meeting_id: str, **changes: Any) -> Ticket:
    changed = replace(ticket.meetings[meeting_id], **changes)
    return replace(ticket, meetings={**ticket.meetings, meeting_id: changed})


LEFT_BY_MEETINGS: dict[type, Leaves[Ticket]] = {
    meeting.MeetingConvened: _convened,
    meeting.MeetingCancelled: _cancelled,
    meeting.MeetingHeld: _held,
    meeting.MeetingFollowedUp: _followed_up,
}
