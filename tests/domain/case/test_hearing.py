"""听证: who has an interest is told and may ask in five days, is heard, and then it is decided."""

import pytest
from msgspec.structs import replace

from bancheng.domain.case.deadline import RequestCaseExtension
from bancheng.domain.case.hearing import HearingStage
from bancheng.domain.case.hearing_course import HearingHeld, HearingSet
from bancheng.domain.case.hearing_right import HearingRequested, HearingRightTold, HearingWaived
from bancheng.domain.case.procedure import ProcedureNotice, SpecialProcedureEnded, StartProcedure
from bancheng.domain.deadlines import DeadlineState
from bancheng.domain.item_types import PowerType
from bancheng.domain.items import ProcedureKind, SpecialProcedure
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.warnings.raising import ReplanDueDate
from support.builders import after, due
from support.case_builders import (
    CHAIR,
    EXPERTS,
    ITEM,
    SEALED,
    SURVEY,
    TEXT,
    C,
    a_received_case,
    an_accepted_case,
    deadline,
    ending,
    granting,
    handed_over,
    holding,
    rejecting,
    requesting,
    running,
    setting,
    starting,
    state_of,
    telling,
    terminating,
    waiving,
)
from support.given import CALENDAR, CLERK, CO_OFFICER, HEAD, OFFICER, given, local
from support.rules import load_calendar

AT = local("2026-03-02 10:00")  # a Monday: five working days are over with the 9th
HELD_AT = local("2026-03-16 09:30")
ASK, HEAR = LimitKind.HEARING_REQUEST, LimitKind.HEARING
NOW = CALENDAR.local(AT).date()
TOLD = after(an_accepted_case(), telling(), OFFICER, at=AT)
ASKED = after(TOLD, requesting("2026-03-04"), CLERK, at=local("2026-03-04 10:00"))
SET = after(ASKED, setting(announcement_no=None), OFFICER, at=local("2026-03-05 09:00"))
HELD = after(SET, holding(), OFFICER, at=HELD_AT)
HEARING = SpecialProcedure(
    code="P9",
    name="听证",
    working_days=20,
    basis="行政许可法第四十五条",
    kind=ProcedureKind.HEARING,
)
WITH_HEARING = replace(ITEM, procedures=(*ITEM.procedures, HEARING))


def asking_for_time():
    """An act on the case that has nothing to do with the hearing."""
    return RequestCaseExtension(**C, reason=TEXT)


def stopping():
    """The clock is stopped for the hearing."""
    notice = ProcedureNotice(number="告知9号", told_on=NOW, working_days=15)
    return StartProcedure(**C, procedure="P9", notice=notice)


def test_xkf_47_who_has_an_interest_is_told_and_has_five_working_days_to_ask():
    told = given(*an_accepted_case()).when(telling(interested=TEXT), OFFICER, at=AT)
    until = due("case.hearing_request", AT, "2026-03-09")
    told.then(HearingRightTold(notice_no="听告1号", told_on=NOW, interested=SEALED, due=until))
    asking = deadline(told.history, ASK)
    assert asking.due == until
    assert asking.kind.theirs


@pytest.mark.parametrize("answer", [granting(), rejecting()])
def test_xkf_47_nothing_is_decided_before_the_five_days_are_over(answer):
    by = HEAD if answer == rejecting() else OFFICER
    last, over = local("2026-03-09 23:00"), local("2026-03-10 00:00")
    given(*TOLD).when(answer, by, at=last).then_refused("HEARING_TIME_OPEN")
    decided = given(*TOLD).when(answer, by, at=over)
    assert decided.refusal is None
    assert ASK not in running(decided.history)


def by_a_calendar_without_the_9th(history, kind):
    """The limit of ``kind`` is decided anew by a calendar that takes Monday 2026-03-09 off."""
    lines = 'version = "汛情"\nsource = "通知"\n[days.2026-03-09]\nkind = "day_off"\nname = "防汛"'
    calendar = load_calendar(lines, CALENDAR)
    return after(
        history,
        ReplanDueDate(matter_id=history[0].stream_id, kind=kind, subject=history[0].stream_id),
        calendar=calendar,
    )


def test_who_was_told_may_ask_as_long_as_a_later_calendar_gives_them():
    moved = by_a_calendar_without_the_9th(TOLD, ASK)
    given(*moved).when(granting(), OFFICER, at=local("2026-03-10 00:30")).then_refused(
        "HEARING_TIME_OPEN"
    )
    on_the_10th = local("2026-03-10 10:00")
    asked = given(*moved).when(requesting("2026-03-10"), CLERK, at=on_the_10th)
    assert asked.refusal is None
    given(*moved).when(requesting("2026-03-11"), CLERK, at=local("2026-03-11 10:00")).then_refused(
        "HEARING_ASKED_LATE", "asked_on"
    )


