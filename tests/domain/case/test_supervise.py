"""监督检查: a case ends early, is looked at again, is archived, or contradicts a rule."""

from datetime import date

import pytest
from msgspec.structs import fields, replace

from bancheng.domain.case.deadline import CaseExtensionLapsed, RequestCaseExtension
from bancheng.domain.case.renewal import DeemRenewed
from bancheng.domain.case.renewing import Renewal
from bancheng.domain.case.review import review_plan
from bancheng.domain.case.supervise import (
    ApprovalReviewed,
    ArchiveCase,
    CaseArchived,
    CaseTerminated,
    CaseVoided,
    CaseWithdrawn,
    CheckFailed,
    RecordFinding,
    ReviewApproval,
    TerminateCase,
    VoidCase,
)
from bancheng.domain.case.terms import CaseStatus
from bancheng.domain.commands import Desk
from bancheng.domain.deadlines import DeadlineState
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import CertificateNumber
from bancheng.domain.time_limits.limit import Limit, LimitUnit
from bancheng.domain.time_limits.logic_checks import CheckRule
from bancheng.domain.time_limits.rules import LimitRule
from support.builders import after
from support.case_builders import (
    HISTORIES,
    ITEM,
    SEALED,
    TEXT,
    THEME,
    C,
    a_decided_case,
    a_delivered_case,
    a_made_case,
    a_notified_case,
    a_received_case,
    a_rejected_case,
    a_submitted_case,
    an_accepted_case,
    an_accepted_gap,
    an_archived_case,
    deadline,
    delivering,
    granting,
    handed_over,
    making,
    notifying,
    running,
    state_of,
    terminating,
    verdicts_at,
    voiding,
    withdrawing,
)
from support.given import (
    CALENDAR,
    CLERK,
    CO_OFFICER,
    DUTY,
    HEAD,
    OFFICER,
    ROBOT,
    RULES,
    START,
    given,
    local,
)

S = CaseStatus
WITHDRAW, TERMINATE = withdrawing(), terminating()
SIGNED_ON = CALENDAR.local(START).date()
WITHDRAWN = CaseWithdrawn(request_no="撤1号", signed_on=SIGNED_ON, reason=SEALED)
TERMINATED = CaseTerminated(reason=SEALED, basis="食品安全法第三十五条", remedy=SEALED)
VOID = voiding()
VOIDED = CaseVoided(reason=SEALED, basis="食品安全法第三十五条", remedy=SEALED)
ARCHIVE = ArchiveCase(**C, archive_no="2026-1")
REVIEW = ReviewApproval(**C, passed=False, conclusion=TEXT)
FINDING = RecordFinding(
    **C, finding_id="step_overdue/e1", rule=CheckRule.STEP_OVERDUE, basis="电子监察", detail="超期"
)
FOUND = CheckFailed(
    finding_id="step_overdue/e1", rule=CheckRule.STEP_OVERDUE, rule_version=RULES.version,
    basis="电子监察", detail="超期",
)  # fmt: skip
UNDECIDED = (
    S.SUBMITTED, S.PRE_REJECTED, S.PRE_REVIEWED, S.RECEIVED, S.SUPPLEMENTING, S.ACCEPTED,
)  # fmt: skip


def _judged(outcome, status):
    """Only an accepted case has limits of the whole that still run."""
    history = outcome.history
    at = history[-1].envelope.occurred_at
    return verdicts_at(history, at) if status is S.ACCEPTED else ()


@pytest.mark.parametrize(
    ("end", "by"), [(WITHDRAW, DUTY), (TERMINATE, HEAD), (VOID, DUTY)],
    ids=["withdrawn", "terminated", "voided"],
)  # fmt: skip
def test_no_way_to_end_a_case_makes_a_late_one_punctual(end, by):
    late = local("2026-04-01 10:00")
    [ended] = given(*an_accepted_case()).when(end, by, at=late).events
    assert [one.verdict.on_time for one in ended.verdicts] == [False, False]
    after_it = after(an_accepted_case(), end, by, at=late)
    assert {
        deadline(after_it, kind).state for kind in (LimitKind.STATUTORY, LimitKind.PROMISED)
    } == {DeadlineState.RELEASED_LATE}


@pytest.mark.parametrize("status", UNDECIDED)
def test_before_the_decision_the_applicant_may_take_the_application_back(status):
    withdrawn = given(*HISTORIES[status]()).when(WITHDRAW)
    withdrawn.then(replace(WITHDRAWN, verdicts=_judged(withdrawn, status)))
    assert running(withdrawn.history) == set()


def test_once_decided_it_is_not_withdrawn():
    given(*a_decided_case()).when(WITHDRAW).then_refused("WRONG_STATUS")


@pytest.mark.parametrize("status", UNDECIDED)
def test_what_can_not_be_finished_ends_with_its_reason(status):
    terminated = given(*HISTORIES[status]()).when(TERMINATE, ROBOT)
    terminated.then(replace(TERMINATED, verdicts=_judged(terminated, status)))
    assert running(terminated.history) == set()


