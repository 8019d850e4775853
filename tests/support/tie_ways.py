"""For each act that ties two tickets one way to do it through the API."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from bancheng.domain.complaint.discover import RefuseTicket
from bancheng.domain.complaint.merging import MergeTicket
from bancheng.domain.complaint.repeating import RegisterRepeat
from bancheng.domain.complaint.ties import LinkTickets
from bancheng.domain.people import Actor, FreeText

from .api_client import Api
from .given import CLERK, HANDLER, SUPERVISOR
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

    def to_repeat(api: Api) -> Matter:
        return replace(reported(api), other=answered(api, reported))

    return {
        "registerRepeat": Way(
            to_repeat,
            CLERK,
            {"newFacts": False, "reason": "所述与前次相同", "explanation": "上次已答复"},
            ("ticketId", "earlierId"),
        ),
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


def answered(api: Api, reported: Callable[[Api], Matter]) -> str:
    """A ticket that was not taken on, and its reporter was told why."""
    earlier, said = reported(api).ticket_id, FreeText("已起诉")
    refused = RefuseTicket(ticket_id=earlier, reason="litigation", explanation=said, remedy=said)
    api.carry_out(refused, HANDLER)
    return earlier


def repeated(api: Api, reported: Callable[[Api], Matter]) -> Matter:
    """A ticket that reports again what was answered, and says nothing new."""
    earlier, text = answered(api, reported), FreeText("所述与前次相同")
    one = reported(api)
    command = RegisterRepeat(
        ticket_id=one.ticket_id, earlier_id=earlier, new_facts=False, reason=text, explanation=text
    )
    api.carry_out(command, CLERK)
    return one


def merged_into(api: Api, main: Matter, reported: Callable[[Api], Matter], by: Actor) -> Matter:
    """A ticket about nobody that goes on in ``main``."""
    one, text = reported(api), FreeText("同一件事")
    command = MergeTicket(
        ticket_id=one.ticket_id, main_id=main.ticket_id, reason=text, progress=text
    )
    api.carry_out(command, by)
    api.hall.reactor.react()
    return one
