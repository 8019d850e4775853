"""Enumerations of the API: a GraphQL twin of every closed vocabulary, labels as descriptions."""

import re
from enum import Enum
from functools import cache
from typing import Any

import strawberry

from bancheng.domain.complaint import terms
from bancheng.domain.labelled import Labelled

# Every vocabulary that the API speaks, in the order in which it first did.
VOCABULARIES: list[type[Labelled]] = []
_NAMES = {
    terms.Status: "TicketStatus",
    terms.OrderStatus: "WorkOrderStatus",
}


def name_of(vocabulary: type[Labelled]) -> str:
    """The vocabulary's name in GraphQL."""
    return _NAMES.get(vocabulary, vocabulary.__name__)


def term_of(vocabulary: type[Labelled]) -> str:
    """What the vocabulary is called: the Chinese words its docstring begins with."""
    found = re.match(r"[^\x00-\x7f]+", vocabulary.__doc__ or "")
    if found is None:
        raise TypeError(f"the docstring of {vocabulary.__name__} must begin with its Chinese term")
    return found[0]


@cache
def enum_of(vocabulary: type[Labelled]) -> Any:
    """The GraphQL enumeration for ``vocabulary``; its members are made from the codes."""
    name = name_of(vocabulary)
    VOCABULARIES.append(vocabulary)
    members = {
        member.name: strawberry.enum_value(member.value, description=member.label)
        for member in vocabulary
    }
    twin = Enum(name, members)  # type: ignore[misc]
    return strawberry.enum(twin, name=name, description=f"{term_of(vocabulary)}。")
