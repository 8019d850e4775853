"""The trail says of every event, in one sentence, who did what; nothing personal is in it."""

import json
from datetime import datetime

import msgspec
import pytest
from msgspec.structs import replace

from bancheng.app.shapes import fields_holding
from bancheng.domain.complaint.dispatch import WorkOrderDispatched
from bancheng.domain.events import TOPICS, Event, Recorded
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import CertificateNumber, Personal
from bancheng.domain.time_limits.levels import WarningLevel
from bancheng.projections.registry import LISTED
from bancheng.projections.trail import timeline
from bancheng.projections.wording import marks, naming
from bancheng.projections.wording.changes import fields_of_event
from bancheng.projections.wording.naming import TERMS
from bancheng.projections.wording.sentences import FAMILIES, SAYINGS, wording_of
from bancheng.projections.wording.wording import Part, Wording, says
from bancheng.projections.wording.words import WORDS
from golden.examples import ENVELOPE, example
from projections import trail_page
from projections.trail_page import NAMES, PAGE
from projections.views import PlainOpener
from support.builders import LEAD, a_dispatched_ticket, after, on_day, raising
from support.given import CALENDAR, RULES, STREAM

MASKED = PlainOpener().masked
CLEAR = ("张建国", "13800138000", "13700137000", "11010119900101123X", "永安路")
EVENTS = pytest.mark.parametrize("cls", TOPICS.values(), ids=list(TOPICS))


@EVENTS
def test_every_event_has_its_sentence(cls: type[Event]):
    assert cls in SAYINGS, (
        f'{cls.__name__} has no sentence: add `{cls.__name__}: says("…")` to the file of its '
        "family in src/bancheng/projections/wording/ (see docs/trail.md)"
    )


def test_no_event_is_worded_twice():
    assert sum(len(family.SAYINGS) for family in FAMILIES) == len(SAYINGS)


@EVENTS
def test_every_field_of_an_event_is_called_something_or_hidden_for_a_reason(cls: type[Event]):
    wording = wording_of(cls)
    named = set(cls.__struct_fields__)

    assert wording.parts.keys() | wording.shape.hidden.keys() == named
    assert all(part.label for part in wording.parts.values())
    assert all(wording.shape.hidden.values())


@EVENTS
def test_what_is_said_of_an_event_names_no_field_that_it_has_not(cls: type[Event]):
    wording, shape = wording_of(cls), wording_of(cls).shape
    spoken = {shape.reason, shape.unit, shape.of, shape.opens} - {None}

    assert spoken | {*shape.was, *shape.parts, *shape.hidden} | wording.fields <= {
        *cls.__struct_fields__
    }
    assert shape.reason is None or wording.is_free_text(shape.reason)


def test_every_shared_word_is_the_word_of_some_field():
    assert WORDS.keys() == {
        name
        for cls, saying in SAYINGS.items()
        for name in wording_of(cls).parts
        if name not in saying.shape.parts
    }


@EVENTS
def test_no_sentence_shows_a_value_about_a_person(cls: type[Event]):
    assert wording_of(cls).fields.isdisjoint(fields_holding(cls, Personal))


@EVENTS
def test_the_fields_of_every_event_are_shown_and_masked(cls: type[Event]):
    event = example(cls, full=True)
    told = Recorded(stream_id="s", version=1, position=1, envelope=ENVELOPE, event=event)
    shown = fields_of_event(told, (), MASKED)
    text = f"{shown}{wording_of(cls).say(event, MASKED)}"

    parts = wording_of(cls).parts.keys() - {"due", "dues", "orders", "before"}
    assert parts <= {one.name for one in shown}
    # The number of a licence is shown as it is, whatever digits it has.
    clear = [value for value in CLEAR if not (_has_licence(cls) and value.isdigit())]
    assert not [value for value in clear if value in text]


def _has_licence(cls: type[Event]) -> bool:
    return bool(fields_holding(cls, CertificateNumber))


@EVENTS
def test_an_event_with_nothing_but_what_it_must_have_reads_as_a_sentence_too(cls: type[Event]):
    said = wording_of(cls).say(example(cls, full=False), MASKED)

    assert said
    assert not set("{}[]") & set(said)
    assert "None" not in said


def test_the_page_is_what_the_program_says():
    page = PAGE.read_text(encoding="utf-8")
    assert page.partition(trail_page.MARK)[2].strip() == trail_page.render().strip(), (
        "run: python tests/projections/trail_page.py"
    )


def test_a_sentence_that_reads_otherwise_needs_a_raised_version(monkeypatch):
    assert trail_page.reworded() == []
    topic = WorkOrderDispatched.topic
    monkeypatch.setattr(trail_page, "sentences", lambda: {topic: "派了一单"})
    assert trail_page.reworded() == [topic]
    monkeypatch.setattr(trail_page, "sentences", lambda: {"complaint.new": "新事件"})
    assert trail_page.reworded() == []


class Lent(Event, frozen=True, kw_only=True):
    """借出: a file was lent."""

    to: str
    until: str | None = None
    again: bool = False


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (Lent(to="甲"), "借给 甲,初次"),
        (Lent(to="甲", until="周五"), "借给 甲(周五 还),初次"),
        (Lent(to="甲", until="周五", again=True), "借给 甲(周五 还)(又一次)"),
    ],
)
def test_what_is_absent_is_left_out(event: Lent, said: str):
    saying = says("借给 {to}[({until} 还)][{again}(又一次)][{!again},初次]")
    words = {name: Part(name) for name in Lent.__struct_fields__}
    assert Wording(Lent, saying, words).say(event, MASKED) == said


