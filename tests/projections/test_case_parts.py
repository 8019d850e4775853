"""What the ledgers have of parts of a case: receipts, refusals, lists, results, ratings."""

from datetime import timedelta

import pytest
from msgspec import structs

from bancheng.domain.calls import CallResult
from bancheng.domain.case.accept import FillGap
from bancheng.domain.case.item_steps import part_of
from bancheng.domain.case.pre_review import PassPreReview, ResubmitCase
from bancheng.domain.case.ratings import (
    AppealRating,
    ContactRater,
    ExcludeRating,
    RectifyRating,
    UpholdRating,
)
from bancheng.domain.case.refuse import DenyRefusal
from bancheng.domain.case.supervise import RecordFinding
from bancheng.domain.case.terms import NotifyWay, RatingOrigin, RatingState
from bancheng.domain.case.theme import CloseWithTheme
from bancheng.domain.case.verify import KeepResult
from bancheng.domain.items import DeliveryWay
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import PersonName
from bancheng.domain.rating_levels import RatingLevel
from bancheng.domain.time_limits.logic_checks import CheckRule
from bancheng.domain.warnings.raising import ReplanDueDate
from bancheng.projections.cases.cases import CASES
from bancheng.projections.cases.findings import FINDINGS
from bancheng.projections.cases.hand_overs import HAND_OVERS, HandOverState
from bancheng.projections.cases.issued import ISSUED, RESULTS_OF_CASES
from bancheng.projections.cases.ratings import RATINGS
from bancheng.projections.cases.receipts import RECEIPTS, IntakeKind
from bancheng.projections.cases.refusals import REFUSALS, RefusalKind, RefusalState
from bancheng.projections.ledger.windows import Window
from projections.case_journeys import theme_story
from projections.views import Anew
from support import case_builders as builders
from support.builders import after, officer_of, on_day
from support.case_builders import CASE_ID, TEXT, C
from support.given import CALENDAR, CLERK, DUTY, HEAD, OFFICER, START, local

LEDGERS = tuple(
    ledger.projection
    for ledger in (CASES, RECEIPTS, REFUSALS, HAND_OVERS, ISSUED, RATINGS, FINDINGS)
)
RATING_ID = "BJ-1-P01"


@pytest.fixture
def parts(engine):
    """What a ledger has of a case after a history."""
    anew = Anew(engine, *LEDGERS)

    def found(history, query, case_id=CASE_ID):
        with anew.of(history).database.read() as connection:
            return query(connection, [case_id]).get(case_id, [])

    return found


def minutes(after: int):
    return START + timedelta(minutes=after)


def test_each_receipt_is_one_row(parts):
    history = after(builders.a_supplementing_case(), builders.supplementing("M3"))
    first, second = parts(history, RECEIPTS.parts_of)
    assert (first.receipt_no, first.kind, first.missing) == ("BJ-1-S01", IntakeKind.FIRST, ("M2",))
    assert [(one.code, one.copies) for one in first.materials] == [("M1", 1)]
    assert (first.received_at, first.received_by, first.received_unit) == (
        minutes(1), CLERK.id, "HALL",
    )  # fmt: skip
    assert (first.case_number, first.item_name, first.unit) == ("BJ-1", "食品经营许可新办", "RS")
    assert (second.receipt_no, second.kind, second.materials) == (
        "BJ-1-S02", IntakeKind.SUPPLEMENT, builders.ticked("M3"),
    )  # fmt: skip


def test_more_that_comes_before_the_acceptance_is_one_row_more(parts):
    more = after(builders.a_received_case("M1"), builders.receiving("M2"))
    first, second = parts(more, RECEIPTS.parts_of)
    assert (first.kind, second.kind, second.receipt_no) == (
        IntakeKind.FIRST, IntakeKind.MORE, "BJ-1-S02",
    )  # fmt: skip


