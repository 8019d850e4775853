"""The operator in the access log, and what `bancheng accesses` prints of it."""

import pytest

from bancheng.infra import database
from bancheng.infra.clock import FixedClock
from support import backends
from support.accesses import recorded
from support.given import START
from support.halls import hall, report
from support.program import bancheng

pytestmark = backends.ONCE


@pytest.fixture
def ticket_id(furnished: str) -> str:
    with hall(furnished, FixedClock(START)) as container:
        return report(container)


def told(furnished: str) -> list[tuple[str, ...]]:
    with hall(furnished, FixedClock(START)) as container:
        return [(it["kind"], it["what"], *it["matters"]) for it in recorded(container)]


def test_each_command_on_the_hall_is_recorded_with_the_account_that_ran_it(furnished: str):
    bancheng(furnished, "unit", "add", "XF", "信访局")
    bancheng(furnished, "unit", "list")
    bancheng(furnished, "user", "revoke", "--everybody")
    assert told(furnished) == [
        ("OPERATED", "unit add"),
        ("CONFIGURED", "unit add"),
        ("OPERATED", "unit list"),
        ("OPERATED", "user revoke"),
        ("REVOKED", "user revoke"),
    ]
    with hall(furnished, FixedClock(START)) as container:
        assert all("@" in one["terminal"] for one in recorded(container))


def test_a_command_that_prints_something_of_a_matter_is_a_look(furnished: str, ticket_id: str):
    bancheng(furnished, "trail", ticket_id)
    bancheng(furnished, "deadline", "explain", ticket_id)
    assert told(furnished) == [
        ("OPERATED", "trail"), ("VIEWED", "trail", ticket_id),
        ("OPERATED", "deadline explain"), ("VIEWED", "deadline explain", ticket_id),
    ]  # fmt: skip


def test_the_log_is_printed_by_matter_person_kind_and_day(furnished: str, ticket_id: str):
    bancheng(furnished, "trail", ticket_id)
    bancheng(furnished, "unit", "list")
    of_it = bancheng(furnished, "accesses", "--matter", ticket_id).stdout
    assert "trail" in of_it
    assert "unit list" not in of_it
    assert "unit list" in bancheng(furnished, "accesses", "--kind", "OPERATED").stdout
    assert "unit list" in bancheng(furnished, "accesses", "--staff", "operator").stdout
    assert "unit list" not in bancheng(furnished, "accesses", "--until", "2020-01-01").stdout
    assert "unit list" in bancheng(furnished, "accesses", "--since", "2020-01-01").stdout
    assert "unit list" not in bancheng(furnished, "accesses", "--refused").stdout


def test_what_was_changed_in_the_log_is_found_by_verify(furnished: str, ticket_id: str):
    bancheng(furnished, "trail", ticket_id)
    assert "共核验 2 条访问记录: 哈希链完整" in bancheng(furnished, "verify").stdout
    change = "UPDATE access_log SET staff_id = 'x' WHERE position = 2"
    with hall(furnished, FixedClock(START)) as container:
        engine = container.accesses._engine
        with database.write(engine) as connection:
            connection.exec_driver_sql(change)
    assert "1 条有误: 2" in bancheng(furnished, "verify", fails=True).stdout


def test_what_was_kept_long_enough_is_purged_and_the_rest_verifies(furnished: str, ticket_id: str):
    bancheng(furnished, "trail", ticket_id)
    with hall(furnished, FixedClock(START)) as container:
        engine = container.accesses._engine
        with database.write(engine) as connection:
            many = connection.exec_driver_sql("SELECT count(*) FROM access_log").scalar_one()
    said = bancheng(furnished, "purge").stdout
    assert "以前的访问记录 0 条" in said
    assert f"共核验 {many + 1} 条访问记录: 哈希链完整" in bancheng(furnished, "verify").stdout
