"""What was brought to some state for an act, and how the mutation of the act is filled in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bancheng.domain.people import Actor

from .api_client import Api


@dataclass(frozen=True)
class Matter:
    """A ticket that was brought to some state."""

    ticket_id: str
    number: str
    warning: str = ""
    serial: int = 1
    named_measure: str = ""
    other: str = ""

    @property
    def order(self) -> str:
        """The order that it is about: that of the lead unit, unless another is named."""
        return f"{self.number}-{self.serial:02d}"

    @property
    def measure(self) -> str:
        return self.named_measure or f"{self.number}-D01"

    @property
    def meeting(self) -> str:
        return f"{self.number}-M01"


@dataclass(frozen=True)
class Way:
    """How an act is done."""

    given: Callable[[Api], Matter]
    by: Actor
    fields: Mapping[str, Any] = field(default_factory=dict)
    names: tuple[str, ...] = ("ticketId",)

    def filled(self, matter: Matter) -> dict[str, Any]:
        """The mutation's input."""
        known = {
            "ticketId": matter.ticket_id, "matterId": matter.ticket_id, "orderId": matter.order,
            "measureId": matter.measure, "code": matter.ticket_id,
            "staffId": matter.ticket_id, "credentialId": matter.warning,
            "warningId": matter.warning, "subject": matter.order,
            "noticeId": matter.warning, "meetingId": matter.meeting,
            "incidentId": matter.ticket_id, "improvementId": matter.ticket_id,
            "assistanceId": matter.warning or matter.ticket_id,
            "erasureId": matter.ticket_id, "handOverId": matter.ticket_id,
            "matters": [matter.ticket_id], "otherId": matter.other,
            "mainId": matter.other,
            "earlierId": matter.other,
        }  # fmt: skip
        return {name: known[name] for name in self.names} | {
            name: value() if callable(value) else value for name, value in self.fields.items()
        }


def of_ticket(given: Callable[[Api], Matter], by: Actor, **fields: Any) -> Way:
    return Way(given, by, fields)


def of_order(given: Callable[[Api], Matter], by: Actor, **fields: Any) -> Way:
    return Way(given, by, fields, ("ticketId", "orderId"))


def of_two(given: Callable[[Api], Matter], by: Actor, **fields: Any) -> Way:
    return Way(given, by, fields, ("ticketId", "otherId"))


def of_warning(given: Callable[[Api], Matter], by: Actor, **fields: Any) -> Way:
    return Way(given, by, fields, ("matterId", "warningId"))


def of_measure(given: Callable[[Api], Matter], by: Actor, **fields: Any) -> Way:
    return Way(given, by, fields, ("matterId", "measureId"))
