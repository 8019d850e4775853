"""Each way out says what it has to, to a real receiver, and hears what that answers."""

import base64
import hashlib
import hmac
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bancheng.app.noticing.messages import Gathers
from bancheng.domain.accesses import AccessKind
from bancheng.domain.notices.events import NoticeSent
from bancheng.domain.notices.terms import NoticeChannel, NoticeStatus
from bancheng.domain.people import PersonName, Phone, Reporter
from bancheng.infra.clock import FixedClock
from bancheng.jobs.sending import LEASE
from bancheng.projections.notices import notice
from support import backends, halls, noticing, receivers
from support.accesses import recorded
from support.noticing import PHONE, HallWith, a_dispatched, a_ticket, events, make, rows, send, tell
from support.receivers import HttpReceiver

pytestmark = backends.EACH
WEBHOOK, ID = "webhook:12345", "webhook-id"
PATIENCE_SECONDS = 20.0


def test_a_text_message_goes_to_a_number_that_is_opened_for_it_alone(
    hall_with: HallWith, receiver: HttpReceiver
) -> None:
    hall = hall_with(sms=receiver.url)
    ticket = a_ticket(hall)
    make(hall)
    assert send(hall, "sms") == 1
    (heard,) = receiver.heard
    code = hall.store.load(ticket)[0].event.query_code  # type: ignore[attr-defined]
    (row,) = rows(hall, channel=NoticeChannel.SMS)
    assert heard.told == {
        "mobile": PHONE,
        "text": f"【科区大厅】您反映的事项已登记,编号 BCSTEST2026000001,查询码 {code},"
        "最迟 2026年3月3日24:00告知是否受理。",
        "id": row.notice_id,
    }
    assert heard.headers["authorization"] == f"Bearer {noticing.TOKEN}"
    assert heard.headers["idempotency-key"] == row.notice_id
    tell(hall)
    (sent,) = events(hall, ticket, NoticeSent)
    assert "〔查询码〕" in sent.text
    with hall.database.connect() as connection:
        kept = " ".join(str(one) for one in connection.execute(select(notice)))
    assert PHONE not in kept
    assert code not in kept
    (looked,) = [one for one in recorded(hall) if one["kind"] == AccessKind.DISCLOSED]
    assert (looked["what"], looked["staff_id"]) == ("notice/sms", "system-notifier")


def test_a_gateway_that_says_no_in_its_answer_is_believed(
    hall_with: HallWith, receiver: HttpReceiver
) -> None:
    hall = hall_with(sms=receiver.url)
    a_ticket(hall)
    make(hall)
    receiver.answers = [b'{"code": "17", "message": "13900139000 blocked"}']
    send(hall, "sms")
    (row,) = rows(hall, channel=NoticeChannel.SMS)
    assert row.fault == "GATEWAY_REFUSED"


def test_whoever_has_no_mobile_stands_on_the_list_of_calls(
    hall_with: HallWith, receiver: HttpReceiver
) -> None:
    hall = hall_with(sms=receiver.url)
    landline = Reporter(name=PersonName("王翠"), phone=Phone("0475-8234567"))
    a_ticket(hall, reporter=landline)
    make(hall)
    send(hall, "sms")
    (row,) = rows(hall, channel=NoticeChannel.PHONE)
    assert (row.status, row.route) == (NoticeStatus.TO_CALL, "phone")
    assert receiver.heard == []


def test_whose_data_was_restricted_or_erased_meanwhile_is_not_told(
    hall_with: HallWith, receiver: HttpReceiver, clock: FixedClock
) -> None:
    hall = hall_with(sms=receiver.url)
    ticket = noticing.refused(hall)
    make(hall)
    noticing.restrict(hall, ticket)
    send(hall, "sms")  # before anybody followed the log
    statuses = {one.status for one in rows(hall, channel=NoticeChannel.SMS)}
    assert statuses == {NoticeStatus.DROPPED}
    assert receiver.heard == []


