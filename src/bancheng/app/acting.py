"""替岗办理: whether somebody may do an act in the place of another, and as whom they do it then.

Three things have to be so: they stand in now, what it is done on is in the hands of the other, and
the other could do it themself. That they may do it in person is asked by the decision, as always.
"""

from datetime import datetime
from typing import Any, Final

from msgspec.structs import replace

from bancheng.app.acts.act import Act
from bancheng.app.rules import Rules
from bancheng.domain.acting import conferred
from bancheng.domain.commands import Command, Desk
from bancheng.domain.errors import DomainError, NotAllowed
from bancheng.domain.hands import HOLDING, WHOLE
from bancheng.domain.matter_state import MatterState
from bancheng.domain.people import Actor, Role

_OF_ORDERS: Final = frozenset({Role.UNIT_OFFICER})


def can_be_for_another(act: Act) -> bool:
    """Whether an act is on what somebody can have in hand, and need not be done in person."""
    on_matters = all(isinstance(kind.empty(), MatterState) for kind in act.on)
    excepted = act.opens or not act.offered or act.command.in_person
    return on_matters and not excepted and not act.by.isdisjoint(HOLDING)


def principal_of(
    act: Act, actor: Actor, staff_id: str, rules: Rules, now: datetime
) -> tuple[Actor, Actor]:
    """Whom ``actor`` stands in for, and ``actor`` as they act in that place.

    ``NotAllowed`` ``IN_PERSON_ONLY``, ``NOT_STANDING_IN``.
    """
    if not can_be_for_another(act):
        raise NotAllowed(
            "IN_PERSON_ONLY", f"{act.term}不能代他人办理", remedy="请由有权办理的人以本人名义办理"
        )
    principal = rules.member(staff_id)
    acting = None if principal is None else conferred(principal, actor)
    if principal is None or acting is None or not rules.stands_in(staff_id, actor.id, now):
        raise NotAllowed(
            "NOT_STANDING_IN",
            f"您此刻不替「{staff_id}」的岗: 没有登记,不在替岗期间,或常设替岗而其并未离岗",
            remedy="请以本人名义办理;确须替岗的,请单位负责人或系统管理员登记AB岗",
        )
    roles = tuple(role for role in principal.roles if role in HOLDING)
    return replace(principal, roles=roles), acting


def check_in_hand(act: Act, command: Command, state: Any, principal: Actor) -> None:
    """``NotAllowed`` ``NOT_IN_THEIR_HAND`` unless ``principal`` has in hand what it is about.

    Who has the whole answers for its orders. What names no order is about the whole; of an officer
    who has an order of it, as well.
    """
    theirs = {part for part, one in state.holders.items() if one.staff_id == principal.id}
    part = command.order_named() or WHOLE
    roles = frozenset(principal.roles) & act.by
    by_order = bool(theirs) and not part and not roles.isdisjoint(_OF_ORDERS)
    if theirs.isdisjoint({part, WHOLE}) and not by_order:
        raise NotAllowed(
            "NOT_IN_THEIR_HAND",
            f"本项工作不在「{principal.name}」({principal.id})手中",
            remedy="请以本人名义办理,或先由单位指派承办人",
        )


def check_could_themself(act: Act, command: Command, state: Any, desk: Desk) -> None:
    """``NotAllowed`` ``PRINCIPAL_MAY_NOT`` unless the actor of ``desk``, who is stood in for, may.

    So nobody has granted by their stand-in what they asked for. What the act names is asked too:
    the other may be recused from that.
    """
    refused: DomainError | None = act.role_refusal(desk.actor)
    if refused is None:
        try:
            act.decide(state, command, desk)
        except DomainError as refusal:
            refused = refusal
    if refused is not None:
        raise NotAllowed(
            "PRINCIPAL_MAY_NOT",
            f"「{desk.actor.name}」({desk.actor.id})本人也不能{act.term}",
            remedy="请由有权办理的人以本人名义办理",
        ) from refused
