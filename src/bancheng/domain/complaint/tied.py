"""关联之后: what the write state keeps of the tickets that one is tied to. It only assigns."""

from collections.abc import Mapping
from typing import Any, Final

from msgspec.structs import replace

from bancheng.domain.complaint import merging, repeating, ties
from bancheng.domain.complaint.state import Link, Merged, Ticket
from bancheng.domain.complaint.terms import Status
from bancheng.domain.events import Recorded
from bancheng.domain.matter_state import Leaves


def _linked(ticket: Ticket, event: ties.TicketLinked, _: Recorded) -> Ticket:
    link = Link(number=event.other_number, follows=event.kind is ties.TieKind.FOLLOWS)
    return replace(ticket, links={**ticket.links, event.other_id: link})


def _unlinked(ticket: Ticket, event: ties.TicketUnlinked, _: Recorded) -> Ticket:
    links = {key: one for key, one in ticket.links.items() if key != event.other_id}
    return replace(ticket, links=links)


def _tie_noted(ticket: Ticket, event: ties.TieNoted, _: Recorded) -> Ticket:
    if event.kind is ties.TieKind.MERGED:
        others = ticket.has_merged - {event.other_id}
        return replace(ticket, has_merged=others if event.ended else others | {event.other_id})
    if event.kind is ties.TieKind.REPEATS:
        return ticket
    others = ticket.linked_by - {event.other_id}
    return replace(ticket, linked_by=others if event.ended else others | {event.other_id})


def _merged(ticket: Ticket, event: merging.TicketMerged, recorded: Recorded) -> Ticket:
    own = (one for one in ticket.deadlines.values() if one.subject == recorded.stream_id)
    merged = Merged(
        into=event.other_id,
        number=event.other_number,
        status=ticket.status,
        running=tuple(one.key for one in own if one.is_running),
    )
    return replace(ticket, status=Status.MERGED, merged=merged, regrade_asked=None)


def _merge_undone(ticket: Ticket, event: merging.MergeUndone, _: Recorded) -> Ticket:
    return replace(ticket, status=event.status, merged=None, answered=False)


def _answered(ticket: Ticket, _event: merging.MergedAnswered, _: Recorded) -> Ticket:
    assert ticket.merged is not None, "it was merged before"
    # What they were told before does not stand any more, if there is another result.
    return replace(ticket, merged=replace(ticket.merged, answered=True), answered=False)


def _repeated(ticket: Ticket, event: repeating.RepeatRegistered, _: Recorded) -> Ticket:
    status = ticket.status if event.new_facts else Status.REFUSED
    return replace(ticket, repeats=event.other_id, status=status)


LEFT_BY_TIES: Final[Mapping[type[Any], Leaves[Ticket]]] = {
    ties.TicketLinked: _linked,
    ties.TicketUnlinked: _unlinked,
    ties.TieNoted: _tie_noted,
    merging.TicketMerged: _merged,
    merging.MergeUndone: _merge_undone,
    merging.MergedAnswered: _answered,
    repeating.RepeatRegistered: _repeated,
}
