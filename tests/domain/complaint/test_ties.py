"""关联: two tickets are tied to each other, told on both, and untied again."""

from functools import reduce

import pytest

from bancheng.domain.complaint.state import Ticket
from bancheng.domain.complaint.ticket import evolve
from bancheng.domain.complaint.ties import (
    LINKS_MAX,
    LinkTickets,
    TicketLinked,
    TicketUnlinked,
    TieKind,
    TieNoted,
)
from bancheng.domain.people import Role
from support.builders import SEALED, TEXT, a_closed_ticket, a_reported_ticket, after
from support.given import HANDLER, ROBOT, STREAM, given
from support.restricting import file_of
from support.tie_acts import FILES, OTHER, linked, linking, noting, unlinking


def state(history) -> Ticket:
    return reduce(evolve, history, Ticket())


@pytest.mark.parametrize("ticket", [a_reported_ticket, a_closed_ticket])
def test_a_ticket_in_any_state_is_linked_to_another_one_with_a_reason(ticket):
    outcome = given(*ticket()).when(linking(), HANDLER, files=FILES)
    outcome.then(
        TicketLinked(other_id=OTHER, other_number=OTHER, kind=TieKind.RELATED, reason=SEALED)
    )
    assert set(state(outcome.history).links) == {OTHER}


def test_one_may_follow_from_the_other():
    (event,) = given(*a_reported_ticket()).when(linking(follows=True), files=FILES).events
    assert event.kind is TieKind.FOLLOWS


def test_no_two_are_linked_twice_from_either_of_them():
    twice = given(*linked(a_reported_ticket())).when(linking(), files=FILES)
    twice.then_refused("ALREADY_LINKED", "other_id")
    there = after(a_reported_ticket(), noting(), ROBOT)
    given(*there).when(linking(), files=FILES).then_refused("ALREADY_LINKED", "other_id")


def test_what_was_unlinked_is_linked_again_from_either_of_them():
    here = after(linked(a_reported_ticket()), unlinking(), files=FILES)
    there = after(after(a_reported_ticket(), noting(), ROBOT), noting(ended=True), ROBOT)
    for history in (here, there):
        assert given(*history).when(linking(), files=FILES).refusal is None


def test_a_ticket_that_is_not_there_or_may_not_be_known_answers_alike():
    given(*a_reported_ticket()).when(linking(), files={}).then_refused(
        "OTHER_TICKET_UNKNOWN", "other_id"
    )


def test_a_ticket_is_not_tied_to_itself():
    own = LinkTickets(ticket_id=STREAM, other_id=STREAM, reason=TEXT)
    given(*a_reported_ticket()).when(own, files={STREAM: file_of(STREAM)}).then_refused(
        "TIED_TO_ITSELF", "other_id"
    )


def test_a_ticket_has_no_more_links_than_can_be_read():
    history = a_reported_ticket()
    others = [f"ticket-{n}" for n in range(3, LINKS_MAX + 3)]
    for one in others:
        act = LinkTickets(ticket_id=STREAM, other_id=one, reason=TEXT)
        history = after(history, act, files={one: file_of(one)})
    given(*history).when(linking(), files=FILES).then_refused("TOO_MANY_LINKS", "other_id")


def test_a_link_is_taken_back_where_it_was_made():
    outcome = given(*linked(a_reported_ticket(), follows=True)).when(
        unlinking(), HANDLER, files=FILES
    )
    outcome.then(
        TicketUnlinked(other_id=OTHER, other_number=OTHER, kind=TieKind.FOLLOWS, reason=SEALED)
    )
    assert not state(outcome.history).links
    there = after(a_reported_ticket(), noting(), ROBOT)
    given(*there).when(unlinking(), files=FILES).then_refused("LINK_NOT_FOUND", "other_id")


def test_who_may_not_know_of_the_other_one_can_not_untie_it_either():
    history = linked(a_reported_ticket())
    given(*history).when(unlinking(), files={}).then_refused("LINK_NOT_FOUND", "other_id")


def test_the_other_one_notes_it_by_itself():
    outcome = given(*a_reported_ticket()).when(noting(), ROBOT)
    outcome.then(TieNoted(other_id=OTHER, other_number="BCS-0", kind=TieKind.RELATED, ended=False))
    assert state(outcome.history).linked_by == {OTHER}
    assert Role.SYSTEM in ROBOT.roles
