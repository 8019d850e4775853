"""A person is erased through the API: by two people, with a reason that everybody reads who may."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec import structs

from bancheng.domain.events import Channel
from bancheng.domain.office.staff import RegisterStaff
from bancheng.domain.people import PersonName, Phone, Reporter
from support import backends
from support.accesses import head, since
from support.api_acts import an_erasure, over, reported
from support.api_client import EFFICIENCY, Api
from support.given import ADMIN, CLERK, HANDLER, SUPERVISOR

pytestmark = backends.ONCE
DONE = "... on ErasureActDone { erasureId erasure { status matters eraseFrom requestedByName } }"
REFUSED = "... on Rejection { code message remedy }"
FAULTS = "... on InvalidInput { code others { code } }"
ANSWER = f"__typename ... on Rejection {{ code message remedy }} {DONE}"
LI = Reporter(name=PersonName("李慕白"), phone=Phone("13900139007"))
SEARCH = """query ($value: String!) {
  personSearch(by: PHONE, value: $value, purpose: "data_rights") { totalCount } }"""


def approved(api: Api, *matters: str) -> str:
    asked = {"matters": list(matters), "ground": "consent_withdrawn"}
    erasure = api.act("requestErasure", CLERK, asked, answer=ANSWER)["erasureId"]
    done = api.act("approveErasure", SUPERVISOR, {"erasureId": erasure}, answer=ANSWER)
    assert done["__typename"] == "ErasureActDone", done
    api.settle()
    api.hall.erasing.go_on()
    return str(erasure)


def test_the_answer_of_a_request_shows_when_it_can_be_carried_out(api: Api):
    asked = {"matters": [over(api).ticket_id], "ground": "consent_withdrawn"}
    done = api.act("requestErasure", HANDLER, asked, answer=ANSWER)
    shown = done["erasure"]
    assert (shown["status"], shown["matters"]) == ("REQUESTED", asked["matters"])
    today = api.hall.rules.calendar().local(api.clock.now()).date()
    assert shown["eraseFrom"] == str(today.replace(year=today.year + 10) + timedelta(days=1))


def test_a_ground_and_a_matter_that_there_is_not_are_both_named(api: Api):
    asked = {"matters": ["ticket-none"], "ground": "whim"}
    refused = api.act("requestErasure", CLERK, asked, answer=FAULTS)
    assert refused == {"code": "MATTER_UNKNOWN", "others": [{"code": "TERM_UNKNOWN"}]}


def test_who_requested_it_does_not_approve_it_whatever_else_they_are(api: Api):
    erasure = an_erasure(api).ticket_id
    asked = {"erasureId": erasure}
    assert api.act("approveErasure", CLERK, asked, answer=ANSWER)["code"] == "ROLE_MISSING"
    assert "code" not in api.act("approveErasure", EFFICIENCY, asked, answer=ANSWER)


def test_who_is_accused_in_a_matter_that_is_missing_does_not_approve_without_it(api: Api):
    accused = structs.replace(SUPERVISOR, id="s-accused")
    said = {"name": "监", "post": "监", "unit": accused.unit, "roles": accused.roles}
    api.carry_out(RegisterStaff(staff_id=accused.id, **said), ADMIN)
    api.settle()
    who = Reporter(name=PersonName("阿拉坦"), phone=Phone("13655557777"))
    matter, hidden = (
        over(api, reporter=who, channel=Channel.WINDOW, **told)
        for told in ({}, {"accused_staff": accused.id})
    )
    asked = {"matters": [matter.ticket_id], "ground": "consent_withdrawn"}
    erasure = api.act("requestErasure", CLERK, asked, answer=ANSWER)["erasureId"]
    refused = api.act("approveErasure", accused, {"erasureId": erasure}, answer=ANSWER)
    assert refused["code"] == "OTHER_APPROVER"
    assert hidden.number not in str(refused)
    missing = api.act("approveErasure", SUPERVISOR, {"erasureId": erasure}, answer=ANSWER)
    assert missing["code"] == "MATTERS_MISSING"
    assert hidden.number in missing["message"]
    both = {**asked, "matters": [matter.ticket_id, hidden.ticket_id]}
    erasure = api.act("requestErasure", HANDLER, both, answer=ANSWER)["erasureId"]
    done = api.act("approveErasure", SUPERVISOR, {"erasureId": erasure}, answer=ANSWER)
    assert done["__typename"] == "ErasureActDone"


def restricted(api: Api) -> str:
    matter = reported(api, reporter=LI, channel=Channel.WINDOW)
    refusal = {
        "ticketId": matter.ticket_id, "reason": "litigation", "explanation": "已起诉",
        "remedy": "向法院",
    }  # fmt: skip
    api.act("refuseTicket", HANDLER, refusal)
    approved(api, matter.ticket_id)
    return matter.ticket_id


def test_a_restricted_matter_is_opened_searched_and_released_by_nobody_and_says_why(api: Api):
    ticket = restricted(api)
    opening = {"ticketId": ticket, "purpose": "contact", "fields": ["PHONE"], "reason": "联系"}
    call = {"ticketId": ticket, "purpose": "contact", "call": "CONNECTED"}
    for name, filled in (("discloseReporter", opening), ("contactReporter", call)):
        refused = api.act(name, HANDLER, filled, answer=REFUSED)
        assert refused["code"] == "PROCESSING_RESTRICTED", name
        assert "第四十七条" in refused["message"]
        assert refused["remedy"]
    proposal = "query ($id: ID!) { releaseProposal(ticketId: $id) { text } }"
    before = head(api.hall)
    for query, given in ((SEARCH, {"value": "13900139007"}), (proposal, {"id": ticket})):
        (error,) = api.errors(query, HANDLER, **given)
        assert error["extensions"]["code"] == "PROCESSING_RESTRICTED"
    (search,) = since(api.hall, before, "SEARCHED")  # it told that there is somebody
    assert (search["staff_id"], search["count"]) == (HANDLER.id, 0)
    shown = "query ($id: ID!) { ticket(id: $id) { dataState dataStateLabel } }"
    assert api.ask(shown, HANDLER, id=ticket)["ticket"] == {
        "dataState": "RESTRICTED",
        "dataStateLabel": "限制处理",
    }


@pytest.mark.parametrize("who", [CLERK, SUPERVISOR], ids=["clerk", "supervisor"])
def test_the_ledger_and_the_trail_tell_of_it_and_of_nobody(api: Api, who: Any):
    ticket = restricted(api)
    query = "{ erasures(first: 1) { edges { node { statusLabel erasureGroundLabel matters } } } }"
    (edge,) = api.ask(query, who)["erasures"]["edges"]
    assert edge["node"] == {
        "statusLabel": "限制处理中",
        "erasureGroundLabel": "个人撤回同意",
        "matters": [ticket],
    }
    trail = """query ($id: String!) { auditTrail(filter: {streamId: $id}, descending: true,
      first: 1) { edges { node { sentence } } } }"""
    (entry,) = api.ask(trail, SUPERVISOR, id=ticket)["auditTrail"]["edges"]
    assert "按个人信息保护法第四十七条限制处理本件的个人信息" in entry["node"]["sentence"]
