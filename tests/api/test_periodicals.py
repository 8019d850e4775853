"""A periodical report is taken away as a file: the figures of the API, and a record of it."""

import hashlib
import io
import json
from typing import Any
from urllib.parse import unquote

import docx
import httpx
import pytest

from bancheng.domain.complaint.accused import AccusedPart
from bancheng.domain.complaint.correct import CorrectTicket
from bancheng.domain.people import Actor
from support import backends
from support.accesses import head, since
from support.api_acts import CLEAR, TEXT, closed, dispatched
from support.api_client import EFFICIENCY, Api
from support.case_api_acts import accepted
from support.given import CLERK, DUTY, HANDLER, OFFICER, SUPERVISOR

pytestmark = backends.ONCE


def report(api: Api, who: Actor | None, name: str = "month.docx", **said: Any) -> httpx.Response:
    headers = {} if who is None else {"Authorization": f"Bearer {api.token(who)}"}
    api.settle()
    return api.client.post(f"/reports/{name}", json={"day": today(api)} | said, headers=headers)


def today(api: Api) -> str:
    return str(api.hall.rules.calendar().local(api.clock.now()).date())


def opened(answer: httpx.Response) -> Any:
    assert answer.status_code == 200, answer.text
    return docx.Document(io.BytesIO(answer.content))


def code(answer: httpx.Response) -> tuple[int, str]:
    (error,) = answer.json()["errors"]
    assert error["extensions"]["remedy"]
    return answer.status_code, error["extensions"]["code"]


def test_its_figures_are_those_of_the_api(api: Api):
    for make in (closed, dispatched, accepted):
        make(api)
    paper = opened(report(api, EFFICIENCY))
    day = today(api)
    scope = {"firstDay": f"{day[:8]}01", "lastDay": day}
    query = """query ($t: TicketRateScopeInput!, $c: CaseRateScopeInput!) {
      ticketRates(scope: $t) { handled closing { percent numerator denominator } }
      caseRates(scope: $c) { handled accepted } }"""
    found = api.ask(query, EFFICIENCY, t=scope, c=scope)
    (tickets,), (cases,) = found["ticketRates"], found["caseRates"]
    metrics = _metrics(paper)
    assert metrics["办不成事工单总量"][0] == str(tickets["handled"])
    rate = tickets["closing"]
    assert metrics["结案率"][0].startswith(
        f"{rate['percent']:.2f}%({rate['numerator']}/{rate['denominator']})"
    )
    assert metrics["办件总量"][0] == str(cases["handled"])


def _metrics(paper: Any) -> dict[str, list[str]]:
    rows = [[cell.text for cell in row.cells] for row in paper.tables[0].rows]
    return {row[0]: row[1:] for row in rows}


def test_it_says_of_which_hall_and_days_and_what_was_written_by_hand(api: Api):
    dispatched(api)
    answer = report(api, SUPERVISOR, remarks=["本月典型案例一则。"])
    paper = opened(answer)
    texts = [one.text for one in paper.paragraphs]
    assert texts[0] == f"{api.hall.config.hall_name}政务服务效能月报"
    assert "期间未满" in texts[1]
    assert "本月典型案例一则。" in texts
    titles = [text for text in texts if "、" in text[:2]]
    assert [one[0] for one in titles] == list("一二三四五六七八九十")
    name = unquote(answer.headers["content-disposition"].partition("''")[2])
    assert name.endswith(f"月报-{today(api)}.docx")


def test_no_english_and_nobody_s_data_are_in_it(api: Api):
    dispatched(api)
    paper = opened(report(api, EFFICIENCY))
    cells = {cell.text for table in paper.tables for row in table.rows for cell in row.cells}
    words = " ".join(cells | {one.text for one in paper.paragraphs})
    assert not [clear for clear in CLEAR if clear in words]
    assert "None" not in words
    headings = {cell.text for table in paper.tables for cell in table.rows[0].cells}
    assert not [one for one in headings if one.isascii()]


def test_the_log_has_it_with_its_digest(api: Api):
    before = head(api.hall)
    answer = report(api, DUTY)
    begun, done = since(api.hall, before, "EXPORT_BEGUN", "EXPORT_DONE")
    assert {one["what"] for one in (begun, done)} == {"report:month.docx"}
    assert json.loads(done["asked_for"]) == {
        "sha256": hashlib.sha256(answer.content).hexdigest(), "bytes": len(answer.content),
    }  # fmt: skip


