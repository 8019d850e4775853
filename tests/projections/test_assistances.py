"""帮办台账 and 归集台账: what is left of it, and who learns of what is gathered."""

import pytest

from bancheng.domain.assistance.terms import AssistanceOutcome, AssistanceStage, AssistanceStatus
from bancheng.domain.rating_levels import RatingLevel
from bancheng.projections.assistances import ASSISTANCES_BY_ID
from bancheng.projections.gatherings import GATHERINGS, GATHERINGS_OF
from bancheng.projections.trail import timeline
from bancheng.projections.withheld import withheld_from, without
from projections.case_journeys import placed
from projections.views import MemoryLog, Views
from support import assistance_acts, builders, case_builders
from support.assistance_acts import ID, releasing
from support.case_builders import CASE_ID
from support.given import CLERK, HANDLER, STREAM, VERIFIER

ACCUSED = CLERK


@pytest.fixture
def views(engine):
    """Somebody is helped, also with a case and with a ticket about who helps."""
    about = builders.a_reported_ticket(accused_unit=None, accused_staff=ACCUSED.id)
    told = (
        *assistance_acts.a_whole_one(),
        *assistance_acts.gathered(about, STREAM),
        *assistance_acts.gathered(case_builders.an_accepted_case(), CASE_ID),
    )
    return Views(engine, MemoryLog(placed(told))).caught_up()


def seen_by(views, actor):
    """The row, and what the ledger of gatherings has for it, as far as ``actor`` may know."""
    with views.database.read() as connection:
        seen = without(connection, withheld_from(connection, actor))
        gathered = GATHERINGS_OF(seen, [ID]).get(ID, [])
        total = GATHERINGS.count(seen, GATHERINGS.filter())
        sentences = [one.sentence for one in timeline(seen, ID)]
        return ASSISTANCES_BY_ID.one(seen, ID), gathered, total, sentences


def test_the_row_says_how_far_it_came_and_what_came_of_it(views):
    row, *_ = seen_by(views, VERIFIER)
    assert (row.number, row.status, row.outcome) == (
        "BB-1", AssistanceStatus.ENDED, AssistanceOutcome.NOT_DONE,
    )  # fmt: skip
    assert (row.contact, row.contact_changes) == (HANDLER.id, 1)
    assert (row.progress_count, row.stage) == (1, AssistanceStage.FILED)
    assert row.rating is RatingLevel.SATISFIED
    assert row.client_name_masked == "周*"
    assert row.client_phone_masked == "137****5678"


def test_whoever_may_know_sees_all_that_is_gathered(views):
    row, gathered, total, _ = seen_by(views, VERIFIER)
    assert {one.matter_id for one in gathered} == {STREAM, CASE_ID}
    assert row.gathered == total == len(gathered)
    assert {one.matter_number for one in gathered} == {"BCS-1", "BJ-1"}


def test_who_is_accused_in_a_ticket_learns_nothing_of_it_by_what_it_is_part_of(views):
    row, gathered, total, sentences = seen_by(views, ACCUSED)
    assert [one.matter_id for one in gathered] == [CASE_ID]
    assert row.gathered == total == 1
    known, _, _, all_sentences = seen_by(views, VERIFIER)
    assert row.version == known.version == len(assistance_acts.a_whole_one())
    assert sentences == all_sentences


def test_what_was_taken_out_is_counted_no_more(engine):
    gathered = assistance_acts.gathered(builders.a_reported_ticket(), STREAM)
    told = (*assistance_acts.a_whole_one(), *builders.after(gathered, releasing(STREAM)))
    row, [one], *_ = seen_by(Views(engine, MemoryLog(placed(told))).caught_up(), VERIFIER)
    assert row.gathered == 0
    assert one.released_at is not None
