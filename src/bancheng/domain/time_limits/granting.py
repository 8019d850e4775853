"""批准: who grants more time for what; acts, guards and the check of a rule book read it here.

A book that names an approver whom no act admits would let nobody grant what it provides for.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from bancheng.domain.people import Role
from bancheng.domain.time_limits.rules import Approver

_HEADS: Final = (Role.UNIT_HEAD, Role.GOVERNMENT_HEAD)
# By purpose: whom the act of granting admits. What is not here nobody can extend.
GRANTERS: Final[Mapping[str, tuple[Role, ...]]] = {
    "resolve": (Role.HANDLER, Role.UNIT_HEAD),
    "case.decide": _HEADS,
    "case.decide_joint": _HEADS,
    "case.lower_review": _HEADS,
    "feedback": (Role.SUPERVISOR, Role.EFFICIENCY_SUPERVISOR),
}
_ACTS_AS: Final[Mapping[Role, tuple[Approver, ...]]] = {
    Role.HANDLER: (Approver.HANDLER,),
    Role.UNIT_HEAD: (Approver.UNIT_HEAD, Approver.ORGAN_HEAD),
    Role.SUPERVISOR: (Approver.SUPERVISOR,),
    Role.EFFICIENCY_SUPERVISOR: (Approver.SUPERVISOR,),
    Role.GOVERNMENT_HEAD: (Approver.GOVERNMENT_HEAD,),
}


def approvers_among(roles: Iterable[Role]) -> frozenset[Approver]:
    """批准人: as whom of those that a rule book names somebody with ``roles`` may extend."""
    return frozenset(one for role in roles for one in _ACTS_AS.get(role, ()))


def granters_of(purpose: str) -> frozenset[Approver]:
    """有权批准: whom a rule may name as approver for ``purpose``; nobody if no act extends it."""
    return approvers_among(GRANTERS.get(purpose, ()))