def test_who_asked_is_heard_by_the_day_that_a_later_calendar_gives():
    command = setting(at="2026-04-02 09:00", announcement_no=None)
    given(*ASKED).when(command, OFFICER).then_refused("HEARING_TOO_LATE", "at")
    moved = by_a_calendar_without_the_9th(ASKED, HEAR)
    assert given(*moved).when(command, OFFICER).refusal is None


def test_the_first_who_was_told_may_have_asked_before_the_second_was_told():
    told_again = after(TOLD, telling(), OFFICER, at=local("2026-03-05 10:00"))
    asked = given(*told_again).when(requesting("2026-03-04"), CLERK, at=local("2026-03-05 11:00"))
    assert asked.refusal is None


def test_a_hearing_that_was_waived_and_is_announced_is_another_with_seven_days_of_its_own():
    waived = after(SET, waiving(), CLERK, at=local("2026-03-10 09:00"))
    same = setting(at="2026-03-16 09:00")
    on_the_day = local("2026-03-16 08:59")
    given(*waived).when(same, OFFICER, at=on_the_day).then_refused("HEARING_NOTICE_SHORT", "at")
    announced = after(waived, setting(at="2026-04-20 09:00"), OFFICER, at=local("2026-03-30 09:00"))
    given(*announced).when(requesting("2026-03-31"), CLERK).then_refused("HEARING_RIGHT_NOT_TOLD")


def test_a_hearing_that_was_held_is_not_set_again_for_its_own_time():
    again = setting(at="2026-03-16 09:00")
    given(*HELD).when(again, OFFICER, at=local("2026-03-20 09:00")).then_refused(
        "HEARING_IN_THE_PAST", "at"
    )


def test_who_wants_it_no_more_bounds_no_hearing_that_is_announced():
    waived = after(ASKED, waiving(), CLERK)
    assert given(*waived).when(setting(at="2026-05-11 09:00"), OFFICER).refusal is None


def test_xkf_47_who_asks_in_time_is_heard_within_twenty_working_days_of_asking():
    asked = given(*TOLD).when(requesting("2026-03-04"), CLERK, at=local("2026-03-05 10:00"))
    held_by = due("case.hearing", CALENDAR.start_of(asked.events[0].asked_on), "2026-04-01")
    asked.then(
        HearingRequested(
            request_no="听申1号", asked_on=asked.events[0].asked_on, unit="RS", due=held_by
        )
    )
    assert deadline(asked.history, ASK).state is DeadlineState.MET
    assert (deadline(asked.history, HEAR).unit, deadline(asked.history, HEAR).due) == (
        "RS", held_by,
    )  # fmt: skip
    given(*asked.history).when(granting(), OFFICER).then_refused("HEARING_NOT_HELD")


def test_xkf_47_a_paper_of_the_last_day_that_is_entered_later_was_in_time():
    later = local("2026-03-12 09:00")
    assert given(*TOLD).when(requesting("2026-03-09"), CLERK, at=later).refusal is None
    given(*TOLD).when(requesting("2026-03-10"), CLERK, at=later).then_refused(
        "HEARING_ASKED_LATE", "asked_on"
    )


@pytest.mark.parametrize("day", ["2026-03-01", "2026-03-04"])
def test_xkf_47_nobody_asks_before_they_were_told_or_tomorrow(day):
    entered = local("2026-03-03 09:00")
    given(*TOLD).when(requesting(day), CLERK, at=entered).then_refused(
        "HEARING_ASKED_ON_WRONG", "asked_on"
    )


def test_xkf_47_who_was_not_told_or_asked_already_does_not_ask():
    given(*an_accepted_case()).when(requesting(), CLERK).then_refused("HEARING_RIGHT_NOT_TOLD")
    given(*ASKED).when(requesting(), CLERK).then_refused("HEARING_RIGHT_NOT_TOLD")


def test_xkf_47_who_waives_need_not_be_waited_for():
    waived = given(*TOLD).when(waiving(), CLERK)
    waived.then(HearingWaived(statement_no="弃1号"))
    assert given(*waived.history).when(granting(), OFFICER).refusal is None


def test_xkf_47_a_request_can_be_taken_back_and_nobody_is_late_with_the_hearing():
    waived = given(*SET).when(waiving(), CLERK)
    assert deadline(waived.history, HEAR).state is DeadlineState.RELEASED
    assert given(*waived.history).when(granting(), OFFICER).refusal is None


