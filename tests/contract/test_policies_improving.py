"""从一件事到一类事: the hall opens an improvement by itself, once, and tells nobody of a ticket."""

from collections.abc import Iterator

import pytest
from sqlalchemy import update

from bancheng.bootstrap import Container
from bancheng.domain.complaint.discover import AcceptTicket
from bancheng.domain.errors import DomainError
from bancheng.domain.improvement.improvement import (
    AnalyseImprovement,
    CauseNoted,
    ImprovementOpened,
)
from bancheng.infra import database
from bancheng.infra.clock import FixedClock
from bancheng.infra.schema import bookmark
from bancheng.projections.improvements import IMPROVEMENTS, IMPROVEMENTS_BY_ID
from bancheng.projections.trail import timeline
from bancheng.projections.withheld import withheld_from, without
from support import backends, builders, halls, noticing, theme_hall
from support.given import HANDLER, OTHER_HANDLER
from support.holding_acts import registering
from support.theme_hall import settle

pytestmark = backends.ONCE


@pytest.fixture
def hall(furnished: str, clock: FixedClock) -> Iterator[Container]:
    with theme_hall.opened(furnished, clock) as container:
        noticing.furnish(container)
        for who in (HANDLER, OTHER_HANDLER):
            halls.act(container, registering(who))
        yield container


def analysed(hall: Container, **fields: object) -> str:
    """A ticket about an item, whose cause was found."""
    report = builders.reporting(**{"service_item": "YYZZ", "accused_unit": None, **fields})
    ticket = halls.act(hall, report).stream_id
    halls.act(hall, AcceptTicket(ticket_id=ticket))
    noticing.acted(hall, ticket, builders.analysing())
    return ticket


def told(hall: Container, kind: type) -> list[tuple[str, object]]:
    read = hall.store.read(0, 1000)
    return [(one.stream_id, one.event) for one in read if isinstance(one.event, kind)]


def test_the_third_ticket_of_one_cause_at_one_item_opens_an_improvement_once(
    hall: Container,
) -> None:
    for item in ("YYZZ", "YYZZ", "XFXK", None):
        analysed(hall, service_item=item)
    settle(hall)
    assert told(hall, ImprovementOpened) == []
    third = analysed(hall)
    noticing.acted(hall, third, builders.analysing())  # once more, and the same
    settle(hall)
    [(id_, opened)] = told(hall, ImprovementOpened)
    assert isinstance(opened, ImprovementOpened)
    assert (opened.item, opened.times, opened.round) == ("YYZZ", 3, 1)
    noted = [stream for stream, _ in told(hall, CauseNoted)]
    assert (noted.count(id_), len(noted)) == (3, 4)
    with hall.database.connect() as connection:
        row = IMPROVEMENTS_BY_ID.one(connection, id_)
    assert row is not None
    assert (row.noted, len(row.tickets), row.came_back) == (3, 3, 0)


def test_whoever_follows_the_log_once_more_counts_nothing_twice(hall: Container) -> None:
    for _ in range(3):
        analysed(hall)
    settle(hall)
    before = hall.store.head()
    with database.write(hall.database) as connection:
        connection.execute(update(bookmark).values(position=0))
    settle(hall)
    assert hall.store.head() == before


def test_whoever_a_ticket_is_about_knows_nothing_of_what_it_led_to(hall: Container) -> None:
    analysed(hall, accused_staff=OTHER_HANDLER.id)
    for _ in range(2):
        analysed(hall)
    settle(hall)
    [(id_, _)] = told(hall, ImprovementOpened)
    for who, sees in ((OTHER_HANDLER, False), (HANDLER, True)):
        with hall.database.connect() as connection:
            without(connection, withheld_from(connection, who))
            assert (IMPROVEMENTS_BY_ID.one(connection, id_) is not None) is sees
            assert IMPROVEMENTS.count(connection, IMPROVEMENTS.filter()) == int(sees)
            assert bool(timeline(connection, id_)) is sees
    step = AnalyseImprovement(improvement_id=id_, clause="材料", finding=builders.TEXT)
    with pytest.raises(DomainError) as refused:
        halls.act(hall, step, by=OTHER_HANDLER.id)
    assert refused.value.code == "MATTER_NOT_FOUND"
    halls.act(hall, step, by=HANDLER.id)
