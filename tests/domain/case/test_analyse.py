"""分析原因: mended on the spot where possible; else everything that is missing is told, once."""

from datetime import date

from bancheng.domain.case.analyse import (
    CorrectMaterial,
    MaterialCorrected,
    SupplementNoticed,
    SupplementReceived,
)
from bancheng.domain.case.terms import RefusalGround
from bancheng.domain.deadlines import DeadlineState
from bancheng.domain.limit_kinds import LimitKind
from support.builders import after, officer_of
from support.case_builders import (
    SEALED,
    TEXT,
    C,
    a_received_case,
    a_supplementing_case,
    accepting,
    awaiting_due,
    case_due,
    deadline,
    noticing,
    receiving,
    reporting_refusal,
    running,
    state_of,
    supplementing,
    ticked,
    wanted,
)
from support.given import OFFICER, given, local

FIFTH = local("2026-03-09 23:59:59.999999")
PASSED = local("2026-03-10 00:00")
AWAIT = LimitKind.AWAIT_SUPPLEMENT
NEITHER = a_received_case("M3")


def test_what_can_be_mended_is_mended_on_the_spot():
    correct = CorrectMaterial(**C, code="M1", correction=TEXT)
    given(*a_received_case()).when(correct).then(MaterialCorrected(code="M1", correction=SEALED))


def test_only_a_material_of_the_item_is_mended():
    correct = CorrectMaterial(**C, code="M9", correction=TEXT)
    given(*a_received_case()).when(correct).then_refused("MATERIAL_UNKNOWN", "code")


def test_everything_that_is_missing_is_told_with_its_standard_and_a_number():
    noticed = given(*NEITHER).when(noticing("M1", "M2"))
    until = awaiting_due(local("2026-03-02 09:02"), "2026-03-16")
    noticed.then(SupplementNoticed(notice_no="BJ-1-B01", wanted=wanted("M1", "M2"), due=until))
    assert deadline(noticed.history, LimitKind.NOTICE).state is DeadlineState.MET
    assert running(noticed.history) == {AWAIT}


def test_what_came_may_be_asked_for_again_if_it_is_not_up_to_the_standard():
    assert given(*a_received_case()).when(noticing("M1")).refusal is None


def test_a_notice_that_leaves_something_out_is_no_notice():
    given(*NEITHER).when(noticing("M1")).then_refused("NOTICE_INCOMPLETE", "wanted")


def test_nothing_is_asked_for_that_the_item_does_not_know():
    given(*NEITHER).when(noticing("M1", "M2", "M9")).then_refused("MATERIAL_UNKNOWN", "wanted[2]")


def test_nothing_is_asked_for_twice_in_one_notice():
    given(*NEITHER).when(noticing("M1", "M2", "M1")).then_refused("MATERIAL_TWICE", "wanted[2]")


def test_what_was_not_told_the_first_time_is_not_asked_for_the_second_time():
    back = after(a_supplementing_case(), supplementing("M2"))
    given(*back).when(noticing("M1")).then_refused("NOTICE_SPENT")


def test_b7_what_was_told_and_came_is_not_asked_for_again():
    back = after(a_supplementing_case(), supplementing("M2"))
    given(*back).when(noticing("M2")).then_refused("NOTICE_SPENT")
    partly = after(after(NEITHER, noticing("M1", "M2")), supplementing("M1"))
    given(*partly).when(noticing("M1", "M2")).then_refused("NOTICE_NOT_ONCE", "wanted[0]")


def test_what_was_told_and_did_not_come_is_told_again():
    noticed = after(NEITHER, noticing("M1", "M2"))
    partly = after(noticed, supplementing("M1"))
    [event] = given(*partly).when(noticing("M2")).events
    assert event.notice_no == "BJ-1-B02"
    third = after(after(partly, noticing("M2")), supplementing("M3"))
    [last] = given(*third).when(noticing("M2")).events
    assert (last.notice_no, last.wanted) == ("BJ-1-B03", wanted("M2"))


