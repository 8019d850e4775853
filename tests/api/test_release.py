"""转办内容 over the API: what is proposed, what is released, and that units see nothing else."""

import json

import pytest

from bancheng.domain.complaint.correct import SupplementReport
from bancheng.domain.people import (
    Actor,
    FreeText,
    Title,
)
from support.api_acts import Matter, accepted
from support.api_client import EVERYBODY, Api
from support.given import CLERK, HANDLER
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


def test_of_a_ticket_that_is_not_there_nothing_is_proposed(api: Api):
    (error,) = api.errors(PROPOSAL, HANDLER, id="ticket-none")
    assert error["extensions"]["code"] == "MATTER_NOT_FOUND"
