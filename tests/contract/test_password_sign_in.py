"""密码登录 on both databases: what is tried is bounded, and what is revoked ends everywhere."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta

import pytest
from sqlalchemy import select

from bancheng.app.credentials import Presented
from bancheng.app.engine import Context
from bancheng.app.inputs import to_command
from bancheng.bootstrap import Container, build
from bancheng.config import Config
from bancheng.domain.commands import Command
from bancheng.domain.errors import DomainError, NotAllowed
from bancheng.domain.events import Channel, Place
from bancheng.domain.office.credentials import (
    IssueToken,
    RevokeCredential,
    RevokeCredentials,
    RevokeHallCredentials,
)
from bancheng.domain.office.staff import DismissStaff, RegisterStaff
from bancheng.domain.office.unit import RegisterUnit
from bancheng.domain.people import FreeText, Role
from bancheng.infra.clock import FixedClock
from bancheng.infra.password_sign_in import WrongPassword
from bancheng.infra.schema import event, proof, session, sign_in_failure
from bancheng.infra.sign_in_attempts import FIRST_PAUSE, FREE, LONGEST_PAUSE, SlowDown
from support import backends
from support.browser import PASSWORD, initial_password
from support.given import ADMIN, START

REVOKED_WITHIN_SECONDS = 2.0
ZHAO, QIAN = "zhao", "qian"
CHEAP = {"password_memory_kib": 8, "password_passes": 1}


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(START)


def opened(url: str, clock: FixedClock, **settings) -> Container:
    config = Config(**{"database_url": url, "hall": "TEST", "master_key": b"t" * 32, **CHEAP}
                    | settings)  # fmt: skip
    return build(config, clock=clock)


@pytest.fixture
def hall(furnished: str, clock: FixedClock) -> Iterator[Container]:
    """A hall with 赵 and 钱, who have chosen their passwords."""
    container = opened(furnished, clock)
    try:
        act(container, RegisterUnit(code="HALL", name="大厅"))
        for staff_id in (ZHAO, QIAN):
            act(container, registered(staff_id))
            initial = initial_password(container, staff_id)
            container.passwords.change(staff_id, initial, PASSWORD, "10.0.0.1")
            container.runner.catch_up()
        yield container
    finally:
        container.close()


def registered(staff_id: str, *roles: Role) -> RegisterStaff:
    return RegisterStaff(
        staff_id=staff_id, name="某", post="派单", unit="HALL", roles=roles or (Role.HANDLER,)
    )


def act(container: Container, command: Command) -> str:
    context = Context(actor=ADMIN, key=container.engine.ids.new(), place=Place(Channel.UNSTATED))
    answer = container.engine.execute(command, context)
    container.runner.catch_up()
    return answer.one_time_code or ""


def enters(container: Container, staff_id: str = ZHAO, password: str = PASSWORD) -> str:
    return container.passwords.sign_in(staff_id, password, "10.0.0.1").secret


def outcome(container: Container, staff_id: str, password: str) -> str:
    try:
        enters(container, staff_id, password)
    except WrongPassword:
        return "wrong"
    except SlowDown:
        return "slowed"
    return "in"


def known(container: Container, shown: Presented) -> str:
    try:
        return container.identity.authenticate(shown).actor.id
    except NotAllowed as refusal:
        return refusal.code


def rows(container: Container, table) -> list:
    with container.database.connect() as connection:
        return connection.execute(select(table)).all()


@backends.ONCE
def test_ten_thousand_wrong_passwords_cost_five_verifications_and_lock_nobody_else(hall):
    before = hall.passwords.passwords.verified
    said = [outcome(hall, ZHAO, f"Wrong-{n}") for n in range(10_000)]
    assert said == ["wrong"] * FREE + ["slowed"] * (10_000 - FREE)
    assert hall.passwords.passwords.verified - before == FREE
    assert outcome(hall, QIAN, PASSWORD) == "in"
    assert outcome(hall, ZHAO, PASSWORD) == "slowed"


def test_a_hundred_at_once_are_not_a_hundred_first_ones(hall):
    before = hall.passwords.passwords.verified
    with ThreadPoolExecutor(8) as threads:
        said = list(threads.map(lambda n: outcome(hall, ZHAO, f"Wrong-{n}"), range(100)))
    assert said.count("wrong") == hall.passwords.passwords.verified - before == FREE


def test_tries_are_counted_on_all_processes_together(furnished, hall, clock):
    other = opened(furnished, clock)
    try:
        said = [outcome(one, ZHAO, "Wrong-1") for _ in range(FREE) for one in (hall, other)]
    finally:
        other.close()
    assert said == ["wrong"] * FREE + ["slowed"] * FREE


def test_the_pause_is_over_after_a_quarter_of_an_hour_and_all_is_forgotten_after_one(hall, clock):
    for _ in range(20):
        outcome(hall, ZHAO, "Wrong-1")
        clock.advance(LONGEST_PAUSE)
    assert outcome(hall, ZHAO, "Wrong-1") == "wrong"
    assert outcome(hall, ZHAO, PASSWORD) == "slowed"
    clock.advance(LONGEST_PAUSE)
    assert outcome(hall, ZHAO, PASSWORD) == "in"
    for _ in range(FREE):
        outcome(hall, ZHAO, "Wrong-1")
    clock.advance(hours=1)
    assert [outcome(hall, ZHAO, "Wrong-1") for _ in range(2)] == ["wrong", "wrong"]


def test_a_clock_that_was_put_back_keeps_nobody_out(hall, clock):
    assert outcome(hall, QIAN, "Wrong-1") == "wrong"
    for _ in range(FREE):
        outcome(hall, ZHAO, "Wrong-1")
    clock.advance(hours=-5)
    assert outcome(hall, QIAN, PASSWORD) == "in"
    assert [outcome(hall, ZHAO, "Wrong-1") for _ in range(2)] == ["wrong", "slowed"]
    clock.advance(LONGEST_PAUSE)
    assert outcome(hall, ZHAO, PASSWORD) == "in"


def test_who_has_tries_left_does_not_wait_because_two_clocks_differ(hall, clock):
    assert outcome(hall, ZHAO, "Wrong-1") == "wrong"
    clock.advance(seconds=-2)
    assert outcome(hall, ZHAO, PASSWORD) == "in"


def test_a_clock_that_is_a_little_behind_lets_nobody_try_sooner(hall, clock):
    for _ in range(FREE):
        outcome(hall, ZHAO, "Wrong-1")
    clock.advance(seconds=-2)
    with pytest.raises(SlowDown) as slowed:
        enters(hall)
    assert slowed.value.pause == FIRST_PAUSE + timedelta(seconds=2)


def test_what_was_tried_long_ago_leaves_no_row(hall, clock):
    for n in range(50):
        outcome(hall, f"nobody-{n}", "Wrong-1")
    assert len(rows(hall, sign_in_failure)) == 50
    clock.advance(hours=1, seconds=1)
    outcome(hall, ZHAO, "Wrong-1")
    assert [row.account for row in rows(hall, sign_in_failure)] == [ZHAO]
    enters(hall)
    assert rows(hall, sign_in_failure) == []


@pytest.mark.parametrize(
    "command",
    [
        RevokeCredentials(staff_id=ZHAO), RevokeHallCredentials(reason=FreeText("失窃")),
        DismissStaff(staff_id=ZHAO), registered(ZHAO, Role.SUPERVISOR),
    ],
    ids=lambda command: type(command).__name__,
)  # fmt: skip
def test_what_one_process_revokes_another_refuses_within_two_seconds(
    furnished, hall, clock, command
):
    with ExitStack() as stack:
        other = opened(furnished, clock)
        stack.callback(other.close)
        other.runner.start()
        session_ = Presented(session=enters(hall))
        token = Presented(act(hall, IssueToken(staff_id=ZHAO)))
        assert [known(other, shown) for shown in (session_, token)] == [ZHAO, ZHAO]
        context = Context(actor=ADMIN, key=hall.engine.ids.new(), place=Place(Channel.UNSTATED))
        began = time.monotonic()
        hall.engine.execute(command, context)  # its own ledgers stand still
        while ZHAO in (known(other, session_), known(other, token)):
            assert time.monotonic() - began < REVOKED_WITHIN_SECONDS
        assert known(other, session_) == "SESSION_ENDED"
        assert known(other, token) in ("TOKEN_REVOKED", "ACCOUNT_INACTIVE")


def test_one_session_and_one_token_are_revoked_on_every_process(furnished, hall, clock):
    other = opened(furnished, clock)
    try:
        kept, gone = (hall.passwords.sign_in(ZHAO, PASSWORD, "") for _ in range(2))
        token = act(hall, IssueToken(staff_id=ZHAO))
        (its_id,) = (one.id for one in hall.identity.held(ZHAO) if one.kind.value == "token")
        for id_ in (gone.session.id, its_id):
            act(hall, RevokeCredential(staff_id=ZHAO, credential_id=id_))
        assert known(other, Presented(session=kept.secret)) == ZHAO
        assert known(other, Presented(session=gone.secret)) == "SESSION_ENDED"
        assert known(other, Presented(token)) == "TOKEN_REVOKED"
    finally:
        other.close()


def test_signing_out_on_one_process_ends_the_session_on_another(furnished, hall, clock):
    other = opened(furnished, clock)
    try:
        secret, moved = enters(hall), other.identity.changes()
        assert known(other, Presented(session=secret)) == ZHAO
        ended = hall.sessions.end(secret)
        assert ended is not None
        assert ended.staff_id == ZHAO
        assert known(other, Presented(session=secret)) == "SESSION_ENDED"
        assert other.identity.changes() != moved
        assert hall.sessions.end(secret) is None
    finally:
        other.close()


def test_a_session_that_began_while_the_password_was_changed_is_of_the_old_one(hall):
    """The password was right when it was looked at; what ends it was recorded meanwhile."""
    context = Context(actor=ADMIN, key=hall.engine.ids.new(), place=Place(Channel.UNSTATED))
    hall.engine.execute(RevokeCredentials(staff_id=ZHAO), context)  # no ledger knows of it yet
    secret = enters(hall)
    assert known(hall, Presented(session=secret)) == ZHAO
    hall.runner.catch_up()
    assert known(hall, Presented(session=secret)) == "SESSION_ENDED"


def test_sessions_that_are_over_leave_no_row(hall, clock):
    for _ in range(3):
        enters(hall)
    clock.advance(hours=10)
    enters(hall)
    assert len(rows(hall, session)) == 1


def test_a_session_is_looked_at_often_and_written_seldom(hall, clock):
    shown = Presented(session=enters(hall))

    def seen_after(seconds: int) -> timedelta:
        clock.advance(seconds=seconds)
        assert known(hall, shown) == ZHAO
        hall.identity.authenticate(shown, uses=False)
        return max(row.seen_at for row in rows(hall, session)) - began

    began = clock.now()
    assert seen_after(60) == timedelta(0)
    assert seen_after(60) == timedelta(seconds=120)


def test_a_look_at_what_goes_on_by_itself_keeps_no_session_from_becoming_idle(hall, clock):
    shown = Presented(session=enters(hall))
    clock.advance(minutes=20)
    hall.identity.authenticate(shown, uses=False)
    clock.advance(minutes=10)
    assert known(hall, shown) == "SESSION_ENDED"


def test_no_secret_stands_in_any_table_of_the_hall(hall):
    secret = enters(hall)
    token = act(hall, IssueToken(staff_id=ZHAO))
    initial = initial_password(hall, QIAN)
    kept = str([row for table in (proof, session, event) for row in rows(hall, table)])
    for one in (secret, token, initial, PASSWORD):
        assert one not in kept
    events = str([(row.topic, row.state) for row in rows(hall, event)])
    for row in rows(hall, proof):
        assert row.kept not in events


def test_a_new_password_is_kept_in_the_place_of_the_old_one(hall):
    def passwords() -> list[str]:
        return [one.kept for one in rows(hall, proof)
                if (one.owner, one.kind) == (f"staff-{ZHAO}", "password")]  # fmt: skip

    (old,) = passwords()
    hall.passwords.change(ZHAO, PASSWORD, "Qiufeng-2027", "10.0.0.1")
    (new,) = passwords()
    assert new != old
    assert new.startswith("$argon2id$")


def test_a_password_is_hashed_anew_when_the_cost_was_raised(furnished, hall, clock):
    dearer = opened(furnished, clock, password_passes=2)
    try:
        enters(dearer)
        (kept,) = (one.kept for one in rows(dearer, proof) if one.owner == f"staff-{ZHAO}")
        assert "t=2" in kept
        enters(dearer)
    finally:
        dearer.close()


@pytest.mark.parametrize("text", [None, "x", "a.b.c", "x" * 5000, "\u0661" * 32, "\0"])
def test_what_is_no_token_of_ours_is_nobodys(hall, text):
    shown = Presented(text)
    assert known(hall, shown) in ("TOKEN_MISSING", "TOKEN_INVALID")


def test_a_token_lasts_until_its_hour_and_no_longer(hall, clock):
    shown = Presented(act(hall, IssueToken(staff_id=ZHAO, hours=1)))
    clock.advance(minutes=59, seconds=59)
    assert known(hall, shown) == ZHAO
    clock.advance(seconds=1)
    assert known(hall, shown) == "TOKEN_EXPIRED"


@pytest.mark.parametrize("hours", [0, -1, 366 * 24 + 1])
def test_the_hours_of_a_token_have_a_limit(hours):
    with pytest.raises(DomainError, match="FIELD_INVALID"):
        to_command(IssueToken, {"staff_id": ZHAO, "hours": hours})
