"""并件: what ran on a merged ticket ends with a verdict; undone, it goes on by the dates it had."""

from datetime import timedelta
from functools import reduce

import pytest
from msgspec.structs import replace

from bancheng.domain.complaint.answer import AnswerReporter, PublishAnswer
from bancheng.domain.complaint.discover import AcceptTicket
from bancheng.domain.complaint.dispatch import WorkOrderDispatched
from bancheng.domain.complaint.ending import WorkOrderDropped
from bancheng.domain.complaint.merging import (
    LimitResumed,
    MergedAnswered,
    MergeUndone,
    TicketMerged,
)
from bancheng.domain.complaint.state import Ticket
from bancheng.domain.complaint.supervise import ReopenTicket
from bancheng.domain.complaint.terms import AnswerWay, OrderStatus, Outcome, Status
from bancheng.domain.complaint.ticket import evolve
from bancheng.domain.complaint.ties import TieKind
from bancheng.domain.deadlines import DeadlineState, key_of
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import Role
from bancheng.domain.personal_text.released import ReleasedText
from bancheng.domain.time_limits.limit import Limit, LimitUnit
from bancheng.domain.time_limits.rules import LimitRule
from bancheng.infra.rulebooks import load_rulebook
from support.builders import (
    CO_1,
    LEAD,
    SEALED,
    TEXT,
    a_called_back_ticket,
    a_reported_ticket,
    a_returned_order,
    a_signed_in_ticket,
    after,
    an_accepted_ticket,
    an_analysed_ticket,
    analysing,
    dispatching,
    reporting,
    withdrawing,
)
from support.given import HANDLER, OFFICER, ROBOT, RULES, START, STREAM, SUPERVISOR, given, local
from support.tie_acts import (
    FILES,
    OTHER,
    a_merged_ticket,
    answered_with_main,
    merged,
    merging,
    noting,
    other_file,
    unmerging,
)

RESOLVE, ANSWER = key_of(LimitKind.RESOLVE, LEAD), key_of(LimitKind.ANSWER, STREAM)
ACCEPT, DISPATCH = key_of(LimitKind.ACCEPT, STREAM), key_of(LimitKind.DISPATCH, STREAM)
BOOK = load_rulebook("guangdong_12345")
DISPATCHING = replace(
    RULES,
    limits=(
        *RULES.limits,
        LimitRule(
            purpose="dispatch",
            limit=Limit(
                id="dispatch", amount=1, unit=LimitUnit.WORKING_DAYS, label="派单", basis="本厅规定"
            ),
        ),
    ),
)
LATE = local("2026-05-06 09:00")


def state(history) -> Ticket:
    return reduce(evolve, history, Ticket())


def states(history) -> dict[str, DeadlineState]:
    return {key: one.state for key, one in state(history).deadlines.items()}


def by_book(history):
    """The same, under a book that limits when the citizen has their answer."""
    _, *onward = history
    return (*given().when(reporting(), at=START, rulebook=BOOK).history, *onward)


def due_of(history):
    return state(history).deadlines[ANSWER].due


def into(history, by=HANDLER, at=None, **report):
    """What comes of merging it into another one that was reported so."""
    return given(*history).when(merging(), by, at, files={OTHER: other_file(**report)})


def test_a_ticket_goes_on_in_an_earlier_one_and_its_reporter_is_told():
    outcome = into(a_reported_ticket())
    outcome.then(TicketMerged(other_id=OTHER, other_number=OTHER, reason=SEALED, progress=SEALED))
    assert state(outcome.history).status is Status.MERGED


def test_every_order_that_is_left_ends_with_it_each_with_its_verdict():
    outcome = into(a_signed_in_ticket("RS", "YB"))
    lead, other, _ = outcome.events
    assert (lead.order_id, other.order_id) == (LEAD, CO_1)
    assert lead.verdict.on_time
    ended = state(outcome.history)
    assert {one.status for one in ended.orders.values()} == {OrderStatus.ENDED}
    assert not any(one.is_running for one in ended.deadlines.values())


