"""A ledger is declared once: what follows from its fields, and what does not even start."""

from datetime import date, datetime
from functools import cache
from typing import Annotated

import msgspec
import pytest
from msgspec.structs import replace
from sqlalchemy import ColumnDefault, literal
from sqlalchemy.dialects import postgresql

from bancheng.domain.case.theme import ChildOpened
from bancheng.domain.complaint.checks import RecordTicketFinding
from bancheng.domain.complaint.contact import DiscloseReporter
from bancheng.domain.complaint.correct import CorrectTicket
from bancheng.domain.complaint.discover import TicketReported
from bancheng.domain.complaint.terms import TicketCategory
from bancheng.domain.deadlines import LimitKind
from bancheng.domain.labelled import Labelled
from bancheng.domain.office.calendars import CalendarPublished
from bancheng.domain.personal_fields import PersonalField
from bancheng.domain.supervision.events import SupervisionColour
from bancheng.domain.supervision.taking import IssueSupervisionOrder
from bancheng.domain.time_limits.levels import WarningLevel
from bancheng.domain.time_limits.logic_checks import CheckRule
from bancheng.projections.ledger.asking import ask
from bancheng.projections.ledger.declared import Ledger
from bancheng.projections.ledger.fields import (
    Position,
    Sorts,
    Word,
    asked,
    asked_any,
    elsewhere,
    key,
    prose,
    sorts,
    stream,
    unseen,
)
from bancheng.projections.ledger.table import table_of
from bancheng.projections.registry import PROJECTIONS, following
from bancheng.projections.sight import EVERY_ROW, EVERYBODY, OF_UNITS, OTHER_UNITS, SOURCE
from projections.case_journeys import case_stories, placed
from projections.ended import answered
from projections.journeys import hand_over_history, office_history, past_history
from projections.views import MemoryLog, Views
from support import (
    assistance_acts,
    builders,
    case_builders,
    improvement_acts,
    incident_acts,
    recusal_acts,
    tie_acts,
)
from support.case_builders import CASE_ID
from support.given import ADMIN, CALENDAR, START, STREAM, recorded
from support.meeting_acts import told_of_meetings


class Mood(Labelled):
    """心情: how somebody felt."""

    CALM = "calm", "平静"
    CROSS = "cross", "生气"


class NoteRow(msgspec.Struct, frozen=True, kw_only=True):
    """便笺: a row with a field of each kind."""

    note_id: Annotated[str, Word("便笺标识"), key, Sorts("number", "编号")]
    matter_id: Annotated[str, Word("所属标识"), stream]
    matter_number: Annotated[str | None, Word("所属编号"), asked, elsewhere]
    subject_masked: Annotated[str | None, Word("标题(已脱敏)"), asked]
    mood: Annotated[Mood, Word("心情;写的时候"), asked]
    status: Annotated[Mood, Word("状态"), asked_any]
    kind: Annotated[LimitKind | None, Word("种类", OTHER_UNITS), asked_any]
    secret: Annotated[str | None, Word("来源", SOURCE), asked, sorts]
    hidden: Annotated[bool, Word("是否隐去"), asked, unseen]
    written_at: Annotated[datetime, Word("写下时间,以入库为准"), asked, sorts]
    due_at: Annotated[datetime | None, Word("期限", OTHER_UNITS), asked, sorts]
    due_date: Annotated[date | None, Word("到期日")]
    units: Annotated[tuple[str, ...], Word("单位编码")] = ()
    ground: Annotated[str, Word("依据"), prose]
    times: Annotated[int, Word("次数")] = 0
    position: Annotated[Position, unseen]


note = table_of(NoteRow, "note_ledger")


def ledger(row=NoteRow, table=note, **more):
    said = {
        "told": "一张", "version": 1, "follows": ("complaint",), "of": ("ticket-",),
        "seen_by": EVERYBODY, "rows": EVERY_ROW, "first": "written_at",
        "elsewhere": {"matter_number": literal("BCS-1")},
    }  # fmt: skip
    return Ledger("notes", "便笺台账", row, table, **(said | more))


NOTES = ledger()
FIELDS = {one.name: one for one in msgspec.structs.fields(NOTES.filter)}


def test_a_field_that_says_neither_its_word_nor_that_it_is_unseen_does_not_start():
    class Forgetful(msgspec.Struct, frozen=True, kw_only=True):
        """健忘: a row of which one field says nothing."""

        note_id: Annotated[str, Word("便笺标识"), key, stream]
        told: Annotated[str, Word("所述")]
        kept: Annotated[str, unseen]
        silent: str
        marked: Annotated[str | None, asked, sorts]

    with pytest.raises(TypeError, match=r"Forgetful says not who sees: silent, marked$"):
        table_of(Forgetful, "forgetful")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("mood", Mood | None),
        ("subject", str | None),  # asked for as it is stored, and called as it is shown
        ("hidden", bool | None),  # seen by nobody, and asked for nevertheless
        ("matter_number", str | None),
        ("secret", str | None),
        ("statuses", tuple[Mood, ...]),
        ("kinds", tuple[LimitKind, ...]),
        ("written_from", datetime | None),
        ("written_before", datetime | None),
        ("due_from", datetime | None),
        ("due_before", datetime | None),
    ],
)
def test_a_filter_follows_from_the_mark_of_its_field(name, kind):
    assert FIELDS[name].type == kind
    assert FIELDS[name].default == (() if name in ("statuses", "kinds") else None)