@pytest.mark.parametrize("status", [S.DECIDED, S.MADE, S.NOTIFIED])
def test_nor_does_its_theme_end_with_it_what_is_decided(status):
    given(*HISTORIES[status]()).when(TERMINATE, ROBOT).then_refused("WRONG_STATUS")


@pytest.mark.parametrize("status", [it for it in S if it is not S.ACCEPTED])
def test_nobody_ends_so_what_was_not_accepted_or_is_decided(status):
    given(*HISTORIES[status]()).when(TERMINATE, HEAD).then_refused("WRONG_STATUS")


def test_nobody_ends_so_what_law_has_renewed_or_withdrawn():
    renewal = Renewal(licence_no=CertificateNumber("JY1"), expires_on=date(2026, 4, 1))
    renewed = an_accepted_case(renewal=renewal)
    at = local("2026-04-02 00:00")
    given(*renewed).when(TERMINATE, HEAD, at=at).then_refused("DEEMED_RENEWED")
    given(*an_accepted_gap()).when(TERMINATE, HEAD, at=at).then_refused("DEEMED_WITHDRAWN")


def test_xkf_38_the_head_of_the_unit_of_the_item_ends_it_or_its_theme_and_nobody_above():
    for by in (HEAD, ROBOT):
        assert given(*an_accepted_case()).when(TERMINATE, by).refusal is None
    for by in (replace(HEAD, unit="YB"), DUTY):
        given(*an_accepted_case()).when(TERMINATE, by).then_refused("NOT_OWN_UNIT")
    theme = an_accepted_case(item=THEME)
    assert given(*theme).when(TERMINATE, replace(DUTY, unit=THEME.unit)).refusal is None


def test_xkf_38_what_is_ended_is_told_with_its_basis_and_remedy():
    needed = {field.name for field in fields(TerminateCase) if field.required}
    assert {"reason", "basis", "remedy"} <= needed


def test_who_has_the_file_takes_the_application_back_and_nobody_else():
    there = handed_over(an_accepted_case())
    for by in (CLERK, CO_OFFICER):
        given(*there).when(WITHDRAW, by).then_refused("NOT_OWN_UNIT")
    assert given(*there).when(WITHDRAW, OFFICER).refusal is None
    given(*a_received_case()).when(WITHDRAW, CO_OFFICER).then_refused("NOT_OWN_UNIT")


@pytest.mark.parametrize("day", [date(2026, 3, 1), date(2026, 3, 3)])
def test_the_request_was_signed_between_the_application_and_today(day):
    signed = withdrawing(signed_on=day)
    given(*a_received_case()).when(signed).then_refused("SIGNED_ON_IMPOSSIBLE", "signed_on")


ASKED = after(an_accepted_case(), RequestCaseExtension(**C, reason=TEXT), OFFICER)


@pytest.mark.parametrize(
    ("act", "by"),
    [(granting(), OFFICER), (WITHDRAW, CLERK), (TERMINATE, HEAD), (VOID, DUTY)],
    ids=["decided", "withdrawn", "terminated", "voided"],
)
def test_an_extension_that_nobody_ruled_on_is_over_with_the_case_and_the_trail_says_so(act, by):
    ended = given(*ASKED).when(act, by)
    assert isinstance(ended.events[0], CaseExtensionLapsed)
    assert state_of(ended.history).extension_asked is None
    silent = given(*an_accepted_case()).when(act, by)
    assert len(silent.events) == len(ended.events) - 1


@pytest.mark.parametrize("status", [it for it in S if not it.is_closed])
def test_what_should_never_have_been_opened_is_voided_with_its_reason(status):
    voided = given(*HISTORIES[status]()).when(VOID, DUTY if status in UNDECIDED else HEAD)
    voided.then(replace(VOIDED, verdicts=_judged(voided, status)))
    assert running(voided.history) == set()


def test_xkf_38_a_case_is_voided_with_basis_and_remedy_only():
    needed = {field.name for field in fields(VoidCase) if field.required}
    assert {"reason", "basis", "remedy"} <= needed


def test_b8_nobody_voids_what_law_has_accepted_renewed_or_withdrawn():
    at = local("2026-04-02 00:00")
    given(*a_received_case("M1")).when(VOID, DUTY, at=at).then_refused("DEEMED_ACCEPTED")
    given(*an_accepted_gap()).when(VOID, DUTY, at=at).then_refused("DEEMED_WITHDRAWN")
    licence = Renewal(licence_no=CertificateNumber("JY1"), expires_on=date(2026, 4, 1))
    expired = an_accepted_case(renewal=licence)
    given(*expired).when(VOID, DUTY, at=at).then_refused("DEEMED_RENEWED")
    renewed = after(expired, DeemRenewed(**C), at=at)
    for by in (DUTY, HEAD):
        given(*renewed).when(VOID, by).then_refused("DEEMED_RENEWED")


def test_a_decision_does_not_stand_once_the_case_has_ended_otherwise():
    assert state_of(after(a_decided_case(), VOID, HEAD)).outcome is None


