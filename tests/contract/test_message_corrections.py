"""A message that its source tells otherwise by now is told by line, or kept as a correction."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from bancheng.bootstrap import Container
from bancheng.domain.calls import CallResult
from bancheng.domain.complaint.correct import CorrectTicket, TicketCorrected
from bancheng.domain.complaint.deadline import ResultSubmitted
from bancheng.domain.complaint.dispatch import WorkOrderDispatched
from bancheng.domain.complaint.supervise import StrikeOffTicket
from bancheng.domain.complaint.terms import Satisfaction, TicketCategory
from bancheng.domain.complaint.verify import OrderRework, PassVerification, RecordCallBack
from bancheng.domain.office.unit import RegisterUnit
from bancheng.domain.people import FreeText, PersonName, Phone, Reporter
from bancheng.importing.messages.corrections import MessageCorrections
from bancheng.infra import database
from bancheng.infra.clock import FixedClock
from bancheng.projections.tickets.row import TicketRow
from bancheng.projections.tickets.tickets import TICKETS
from support import halls
from support.messages import LAST_WEEK, MESSAGE, WAITING, faults, told, trail

RECORD = MessageCorrections.RECORD
NOTE = FreeText("与反映人核对")
BETTER = {"留言主题": "路灯又不亮", "留言详情": "三天没有灯", "留言用户": "B0002"}


@pytest.fixture
def hall(furnished: str, clock: FixedClock) -> Iterator[Container]:
    with halls.hall(furnished, clock) as container:
        halls.act(container, RegisterUnit(code="OLD", name="来源系统承办单位"))
        halls.act(container, RegisterUnit(code="NEW", name="另一承办单位"))
        yield container


def row(hall: Container) -> TicketRow:
    with database.read(hall.database) as connection:
        return TICKETS.read(connection.execute(TICKETS.select()).one())


def corrections(hall: Container) -> list[tuple[str, ...]]:
    return [one.event.corrected for one in trail(hall) if isinstance(one.event, TicketCorrected)]


def order(hall: Container) -> dict[str, str]:
    [found] = [one for one in trail(hall) if isinstance(one.event, WorkOrderDispatched)]
    return {"ticket_id": found.stream_id, "order_id": found.event.order_id}


TEXTS = {"留言主题": "路灯又不亮", "留言详情": "没有灯", "留言用户": "B1"}
FIXED = [
    ({"留言时间": "2019/4/25 15:40:04"}, "留言时间"),
    ({"留言用户": ""}, "留言用户"),
    ({"答复意见": "没有修"}, "答复意见"),
    ({"答复时间": "2019/5/10 9:49:14"}, "答复时间"),
    ({"答复意见": "没有修", "答复时间": "2019/5/10 9:49:14"}, "答复意见、答复时间"),
    ({"答复意见": "", "答复时间": ""}, "答复意见"),
]
CHANGES = [
    *(({name: text}, name) for name, text in TEXTS.items()),
    *FIXED,
    (
        {"留言主题": "灯", "留言时间": "2019/4/23", "答复时间": "2019/5/8"},
        "留言主题、留言时间、答复时间",
    ),
]


@pytest.mark.parametrize(("change", "columns"), CHANGES)
def test_a_message_told_otherwise_is_listed_by_line_with_every_column_that_differs(
    hall: Container, change: dict[str, str], columns: str
):
    told(hall, MESSAGE)
    before = len(trail(hall))
    results = told(hall, {**MESSAGE, "留言编号": "8"}, MESSAGE | change)
    assert faults(results) == [(3, columns, "MESSAGE_CHANGED")]
    assert all(column in results[1].error.message for column in columns.split("、"))
    assert "标识" not in results[1].error.message + results[1].error.remedy
    assert [one for one in trail(hall)[before:] if one.envelope.source_id == "7"] == []


def test_another_unit_or_category_of_a_known_message_is_told_too(hall: Container):
    told(hall, MESSAGE)
    (result,) = told(hall, MESSAGE, unit="NEW", category=TicketCategory.INQUIRY)
    assert faults([result]) == [(2, "登记类别(--category)、答复单位(--unit)", "MESSAGE_CHANGED")]


def test_words_told_otherwise_are_kept_as_one_correction_of_the_ticket(hall: Container):
    told(hall, MESSAGE)
    (result,) = told(hall, MESSAGE | BETTER, corrections=RECORD, category=TicketCategory.INQUIRY)
    assert (result.error, result.is_new, result.corrected) == (None, False, True)
    assert corrections(hall) == [("category", "subject", "content", "reporter")]
    found = row(hall)
    assert (found.subject_masked, found.content_masked) == ("路灯又不亮", "三天没有灯")
    assert (found.category, found.corrections) == (TicketCategory.INQUIRY, 1)
    assert found.reporter_name_masked == PersonName.mask("B0002")
    last = trail(hall)[-1].envelope
    assert (last.actor.name, last.source_system, last.source_id) == ("批量导入", "old", "7")


@pytest.mark.parametrize("how", list(MessageCorrections))
def test_a_corrected_message_is_known_and_corrected_no_second_time(
    hall: Container, how: MessageCorrections
):
    told(hall, MESSAGE)
    told(hall, MESSAGE | BETTER, corrections=RECORD)
    (again,) = told(hall, MESSAGE | BETTER, corrections=how)
    assert (again.error, again.is_new, again.corrected) == (None, False, False)
    assert len(corrections(hall)) == 1


def test_a_source_that_takes_its_correction_back_corrects_again(hall: Container):
    told(hall, MESSAGE)
    for message in (MESSAGE | BETTER, MESSAGE, MESSAGE | BETTER):
        (result,) = told(hall, message, corrections=RECORD)
        assert (result.error, result.corrected) == (None, True)
    assert corrections(hall) == [("subject", "content", "reporter")] * 3
    assert row(hall).subject_masked == "路灯又不亮"


@pytest.mark.parametrize(("change", "columns"), FIXED)
def test_what_can_not_be_corrected_is_said_and_the_rest_is_taken(
    hall: Container, change: dict[str, str], columns: str
):
    told(hall, MESSAGE)
    (result,) = told(hall, MESSAGE | {"留言主题": "灯"} | change, corrections=RECORD)
    assert faults([result]) == [(2, columns, "MESSAGE_NOT_CORRECTABLE")]
    assert "不能更正" in result.error.message
    assert (result.corrected, corrections(hall)) == (True, [("subject",)])
    (again,) = told(hall, MESSAGE | {"留言主题": "灯"} | change, corrections=RECORD)
    assert faults([again]) == [(2, columns, "MESSAGE_NOT_CORRECTABLE")]
    assert (again.corrected, len(corrections(hall))) == (False, 1)


def test_a_reply_comes_in_with_the_correction_of_its_message(hall: Container):
    told(hall, WAITING)
    assert faults(told(hall, MESSAGE | BETTER)) == [
        (2, "留言主题、留言详情、留言用户", "MESSAGE_CHANGED")
    ]
    assert row(hall).on_time is None
    (result,) = told(hall, MESSAGE | BETTER, corrections=RECORD)
    assert (result.error, result.is_new, result.corrected) == (None, True, True)
    assert row(hall).on_time is True
    at = hall.rules.calendar().local(row(hall).resolved_at)
    assert at.strftime("%F %T") == "2019-05-09 09:49:14"


def test_what_the_hall_added_to_who_reports_stays(hall: Container):
    told(hall, MESSAGE)
    ticket = order(hall)["ticket_id"]
    known = Reporter(name=PersonName("张建国"), phone=Phone("13800138000"))
    halls.act(hall, CorrectTicket(ticket_id=ticket, reason=NOTE, reporter=known))
    assert faults(told(hall, MESSAGE)) == []  # its source says what it said
    told(hall, MESSAGE | BETTER, corrections=RECORD)
    assert row(hall).reporter_phone_masked == "138****8000"
    assert row(hall).reporter_name_masked == PersonName.mask("B0002")


def test_a_closed_ticket_is_reopened_before_it_is_corrected(hall: Container):
    told(hall, MESSAGE)
    of = {"ticket_id": order(hall)["ticket_id"]}
    called = RecordCallBack(
        **of, call=CallResult.CONNECTED, solved=True, satisfaction=Satisfaction.SATISFIED
    )
    for command in (called, PassVerification(**of, conclusion=NOTE), StrikeOffTicket(**of)):
        halls.act(hall, command)
    (result,) = told(hall, MESSAGE | BETTER, corrections=RECORD)
    assert (result.error and result.error.code, corrections(hall)) == ("WRONG_STATUS", [])


def test_another_reply_after_a_rework_is_the_new_result(hall: Container, clock: FixedClock):
    first = MESSAGE | {"留言时间": LAST_WEEK, "答复时间": "2026-02-26 10:00"}
    told(hall, first)
    halls.act(hall, OrderRework(**order(hall), reason=NOTE))
    assert faults(told(hall, first)) == []
    clock.set(halls.MONDAY + timedelta(days=3))
    again = first | {"答复意见": "换了灯", "答复时间": "2026-03-04 10:00"}
    for is_new in (True, False):
        (result,) = told(hall, again)
        assert (result.error, result.is_new) == (None, is_new)
    assert sum(isinstance(one.event, ResultSubmitted) for one in trail(hall)) == 2
    assert faults(told(hall, first)) == [(2, "答复意见、答复时间", "MESSAGE_CHANGED")]
