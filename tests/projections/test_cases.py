"""Events of cases in, rows out. What a ledger says of a case is what the rules would say of it."""

from collections import Counter
from datetime import date, timedelta
from functools import cache, reduce

import pytest
from msgspec.structs import replace

from bancheng.app.acts.cases import CASE
from bancheng.domain.case.accept import DeemAccepted, FillGap
from bancheng.domain.case.charges import ChargeFee, WaiveCharge
from bancheng.domain.case.deadline import GrantCaseExtension, RequestCaseExtension
from bancheng.domain.case.hearing import HearingStage
from bancheng.domain.case.item_steps import part_of
from bancheng.domain.case.recall import RecallDecision
from bancheng.domain.case.refuse import DenyRefusal
from bancheng.domain.case.renewal import DeemRenewed
from bancheng.domain.case.renewing import Renewal
from bancheng.domain.case.supervise import DeemWithdrawn, ReviewApproval
from bancheng.domain.case.terms import (
    CaseOutcome,
    CaseSource,
    CaseStatus,
    RefusalGround,
)
from bancheng.domain.events import TOPICS
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import Agent, CertificateNumber, PersonName, Phone, SpecialGroup
from bancheng.domain.rating_levels import RatingLevel
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.levels import WarningLevel
from bancheng.domain.warnings.raising import ReplanDueDate
from bancheng.projections import matters
from bancheng.projections.cases.cases import CASES, CASES_BY_ID, CASES_BY_NUMBER, CHILDREN
from bancheng.projections.cases.changes import STEP_OF
from bancheng.projections.deadlines.deadlines import DEADLINES, DEADLINES_OF_MATTERS
from bancheng.projections.ledger.windows import HoldsAt, LevelAt, Window
from bancheng.projections.matters import matter_by_number
from bancheng.projections.sight import APPLICANT_IN_HAND
from bancheng.projections.trail import TRAIL, timeline
from projections.case_journeys import case_stories, placed
from projections.test_deadline_board import agree
from projections.views import Anew, MemoryLog, Views
from support import case_builders as builders
from support.builders import after, on_day
from support.case_builders import CASE_ID, TEXT, C
from support.given import CALENDAR, CLERK, CO_OFFICER, HEAD, OFFICER, START, local
from support.rules import load_calendar


@cache
def stories():
    return case_stories(11, cases=60)


OF_CASES = (
    matters.PROJECTION,
    CASES.projection,
    DEADLINES.projection,
    TRAIL.projection,
)
AT_RS = replace(CLERK, id="c9", unit="RS")
AGENT = Agent(name=PersonName("赵代办"), phone=Phone("13600136000"))


@pytest.fixture
def shown(engine):
    """Shows what a query finds after a history."""
    anew = Anew(engine, *OF_CASES)

    def show(history, query, *arguments):
        with anew.of(history).database.read() as connection:
            return query(connection, *arguments)

    return show


@pytest.fixture
def row_of(shown):
    return lambda history: shown(history, CASES_BY_ID, [CASE_ID])[CASE_ID]


def minutes(after: int):
    return START + timedelta(minutes=after)


