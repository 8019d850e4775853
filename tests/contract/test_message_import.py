"""Messages of another system become tickets: under one actor, judged by their own limit."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bancheng.bootstrap import Container
from bancheng.cli.console import OPERATOR
from bancheng.domain.complaint.deadline import ResultSubmitted
from bancheng.domain.complaint.terms import TicketCategory
from bancheng.domain.events import Recorded
from bancheng.domain.office.unit import RegisterUnit
from bancheng.domain.people import Actor
from bancheng.importing.batch import Batch
from bancheng.importing.messages import Imported, MessageImport, rulebook_of_messages
from bancheng.importing.tables import Row
from bancheng.infra.clock import FixedClock
from support import halls

MESSAGE = {
    "留言编号": "7", "留言用户": "A0001", "留言主题": "路灯不亮", "留言详情": "晚上没有灯",
    "留言时间": "2019/4/24 15:40:04", "答复意见": "已修复", "答复时间": "2019/5/9 9:49:14",
}  # fmt: skip


@pytest.fixture
def hall(furnished: str) -> Iterator[Container]:
    with halls.hall(furnished, FixedClock(halls.MONDAY)) as container:
        halls.act(container, RegisterUnit(code="OLD", name="来源系统承办单位"))
        yield container


def imported(hall: Container, *, days: int = 15, by: Actor | None = None) -> Imported:
    """What became of the message, in a batch of its own."""
    book = rulebook_of_messages(hall.rules.rulebook(), days)
    work = MessageImport(
        engine=replace(hall.engine, rules=replace(hall.rules, rulebook_in_force=lambda: book)),
        batch=Batch(id=hall.engine.ids.new(), source_system="old", started_by=by),
        unit="OLD",
        category=TicketCategory.COMPLAINT,
    )
    (result,) = work.run([Row(2, MESSAGE)])
    assert result.error is None, result.error
    return result


def trail(hall: Container) -> list[Recorded]:
    return [one for one in hall.store.read(0, 1000) if one.stream_id.startswith("ticket-")]


def test_the_trail_says_that_an_import_did_it_and_who_started_it(hall: Container):
    imported(hall, by=OPERATOR)
    acts = [one.envelope for one in trail(hall)]
    assert {(act.actor.name, act.actor.post) for act in acts} == {("批量导入", "运维人员")}
    assert {(act.source_system, act.source_id) for act in acts} == {("old", "7")}


def test_what_one_operator_imported_another_imports_no_second_time(hall: Container):
    assert imported(hall, by=OPERATOR).is_new
    assert not imported(hall, by=Actor(id="zhao", name="赵敏", post="", unit="ZWZX")).is_new
    assert not imported(hall).is_new


@pytest.mark.parametrize(("days", "on_time"), [(10, True), (8, False)])
def test_a_message_is_judged_by_the_limit_given_with_it(hall: Container, days: int, on_time: bool):
    imported(hall, days=days)
    event = trail(hall)[-1].event
    assert isinstance(event, ResultSubmitted)
    assert event.verdict.on_time is on_time
    assert event.verdict.rule_version == f"导入-{days}个工作日"
