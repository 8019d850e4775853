"""Who calls in the simulated hall opens the number first, and is not always answered."""

from collections.abc import Generator
from datetime import datetime, timedelta
from typing import Any, Final

from bancheng.domain.calls import CallResult
from bancheng.domain.case.contact import ContactApplicant, DiscloseApplicant
from bancheng.domain.complaint.contact import ContactReporter, DiscloseReporter
from bancheng.domain.people import Actor, FreeText
from bancheng.domain.personal_fields import PersonalField
from bancheng.simulation import people
from bancheng.simulation.cases.file import CaseFile
from bancheng.simulation.pace import Moment, Pace, Seen, Step, Stretch

_TO_CALL: Final = (PersonalField.NAME, PersonalField.PHONE)
_DIALLING: Final = timedelta(minutes=2)
_MISSED: Final = FreeText("无人接听,稍后再拨。")


def reporter_called(
    at: datetime, by: Actor, ticket_id: str, order_id: str, pace: Pace, *, missed: bool
) -> Stretch:
    """``by`` reaches the reporter about an order, at the second try if the first was ``missed``."""
    yield from reporter_looked_up(at, by, ticket_id, "contact", "就本派单联系反映人。")
    at += _DIALLING
    of_it: dict[str, Any] = {"ticket_id": ticket_id, "order_id": order_id, "purpose": "contact"}
    if missed:
        yield Step(at, by, ContactReporter(**of_it, call=CallResult.NO_ANSWER, note=_MISSED))
        at = pace.later(at, hours=1)
    yield Step(at, by, ContactReporter(**of_it, call=CallResult.CONNECTED))
    return at


def reporter_looked_up(
    at: datetime, by: Actor, ticket_id: str, purpose: str, reason: str
) -> Generator[Moment, Seen, None]:
    """``by`` opens the name and the phone of who reported the ticket."""
    why = FreeText(reason)
    yield Step(at, by, DiscloseReporter(
        ticket_id=ticket_id, purpose=purpose, fields=_TO_CALL, reason=why))  # fmt: skip


def told_by_phone(file: CaseFile, at: datetime) -> Stretch:
    """The issuing window calls the applicant; somebody who does not answer is called again."""
    yield from applicant_looked_up(file, at, people.ISSUER, "collect", "通知领取。")
    at += _DIALLING
    if file.happens(file.shares.unreached):
        tried: dict[str, Any] = {"call": CallResult.NO_ANSWER, "note": _MISSED}
        yield from file.does(at, people.ISSUER, ContactApplicant(
            case_id=file.id, purpose="collect", **tried))  # fmt: skip
        at = file.pace.later(at, hours=1)
    return at


def applicant_looked_up(
    file: CaseFile, at: datetime, by: Actor, purpose: str, reason: str
) -> Generator[Moment, Seen, None]:
    """``by`` opens the name and the phone of who applied."""
    yield from file.does(at, by, DiscloseApplicant(
        case_id=file.id, purpose=purpose, fields=_TO_CALL, reason=FreeText(reason)))  # fmt: skip
