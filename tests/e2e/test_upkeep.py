"""What an operator does about a log in doubt and about a ledger that stopped."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlalchemy import Engine, inspect, select, text
from typer.testing import CliRunner

from bancheng.cli import app
from bancheng.domain.complaint.discover import TicketReported
from bancheng.infra import streams
from bancheng.infra.clock import FixedClock
from bancheng.infra.database import connect, write
from bancheng.infra.schema import event
from bancheng.projections.machine import checkpoints
from bancheng.projections.machine.checkpoints import Poison
from bancheng.projections.registry import PROJECTIONS
from support.halls import MONDAY, hall, report
from support.program import bancheng
from support.tampering import tamper

TICKETS = 3


@pytest.fixture
def recorded(furnished: str) -> tuple[str, list[str]]:
    """The address of a hall with a few tickets, and their ids."""
    with hall(furnished, FixedClock(MONDAY)) as container:
        return furnished, [report(container) for _ in range(TICKETS)]


def forge(database: str, stream_id: str) -> None:
    """Change what the first event says, behind the program's back."""
    engine = connect(database)
    tamper(engine, 1, stream=stream_id, state=b"{}")
    engine.dispose()


def number_of(database: str, ticket_id: str) -> str:
    engine = connect(database)
    with engine.connect() as connection:
        found = connection.scalar(
            text("SELECT number FROM ticket_ledger WHERE ticket_id = :id"), {"id": ticket_id}
        )
    engine.dispose()
    return str(found)


def test_an_intact_log_is_said_to_be_so(recorded) -> None:
    database, tickets = recorded

    done = bancheng(database, "verify")

    assert f"共核验 {TICKETS} 个事件流、{TICKETS} 个事件: 哈希链完整" in done.stdout
    one = bancheng(database, "verify", tickets[0])
    assert "共核验 1 个事件流、1 个事件: 哈希链完整" in one.stdout


def test_a_forged_event_is_named_with_number_stream_and_version(recorded) -> None:
    database, tickets = recorded
    number = number_of(database, tickets[1])
    forge(database, tickets[1])

    done = bancheng(database, "verify", fails=True)

    assert f"有误 {number} 事件流 {tickets[1]} 版本 1\n" in done.stdout
    assert f"共核验 {TICKETS} 个事件流、{TICKETS} 个事件: 1 个事件流的哈希链有误" in done.stdout
    assert tickets[0] not in done.stdout
    by_number = bancheng(database, "verify", number, fails=True)
    assert f"有误 {number} 事件流 {tickets[1]} 版本 1\n" in by_number.stdout
    assert "哈希链完整" in bancheng(database, "verify", number_of(database, tickets[0])).stdout


def test_a_log_put_back_without_ledgers_and_key_is_verified_and_not_changed(recorded) -> None:
    database, tickets = recorded
    forge(database, tickets[2])
    engine = connect(database)
    with write(engine) as connection:
        connection.execute(text("DROP TABLE matter_register"))
    before = everything(engine)

    settings: dict[str, str | None] = {"BANCHENG_DATABASE_URL": database, "BANCHENG_HALL": "TEST"}
    done = CliRunner(env=settings).invoke(app, ["verify"], catch_exceptions=False)

    assert done.exit_code == 1
    assert f"有误 无编号 事件流 {tickets[2]} 版本 1\n" in done.stdout
    assert everything(engine) == before
    engine.dispose()


def everything(engine: Engine) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(select(event).order_by("position"))]
        return [*rows, tuple(checkpoints.find_all(connection).items())]


def test_what_is_not_there_is_not_called_intact(recorded, tmp_path: Path) -> None:
    unknown = bancheng(recorded[0], "verify", "BCS-NONE", fails=True)
    nowhere = tmp_path / "typing-mistake.db"
    missing = bancheng(f"sqlite:///{nowhere}", "verify", fails=True)

    assert "没有编号或标识为「BCS-NONE」的事件流(STREAM_NOT_FOUND)" in unknown.stderr
    assert "HALL_NOT_FOUND" in missing.stderr
    assert not nowhere.exists()


