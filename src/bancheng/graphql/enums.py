"""Enumerations of the API: a GraphQL twin of every closed vocabulary, labels as descriptions."""

import re
from enum import Enum
from functools import cache
from typing import Any

import strawberry

from bancheng.domain.case import terms as case_terms
from bancheng.domain.complaint import terms
from bancheng.domain.deadlines import DeadlineState
from bancheng.domain.events import Channel
from bancheng.domain.items import (
    CaseKind,
    Copies,
    DeliveryWay,
    ItemLevel,
    MaterialOrigin,
    PowerType,
)
from bancheng.domain.labelled import Labelled
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import Role, SpecialGroup
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.levels import WarningLevel
from bancheng.domain.time_limits.rules import CheckRule
from bancheng.domain.time_limits.terms import LimitUnit
from bancheng.projections.hand_over_ledger import HandOverState
from bancheng.projections.intake_ledger import IntakeKind
from bancheng.projections.refusal_ledger import RefusalState
from bancheng.projections.warning_ledger import WarningState
from bancheng.projections.work_order_ledger import ExtensionState

VOCABULARIES: tuple[type[Labelled], ...] = (
    Step,
    terms.Status,
    terms.OrderStatus,
    terms.TicketCategory,
    Channel,
    SpecialGroup,
    terms.Outcome,
    terms.Satisfaction,
    terms.SupervisionColour,
    case_terms.CaseStatus,
    case_terms.CaseSource,
    case_terms.CaseOutcome,
    case_terms.RefusalGround,
    case_terms.NotifyWay,
    case_terms.RatingLevel,
    case_terms.RatingOrigin,
    case_terms.RatingState,
    CheckRule,
    DeliveryWay,
    Role,
    LimitKind,
    DeadlineState,
    WarningLevel,
    WarningState,
    IntakeKind,
    RefusalState,
    HandOverState,
    LimitUnit,
    ExtensionState,
    PowerType,
    ItemLevel,
    CaseKind,
    Copies,
    MaterialOrigin,
)
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
    members = {
        member.name: strawberry.enum_value(member.value, description=member.label)
        for member in vocabulary
    }
    twin = Enum(name, members)  # type: ignore[misc]
    return strawberry.enum(twin, name=name, description=f"{term_of(vocabulary)}。")