def test_no_other_filter_follows():
    assert set(NOTES.filter.__struct_fields__) == {
        "mood", "subject", "hidden", "matter_number", "secret", "statuses", "kinds",
        "written_from", "written_before", "due_from", "due_before",
    }  # fmt: skip
    assert NOTES.filter.__name__ == "NoteFilter"
    assert NOTES.filter().chosen() == {}


@pytest.mark.parametrize(
    ("name", "compared"),
    [
        ("mood", "note_ledger.mood = :mood"),
        ("statuses", "note_ledger.status IN (__[POSTCOMPILE_statuses])"),
        ("subject", "note_ledger.subject_masked = :subject"),
        ("written_from", "note_ledger.written_at >= :written_from"),
        ("written_before", "note_ledger.written_at < :written_before"),
    ],
)
def test_a_filter_compares_its_column_with_a_parameter_of_its_own_name(name, compared):
    (one,) = (one for one in NOTES.asks if one.name == name)
    assert {said: str(condition) for said, condition in one.conditions.items()} == {name: compared}


def test_a_joined_field_is_asked_for_where_it_is_joined_from():
    (one,) = (one for one in NOTES.asks if one.name == "matter_number")
    assert "note_ledger" not in str(one.conditions["matter_number"])


def test_a_filter_by_hand_stands_before_those_that_follow():
    some = ledger(asks=(ask("loud", bool, "是否大声", note.c.times > 1),))
    assert [one.name for one in some.asks][:2] == ["loud", "matter_number"]
    assert "loud" in some.filter.__struct_fields__


def test_a_ledger_that_units_see_does_not_start_without_saying_which_rows():
    with pytest.raises(TypeError, match="which rows an officer of a unit sees"):
        ledger(seen_by=OF_UNITS, rows=None)


def test_two_filters_of_one_name_do_not_start():
    with pytest.raises(TypeError, match="two filters of one name"):
        ledger(asks=(ask("mood", str, "心情", note.c.times > 1),))


def test_who_may_not_see_a_field_is_not_to_ask_or_sort_by_it():
    hidden = {one.name: one.seen_by for one in NOTES.asks if one.seen_by is not None}
    assert hidden == {
        "kinds": OTHER_UNITS, "secret": SOURCE, "due_from": OTHER_UNITS, "due_before": OTHER_UNITS,
    }  # fmt: skip
    assert NOTES.sorts_seen_by == {
        "number": None, "secret": SOURCE, "written_at": None, "due_at": OTHER_UNITS,
    }  # fmt: skip


def test_a_sort_follows_from_its_mark_under_the_heading_of_its_field_or_words_of_its_own():
    assert {member.name: (member.value, member.label) for member in NOTES.sort} == {
        "NUMBER": ("number", "编号"),
        "SECRET": ("secret", "来源"),
        "WRITTEN_AT": ("written_at", "写下时间"),
        "DUE_AT": ("due_at", "期限"),
    }
    assert NOTES.sort.__name__ == "NoteSort"
    assert NOTES.first_sort is NOTES.sort.WRITTEN_AT


@pytest.mark.parametrize(
    ("text", "heading"),
    [
        ("编号", "编号"),
        ("期限,此刻起为逾期", "期限"),
        ("收件凭证编号;容缺补齐的为空", "收件凭证编号"),
        ("是否按时: 有承诺的按承诺期限,否则按法定期限", "是否按时"),
        ("反映内容(已脱敏)", "反映内容"),
        ("第几轮(重新定期、重办加一),每轮各级预警至多一次", "第几轮"),
    ],
)
def test_a_heading_is_the_word_up_to_its_explanation(text, heading):
    assert Word(text).heading == heading


def test_a_joined_field_is_no_column_of_the_table_and_is_read_all_the_same():
    assert "matter_number" not in note.c
    assert [column.name for column in note.c] == [
        name for name in NoteRow.__struct_fields__ if name != "matter_number"
    ]
    assert list(NOTES.select().selected_columns.keys()) == list(NoteRow.__struct_fields__)


class OfNote(msgspec.Struct, frozen=True, kw_only=True):
    """所属便笺: what the rows of a part have in common."""

    matter_id: Annotated[str, Word("所属标识"), stream]
    matter_number: Annotated[str | None, Word("所属编号"), elsewhere]


class PageRow(OfNote, frozen=True, kw_only=True):
    """便笺页: a part of a note."""

    leaf: Annotated[int, Word("第几张")]
    page_id: Annotated[str, Word("页标识"), key]