def test_what_was_late_by_then_stays_late_for_the_unit_and_the_citizen():
    history = by_book(a_signed_in_ticket())
    outcome = into(history, at=LATE, answer_due=due_of(history).due_at)
    dropped = outcome.events[0]
    assert isinstance(dropped, WorkOrderDropped)
    assert not dropped.verdict.on_time
    found = states(outcome.history)
    assert found[RESOLVE] is found[ANSWER] is DeadlineState.RELEASED_LATE


def test_what_was_in_time_is_released_and_who_reported_was_told_what_becomes_of_it():
    history = by_book(a_reported_ticket())
    found = states(into(history, answer_due=due_of(history).due_at).history)
    assert found[ACCEPT] is DeadlineState.MET
    assert found[ANSWER] is DeadlineState.RELEASED


@pytest.mark.parametrize(
    ("report", "code"),
    [
        ({"is_worked_on": False}, "MAIN_NOT_WORKED_ON"),
        ({"category": "inquiry"}, "MAIN_OF_OTHER_KIND"),
        ({"accused": frozenset()}, "MAIN_ACCUSES_OTHERS"),
        ({"accused": frozenset({("accused_unit", "YB")})}, "MAIN_ACCUSES_OTHERS"),
        ({"reported_at": START + timedelta(minutes=1)}, "MAIN_IS_LATER"),
    ],
)
def test_the_main_ticket_is_worked_on_is_about_the_same_and_was_earlier(report, code):
    into(a_reported_ticket(), **report).then_refused(code, "main_id")


def test_the_main_ticket_has_to_be_answered_no_later():
    history = by_book(a_reported_ticket())
    own = due_of(history).due_at
    assert into(history, answer_due=own).refusal is None
    for later in (own + timedelta(days=1), None):
        into(history, answer_due=later).then_refused("MAIN_IS_LATER", "main_id")


def test_who_is_recused_from_the_main_ticket_does_not_merge_into_it():
    file = replace(other_file(), recused=frozenset({HANDLER.id}))
    refused = given(*a_reported_ticket()).when(merging(), HANDLER, files={OTHER: file})
    refused.then_refused("RECUSED_FROM_MAIN", "main_id")


def test_what_is_only_kept_is_no_main_ticket():
    file = replace(other_file(), restricted_by="erasure-1")
    refused = given(*a_reported_ticket()).when(merging(), HANDLER, files={OTHER: file})
    refused.then_refused("MAIN_NOT_WORKED_ON", "main_id")


def test_who_worked_on_it_does_not_merge_it():
    worker = replace(OFFICER, roles=(Role.UNIT_OFFICER, Role.HANDLER))
    into(a_signed_in_ticket(), worker).then_refused("MERGED_BY_PARTY")


def test_a_result_is_verified_and_not_merged_away():
    into(a_called_back_ticket()).then_refused("WRONG_STATUS")


def test_what_others_were_merged_into_stays_the_main_one_and_is_not_taken_back_by_one_of_them():
    main = after(a_reported_ticket(), noting(TieKind.MERGED), ROBOT)
    into(main).then_refused("OTHERS_MERGED")
    given(*main).when(withdrawing()).then_refused("OTHERS_WAIT")
    alone = after(main, noting(TieKind.MERGED, ended=True), ROBOT)
    assert into(alone).refusal is None
    assert given(*alone).when(withdrawing()).refusal is None


@pytest.mark.parametrize("ticket", [a_reported_ticket, an_accepted_ticket, an_analysed_ticket])
def test_undone_it_waits_for_what_it_waited_for_by_the_dates_it_had(ticket):
    before = by_book(ticket())
    history = into(before, answer_due=due_of(before).due_at).history
    outcome = given(*history).when(unmerging(), HANDLER)
    (undone,) = outcome.events
    assert isinstance(undone, MergeUndone)
    was, again = state(before), state(outcome.history)
    assert (again.status, again.merged) == (was.status, None)
    for key, one in was.deadlines.items():
        if one.is_running:
            now = again.deadlines[key]
            assert (now.is_running, now.due, now.run) == (True, one.due, one.run)