LOOKING = (
    "unit list", "window list", "user list", "token zhao", "trail BCS-1", "deadline explain BCS-1",
    "calendar show", "calendar preview {}", "rulebook show", "rulebook history",
    "rulebook preview {}", "rebuild", "retry case_ledger", "verify",
    "keys status", "keys rotate", "keys check",
)  # fmt: skip


@pytest.mark.parametrize("command", LOOKING)
def test_who_looks_at_a_mistyped_path_is_told_so_and_makes_no_empty_hall(
    tmp_path: Path, command: str
) -> None:
    nowhere, file = tmp_path / "typing-mistake.db", tmp_path / "some.toml"
    file.write_text("x = 1", encoding="utf-8")
    done = bancheng(f"sqlite:///{nowhere}", *command.format(file).split(), fails=True)
    assert "HALL_NOT_FOUND" in done.stderr
    assert not nowhere.exists()


@pytest.mark.parametrize("command", ["verify", "unit list"])
def test_a_database_of_somebody_else_is_left_alone(database: str, command: str) -> None:
    engine = connect(database)
    with write(engine) as connection:
        connection.execute(text("CREATE TABLE theirs (n INTEGER)"))

    done = bancheng(database, *command.split(), fails=True)

    assert "HALL_NOT_FOUND" in done.stderr
    with engine.connect() as connection:
        assert not inspect(connection).has_table("event")
    engine.dispose()


def test_every_stream_is_looked_at_page_by_page(recorded, monkeypatch) -> None:
    database, tickets = recorded
    monkeypatch.setattr(streams, "_STREAMS", streams._STREAMS.limit(2))
    engine = connect(database)

    assert [one.stream_id for one in streams.every(engine)] == sorted(tickets)
    assert streams.event_count(engine) == TICKETS
    engine.dispose()


def stop_at(database: str, name: str, ticket_id: str) -> Poison:
    """Let the ledger of that name stand before the first event of ``ticket_id``, stopped."""
    engine = connect(database)
    first = select(event.c.position).where(event.c.stream_id == ticket_id, event.c.version == 1)
    with write(engine) as connection:
        found = Poison(
            position=connection.scalars(first).one(),
            event_id="e-1",
            stream_id=ticket_id,
            topic="complaint.ticket-reported",
            error="KeyError at rows.py:1 in row",
        )
        checkpoint = checkpoints.get(connection, name)
        checkpoints.replace(connection, replace(checkpoint, position=found.position - 1))
        checkpoint = checkpoints.get(connection, name)
        assert checkpoints.poison(connection, checkpoint, found)
    engine.dispose()
    return found


def test_a_ledger_without_fault_is_not_retried(recorded) -> None:
    assert "audit_trail 没有停止,无需重试" in bancheng(recorded[0], "retry", "audit_trail").stdout


def test_an_unknown_ledger_is_refused_with_the_known_ones(recorded) -> None:
    done = bancheng(recorded[0], "retry", "audit", fails=True)

    assert "没有台账「audit」(PROJECTION_NOT_FOUND)" in done.stderr
    assert "matter_register" in done.stderr


def test_a_ledger_goes_on_and_is_told_what_it_was_stopped_by(recorded) -> None:
    database, tickets = recorded
    found = stop_at(database, "past_case_ledger", tickets[1])

    done = bancheng(database, "retry", "past_case_ledger")

    assert (
        f"停在第 {found.position} 号事件: 主题 complaint.ticket-reported,事件流 {tickets[1]},"
        "错误 KeyError at rows.py:1 in row"
    ) in done.stdout
    assert f"past_case_ledger 已恢复,现处理到第 {found.position + 1} 号" in done.stdout


def test_a_ledger_that_stops_again_is_said_to(recorded, monkeypatch) -> None:
    database, tickets = recorded

    def broken(*_: object) -> None:
        raise ValueError("13900001111")

    handles = next(one.handles for one in PROJECTIONS if one.name == "warning_ledger")
    stop_at(database, "warning_ledger", tickets[1])
    monkeypatch.setitem(handles, TicketReported, broken)

    done = bancheng(database, "retry", "warning_ledger", fails=True)

    assert "仍然停止,停在第" in done.stderr
    assert "错误 ValueError at subscription.py" in done.stderr
    assert "13900001111" not in done.stdout + done.stderr
