"""归档台账 and 批后复审台账: what a case leaves in them after it has ended."""

from datetime import date

import pytest
from msgspec.structs import replace

from bancheng.domain.case.supervise import ArchiveCase, ReviewApproval
from bancheng.domain.case.terms import CaseOutcome, CaseStatus
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.time_limits.limit import Limit, LimitUnit
from bancheng.domain.time_limits.rules import LimitRule
from bancheng.projections.cases.archives import ARCHIVES
from bancheng.projections.cases.cases import CASES
from bancheng.projections.cases.post_reviews import POST_REVIEWS, PostReviewState
from projections.views import Anew
from support import case_builders as builders
from support.builders import after, on_day
from support.case_builders import CASE_ID, TEXT, C
from support.given import ARCHIVIST, HEAD, RULES

_DAYS = Limit(
    id="case.post_review", amount=10, unit=LimitUnit.WORKING_DAYS, label="复审", basis="本厅规定"
)
DRAWN = replace(RULES, limits=(*RULES.limits, LimitRule(purpose="case.post_review", limit=_DAYS)))
ARCHIVED, REVIEWED = on_day("2026-03-05"), on_day("2026-03-09")


@pytest.fixture
def left(engine):
    """What a ledger has of the case after a history."""
    ledgers = (CASES, ARCHIVES, POST_REVIEWS)
    anew = Anew(engine, *(one.projection for one in ledgers))

    def found(ledger, history):
        with anew.of(history).database.read() as connection:
            return ledger.several_by("case_id")(connection, [CASE_ID]).get(CASE_ID, [])

    return found


@pytest.mark.parametrize(
    ("history", "status"),
    [
        (builders.a_delivered_case, CaseStatus.DELIVERED),
        (builders.a_forwarded_case, CaseStatus.FORWARDED),
        (builders.a_refused_case, CaseStatus.REFUSED),
        (builders.a_withdrawn_case, CaseStatus.WITHDRAWN),
        (builders.a_terminated_case, CaseStatus.TERMINATED),
    ],
)
def test_a_case_that_has_ended_waits_for_the_archive(left, history, status):
    told = history()
    (row,) = left(ARCHIVES, told)

    assert (row.ended_as, row.ended_at) == (status, told[-1].envelope.occurred_at)
    assert (row.archive_no, row.archived_at, row.archived_by) == (None, None, None)
    assert (row.case_number, row.unit) == ("BJ-1", "RS")


@pytest.mark.parametrize("history", [builders.a_voided_case, builders.a_made_case])
def test_what_was_voided_and_what_goes_on_do_not(left, history):
    assert left(ARCHIVES, history()) == []


def test_its_file_went_in_under_a_number_and_how_it_ended_stays(left):
    archived = after(
        builders.a_delivered_case(), ArchiveCase(**C, archive_no="2026-1"), at=ARCHIVED
    )
    (row,) = left(ARCHIVES, archived)

    assert (row.archive_no, row.archived_at) == ("2026-1", ARCHIVED)
    assert (row.archived_by, row.archived_by_name) == (ARCHIVIST.id, ARCHIVIST.name)
    assert (row.ended_as, row.outcome) == (CaseStatus.DELIVERED, CaseOutcome.GRANTED)
    assert row.document_no


def reviewed(history, *, passed=True, by=HEAD):
    return after(history, ReviewApproval(**C, passed=passed, conclusion=TEXT), by, at=REVIEWED)


def drawn():
    return after(builders.a_notified_case(), builders.delivering(), rulebook=DRAWN)


def test_a_grant_that_was_drawn_waits_for_its_unit_until_the_day_that_the_book_says(left):
    history = drawn()
    (row,) = left(POST_REVIEWS, history)

    due = builders.deadline(history, LimitKind.POST_REVIEW).due
    assert (row.state, row.review_unit) == (PostReviewState.WAITING, "RS")
    assert (row.due_at, row.due_date) == (due.due_at, date(2026, 3, 16))
    assert row.began_at == history[-1].envelope.occurred_at
    assert (row.reviewed_at, row.reviewed_by, row.conclusion_masked) == (None, None, None)


@pytest.mark.parametrize(
    ("passed", "state"), [(True, PostReviewState.UPHELD), (False, PostReviewState.FAILED)]
)
def test_who_looked_at_it_found_whether_it_stands(left, passed, state):
    (row,) = left(POST_REVIEWS, reviewed(drawn(), passed=passed))

    assert (row.state, row.reviewed_at) == (state, REVIEWED)
    assert (row.reviewed_by, row.reviewed_by_name) == (HEAD.id, HEAD.name)
    assert row.conclusion_masked
    assert row.due_at is not None


def test_one_that_was_not_drawn_is_listed_when_somebody_looks_at_it(left):
    delivered = builders.a_delivered_case()
    assert left(POST_REVIEWS, delivered) == []

    (row,) = left(POST_REVIEWS, reviewed(delivered))
    assert (row.state, row.review_unit) == (PostReviewState.UPHELD, HEAD.unit)
    assert (row.due_at, row.began_at) == (None, REVIEWED)


def test_looked_at_again_it_is_another_row(left):
    twice = reviewed(reviewed(drawn(), passed=False))
    rows = left(POST_REVIEWS, twice)

    assert [(row.state, row.due_at is None) for row in rows] == [
        (PostReviewState.FAILED, False), (PostReviewState.UPHELD, True),
    ]  # fmt: skip
