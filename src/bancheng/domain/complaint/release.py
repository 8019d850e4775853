"""转办内容: what a unit reads of a report is the text that a handler released to it, nothing else.

The accused must not get to know who reported (信访工作条例 30; 济南12345条例 16, 32;
北京接诉即办工作条例 8, 35). 办理要求 (``instruction``) is what the hall demands of the unit,
转办内容 is what happened, as the unit may read it. Each order keeps its own.
"""

from collections.abc import Iterable
from typing import Annotated, ClassVar, NamedTuple, Protocol

from msgspec import Meta

from bancheng.domain.commands import Desk
from bancheng.domain.complaint.accused import is_accused
from bancheng.domain.complaint.guards import ORDERS, open_order
from bancheng.domain.complaint.state import OrderCommand, Ticket
from bancheng.domain.complaint.terms import OrderStatus
from bancheng.domain.errors import InvalidInput
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import Attempt, guarded
from bancheng.domain.personal_fields import PersonalField
from bancheng.domain.personal_text.released import ReleasedText
from bancheng.domain.personal_text.told import told_in
from bancheng.domain.steps import Step

Text = Annotated[
    ReleasedText,
    Meta(description="转办内容: 放行给单位的反映内容,可由拟稿修改;单位只见此文,不见原文"),
]
Keeps = Annotated[
    tuple[PersonalField, ...],
    Meta(
        max_length=len(PersonalField),
        description="转办内容中确须告知单位的反映人信息项;含有而未列明的不予放行",
    ),
]


@topic("complaint.text-released", step=Step.DISPATCH)
class TextReleased(Event, frozen=True, kw_only=True):
    """放行转办内容: another text takes the place of the one that went to a unit with its order.

    ``tells`` are the parts of the reporter's data that it still holds, as the handler meant it to.
    """

    order_id: str
    released: ReleasedText
    tells: tuple[PersonalField, ...] = ()


@topic("complaint.text-withdrawn", step=Step.DISPATCH)
class TextWithdrawn(Event, frozen=True, kw_only=True):
    """收回转办内容: the unit is accused now and its text tells who reported: it sees it no more."""

    order_id: str


class ReleaseText(OrderCommand, frozen=True, kw_only=True):
    """放行转办内容: let the unit of an open order read this of the report from now on."""

    released: Text
    keeps: Keeps = ()
    asks_successors: ClassVar[bool] = True
    to_units: ClassVar[tuple[str, ...]] = ("why",)


class Releasing(Protocol):
    """What a command that lets a text go to units says."""

    @property
    def released(self) -> ReleasedText: ...
    @property
    def keeps(self) -> tuple[PersonalField, ...]: ...


class Released(NamedTuple):
    """已放行: a text to be sealed, and what of the reporter's data it tells."""

    text: ReleasedText | None
    tells: tuple[PersonalField, ...]


NOTHING_RELEASED = Released(None, ())


def may_release(ticket: Ticket, attempt: Attempt) -> None:
    """As long as the unit has the order: what is answered was answered to the text that it had."""
    open_order(ticket, attempt, OrderStatus.DISPATCHED, OrderStatus.SIGNED_IN, OrderStatus.RETURNED)


@guarded(may_release, ORDERS)
def release(ticket: Ticket, command: ReleaseText, desk: Desk) -> list[Event]:
    order = ticket.order(command.order_id)
    released = released_to(ticket, (order.unit,), command, desk)
    return [
        TextReleased(
            order_id=order.id,
            released=command.released.owned_by(desk.stream_id),
            tells=released.tells,
        )
    ]


def released_to(ticket: Ticket, units: Iterable[str], command: Releasing, desk: Desk) -> Released:
    """The text as it may go to all of ``units``.

    ``InvalidInput`` ``REPORTER_TOLD_TO_ACCUSED`` if it tells of the reporter and one of them is
    accused, ``REPORTER_IN_RELEASED`` if it tells what the handler does not say that it keeps.
    """
    tells = told_in(command.released.plain or "", desk.reporter)
    if tells and any(is_accused(ticket, unit, desk) for unit in units):
        raise InvalidInput(
            "REPORTER_TOLD_TO_ACCUSED",
            f"转办内容仍含反映人的{_words(tells)},而本件反映的正是承办单位,反映人未同意由其联系",
            field="released",
            remedy="请从转办内容中删去;可参考系统拟稿",
        )
    if beyond := [one for one in tells if one not in command.keeps]:
        raise InvalidInput(
            "REPORTER_IN_RELEASED",
            f"转办内容仍含反映人的{_words(beyond)}",
            field="released",
            remedy="请删去;确须告知单位的,请在 keeps 中列明",
        )
    return Released(command.released.owned_by(desk.stream_id), tells)


def passed_on(ticket: Ticket, order_id: str, unit: str, desk: Desk) -> Released:
    """What goes along when ``unit`` takes the order over from a closed unit by itself."""
    before = ticket.order(order_id)
    # It was let go to another unit: to the accused nobody has let it go.
    if before.tells and is_accused(ticket, unit, desk):
        return NOTHING_RELEASED
    return Released(before.released, before.tells)


def withdrawn(ticket: Ticket, desk: Desk) -> list[Event]:
    """What units that are accused after a correction, as ``ticket`` is then, may not read any more.

    Also those that were accused before: a person who moved makes another unit accused, and nothing
    happens on the ticket then.
    """
    return [
        TextWithdrawn(order_id=order.id)
        for order in ticket.orders.values()
        if order.tells and is_accused(ticket, order.unit, desk)
    ]


def _words(fields: Iterable[PersonalField]) -> str:
    return "、".join(one.label for one in fields)
