"""What follows from a log's dates: days that last to their end, stops, conclusions, findings."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bancheng.bootstrap import Container
from bancheng.domain.case.history import PastCaseHeader
from bancheng.domain.errors import InvalidInput
from bancheng.importing.batch import Batch
from bancheng.importing.logs.mapping import read_mapping
from bancheng.importing.logs.recording import ImportedCase, LogImport
from bancheng.importing.logs.rows import LogRow, survey
from bancheng.infra import database
from bancheng.infra.clock import FixedClock
from bancheng.projections.ledger.windows import HoldsAt
from bancheng.projections.past_cases import PAST_CASES
from bancheng.projections.trail import timeline
from support import backends, halls

pytestmark = backends.ONCE

BASIC = """
source_system = "old"
{more}
[case]
external_id = "编号"
started_at = "开始"
deadline = "期限"
{ended}
[step]
activity = "环节"
occurred_at = "时间"
lifecycle = "状态"
resource = "经办"
group = "科室"
due_at = "环节期限"
{tables}
"""
ENDED = 'ended_at = "办结"'


@pytest.fixture
def hall(furnished: str) -> Iterator[Container]:
    with halls.hall(furnished, FixedClock(halls.MONDAY)) as container:
        yield container


def told(
    hall: Container, *rows: dict[str, str], more: str = "", ended: str = ENDED, tables: str = ""
) -> list[ImportedCase]:
    mapping = read_mapping(BASIC.format(more=more, ended=ended, tables=tables))
    log = [LogRow(f"第 {line} 行", cells) for line, cells in enumerate(rows, start=2)]
    batch = Batch(id=hall.engine.ids.new(), source_system="old")
    work = LogImport(engine=hall.engine, mapping=mapping, batch=batch)
    results = list(work.run(log, survey(log, mapping)))
    assert not [bad for one in results for bad in one.bad]
    halls.settled(hall)
    return results


def row(activity: str, at: str, **more: str) -> dict[str, str]:
    return {"编号": "A-1", "环节": activity, "时间": at, **more}


def header(hall: Container) -> PastCaseHeader:
    """What the last event that says something of the case says of it."""
    said = [event.case for one in hall.store.read(0, 100) if (event := one.event).case is not None]
    return said[-1]


@pytest.mark.parametrize(
    ("deadline", "ended", "late"),
    [
        ("2024-01-10", "2024-01-10 15:00", False),
        ("2024/1/10", "2024/1/10", False),
        ("2024年1月10日", "2024-01-10 23:59:59", False),
        ("2024-01-10", "2024-01-11 00:00:00", True),
        ("2024-01-10", "2024-01-11", True),
        ("2024-01-10 00:00:00", "2024-01-10 15:00", True),
        ("2024-01-10T00:00:00+08:00", "2024-01-10 15:00", True),
    ],
)
def test_a_deadline_that_is_a_day_lasts_to_its_end(hall, deadline, ended, late):
    told(hall, row("收件", "2024-01-05", 期限=deadline, 办结=ended))
    assert header(hall).late is late


@pytest.mark.parametrize("deadline", ["2024-01-10 00:00:00", "2024-01-10T00:00:00+08:00"])
def test_a_column_of_days_is_one_by_the_mapping(hall, deadline):
    ended = "2024-01-10 15:00"
    told(hall, row("收件", "2024-01-05", 期限=deadline, 办结=ended), more='days = ["期限"]')
    assert header(hall).late is False


def test_each_column_may_have_a_zone_of_its_own(hall):
    told(
        hall,
        row("收件", "2024-01-05 09:00", 期限="2024-01-10", 办结="2024-01-10 15:00"),
        more='zone = "UTC"',
        tables='[zones]\n"期限" = "Asia/Tokyo"',
    )
    assert header(hall).deadline == datetime(2024, 1, 10, 15, tzinfo=UTC) - timedelta(
        microseconds=1
    )
    assert header(hall).ended_at == datetime(2024, 1, 10, 15, tzinfo=UTC)
    assert header(hall).late is True


@pytest.mark.parametrize(
    ("more", "tables", "field"),
    [('days = ["截止"]', "", "days"), ("", '[zones]\n"截止" = "UTC"', "zones")],
)
def test_what_is_said_of_a_column_that_is_not_mapped_is_refused(more, tables, field):
    with pytest.raises(InvalidInput, match="截止") as refusal:
        read_mapping(BASIC.format(more=more, ended=ENDED, tables=tables))
    assert (refusal.value.code, refusal.value.field) == ("COLUMN_NOT_MAPPED", field)


CONCLUDING = '[concluding]\n"准予" = "准予许可"\n"退件" = "不予受理"'


def test_a_concluding_activity_ends_a_case_with_its_outcome(hall):
    rows = [
        row("收件", "2024-01-05", 期限="2024-01-10"),
        row("准予", "2024-01-09 10:00"),
        row("归档", "2024-01-20"),
    ]
    told(hall, *rows, ended="", tables=CONCLUDING)
    assert header(hall).outcome == "准予许可"
    assert header(hall).ended_at == datetime(2024, 1, 9, 2, tzinfo=UTC)
    assert header(hall).late is False
    # A later file with other steps alone takes nothing back.
    told(hall, row("回访", "2024-02-01", 期限="2024-01-10"), ended="", tables=CONCLUDING)
    assert (header(hall).outcome, header(hall).late) == ("准予许可", False)


STOPPED = [
    row("收件", "2024-01-05 09:00", 期限="2024-01-10 17:00", 办结="2024-01-15 10:00"),
    row("等待补正", "2024-01-08 09:00"),
    row("补正完成", "2024-01-12 12:00"),
]


@pytest.mark.parametrize(
    ("counts", "until"),
    [
        ("time", datetime(2024, 1, 14, 20)),
        ("natural_days", datetime(2024, 1, 14, 17)),
        ("working_days", datetime(2024, 1, 16, 17)),
    ],
)
def test_a_state_that_stops_the_clock_moves_the_deadline(hall, counts, until):
    told(hall, *STOPPED, tables=f'[stopping]\n"等待补正" = "{counts}"')
    assert hall.rules.calendar().local(header(hall).extended_deadline).replace(tzinfo=None) == until
    assert header(hall).late is (until < datetime(2024, 1, 15, 10))


def test_a_lifecycle_may_stop_the_clock_and_while_it_stands_nothing_is_late(hall):
    rows = [row("收件", "2024-01-05", 期限="2024-01-10"), row("审查", "2024-01-08", 状态="暂停")]
    stopping = '[stopping]\n"暂停" = "time"'
    told(hall, *rows, tables=stopping)
    assert header(hall).stopped
    assert late_cases(hall) == []
    told(hall, *rows, row("审查", "2024-01-09", 状态="恢复"), tables=stopping)
    assert not header(hall).stopped
    assert late_cases(hall) == ["A-1"]


def late_cases(hall: Container, *, late: bool = True) -> list[str]:
    """The one case if it is late, or if it is not."""
    chosen = PAST_CASES.filter(late=HoldsAt(holds=late, now=halls.MONDAY))
    with database.read(hall.database) as connection:
        return ["A-1"] * PAST_CASES.count(connection, chosen)


@backends.EACH
@pytest.mark.parametrize(("deadline", "late"), [("2026-02-27", True), ("2026-03-02", False)])
def test_a_case_that_has_not_ended_is_late_once_its_deadline_is_over(hall, deadline, late):
    told(hall, row("收件", "2026-01-05", 期限=deadline))
    assert late_cases(hall) == (["A-1"] if late else [])
    assert late_cases(hall, late=False) == ([] if late else ["A-1"])


def test_an_end_before_the_beginning_is_a_finding_and_no_verdict(hall):
    (result,) = told(
        hall, row("收件", "2024-01-05", 开始="2024-01-05", 期限="2024-01-10", 办结="2024-01-04")
    )
    assert [(one.name, one.error.code) for one in result.findings] == [
        ("A-1", "PAST_CASE_ENDS_BEFORE_START")
    ]
    assert result.new == 1
    assert header(hall).late is None
    assert late_cases(hall) == late_cases(hall, late=False) == []


def test_an_end_on_the_day_of_the_beginning_is_not_before_it(hall):
    (result,) = told(
        hall,
        row("收件", "2024-01-05", 开始="2024-01-05 14:00", 期限="2024-01-10", 办结="2024-01-05"),
    )
    assert result.findings == ()
    assert header(hall).late is False


def test_steps_have_due_dates_of_their_own(hall):
    told(
        hall,
        row("收件", "2024-01-05 09:00", 环节期限="2024-01-05"),
        row("审查", "2024-01-09 09:00", 环节期限="2024-01-08"),
        row("决定", "2024-01-10 09:00"),
    )
    with database.read(hall.database) as connection:
        (found,) = [PAST_CASES.read(one) for one in connection.execute(PAST_CASES.select())]
    assert (found.steps, found.late_steps) == (3, 1)


def test_the_trail_says_who_did_each_step_and_in_which_group(hall):
    told(hall, row("收件", "2024-01-05", 经办="王五", 科室="社保科"), row("决定", "2024-01-06"))
    with database.read(hall.database) as connection:
        (found,) = [PAST_CASES.read(one) for one in connection.execute(PAST_CASES.select())]
        entries = timeline(connection, found.past_case_id)
    assert [one.done_there for one in entries] == ["社保科 王五", None]
