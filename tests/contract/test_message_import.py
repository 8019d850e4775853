"""Messages of another system become tickets: under one actor, judged by their own limit."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bancheng.bootstrap import Container
from bancheng.cli.operator import OPERATOR
from bancheng.domain.complaint.deadline import ResultSubmitted
from bancheng.domain.office.unit import RegisterUnit
from bancheng.domain.people import Actor
from bancheng.domain.warnings.events import WarningRaised
from bancheng.hall_papers import Reader
from bancheng.importing.messages.recording import Imported
from bancheng.importing.times import told as time_told
from bancheng.infra import database
from bancheng.infra.clock import FixedClock
from bancheng.projections import story
from bancheng.projections.tickets.tickets import TICKETS
from bancheng.projections.trail import TRAIL
from support import backends, halls
from support.messages import LAST_WEEK, LONG_AGO, MESSAGE, WAITING, faults, told, trail

pytestmark = backends.ONCE


@pytest.fixture
def hall(furnished: str, clock: FixedClock) -> Iterator[Container]:
    with halls.hall(furnished, clock) as container:
        halls.act(container, RegisterUnit(code="OLD", name="来源系统承办单位"))
        yield container


def imported(hall: Container, *, days: int = 15, by: Actor | None = None) -> Imported:
    """What became of the message, in a batch of its own."""
    (result,) = told(hall, MESSAGE, days=days, by=by)
    assert result.error is None, result.error
    return result


def test_the_trail_says_that_an_import_did_it_and_who_started_it(hall: Container):
    imported(hall, by=OPERATOR)
    acts = [one.envelope for one in trail(hall)]
    assert {(act.actor.name, act.actor.post) for act in acts} == {("批量导入", "运维人员")}
    assert {(act.source_system, act.source_id) for act in acts} == {("old", "7")}


def test_what_one_operator_imported_another_imports_no_second_time(hall: Container):
    assert imported(hall, by=OPERATOR).is_new
    assert not imported(hall, by=Actor(id="zhao", name="赵敏", post="", unit="ZWZX")).is_new
    assert not imported(hall).is_new


def test_what_the_other_system_did_not_tell_reads_as_that_and_not_as_a_code(hall: Container):
    imported(hall)
    with database.read(hall.database) as connection:
        names = Reader(None, hall.rules.calendar(), hall.rules.rulebook()).names(connection)
        sentences = [
            story.told(TRAIL.read(one), names) for one in connection.execute(TRAIL.select())
        ]
    assert not [one for one in sentences if "imported" in one]
    assert any("历史数据导入,原系统未作原因分析" in one for one in sentences)


@pytest.mark.parametrize(("days", "on_time"), [(10, True), (8, False)])
def test_a_message_is_judged_by_the_limit_given_with_it(hall: Container, days: int, on_time: bool):
    imported(hall, days=days)
    event = trail(hall)[-1].event
    assert isinstance(event, ResultSubmitted)
    assert event.verdict.on_time is on_time
    assert event.verdict.rule_version == f"导入-{days}个工作日"


@pytest.mark.parametrize("received", [LONG_AGO, LAST_WEEK])
def test_a_message_without_a_reply_is_open_work_from_its_own_day(hall: Container, received: str):
    assert faults(told(hall, WAITING | {"留言时间": received})) == []
    with database.read(hall.database) as connection:
        row = TICKETS.read(connection.execute(TICKETS.select()).one())
        assert TICKETS.count(connection, TICKETS.filter(lead_unit="OLD", running=True)) == 1
        late = TICKETS.filter(running=True, due_before=halls.MONDAY)
        assert TICKETS.count(connection, late) == (received == LONG_AGO)
    assert hall.rules.calendar().local(row.reported_at).date() == time_told(received).at.date()
    assert row.due_at > row.reported_at
    assert row.on_time is None


def test_only_what_falls_due_after_the_import_is_warned_of(hall: Container, clock: FixedClock):
    told(hall, WAITING | {"留言时间": LONG_AGO}, WAITING | {"留言编号": "8", "留言时间": LAST_WEEK})
    clock.set(halls.MONDAY + timedelta(days=60))
    assert hall.sweep.warn() > 0
    warned = {one.stream_id for one in trail(hall) if isinstance(one.event, WarningRaised)}
    numbers = {one.envelope.source_id for one in trail(hall) if one.stream_id in warned}
    assert numbers - {None} == {"8"}


@backends.EACH
def test_a_reply_that_came_since_ends_the_work(hall: Container):
    told(hall, WAITING)
    (result,) = told(hall, MESSAGE)
    assert (result.error, result.is_new) == (None, True)
    assert isinstance(trail(hall)[-1].event, ResultSubmitted)
    (again,) = told(hall, MESSAGE)
    assert (again.error, again.is_new) == (None, False)


def test_a_number_that_stands_twice_is_told_by_line(hall: Container):
    results = told(hall, MESSAGE, MESSAGE, MESSAGE | {"留言主题": "另一件"})
    assert faults(results) == [(line, "留言编号", "MESSAGE_LISTED_TWICE") for line in (3, 4)]
    assert "第 2 行已出现" in results[1].error.message


@pytest.mark.parametrize(
    ("received", "replied", "code"),
    [
        ("2019/4/24 15:40:04", "2019/4/24", None),
        ("2019/4/24", "2019/4/24 08:00", None),
        ("2019/4/24", "2019/4/24", None),
        ("2019年4月24日", "2019.4.25", None),
        ("2019/4/24 15:40:04", "2019/4/24 15:40:03", "REPLY_BEFORE_MESSAGE"),
        ("2019/4/24 15:40:04", "2019/4/23", "REPLY_BEFORE_MESSAGE"),
        ("1900/1/1", "2019/4/24", "TIME_IMPLAUSIBLE"),
        ("2019/4/24", "9999-12-31", "TIME_IMPLAUSIBLE"),
        ("2019/4/24", "", "REPLY_INCOMPLETE"),
        ("2019/4/24", "2026-03-03", "TIME_IN_FUTURE"),
    ],
)
def test_a_date_without_a_clock_is_a_day(
    hall: Container, received: str, replied: str, code: str | None
):
    (result,) = told(hall, MESSAGE | {"留言时间": received, "答复时间": replied})
    assert (result.error and result.error.code) == code


@pytest.mark.parametrize(
    "text", ["2019-04-24T15:40:04+08:00", "2019-04-24T07:40:04Z", "20190424154004"]
)
def test_a_time_that_names_its_zone_is_that_instant(hall: Container, text: str) -> None:
    told(hall, MESSAGE | {"留言时间": text})
    assert trail(hall)[0].envelope.occurred_at == datetime(2019, 4, 24, 7, 40, 4, tzinfo=UTC)


@pytest.mark.parametrize("column", ["留言时间", "答复时间"])
def test_a_time_that_is_missing_is_called_missing(hall: Container, column: str) -> None:
    (bad,) = told(hall, MESSAGE | {column: ""})
    assert bad.error is not None
    code = "FIELD_EMPTY" if column == "留言时间" else "REPLY_INCOMPLETE"
    assert (bad.error.field, bad.error.code) == (column, code)
