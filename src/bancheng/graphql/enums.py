"""Enumerations of the API: a GraphQL twin of every closed vocabulary, labels as descriptions."""

from enum import Enum
from functools import cache
from typing import Any

import strawberry

from bancheng.domain.complaint import terms
from bancheng.domain.events import Channel, term_of
from bancheng.domain.labelled import Labelled
from bancheng.domain.people import Role
from bancheng.domain.steps import Step

VOCABULARIES: tuple[type[Labelled], ...] = (
    Step,
    terms.Status,
    terms.OrderStatus,
    terms.TicketCategory,
    Channel,
    terms.SpecialGroup,
    terms.Outcome,
    terms.Satisfaction,
    terms.SlipColour,
    Role,
)
_NAMES = {terms.Status: "TicketStatus", terms.OrderStatus: "WorkOrderStatus"}


def name_of(vocabulary: type[Labelled]) -> str:
    """The vocabulary's name in GraphQL."""
    return _NAMES.get(vocabulary, vocabulary.__name__)


@cache
def enum_of(vocabulary: type[Labelled]) -> Any:
    """The GraphQL enumeration for ``vocabulary``; its members are made from the codes."""
    name = name_of(vocabulary)
    members = {
        member.name: strawberry.enum_value(member.value, description=member.label)
        for member in vocabulary
    }
    twin = Enum(name, members)  # type: ignore[misc]
    return strawberry.enum(twin, name=name, description=f"{term_of(vocabulary)}。")
