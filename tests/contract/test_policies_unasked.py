"""未诉先办: the hall opens a ticket for what it finds, where the book says so, and once."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from bancheng.bootstrap import Container
from bancheng.domain.case import dispatch
from bancheng.domain.complaint.discover import TicketReported
from bancheng.domain.complaint.terms import TicketCategory
from bancheng.domain.events import Channel
from bancheng.domain.office.rulebooks import PublishRuleBook
from bancheng.domain.time_limits.levels import WarningLevel
from bancheng.domain.warnings.events import ConductCardGiven, WarningRaised
from bancheng.infra.clock import FixedClock
from support import backends, builders, halls, theme_hall
from support.conduct_acts import carding
from support.theme_hall import accepted, examined, granted, settle, state

pytestmark = backends.ONCE
BOTH = 'proactive = ["red_cards", "failed_checks"]'
CARDS, CHECKS = 'proactive = ["red_cards"]', 'proactive = ["failed_checks"]'


@pytest.fixture
def hall(furnished: str, clock: FixedClock) -> Iterator[Container]:
    with theme_hall.opened(furnished, clock) as container:
        yield container


def publish(hall: Container, said: str) -> None:
    halls.act(hall, PublishRuleBook(text=f'version = "2026.9"\nbasis = "测试"\n{said}\n'))
    hall.rulebook.refresh()


def tickets(hall: Container) -> list[TicketReported]:
    read = (one.event for one in hall.store.read(0, 1000))
    return [one for one in read if isinstance(one, TicketReported)]


def red_card(hall: Container, clock: FixedClock) -> str:
    """A case of which both limits to decide are over, one of them carded by the clock."""
    case_id = accepted(hall, "YYZZ")
    halls.act(hall, dispatch.TransferCase(case_id=case_id, to_unit="SC", step="审查"))
    halls.act(hall, dispatch.SignHandOver(case_id=case_id), by="second", of="SC")
    clock.set(halls.MONDAY + timedelta(days=10))
    hall.sweep.warn()
    return case_id


def red_cards(hall: Container, case_id: str) -> list[WarningRaised]:
    read = (one.event for one in hall.store.load(case_id))
    found = (one for one in read if isinstance(one, WarningRaised))
    return [one for one in found if one.level is WarningLevel.RED and one.unit is not None]


def late_step(hall: Container, clock: FixedClock) -> str:
    """A case of which a check finds that a step took too long; the unit is carded for it."""
    case_id = accepted(hall, "YYZZ")
    halls.act(hall, dispatch.TransferCase(case_id=case_id, to_unit="HALL", step="审查"))
    clock.set(halls.MONDAY + timedelta(days=3))
    halls.act(hall, dispatch.SignHandOver(case_id=case_id), by="second")
    halls.act(hall, examined(case_id))
    halls.act(hall, granted(case_id))
    return case_id


def test_a_red_card_on_a_case_leads_to_one_ticket_where_the_book_says_so(
    hall: Container, clock: FixedClock
) -> None:
    publish(hall, CARDS)
    case_id = red_card(hall, clock)
    settle(hall)
    settle(hall)
    cards = red_cards(hall, case_id)
    found = tickets(hall)
    assert len(found) == len(cards) > 0
    assert {one.source_ref for one in found} == {one.warning_id for one in cards}
    for one in found:
        about = (one.category, one.channel, one.case_id, one.accused_unit, one.service_item)
        unit = state(hall, case_id).offered.unit
        assert about == (TicketCategory.COMPLAINT, Channel.STAFF, case_id, unit, "YYZZ")


def test_a_book_that_says_nothing_of_it_opens_none(hall: Container, clock: FixedClock) -> None:
    case_id = red_card(hall, clock)
    settle(hall)
    assert red_cards(hall, case_id)
    assert tickets(hall) == []


@pytest.mark.parametrize("said", [BOTH, CARDS, CHECKS])
def test_a_check_that_is_carded_leads_to_one_ticket_and_not_to_two(
    hall: Container, clock: FixedClock, said: str
) -> None:
    red = '[conducts.step_overdue]\nlevel = "red"\nbasis = "测试"\nchecks = ["step_overdue"]'
    publish(hall, f"{said}\n{red}")
    case_id = late_step(hall, clock)
    settle(hall)
    read = [one.event for one in hall.store.load(case_id)]
    [card] = [one for one in read if isinstance(one, ConductCardGiven)]
    assert card.level is WarningLevel.RED
    [ticket] = tickets(hall)
    assert ticket.source_ref == (card.warning_id if said is CARDS else card.finding_id)[:100]


def test_a_red_card_for_conduct_that_somebody_gave_leads_to_one(
    hall: Container, clock: FixedClock
) -> None:
    publish(hall, BOTH)
    case_id = accepted(hall, "YYZZ")
    halls.act(hall, carding(case_id, unit="SC", level=WarningLevel.RED))
    settle(hall)
    settle(hall)
    assert [one.accused_unit for one in tickets(hall)] == ["SC"]


def test_a_card_on_a_ticket_leads_to_none(hall: Container, clock: FixedClock) -> None:
    publish(hall, BOTH)
    ticket = halls.act(hall, builders.reporting(accused_unit="SC")).stream_id
    halls.act(hall, carding(ticket, unit="SC", level=WarningLevel.RED))
    settle(hall)
    assert len(tickets(hall)) == 1
