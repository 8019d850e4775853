"""关联: two tickets that have to do with each other, told on both.

What is done stands on the ticket on which it is done, with its reason. The other one only notes
that it is tied, by a policy: each has its own reporter, its own key, and its own people from whom
it is withheld, and nobody learns of one by the other (`bancheng.projections.withheld`).
"""

from typing import Annotated, Final

from msgspec import Meta

from bancheng.domain.commands import Command, Desk
from bancheng.domain.complaint.state import Ticket, TicketCommand
from bancheng.domain.errors import InvalidInput, NotFound
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import Attempt, Targets, guarded, nothing
from bancheng.domain.labelled import Labelled
from bancheng.domain.matter_files import MatterFile
from bancheng.domain.people import FreeText
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.rules import RetentionOf

OtherTicket = Annotated[str, Meta(max_length=80, description="另一件办不成事工单标识")]
OtherNumber = Annotated[str, Meta(max_length=80, description="另一件办不成事工单编号")]
LINKS_MAX: Final = 100


class TieKind(Labelled):
    """关联种类: what a ticket is to the one that it is tied to."""

    RELATED = "related", "相关"
    FOLLOWS = "follows", "后续"
    MERGED = "merged", "并入件"
    REPEATS = "repeats", "重复反映"


class TieEvent(Event, frozen=True, kw_only=True):
    """关联事件: something about what a ticket is to ``other_id``, known as ``other_number``."""

    other_id: str
    other_number: str


@topic("complaint.ticket-linked", step=Step.ANALYSE)
class TicketLinked(TieEvent, frozen=True, kw_only=True):
    """关联: the ticket has to do with another one, or follows from it."""

    kind: TieKind
    reason: FreeText


@topic("complaint.ticket-unlinked", step=Step.ANALYSE)
class TicketUnlinked(TieEvent, frozen=True, kw_only=True):
    """取消关联: what tied the ticket to another one holds no more."""

    kind: TieKind
    reason: FreeText


@topic("complaint.tie-noted", step=Step.ANALYSE)
class TieNoted(TieEvent, frozen=True, kw_only=True):
    """关联记载: another ticket was tied to this one there, or is not any more (``ended``)."""

    kind: TieKind
    ended: bool


EVENTS: Final = (TicketLinked, TicketUnlinked, TieNoted)


class LinkTickets(TicketCommand, frozen=True, kw_only=True):
    """关联: write down that the ticket has to do with another one, or follows from it."""

    other_id: OtherTicket
    follows: Annotated[bool, Meta(description="是否前后件: 本件系另一件的后续")] = False
    reason: Annotated[FreeText, Meta(description="关联理由")]

    def matters_named(self, _: object) -> tuple[str, ...]:
        return (self.other_id,)


class UnlinkTickets(TicketCommand, frozen=True, kw_only=True):
    """取消关联: write down that what tied the ticket to another one holds no more."""

    other_id: OtherTicket
    reason: Annotated[FreeText, Meta(description="取消关联的理由")]

    def matters_named(self, _: object) -> tuple[str, ...]:
        return (self.other_id,)


class NoteTie(TicketCommand, frozen=True, kw_only=True):
    """关联记载: note that another ticket was tied to this one there, or is not any more."""

    other_id: OtherTicket
    other_number: OtherNumber
    kind: Annotated[TieKind, Meta(description="另一件与本件的关系")]
    ended: Annotated[bool, Meta(description="是否已解除")]


LINKED: Final = Targets[Ticket](
    of=lambda command: command.other_id, within=lambda ticket: ticket.links
)


def may_unlink(ticket: Ticket, attempt: Attempt) -> None:
    """Where it was linked, by who may know of both. ``NotFound`` ``LINK_NOT_FOUND``."""
    if attempt.target not in ticket.links or attempt.target not in attempt.desk.files:
        raise NotFound(
            "LINK_NOT_FOUND",
            "本件没有登记与该件的关联",
            field="other_id",
            remedy="请核对关联台账;在另一件上登记的,请在该件取消",
        )


def other_ticket(command: Command, desk: Desk, field: str) -> MatterFile:
    """The ticket that the field of ``command`` names, if it is there and is another one.

    ``InvalidInput`` ``OTHER_TICKET_UNKNOWN``, also if it is withheld from the actor, and
    ``TIED_TO_ITSELF``.
    """
    other_id = getattr(command, field)
    if other_id == command.about:
        raise InvalidInput(
            "TIED_TO_ITSELF", "不能与本件自身关联", field=field, remedy="请填写另一件的标识"
        )
    found = desk.files.get(other_id)
    if found is None or found.kind is not RetentionOf.TICKETS:
        raise InvalidInput(
            "OTHER_TICKET_UNKNOWN",
            f"没有标识为「{other_id}」的办不成事工单",
            field=field,
            remedy="请从办不成事工单台账中选取",
        )
    return found


@guarded(nothing)
def link(ticket: Ticket, command: LinkTickets, desk: Desk) -> list[Event]:
    other = other_ticket(command, desk, "other_id")
    # Not together with the above: whether it is linked is not for who may not know of the other.
    _check_new(ticket, command)
    return [
        TicketLinked(
            other_id=command.other_id,
            other_number=other.number,
            kind=TieKind.FOLLOWS if command.follows else TieKind.RELATED,
            reason=desk.sealed(command.reason),
        )
    ]


def _check_new(ticket: Ticket, command: LinkTickets) -> None:
    if command.other_id in ticket.links or command.other_id in ticket.linked_by:
        raise InvalidInput(
            "ALREADY_LINKED", "两件已经关联", field="other_id", remedy="请核对关联台账"
        )
    if len(ticket.links) >= LINKS_MAX:
        raise InvalidInput(
            "TOO_MANY_LINKS",
            f"一件最多关联 {LINKS_MAX} 件",
            field="other_id",
            remedy="请先取消不再需要的关联",
        )


@guarded(may_unlink, LINKED)
def unlink(ticket: Ticket, command: UnlinkTickets, desk: Desk) -> list[Event]:
    linked = ticket.links[command.other_id]
    return [
        TicketUnlinked(
            other_id=command.other_id,
            other_number=linked.number,
            kind=TieKind.FOLLOWS if linked.follows else TieKind.RELATED,
            reason=desk.sealed(command.reason),
        )
    ]


@guarded(nothing)
def note_tie(_: Ticket, command: NoteTie, __: Desk) -> list[Event]:
    return [
        TieNoted(
            other_id=command.other_id,
            other_number=command.other_number,
            kind=command.kind,
            ended=command.ended,
        )
    ]