def test_a_delivered_case_has_every_part_of_its_story(row_of):
    row = row_of(
        builders.an_archived_case(
            window="W01", agent=AGENT, mandate="委托1号", special_group=SpecialGroup.MILITARY,
            cross_region=builders.CROSSING,
        )
    )  # fmt: skip

    assert (row.status, row.step, row.version) == (CaseStatus.ARCHIVED, Step.SUPERVISE, 8)
    assert (row.number, row.item_code, row.item_version, row.item_name) == (
        "BJ-1", "FOOD", 1, "食品经营许可新办",
    )  # fmt: skip
    assert (row.unit, row.units, row.source, row.window) == (
        "RS", ("RS",), CaseSource.WINDOW, "W01",
    )  # fmt: skip
    assert (row.applicant_name_masked, row.applicant_phone_masked) == ("张**", None)
    assert (row.agent_name_masked, row.agent_phone_masked) == ("赵**", "136****6000")
    assert (row.mandate, row.special_group, row.cross_region) == (
        "委托1号", SpecialGroup.MILITARY, "开鲁县",
    )  # fmt: skip
    times = (row.submitted_at, row.received_at, row.accepted_at, row.decided_at, row.made_at,
             row.notified_at, row.delivered_at, row.archived_at)  # fmt: skip
    assert times == tuple(map(minutes, range(8)))
    assert (row.closed_at, row.archive_no, row.noticed_at) == (minutes(6), "2026-1", None)
    assert (row.statutory_due_date, row.promised_due_date) == (date(2026, 3, 30), date(2026, 3, 9))
    assert row.due_at == row.promised_due_at
    assert (row.statutory_on_time, row.promised_on_time, row.on_time) == (True, True, True)
    assert (row.used, row.remaining, row.overdue) == (0, 5, 0)
    assert (row.outcome, row.document_no) == (CaseOutcome.GRANTED, "许可1号")
    assert (row.receipt_count, row.notice_count, row.deemed) == (1, 0, False)
    assert (row.began_at, row.over_at) == (minutes(0), minutes(6))


def test_a_case_is_found_by_its_number(shown):
    history = builders.a_submitted_case()
    assert shown(history, CASES_BY_NUMBER.one, "BJ-1").case_id == CASE_ID
    assert shown(history, CASES_BY_NUMBER.one, "BJ-2") is None
    assert {entry.matter_number for entry in shown(history, timeline, CASE_ID)} == {"BJ-1"}


def test_b17_a_grant_that_did_not_stand_stays_marked_whatever_is_found_later(row_of):
    failed = after(builders.a_delivered_case(), reviewing(passed=False), HEAD)
    assert (row_of(failed).review_passed, row_of(failed).review_failures) == (False, 1)
    stands = after(failed, reviewing(passed=True), HEAD)
    assert (row_of(stands).review_passed, row_of(stands).review_failures) == (True, 1)


def reviewing(*, passed):
    return ReviewApproval(**C, passed=passed, conclusion=TEXT)


def test_late_by_promise_and_in_time_by_law_are_told_apart(row_of):
    late = after(builders.an_accepted_case(), builders.granting(), OFFICER, on_day("2026-03-11"))
    row = row_of(late)
    assert (row.promised_on_time, row.statutory_on_time, row.on_time) == (False, True, False)
    assert (row.used, row.remaining, row.overdue) == (7, 0, 2)


def test_without_a_promise_the_law_decides(row_of):
    unpromised = replace(builders.ITEM, promised=None)
    history = builders.a_submitted_case(unpromised)
    for command in (builders.receiving(*builders.ALL_HERE), builders.accepting()):
        history = after(history, command)
    row = row_of(after(history, builders.granting(), OFFICER))
    assert (row.due_at, row.promised_due_at) == (row.statutory_due_at, None)
    assert (row.promised_on_time, row.on_time, row.remaining) == (None, True, 20)


def test_what_is_missing_is_listed_until_it_comes(row_of):
    waiting = builders.a_supplementing_case()
    row = row_of(waiting)
    assert (row.status, row.step, row.missing) == (
        CaseStatus.SUPPLEMENTING, Step.ANALYSE, ("M2",),
    )  # fmt: skip
    assert (row.notice_count, row.noticed_at) == (1, minutes(2))
    row = row_of(after(waiting, builders.supplementing("M2")))
    assert (row.status, row.missing, row.receipt_count) == (CaseStatus.RECEIVED, (), 2)
    assert row.received_at == minutes(1)