def test_xkf_47_there_is_nothing_to_waive_that_nobody_was_told_of():
    given(*an_accepted_case()).when(waiving(), CLERK).then_refused("HEARING_RIGHT_NOT_TOLD")


def test_xkf_47_who_is_found_later_is_told_and_has_as_long_as_the_others():
    again = given(*TOLD).when(telling(notice_no="听告2号"), OFFICER, at=local("2026-03-06 10:00"))
    assert str(deadline(again.history, ASK).due.due_date) == "2026-03-13"
    given(*again.history).when(granting(), OFFICER, at=local("2026-03-10 09:00")).then_refused(
        "HEARING_TIME_OPEN"
    )


def test_xkf_47_while_a_hearing_is_to_come_nobody_is_told_of_another():
    given(*ASKED).when(telling(), OFFICER).then_refused("HEARING_NOT_HELD")


def test_xkf_47_what_is_no_licence_has_no_five_days_unless_the_book_says():
    service = replace(ITEM, type=PowerType.PUBLIC_SERVICE)
    there = an_accepted_case(item=service)
    given(*there).when(telling(), OFFICER).then_refused("HEARING_PERIOD_UNSET")


def test_xkf_47_another_unit_takes_in_no_request():
    given(*TOLD).when(requesting(), CO_OFFICER).then_refused("NOT_OWN_UNIT")
    given(*TOLD).when(waiving(), CO_OFFICER).then_refused("NOT_OWN_UNIT")


@pytest.mark.parametrize("act", [telling(), requesting(), waiving(), setting(), holding()])
def test_nobody_is_heard_before_the_acceptance(act):
    given(*a_received_case()).when(act, OFFICER).then_refused("WRONG_STATUS")


def test_xkf_48_all_are_told_when_and_where_and_who_chairs_seven_working_days_ahead():
    told_at = local("2026-03-05 09:00")
    given(*ASKED).when(
        setting("2026-03-13 17:00", announcement_no=None), OFFICER, at=told_at
    ).then_refused("HEARING_NOTICE_SHORT", "at")
    earliest = setting("2026-03-16 09:00", announcement_no=None)
    given(*ASKED).when(earliest, OFFICER, at=told_at).then(
        HearingSet(notice_no="听通1号", at=local("2026-03-16 09:00"), place="三楼", chair=CHAIR)
    )


def test_xkf_48_what_is_moved_is_told_again_as_long_ahead_but_another_chair_is_not():
    soon = local("2026-03-12 09:00")
    moved = setting("2026-03-17 09:00", announcement_no=None)
    given(*SET).when(moved, OFFICER, at=soon).then_refused("HEARING_NOTICE_SHORT", "at")
    another = setting(announcement_no=None, chair="o-RS")
    assert given(*SET).when(another, OFFICER, at=soon).refusal is None


def test_a_hearing_is_not_set_for_yesterday():
    yesterday = setting("2026-03-01 09:00", announcement_no=None)
    given(*ASKED).when(yesterday, OFFICER).then_refused("HEARING_IN_THE_PAST", "at")


def test_xkf_48_nobody_chairs_who_examined_the_case():
    examined = setting(announcement_no=None, chair=OFFICER.id)
    given(*ASKED).when(examined, OFFICER).then_refused("HEARING_CHAIR_TOOK_PART", "chair")


def test_xkf_48_who_surveyed_has_examined_it_whoever_wrote_that_down():
    surveyed = after(an_accepted_case(), starting(), OFFICER)
    by_head = setting(chair=HEAD.id)
    given(*surveyed).when(by_head, OFFICER).then_refused("HEARING_CHAIR_TOOK_PART", "chair")


def test_xkf_48_who_examined_it_meanwhile_can_not_have_chaired_it():
    chair = replace(OFFICER, id=CHAIR)
    examined = after(SET, asking_for_time(), chair)
    given(*examined).when(holding(), OFFICER, at=HELD_AT).then_refused("HEARING_CHAIR_EXAMINED")
    another = after(examined, setting(announcement_no=None, chair="o-RS"), OFFICER)
    assert given(*another).when(holding(), OFFICER, at=HELD_AT).refusal is None


def test_xkf_48_who_sets_or_records_a_hearing_has_not_examined_by_that():
    chair = replace(OFFICER, id=CHAIR)
    own = after(ASKED, setting(announcement_no=None), chair)
    assert given(*own).when(holding(), chair, at=HELD_AT).refusal is None


