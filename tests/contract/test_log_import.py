"""What another system logged becomes past cases: nothing lost, nothing merged, nothing twice."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace as replace_in
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from bancheng.bootstrap import Container
from bancheng.domain.case.history import PastCaseRestated, PastStepCorrected
from bancheng.domain.errors import DomainError
from bancheng.domain.events import Channel, Recorded
from bancheng.domain.steps import Step
from bancheng.importing.batch import Batch
from bancheng.importing.logs.corrections import Corrections
from bancheng.importing.logs.mapping import LogMapping, read_mapping
from bancheng.importing.logs.recording import ImportedCase, LogImport
from bancheng.importing.logs.rows import LogRow, survey
from bancheng.infra import database
from bancheng.infra.clock import FixedClock
from bancheng.projections.past_cases import PAST_CASES
from support import backends, halls

pytestmark = backends.ONCE

MAPPING = read_mapping("""
source_system = "old"
time_formats = ["%Y/%m/%d %H:%M"]
[case]
external_id = "编号"
deadline = "期限"
ended_at = "办结"
department = "部门"
[step]
activity = "环节"
occurred_at = "时间"
resource = "经办"
[steps]
"收件" = "discover"
""")


@pytest.fixture
def hall(furnished: str) -> Iterator[Container]:
    with halls.hall(furnished, FixedClock(halls.MONDAY)) as container:
        yield container


END_OF_20TH = datetime(2026, 1, 20, 16, tzinfo=UTC) - timedelta(microseconds=1)


def row(number: str, activity: str, at: str, **more: str) -> dict[str, str]:
    return {"编号": number, "环节": activity, "时间": at, **more}


def prepared(hall: Container, mapping: LogMapping) -> LogImport:
    """An import in a batch of its own."""
    batch = Batch(id=hall.engine.ids.new(), source_system=mapping.source_system)
    return LogImport(engine=hall.engine, mapping=mapping, batch=batch)


def told(
    hall: Container, *rows: dict[str, str], mapping: LogMapping = MAPPING
) -> list[ImportedCase]:
    """The results of importing ``rows`` in a batch of its own."""
    log = [LogRow(f"第 {line} 行", cells) for line, cells in enumerate(rows, start=2)]
    return list(prepared(hall, mapping).run(log, survey(log, mapping)))


def events(hall: Container) -> list[Recorded]:
    return hall.store.read(0, 10_000)


def counted(results: Sequence[ImportedCase]) -> tuple[int, int]:
    return sum(one.new for one in results), sum(one.known for one in results)


def faults(results: Sequence[ImportedCase]) -> list[tuple[str, str | None, str]]:
    return [(bad.place, bad.error.field, bad.error.code) for one in results for bad in one.bad]


def test_an_event_of_the_log_is_an_event_of_its_case_and_says_where_it_is_from(hall):
    told(hall, row("A-1", "收件", "2026-01-05T09:00:00+08:00", 经办="王五", 部门="社保科"))
    (one,) = events(hall)
    assert one.event.activity == "收件"
    assert (one.event.of_step, one.event.resource) == (Step.DISCOVER, "王五")
    assert (one.event.case.external_id, one.event.case.department) == ("A-1", "社保科")
    envelope = one.envelope
    assert envelope.occurred_at == datetime(2026, 1, 5, 1, tzinfo=UTC)
    assert envelope.recorded_at == halls.MONDAY
    assert (envelope.source_system, envelope.source_id) == ("old", "A-1")
    assert envelope.channel is Channel.IMPORT
    assert envelope.batch_id
    assert envelope.batch_id == envelope.request_id


@backends.EACH
def test_rows_that_stand_anywhere_come_to_their_case_in_the_order_of_time(hall):
    results = told(
        hall,
        row("A-1", "办结", "2026-01-07"),
        row("A-2", "收件", "2026-01-05"),
        row("A-1", "收件", "2026-01-05"),
        row("A-1", "初审", "2026-01-06"),
        row("A-1", "复审", "2026-01-06"),
    )
    assert [(one.external_id, one.rows) for one in results] == [("A-2", 1), ("A-1", 4)]
    of_case = [one.event.activity for one in events(hall) if one.envelope.source_id == "A-1"]
    assert of_case == ["收件", "初审", "复审", "办结"]


def test_rows_that_are_alike_in_everything_are_all_kept(hall):
    same = row("A-1", "收件", "2026-01-05")
    assert counted(told(hall, same, same, same)) == (3, 0)
    assert counted(told(hall, same, same, same)) == (0, 3)
    assert counted(told(hall, same, same, same, same)) == (1, 3)


def test_a_second_run_adds_only_what_is_new(hall):
    first, second = row("A-1", "收件", "2026-01-05"), row("A-1", "办结", "2026-01-06")
    assert counted(told(hall, first)) == (1, 0)
    assert counted(told(hall, second, first, row("A-2", "收件", "2026-01-05"))) == (2, 1)
    assert counted(told(hall, second, first)) == (0, 2)
    assert [one.version for one in events(hall)] == [1, 2, 1]


def test_the_same_number_in_another_system_is_another_case(hall):
    told(hall, row("A-1", "收件", "2026-01-05"))
    other = replace(MAPPING, source_system="other")
    assert counted(told(hall, row("A-1", "收件", "2026-01-05"), mapping=other)) == (1, 0)
    assert len({one.stream_id for one in events(hall)}) == 2


def test_a_step_that_is_told_late_is_recorded_behind_what_followed_it(hall):
    told(hall, row("A-1", "收件", "2026-01-05"), row("A-1", "办结", "2026-01-07"))
    results = told(hall, row("A-1", "初审", "2026-01-06"))
    assert counted(results) == (1, 0)
    assert [one.event.activity for one in events(hall)] == ["收件", "办结", "初审"]


def test_a_changed_header_comes_with_the_next_step(hall):
    told(hall, row("A-1", "收件", "2026-01-05", 期限="2026-01-20"))
    told(hall, row("A-1", "办结", "2026-01-21", 期限="2026-01-20", 办结="2026-01-21"))
    first, second = (one.event.case for one in events(hall))
    assert (first.late, second.late) == (None, True)


def test_a_changed_header_without_a_step_is_restated_once(hall):
    told(hall, row("A-1", "收件", "2026-01-05", 期限="2026-01-20"))
    ended = row("A-1", "收件", "2026-01-05", 期限="2026-01-20", 办结="2026-01-19")
    (result,) = told(hall, ended)
    assert (result.new, result.known, result.restated) == (0, 1, True)
    last = events(hall)[-1]
    assert isinstance(last.event, PastCaseRestated)
    assert (last.event.case.late, last.envelope.occurred_at) == (False, halls.MONDAY)
    (again,) = told(hall, ended)
    assert not again.restated
    assert len(events(hall)) == 2


def test_what_is_said_of_a_case_need_not_stand_in_each_row(hall):
    told(
        hall,
        row("A-1", "收件", "2026-01-05", 部门="一科", 期限="2026-01-20"),
        row("A-1", "移交", "2026-01-06", 部门="二科", 期限=""),
    )
    case = events(hall)[0].event.case
    assert (case.department, case.deadline) == ("二科", END_OF_20TH)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-01-05 09:00:00", datetime(2026, 1, 5, 1, tzinfo=UTC)),
        ("2026/01/05 09:00", datetime(2026, 1, 5, 1, tzinfo=UTC)),
        ("2026-01-05T09:00:00.123+00:00", datetime(2026, 1, 5, 9, 0, 0, 123000, UTC)),
        ("2026-01-05T01:00:00Z", datetime(2026, 1, 5, 1, tzinfo=UTC)),
    ],
)
def test_times_without_a_zone_are_those_of_the_hall(hall, at, expected):
    told(hall, row("A-1", "收件", at))
    assert events(hall)[0].envelope.occurred_at == expected


def test_times_without_a_zone_are_those_of_the_mapping_if_it_names_one(hall):
    dutch = replace(MAPPING, zone="Europe/Amsterdam")
    rows = (row("A-1", "收件", "2025-07-01 09:00"), row("A-1", "办结", "2025-12-01 09:00"))
    told(hall, *rows, mapping=dutch)
    assert [one.envelope.occurred_at.hour for one in events(hall)] == [7, 8]  # with summer time


TOMORROW = (halls.MONDAY + timedelta(days=1)).isoformat()
GOOD = row("A-1", "收件", "2026-01-05")
BAD_STEPS = [
    (row("", "收件", "2026-01-05"), "编号", "FIELD_EMPTY"),
    (row("A-1", "", "2026-01-05"), "环节", "FIELD_INVALID"),
    (row("A-1", "审核", ""), "时间", "FIELD_EMPTY"),
    (row("A-1", "审核", "昨天"), "时间", "TIME_MALFORMED"),
    *(
        (row("A-1", "审核", day), "时间", "TIME_IMPLAUSIBLE")
        for day in ("0001-01-01", "1900/1/1", "9999-12-31", "9999-12-31T23:00:00-08:00")
    ),
    (row("A-1", "审核", TOMORROW), "时间", "TIME_IN_FUTURE"),
    (row("A-1", "长" * 201, "2026-01-05"), "环节", "FIELD_INVALID"),
    (row("A-1", "审核", "2026-01-05", 经办="长" * 101), "经办", "FIELD_INVALID"),
]


@pytest.mark.parametrize(("bad", "column", "code"), BAD_STEPS)
def test_a_bad_row_is_named_by_line_and_column_and_the_rest_comes_in(hall, bad, column, code):
    results = told(hall, GOOD, bad, row("A-2", "收件", "2026-01-05"))
    assert faults(results) == [("第 3 行", column, code)]
    assert counted(results) == (2, 0)
    assert sum(one.rows for one in results) == 3
    assert len(events(hall)) == 2


def test_a_row_that_was_mended_comes_in_although_later_steps_are_there(hall):
    last = row("A-1", "办结", "2026-01-07")
    told(hall, GOOD, row("A-1", "审核", "昨天"), last)
    assert counted(told(hall, GOOD, row("A-1", "审核", "2026-01-06"), last)) == (1, 2)


@pytest.mark.parametrize(
    ("bad", "column", "code"),
    [
        (row("A-1", "审核", "2026-01-06", 期限="待定"), "期限", "TIME_MALFORMED"),
        (row("A-1", "审核", "2026-01-06", 部门="长" * 101), "部门", "FIELD_INVALID"),
    ],
)
def test_a_case_of_which_something_unreadable_is_said_is_kept_out_whole(hall, bad, column, code):
    results = told(hall, GOOD, bad, row("A-2", "收件", "2026-01-05"))
    assert faults(results) == [("第 3 行", column, code)]
    assert [(one.external_id, one.rows, one.new) for one in results] == [("A-1", 2, 0),
                                                                         ("A-2", 1, 1)]  # fmt: skip


def test_a_number_that_is_too_long_keeps_its_case_out(hall):
    results = told(hall, row("9" * 101, "收件", "2026-01-05"), GOOD)
    assert faults(results) == [("第 2 行", "编号", "FIELD_INVALID")]
    assert counted(results) == (1, 0)


def test_a_case_with_too_many_steps_is_kept_out(hall, monkeypatch):
    monkeypatch.setattr("bancheng.importing.logs.rows.STEPS_MAX", 2)
    monkeypatch.setattr("bancheng.importing.logs.cases.STEPS_MAX", 2)
    results = told(hall, GOOD, row("A-2", "收件", "2026-01-05"), GOOD, GOOD)
    assert faults(results) == [("第 5 行", "编号", "CASE_TOO_LONG")]
    assert [(one.external_id, one.rows, one.new) for one in results] == [("A-2", 1, 1),
                                                                         ("A-1", 3, 0)]  # fmt: skip


def test_what_is_said_otherwise_than_before_is_reported_and_not_added(hall):
    """So a mapping that is widened after the first import does not bring every step again."""
    narrow = replace(MAPPING, step=replace(MAPPING.step, resource=None))
    rows = (
        row("A-1", "收件", "2026-01-05", 经办="王五"),
        row("A-1", "办结", "2026-01-06", 经办=""),
    )
    assert counted(told(hall, *rows, mapping=narrow)) == (2, 0)
    results = told(hall, *rows)
    assert faults(results) == [("第 2 行", "经办", "PAST_STEP_CONTRADICTED")]
    assert counted(results) == (0, 1)
    assert len(events(hall)) == 2


def test_two_steps_of_one_name_at_one_time_are_two_if_both_are_told(hall):
    first = row("A-1", "收件", "2026-01-05", 经办="王五")
    assert counted(told(hall, first)) == (1, 0)
    assert counted(told(hall, first, row("A-1", "收件", "2026-01-05", 经办="赵六"))) == (1, 1)


def corrected(hall: Container, *rows: dict[str, str], by: Corrections) -> list[ImportedCase]:
    log = [LogRow(f"第 {line} 行", cells) for line, cells in enumerate(rows, start=2)]
    work = replace_in(prepared(hall, MAPPING), corrections=by)
    results = list(work.run(log, survey(log, MAPPING)))
    halls.settled(hall)
    return results


FILED, DECIDED = row("A-1", "收件", "2026-01-05"), row("A-1", "办结", "2026-01-07")
FILED_LATER = row("A-1", "收件", "2026-01-06")


def test_a_corrected_time_of_a_step_is_told_by_line_and_does_not_double_it(hall):
    told(hall, FILED, DECIDED)
    results = told(hall, DECIDED, FILED_LATER)
    assert faults(results) == [("第 3 行", "时间", "PAST_STEP_MOVED")]
    assert counted(results) == (0, 1)
    assert len(events(hall)) == 2


@backends.EACH
def test_a_corrected_time_is_kept_as_a_correction_if_the_importer_says_so(hall):
    told(hall, FILED, DECIDED)
    (result,) = corrected(hall, FILED_LATER, DECIDED, by=Corrections.RECORD)
    assert (result.new, result.known, result.corrected, result.bad) == (0, 1, 1, ())
    last = events(hall)[-1]
    assert isinstance(last.event, PastStepCorrected)
    assert (last.event.corrects, last.event.was_at) == (
        events(hall)[0].envelope.event_id, events(hall)[0].envelope.occurred_at,
    )  # fmt: skip
    with database.read(hall.database) as connection:
        (found,) = [PAST_CASES.read(one) for one in connection.execute(PAST_CASES.select())]
    assert (found.steps, found.first_occurred_at) == (2, last.envelope.occurred_at)
    (again,) = corrected(hall, FILED_LATER, DECIDED, by=Corrections.RECORD)
    assert (again.new, again.known, again.corrected) == (0, 2, 0)
    # What was corrected may be corrected again.
    (again,) = corrected(hall, row("A-1", "收件", "2026-01-04"), DECIDED, by=Corrections.RECORD)
    assert again.corrected == 1
    assert events(hall)[-1].event.corrects == last.envelope.event_id


def test_a_correction_that_is_taken_back_is_told_by_line_and_kept_as_one(hall):
    told(hall, FILED, DECIDED)
    corrected(hall, FILED_LATER, DECIDED, by=Corrections.RECORD)
    results = told(hall, FILED, DECIDED)
    assert (faults(results), counted(results)) == ([("第 2 行", "时间", "PAST_STEP_MOVED")], (0, 1))
    for again in (1, 0):
        (result,) = corrected(hall, FILED, DECIDED, by=Corrections.RECORD)
        assert (result.new, result.known, result.corrected, result.bad) == (0, 2 - again, again, ())
    assert counted(told(hall, FILED, DECIDED)) == (0, 2)
    # Alone, it does not say what became of what it tells.
    assert counted(told(hall, FILED_LATER)) == (0, 1)


def test_another_time_and_another_content_of_one_step_are_one_correction(hall):
    told(hall, row("A-1", "收件", "2026-01-05", 经办="王五"))
    results = told(hall, row("A-1", "收件", "2026-01-06", 经办="赵六"))
    assert faults(results) == [("第 2 行", "时间、经办", "PAST_STEP_MOVED")]


def test_a_step_with_a_number_of_its_own_is_the_same_by_whatever_name(hall):
    numbered = replace(MAPPING, step=replace(MAPPING.step, activity_id="步骤"))
    first = row("A-1", "收件", "2026-01-05", 步骤="1")
    told(hall, first, DECIDED | {"步骤": "2"}, mapping=numbered)
    for at, columns, code in (
        ("2026-01-05", "环节", "PAST_STEP_CONTRADICTED"),
        ("2026-01-06", "时间、环节", "PAST_STEP_MOVED"),
    ):
        renamed = row("A-1", "收件登记", at, 步骤="1")
        assert faults(told(hall, renamed, mapping=numbered)) == [("第 2 行", columns, code)]
    assert len(events(hall)) == 2


def test_a_number_that_several_steps_share_makes_none_of_them_the_same(hall):
    numbered = replace(MAPPING, step=replace(MAPPING.step, activity_id="步骤"))
    filed, decided, archived = (
        one | {"步骤": "1"} for one in (FILED, DECIDED, row("A-1", "归档", "2026-01-08"))
    )
    told(hall, filed, decided, mapping=numbered)
    assert counted(told(hall, archived, mapping=numbered)) == (1, 0)


def test_another_content_at_the_same_time_is_kept_as_a_correction_too(hall):
    told(hall, row("A-1", "收件", "2026-01-05", 经办="王五"))
    (result,) = corrected(
        hall, row("A-1", "收件", "2026-01-05", 经办="赵六"), by=Corrections.RECORD
    )
    assert (result.corrected, events(hall)[-1].event.resource) == (1, "赵六")


def test_a_step_of_another_time_is_one_more_if_the_importer_says_so(hall):
    told(hall, FILED, DECIDED)
    (result,) = corrected(hall, FILED_LATER, DECIDED, by=Corrections.ADD)
    assert (result.new, result.known, result.bad) == (1, 1, ())


def test_a_file_of_new_steps_alone_corrects_none(hall):
    told(hall, FILED, DECIDED)
    assert counted(told(hall, row("A-1", "收件", "2026-01-09"))) == (1, 0)


def test_a_log_that_is_too_long_is_refused_whole(hall):
    short = replace(MAPPING, rows_max=1)
    with pytest.raises(DomainError) as refusal:
        told(hall, GOOD, GOOD, mapping=short)
    assert (refusal.value.code, refusal.value.field) == ("LOG_TOO_LONG", "rows_max")
    assert events(hall) == []


def test_a_log_without_a_column_that_all_need_is_refused_whole(hall):
    with pytest.raises(DomainError, match="环节") as refusal:
        told(hall, {"编号": "A-1", "时间": "2026-01-05"})
    assert refusal.value.code == "COLUMN_UNKNOWN"
    assert told(hall) == []


@pytest.mark.parametrize("now", [[GOOD], [GOOD, GOOD, GOOD], [row("A-2", "收件", "2026-01-05")]])
def test_a_file_that_changes_meanwhile_is_noticed(hall, now):
    before = [LogRow("", cells) for cells in (GOOD, GOOD)]
    after = [LogRow("", cells) for cells in now]
    with pytest.raises(DomainError) as refusal:
        list(prepared(hall, MAPPING).run(after, survey(before, MAPPING)))
    assert refusal.value.code == "LOG_CHANGED"


@backends.EACH
def test_two_imports_at_once_bring_every_step_once(hall):
    rows = [row(f"A-{n % 20}", f"环节{n}", "2026-01-05") for n in range(100)]
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(told, hall, *rows) for _ in range(2)]
        results = [one for each in both for one in each.result()]
    # Whoever came second may have been refused: a run later it finds everything there.
    assert {code for *_, code in faults(results)} <= {"KEY_REUSED", "VERSION_CONFLICT"}
    assert sum(one.new for one in results) == 100
    assert counted(told(hall, *rows)) == (0, 100)
    assert sorted(one.event.activity for one in events(hall)) == sorted(one["环节"] for one in rows)
