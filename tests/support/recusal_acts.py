"""Acts about recusals, and a matter on which somebody is asked to be recused, or is."""

from bancheng.domain.impartiality import RecusalGround
from bancheng.domain.people import FreeText
from bancheng.domain.recusal import DenyRecusal, LiftRecusal, OrderRecusal, RequestRecusal

from .builders import History, after
from .given import CLERK, SUPERVISOR

WHO = "third-RS"  # who else does nothing in these tests
BECAUSE = FreeText("申请人是其配偶")


def asking(matter_id: str, staff_id: str = WHO) -> RequestRecusal:
    """That whoever reported or applied wants it, or the person themself."""
    ground = RecusalGround.RELATIVES_INTEREST
    return RequestRecusal(matter_id=matter_id, staff_id=staff_id, ground=ground, reason=BECAUSE)


def ordering(matter_id: str, staff_id: str = WHO) -> OrderRecusal:
    """That they do nothing any more."""
    ground = RecusalGround.RELATIVES_INTEREST
    return OrderRecusal(matter_id=matter_id, staff_id=staff_id, ground=ground, reason=BECAUSE)


def denying(matter_id: str, staff_id: str = WHO) -> DenyRecusal:
    """That they go on."""
    return DenyRecusal(matter_id=matter_id, staff_id=staff_id, reason=BECAUSE)


def lifting(matter_id: str, staff_id: str = WHO) -> LiftRecusal:
    """That they may act again."""
    return LiftRecusal(matter_id=matter_id, staff_id=staff_id, reason=BECAUSE)


def asked_for(history: History, matter_id: str, staff_id: str = WHO) -> History:
    """The same history, and that it was asked."""
    return after(history, asking(matter_id, staff_id), CLERK)


def recused(history: History, matter_id: str, staff_id: str = WHO) -> History:
    """The same history, and that it was ordered."""
    return after(history, ordering(matter_id, staff_id), SUPERVISOR)
