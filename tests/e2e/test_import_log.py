"""Event logs of other systems come in whole, once, from either format, on either database."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, text

from support import backends
from support.program import SHARED_DATA, bancheng

MAPPINGS = Path(__file__).parents[2] / "docs" / "mappings"
LOGS = SHARED_DATA / "process"
RECEIPT_CSV, RECEIPT_XES = LOGS / "receipt.csv.gz", LOGS / "receipt_env_permit.xes.gz"
HELPDESK = LOGS / "helpdesk.xes.gz"
MAPPING = """
source_system = "old"
[case]
external_id = "编号"
[step]
activity = "环节"
occurred_at = "时间"
"""
needs_logs = pytest.mark.skipif(not HELPDESK.exists(), reason="the shared data is not here")


def imported(database: str, file: Path, mapping: Path, *, fails: bool = False) -> str:
    done = bancheng(
        database, "import", "log", str(file), "--mapping", str(mapping), fails=fails
    )  # fmt: skip
    return done.stdout + done.stderr


@contextmanager
def looking(database: str) -> Iterator[Connection]:
    engine = create_engine(database)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def number_of(connection: Connection, query: str) -> int:
    return int(connection.execute(text(query)).scalar_one())


@needs_logs
@pytest.mark.parametrize("backend", ["sqlite", pytest.param("postgresql", marks=pytest.mark.real)])
def test_the_receipt_log_is_the_same_as_csv_and_as_xes(database: str, backend: str) -> None:
    formats = (RECEIPT_CSV, RECEIPT_XES)
    first, second = formats if backend == "sqlite" else reversed(formats)
    said = imported(database, first, MAPPINGS / "receipt.toml")
    assert "共 1434 件 8577 个环节: 新导入 8577,此前已导入 0,有误 0" in said
    assert "共 1434 件: 已办结 1329(逾期 377),未办结 105" in said
    again = imported(database, second, MAPPINGS / "receipt.toml")
    assert "共 1434 件 8577 个环节: 新导入 0,此前已导入 8577,有误 0;另更新信息 0 件" in again
    with looking(database) as connection:
        past = "FROM event WHERE stream_id LIKE 'past-case-%'"
        assert number_of(connection, f"SELECT count(*) {past}") == 8577
        assert number_of(connection, f"SELECT count(DISTINCT stream_id) {past}") == 1434
        early = "FROM audit_trail JOIN past_case_ledger ON stream_id = past_case_id"
        early += " WHERE occurred_at < started_at"
        assert number_of(connection, f"SELECT count(*) {early}") == 12
        assert number_of(connection, "SELECT sum(steps) FROM past_case_ledger") == 8577
    trail = bancheng(database, "trail", "case-891").stdout
    assert "Confirmation" in trail
    assert re.search(r"Group \d+", trail)
    assert re.search(r"Resource\d+", trail)
    assert "2010-10-02 15:20" in trail  # 09:20 in summer time there


@needs_logs
@pytest.mark.real
def test_rows_that_repeat_in_the_helpdesk_log_are_all_kept() -> None:
    with backends.fresh("sqlite") as database:
        said = imported(database, HELPDESK, MAPPINGS / "helpdesk.toml")
        assert "共 4580 件 21348 个环节: 新导入 21348,此前已导入 0,有误 0" in said
        with looking(database) as connection:
            body, when = (
                f"json_extract(CAST(state AS TEXT), '$.{at}')"
                for at in ("body", "envelope.occurred_at")
            )
            repeated = f"SELECT count(*) - count(DISTINCT stream_id || {body} || {when})"
            assert number_of(connection, f"{repeated} FROM event") == 127


def test_bad_rows_are_listed_by_line_and_the_rest_goes_in(tmp_path: Path) -> None:
    log, mapping = tmp_path / "log.csv", tmp_path / "mapping.toml"
    mapping.write_text(MAPPING, encoding="utf-8")
    log.write_text("编号,环节,时间\nA-1,收件,2026-01-05\nA-1,审核,昨天\n,收件,2026-01-05\n")
    with backends.fresh("sqlite") as database:
        said = imported(database, log, mapping, fails=True)
        assert "共 1 件 3 个环节: 新导入 1,此前已导入 0,有误 2" in said
        listed = [line.split("│")[1:4] for line in said.splitlines() if "│" in line]
        assert [[cell.strip() for cell in row] for row in listed] == [
            ["第 3 行", "A-1", "时间"],
            ["第 4 行", "", "编号"],
        ]
        assert "「old」共 1 件: 已办结 0(逾期 0),未办结 1" in said


def test_what_the_mapping_names_and_the_log_never_says_is_pointed_out(tmp_path: Path) -> None:
    log, mapping = tmp_path / "log.xes", tmp_path / "mapping.toml"
    named = MAPPING.replace('"编号"', '"case:编号"').replace("[step]", 'deadline = "期限"\n[step]')
    mapping.write_text(named, encoding="utf-8")
    log.write_text(
        '<log><trace><string key="编号" value="A-1"/><event><string key="环节" value="收件"/>'
        '<date key="时间" value="2026-01-05"/></event></trace></log>',
        encoding="utf-8",
    )
    with backends.fresh("sqlite") as database:
        assert "「期限」在日志中没有出现" in imported(database, log, mapping)


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        (MAPPING.replace("环节", "步骤"), "缺少列: 步骤"),
        (MAPPING.replace('source_system = "old"', ""), "来源系统:不能缺少"),
    ],
    ids=["unknown column", "missing key"],
)
def test_a_mapping_that_does_not_fit_is_refused_before_anything_is_stored(
    tmp_path: Path, mapping: str, said: str
) -> None:
    log, written = tmp_path / "log.csv", tmp_path / "mapping.toml"
    written.write_text(mapping, encoding="utf-8")
    log.write_text("编号,环节,时间\nA-1,收件,2026-01-05\n", encoding="utf-8")
    with backends.fresh("sqlite") as database:
        shown = imported(database, log, written, fails=True)
        assert said in shown
        assert "Traceback" not in shown
        with looking(database) as connection:
            assert number_of(connection, "SELECT count(*) FROM event") == 0