def test_a_gap_is_open_until_it_is_filled_or_the_case_is_over(row_of):
    promised = builders.an_accepted_gap()
    row = row_of(promised)
    assert (row.gap_open, row.gap, row.gap_due_at) == (True, ("M2",), row.promised_due_at)
    filled = after(promised, FillGap(**C, materials=builders.ticked("M2")))
    assert (row_of(filled).gap_open, row_of(filled).gap) == (False, ())
    lapsed = row_of(after(promised, DeemWithdrawn(**C), at=on_day("2026-03-20")))
    assert (lapsed.gap_open, lapsed.gap, lapsed.status) == (False, ("M2",), CaseStatus.WITHDRAWN)
    refused = after(promised, builders.rejecting(), HEAD)
    assert not row_of(refused).gap_open
    assert row_of(after(refused, RecallDecision(**C, reason=TEXT))).gap_open


def test_what_the_law_accepted_is_accepted_from_the_receipt(row_of):
    received = builders.a_received_case("M1")
    row = row_of(after(received, DeemAccepted(**C), at=on_day("2026-03-10")))
    assert (row.status, row.deemed, row.accepted_at) == (CaseStatus.ACCEPTED, True, minutes(1))
    assert (row.gap_open, row.gap) == (True, ("M2",))
    assert row.promised_due_date == date(2026, 3, 9)


def test_a_proposed_refusal_is_pending_until_somebody_decides(row_of):
    reported = after(builders.a_received_case(), builders.reporting_refusal())
    assert row_of(reported).refusal_pending
    assert not row_of(after(reported, DenyRefusal(**C, ruling=TEXT))).refusal_pending
    row = row_of(after(reported, builders.refusing()))
    assert (row.refusal_pending, row.refusal_ground) == (False, RefusalGround.NOT_OURS)
    assert (row.status, row.closed_at) == (CaseStatus.REFUSED, minutes(3))
    assert row.end_reason_masked == "按规定办理,电话 138****00"


def test_the_file_is_followed_from_hand_to_hand(row_of):
    handed = after(builders.an_accepted_case(), builders.transferring("YB", builders.REVIEW))
    row = row_of(handed)
    assert (row.holder, row.handed_to, row.step, row.item_step) == (
        None, "YB", Step.DISPATCH, builders.REVIEW,
    )  # fmt: skip
    assert row.units == ("RS", "YB")
    assert (row.held_by, row.held_by_name) == (CLERK.id, CLERK.name)
    signed = builders.handed_over(builders.an_accepted_case(), "YB", builders.REVIEW)
    row = row_of(signed)
    assert (row.holder, row.handed_to, row.step, row.hand_over_count) == (
        "YB", None, Step.DEADLINE, 1,
    )  # fmt: skip
    assert (row.held_by, row.held_by_name) == ("second-YB", builders.officer_of("YB").name)
    finished = after(signed, builders.finishing(builders.REVIEW), builders.officer_of("YB"))
    assert row_of(finished).item_step is None


def test_who_did_not_sign_until_the_result_went_out_has_no_part_in_it_any_more(row_of):
    handed = after(builders.a_made_case(), builders.transferring("YB"))
    issued = after(after(handed, builders.notifying()), builders.delivering())
    assert APPLICANT_IN_HAND.shows(CO_OFFICER, row_of(handed))
    assert row_of(issued).handed_to is None
    assert not APPLICANT_IN_HAND.shows(CO_OFFICER, row_of(issued))
    assert APPLICANT_IN_HAND.shows(OFFICER, row_of(issued))


def test_a_late_child_is_named_with_its_step_though_it_was_never_handed_over(shown):
    child = builders.a_child()
    child_id = child[0].stream_id
    row = shown(child, CASES_BY_ID, [child_id])[child_id]
    assert (row.holder, row.item_step, row.hand_over_count) == ("RS", builders.EXAMINE, 0)
    late = DEADLINES.filter(
        matter_id=child_id,
        level=LevelAt(level=WarningLevel.RED, now=on_day("2026-03-06")),
    )
    (limit,) = shown(child, DEADLINES.page, late, Window(sort=DEADLINES.sort.DUE_AT, first=9)).rows
    assert (limit.kind, limit.unit) == (LimitKind.STEP, "RS")
    assert limit.subject == part_of(child_id, builders.EXAMINE)


