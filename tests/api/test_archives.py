"""归档台账, 批后复审台账 and 咨询台账 through the API: who sees which rows, and as a file."""

import csv
import io
from typing import Any

import pytest

from bancheng.domain.case.supervise import ArchiveCase, ReviewApproval
from bancheng.domain.complaint.analyse import AnswerInquiry
from bancheng.domain.people import Actor
from support import backends
from support.api_acts import CLEAR, TEXT, Matter, inquired
from support.api_client import Api
from support.case_api_acts import CaseMatter, delivered
from support.given import ADMIN, ARCHIVIST, CLERK, CO_OFFICER, HANDLER, HEAD, OFFICER, SUPERVISOR

ARCHIVES = """query ($filter: ArchiveFilterInput) { archives(filter: $filter, first: 50) {
  edges { node { caseNumber unitName endedAs endedAsLabel outcomeLabel archiveNo archivedAt
    archivedBy case { status } } } } }"""
REVIEWS = """query ($filter: PostReviewFilterInput) { postReviews(filter: $filter, first: 50) {
  edges { node { caseNumber reviewUnit state stateLabel reviewedBy conclusion dueAt } } } }"""
INQUIRIES = """query ($filter: InquiryFilterInput) { inquiries(filter: $filter, first: 50) {
  edges { node { ticketNumber category status content answeredAt answeredBy answer answers
    ticket { number } } } } }"""


def rows(api: Api, query: str, who: Actor, **asked: Any) -> list[dict[str, Any]]:
    api.settle()
    ((_, found),) = api.ask(query, who, filter=asked).items()
    return [edge["node"] for edge in found["edges"]]


@pytest.fixture
def ended(api: Api) -> CaseMatter:
    return delivered(api)


@pytest.fixture
def answered(api: Api) -> Matter:
    matter = inquired(api)
    api.carry_out(AnswerInquiry(ticket_id=matter.ticket_id, answer=TEXT), HANDLER)
    return matter


def test_what_waits_for_the_archive_is_told_from_what_is_in_it(api: Api, ended: CaseMatter):
    of_it = {"caseId": ended.case_id}
    (waiting,) = rows(api, ARCHIVES, ARCHIVIST, archived=False, **of_it)
    assert (waiting["endedAsLabel"], waiting["outcomeLabel"], waiting["archiveNo"]) == (
        "已送达", "准予", None,
    )  # fmt: skip

    api.carry_out(ArchiveCase(case_id=ended.case_id, archive_no="2026-77"), ARCHIVIST)
    assert rows(api, ARCHIVES, ARCHIVIST, archived=False, **of_it) == []
    (row,) = rows(api, ARCHIVES, ARCHIVIST, archiveNo="2026-77", **of_it)
    assert (row["endedAs"], row["case"]["status"]) == ("DELIVERED", "ARCHIVED")
    assert (row["archivedBy"], row["unitName"]) == (ARCHIVIST.id, "RS单位")
    assert row["archivedAt"]


def test_a_grant_that_somebody_looked_at_again_is_listed(api: Api, ended: CaseMatter):
    looked = ReviewApproval(case_id=ended.case_id, passed=True, conclusion=TEXT)
    api.carry_out(looked, HEAD)
    (row,) = rows(api, REVIEWS, SUPERVISOR, caseId=ended.case_id, planned=False)

    assert (row["state"], row["stateLabel"], row["reviewedBy"]) == ("UPHELD", "予以维持", HEAD.id)
    assert (row["reviewUnit"], row["dueAt"]) == ("RS", None)
    assert [one for one in CLEAR if one in row["conclusion"]] == []


@pytest.mark.parametrize("query", [ARCHIVES, REVIEWS])
def test_a_unit_sees_those_of_the_cases_that_it_has_a_part_in(
    api: Api, ended: CaseMatter, query: str
):
    api.carry_out(ReviewApproval(case_id=ended.case_id, passed=True, conclusion=TEXT), HEAD)

    assert len(rows(api, query, OFFICER, caseId=ended.case_id)) == 1
    assert rows(api, query, CO_OFFICER, caseId=ended.case_id) == []
    assert rows(api, query, CO_OFFICER, caseId=ended.case_id, unit="RS") == []


def test_an_inquiry_stands_with_its_answer_and_without_a_clear_value(api: Api, answered: Matter):
    (row,) = rows(api, INQUIRIES, CLERK, ticketId=answered.ticket_id, answered=True)

    assert (row["ticketNumber"], row["ticket"]["number"]) == (answered.number,) * 2
    assert (row["category"], row["answeredBy"], row["answers"]) == ("INQUIRY", HANDLER.id, 1)
    assert [one for one in CLEAR if one in row["answer"] + row["content"]] == []
    assert rows(api, INQUIRIES, CLERK, ticketId=answered.ticket_id, answered=False) == []


@pytest.mark.parametrize("who", [OFFICER, CO_OFFICER, HEAD, ADMIN], ids=lambda who: who.id)
def test_inquiries_are_for_the_hall_alone(api: Api, answered: Matter, who: Actor):
    (error,) = api.errors(INQUIRIES, who, filter={})
    assert error["extensions"]["code"] == "VIEW_FORBIDDEN"


@backends.ONCE
@pytest.mark.parametrize("name", ["archives", "postReviews", "inquiries"])
def test_as_a_file_each_has_the_headings_of_the_hall(
    api: Api, ended: CaseMatter, answered: Matter, name: str
):
    api.carry_out(ReviewApproval(case_id=ended.case_id, passed=True, conclusion=TEXT), HEAD)
    api.settle()
    headers = {"Authorization": f"Bearer {api.token(SUPERVISOR)}"}
    answer = api.client.post(f"/exports/{name}.csv", json={}, headers=headers)
    assert answer.status_code == 200, answer.text
    lines = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))

    assert [heading for heading in lines[0] if heading.isascii()] == []
    numbers = {line.get("办件编号") or line.get("办不成事工单编号") for line in lines}
    assert numbers & {ended.number, answered.number}
