"""转办内容 over the API: what is proposed, what is released, and that units see nothing else."""

import json

import pytest

from bancheng.domain.complaint.analyse import AnalyseCause
from bancheng.domain.complaint.correct import SupplementReport
from bancheng.domain.complaint.dispatch import DispatchWorkOrders
from bancheng.domain.people import (
    Actor,
    FreeText,
    Title,
)
from bancheng.domain.personal_fields import PersonalField
from bancheng.domain.personal_text.released import ReleasedText
from support.api_acts import TEXT, accepted
from support.api_client import EVERYBODY, Api
from support.given import CLERK, CO_OFFICER, HANDLER, HEAD, OFFICER
from support.ways import Matter
from support.whole_run import CLEAR, WHO

SAID = {
    "reporter": WHO,
    "subject": Title("欧阳建国反映过户难"),
    "content": FreeText(
        "我叫欧阳建国,住明仁大街1号院2单元301,电话138 0013 8000,办件CASE2026000012没办成"
    ),
}
PROPOSAL = """query ($id: ID!) { releaseProposal(ticketId: $id) {
  text marks { start end kind kindLabel } } }"""


@pytest.fixture(scope="module")
def matter(api: Api) -> Matter:
    found = accepted(api, **SAID)
    more = FreeText("再补充:找过王主任,车牌湘A12345")
    api.carry_out(SupplementReport(ticket_id=found.ticket_id, content=more), CLERK)
    api.settle()
    return found


def test_a_handler_is_proposed_the_report_with_everybody_in_it_marked(api: Api, matter: Matter):
    found = api.ask(PROPOSAL, HANDLER, id=matter.ticket_id)["releaseProposal"]
    assert found["text"] == (
        "【姓名】反映过户难\n我叫【姓名】,住【地址】,电话【电话】,办件CASE2026000012没办成\n"
        "再补充:找过王主任,车牌【车牌号】"
    )
    said = [found["text"][one["start"] : one["end"]] for one in found["marks"]]
    assert said == [f"【{one['kindLabel']}】" for one in found["marks"]]
    assert [one["kind"] for one in found["marks"]] == ["NAME", "NAME", "ADDRESS", "PHONE", "PLATE"]
    assert not [one for one in CLEAR if one in json.dumps(found, ensure_ascii=False)]


@pytest.mark.parametrize(
    "who", [who for who in EVERYBODY if who != HANDLER], ids=lambda who: who.id
)
def test_nobody_else_is_proposed_anything(api: Api, matter: Matter, who: Actor):
    (error,) = api.errors(PROPOSAL, who, id=matter.ticket_id)
    assert error["extensions"]["code"] == "VIEW_FORBIDDEN"


TELLS = """query ($id: ID!, $of: String!) { ticket(id: $id) { workOrders { tells tellsLabel } }
  workOrders(first: 200, filter: {ticketId: $of}) { edges { node { tells tellsLabel } } } }"""


def test_a_desk_reads_what_of_the_reporter_a_unit_was_told(api: Api):
    told = accepted(api, reporter=WHO)
    units = {"cause": "delay", "complexity": "general", "units": ("GA",), "opinion": TEXT}
    api.carry_out(AnalyseCause(ticket_id=told.ticket_id, **units), HANDLER)
    going = DispatchWorkOrders(
        ticket_id=told.ticket_id, lead_unit="GA", instruction=TEXT,
        released=ReleasedText(f"{WHO.name.plain} 13800138000 反映"),
        keeps=(PersonalField.NAME, PersonalField.PHONE),
    )  # fmt: skip
    api.carry_out(going, HANDLER)
    api.settle()
    seen = {"tells": ["NAME", "PHONE"], "tellsLabel": "姓名、电话"}
    found = api.ask(TELLS, HANDLER, id=told.ticket_id, of=told.ticket_id)
    assert found["ticket"]["workOrders"] == [seen]
    assert [one["node"] for one in found["workOrders"]["edges"]] == [seen]
    file = api.client.post(
        "/exports/workOrders.csv",
        json={"filter": {"ticketId": told.ticket_id}},
        headers={"Authorization": f"Bearer {api.token(HANDLER)}"},
    )
    assert "姓名、电话" in file.content.decode()


def test_of_a_ticket_that_is_not_there_nothing_is_proposed(api: Api):
    (error,) = api.errors(PROPOSAL, HANDLER, id="ticket-none")
    assert error["extensions"]["code"] == "MATTER_NOT_FOUND"


SEEN = """query ($id: ID!) {
  ticket(id: $id) { subject content latestSupplement caseId case { number }
    workOrders { unit released tells instruction ticketSubject }
    timeline { sentence reason changes { label before after } } }
  tickets(first: 200) { edges { node { ticketId subject content latestSupplement caseId } } }
  workOrders(first: 200) { edges { node { ticketSubject released ticket { subject content } } } }
  auditTrail(first: 200) { edges { node { sentence reason } } }
  cases(first: 50) { edges { node { tickets { number } } } } }"""
