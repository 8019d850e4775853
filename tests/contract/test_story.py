"""A story of acts is stored in one transaction: all of it or nothing."""

from collections.abc import Iterator

import pytest

from bancheng.app.engine import Context, Story
from bancheng.bootstrap import Container
from bancheng.domain.commands import Command
from bancheng.domain.complaint.discover import AcceptTicket, ReportTicket
from bancheng.domain.complaint.terms import TicketCategory
from bancheng.domain.errors import WrongStep
from bancheng.domain.events import Channel, Place
from bancheng.domain.people import FreeText, Title
from bancheng.infra.clock import FixedClock
from support import halls


@pytest.fixture
def hall(furnished: str) -> Iterator[Container]:
    with halls.hall(furnished, FixedClock(halls.MONDAY)) as container:
        yield container


def told(command: Command, key: str) -> tuple[Command, Context]:
    return command, Context(actor=halls.EVERYTHING, key=key, place=Place(Channel.IMPORT))


def story(acceptances: int) -> Story:
    """A report, accepted so many times; more than once is against the rules."""
    report = ReportTicket(
        category=TicketCategory.COMPLAINT,
        channel=Channel.ONLINE,
        subject=Title("办不成"),
        content=FreeText("跑了三趟"),
    )
    reported = yield told(report, "report")
    for number in range(acceptances):
        accept = AcceptTicket(ticket_id=reported.answer.stream_id)
        yield told(accept, f"accept {number}")


def test_a_story_comes_in_whole_and_a_repetition_stores_nothing(hall: Container) -> None:
    first = hall.engine.tell(lambda: story(1))
    assert [(one.version, one.repeated) for one in first] == [(1, False), (2, False)]
    again = hall.engine.tell(lambda: story(1))
    assert [(one.stream_id, one.repeated) for one in again] == [(first[0].stream_id, True)] * 2
    assert len(hall.store.read(0, 10)) == 2


def test_a_story_that_is_refused_at_its_end_leaves_nothing(hall: Container) -> None:
    with pytest.raises(WrongStep):
        hall.engine.tell(lambda: story(2))
    assert hall.store.read(0, 10) == []
    answers = hall.engine.tell(lambda: story(0))
    reported = hall.store.load(answers[0].stream_id)[0].event
    assert reported.number.endswith("000001")  # the refused one took no number


def test_nobody_sees_a_matter_between_two_acts_of_its_story(hall: Container) -> None:
    def watched() -> Story:
        for step in (inner := story(1)):
            assert hall.store.read(0, 10) == []
            told_back = yield step
            break
        yield inner.send(told_back)

    hall.engine.tell(watched)
    assert len(hall.store.read(0, 10)) == 2
