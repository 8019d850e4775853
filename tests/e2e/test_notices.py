"""`bancheng notices`, and senders that are killed: none is lost, none is seen twice by its id."""

import os
import random
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bancheng.bootstrap import Container
from bancheng.domain.notices.events import NoticeSent
from bancheng.domain.notices.terms import NoticeChannel, NoticeStatus
from bancheng.infra.clock import FixedClock
from bancheng.jobs.sending import LEASE, TRIES_MAX
from support import backends, halls, noticing, receivers
from support.notice_sending import Plan, go_on
from support.noticing import a_ticket, make, rows, send
from support.processes import started
from support.program import bancheng

# After that nothing may be left that waits for its next try.
HOUR, HOURS_MAX = timedelta(hours=1), 2
WEBHOOK, ID = "webhook:12345", "webhook-id"


@backends.ONCE
def test_an_operator_sees_who_could_not_be_told_and_has_it_sent_again(
    furnished: str, tmp_path: Path
) -> None:
    clock = FixedClock(halls.MONDAY)
    assert "不向外发送" in bancheng(furnished, "notices", "status").stdout
    with receivers.http() as receiver:
        file = noticing.settings(tmp_path, webhook=receiver.url)
        with halls.hall(furnished, clock, notices=file) as hall:
            noticing.furnish(hall)
            a_ticket(hall)
            a_ticket(hall)
            make(hall)
            receiver.usual = 500
            for _ in range(2 * TRIES_MAX):
                send(hall, WEBHOOK)
                clock.advance(hours=1)
            assert hall.telling.go_on() is False
            first, second = rows(hall, channel=NoticeChannel.WEBHOOK)
        assert {first.status, second.status} == {NoticeStatus.FAILED}

        told = bancheng(furnished, "notices", "status", BANCHENG_NOTICES=file).stdout
        assert WEBHOOK in told
        assert "发送失败" in told
        listed = bancheng(furnished, "notices", "failed").stdout
        assert first.notice_id in listed
        assert "HTTP_500" in listed
        nothing = bancheng(furnished, "notices", "resend", fails=True)
        assert "NOTICES_UNCHOSEN" in nothing.stderr
        unknown = bancheng(furnished, "notices", "resend", "0" * 32, fails=True)
        assert "NOTICE_NOT_FOUND" in unknown.stderr
        bancheng(furnished, "notices", "resend", first.notice_id)
        twice = bancheng(furnished, "notices", "resend", first.notice_id, fails=True)
        assert "NOTICE_NOT_FAILED" in twice.stderr
        with halls.hall(furnished, clock, notices=file) as hall:
            # The command was run by the machine's clock, maybe at night.
            clock.set(hall.store.read(0, 1000)[-1].envelope.recorded_at + timedelta(days=1))
            make(hall)
            receiver.usual = 200
            assert send(hall, WEBHOOK) == 1
            hall.telling.go_on()
        assert "已将 1 项通知" in bancheng(furnished, "notices", "resend", "--all").stdout
        with halls.hall(furnished, clock, notices=file) as hall:
            clock.advance(days=1)
            make(hall)
            assert send(hall, WEBHOOK) == 1
        assert receiver.taken(ID) == [first.notice_id, second.notice_id]


@backends.ONCE
def test_an_operator_is_told_of_notices_whose_way_is_not_set_up_any_more(
    furnished: str, tmp_path: Path
) -> None:
    with receivers.http() as receiver:
        file = noticing.settings(tmp_path, webhook=receiver.url)
        with halls.hall(furnished, FixedClock(halls.MONDAY), notices=file) as hall:
            noticing.furnish(hall)
            a_ticket(hall)
            make(hall)
        there = bancheng(furnished, "notices", "status", BANCHENG_NOTICES=file).stdout
        assert "不在设置中" not in there
        gone = bancheng(furnished, "notices", "status").stdout
        assert "不在设置中,不会发出" in gone
        assert f"{WEBHOOK} 1 项" in gone


@backends.ONCE
def test_a_file_at_fault_is_told_and_nothing_is_opened(furnished: str, tmp_path: Path) -> None:
    (tmp_path / "notices.toml").write_text("[sms]\nurl = 'ftp://x'\n")
    wrong = bancheng(furnished, "notices", "status", fails=True,
                     BANCHENG_NOTICES=str(tmp_path / "notices.toml"))  # fmt: skip
    assert "通知设置有误" in wrong.stderr


def killed_at_random(url: str, folder: Path, *, tickets: int, kills: int, most: int) -> None:
    """Let processes make, send and record notices, each killed somewhere; then look at all.

    In the middle the receiver takes nothing, for an hour if there is as much time.
    """
    chance, clock = random.Random(7), FixedClock(halls.MONDAY)
    with receivers.http() as receiver:
        file = noticing.settings(folder, webhook=receiver.url)
        with halls.hall(url, clock) as hall:
            noticing.furnish(hall)
            with hall.in_bulk() as bulk:
                for _ in range(tickets):
                    a_ticket(bulk)
        down = range(kills // 4, kills // 4 + min(HOUR // LEASE, kills // 2))
        for number in range(kills):
            receiver.usual = 503 if number in down else 200
            # Each begins when what the one before it had leased is anybody's again.
            at = halls.MONDAY + (number + 1) * LEASE
            process, heard = started(go_on, Plan(url, file, at))
            for _ in range(chance.randrange(1, most)):
                heard.recv()
            process.kill()
            process.join()
            heard.close()
        clock.set(halls.MONDAY + (kills + 1) * LEASE)
        with halls.hall(url, clock, notices=file) as hall:
            make(hall)
            for _ in range(HOURS_MAX * HOUR // LEASE):
                send(hall, WEBHOOK, most=2 * tickets)
                clock.advance(LEASE)
            while hall.telling.go_on():
                pass
            found = rows(hall, channel=NoticeChannel.WEBHOOK)
            sent = [one.notice_id for one in told_in_the_trail(hall)]
    ids = [one.notice_id for one in found]
    assert len(ids) == len(set(ids)) == tickets
    assert {one.status for one in found} == {NoticeStatus.SENT}
    # Every one arrived; what arrived twice did so under the same id, so it is seen once.
    arrived = Counter(receiver.taken(ID))
    assert set(arrived) == set(ids)
    assert sum(arrived.values()) - len(ids) <= kills
    assert sorted(sent) == sorted(ids)


def told_in_the_trail(hall: Container) -> Iterator[NoticeSent]:
    position = 0
    while page := hall.store.read(position, 1000):
        yield from (one.event for one in page if isinstance(one.event, NoticeSent))
        position = page[-1].position


def test_senders_that_are_killed_lose_nothing(furnished: str, tmp_path: Path) -> None:
    killed_at_random(furnished, tmp_path, tickets=40, kills=4, most=30)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_senders_that_are_killed_lose_none_of_very_many(furnished: str, tmp_path: Path) -> None:
    """NOTICES_KILLED=10000 has as many as that, which take a quarter of an hour."""
    many = int(os.environ.get("NOTICES_KILLED", "500"))
    killed_at_random(furnished, tmp_path, tickets=many, kills=many // 50, most=600)
