"""特别程序: it stops the deadlines only if the applicant was told, and no longer than was told."""

from datetime import date

import pytest
from msgspec.structs import replace

from bancheng.domain.case.deadline import DeadlineDue
from bancheng.domain.case.procedure import (
    ProcedureNotice,
    SpecialProcedureEnded,
    SpecialProcedureStarted,
)
from bancheng.domain.deadlines import DeadlineState
from bancheng.domain.items import ProcedureKind
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.time_limits.limit import Limit, LimitUnit, Pause, case_by_case
from bancheng.domain.time_limits.rules import LimitRule
from support import case_builders
from support.builders import after
from support.case_builders import (
    CASE_ID,
    EXAMINE,
    EXPERTS,
    ITEM,
    REVIEW,
    SEALED,
    SURVEY,
    a_received_case,
    an_accepted_case,
    case_due,
    deadline,
    ending,
    finishing,
    granting,
    handed_over,
    running,
    state_of,
    transferring,
)
from support.given import CLERK, OFFICER, RULES, given, local

ACCEPTED_AT = local("2026-03-02 09:02")
AT = local("2026-03-04 10:00")
SEEN_BY = case_builders.SURVEYORS


def starting(procedure="P1", *, on="2026-03-04", **fields):
    """Begun on the day of the stories here."""
    return case_builders.starting(procedure, on=on, **fields)


TOLD = starting().notice
IN_HAND = handed_over(after(an_accepted_case(), finishing(), CLERK))
STATUTORY, PROMISED = LimitKind.STATUTORY, LimitKind.PROMISED


def procedure_due(procedure, days, last_day, since=AT):
    limit = replace(
        case_by_case(days), id=procedure.code, label=procedure.name, basis=procedure.basis
    )
    return case_due(limit, LimitKind.PROCEDURE, since, last_day)


def whole(promised, statutory, *pauses):
    """The new dates of both deadlines of the case, with these pauses."""
    return tuple(
        DeadlineDue(
            kind=kind, subject=CASE_ID, due=case_due(limit, kind, ACCEPTED_AT, last_day, pauses)
        )
        for kind, limit, last_day in (
            (STATUTORY, ITEM.statutory, statutory),
            (PROMISED, ITEM.promised, promised),
        )
    )


SURVEY_DUE = procedure_due(SURVEY, 10, "2026-03-18")
PAUSE = Pause(ground="现场勘查", started_at=AT, told_at=AT, approved_until=SURVEY_DUE.due_at)
SURVEYED = after(IN_HAND, starting(), OFFICER, at=AT)


def dates(history):
    return {kind: str(deadline(history, kind).due.due_date) for kind in (PROMISED, STATUTORY)}


def ended(at):
    return given(*SURVEYED).when(ending(), OFFICER, at=local(at))


def test_what_the_applicant_was_told_of_moves_both_dates_by_the_time_it_takes():
    started = given(*IN_HAND).when(starting(), OFFICER, at=AT)
    started.then(
        SpecialProcedureStarted(
            procedure="P1",
            name="现场勘查",
            due=SURVEY_DUE,
            notice=TOLD,
            officers=SEEN_BY,
            pause=PAUSE,
            dues=whole("2026-03-23", "2026-04-14", PAUSE),
        )
    )
    assert deadline(started.history, STATUTORY).watch.is_on_pause


def test_it_has_a_deadline_of_its_own_with_the_unit_that_does_it():
    own = deadline(SURVEYED, LimitKind.PROCEDURE, f"{CASE_ID}/P1")
    assert (own.unit, own.due, own.is_running) == ("RS", SURVEY_DUE, True)


def test_what_ends_early_gives_back_what_it_did_not_need():
    early = ended("2026-03-06 15:00")
    back = replace(PAUSE, resumed_at=local("2026-03-06 15:00"))
    early.then(
        SpecialProcedureEnded(
            procedure="P1", finding=SEALED, dues=whole("2026-03-11", "2026-04-01", back)
        )
    )
    assert deadline(early.history, LimitKind.PROCEDURE, f"{CASE_ID}/P1").state is DeadlineState.MET


def test_what_takes_longer_than_was_told_counts_from_then_on():
    late = ended("2026-03-25 15:00")
    back = replace(PAUSE, resumed_at=local("2026-03-25 15:00"))
    late.then(
        SpecialProcedureEnded(
            procedure="P1", finding=SEALED, dues=whole("2026-03-23", "2026-04-14", back)
        )
    )
    assert deadline(late.history, LimitKind.PROCEDURE, f"{CASE_ID}/P1").state is DeadlineState.LATE
    [decided] = given(*late.history).when(granting(), OFFICER).events
    verdicts = {one.kind: one.verdict.on_time for one in decided.verdicts}
    assert verdicts == {STATUTORY: True, PROMISED: False}


def test_who_was_told_of_fewer_days_waits_no_longer_than_those():
    started = given(*IN_HAND).when(starting(days=3), OFFICER, at=AT)
    [event] = started.events
    assert event.due == procedure_due(SURVEY, 3, "2026-03-09")
    assert dates(started.history)[PROMISED] == "2026-03-12"