@pytest.mark.parametrize(
    ("chair", "code"), [("nobody", "STAFF_UNKNOWN"), ("second-YB", "STAFF_OF_OTHER_UNIT")]
)
def test_xkf_48_the_chair_is_of_the_organ(chair, code):
    given(*ASKED).when(setting(chair=chair), OFFICER).then_refused(code, "chair")


def test_xkf_48_it_is_held_at_its_time_and_its_record_is_signed():
    given(*ASKED).when(holding(), OFFICER).then_refused("HEARING_NOT_SET")
    given(*SET).when(holding(), OFFICER).then_refused("HEARING_TO_COME")
    given(*SET).when(holding(signatures=0), OFFICER, at=HELD_AT).then_refused(
        "HEARING_RECORD_UNSIGNED", "signatures"
    )
    held = given(*SET).when(holding(), OFFICER, at=HELD_AT)
    held.then(HearingHeld(record_no="笔录1号", signatures=3))
    assert deadline(held.history, HEAR).state is DeadlineState.MET


def test_xkf_48_who_refuses_to_sign_is_named_with_the_reason():
    refused = holding(signatures=0, unsigned=TEXT)
    given(*SET).when(refused, OFFICER, at=HELD_AT).then(
        HearingHeld(record_no="笔录1号", signatures=0, unsigned=SEALED)
    )


def test_xkf_48_what_is_decided_after_a_hearing_rests_on_its_record():
    [decided] = given(*HELD).when(granting(), OFFICER).events
    assert decided.hearing_records == ("笔录1号",)
    [unheard] = given(*an_accepted_case()).when(granting(), OFFICER).events
    assert unheard.hearing_records == ()


def test_xkf_47_a_hearing_that_comes_too_late_is_late_for_the_unit():
    late = after(ASKED, setting("2026-04-08 09:00"), OFFICER, at=local("2026-03-27 09:00"))
    held = after(late, holding(), OFFICER, at=local("2026-04-08 10:00"))
    assert deadline(held, HEAR).state is DeadlineState.LATE


def test_xkf_46_what_nobody_asked_for_is_announced():
    there = an_accepted_case()
    given(*there).when(setting(announcement_no=None), OFFICER).then_refused(
        "HEARING_UNANNOUNCED", "announcement_no"
    )
    announced = given(*there).when(setting(), OFFICER)
    assert state_of(announced.history).hearing.public
    given(*announced.history).when(granting(), OFFICER).then_refused("HEARING_NOT_HELD")
    given(*announced.history).when(waiving(), CLERK).then_refused("HEARING_IS_PUBLIC")


def test_xkf_46_47_what_is_announced_takes_nobody_the_right_to_ask():
    announced = after(TOLD, setting("2026-04-10 09:00"), OFFICER)
    assert ASK in running(announced)
    asked = given(*announced).when(requesting("2026-03-04"), CLERK, at=local("2026-03-05 10:00"))
    assert deadline(asked.history, HEAR).due.due_date.isoformat() == "2026-04-01"
    assert state_of(asked.history).hearing.stage is HearingStage.SET
    assert state_of(asked.history).hearing.public
    given(*asked.history).when(requesting("2026-03-05"), CLERK).then_refused(
        "HEARING_RIGHT_NOT_TOLD"
    )
    late = given(*announced).when(requesting("2026-03-10"), CLERK, at=local("2026-03-12 10:00"))
    late.then_refused("HEARING_ASKED_LATE", "asked_on")


def test_xkf_46_who_was_heard_in_public_is_not_waited_for_any_more():
    held = after(after(TOLD, setting(), OFFICER), holding(), OFFICER, at=HELD_AT)
    assert ASK not in running(held)
    given(*held).when(requesting("2026-03-04"), CLERK, at=HELD_AT).then_refused(
        "HEARING_RIGHT_NOT_TOLD"
    )


@pytest.mark.parametrize("announcement_no", [None, "公1号"])
def test_xkf_47_what_somebody_asked_for_is_set_within_its_twenty_days(announcement_no):
    early, last = local("2026-03-05 09:00"), "2026-04-01 09:00"
    too_late = setting("2026-04-02 09:00", announcement_no=announcement_no)
    given(*ASKED).when(too_late, OFFICER, at=early).then_refused("HEARING_TOO_LATE", "at")
    in_time = setting(last, announcement_no=announcement_no)
    assert given(*ASKED).when(in_time, OFFICER, at=early).refusal is None


def test_xkf_47_what_can_not_be_held_in_time_any_more_is_held_as_soon_as_all_can_be_told():
    late = local("2026-03-27 09:00")
    given(*ASKED).when(setting("2026-04-10 09:00"), OFFICER, at=late).then_refused(
        "HEARING_TOO_LATE", "at"
    )
    assert given(*ASKED).when(setting("2026-04-08 09:00"), OFFICER, at=late).refusal is None


