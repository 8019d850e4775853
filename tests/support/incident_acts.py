"""Acts on incidents, one to which all happened, and how each mutation is filled in."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from bancheng.domain.incidents.incident import (
    EndIncident,
    NoteIncidentMeasure,
    RegisterIncident,
    ReportIncident,
    ReviewIncident,
)
from bancheng.domain.incidents.terms import IncidentKind
from bancheng.domain.people import Actor

from .api_client import Api
from .builders import TEXT, History, after
from .given import CLERK, DUTY, START, SUPERVISOR, Given
from .ways import Matter, Way

ID = "incident-1"
ABOUT: dict[str, Any] = {"incident_id": ID}
LATE_AFTER = 55  # minutes
FOUND = START - timedelta(minutes=10)


def registering(found_at: datetime = FOUND, **fields: Any) -> RegisterIncident:
    """That the network of the hall is down."""
    usual: dict[str, Any] = {"kind": IncidentKind.SYSTEM_FAILURE, "facts": TEXT}
    return RegisterIncident(found_at=found_at, **usual | fields)


def reporting_up() -> ReportIncident:
    """That those above know."""
    return ReportIncident(**ABOUT, organ="区政务服务局值班室")


def measuring() -> NoteIncidentMeasure:
    """That something was done."""
    return NoteIncidentMeasure(**ABOUT, measure=TEXT)


def ending() -> EndIncident:
    """That it is over."""
    return EndIncident(**ABOUT, result=TEXT)


def reviewing() -> ReviewIncident:
    """What was learnt."""
    return ReviewIncident(**ABOUT, finding=TEXT, lesson=TEXT)


def an_incident(since: timedelta = timedelta(), **fields: Any) -> History:
    """One that was entered ten minutes after it was found, and that long after the usual one."""
    found = registering(FOUND + since, **fields)
    entered = Given(stream=ID).when(found, CLERK, START + since, official_number="TF-1")
    assert entered.refusal is None, entered.refusal
    return entered.history


def an_ended_one() -> History:
    """One that is over, and of which nobody above knows."""
    return after(an_incident(), ending(), DUTY)


def a_whole_one(since: timedelta = timedelta()) -> History:
    """One to which happened all that can, the report up too late."""
    history = an_incident(since)
    late = FOUND + since + timedelta(minutes=LATE_AFTER)
    history = after(history, reporting_up(), CLERK, at=late)
    for command, by in (
        (measuring(), CLERK),
        (ending(), DUTY),
        (reviewing(), SUPERVISOR),
    ):
        history = after(history, command, by)
    return history


def incident_ways() -> Mapping[str, Way]:
    """By the names of the mutations."""

    def there(api: Api) -> Matter:
        found = registering(api.clock.now())
        return Matter(api.carry_out(found, CLERK), "")

    def over(api: Api) -> Matter:
        matter = there(api)
        api.carry_out(EndIncident(incident_id=matter.ticket_id, result=TEXT), DUTY)
        return matter

    return {
        "registerIncident": Way(
            _nothing, CLERK,
            {"kind": "FIRE", "foundAt": "2026-03-02T00:50:00Z", "facts": "配电间冒烟"}, (),
        ),
        "reportIncident": _of(there, CLERK, organ="区政务服务局值班室"),
        "noteIncidentMeasure": _of(there, CLERK, measure="已切断电源、疏散群众"),
        "endIncident": _of(there, DUTY, result="无人员伤亡,已恢复"),
        "reviewIncident": _of(over, SUPERVISOR, finding="线路老化", lesson="更换线路,每月检查"),
    }  # fmt: skip


def _nothing(_: Api) -> Matter:
    return Matter("", "")


def _of(given: Callable[[Api], Matter], by: Actor, **fields: Any) -> Way:
    return Way(given, by, fields, ("incidentId",))
