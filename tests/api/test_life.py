"""The whole life of a ticket over HTTP, and what its trail says afterwards."""

import json

from support.api_acts import ANALYSIS, CLEAR, REPORT
from support.api_client import TICKET_ANSWER, Api
from support.given import CLERK, HANDLER, OFFICER, SUPERVISOR, VERIFIER

DONE = f"{TICKET_ANSWER} ... on TicketActDone {{ ticket {{ number status statusLabel version }} }}"
LOOK = """
query ($id: ID!) { ticket(id: $id) {
  number status statusLabel step causeLabel complexityLabel leadUnitName onTime outcomeLabel
  satisfactionLabel content subject
  reporter { anonymous name phone idNumber address }
  workOrders { orderId unit unitName status outcome onTime instruction result }
  deadlines { kind kindLabel unit state level dueAt dueDate }
  timeline { version term act actorId actorName actorPost actorUnit actorUnitName channel
             occurredAt recordedAt basis why step details }
} }
"""


def test_a_ticket_goes_from_its_report_to_its_end(api: Api):
    def step(name: str, by, status: str, **filled):
        answer = api.act(name, by, filled, answer=DONE)
        assert answer["__typename"] == "TicketActDone", answer
        assert answer["ticket"]["status"] == status
        assert answer["ticket"]["version"] == answer["version"]
        return answer

    first = step("reportTicket", CLERK, "REPORTED", **REPORT)
    ticket = {"ticketId": first["ticketId"]}
    order = {**ticket, "orderId": f"{first['ticket']['number']}-01"}
    step("acceptTicket", HANDLER, "ACCEPTED", **ticket, why="属实")
    step("analyseCause", HANDLER, "ANALYSED", **ticket, **ANALYSIS)
    step(
        "dispatchWorkOrders",
        HANDLER,
        "DISPATCHED",
        **ticket,
        leadUnit="RS",
        instruction="速办",
        released="多次没有办成",
    )
    step("signInWorkOrder", OFFICER, "DISPATCHED", **order)
    step("submitResult", OFFICER, "RESOLVED", **order, outcome="SOLVED", result="已办结")
    step("recordCallBack", VERIFIER, "RESOLVED", **ticket, call="CONNECTED", solved=True,
         satisfaction="VERY_SATISFIED")  # fmt: skip
    step("passVerification", VERIFIER, "VERIFIED", **ticket, conclusion="属实")
    last = step("strikeOffTicket", HANDLER, "CLOSED", **ticket)
    assert last["ticket"]["statusLabel"] == "已销号"

    found = api.ask(LOOK, SUPERVISOR, id=first["ticketId"])["ticket"]
    assert found["causeLabel"] == "拖延办理、超期未办"
    assert (found["leadUnitName"], found["onTime"]) == ("RS单位", True)
    assert found["satisfactionLabel"] == "非常满意"
    assert found["reporter"]["name"] == "张***" or found["reporter"]["name"].startswith("张*")
    assert found["reporter"]["phone"] == "138****8000"
    assert [order["status"] for order in found["workOrders"]] == ["SUBMITTED"]
    assert {(clock["kind"], clock["state"]) for clock in found["deadlines"]} == {
        ("ACCEPT", "MET"), ("SIGN_IN", "MET"), ("RESPOND", "MET"), ("RESOLVE", "MET"),
        ("CALL_BACK", "MET"),
    }  # fmt: skip
    trail = found["timeline"]
    assert [entry["version"] for entry in trail] == list(range(1, last["version"] + 1))
    assert [entry["term"] for entry in trail][:4] == ["登记", "受理", "原因分析", "派发"]
    assert all(entry["actorName"] and entry["basis"] and entry["recordedAt"] for entry in trail)
    assert trail[1]["why"] == "属实"
    assert trail[5]["details"]["outcome"] == "solved"
    assert not [value for value in CLEAR if value in json.dumps(found, ensure_ascii=False)]
