"""替岗办理: an act that somebody does in the place of another, as their stand-in (服务双岗, AB岗).

They do it themselves, in the role in which the other has the work in hand, and the event keeps
both. Nobody can do so more than the other could, nor what they may not do themselves.
"""

from typing import Final

from msgspec.structs import replace

from bancheng.domain.hands import HOLDING
from bancheng.domain.people import Actor, Role

# Who works for a unit does not verify its work, in nobody's place either.
_APART: Final = (Role.VERIFIER, Role.UNIT_OFFICER)


def conferred(principal: Actor, person: Actor) -> Actor | None:
    """``person`` as who acts in the place of ``principal``; none if they can not.

    Only the roles by which somebody has work in hand are stood in for: nobody leads or verifies in
    the place of another. Their own roles do not count meanwhile.
    """
    roles = tuple(role for role in principal.roles if role in HOLDING)
    both = {*roles, *person.roles}
    if not roles or principal.unit != person.unit or both.issuperset(_APART):
        return None
    return replace(person, roles=roles)