@pytest.mark.parametrize("answer", [granting(), rejecting()])
def test_xkf_46_what_law_wants_heard_is_not_decided_unheard(answer):
    by = HEAD if answer == rejecting() else OFFICER
    item = replace(WITH_HEARING, procedures=(replace(HEARING, required=True),))
    there = an_accepted_case(item=item)
    given(*there).when(answer, by).then_refused("HEARING_DUE_BY_LAW")
    waived = after(after(there, telling(), OFFICER), waiving(), CLERK)
    given(*waived).when(answer, by).then_refused("HEARING_DUE_BY_LAW")
    held = after(after(there, setting(), OFFICER), holding(), OFFICER, at=HELD_AT)
    assert given(*held).when(answer, by).refusal is None


def test_what_every_case_goes_through_is_not_left_out():
    item = replace(ITEM, procedures=(replace(EXPERTS, required=True), SURVEY))
    there = an_accepted_case(item=item)
    given(*there).when(granting(), OFFICER).then_refused("PROCEDURE_NOT_DONE")
    done = after(after(there, starting("P2"), OFFICER), ending(), OFFICER)
    assert given(*done).when(granting(), OFFICER).refusal is None


def test_xkf_45_the_clock_stands_for_a_hearing_only_if_there_is_one_to_come():
    there = an_accepted_case(item=WITH_HEARING)
    given(*there).when(stopping(), OFFICER).then_refused("NO_HEARING_TO_COME")
    told = after(there, telling(), OFFICER)
    given(*told).when(stopping(), OFFICER).then_refused("NO_HEARING_TO_COME")
    asked = after(told, requesting(), CLERK)
    stopped = given(*asked).when(stopping(), OFFICER)
    assert deadline(stopped.history, LimitKind.STATUTORY).watch.is_on_pause
    assert not deadline(stopped.history, HEAR).watch.is_on_pause


def stopped_for_a_hearing():
    asked = after(after(an_accepted_case(item=WITH_HEARING), telling(), OFFICER), requesting())
    return after(after(asked, stopping(), OFFICER), setting(announcement_no=None), OFFICER)


def test_xkf_45_nobody_ends_its_time_before_it_was_held():
    given(*stopped_for_a_hearing()).when(ending(), OFFICER).then_refused("HEARING_NOT_HELD")


@pytest.mark.parametrize(("act", "by"), [(holding(), OFFICER), (waiving(), CLERK)])
def test_xkf_45_the_clock_goes_on_with_the_act_by_which_it_was_held_or_waived(act, by):
    over = given(*stopped_for_a_hearing()).when(act, by, at=HELD_AT)
    ended = over.events[-1]
    assert isinstance(ended, SpecialProcedureEnded)
    assert ended.procedure == HEARING.code
    assert {one.kind for one in ended.dues} >= {LimitKind.STATUTORY}
    state, clock = state_of(over.history), deadline(over.history, LimitKind.STATUTORY)
    assert state.procedure is None
    assert HEARING.code in state.procedures_done
    assert state.pauses[-1].resumed_at == HELD_AT
    assert not clock.watch.is_on_pause
    given(*over.history).when(ending(), OFFICER).then_refused("NO_PROCEDURE")


def test_xkf_45_a_hearing_ends_no_other_special_procedure():
    surveyed = after(SET, starting(told=False), OFFICER)
    held = given(*surveyed).when(holding(), OFFICER, at=HELD_AT)
    held.then(HearingHeld(record_no="笔录1号", signatures=3))
    assert state_of(held.history).procedure == SURVEY.code


def test_the_file_is_where_it_is_heard():
    elsewhere = handed_over(an_accepted_case(), "YB")
    for act in (telling(), setting()):
        given(*elsewhere).when(act, OFFICER).then_refused("NOT_OWN_UNIT")


def test_the_next_hearing_begins_anew_and_both_records_are_kept():
    again = after(HELD, setting("2026-03-27 09:00", chair="o-RS"), OFFICER)
    assert state_of(again).hearing.stage is HearingStage.SET
    given(*again).when(granting(), OFFICER).then_refused("HEARING_NOT_HELD")
    held = after(again, holding(record_no="笔录2号"), OFFICER, at=local("2026-03-27 10:00"))
    assert state_of(held).hearing_records == ("笔录1号", "笔录2号")


def test_a_case_that_ends_owes_no_hearing():
    ended = after(ASKED, terminating(), HEAD)
    assert not running(ended) & {ASK, HEAR}
