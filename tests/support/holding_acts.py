"""Acts about who has a matter or an order in hand, and matters of which somebody or nobody has."""

from collections.abc import Callable, Mapping
from functools import partial, reduce
from typing import Any

from msgspec.structs import replace

from bancheng.app.registry import matter_kind
from bancheng.domain.commands import Command
from bancheng.domain.holding.leaving import PassOnWork, TakeBackWork
from bancheng.domain.holding.taking import AssignWork, ClaimWork, GiveBackWork
from bancheng.domain.office.staff import RegisterStaff
from bancheng.domain.people import Actor, FreeText

from .builders import History, after
from .given import DUTY, HEAD, OFFICER

LIST = "hand-over-1"
WHOM = "second-RS"  # who else does nothing in these tests
BECAUSE = FreeText("本人出差,不能按期办理")


def registering(who: Actor) -> RegisterStaff:
    """That they are on the staff as they stand."""
    return RegisterStaff(
        staff_id=who.id, name=who.name, post=who.post, unit=who.unit, roles=who.roles
    )


def claiming(matter_id: str, order_id: str | None = None) -> ClaimWork:
    """That nobody's is somebody's."""
    return ClaimWork(matter_id=matter_id, order_id=order_id)


def assigning(matter_id: str, order_id: str | None = None, staff_id: str = WHOM) -> AssignWork:
    """That it is theirs."""
    return AssignWork(matter_id=matter_id, order_id=order_id, staff_id=staff_id)


def giving_back(matter_id: str, order_id: str | None = None) -> GiveBackWork:
    """That it is nobody's any more."""
    return GiveBackWork(matter_id=matter_id, order_id=order_id, reason=BECAUSE)


def taking_back(matter_id: str, order_id: str | None = None, staff_id: str = WHOM) -> TakeBackWork:
    """That they have left."""
    return TakeBackWork(matter_id=matter_id, order_id=order_id, staff_id=staff_id)


def passing_on(
    matter_id: str, order_id: str | None = None, staff_id: str = OFFICER.id
) -> PassOnWork:
    """That by a list what `WHOM` has is somebody else's."""
    return PassOnWork(
        matter_id=matter_id,
        order_id=order_id,
        hand_over_id=LIST,
        from_staff=WHOM,
        to_staff=staff_id,
    )


def all_of_them(matter_id: str, order_id: str | None = None) -> list[Command]:
    """Each act, as anybody would ask for it."""
    acts = (claiming, assigning, giving_back, taking_back, passing_on)
    return [act(matter_id, order_id) for act in acts]


def in_nobodys_hand(history: History, matter_id: str, order_id: str | None = None) -> History:
    """The same history, and that whoever had it gave it back."""
    kind: Any = matter_kind(matter_id)
    found = reduce(kind.evolve, history, kind.empty()).holders.get(order_id or "")
    if found is None:
        return history
    by = replace(HEAD, unit=found.unit) if order_id else DUTY
    return after(history, giving_back(matter_id, order_id), by)


def in_hand(history: History, matter_id: str, order_id: str | None = None) -> History:
    """The same history, and that `WHOM` was assigned to it."""
    by = HEAD if order_id else DUTY
    return after(history, assigning(matter_id, order_id), by)


# What the matter of each act must be besides open.
BEFORE = {
    ClaimWork: in_nobodys_hand,
    AssignWork: in_nobodys_hand,
    GiveBackWork: in_hand,
    TakeBackWork: in_hand,
    PassOnWork: in_hand,
}


def held_before(histories: Mapping[Any, Callable[[], History]], matter_id: str) -> dict[Any, Any]:
    """By act and status: what makes the matter that each act needs out of one in that status."""
    return {
        (act, status): partial(_prepared, before, history, matter_id)
        for act, before in BEFORE.items()
        for status, history in histories.items()
    }


def _prepared(
    before: Callable[[History, str], History], history: Callable[[], History], matter_id: str
) -> History:
    return before(history(), matter_id)
