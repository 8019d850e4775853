"""并件 in a hall: five reporters of one thing, one matter, five answers; and what is undone."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bancheng.app.acts.tickets import TICKET
from bancheng.bootstrap import Container
from bancheng.domain.complaint.answer import AnswerReporter
from bancheng.domain.complaint.correct import SupplementReport
from bancheng.domain.complaint.deadline import SubmitResult
from bancheng.domain.complaint.discover import AcceptTicket, RefuseTicket
from bancheng.domain.complaint.dispatch import SignInWorkOrder
from bancheng.domain.complaint.ending import WithdrawTicket
from bancheng.domain.complaint.merging import (
    MergedAnswered,
    MergedSupplemented,
    MergeTicket,
    UnmergeTicket,
)
from bancheng.domain.complaint.state import Ticket
from bancheng.domain.complaint.supervise import ReopenTicket
from bancheng.domain.complaint.terms import AnswerWay, Outcome, ReporterWay, Status
from bancheng.domain.complaint.verify import PassVerification
from bancheng.domain.notices.terms import Addressee
from bancheng.domain.people import FreeText
from bancheng.infra.clock import FixedClock
from bancheng.projections.ledger.windows import Window
from bancheng.projections.tickets.answers import answer
from bancheng.projections.tickets.tickets import TICKETS, TICKETS_BY_ID
from bancheng.projections.tickets.ties import TIES_OF_TICKETS
from support import backends, builders, halls, noticing

pytestmark = backends.ONCE
TEXT = FreeText("同一窗口、同一件事")


@pytest.fixture
def hall(furnished: str, clock: FixedClock) -> Iterator[Container]:
    with halls.hall(furnished, clock) as container:
        noticing.furnish(container)
        yield container


def settle(hall: Container) -> int:
    done = hall.reactor.react()
    halls.settled(hall)
    return done


def reported(hall: Container, **fields: Any) -> str:
    usual = {"reporter": builders.REPORTER, "accused_unit": None}
    return halls.act(hall, builders.reporting(**{**usual, **fields}), by="clerk").stream_id


def merge(hall: Container, ticket: str, main: str) -> None:
    halls.act(hall, MergeTicket(ticket_id=ticket, main_id=main, reason=TEXT, progress=TEXT))


def state(hall: Container, ticket: str) -> Ticket:
    found: Ticket = TICKET.state_after(hall.store.load(ticket))
    return found


def answers(hall: Container, ticket: str) -> list[MergedAnswered]:
    told = (one.event for one in hall.store.load(ticket))
    return [one for one in told if isinstance(one, MergedAnswered)]


def solved(hall: Container, clock: FixedClock, main: str) -> None:
    """The main ticket, whose reporter gave no name, goes through all its steps."""
    (order,) = state(hall, main).orders
    halls.act(hall, SignInWorkOrder(ticket_id=main, order_id=order), by="o", of="RS")
    clock.set(clock.now() + timedelta(hours=1))
    result = SubmitResult(ticket_id=main, order_id=order, outcome=Outcome.SOLVED, result=TEXT)
    halls.act(hall, result, by="o", of="RS")
    halls.act(hall, PassVerification(ticket_id=main, conclusion=TEXT), by="verifier")


def test_four_go_on_in_the_first_of_five_and_all_are_answered_with_it(
    hall: Container, clock: FixedClock
) -> None:
    main = halls.dispatched(hall)
    named, others = reported(hall), [reported(hall) for _ in range(2)]
    unnamed = reported(hall, reporter=None)
    four = [named, *others, unnamed]
    for one in four:
        merge(hall, one, main)
    settle(hall)
    assert state(hall, main).has_merged == set(four)
    assert {state(hall, one).status for one in four} == {Status.MERGED}
    with hall.database.connect() as connection:
        rows = TICKETS.page(
            connection,
            TICKETS.filter(merged_into=main),
            Window(sort=TICKETS.first_sort, descending=True, first=10),
        ).rows
        ties = TIES_OF_TICKETS(connection, [main, named])
    assert {row.ticket_id for row in rows} == set(four)
    assert (len(ties[main]), len(ties[named])) == (4, 1)
    assert answers(hall, named) == []
    solved(hall, clock, main)
    settle(hall)
    assert settle(hall) == 0
    for one in four:
        (told,) = answers(hall, one)
        assert (told.ended, told.outcome) == (Status.VERIFIED, Outcome.SOLVED)
        assert told.to_publish is (one == unnamed)


def test_each_reporter_is_told_twice_and_nobody_by_name_for_who_gave_none(
    hall: Container, clock: FixedClock
) -> None:
    main = halls.dispatched(hall)
    named, unnamed = reported(hall), reported(hall, reporter=None)
    for one in (named, unnamed):
        merge(hall, one, main)
    settle(hall)
    solved(hall, clock, main)
    settle(hall)
    noticing.make(hall)
    told = [one for one in noticing.rows(hall) if one.of_topic.startswith("complaint.merged")
            or one.of_topic == "complaint.ticket-merged"]  # fmt: skip
    to_citizens = [one for one in told if one.addressee is Addressee.CITIZEN]
    assert [one.of_topic for one in to_citizens if one.matter_id == named] == [
        "complaint.ticket-merged", "complaint.merged-answered",
    ]  # fmt: skip
    assert all(state(hall, main).number not in one.text for one in to_citizens)
    (posted,) = [one for one in told if one.addressee is Addressee.POST]
    assert posted.matter_id == unnamed
    assert "请公布答复" in posted.text


def test_a_refusal_of_the_main_ticket_answers_what_was_merged_too(hall: Container) -> None:
    main, other = reported(hall), reported(hall)
    merge(hall, other, main)
    settle(hall)
    said = {"explanation": TEXT, "remedy": TEXT}
    halls.act(hall, RefuseTicket(ticket_id=main, reason="litigation", **said))
    settle(hall)
    (told,) = answers(hall, other)
    assert (told.ended, told.outcome) == (Status.REFUSED, None)


def test_what_is_undone_is_not_answered_with_the_main_ticket(hall: Container) -> None:
    main, other = reported(hall), reported(hall)
    merge(hall, other, main)
    settle(hall)
    halls.act(hall, UnmergeTicket(ticket_id=other, reason=TEXT))
    settle(hall)
    assert state(hall, main).has_merged == frozenset()
    said = {"explanation": TEXT, "remedy": TEXT}
    halls.act(hall, RefuseTicket(ticket_id=main, reason="litigation", **said))
    settle(hall)
    assert answers(hall, other) == []
    assert state(hall, other).status is Status.REPORTED
    halls.act(hall, AcceptTicket(ticket_id=other))


def test_an_answer_that_is_set_aside_with_the_merge_stands_in_no_ledger(
    hall: Container, clock: FixedClock
) -> None:
    main, named = halls.dispatched(hall), reported(hall)
    merge(hall, named, main)
    settle(hall)
    solved(hall, clock, main)
    settle(hall)
    told = AnswerReporter(ticket_id=named, way=AnswerWay.WRITTEN, answer=TEXT)
    halls.act(hall, told)
    assert is_answered(hall, named) == (True, True)
    halls.act(hall, UnmergeTicket(ticket_id=named, reason=TEXT))
    assert not state(hall, named).answered
    assert is_answered(hall, named) == (False, False)


def test_an_answer_to_what_the_main_ticket_came_to_before_stands_in_no_ledger(
    hall: Container, clock: FixedClock
) -> None:
    main, named = reported(hall), reported(hall)
    merge(hall, named, main)
    settle(hall)
    said = {"reason": "litigation", "explanation": TEXT, "remedy": TEXT}
    halls.act(hall, RefuseTicket(ticket_id=main, **said))
    settle(hall)
    halls.act(hall, AnswerReporter(ticket_id=named, way=AnswerWay.WRITTEN, answer=TEXT))
    halls.act(hall, ReopenTicket(ticket_id=main, reason=TEXT))
    halls.act(hall, RefuseTicket(ticket_id=main, **said))
    settle(hall)
    assert not state(hall, named).answered
    assert is_answered(hall, named) == (False, False)


def is_answered(hall: Container, ticket: str) -> tuple[bool, bool]:
    """Whether the row of the ticket says so, and whether the row of its answer stands."""
    halls.settled(hall)
    with hall.database.connect() as connection:
        row = TICKETS_BY_ID(connection, [ticket])[ticket]
        stands = select(answer.c.stands).where(answer.c.ticket_id == ticket)
        return row.answered_at is not None, connection.execute(stands).scalar_one()


def test_what_is_merged_while_its_main_ticket_ends_is_answered_or_goes_on(hall: Container) -> None:
    """The two are decided one by one, and either may be first."""
    answered, other = reported(hall), reported(hall)
    merge(hall, other, answered)
    said = {"explanation": TEXT, "remedy": TEXT}
    halls.act(hall, RefuseTicket(ticket_id=answered, reason="litigation", **said))
    taken_back, alone = reported(hall), reported(hall)
    merge(hall, alone, taken_back)
    halls.act(
        hall,
        WithdrawTicket(ticket_id=taken_back, way=ReporterWay.PHONE, record_no="录音1", reason=TEXT),
        by="another",
    )
    settle(hall)
    assert [one.ended for one in answers(hall, other)] == [Status.REFUSED]
    assert state(hall, alone).status is Status.REPORTED
    assert answers(hall, alone) == []


def test_two_that_are_merged_into_each_other_do_not_wait_for_each_other(hall: Container) -> None:
    first, second, third = reported(hall), reported(hall), reported(hall)
    merge(hall, third, second)
    merge(hall, second, first)  # before it is noted there that another one was
    settle(hall)
    assert settle(hall) == 0
    assert state(hall, second).status is Status.MERGED
    assert state(hall, third).status is Status.REPORTED


def test_what_is_told_later_of_a_merged_ticket_stays_there_and_its_main_ticket_knows(
    hall: Container,
) -> None:
    main, other = reported(hall), reported(hall)
    merge(hall, other, main)
    settle(hall)
    halls.act(hall, SupplementReport(ticket_id=other, content=TEXT))
    settle(hall)
    noted = hall.store.load(main)[-1].event
    assert isinstance(noted, MergedSupplemented)
    assert (noted.other_id, noted.other_number) == (other, state(hall, other).number)
    assert state(hall, other).status is Status.MERGED
