"""窗口 over the API: how they are arranged, who sits there, and how they were before."""

from support.api_client import Api
from support.case_api_acts import received
from support.given import ADMIN, CLERK, CO_OFFICER, OFFICER
from support.window_acts import ARRANGED, SEAT, a_window

LEDGERS = """query ($code: String) {
  windowPeriods(filter: {window: $code}, first: 9, descending: false) { edges { node {
    name unit kind kindLabel openUntil authorities endedAt } } }
  windowDuties(filter: {window: $code, onDuty: true}) { edges { node {
    staffId staffName unit until staffedBy } } } }"""
REGISTER = "{ windows { code kindLabel openFrom openUntil authorities } }"


def test_a_window_is_arranged_and_staffed_and_its_past_stays(api: Api):
    code = a_window(api).number
    for name, filled in (("arrangeWindow", ARRANGED), ("staffWindow", SEAT)):
        done = api.act(name, ADMIN, filled | {"code": code})
        assert done["__typename"] == "WindowActDone", done
    api.settle()
    [now] = [one for one in api.ask(REGISTER, CLERK)["windows"] if one["code"] == code]
    assert now == {
        "code": code, "kindLabel": "临时窗口", "openFrom": None, "openUntil": "2099-12-31",
        "authorities": ["ACCEPT"],
    }  # fmt: skip
    seen = api.ask(LEDGERS, OFFICER, code=code)
    before, last = (one["node"] for one in seen["windowPeriods"]["edges"])
    assert (before["kind"], before["endedAt"] is None) == (None, False)
    assert (last["kind"], last["authorities"], last["endedAt"]) == ("TEMPORARY", ["ACCEPT"], None)
    [seat] = (one["node"] for one in seen["windowDuties"]["edges"])
    assert (seat["staffId"], seat["unit"], seat["staffedBy"]) == (CLERK.id, "RS", ADMIN.id)
    # A unit reads of its own windows alone.
    assert api.ask(LEDGERS, CO_OFFICER, code=code)["windowPeriods"]["edges"] == []


def test_a_case_is_not_accepted_at_a_window_without_the_authority(api: Api):
    code, case = a_window(api).number, received(api)
    api.act("arrangeWindow", ADMIN, {"code": code, "kind": "GENERAL", "authorities": ["DECIDE"]})
    api.settle()
    here = {"channel": "WINDOW", "window": code}
    refused = api.act("acceptCase", CLERK, {"caseId": case.case_id}, place=here)
    assert (refused["__typename"], refused["code"]) == ("NotAllowed", "WINDOW_EXCEEDED")
    both = {"code": code, "kind": "GENERAL", "authorities": ["ACCEPT", "DECIDE"]}
    assert api.act("arrangeWindow", ADMIN, both)["__typename"] == "WindowActDone"
    api.settle()
    done = api.act("acceptCase", CLERK, {"caseId": case.case_id}, place=here)
    assert done["__typename"] == "CaseActDone", done
