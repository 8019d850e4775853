"""关联 over the API: both tickets tell of it, and neither to who may not know of the other."""

from typing import Any

from msgspec.structs import replace

from bancheng.domain.complaint.correct import CorrectTicket
from bancheng.domain.complaint.merging import UnmergeTicket
from bancheng.domain.office.staff import RegisterStaff
from bancheng.domain.people import Actor
from support.api_acts import TEXT, Matter, dispatched, reported
from support.api_client import Api
from support.given import ADMIN, HANDLER, OFFICER, SUPERVISOR
from support.tie_ways import merged_into

BOTH = """query ($id: ID!) { ticket(id: $id) { ties {
  ticketNumber otherNumber kind kindLabel reason endedAt ticket { number } } } }"""
TRAIL = """query ($id: String) { auditTrail(filter: {streamId: $id}) { edges { node {
  sentence } } } }"""


def two(api: Api) -> tuple[Matter, Matter]:
    one, other = reported(api), reported(api)
    filled = {
        "ticketId": one.ticket_id, "otherId": other.ticket_id, "follows": True,
        "reason": "上次的事又出现了",
    }  # fmt: skip
    assert api.act("linkTickets", HANDLER, filled)["__typename"] == "TicketActDone"
    api.hall.reactor.react()
    api.settle()
    return one, other


def ties(api: Api, matter: Matter, who: Actor) -> list[dict[str, Any]]:
    found = api.ask(BOTH, who, id=matter.ticket_id)["ticket"]
    return found["ties"]


def sentences(api: Api, matter: Matter, who: Actor) -> str:
    found = api.ask(TRAIL, who, id=matter.ticket_id)["auditTrail"]["edges"]
    return "\n".join(one["node"]["sentence"] for one in found)


def test_both_tickets_have_the_tie_and_a_line_of_their_trail(api: Api):
    one, other = two(api)
    (row,) = ties(api, one, SUPERVISOR)
    assert ties(api, other, SUPERVISOR) == [row]
    assert (row["ticketNumber"], row["otherNumber"]) == (one.number, other.number)
    assert (row["kind"], row["kindLabel"], row["endedAt"]) == ("FOLLOWS", "后续", None)
    assert row["ticket"] == {"number": one.number}
    assert f"与办不成事工单 {other.number} 的关联(后续)" in sentences(api, one, SUPERVISOR)
    assert f"办不成事工单 {one.number} 已与本件关联(后续)" in sentences(api, other, SUPERVISOR)


def test_what_is_unlinked_says_until_when_and_why_on_both(api: Api):
    one, other = two(api)
    filled = {"ticketId": one.ticket_id, "otherId": other.ticket_id, "reason": "并非同一件事"}
    assert api.act("unlinkTickets", SUPERVISOR, filled)["__typename"] == "TicketActDone"
    api.hall.reactor.react()
    api.settle()
    (row,) = ties(api, other, SUPERVISOR)
    assert row["endedAt"] is not None
    assert f"{one.number} 已解除与本件的关联" in sentences(api, other, SUPERVISOR)


def test_a_unit_that_works_on_one_hears_of_no_other(api: Api):
    one, other = dispatched(api), reported(api)
    filled = {"ticketId": one.ticket_id, "otherId": other.ticket_id, "reason": "同一窗口"}
    api.act("linkTickets", HANDLER, filled)
    api.settle()
    assert ties(api, one, OFFICER) is None
    assert other.number not in sentences(api, one, OFFICER)


def test_who_is_accused_in_one_can_not_tie_it_and_reads_the_other_as_if_there_was_no_tie(api: Api):
    accused = replace(HANDLER, id="tied-h", name="某某")
    said = {"name": accused.name, "post": accused.post, "unit": "HALL", "roles": accused.roles}
    api.carry_out(RegisterStaff(staff_id=accused.id, **said), ADMIN)
    api.settle()
    one, other = two(api)
    whom = CorrectTicket(ticket_id=other.ticket_id, reason=TEXT, accused_staff=accused.id)
    api.carry_out(whom, HANDLER)
    api.settle()
    assert ties(api, one, accused) == []
    assert other.number not in sentences(api, one, accused)
    said = {"ticketId": one.ticket_id, "reason": "同一件"}
    for act in ("linkTickets", "unlinkTickets"):
        hidden, nothing = (
            str(api.act(act, accused, {**said, "otherId": other_id})).replace(other_id, "")
            for other_id in (other.ticket_id, "ticket-none")
        )
        assert hidden == nothing
        assert "'code': 'OTHER_TICKET_UNKNOWN'" in hidden or "'code': 'LINK_NOT_FOUND'" in hidden


def test_into_which_ticket_about_them_one_had_gone_on_the_accused_reads_of_no_moment(api: Api):
    accused = replace(HANDLER, id="tied-h2", name="某某")
    said = {"name": accused.name, "post": accused.post, "unit": "HALL", "roles": accused.roles}
    api.carry_out(RegisterStaff(staff_id=accused.id, **said), ADMIN)
    main = reported(api)
    one = merged_into(api, main, reported, HANDLER)
    whom = CorrectTicket(ticket_id=main.ticket_id, reason=TEXT, accused_staff=accused.id)
    api.carry_out(whom, HANDLER)
    then = api.clock.now()
    api.clock.advance(hours=1)
    api.carry_out(UnmergeTicket(ticket_id=one.ticket_id, reason=TEXT), HANDLER)
    api.hall.reactor.react()
    api.settle()
    asked = f'{{ ticket(id: "{one.ticket_id}") {{ number mergedInto mergedIntoNumber }} }}'
    past = f'{{ asOf(at: "{then.isoformat()}") {asked} }}'
    assert api.ask(asked, accused)["ticket"]["number"] == one.number
    assert main.number in str(api.post(past, None, HANDLER).json())
    for mark in (main.number, main.ticket_id):
        assert mark not in str(api.post(past, None, accused).json())