def test_the_window_has_no_veto_what_the_pre_review_sent_back_stands_among_the_refusals(parts):
    sent_back = after(builders.an_online_case(), builders.sending_back("M1", faults=TEXT))
    (row,) = parts(sent_back, REFUSALS.parts_of)
    assert (row.kind, row.state, row.ground) == (
        RefusalKind.PRE_REVIEW, RefusalState.RETURNED, None,
    )  # fmt: skip
    assert [one.code for one in row.wanted] == ["M1"]
    assert (row.reason_masked, row.reported_by) == ("按规定办理,电话 138****00", CLERK.id)
    again = after(sent_back, ResubmitCase(**C))
    (row,) = parts(again, REFUSALS.parts_of)
    assert row.state is RefusalState.RESUBMITTED
    reported = after(again, builders.reporting_refusal())
    first, second = parts(after(reported, PassPreReview(**C)), REFUSALS.parts_of)
    assert (first.state, second.kind, second.state) == (
        RefusalState.RESUBMITTED, RefusalKind.REPORT, RefusalState.LAPSED,
    )  # fmt: skip


def test_what_fills_a_gap_is_taken_in_too(parts):
    filled = after(builders.an_accepted_gap(), FillGap(**C, materials=builders.ticked("M2")))
    _, gap = parts(filled, RECEIPTS.parts_of)
    assert (gap.receipt_no, gap.kind, gap.missing) == (None, IntakeKind.GAP, ())


def test_a_proposed_refusal_and_what_became_of_it(parts):
    reported = after(builders.a_received_case(), builders.reporting_refusal())
    (row,) = parts(reported, REFUSALS.parts_of)
    assert (row.state, row.reported_by, row.basis) == (
        RefusalState.PENDING, CLERK.id, "行政许可法第三十二条",
    )  # fmt: skip
    assert (row.kind, row.right_organ) == (RefusalKind.REPORT, builders.RIGHT_ORGAN)
    assert row.reason_masked == "按规定办理,电话 138****00"
    (row,) = parts(after(reported, DenyRefusal(**C, ruling=TEXT), DUTY), REFUSALS.parts_of)
    assert (row.state, row.decided_by, row.decided_at) == (RefusalState.DENIED, "l1", minutes(3))
    (row,) = parts(after(reported, builders.refusing(), DUTY), REFUSALS.parts_of)
    assert (row.state, row.remedy_masked) == (RefusalState.REFUSED, "按规定办理,电话 138****00")
    for going_on in (builders.noticing("M1"), builders.accepting(), builders.withdrawing()):
        (row,) = parts(after(reported, going_on), REFUSALS.parts_of)
        assert (row.state, row.decided_at) == (RefusalState.LAPSED, minutes(3))
        assert (row.decided_by, row.decided_by_name, row.decided_unit) == (None, None, None)


def test_a_second_report_leaves_the_first_as_it_was_decided(parts):
    reported = after(builders.a_received_case(), builders.reporting_refusal())
    denied = after(reported, DenyRefusal(**C, ruling=TEXT), DUTY)
    again = after(after(denied, builders.reporting_refusal()), builders.refusing(), DUTY)
    assert [row.state for row in parts(again, REFUSALS.parts_of)] == [
        RefusalState.DENIED, RefusalState.REFUSED,
    ]  # fmt: skip


def test_a_list_waits_for_the_other_side_to_sign(parts):
    handed = after(builders.an_accepted_case(), builders.transferring("YB", builders.REVIEW))
    (row,) = parts(handed, HAND_OVERS.parts_of)
    assert (row.list_no, row.state, row.from_unit, row.to_unit) == (
        "BJ-1-Y01", HandOverState.WAITING, None, "YB",
    )  # fmt: skip
    assert (row.materials, row.item_step, row.handed_by) == (("M1",), builders.REVIEW, CLERK.id)
    assert row.due_at == local("2026-03-04 00:00")
    signed = builders.handed_over(builders.an_accepted_case(), "YB", builders.REVIEW)
    (row,) = parts(signed, HAND_OVERS.parts_of)
    assert (row.state, row.signed_by, row.signed_unit, row.signed_at) == (
        HandOverState.SIGNED, "second-YB", "YB", minutes(4),
    )  # fmt: skip
    ended = after(handed, builders.terminating(), HEAD)
    assert [row.state for row in parts(ended, HAND_OVERS.parts_of)] == [HandOverState.CANCELLED]