def test_what_xml_can_not_hold_is_shown_by_its_picture(api: Api):
    paper = opened(report(api, EFFICIENCY, remarks=["一\x00二\x0b三\uffff四\n五"]))
    assert "一␀二␋三\ufffd四\n五" in [one.text for one in paper.paragraphs]


def test_whoever_a_ticket_is_about_has_figures_without_it(api: Api):
    matter = dispatched(api)
    api.settle()
    query = """query ($s: TicketRateScopeInput!) { ticketRates(scope: $s) {
      reported figureRows { figure filter } } }"""
    scope = {"firstDay": today(api), "lastDay": today(api)}
    (before,) = api.ask(query, SUPERVISOR, s=scope)["ticketRates"]
    about = CorrectTicket(
        ticket_id=matter.ticket_id, reason=TEXT, accused_staff=SUPERVISOR.id, accused_unit="HALL"
    )
    api.carry_out(about, HANDLER)
    api.settle()
    (after,) = api.ask(query, SUPERVISOR, s=scope)["ticketRates"]
    assert after["reported"] == before["reported"] - 1
    (rows,) = [one["filter"] for one in after["figureRows"] if one["figure"] == "reported"]
    listed = "query ($f: TicketFilterInput) { tickets(filter: $f) { totalCount } }"
    assert api.ask(listed, SUPERVISOR, f=rows)["tickets"]["totalCount"] == after["reported"]
    clears = (AccusedPart.UNIT, AccusedPart.STAFF)
    api.carry_out(CorrectTicket(ticket_id=matter.ticket_id, reason=TEXT, clears=clears), HANDLER)
    api.settle()
    assert api.ask(query, SUPERVISOR, s=scope)["ticketRates"] == [before]


@pytest.mark.parametrize("kind", ["week", "ten_days", "quarter", "half_year", "year"])
def test_there_is_one_of_each_period(api: Api, kind: str):
    assert opened(report(api, EFFICIENCY, f"{kind}.docx")).tables


@pytest.mark.parametrize("who", [CLERK, OFFICER], ids=lambda one: one.id)
def test_it_is_for_who_answers_for_the_hall(api: Api, who: Actor):
    before = head(api.hall)
    assert code(report(api, who)) == (403, "VIEW_FORBIDDEN")
    (refused,) = since(api.hall, before, "REFUSED")
    assert (refused["what"], refused["staff_id"]) == ("report:month.docx", who.id)


def test_what_can_not_be_reported_is_said(api: Api):
    assert code(report(api, None))[0] == 401
    assert code(report(api, EFFICIENCY, "day.docx")) == (404, "REPORT_UNKNOWN")
    assert code(report(api, EFFICIENCY, day="2099-01-01")) == (422, "REPORT_TOO_EARLY")
    for day in ("0001-01-01", "1949-12-31", "2950-01-01", "9999-12-31"):
        for kind in ("week", "month", "year"):
            answer = report(api, EFFICIENCY, f"{kind}.docx", day=day)
            assert code(answer) == (422, "REPORT_YEAR_UNKNOWN")
    for wrong, field in (
        ({"day": "soon"}, "day"), ({"day": None}, "day"), ({"remarks": [""]}, "remarks"),
        ({"since": "2026"}, "since"),
    ):  # fmt: skip
        answer = report(api, EFFICIENCY, **wrong)
        assert code(answer) == (422, "REQUEST_INVALID")
        assert answer.json()["errors"][0]["extensions"]["field"] == field
        assert field in answer.json()["errors"][0]["message"]
    headers = {"Authorization": f"Bearer {api.token(EFFICIENCY)}"}
    (error,) = api.client.post("/reports/month.docx", json={}, headers=headers).json()["errors"]
    assert (error["message"], error["extensions"]["field"]) == ("请求缺少「day」", "day")


def test_a_limit_of_days_is_named_by_its_last_day_and_not_by_the_midnight_behind_it(api: Api):
    day = today(api)
    dispatched(api)
    api.clock.advance(days=20)
    paper = opened(report(api, EFFICIENCY, "year.docx", day=day))
    (late,) = [one for one in paper.tables if one.rows[0].cells[0].text == "编号"]
    ends = [row.cells[3].text for row in late.rows[1:]]
    assert ends
    assert all(one.endswith(" 止") for one in ends)
    assert not [one for one in ends if "00:00" in one]
