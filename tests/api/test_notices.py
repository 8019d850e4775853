"""通知台账 over the API: who sees which notices, the screen of a unit, and sending again."""

from typing import Any

import pytest

from bancheng.domain.notices.recording import ResendNotice
from support import backends
from support.api_acts import WAYS, dispatched, untold
from support.api_client import Api
from support.given import ADMIN, CO_OFFICER, HANDLER, OFFICER, SUPERVISOR
from support.ways import Matter

pytestmark = backends.ONCE
LIST = """query ($filter: NoticeFilterInput) { notices(filter: $filter, first: 100) {
  edges { node {
    noticeId matterId matterNumber ofTopic addressee unit unitName post channel route text status
    statusLabel madeAt notifyAt sentAt tries fault
    matter { number }
} } } }"""
OF_TICKET = "query ($id: ID!) { ticket(id: $id) { notices { unit addressee text } } }"


@pytest.fixture(scope="module")
def matter(api: Api) -> Matter:
    found = dispatched(api, others=("YB",))
    while api.hall.noticing.go_on():
        pass
    api.settle()
    return found


def listed(api: Api, by: Any, **chosen: Any) -> list[dict[str, Any]]:
    found = api.ask(LIST, by, filter=chosen)["notices"]["edges"]
    return [edge["node"] for edge in found]


def test_whoever_works_in_the_hall_sees_who_was_told_what(api: Api, matter: Matter):
    found = listed(api, SUPERVISOR, matterId=matter.ticket_id)
    told = {(one["ofTopic"], one["addressee"], one["unit"], one["channel"]) for one in found}
    dispatch = "complaint.work-order-dispatched"
    assert {
        ("complaint.ticket-accepted", "CITIZEN", None, "PHONE"),
        (dispatch, "CITIZEN", None, "PHONE"),
        (dispatch, "UNIT", "RS", "SCREEN"),
        (dispatch, "UNIT", "YB", "SCREEN"),
    } <= told
    assert {one["matterNumber"] for one in found} == {matter.number}
    assert {one["matter"]["number"] for one in found} == {matter.number}


def test_a_unit_reads_on_its_screen_what_it_was_told_and_nothing_else(api: Api, matter: Matter):
    for officer, unit in ((OFFICER, "RS"), (CO_OFFICER, "YB")):
        found = listed(api, officer, matterId=matter.ticket_id, channels=["SCREEN"])
        assert {one["unit"] for one in found} == {unit}
        assert "新派单" in found[0]["text"]
        assert {one["unit"] for one in listed(api, officer)} == {unit}
        (own,) = api.ask(OF_TICKET, officer, id=matter.ticket_id)["ticket"]["notices"]
        assert (own["unit"], own["addressee"]) == (unit, "UNIT")
    assert "YB" not in {one["unit"] for one in listed(api, OFFICER, unit="YB")}


def test_who_administers_sees_none(api: Api, matter: Matter):
    (error,) = api.errors(LIST, ADMIN)
    assert error["extensions"]["code"] == "VIEW_FORBIDDEN"


def test_the_list_of_calls_says_whom_to_call_and_no_number(api: Api, matter: Matter):
    found = listed(api, HANDLER, matterId=matter.ticket_id, statuses=["TO_CALL"])
    assert len(found) == 2
    assert {one["statusLabel"] for one in found} == {"待电话告知"}
    assert "13800138000" not in str(found)


def test_what_could_not_be_told_is_in_the_trail_and_sent_again_once(api: Api):
    matter = untold(api)
    way = WAYS["resendNotice"]
    assert way.by is HANDLER
    api.settle()
    filled = {"matterId": matter.ticket_id, "noticeId": matter.warning}
    assert "version" in api.act("resendNotice", HANDLER, filled)
    again = api.act("resendNotice", HANDLER, filled)
    assert again["code"] == "NOTICE_NOT_FAILED"
    query = "query ($id: ID!) { ticket(id: $id) { timeline { topic sentence: details } } }"
    api.settle()
    told = api.ask(query, SUPERVISOR, id=matter.ticket_id)["ticket"]["timeline"]
    assert [one["topic"] for one in told][-2:] == ["notice.failed", "notice.resend-ordered"]
    assert api.hall.store.load(matter.ticket_id)[-1].envelope.act == ResendNotice.__name__
