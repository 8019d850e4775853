"""For each act that ties two tickets one way to do it through the API."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from bancheng.domain.complaint.merging import MergeTicket
from bancheng.domain.complaint.ties import LinkTickets
from bancheng.domain.people import Actor, FreeText

from .api_client import Api
from .given import HANDLER, SUPERVISOR
from .ways import Matter, Way, of_ticket, of_two


def tie_ways(reported: Callable[[Api], Matter]) -> Mapping[str, Way]:
    """By the names of their mutations."""

    def two(api: Api) -> Matter:
        other = reported(api).ticket_id
        return replace(reported(api), other=other)

    def linked(api: Api) -> Matter:
        matter = two(api)
        command = LinkTickets(
            ticket_id=matter.ticket_id, other_id=matter.other, reason=FreeText("同一窗口的事")
        )
        api.carry_out(command, HANDLER)
        return matter

    def to_merge(api: Api) -> Matter:
        main = reported(api).ticket_id
        return replace(reported(api), other=main)

    def merged(api: Api) -> Matter:
        matter = to_merge(api)
        text = FreeText("同一窗口、同一件事")
        command = MergeTicket(
            ticket_id=matter.ticket_id, main_id=matter.other, reason=text, progress=text
        )
        api.carry_out(command, HANDLER)
        return matter

    return {
        "mergeTicket": Way(
            to_merge,
            HANDLER,
            {"reason": "同一窗口、同一件事", "progress": "已转人社局办理"},
            ("ticketId", "mainId"),
        ),
        "unmergeTicket": of_ticket(merged, HANDLER, reason="并非同一件事"),
        "linkTickets": of_two(two, HANDLER, follows=True, reason="上次的事又出现了"),
        "unlinkTickets": of_two(linked, SUPERVISOR, reason="并非同一件事"),
    }


def tied_to_others(api: Api, matter: Matter, reported: Callable[[Api], Matter], by: Actor) -> None:
    """It is linked to one that is about nobody, and another such one to it; both tell of it."""
    here, there, ours = reported(api).ticket_id, reported(api).ticket_id, matter.ticket_id
    for one, other in ((ours, there), (here, ours)):
        api.carry_out(LinkTickets(ticket_id=one, other_id=other, reason=FreeText("相关")), by)
    api.hall.reactor.react()


def merged_into(api: Api, main: Matter, reported: Callable[[Api], Matter], by: Actor) -> Matter:
    """A ticket about nobody that goes on in ``main``."""
    one, text = reported(api), FreeText("同一件事")
    command = MergeTicket(
        ticket_id=one.ticket_id, main_id=main.ticket_id, reason=text, progress=text
    )
    api.carry_out(command, by)
    api.hall.reactor.react()
    return one