def test_the_step_that_began_shows_until_the_next_one_does(row_of):
    received = builders.a_received_case(item=builders.OWN)
    begun = after(received, builders.accepting(), OFFICER)
    assert row_of(begun).item_step == builders.EXAMINE
    examined = after(begun, builders.finishing(), OFFICER)
    assert row_of(examined).item_step == builders.DECIDE
    at_rs = after(builders.a_submitted_case(item=builders.OWN), builders.receiving("M3"), AT_RS)
    by_law = after(at_rs, DeemAccepted(**C), at=local("2026-03-10 00:00"))
    assert row_of(by_law).item_step == builders.EXAMINE
    unnamed = builders.handed_over(builders.an_accepted_case(item=builders.OWN))
    assert row_of(unnamed).item_step == builders.EXAMINE


def test_a_pause_shows_until_it_ends_by_itself(shown, row_of):
    paused = after(builders.an_accepted_case(), builders.starting(days=3), OFFICER)
    row = row_of(paused)
    assert (row.procedure, row.procedure_count) == ("现场勘查", 1)
    assert row.paused_at == minutes(3)
    assert row.resumes_at == local("2026-03-06 00:00")
    assert [row.paused(at) for at in (minutes(2), minutes(3), row.resumes_at)] == [
        False, True, False,
    ]  # fmt: skip
    for at, found in ((minutes(3), 1), (row.resumes_at, 0)):
        assert shown(paused, CASES.count, CASES.filter(paused=HoldsAt(holds=True, now=at))) == found
        runs = CASES.filter(paused=HoldsAt(holds=False, now=at))
        assert shown(paused, CASES.count, runs) == 1 - found
    row = row_of(after(paused, builders.ending(), OFFICER))
    assert (row.procedure, row.paused_at, row.resumes_at) == (None, None, None)
    assert row.promised_due_date == date(2026, 3, 9)


def test_a_pause_that_nobody_was_told_of_is_none(row_of):
    row = row_of(after(builders.an_accepted_case(), builders.starting(told=False), OFFICER))
    assert (row.procedure, row.paused_at, row.promised_due_date) == (
        "现场勘查", None, date(2026, 3, 9),
    )  # fmt: skip


def test_a_case_that_is_late_is_not_paused_by_a_procedure(shown, row_of):
    accepted, late = builders.an_accepted_case(), on_day("2026-04-20")
    history = after(accepted, builders.starting(days=3, on="2026-04-20"), OFFICER, late)
    row, now = row_of(history), late + timedelta(minutes=1)
    assert (row.procedure, row.paused_at, row.resumes_at) == ("现场勘查", None, None)
    for paused, found in ((True, 0), (False, 1)):
        chosen = CASES.filter(paused=HoldsAt(holds=paused, now=now))
        assert shown(history, CASES.count, chosen) == found
    only_the_promise_is_late = on_day("2026-03-11")
    history = after(
        accepted, builders.starting(days=3, on="2026-03-11"), OFFICER, only_the_promise_is_late
    )
    assert row_of(history).paused_at == only_the_promise_is_late


def test_an_extension_moves_the_dates(row_of):
    asked = after(builders.an_accepted_case(), RequestCaseExtension(**C, reason=TEXT), OFFICER)
    assert row_of(asked).extension_pending
    row = row_of(after(asked, GrantCaseExtension(**C, ruling=TEXT)))
    assert (row.extension_pending, row.extension_count) == (False, 1)
    assert (row.statutory_due_date, row.promised_due_date) == (date(2026, 4, 14), date(2026, 3, 9))


def test_a_hearing_that_was_announced_and_then_asked_for_stays_set(row_of):
    told = after(builders.an_accepted_case(), builders.telling(), OFFICER)
    announced = after(told, builders.setting(), OFFICER)
    row = row_of(after(announced, builders.requesting(), CLERK))
    assert row.hearing is HearingStage.SET
    assert row.hearing_asked_on == date(2026, 3, 2)