def test_nobody_is_told_of_more_days_than_the_item_allows():
    given(*IN_HAND).when(starting(days=11), OFFICER, at=AT).then_refused(
        "PROCEDURE_TOO_LONG", "notice"
    )
    assert given(*IN_HAND).when(starting(days=10), OFFICER, at=AT).refusal is None


def test_a_procedure_that_the_applicant_was_not_told_of_stops_nothing():
    started = given(*IN_HAND).when(starting(told=False), OFFICER, at=AT)
    started.then(
        SpecialProcedureStarted(
            procedure="P1",
            name="现场勘查",
            due=SURVEY_DUE,
            officers=SEEN_BY,
            pause=replace(PAUSE, told_at=None),
        )
    )
    assert dates(started.history) == {PROMISED: "2026-03-09", STATUTORY: "2026-03-30"}
    over = given(*started.history).when(ending(), OFFICER, at=local("2026-03-06 15:00"))
    over.then(SpecialProcedureEnded(procedure="P1", finding=SEALED))


def test_a_procedure_that_the_item_counts_stops_nothing_though_the_applicant_was_told():
    started = given(*IN_HAND).when(starting("P2"), OFFICER, at=AT)
    started.then(
        SpecialProcedureStarted(
            procedure="P2",
            name="专家评审",
            due=procedure_due(EXPERTS, 3, "2026-03-09"),
            notice=starting("P2").notice,
            officers=SEEN_BY,
        )
    )
    assert dates(started.history) == {PROMISED: "2026-03-09", STATUTORY: "2026-03-30"}


def test_several_one_after_the_other_each_leave_out_their_own_days():
    first = after(IN_HAND, starting(days=3), OFFICER, at=AT)
    between = after(first, ending(), OFFICER, at=local("2026-03-09 17:00"))
    assert dates(between)[PROMISED] == "2026-03-12"
    second = after(
        between, starting(days=2, on="2026-03-11"), OFFICER, at=local("2026-03-11 10:00")
    )
    assert dates(second)[PROMISED] == "2026-03-16"
    both = after(second, ending(), OFFICER, at=local("2026-03-12 17:00"))
    assert dates(both)[PROMISED] == "2026-03-13"
    assert len(deadline(both, PROMISED).due.pauses) == 2
    own = deadline(both, LimitKind.PROCEDURE, f"{CASE_ID}/P1")
    assert (own.run, own.state) == (2, DeadlineState.MET)


def test_b16_a_procedure_that_is_done_again_pauses_no_longer_in_all_than_the_item_says():
    first = after(IN_HAND, starting(days=8), OFFICER, at=AT)
    between = after(first, ending(), OFFICER, at=local("2026-03-12 17:00"))  # six days were used
    on, at = "2026-03-16", local("2026-03-16 10:00")
    given(*between).when(starting(days=5, on=on), OFFICER, at=at).then_refused(
        "PROCEDURE_TOO_LONG", "notice"
    )
    assert given(*between).when(starting(days=4, on=on), OFFICER, at=at).refusal is None
    untold = starting(told=False, on=on)
    assert given(*between).when(untold, OFFICER, at=at).refusal is None


def test_one_at_a_time():
    given(*SURVEYED).when(starting("P2"), OFFICER).then_refused("PROCEDURE_OPEN")
    given(*IN_HAND).when(ending(), OFFICER).then_refused("NO_PROCEDURE")
    given(*after(SURVEYED, ending(), OFFICER)).when(ending(), OFFICER).then_refused("NO_PROCEDURE")


def test_only_what_the_item_provides_for_is_a_special_procedure():
    given(*IN_HAND).when(starting("P9"), OFFICER).then_refused("PROCEDURE_UNKNOWN", "procedure")


def test_a_step_under_way_stands_still_as_well():
    examining = handed_over(an_accepted_case(), step=EXAMINE)
    step = f"{CASE_ID}/{EXAMINE}"
    assert deadline(examining, LimitKind.STEP, step).due.due_date == date(2026, 3, 5)
    surveyed = after(examining, starting(days=3), OFFICER, at=AT)
    assert deadline(surveyed, LimitKind.STEP, step).due.due_date == date(2026, 3, 10)
    back = after(surveyed, ending(), OFFICER, at=local("2026-03-05 17:00"))
    assert deadline(back, LimitKind.STEP, step).due.due_date == date(2026, 3, 6)


def test_what_is_late_already_stays_late():
    late = starting(on="2026-03-10")
    started = given(*IN_HAND).when(late, OFFICER, at=local("2026-03-10 09:00"))
    [event] = started.events
    assert [one.kind for one in event.dues] == [STATUTORY]
    assert dates(started.history)[PROMISED] == "2026-03-09"
    over = given(*started.history).when(ending(), OFFICER, at=local("2026-03-12 09:00"))
    assert [one.kind for one in over.events[0].dues] == [STATUTORY]


def test_no_decision_before_the_procedure_has_ended():
    given(*SURVEYED).when(granting(), OFFICER).then_refused("CASE_IN_HAND")


def test_no_procedure_before_acceptance():
    given(*a_received_case()).when(starting(), OFFICER).then_refused("WRONG_STATUS")


