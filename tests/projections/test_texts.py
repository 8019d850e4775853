"""Words are found in the texts of tickets: the same ones on both databases, by index or without."""

import random

import pytest
from msgspec.structs import replace
from sqlalchemy import inspect

from bancheng.domain.complaint.correct import ReportSupplemented, TicketCorrected
from bancheng.domain.errors import InvalidInput
from bancheng.domain.people import ERASED, FreeText
from bancheng.domain.privacy.events import PersonalDataErased
from bancheng.infra.database import connect
from bancheng.projections.ledger import full_text
from bancheng.projections.ledger.full_text import (
    PART,
    WORDS_MAX,
    Written,
    grams_of,
    spelt,
    words_in,
)
from bancheng.projections.ledger.windows import PAGE_MAX, Window
from bancheng.projections.machine import grams
from bancheng.projections.tickets import texts
from bancheng.projections.tickets.texts import TICKET_TEXTS, ticket_text
from bancheng.projections.tickets.tickets import TICKETS
from projections.journeys import varied
from projections.views import MemoryLog, Views
from support import backends
from support.given import ROBOT, START, recorded

WORDS = (
    "社保", "社保卡", "办不成", "第", "第1", "1件", "100%", "a_b", "甲 乙", "BCS", "bcs0003",
    "ＢＣＳ０００３", "查无此词", "材料", "\u200b件", "路径/甲", "件 bcs", ERASED,
)  # fmt: skip
NEWEST = Window(sort=TICKETS.first_sort, descending=True, first=PAGE_MAX)


def told(history, ticket_id, *events):
    """``history``, and what that ticket hears in the end."""
    for event in events:
        last = [one for one in history if one.stream_id == ticket_id][-1]
        more = recorded(event, last.version + 1, ROBOT, START, ticket_id)
        envelope = replace(last.envelope, event_id=f"told-{len(history)}", actor=ROBOT)
        position = history[-1].position + 1
        history = [*history, replace(more, position=position, envelope=envelope)]
    return history


def begun():
    """A history, and the first of its tickets."""
    history = varied(11, tickets=30, cases=2)
    return history, next(one.stream_id for one in history if one.stream_id.startswith("ticket-0"))


def found(views, text, *, by_index=True, connection=None):
    if connection is None:
        with views.database.read() as fresh:
            return found(views, text, by_index=by_index, connection=fresh)
    asked = Written(text=text)
    if by_index:
        asked = TICKET_TEXTS.looked_up(connection, asked, "text")
    page = TICKETS.page(connection, TICKETS.filter(text=asked), NEWEST)
    return [row.ticket_id for row in page.rows]


def remembered(engine):
    """What the index itself has of each ticket: on PostgreSQL it has what the table has."""
    if engine.dialect.name == "postgresql":
        return {}
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE VIRTUAL TABLE temp.known USING fts5vocab(main, ticket_text__grams, row)"
        )
        rows = connection.exec_driver_sql("SELECT term, doc FROM temp.known").all()
        connection.exec_driver_sql("DROP TABLE temp.known")
    return {int(term): doc for term, doc in rows}


@pytest.fixture
def views(engine):
    return Views(engine, MemoryLog(begun()[0])).caught_up()


@pytest.fixture(scope="module", params=backends.chosen())
def standing(request):
    with backends.furnished(request.param) as url:
        engine = connect(url)
        yield Views(engine, MemoryLog(begun()[0])).caught_up()
        engine.dispose()


@pytest.mark.parametrize("text", WORDS)
def test_the_index_finds_what_is_written_and_nothing_else(standing, text):
    with standing.database.read() as connection:
        rows = connection.execute(ticket_text.select()).all()
        shown = TICKETS.page(connection, TICKETS.filter(), NEWEST).rows
    whole = {row.ticket_id: f"{row.number}\n{row.spelling_masked}" for row in rows}
    wanted = [
        row.ticket_id
        for row in shown
        if all(word in whole[row.ticket_id] for word in words_in(text, "text"))
    ]

    assert found(standing, text) == wanted
    assert found(standing, text, by_index=False) == wanted


@pytest.mark.parametrize("most", [0, 3])
def test_words_that_stand_in_many_are_looked_for_row_by_row(standing, monkeypatch, most):
    by_index = found(standing, "bcs")
    monkeypatch.setattr(full_text, "ROWS_MAX", most)
    with standing.database.read() as connection:
        assert TICKET_TEXTS.looked_up(connection, Written(text="bcs"), "text").rows is None

    assert found(standing, "bcs") == by_index
    assert len(by_index) > most