def test_a_list_has_the_date_of_its_step_wherever_that_moves(parts):
    step = part_of(CASE_ID, builders.EXAMINE)
    handed = builders.handed_over(builders.an_accepted_case(), "RS", builders.EXAMINE)
    handed = builders.handed_over(handed, "YB")  # for no step, so without a date
    there = dict.fromkeys(builders.SURVEYORS, officer_of("YB"))
    paused = after(handed, builders.starting(days=3), officer_of("YB"), staff=there)
    ended = after(paused, builders.ending(), officer_of("YB"), on_day("2026-03-04"))
    off = structs.replace(CALENDAR, version="later", working_weekdays=(0,))
    replan = ReplanDueDate(matter_id=CASE_ID, kind=LimitKind.STEP, subject=step)
    replanned = after(handed, replan, calendar=off)
    dates = set()
    for history in (handed, paused, ended, replanned):
        for_step, for_none = parts(history, HAND_OVERS.parts_of)
        assert for_step.due_at == builders.deadline(history, LimitKind.STEP, step).due.due_at
        assert for_none.due_at is None
        dates.add(for_step.due_at)
    assert len(dates) == 4


def test_a_list_that_nobody_signed_until_the_result_went_out_waits_no_more(parts):
    handed = after(builders.a_made_case(), builders.transferring("YB"))
    issued = after(after(handed, builders.notifying()), builders.delivering())
    for history, state in ((handed, HandOverState.WAITING), (issued, HandOverState.CANCELLED)):
        assert [row.state for row in parts(history, HAND_OVERS.parts_of)] == [state]


def test_a_list_of_a_child_waits_no_more_once_its_theme_was_issued(parts):
    examined = after(builders.a_child(), builders.finishing(), OFFICER)
    decided = after(examined, builders.granting(), OFFICER)
    handed = after(decided, builders.transferring("YB"), OFFICER)
    closed = after(handed, CloseWithTheme(**C))
    for history, state in ((handed, HandOverState.WAITING), (closed, HandOverState.CANCELLED)):
        assert [row.state for row in parts(history, HAND_OVERS.parts_of, closed[0].stream_id)] == [
            state
        ]


def custody(engine_parts, history):
    def listed(connection, _):
        window = Window(sort=ISSUED.sort.KEPT_AT, first=9)
        found = ISSUED.page(connection, ISSUED.filter(in_custody=True), window).rows
        return {CASE_ID: found}

    return engine_parts(history, listed)


def test_a_result_waits_in_custody_until_it_is_fetched(parts):
    made = builders.a_made_case()
    row = parts(made, RESULTS_OF_CASES)
    assert (row.documents, row.certificate_no_masked, row.made_by) == (
        ("食品经营许可证",), "JY1", CLERK.id,
    )  # fmt: skip
    assert not custody(parts, made)
    kept = after(builders.a_notified_case(), KeepResult(**C, place="A柜"))
    kept = after(kept, KeepResult(**C, place="B柜"))
    (row,) = custody(parts, kept)
    assert (row.notified_way, row.kept_place, row.kept_at) == (NotifyWay.SMS, "B柜", minutes(6))
    fetched = after(kept, builders.delivering(receiver=PersonName("张建国")))
    row = parts(fetched, RESULTS_OF_CASES)
    assert (row.in_custody, row.delivered_way, row.receiver_masked) == (
        False, DeliveryWay.COUNTER, "张**",
    )  # fmt: skip
    assert (row.delivered_at, row.delivered_by, row.with_theme) == (minutes(8), CLERK.id, False)
    posted = builders.delivering(way=DeliveryWay.POST, tracking_no="EMS1", bundle_no="B1")
    row = parts(after(kept, posted), RESULTS_OF_CASES)
    assert (row.tracking_no, row.bundle_no) == ("EMS1", "B1")
    dropped = after(kept, builders.voiding(), HEAD)
    row = parts(dropped, RESULTS_OF_CASES)
    assert (row.in_custody, row.delivered_at, row.dropped_at) == (False, None, minutes(8))


def test_children_go_out_with_their_theme(parts):
    story = theme_story(1)
    child = next(one.stream_id for one in story if one.stream_id != story[0].stream_id)
    row = parts(story, RESULTS_OF_CASES, child)
    assert (row.with_theme, row.delivered_way) == (True, None)
    theme = parts(story, RESULTS_OF_CASES, story[0].stream_id)
    assert (theme.with_theme, theme.delivered_at) == (False, row.delivered_at)


def a_rated_case(**fields):
    return builders.rated(builders.a_delivered_case(), **fields)