def test_a_field_that_nobody_called_anything_stops_the_program():
    with pytest.raises(TypeError, match="until, again"):
        Wording(Lent, says("借给 {to}"), {"to": Part("借给谁")})


def test_an_event_that_nobody_worded_is_told_by_its_term():
    Lent.term = "借出"
    assert wording_of(Lent).say(Lent(to="甲"), MASKED) == "借出"


def test_codes_are_read_by_their_names_and_those_nobody_knows_stay():
    text = "由 ⟦unit:RS⟧ 转 ⟦unit:XX⟧,原因「⟦term:causes.delay⟧」「⟦term:causes.gone⟧」"
    assert marks.filled(text, NAMES) == "由 区人社局 转 XX,原因「拖延办理、超期未办」「gone」"
    assert marks.filled("将⟦other:BCS-1-02⟧改派", NAMES) == "将派单 BCS-1-02 改派"
    assert marks.filled("至 ⟦at:2026-03-02T01:00:00+00:00⟧", NAMES) == "至 2026-03-02 09:00"


@pytest.mark.parametrize(
    ("over_at", "read"),
    [("2026-03-09T16:00", "2026-03-09 止"), ("2026-03-09T08:00", "2026-03-09 16:00 止")],
)
def test_a_time_that_is_over_at_midnight_ends_on_the_day_before(over_at, read):
    mark = marks.end_mark(datetime.fromisoformat(f"{over_at}+00:00"))
    assert marks.filled(mark, NAMES) == read


def test_a_card_names_the_last_day_of_the_limit_and_not_the_midnight_after():
    card = raising(LimitKind.RESOLVE, LEAD, WarningLevel.RED)
    told = after(a_dispatched_ticket(), card, at=on_day("2026-03-20"))[-1].event
    said = marks.filled(wording_of(type(told)).say(told, MASKED), NAMES)
    assert "「红牌」,期限 2026-03-09 止," in said
    assert "限 2 个工作日(2026-03-24 止)反馈" in said


def test_what_people_read_is_found_by_the_codes_that_stand_there():
    units = {"RS": "区人社局", "YB": "市医保局"}
    find = lambda text: naming.marks_for(text, units, RULES)  # noqa: E731
    assert find("医保") == ("⟦unit:YB⟧",)
    assert find("局") == ("⟦unit:RS⟧", "⟦unit:YB⟧")
    assert find("改派至 市医保局(新") == ("改派至 ⟦unit:YB⟧(新",)
    assert find("拖延") == ("⟦term:causes.delay⟧",)
    assert find("不存在的词") == ()


@pytest.fixture(scope="module")
def life(tmp_path_factory):
    """The rows and the changes of the ticket of the page."""
    views = trail_page.views_of(trail_page.a_life(), str(tmp_path_factory.mktemp("trail")))
    with views.database.read() as connection:
        return timeline(connection, STREAM)


def test_each_entry_is_for_the_unit_that_has_the_order_then(life):
    units = {(row.topic.partition(".")[2], row.sentence): row.unit for row in life}
    of = lambda topic, part: next(  # noqa: E731
        unit for (at, said), unit in units.items() if at == topic and part in said
    )
    assert of("work-order-dispatched", "BCS-1-01") == "RS"
    assert of("work-order-returned", "BCS-1-02") == "YB"
    assert of("return-upheld", "BCS-1-02") == "YB"
    assert of("work-order-reassigned", "BCS-1-02") == "YB"
    assert of("work-order-dispatched", "BCS-1-03") == "GA"
    assert of("measure-taken", "催办") == "GA"
    assert of("measure-taken", "BCS-1-D02") == "GA"
    assert of("measure-answered", "BCS-1-D02") == "GA"
    assert of("rework-ordered", "BCS-1-01") == "RS"
    assert of("answered", "BCS-1-03") == "GA"  # the warning
    free = {"ticket-reported", "ticket-corrected", "cause-analysed", "call-back-recorded",
            "report-supplemented", "ticket-regraded", "ticket-struck-off"}  # fmt: skip
    assert {unit for (at, _), unit in units.items() if at in free} == {None}


def test_no_clear_value_comes_into_a_row(life):
    text = json.dumps([msgspec.to_builtins(row) for row in life], ensure_ascii=False)
    assert "138****" in text
    assert not [value for value in CLEAR if value in text]


def test_a_correction_shows_what_stood_there_before_and_a_request_changes_nothing():
    history = trail_page.a_life()
    regraded = next(one for one in history if one.event.topic.endswith("ticket-regraded"))
    earlier = [one for one in history if one.version < regraded.version]
    found = {one.label: one for one in fields_of_event(regraded, earlier, MASKED)}

    assert marks.filled(found["复杂程度"].before or "", NAMES) == "一般"
    assert marks.filled(found["复杂程度"].after or "", NAMES) == "复杂"
    # A limit is told as it stood, extension and all, whichever event had last moved it.
    assert found["办结期限(BCS-1-01)"].before == "10 个工作日(含延期 5 个工作日,2026-03-16 止)"
    assert found["办结期限(BCS-1-03)"].before == "5 个工作日(2026-03-10 止)"
    assert "before" not in replace(regraded, version=1).event.__struct_fields__


def test_names_are_those_of_the_hall():
    names = naming.names_of({}, RULES, CALENDAR.local)
    assert (names.unit("SYSTEM"), names.unit("PUBLIC"), names.unit("RS")) == (
        "系统", "办事群众", "RS",
    )  # fmt: skip


def test_every_code_of_the_rule_book_that_a_ledger_keeps_has_its_word_on_paper():
    kept = {field.book.among for one in LISTED for field in one.fields if field.book is not None}
    assert kept <= set(TERMS)