@pytest.mark.parametrize("told", [True, False])
def test_a_case_may_be_finished_otherwise_while_its_procedure_is_on(told):
    examining = handed_over(an_accepted_case(), step=EXAMINE)
    on = after(examining, starting(told=told), OFFICER, at=AT)
    done = after(on, finishing(), OFFICER)
    assert LimitKind.STEP not in running(done)
    over = after(done, ending(), OFFICER)
    assert LimitKind.STEP not in running(over)


def test_xkf_45_only_a_written_notice_with_number_day_and_time_stops_the_clock():
    for name in ("number", "told_on", "working_days"):
        assert name in ProcedureNotice.__struct_fields__
    told = given(*IN_HAND).when(starting(days=3), OFFICER, at=AT)
    assert dates(told.history)[PROMISED] == "2026-03-12"
    untold = given(*IN_HAND).when(starting(told=False), OFFICER, at=AT)
    assert dates(untold.history)[PROMISED] == "2026-03-09"


@pytest.mark.parametrize("on", ["2026-03-03", "2026-03-05"])
def test_xkf_45_a_notice_of_another_day_than_the_beginning_is_refused(on):
    given(*IN_HAND).when(starting(on=on), OFFICER, at=AT).then_refused(
        "NOTICE_NOT_OF_TODAY", "notice"
    )


@pytest.mark.parametrize("officers", [(), ("o1",), ("o1", "o1")])
def test_xkf_34_a_survey_names_two_officers(officers):
    alone = replace(starting(), officers=officers)
    given(*IN_HAND).when(alone, OFFICER, at=AT).then_refused("SURVEY_NEEDS_TWO", "officers")


@pytest.mark.parametrize(
    ("officer", "code"), [("o9", "STAFF_UNKNOWN"), ("o2", "STAFF_OF_OTHER_UNIT")]
)
def test_xkf_34_who_surveys_is_of_the_unit_and_still_there(officer, code):
    named = replace(starting(), officers=("o1", officer))
    given(*IN_HAND).when(named, OFFICER, at=AT).then_refused(code, "officers[1]")


def test_what_is_no_survey_needs_no_two_officers():
    experts = replace(starting("P2"), officers=())
    assert given(*IN_HAND).when(experts, OFFICER, at=AT).refusal is None


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("现场勘查", None, True), ("场地核查", None, True), ("专家评审", None, False),
        ("第三方测绘", ProcedureKind.SURVEY, True), ("现场听证", ProcedureKind.HEARING, False),
    ],
)  # fmt: skip
def test_a_survey_is_what_the_item_says_or_what_it_is_called(name, kind, expected):
    assert replace(SURVEY, name=name, kind=kind).is_survey is expected


def bounded(days):
    """The rule book with a bound for all pauses of a case."""
    limit = Limit(id="case.pause_total", amount=days, unit=LimitUnit.WORKING_DAYS, basis="本厅规定")
    return replace(
        RULES, limits=(*RULES.limits, LimitRule(purpose="case.pause_total", limit=limit))
    )


def test_the_pauses_of_a_case_together_are_bounded_by_the_rule_book():
    first = after(IN_HAND, starting(days=3), OFFICER, at=AT)
    between = after(first, ending(), OFFICER, at=local("2026-03-06 17:00"))  # two days were used
    again = given(*between)
    at, on = local("2026-03-11 10:00"), "2026-03-11"
    longer = again.when(starting(days=4, on=on), OFFICER, at=at, rulebook=bounded(5))
    longer.then_refused("PAUSES_TOO_LONG", "notice")
    assert again.when(starting(days=3, on=on), OFFICER, at=at, rulebook=bounded(5)).refusal is None
    assert again.when(starting(days=4, on=on), OFFICER, at=at).refusal is None  # no bound is set
    untold = starting(told=False, on=on)
    assert again.when(untold, OFFICER, at=at, rulebook=bounded(2)).refusal is None


def test_a_step_that_begins_while_a_procedure_pauses_is_paused_too():
    survey = after(an_accepted_case(), starting(days=3, on="2026-03-04"), OFFICER, at=AT)
    handed = after(survey, transferring("YB", REVIEW), CLERK, at=local("2026-03-05 10:00"))
    step = f"{CASE_ID}/{REVIEW}"
    # One working day of its own; what is left of the pause, until the 9th, comes before.
    assert deadline(handed, LimitKind.STEP, step).due.due_date == date(2026, 3, 10)
    back = after(handed, ending(), OFFICER, at=local("2026-03-06 17:00"))
    assert deadline(back, LimitKind.STEP, step).due.due_date == date(2026, 3, 9)


def test_a_step_that_begins_with_a_signature_while_a_procedure_pauses_is_paused_too():
    survey = after(
        after(an_accepted_case(), finishing(), CLERK),
        starting(on="2026-03-04", days=3),
        OFFICER,
        at=AT,
    )
    signed = handed_over(survey, "YB")
    assert deadline(signed, LimitKind.STEP, f"{CASE_ID}/{REVIEW}").due.pauses
    assert state_of(signed).pause is not None
