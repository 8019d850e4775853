"""上报转报: examined in the time of the lower organ, sent up with all there is, and over here."""

import pytest
from msgspec.structs import replace

from bancheng.domain.case.deadline import RequestCaseExtension
from bancheng.domain.case.supervise import ArchiveCase
from bancheng.domain.case.terms import CaseStatus
from bancheng.domain.deadlines import DeadlineState
from bancheng.domain.items import CaseKind, PowerType
from bancheng.domain.limit_kinds import LimitKind
from support.builders import officer_of
from support.case_builders import (
    ITEM,
    TEXT,
    UPWARD,
    C,
    a_forwarded_case,
    an_accepted_case,
    an_accepted_gap,
    deadline,
    forwarding,
    granting,
    handed_over,
    rejecting,
    running,
    state_of,
    working_days,
)
from support.given import HEAD, OFFICER, given, local

STATUTORY, PROMISED = LimitKind.STATUTORY, LimitKind.PROMISED
LATE = local("2026-03-31 09:00")


@pytest.mark.parametrize("kind", [CaseKind.REPORTED_UP, CaseKind.FORWARDED])
def test_xkf_43_the_lower_organ_examines_within_twenty_working_days_of_its_acceptance(kind):
    case = an_accepted_case(item=replace(UPWARD, kind=kind))
    due = deadline(case, STATUTORY).due
    assert (due.limit.id, str(due.due_date)) == ("case.lower_review", "2026-03-30")
    assert due.limit.basis == "行政许可法第四十三条"


def test_xkf_43_the_law_of_the_item_goes_before():
    own = replace(UPWARD, statutory=working_days(10, "statutory"))
    assert deadline(an_accepted_case(item=own), STATUTORY).due.limit == own.statutory
    service = replace(UPWARD, type=PowerType.PUBLIC_SERVICE)
    assert running(an_accepted_case(item=service)) == {PROMISED}


@pytest.mark.parametrize(("at", "in_time"), [("2026-03-03 09:00", True), (None, False)])
def test_xkf_43_what_is_examined_goes_up_with_the_verdicts_on_its_time(at, in_time):
    at = LATE if at is None else local(at)
    sent = given(*an_accepted_case(item=UPWARD)).when(forwarding(), OFFICER, at=at)
    [event] = sent.events
    assert {one.kind: one.verdict.on_time for one in event.verdicts} == {
        STATUTORY: in_time, PROMISED: in_time,
    }  # fmt: skip
    state = state_of(sent.history)
    assert (state.status, state.outcome) == (CaseStatus.FORWARDED, None)
    ended = DeadlineState.MET if in_time else DeadlineState.LATE
    assert deadline(sent.history, STATUTORY).state is ended
    assert running(sent.history) == set()


def test_xkf_43_what_is_decided_above_is_neither_granted_nor_refused_here():
    case = an_accepted_case(item=UPWARD)
    given(*case).when(granting(), OFFICER).then_refused("DECIDED_ABOVE")
    given(*case).when(rejecting(), HEAD).then_refused("DECIDED_ABOVE")


def test_xkf_43_what_is_decided_here_is_not_sent_up():
    given(*an_accepted_case()).when(forwarding(), OFFICER).then_refused("NOT_FORWARDED")


def test_xkf_43_all_materials_go_up_so_none_may_be_missing():
    case = an_accepted_gap(item=UPWARD)
    given(*case).when(forwarding(), OFFICER).then_refused("GAP_OPEN")


def test_it_is_sent_up_by_the_unit_of_the_item():
    lent = handed_over(an_accepted_case(item=UPWARD), "YB")
    given(*lent).when(forwarding(), officer_of("YB")).then_refused("NOT_OWN_UNIT")


def test_no_law_gives_the_examination_more_time_unless_that_of_the_item():
    ask = RequestCaseExtension(**C, reason=TEXT)
    case = an_accepted_case(item=UPWARD)
    given(*case).when(ask, OFFICER).then_refused("EXTENSION_NOT_ALLOWED")
    assert given(*an_accepted_case(item=ITEM)).when(ask, OFFICER).refusal is None


def test_what_went_up_is_over_here_and_archived():
    sent = a_forwarded_case()
    assert state_of(sent).status.is_closed
    given(*sent).when(forwarding(), OFFICER).then_refused("WRONG_STATUS")
    assert given(*sent).when(ArchiveCase(**C, archive_no="2026-1")).refusal is None