def contacting(*, justified: bool, call: CallResult = CallResult.CONNECTED):
    return ContactRater(**C, rating_id=RATING_ID, call=call, justified=justified, finding=TEXT)


def test_a_call_that_reached_nobody_shows_until_one_does(parts):
    tried = after(a_rated_case(), contacting(justified=True, call=CallResult.NO_ANSWER))
    (row,) = parts(tried, RATINGS.parts_of)
    assert (row.state, row.call, row.contacted_at) == (
        RatingState.TO_RECTIFY,
        CallResult.NO_ANSWER,
        minutes(8),
    )
    assert (row.contact_due_at, row.rectify_due_at) == (
        local("2026-03-04 00:00"), local("2026-03-24 00:00"),
    )  # fmt: skip
    appealed = after(tried, AppealRating(**C, rating_id=RATING_ID, ground=TEXT), HEAD)
    (row,) = parts(after(appealed, contacting(justified=True)), RATINGS.parts_of)
    assert (row.state, row.call, row.contacted_at) == (
        RatingState.APPEALED,
        CallResult.CONNECTED,
        minutes(10),
    )
    assert row.rectify_due_at == local("2026-03-24 00:00")


def test_a_bad_rating_is_followed_until_it_is_put_right(parts):
    rated = a_rated_case(comment=TEXT)
    (row,) = parts(rated, RATINGS.parts_of)
    assert (row.level, row.origin, row.named, row.state) == (
        RatingLevel.DISSATISFIED, RatingOrigin.CITIZEN, True, RatingState.TO_CONTACT,
    )  # fmt: skip
    assert row.comment_masked == "按规定办理,电话 138****00"
    assert (row.contact_due_at, row.rectify_due_at) == (local("2026-03-04 00:00"), None)
    contacted = after(rated, contacting(justified=True))
    (row,) = parts(contacted, RATINGS.parts_of)
    assert (row.state, row.call, row.justified) == (
        RatingState.TO_RECTIFY,
        CallResult.CONNECTED,
        True,
    )
    assert (row.contacted_at, row.rectify_due_at) == (minutes(8), local("2026-03-24 00:00"))
    of_it = {**C, "rating_id": RATING_ID}
    (row,) = parts(after(contacted, RectifyRating(**of_it, measure=TEXT), HEAD), RATINGS.parts_of)
    assert (row.state, row.rectified_at) == (RatingState.RECTIFIED, minutes(9))
    appealed = after(contacted, AppealRating(**of_it, ground=TEXT), HEAD)
    (row,) = parts(appealed, RATINGS.parts_of)
    assert (row.state, row.appealed_at) == (RatingState.APPEALED, minutes(9))
    for ruling, state in ((UpholdRating, RatingState.TO_RECTIFY), (ExcludeRating,
                          RatingState.EXCLUDED)):  # fmt: skip
        (row,) = parts(after(appealed, ruling(**of_it, ruling=TEXT)), RATINGS.parts_of)
        assert (row.state, row.ruled_at) == (state, minutes(10))
    (row,) = parts(after(rated, contacting(justified=False)), RATINGS.parts_of)
    assert row.state is RatingState.EXPLAINED


def test_an_unnamed_bad_rating_has_nobody_to_be_called(parts):
    (row,) = parts(a_rated_case(named=False), RATINGS.parts_of)
    assert (row.state, row.contact_due_at) == (RatingState.TO_RECTIFY, None)
    assert row.rectify_due_at == local("2026-03-24 00:00")


def test_a_good_rating_asks_for_nothing(parts):
    (row,) = parts(a_rated_case(level=RatingLevel.FAIR), RATINGS.parts_of)
    assert (row.state, row.contact_due_at, row.rectify_due_at) == (RatingState.GOOD, None, None)


def test_a_finding_names_its_rule_and_basis(parts):
    found = RecordFinding(
        **C, finding_id="recorded_late/e1", rule=CheckRule.RECORDED_LATE, basis="通用默认",
        detail="发生后 30 小时才录入",
    )  # fmt: skip
    (row,) = parts(after(builders.a_submitted_case(), found), FINDINGS.parts_of)
    assert (row.finding_id, row.rule, row.detail, row.found_at) == (
        "recorded_late/e1", CheckRule.RECORDED_LATE, "发生后 30 小时才录入", minutes(1),
    )  # fmt: skip