@pytest.mark.parametrize("decided", [a_decided_case, a_rejected_case, a_made_case, a_notified_case])
def test_xkf_69_what_an_organ_decided_nobody_else_voids(decided):
    case = given(*decided())
    case.when(VOID, DUTY).then_refused("NOT_OWN_UNIT")
    case.when(VOID, replace(HEAD, unit="YB")).then_refused("NOT_OWN_UNIT")
    case.when(VOID, replace(DUTY, unit="RS")).then_refused("VOID_NOT_YOURS")
    assert case.when(VOID, HEAD).refusal is None


@pytest.mark.parametrize("status", UNDECIDED)
def test_b9_the_head_of_a_unit_voids_nothing_undecided_in_the_place_of_a_refusal(status):
    given(*HISTORIES[status]()).when(VOID, HEAD).then_refused("VOID_NOT_YOURS")


@pytest.mark.parametrize("status", [S.DELIVERED, S.REFUSED, S.WITHDRAWN, S.TERMINATED])
def test_what_has_ended_goes_into_the_archive_once(status):
    archived = given(*HISTORIES[status]()).when(ARCHIVE)
    archived.then(CaseArchived(archive_no="2026-1"))
    given(*archived.history).when(ARCHIVE).then_refused("WRONG_STATUS")


def test_what_is_open_or_was_void_does_not():
    for history in (a_submitted_case(), a_notified_case(), after(a_submitted_case(), VOID)):
        given(*history).when(ARCHIVE).then_refused("WRONG_STATUS")


@pytest.mark.parametrize("issued", [a_delivered_case, an_archived_case])
def test_a_grant_is_looked_at_again_after_its_issue_as_often_as_needed(issued):
    reviewed = given(*issued()).when(REVIEW, HEAD)
    reviewed.then(ApprovalReviewed(passed=False, conclusion=SEALED))
    assert given(*reviewed.history).when(replace(REVIEW, passed=True), HEAD).refusal is None


def test_where_nothing_was_granted_there_is_nothing_to_review():
    rejected = a_rejected_case()
    for act in (making(), notifying(), delivering()):
        rejected = after(rejected, act)
    given(*rejected).when(REVIEW, HEAD).then_refused("NOTHING_GRANTED")
    terminated = after(after(an_accepted_case(), TERMINATE, HEAD), ARCHIVE)
    given(*terminated).when(REVIEW, HEAD).then_refused("NOTHING_GRANTED")
    given(*a_notified_case()).when(REVIEW).then_refused("WRONG_STATUS")


@pytest.mark.parametrize("status", CaseStatus)
def test_what_contradicts_a_rule_is_recorded_once_in_every_status(status):
    found = given(*HISTORIES[status]()).when(FINDING)
    found.then(FOUND)
    given(*found.history).when(FINDING).then_refused("FINDING_KNOWN")
    other = replace(FINDING, finding_id="step_overdue/e2")
    given(*found.history).when(other).then(replace(FOUND, finding_id="step_overdue/e2"))


def reviewing_within(days, **item):
    """The rule book under which grants are looked at again within ``days``, and the item."""
    limit = Limit(id="case.post_review", amount=days, unit=LimitUnit.WORKING_DAYS, basis="本厅规定")
    rule = LimitRule(purpose="case.post_review", limit=limit)
    return {"rulebook": replace(RULES, limits=(*RULES.limits, rule))}, replace(ITEM, **item)


def issued(days=10, **item):
    desk, item = reviewing_within(days, **item)
    return after(a_notified_case(item=item), delivering(), at=local("2026-03-10 10:00"), **desk)


def test_a_grant_is_looked_at_again_by_its_unit_within_the_days_of_the_rule_book():
    plan = issued()[-1].event.review
    assert (plan.unit, str(plan.due.due_date)) == ("RS", "2026-03-24")
    for day, state in (("24", DeadlineState.MET), ("25", DeadlineState.LATE)):
        reviewed = after(issued(), REVIEW, HEAD, at=local(f"2026-03-{day} 10:00"))
        assert deadline(reviewed, LimitKind.POST_REVIEW).state is state


def test_without_a_rule_or_a_grant_no_review_is_due():
    assert a_delivered_case()[-1].event.review is None


@pytest.mark.parametrize("share", [0, 30, 100])
def test_the_item_says_how_large_a_share_of_its_grants_is_looked_at_again(share):
    desk, item = reviewing_within(10, review_share=share)
    drawn = 0
    for number in range(200):
        case = replace(state_of(a_delivered_case()), item=item)
        laid = Desk(now=START, actor=CLERK, calendar=CALENDAR, stream_id=f"case-{number}", **desk)
        drawn += review_plan(case, laid) is not None
    assert abs(drawn / 200 - share / 100) < 0.1


def test_who_decided_does_not_review_and_neither_does_another_unit():
    given(*issued()).when(REVIEW, OFFICER).then_refused("REVIEWER_IS_DECIDER")
    given(*issued()).when(REVIEW, CO_OFFICER).then_refused("NOT_OWN_UNIT")
    assert given(*issued()).when(REVIEW, replace(OFFICER, id="o9")).refusal is None