READ = ReleasedText("有人反映过户没有办成,见办件CASE2026000012、〔2024〕12号;13912345678可问")
SEEN_OF_IT = "有人反映过户没有办成,见办件CASE2026000012、〔2024〕12号;139****78可问"


@pytest.fixture(scope="module")
def sent(api: Api, matter: Matter) -> Matter:
    units = {"cause": "delay", "complexity": "general", "units": ("RS",), "opinion": TEXT}
    api.carry_out(AnalyseCause(ticket_id=matter.ticket_id, **units), HANDLER)
    going = DispatchWorkOrders(
        ticket_id=matter.ticket_id, lead_unit="RS", co_units=("YB",), instruction=TEXT,
        released=READ,
    )  # fmt: skip
    api.carry_out(going, HANDLER)
    api.settle()
    return matter


@pytest.mark.parametrize("who", [OFFICER, CO_OFFICER, HEAD], ids=lambda who: who.id)
def test_a_unit_reads_what_was_released_to_it_and_nothing_of_the_report(
    api: Api, sent: Matter, who: Actor
):
    found = api.ask(SEEN, who, id=sent.ticket_id)
    text = json.dumps(found, ensure_ascii=False)
    assert [one["released"] for one in found["ticket"]["workOrders"]] == [SEEN_OF_IT]
    hidden = ("欧阳", "我叫", "反映过户难", "王主任", "湘A", "明仁大街", "8000")
    around = [text[max(0, text.find(part) - 80) : text.find(part) + 40] for part in hidden]
    assert [some for some, part in zip(around, hidden, strict=True) if part in text] == []
    assert {one["ticketSubject"] for one in found["ticket"]["workOrders"]} == {None}
    assert {one["node"]["subject"] for one in found["tickets"]["edges"]} == {None}


def test_the_hall_reads_both(api: Api, sent: Matter):
    found = api.ask(SEEN, HANDLER, id=sent.ticket_id)["ticket"]
    assert "反映过户难" in found["subject"]
    assert {one["released"] for one in found["workOrders"]} == {SEEN_OF_IT}


@pytest.mark.parametrize("wanted", ['text: "欧阳"', 'caseId: "case-1"'])
def test_a_unit_does_not_search_what_it_may_not_read(api: Api, sent: Matter, wanted: str):
    (error,) = api.errors(f"{{ tickets(filter: {{ {wanted} }}) {{ totalCount }} }}", OFFICER)
    assert error["extensions"]["code"] == "FILTER_FORBIDDEN"


@pytest.mark.parametrize(("text", "found"), [("过户没有", 1), ("反映过户难", 0), ("王主任", 0)])
def test_a_unit_searches_its_orders_by_what_it_reads(api: Api, sent: Matter, text: str, found: int):
    query = f'{{ workOrders(filter: {{ text: "{text}" }}) {{ totalCount }} }}'
    assert api.ask(query, OFFICER)["workOrders"]["totalCount"] == found


def test_a_text_that_tells_the_accused_unit_who_reported_is_refused_and_nothing_is_sent(api: Api):
    told = accepted(api, **SAID, accused_unit="RS")
    units = {"cause": "delay", "complexity": "general", "units": ("RS",), "opinion": TEXT}
    api.carry_out(AnalyseCause(ticket_id=told.ticket_id, **units), HANDLER)
    said = {"ticketId": told.ticket_id, "leadUnit": "RS", "instruction": "速办"}
    for released in ("欧阳 建国没办成", "请回电138-0013-8000", "住明仁大街1号院2单元301"):
        answer = api.act("dispatchWorkOrders", HANDLER, said | {"released": released})
        assert answer["code"] == "REPORTER_TOLD_TO_ACCUSED"
        assert not [one for one in CLEAR if one in json.dumps(answer, ensure_ascii=False)]
    api.settle()
    query = "query ($id: ID!) { ticket(id: $id) { workOrders { orderId } } }"
    assert api.ask(query, HANDLER, id=told.ticket_id)["ticket"]["workOrders"] == []


def test_a_later_release_is_in_the_trail_of_the_unit_and_takes_the_place_of_the_first(
    api: Api, sent: Matter
):
    order = {"ticketId": sent.ticket_id, "orderId": f"{sent.number}-02"}
    api.act("releaseText", HANDLER, order | {"released": "又去一趟仍未办成"})
    api.settle()
    found = api.ask(SEEN, CO_OFFICER, id=sent.ticket_id)["ticket"]
    assert [one["released"] for one in found["workOrders"]] == ["又去一趟仍未办成"]
    assert "转办内容" in found["timeline"][-1]["sentence"]
