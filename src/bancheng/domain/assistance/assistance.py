"""The whole life of an assisted handling: what each event leaves in the write state."""

from collections.abc import Mapping
from typing import Any, Final

from msgspec.structs import replace

from bancheng.domain.assistance import course, mandate
from bancheng.domain.assistance.state import Assistance
from bancheng.domain.assistance.terms import AssistanceStatus
from bancheng.domain.events import Recorded
from bancheng.domain.matter_state import LEFT_ON_ALL, Leaves, evolved, leaves


def evolve(assistance: Assistance, recorded: Recorded) -> Assistance:
    """The state after ``recorded``. No limit runs on it, and nobody has a part of it in hand."""
    return evolved(assistance, recorded, LEFT_BY_EVENTS, {}, {})


def _mandated(it: Assistance, event: mandate.AssistanceMandated, _: Recorded) -> Assistance:
    return replace(
        it, number=event.number, contact=event.staff_id, helped=frozenset({event.staff_id})
    )


def _changed(it: Assistance, event: mandate.ContactChanged, _: Recorded) -> Assistance:
    return replace(it, contact=event.staff_id, helped=it.helped | {event.staff_id})


LEFT_BY_EVENTS: Final[Mapping[type, Leaves[Any]]] = {
    **LEFT_ON_ALL,
    mandate.AssistanceMandated: _mandated,
    mandate.ContactChanged: _changed,
    course.AssistanceEnded: leaves(status=AssistanceStatus.ENDED),
    course.AssistanceRated: leaves(rated=True),
}