def test_a_hearing_is_asked_for_until_the_day_that_a_later_calendar_gives(row_of):
    told = after(builders.an_accepted_case(), builders.telling(), OFFICER)
    assert row_of(told).hearing_until == date(2026, 3, 9)
    lines = 'version = "汛情"\nsource = "通知"\n[days.2026-03-09]\nkind = "day_off"\nname = "防汛"'
    replan = ReplanDueDate(matter_id=CASE_ID, kind=LimitKind.HEARING_REQUEST, subject=CASE_ID)
    moved = after(told, replan, calendar=load_calendar(lines, CALENDAR))
    assert row_of(moved).hearing_until == date(2026, 3, 10)


def test_a_licence_that_is_renewed_by_time_is_not_to_be_heard_any_more(row_of):
    renews = Renewal(licence_no=CertificateNumber("JY1"), expires_on=date(2026, 4, 1))
    told = after(builders.an_accepted_case(renewal=renews), builders.telling(), OFFICER)
    asked = after(told, builders.requesting(), CLERK)
    assert row_of(asked).hearing is HearingStage.ASKED
    row = row_of(after(asked, DeemRenewed(**C), at=local("2026-04-02 00:00")))
    assert (row.deemed_renewed, row.hearing) == (True, None)


def test_a_hearing_that_is_set_after_one_was_waived_was_asked_for_by_nobody(row_of):
    told = after(builders.an_accepted_case(), builders.telling(), OFFICER)
    asked = after(told, builders.requesting(), CLERK)
    waived = after(asked, builders.waiving(), CLERK)
    row = row_of(after(waived, builders.setting(), OFFICER))
    assert (row.hearing, row.hearing_asked_on) == (HearingStage.SET, None)


def test_what_is_waived_is_shown_beside_what_was_charged(row_of):
    charge = ChargeFee(**C, charge=builders.FEE.name, bill_no="缴1号")
    waiving = WaiveCharge(**C, charge=builders.FEE.name, reason=TEXT, basis="财税")
    row = row_of(after(after(builders.an_accepted_case(), charge), waiving, HEAD))
    amount = builders.FEE.amount_fen
    assert (row.charged_fen, row.paid_fen, row.waived_fen) == (amount, 0, amount)


def test_a_recalled_decision_is_none(row_of):
    row = row_of(after(builders.a_decided_case(), RecallDecision(**C, reason=TEXT)))
    assert (row.status, row.recall_count, row.outcome) == (CaseStatus.ACCEPTED, 1, None)
    assert (row.decided_at, row.document_no, row.on_time, row.used) == (None, None, None, None)


def test_what_was_decided_of_a_case_that_was_then_given_up_counts_for_nothing(shown, row_of):
    decided = builders.a_decided_case()
    given_up = after(decided, builders.voiding(), HEAD)
    row = row_of(given_up)
    assert (row.outcome, row.decided_at, row.document_no) == (None, None, None)
    assert (row.on_time, row.statutory_on_time, row.promised_on_time) == (None, None, None)
    assert (row.limit_unit, row.used, row.remaining, row.overdue) == (None, None, None, None)
    for chosen in (CASES.filter(on_time=True), CASES.filter(decided_from=START)):
        assert shown(decided, CASES.count, chosen) == 1
        assert shown(given_up, CASES.count, chosen) == 0


def test_the_latest_rating_shows(row_of):
    rated = builders.rated(builders.a_delivered_case(), RatingLevel.VERY_DISSATISFIED)
    assert (row_of(rated).rating_count, row_of(rated).rating_level) == (
        1, RatingLevel.VERY_DISSATISFIED,
    )  # fmt: skip


@pytest.mark.parametrize("status", list(CaseStatus), ids=str)
def test_a_case_stands_in_the_step_whose_act_it_waits_for(row_of, status):
    row = row_of(builders.HISTORIES[status]())
    assert (row.status, row.step) == (status, STEP_OF[status])
    assert (row.closed_at is not None) is status.is_closed


