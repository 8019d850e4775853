"""调阅: what is opened is told in one answer, kept nowhere, and recorded each time, by each key."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import MetaData, select

from bancheng.app.engine import Context
from bancheng.app.ports import Answer
from bancheng.bootstrap import Container
from bancheng.domain.case.contact import DiscloseApplicant
from bancheng.domain.case.correct import CorrectCase
from bancheng.domain.complaint.contact import DiscloseReporter
from bancheng.domain.complaint.correct import CorrectTicket, SupplementReport
from bancheng.domain.complaint.discover import AcceptTicket
from bancheng.domain.disclosure import Disclosure
from bancheng.domain.errors import Conflict, DomainError, InvalidInput
from bancheng.domain.events import Channel, Place
from bancheng.domain.office.rulebooks import PublishRuleBook
from bancheng.domain.office.unit import RegisterUnit
from bancheng.domain.people import (
    Applicant,
    FreeText,
    PersonName,
    Phone,
    Reporter,
)
from bancheng.domain.personal_fields import PersonalField
from bancheng.infra.clock import FixedClock
from bancheng.projections.disclosures import DISCLOSURES
from bancheng.projections.ledger.windows import Window
from bancheng.projections.reports.disclosure_counts import DISCLOSURE_COUNTS
from support import backends, builders, halls
from support.destroying import destroy
from support.readable import readable
from support.theme_hall import CHILDREN, UNITS, accepted, children, item, settle
from support.whole_run import CLEAR, WHO

pytestmark = backends.EACH
F = PersonalField
REASON = FreeText("电话核实情况")


@pytest.fixture
def hall(furnished: str, clock: FixedClock) -> Iterator[Container]:
    with halls.hall(furnished, clock) as container:
        halls.act(container, RegisterUnit(code="RS", name="人社局"))
        yield container


@pytest.fixture
def ticket(hall: Container) -> str:
    told = FreeText("跑了三趟,请打 13800138000")
    return halls.act(hall, builders.reporting(reporter=WHO, content=told)).stream_id


def opening(ticket: str, *fields: PersonalField, purpose: str = "contact") -> DiscloseReporter:
    named = fields or (F.NAME, F.PHONE)
    return DiscloseReporter(ticket_id=ticket, purpose=purpose, fields=named, reason=REASON)


def told(answer: Answer) -> list[tuple[PersonalField, str | None]]:
    return [(one.field, one.value and one.value.plain) for one in answer.opened]


def openings(hall: Container, stream: str) -> list[Any]:
    return [one for one in hall.store.load(stream) if isinstance(one.event, Disclosure)]


def everything(hall: Container) -> Iterator[tuple[str, str]]:
    """Every value of every table of the database, as a text."""
    tables = MetaData()
    tables.reflect(hall.database)
    with hall.database.connect() as connection:
        for table in readable(tables):
            for row in connection.execute(select(table)):
                for value in row:
                    text = bytes(value).decode("utf-8", "replace") if _is_bytes(value) else value
                    yield table.name, str(text)


def _is_bytes(value: object) -> bool:
    return isinstance(value, bytes | bytearray | memoryview)


def test_what_was_opened_is_in_the_answer_and_in_no_table(hall, ticket):
    answer = halls.act(hall, opening(ticket, F.NAME, F.PHONE))
    more = halls.act(hall, opening(ticket, F.NAME, F.ID_NUMBER, purpose="identify"))

    assert told(answer) == [(F.NAME, "欧阳建国"), (F.PHONE, "13800138000")]
    assert told(more) == [(F.NAME, "欧阳建国"), (F.ID_NUMBER, "11010519491231002X")]
    seen = list(everything(hall))
    assert {"event", "answered", "disclosure_ledger", "audit_trail"} <= {name for name, _ in seen}
    assert [(name, text) for name, text in seen if any(value in text for value in CLEAR)] == []


def test_an_answer_that_is_printed_shows_no_value(hall, ticket):
    printed = repr(halls.act(hall, opening(ticket)))
    assert "opened" in printed
    assert not [value for value in CLEAR if value in printed]


def test_the_same_key_again_is_another_opening_with_its_own_record(hall, ticket):
    first, again, third = (halls.act(hall, opening(ticket), "key-1") for _ in range(3))

    assert told(first) == told(again) == told(third)
    assert (again.version, third.version) == (first.version + 1, first.version + 2)
    assert {one.repeated for one in (first, again, third)} == {False}
    recorded = openings(hall, ticket)
    assert [one.position for one in recorded] == [first.position, again.position, third.position]
    assert {one.envelope.key for one in recorded} == {"key-1"}


def test_a_retry_is_no_conflict_with_the_version_that_was_seen(hall, ticket):
    def ask(key: str) -> Answer:
        place = Place(Channel.WINDOW)
        seen = Context(actor=halls.EVERYTHING, key=key, place=place, expected_version=1)
        return hall.engine.execute(opening(ticket), seen)

    assert ask("key-1").version == 2
    assert ask("key-1").version == 3
    with pytest.raises(Conflict) as refused:
        ask("key-2")
    assert refused.value.code == "VERSION_CONFLICT"


def test_a_key_belongs_to_one_command_also_if_that_opens_something(hall, ticket):
    halls.act(hall, opening(ticket), "key-1")
    others = (opening(ticket, F.PHONE), AcceptTicket(ticket_id=ticket))
    for other in others:
        with pytest.raises(Conflict) as refused:
            halls.act(hall, other, "key-1")
        assert refused.value.code == "KEY_REUSED"
    halls.act(hall, AcceptTicket(ticket_id=ticket), "key-2")
    with pytest.raises(Conflict) as refused:
        halls.act(hall, opening(ticket), "key-2")
    assert refused.value.code == "KEY_REUSED"


def test_who_asks_at_the_same_time_with_one_key_leaves_one_record_each(hall, ticket):
    def ask(_: int) -> Answer:
        context = Context(actor=halls.EVERYTHING, key="key-1", place=Place(Channel.WINDOW))
        for _ in range(20):  # whoever was overtaken too often asks again, as a client does
            try:
                return hall.engine.execute(opening(ticket), context)
            except Conflict:
                continue
        raise AssertionError("overtaken each time")

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(ask, range(8)))

    assert all(told(one) == told(answers[0]) for one in answers)
    assert Counter(one.position for one in answers) == Counter(
        one.position for one in openings(hall, ticket)
    )
    assert len(openings(hall, ticket)) == len(answers)


def test_a_refused_opening_tells_and_records_nothing(hall, ticket):
    with pytest.raises(DomainError) as refused:
        halls.act(hall, opening(ticket, F.ADDRESS))
    assert refused.value.code == "FIELD_NOT_FOR_PURPOSE"
    assert not [value for value in CLEAR if value in f"{refused.value} {refused.value.remedy}"]
    assert openings(hall, ticket) == []


def test_nobody_opens_as_of_another_day(hall, ticket, clock):
    clock.advance(hours=3)
    context = Context(
        actor=halls.EVERYTHING,
        key="key-1",
        place=Place(Channel.WINDOW),
        occurred_at=clock.now() - timedelta(hours=1),
    )
    with pytest.raises(InvalidInput) as refused:
        hall.engine.execute(opening(ticket), context)
    assert (refused.value.code, refused.value.field) == ("OPENED_NOW", "occurred_at")


def test_what_was_corrected_and_added_is_what_is_opened(hall, ticket):
    corrected = CorrectTicket(
        ticket_id=ticket,
        reason=REASON,
        subject=builders.Title("医保卡"),
        reporter=Reporter(name=PersonName("欧阳建国"), phone=Phone("13900139000")),
    )
    halls.act(hall, corrected)
    halls.act(hall, SupplementReport(ticket_id=ticket, content=FreeText("又去了一趟")))

    answer = halls.act(hall, opening(ticket, F.PHONE, F.FULL_TEXT))
    assert told(answer) == [
        (F.PHONE, "13900139000"),
        (F.FULL_TEXT, "医保卡"),
        (F.FULL_TEXT, "跑了三趟,请打 13800138000"),
        (F.FULL_TEXT, "又去了一趟"),
    ]
    with pytest.raises(InvalidInput) as refused:  # who was corrected was replaced whole
        halls.act(hall, opening(ticket, F.ID_NUMBER, purpose="identify"))
    assert refused.value.code == "FIELD_NOT_ON_FILE"


def test_of_an_erased_person_the_opening_tells_nothing_and_is_recorded(hall, ticket):
    owner = hall.store.load(ticket)[0].event.reporter.name.owner
    destroy(hall.database, hall.engine.vault, owner)

    answer = halls.act(hall, opening(ticket))
    assert told(answer) == [(F.NAME, None), (F.PHONE, None)]
    assert len(openings(hall, ticket)) == 1


def test_a_child_of_a_theme_has_its_people_from_its_theme(furnished, clock):
    with halls.hall(furnished, clock) as hall:
        for unit in UNITS:
            halls.act(hall, RegisterUnit(code=unit, name=f"单位{unit}"))
        for code, unit in CHILDREN.items():
            halls.act(hall, item(code, unit))
        halls.act(hall, item("CYKD", "HALL", children=tuple(CHILDREN)))
        theme = accepted(hall, "CYKD")
        halls.act(hall, CorrectCase(case_id=theme, reason=REASON, applicant=_person("13700137000")))
        settle(hall)
        code, child = next(iter(children(hall, theme).items()))
        unit = CHILDREN[code]

        asked = DiscloseApplicant(
            case_id=child, purpose="contact", fields=(F.NAME, F.PHONE), reason=REASON
        )
        assert told(halls.act(hall, asked, of=unit)) == [
            (F.NAME, "王小明"),
            (F.PHONE, "13700137000"),
        ]
        assert len(openings(hall, child)) == 1
        assert openings(hall, theme) == []


def _person(phone: str) -> Applicant:
    return Applicant(name=PersonName("王小明"), phone=Phone(phone))


def listed(hall: Container, **asked: Any) -> list[Any]:
    window = Window(sort=DISCLOSURES.first_sort, first=100, descending=False)
    with hall.database.connect() as connection:
        return list(DISCLOSURES.page(connection, DISCLOSURES.filter(**asked), window).rows)


def test_a_day_on_which_somebody_opened_more_than_the_book_says_is_marked_whole(
    hall, ticket, clock
):
    book = 'version = "2"\nbasis = "测试"\ndisclosures_daily_max = 2'
    halls.act(hall, PublishRuleBook(text=book))
    clock.advance(days=1)
    for who in ("a", "b", "a", "a"):
        halls.act(hall, opening(ticket, F.PHONE), by=who)
    clock.advance(days=1)
    halls.act(hall, opening(ticket, F.PHONE), by="a")

    rows = listed(hall)
    assert [(one.staff_id, one.that_day, one.beyond) for one in rows] == [
        ("a", 3, True), ("b", 1, False), ("a", 3, True), ("a", 3, True), ("a", 1, False),
    ]  # fmt: skip
    assert {one.day for one in rows} == {date(2026, 3, 3), date(2026, 3, 4)}
    assert {(*one.fields, one.purpose, one.daily_max) for one in rows} == {("电话", "contact", 2)}
    assert [one.position for one in listed(hall, beyond=True)] == [
        one.position for one in rows if one.beyond
    ]
    with hall.database.connect() as connection:
        scope = DISCLOSURE_COUNTS.scope(first_day=date(2026, 3, 2), last_day=date(2026, 3, 5))
        calendar = hall.rules.calendar()
        counts = DISCLOSURE_COUNTS.read(
            connection, scope, calendar, ["day", "staff"], now=clock.now()
        )
    assert [(one.day, one.staff_id, one.disclosures, one.beyond) for one in counts] == [
        (date(2026, 3, 4), "a", 1, 0), (date(2026, 3, 3), "a", 3, 3),
        (date(2026, 3, 3), "b", 1, 0),
    ]  # fmt: skip


def test_without_a_number_in_the_book_no_day_is_marked(hall, ticket):
    halls.act(hall, opening(ticket))
    (row,) = listed(hall)
    assert row.that_day == 1
    free = replace(hall.rules.rulebook(), disclosures_daily_max=None)
    assert free.disclosures_daily_max is None