def test_xkf_32_a_higher_standard_is_another_demand():
    back = after(a_supplementing_case(), supplementing("M3"))
    stricter = noticing("M2", standard="须公证")
    given(*back).when(stricter).then_refused("NOTICE_NOT_ONCE", "wanted[0]")


def test_a_part_of_the_supplement_leaves_the_day_that_was_told_the_whole_ends_the_wait():
    told = after(NEITHER, noticing("M1", "M2"))
    partly = after(told, supplementing("M1"))
    assert deadline(partly, AWAIT) == deadline(told, AWAIT)
    again = after(partly, noticing("M2"))
    assert (deadline(again, AWAIT).run, deadline(again, AWAIT).is_running) == (2, True)
    assert deadline(after(again, supplementing("M2")), AWAIT).state is DeadlineState.MET


def test_what_was_told_is_awaited_whatever_else_comes_also_if_it_was_there_before():
    told = after(a_received_case(), noticing("M1"))
    other = after(told, supplementing("M3"))
    assert deadline(other, AWAIT).is_running
    given(*other).when(reporting_refusal(RefusalGround.NOT_SUPPLEMENTED)).then_refused(
        "GROUND_TOO_EARLY", "ground"
    )
    assert deadline(after(other, receiving("M1")), AWAIT).state is DeadlineState.MET


def test_who_accepts_waits_for_no_supplement():
    partly = after(after(NEITHER, noticing("M1", "M2")), supplementing("M1"))
    accepted = after(partly, accepting("承诺1号"))
    assert not deadline(accepted, AWAIT).is_running


def test_a_notice_on_the_fifth_working_day_is_in_time():
    assert given(*NEITHER).when(noticing("M1", "M2"), at=FIFTH).refusal is None


def test_after_the_fifth_working_day_the_law_has_accepted():
    given(*NEITHER).when(noticing("M1", "M2"), at=PASSED).then_refused("DEEMED_ACCEPTED")


def test_the_officer_of_the_unit_may_tell_too_but_not_one_of_another():
    assert given(*NEITHER).when(noticing("M1", "M2"), OFFICER).refusal is None
    given(*NEITHER).when(noticing("M1", "M2"), officer_of("YB")).then_refused("NOT_OWN_UNIT")


def test_what_comes_after_the_notice_has_a_receipt_of_its_own_and_a_new_time_to_answer():
    at = local("2026-03-05 15:00")
    noticed = after(NEITHER, noticing("M1", "M2"))
    supplemented = given(*noticed).when(supplementing("M2"), at=at)
    supplemented.then(
        SupplementReceived(
            receipt_no="BJ-1-S02",
            materials=ticked("M2"),
            missing=("M1",),
            awaited=("M1",),
            notice_due=case_due("case.one_time_notice", LimitKind.NOTICE, at, "2026-03-12"),
        )
    )
    again = deadline(supplemented.history, LimitKind.NOTICE)
    assert (again.run, again.is_running) == (2, True)


def test_after_the_second_term_too_the_law_accepts():
    back = after(a_supplementing_case(), supplementing("M3"), at=local("2026-03-05 15:00"))
    given(*back).when(noticing("M2"), at=local("2026-03-13 00:00")).then_refused("DEEMED_ACCEPTED")


def test_only_materials_of_the_item_supplement_it():
    given(*a_supplementing_case()).when(supplementing("M9")).then_refused(
        "MATERIAL_UNKNOWN", "materials[0]"
    )


def test_no_deadline_of_the_hall_runs_while_the_applicant_is_waited_for():
    waiting = a_supplementing_case()
    assert running(waiting) == {AWAIT}
    weeks_later = after(waiting, supplementing("M2"), at=local("2026-04-20 10:00"))
    accepted = after(weeks_later, accepting())
    assert deadline(accepted, LimitKind.PROMISED).due.due_date == date(2026, 4, 27)
    assert state_of(accepted).missing == ()
