"""Meetings about a ticket: the acts, tickets of whom one was called, and a way through the API."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bancheng.domain.complaint.discover import AcceptTicket
from bancheng.domain.complaint.meeting import (
    CancelMeeting,
    ConveneMeeting,
    FollowUpMeeting,
    MeetingConvened,
    RecordMeeting,
)
from bancheng.domain.complaint.regroup import ChangeLead
from bancheng.domain.complaint.terms import MeetingLevel, MeetingResult

from . import builders
from .api_client import Api
from .builders import TEXT, History, a_dispatched_ticket, after
from .given import HANDLER, OFFICER, START, STREAM, Given, local, recorded
from .ways import Matter, Way, of_order

MEETING: dict[str, Any] = {"ticket_id": STREAM, "meeting_id": "BCS-1-M01"}
MEETS_AT = local("2098-03-10 14:30")  # the clock of a hall may be moved far
CANCEL = CancelMeeting(**MEETING, reason=TEXT)
FOLLOW_UP = FollowUpMeeting(**MEETING, report=TEXT)


def convening(
    *units: str,
    level: MeetingLevel = MeetingLevel.JOINT,
    meets_at: datetime = MEETS_AT,
    ticket_id: str = STREAM,
) -> ConveneMeeting:
    return ConveneMeeting(
        ticket_id=ticket_id, level=level, units=units or ("RS", "YB"), meets_at=meets_at,
        place="三楼会议室", question=TEXT,
    )  # fmt: skip


def recording(
    result: MeetingResult = MeetingResult.NOT_SOLVABLE,
    unit: str = "RS",
    days: int = 5,
    **more: Any,
) -> RecordMeeting:
    """The minutes, by which ``unit`` has something to do in ``days`` working days."""
    return RecordMeeting(
        **{**MEETING, "minutes": TEXT, "follow_up": TEXT, "follow_up_unit": unit,
           "follow_up_working_days": days, **more}, result=result,
    )  # fmt: skip


def naming(lead: str, **more: Any) -> RecordMeeting:
    """The minutes of a meeting that named ``lead`` and set nobody anything else."""
    return RecordMeeting(
        **{**MEETING, "minutes": TEXT, **more}, result=MeetingResult.LEAD_NAMED, lead_unit=lead
    )


def a_convened_ticket(*units: str) -> History:
    return after(a_dispatched_ticket(*units), convening())


def a_met_ticket(*units: str) -> History:
    """Its meeting set RS something to do."""
    return after(a_convened_ticket(*units), recording())


def with_meeting(history: History, *, held: bool = False) -> History:
    """The same, of whatever status, but that a meeting was called before, or set RS a task."""
    called = MeetingConvened(
        meeting_id="BCS-1-M01", level=MeetingLevel.JOINT, units=("RS", "YB"), meets_at=MEETS_AT,
        place="三楼会议室", question=TEXT,
    )  # fmt: skip
    last = history[-1]
    story = (*history, recorded(called, last.version + 1, HANDLER, last.envelope.occurred_at))
    return after(story, recording()) if held else story


def told_of_meetings(number: str) -> History:
    """One was cancelled, one named who leads and set that unit something, which it did."""
    history = Given().when(builders.reporting(), at=START, official_number=number).history

    def of(serial: int) -> Any:
        return {"ticket_id": STREAM, "meeting_id": f"{number}-M{serial:02d}"}

    lead, helping = (
        ChangeLead(ticket_id=STREAM, order_id=f"{number}-{serial}", reason=TEXT)
        for serial in ("01", "02")
    )
    for act, by in (
        (AcceptTicket(ticket_id=STREAM), None), (builders.analysing(), None),
        (builders.dispatching("RS", "YB"), None), (helping, None),
        (convening(), None), (CancelMeeting(**of(1), reason=TEXT), None),
        (convening(), None),
        (recording(MeetingResult.LEAD_NAMED, lead_unit="RS", **of(2)), None),
        (lead, None), (FollowUpMeeting(**of(2), report=TEXT), OFFICER),
    ):  # fmt: skip
        history = after(history, act, by)
    return history


def meeting_ways(dispatched: Callable[..., Matter]) -> Mapping[str, Way]:
    """By the names of their mutations; who leads is changed without a meeting as well."""

    def helped(api: Api) -> Matter:
        return replace(dispatched(api, lead="YB", others=("RS",)), serial=2)

    def convened(api: Api) -> Matter:
        matter = dispatched(api)
        api.carry_out(convening(ticket_id=matter.ticket_id), HANDLER)
        return matter

    def held(api: Api) -> Matter:
        matter = convened(api)
        of_meeting: dict[str, Any] = {"ticket_id": matter.ticket_id, "meeting_id": matter.meeting}
        api.carry_out(recording(**of_meeting), HANDLER)
        return matter

    def of_meeting(given: Callable[[Api], Matter], by: Any, **fields: Any) -> Way:
        return Way(given, by, fields, ("ticketId", "meetingId"))

    return {
        "conveneMeeting": Way(
            dispatched,
            HANDLER,
            {
                "level": "JOINT", "units": ["RS", "YB"], "meetsAt": MEETS_AT.isoformat(),
                "place": "三楼会议室", "question": "由谁主办",
            },
        ),
        "changeLead": of_order(helped, HANDLER, reason="系统由该单位管理"),
        "cancelMeeting": of_meeting(convened, HANDLER, reason="双方已协商一致"),
        "recordMeeting": of_meeting(
            convened, HANDLER, minutes="各方意见一致", result="LEAD_NAMED", leadUnit="RS"
        ),
        "followUpMeeting": of_meeting(held, OFFICER, report="已报省厅修改系统"),
    }  # fmt: skip