def test_what_passed_in_between_has_passed():
    before = by_book(a_reported_ticket())
    history = into(before, answer_due=due_of(before).due_at).history
    again = state(given(*history).when(unmerging(), HANDLER, LATE).history)
    for key in (ACCEPT, ANSWER):
        assert again.deadlines[key].is_running
        assert again.deadlines[key].expired_at == again.deadlines[key].due.due_at


def test_what_was_dispatched_is_dispatched_anew_and_its_verdict_stays():
    history = merged(a_signed_in_ticket(), at=local("2026-03-16 09:00"))
    undone = given(*history).when(unmerging(), HANDLER, rulebook=DISPATCHING)
    again = state(undone.history)
    assert again.status is Status.ANALYSED
    assert again.orders[LEAD].status is OrderStatus.ENDED
    assert states(undone.history)[RESOLVE] is DeadlineState.RELEASED_LATE
    assert states(undone.history)[DISPATCH] is DeadlineState.RUNNING
    *_, sent = given(*undone.history).when(dispatching()).events
    assert isinstance(sent, WorkOrderDispatched)


def test_an_objection_that_waited_for_its_ruling_ends_with_it():
    history = merged(a_returned_order())
    assert state(history).orders[LEAD].status is OrderStatus.ENDED
    assert not any(one.is_running for one in state(history).deadlines.values())


def test_a_merged_ticket_is_not_reopened_with_new_time_nor_accepted():
    given(*a_merged_ticket()).when(AcceptTicket(ticket_id=STREAM)).then_refused("WRONG_STATUS")
    given(*a_merged_ticket()).when(analysing()).then_refused("WRONG_STATUS")
    given(*a_merged_ticket()).when(
        ReopenTicket(ticket_id=STREAM, reason=TEXT), SUPERVISOR
    ).then_refused("WRONG_STATUS")


@pytest.mark.parametrize(("fields", "to_publish"), [({}, False), ({"reporter": None}, True)])
def test_it_is_answered_with_its_main_ticket_and_published_if_nobody_can_be_told(
    fields, to_publish
):
    outcome = given(*a_merged_ticket(**fields)).when(
        answered_with_main(outcome=Outcome.SOLVED), ROBOT
    )
    outcome.then(
        MergedAnswered(
            other_id=OTHER, other_number=OTHER, ended=Status.VERIFIED, outcome=Outcome.SOLVED,
            to_publish=to_publish,
        )
    )  # fmt: skip


def test_who_reported_it_is_answered_in_words_or_in_public_once_there_is_a_result():
    told = AnswerReporter(ticket_id=STREAM, way=AnswerWay.PHONE, answer=TEXT)
    public = PublishAnswer(ticket_id=STREAM, place="公示栏", answer=ReleasedText("已补录"))
    for fields, act in (({}, told), ({"reporter": None}, public)):
        history = a_merged_ticket(**fields)
        given(*history).when(act, HANDLER).then_refused("WRONG_STATUS")
        due = after(history, answered_with_main(), ROBOT)
        answered = after(due, act, HANDLER)
        given(*answered).when(act, HANDLER).then_refused("ALREADY_ANSWERED")
        again = after(answered, answered_with_main(), ROBOT)  # the main one has another result
        assert given(*again).when(act, HANDLER).refusal is None


def test_only_what_was_merged_is_undone_and_answered_so():
    for act, by in ((unmerging(), HANDLER), (answered_with_main(), ROBOT)):
        given(*a_reported_ticket()).when(act, by).then_refused("WRONG_STATUS")


def test_the_limits_that_are_resumed_are_named_in_the_event():
    history = merged(a_reported_ticket())
    (undone,) = given(*history).when(unmerging(), HANDLER).events
    due = state(history).deadlines[ACCEPT].due
    assert LimitResumed(kind=LimitKind.ACCEPT, subject=STREAM, due=due) in undone.dues
    assert FILES
