"""How it is asked that somebody do nothing on a simulated case, and what is decided of that."""

from datetime import datetime
from typing import Final

from bancheng.domain.commands import Command
from bancheng.domain.impartiality import RecusalGround
from bancheng.domain.people import FreeText
from bancheng.domain.recusal import DenyRecusal, LiftRecusal, OrderRecusal, RequestRecusal
from bancheng.simulation import hall
from bancheng.simulation.cases.file import CaseFile, Doing

# By turns and not by chance: it is so seldom that some weeks would have none.
EVERY: Final = 24
_WHY: Final = FreeText("申请人称此人是其近亲属,担心影响公正。")
_RULINGS: Final = (
    FreeText("经核实不属于回避情形。"),
    FreeText("情况属实,由其他人员办理。"),
    FreeText("情况已不存在。"),
)


def asked(file: CaseFile, at: datetime, turn: int) -> Doing:
    """The applicant asks it of a handler: denied, ordered, or ordered and lifted, by turns.

    The case goes on meanwhile.
    """
    who, ground = hall.HANDLERS[1].id, RecusalGround.RELATIVES_INTEREST
    yield from file.does(at, file.clerk, RequestRecusal(
        matter_id=file.id, staff_id=who, ground=ground, reason=_WHY))  # fmt: skip
    denied, ordered, over = _RULINGS
    order = OrderRecusal(matter_id=file.id, staff_id=who, ground=ground, reason=ordered)
    lift = LiftRecusal(matter_id=file.id, staff_id=who, reason=over)
    courses: tuple[tuple[Command, ...], ...] = (
        (DenyRecusal(matter_id=file.id, staff_id=who, reason=denied),), (order,), (order, lift),
    )  # fmt: skip
    for act in courses[turn % len(courses)]:
        yield from file.does(at, hall.SUPERVISOR, act)