def test_the_key_stands_before_the_fields_that_a_row_inherits():
    assert PageRow.__struct_fields__ == ("matter_id", "matter_number", "leaf", "page_id")
    made = table_of(PageRow, "page_ledger")
    assert [column.name for column in made.c] == ["page_id", "matter_id", "leaf"]
    assert [column.name for column in made.primary_key] == ["page_id"]


def test_a_column_may_be_empty_if_its_field_may_and_else_not():
    empty = {column.name for column in note.c if column.nullable}
    assert empty == {"subject_masked", "kind", "secret", "due_at", "due_date"}


def test_a_column_begins_with_what_its_field_begins_with():
    begun = {
        column.name: column.default.arg
        for column in note.c
        if isinstance(column.default, ColumnDefault)
    }
    assert begun == {"units": (), "times": 0}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("note_id", 'TEXT COLLATE "C"'),  # codes sort by their bytes on both databases
        ("status", 'TEXT COLLATE "C"'),
        ("subject_masked", "TEXT"),
        ("ground", "TEXT"),
        ("units", "TEXT"),
        ("written_at", "TIMESTAMP WITH TIME ZONE"),
        ("due_date", "DATE"),
        ("hidden", "BOOLEAN"),
        ("times", "INTEGER"),
        ("position", "BIGINT"),
    ],
)
def test_the_type_of_a_column_follows_from_that_of_its_field(name, said):
    assert note.c[name].type.compile(postgresql.dialect()) == said


def test_a_ledger_that_handles_an_event_of_a_family_it_does_not_follow_is_refused():
    def anything(*_):
        """What it would do does not matter."""

    with pytest.raises(TypeError, match="note_ledger handles what it does not follow: ChildOpened"):
        ledger(handles={TicketReported: anything, ChildOpened: anything})


def _ticket_that_was_warned():
    act = builders.raising(LimitKind.RESOLVE, builders.LEAD, WarningLevel.RED)
    found = RecordTicketFinding(
        ticket_id=STREAM, finding_id="1", rule=CheckRule.RECORDED_LATE, basis="默认", detail="补录"
    )
    opened = DiscloseReporter(
        ticket_id=STREAM, purpose="contact", fields=(PersonalField.PHONE,), reason=builders.TEXT
    )
    slip = IssueSupervisionOrder(
        matter_id=STREAM, unit="RS", ground="overdue", demand=builders.TEXT,
        colour=SupervisionColour.BLUE,
    )  # fmt: skip
    told = builders.after(builders.after(builders.a_returned_order(), found), opened)
    told = recusal_acts.asked_for(builders.after(told, slip), STREAM)
    told = assistance_acts.gathered(told, STREAM)
    asked = CorrectTicket(ticket_id=STREAM, reason=builders.TEXT, category=TicketCategory.INQUIRY)
    told = tie_acts.linked(builders.after(told, asked))
    return builders.after(told, act, at=builders.on_day("2026-03-20"))


def _tickets():
    told = {
        "ticket-1": _ticket_that_was_warned(), "ticket-2": answered("BCS-5"),
        "ticket-3": told_of_meetings("BCS-6"),
    }  # fmt: skip
    moved = [replace(one, stream_id=key) for key, story in told.items() for one in story]
    return placed(moved)


@cache
def _all_that_happens():
    """By the beginning of their ids: streams to which happens whatever changes a read model."""
    told = [*office_history(), *past_history(1), *hand_over_history()]
    asked_on_a_case = recusal_acts.asked_for(case_builders.an_accepted_case(), CASE_ID)
    asked_on_a_case = assistance_acts.gathered(asked_on_a_case, CASE_ID)
    published = recorded(CalendarPublished(calendar=CALENDAR), 1, ADMIN, START, "calendar-hall")
    return {
        "ticket-": _tickets(),
        "case-": placed(
            one for story in (*case_stories(11, cases=60), asked_on_a_case) for one in story
        ),
        "calendar-": [published],
        "assistance-": assistance_acts.a_whole_one(),
        "incident-": incident_acts.a_whole_one(),
        "improvement-": improvement_acts.a_whole_one(),
        **{
            prefix: placed(one for one in told if one.stream_id.startswith(prefix))
            for prefix in ("unit-", "staff-", "item-", "past-case-")
        },
    }


@pytest.mark.parametrize(
    "prefix",
    [
        "ticket-",
        "case-",
        "calendar-",
        "unit-",
        "staff-",
        "item-",
        "past-case-",
        "assistance-",
        "incident-",
        "improvement-",
    ],
)
def test_a_mutation_waits_for_every_read_model_that_its_stream_changes_and_for_no_other(
    engine, prefix
):
    rows = Views(engine, MemoryLog(_all_that_happens()[prefix])).caught_up().rows()
    changed = [
        one.name for one in PROJECTIONS if any(rows[str(table.name)] for table in one.tables)
    ]

    assert changed
    assert following(f"{prefix}any") == changed