def test_citizens_are_left_alone_at_night(
    hall_with: HallWith, receiver: HttpReceiver, clock: FixedClock
) -> None:
    hall = hall_with(sms=receiver.url)
    clock.advance(hours=13)  # ten in the evening
    a_ticket(hall)
    make(hall)
    assert send(hall, "sms") == 0
    (row,) = rows(hall, channel=NoticeChannel.SMS)
    assert row.notify_at == halls.MONDAY + timedelta(hours=23)  # eight in the morning
    clock.set(row.notify_at)
    assert send(hall, "sms") == 1


def test_a_robot_writes_into_its_group(hall_with: HallWith, receiver: HttpReceiver) -> None:
    hall = hall_with(wecom=receiver.url + "?key=k")
    a_ticket(hall)
    make(hall)
    assert send(hall, "robot:处理") == 1
    (heard,) = receiver.heard
    (row,) = rows(hall, channel=NoticeChannel.ROBOT)
    assert heard.path == "/in?key=k"
    assert heard.told == {
        "msgtype": "text",
        "text": {
            "content": "【科区大厅】新登记办不成事工单 BCSTEST2026000001,"
            f"受理期限 2026年3月3日24:00。\n(通知号 {row.notice_id[:8]})"
        },
    }


def test_a_robot_of_the_other_kind_signs_and_gathers_until_its_slot(
    hall_with: HallWith, receiver: HttpReceiver, clock: FixedClock
) -> None:
    hall = hall_with(dingtalk=receiver.url + "?access_token=t")
    for _ in range(3):
        a_dispatched(hall)
    make(hall)
    urgent = rows(hall, channel=NoticeChannel.ROBOT)
    assert len(urgent) == 3
    assert send(hall, "robot:人社") == 1  # what is urgent does not wait, and goes together
    receiver.heard.clear()
    tickets = [noticing.reassigned(hall) for _ in range(3)]
    make(hall)
    assert send(hall, "robot:人社") == 1  # the new orders
    receiver.heard.clear()
    clock.set(halls.MONDAY + timedelta(hours=2))  # eleven
    assert send(hall, "robot:人社") == 1
    (heard,) = receiver.heard
    query = dict(part.split("=", 1) for part in heard.path.partition("?")[2].split("&"))
    signed = f"{query['timestamp']}\n{noticing.ROBOT_KEY}".encode()
    digest = hmac.new(noticing.ROBOT_KEY.encode(), signed, hashlib.sha256).digest()
    assert query["sign"] == receivers.quoted(base64.b64encode(digest).decode())
    text = heard.told["text"]["content"]
    for number, ticket in enumerate(tickets, 1):
        found = hall.store.load(ticket)[0].event.number  # type: ignore[attr-defined]
        assert f"{number}. 办不成事工单 {found} 的派单" in text
    gathered = [one for one in rows(hall, route="robot:人社") if "改派" in one.text]
    assert len({one.message_id for one in gathered}) == 1


def test_a_message_keeps_its_notices_when_it_is_tried_again(
    hall_with: HallWith, receiver: HttpReceiver, clock: FixedClock
) -> None:
    hall = hall_with(wecom=receiver.url)
    a_ticket(hall)
    a_ticket(hall)
    make(hall)
    receiver.answers = [b'{"errcode": 45009}']
    assert send(hall, "robot:处理") == 1
    a_ticket(hall)
    make(hall)
    clock.advance(minutes=9)
    assert send(hall, "robot:处理") == 0  # who sends too often is cut off for ten minutes
    clock.advance(minutes=1)
    assert send(hall, "robot:处理") == 2
    first, second, third = (one.told["text"]["content"] for one in receiver.heard)
    assert third == first
    assert "000003" in second