def test_a_text_that_was_corrected_or_added_to_is_found_by_what_it_says_now(views):
    history, ticket_id = begun()
    corrected = TicketCorrected(
        corrected=("content",), reason=FreeText("听错"), content=FreeText("公积金\n提 取难")
    )
    added = ReportSupplemented(content=FreeText("又来一趟,电话13800138000"))
    views.log.events = told(history, ticket_id, corrected, added)
    before = found(views, "公积金")
    views.caught_up()

    assert (before, found(views, "公积金")) == ([], [ticket_id])
    assert found(views, "金提取") == [ticket_id], "blanks in a text say nothing"
    assert found(views, "取难又") == [], "what was added is a text of its own"
    assert found(views, "公积金 又来") == [ticket_id]
    assert found(views, "13800138000") == [], "the index has what is shown"
    assert found(views, "138****") == [ticket_id]


def test_a_rebuilt_index_finds_the_same_and_leaves_nothing_behind(views):
    history, ticket_id = begun()
    names = set(inspect(views.engine).get_table_names())
    for n in range(2):
        views.builder.rebuild(texts.PROJECTION)
        assert set(inspect(views.engine).get_table_names()) == names
        history = told(history, ticket_id, ReportSupplemented(content=FreeText(f"追加之{n}")))
        views.log.events = history
        views.caught_up()

    assert found(views, "追加之0 追加之1") == [ticket_id]
    for text in WORDS:
        assert found(views, text) == found(views, text, by_index=False)


def test_what_is_erased_is_gone_from_the_index(views):
    history, ticket_id = begun()
    secret = ReportSupplemented(content=FreeText("魑魅魍魉"))
    views.log.events = told(history, ticket_id, secret)
    views.caught_up()
    assert found(views, "魑魅") == [ticket_id]
    grams_before = remembered(views.engine)

    views.log.events = told(views.log.events, ticket_id, PersonalDataErased(erasure_id="erasure-1"))
    views.caught_up()

    assert found(views, "魑魅") == found(views, "魑魅", by_index=False) == []
    assert ticket_id in found(views, ERASED)
    with views.database.read() as connection:
        row = connection.execute(
            ticket_text.select().where(ticket_text.c.ticket_id == ticket_id)
        ).one()
    assert (row.spelling_masked, row.erased) == (ERASED, True)
    assert row.grams == grams_of(PART.join((row.number, ERASED)))
    assert row.ticket_id in found(views, row.number)
    gone = set(grams_of("魑魅魍魉"))
    assert not gone & set(remembered(views.engine))
    assert gone <= set(grams_before) or views.engine.dialect.name == "postgresql"


def test_what_is_told_after_an_erasure_is_found(views):
    history, ticket_id = begun()
    corrected = TicketCorrected(
        corrected=("content",), reason=FreeText("听错"), content=FreeText("重新登记")
    )
    views.log.events = told(history, ticket_id, PersonalDataErased(erasure_id="e-1"), corrected)
    views.caught_up()

    assert found(views, "重新登记") == [ticket_id]


def test_of_the_past_it_is_found_what_was_written_then(views):
    history, ticket_id = begun()
    moment = max(one.envelope.recorded_at for one in history)
    views.log.events = told(history, ticket_id, ReportSupplemented(content=FreeText("后来才说")))
    later = replace(views.log.events[-1].envelope, recorded_at=moment.replace(year=moment.year + 1))
    views.log.events[-1] = replace(views.log.events[-1], envelope=later)
    views.caught_up()

    assert found(views, "后来才说") == [ticket_id]
    with views.past(moment) as connection:
        assert found(views, "后来才说", connection=connection) == []
        assert ticket_id in found(views, "bcs", connection=connection)


def test_no_word_is_missed_whatever_pairs_share_a_number():
    chance = random.Random(5)
    signs = [chr(code) for code in range(0x4E00, 0x4E40)] + ["a", "1", "😀", "𠮷"]
    for _ in range(200):
        text = "".join(chance.choices(signs, k=60))
        start, length = chance.randrange(58), chance.randrange(2, 9)
        assert set(grams_of(text[start : start + length])) <= set(grams_of(text))
    assert all(0 <= one <= 0xFFFF for one in grams_of("".join(signs)))


@pytest.mark.parametrize(
    ("text", "spelling"),
    [
        ("ＡＢ １\n２", "ab12"), ("社\u200b保", "社保"), ("Straße", "strasse"), ("a—b", "a-b"),
        ("㎡", "m2"), (None, ""),
    ],
)  # fmt: skip
def test_texts_are_compared_in_one_spelling(text, spelling):
    assert spelt(text) == spelling


def test_too_many_words_are_refused():
    with pytest.raises(InvalidInput, match="TEXT_HAS_TOO_MANY_WORDS"):
        words_in(" ".join(f"词{n}" for n in range(WORDS_MAX + 1)), "text")
    assert words_in("甲 乙　甲", "text") == ("甲", "乙")


def test_a_table_without_grams_has_no_index(engine):
    with engine.connect() as connection:
        names = inspect(connection).get_table_names()
    assert [one for one in names if one.endswith("__grams")] == (
        ["ticket_text__grams"] if engine.dialect.name == "sqlite" else []
    )
    assert grams.asked([1, 2], engine.dialect) in ('"1" AND "2"', [1, 2])
