"""What the policies between matters may ask for."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from bancheng.domain.case.state import Case
from bancheng.domain.complaint.state import Ticket
from bancheng.domain.time_limits.rulebook import RuleBook


class Known(NamedTuple):
    """已知: what a policy may ask for.

    A case's or a ticket's state, which units take work and for which others, and the rule book in
    force.
    """

    case: Callable[[str], Case]
    ticket: Callable[[str], Ticket]
    units: Callable[[], frozenset[str]]
    successors: Callable[[], Mapping[str, str]]
    rulebook: Callable[[], RuleBook]