def test_a_message_takes_no_more_than_its_receiver(
    hall_with: HallWith, receiver: HttpReceiver, clock: FixedClock
) -> None:
    hall = hall_with(wecom=receiver.url)
    for _ in range(9):
        a_ticket(hall)
    make(hall)
    found, room = [], Gathers(notices=4, text_bytes=10_000)
    while claimed := hall.notices.claim("robot:处理", clock.now(), LEASE, room):
        found.append(len(claimed))
    assert found == [4, 4, 1]
    clock.advance(LEASE)
    assert send(hall, "robot:处理") == 3
    lengths = [len(one.told["text"]["content"].encode()) for one in receiver.heard]
    assert max(lengths) < 2048


def test_texts_that_are_too_long_together_go_in_several_messages(
    hall_with: HallWith, receiver: HttpReceiver
) -> None:
    hall = hall_with(wecom=receiver.url)
    for _ in range(25):
        a_ticket(hall)
    make(hall)
    send(hall, "robot:处理")
    texts = [one.told["text"]["content"] for one in receiver.heard]
    assert len(texts) > 1
    assert max(len(text.encode()) for text in texts) < 2048
    for number in range(1, 26):
        assert sum(f"{number:06d}," in text for text in texts) == 1


def test_a_mail_is_handed_in_under_an_id_that_stays(hall_with: HallWith, clock: FixedClock) -> None:
    with receivers.smtp() as server:
        hall = hall_with(smtp=server.port, tls="none")
        a_dispatched(hall)
        make(hall)
        server.says = {"MAIL": "451 later"}
        assert send(hall, "email:人社局") == 1
        (row,) = rows(hall, channel=NoticeChannel.EMAIL)
        assert (row.status, row.fault) == (NoticeStatus.WAITING, "SMTP_451")
        server.says = {}
        clock.advance(minutes=1)
        assert send(hall, "email:人社局") == 1
        (mail,) = server.mails
        assert mail.to == ["rs@hall.example", "rs2@hall.example"]
        assert f"Message-ID: <{row.notice_id}@hall.example>" in mail.text
        (row,) = rows(hall, channel=NoticeChannel.EMAIL)
        assert row.status is NoticeStatus.SENT


@pytest.mark.parametrize(
    ("says", "fault"),
    [({"RCPT": "550 nobody"}, "SMTP_550"), ({"DATA": "554 spam"}, "SMTP_554")],
)
def test_a_mail_that_is_refused_for_good_is_given_up(
    hall_with: HallWith, says: dict[str, str], fault: str
) -> None:
    with receivers.smtp() as server:
        hall = hall_with(smtp=server.port, tls="none")
        a_dispatched(hall)
        make(hall)
        server.says = says
        send(hall, "email:人社局")
        (row,) = rows(hall, channel=NoticeChannel.EMAIL)
        assert (row.status, row.fault) == (NoticeStatus.FAILED, fault)


def test_receivers_show_certificates_that_the_hall_trusts(
    hall_with: HallWith, tmp_path: Path, clock: FixedClock
) -> None:
    tls, trusted = receivers.certificate(tmp_path)
    with receivers.http(tls) as web, receivers.smtp(tls) as server:
        hall = hall_with(webhook=web.url, smtp=server.port, tls="starttls", ca=trusted)
        a_dispatched(hall)
        make(hall)
        assert send(hall, WEBHOOK) > 0
        assert send(hall, "email:人社局") == 1
        assert len(server.mails) == 1
        assert "STARTTLS" in server.heard
        assert {one.answered for one in web.heard} == {200}


def test_a_certificate_of_nobody_is_refused(hall_with: HallWith, tmp_path: Path) -> None:
    tls, _ = receivers.certificate(tmp_path)
    with receivers.http(tls) as web:
        hall = hall_with(webhook=web.url)
        a_ticket(hall)
        make(hall)
        send(hall, WEBHOOK)
        (row,) = rows(hall, channel=NoticeChannel.WEBHOOK)
        assert row.fault == "UNREACHABLE_ConnectError"
        assert web.heard == []