def test_a_child_has_the_applicant_and_the_beginning_of_its_theme(engine):
    theme_story = stories()[-1]
    views = Views(engine, MemoryLog(placed(theme_story))).caught_up()
    theme_id = theme_story[0].stream_id
    with views.database.read() as connection:
        theme = CASES_BY_ID(connection, [theme_id])[theme_id]
        children = CHILDREN(connection, [theme_id])[theme_id]
        of_window = CASES.filter(source=CaseSource.WINDOW, applicant="7000")
        found = CASES.page(connection, of_window, Window(sort=CASES.sort.NUMBER, first=9)).rows
        known = [matter_by_number(connection, child.number) for child in children]
    assert (theme.is_theme, theme.theme_id) == (True, None)
    assert [child.unit for child in children] == ["RS", "YB"]
    assert known == [child.case_id for child in children]
    for child in children:
        assert (child.theme_id, child.theme_number, child.is_theme) == (
            theme_id, theme.number, False,
        )  # fmt: skip
        assert child.applicant_phone_masked == theme.applicant_phone_masked == "137****7000"
        assert child.source is theme.source is CaseSource.WINDOW
        assert child.began_at == theme.began_at < child.submitted_at
        if child.kind.goes_up:
            assert (child.status, child.forwarded_to) == (CaseStatus.FORWARDED, "市局")
            continue
        assert (child.status, child.delivered_at) == (CaseStatus.DELIVERED, theme.delivered_at)
    assert {row.case_id for row in found} == {theme_id, *(child.case_id for child in children)}


def test_the_stories_of_the_tests_meet_every_event_of_a_case():
    seen = {one.event.topic for story in stories() for one in story}
    wanted = {topic for topic in TOPICS if topic.startswith("case.")}
    assert seen >= wanted


def test_ledgers_agree_with_the_rules_about_every_case(engine):
    log = placed(one for story in stories() for one in story)
    views = Views(engine, MemoryLog(log)).caught_up()
    streams = {one.stream_id for one in log}
    with views.database.read() as connection:
        found = CASES_BY_ID(connection, streams)
    for stream in streams:
        state = reduce(CASE.evolve, (one for one in log if one.stream_id == stream), CASE.empty())
        row = found[stream]
        assert row.status is state.status
        assert row.holder == state.holder
        assert (row.missing, row.gap, row.outcome) == (state.missing, state.gap, state.outcome)
        assert (row.receipt_count, row.notice_count, row.hand_over_count) == (
            state.receipts, state.notices, state.hand_overs,
        )  # fmt: skip
        assert (row.rating_count, row.finding_count) == (len(state.ratings), len(state.findings))
        if state.status.is_closed:
            assert row.handed_to is None
        else:
            assert row.handed_to == (state.hand_over and state.hand_over.unit)
            assert row.refusal_pending is (state.refusal_reporters is not None)
            assert row.extension_pending is (state.extension_asked is not None)
            assert (row.procedure is not None) is (state.procedure is not None)
        dues = {
            kind: deadline.due.due_at
            for kind in (LimitKind.STATUTORY, LimitKind.PROMISED)
            if (deadline := state.deadline(kind, stream))
        }
        assert row.statutory_due_at == dues.get(LimitKind.STATUTORY)
        assert row.promised_due_at == dues.get(LimitKind.PROMISED)


def test_the_board_follows_the_deadlines_of_every_case(engine):
    log = placed(one for story in stories()[:20] for one in story)
    views = Views(engine, MemoryLog(log)).caught_up()
    kinds = Counter()
    for stream in dict.fromkeys(one.stream_id for one in log):
        agree(views, [one for one in log if one.stream_id == stream], stream)
        kinds.update(row.kind for row in _limits(views, stream))
    assert {LimitKind.NOTICE, LimitKind.STATUTORY, LimitKind.PROMISED, LimitKind.STEP} <= {*kinds}


def _limits(views, stream):
    with views.database.read() as connection:
        return DEADLINES_OF_MATTERS(connection, [stream]).get(stream, [])
