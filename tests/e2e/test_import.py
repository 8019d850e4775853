"""Files of other systems come in whole, once, and with the right verdicts."""

import csv
import gzip
import io
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from support.program import SHARED_DATA, bancheng

HEADING = "留言编号,留言用户,留言主题,留言时间,留言详情,答复意见,答复时间\n"
GOOD = '7,A0001,路灯不亮,2019/4/24 15:40:04,"第一行\n第二行",已修复,2019/5/9 9:49:14\n'
MESSAGES = SHARED_DATA / "teddy2020" / "annex4_messages_with_replies.xlsx"
ORACLE = SHARED_DATA / "teddy2020" / "annex4_workday_oracle.csv.gz"


def late_tickets(database: str) -> set[str]:
    """The source numbers of the tickets that the ledger calls late."""
    engine = create_engine(database)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT source_ref FROM ticket_ledger WHERE NOT on_time"))
        late = {row.source_ref.rpartition("/")[2] for row in rows}
    engine.dispose()
    return late


def test_bad_rows_are_listed_by_line_and_the_rest_goes_in(database: str, tmp_path: Path) -> None:
    file = tmp_path / "messages.csv"
    file.write_text(
        HEADING
        + GOOD
        + "8,A0002,停水,昨天,没有水,已恢复,2019/5/9 9:49:14\n"
        + "9,A0003,停电,2019/5/9 9:49:14,没有电,已恢复,2019/5/8 9:49:14\n"
        + "10,A0004,噪音,2019/5/9 9:49:14,太吵,已处理,2019/5/10 9:49:14\n",
        encoding="utf-8-sig",
    )
    first = bancheng(database, "import", "messages", str(file), fails=True)
    assert "新导入 2,此前已导入 0,有误 2" in first.stdout
    listed = [line.split("│")[1:4] for line in first.stdout.splitlines() if "│" in line]
    assert [[cell.strip() for cell in row] for row in listed] == [
        ["4", "8", "留言时间"],  # the first row takes two lines of the file
        ["5", "9", "答复时间"],
    ]
    assert "TIME_MALFORMED" in first.stdout
    second = bancheng(database, "import", "messages", str(file), fails=True)
    assert "新导入 0,此前已导入 2,有误 2" in second.stdout


def test_a_file_without_a_column_is_refused_whole(tmp_path: Path) -> None:
    file = tmp_path / "messages.csv"
    file.write_text("留言编号,留言用户\n1,A\n", encoding="utf-8")
    done = bancheng(f"sqlite:///{tmp_path}/hall.db", "import", "messages", str(file), fails=True)
    assert "缺少列: 留言主题、留言时间、留言详情、答复意见、答复时间" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_changed_row_under_a_known_number_is_listed_or_corrected_as_the_importer_says(
    tmp_path: Path,
) -> None:
    database, file = f"sqlite:///{tmp_path}/hall.db", tmp_path / "messages.csv"
    file.write_text(HEADING + GOOD, encoding="utf-8")
    bancheng(database, "import", "messages", str(file))
    changed = GOOD.replace("已修复", "未修复").replace("路灯不亮", "路灯又不亮")
    file.write_text(HEADING + changed, encoding="utf-8")
    done = bancheng(database, "import", "messages", str(file), fails=True)
    assert "新导入 0,此前已导入 0,有误 1" in done.stdout
    assert "MESSAGE_CHANGED" in done.stdout
    recording = ("import", "messages", str(file), "--corrections", "record")
    done = bancheng(database, *recording, fails=True)
    assert "新导入 0,此前已导入 0,有误 1;其中登记更正 1 件" in done.stdout
    assert "MESSAGE_NOT_CORRECTABLE" in done.stdout
    file.write_text(HEADING + changed.replace("未修复", "已修复"), encoding="utf-8")
    assert "此前已导入 1,有误 0\n" in bancheng(database, *recording).stdout


def test_a_row_that_can_not_be_read_is_listed_and_swallows_none(tmp_path: Path) -> None:
    database, file = f"sqlite:///{tmp_path}/hall.db", tmp_path / "messages.csv"
    comma = GOOD.replace('"第一行\n第二行"', "您好,您反映的路灯").replace("7,", "8,", 1)
    stray = GOOD.replace('"第一行\n第二行"', '"没有水').replace("7,", "9,", 1)
    file.write_text(
        "留言登记表\n" + HEADING + comma + stray + GOOD + "合计,1\n", encoding="gb18030"
    )
    done = bancheng(database, "import", "messages", str(file), fails=True)
    assert "共 3 行: 新导入 1,此前已导入 0,有误 2" in done.stdout
    rows = [line.split("│") for line in done.stdout.splitlines() if "│" in line]
    assert [(cells[1].strip(), cells[2].strip(), cells[-2].strip()) for cells in rows] == [
        ("3", "8", "ROW_CELLS_MISCOUNTED"),
        ("4", "9", "QUOTE_STRAY"),
    ]


def test_messages_that_wait_come_in_and_the_summary_says_how_many_are_late(tmp_path: Path) -> None:
    database, file = f"sqlite:///{tmp_path}/hall.db", tmp_path / "messages.csv"
    waiting = GOOD.replace("已修复", "").replace("2019/5/9 9:49:14", "")
    file.write_text(HEADING + GOOD + waiting.replace("7,", "8,", 1), encoding="utf-8")
    done = bancheng(database, "import", "messages", str(file))
    assert "共 2 行: 新导入 2,此前已导入 0,有误 0" in done.stdout
    assert "未答复而在办 1 件: 其中已逾期 1 件" in done.stdout
    file.write_text(HEADING + GOOD.replace("7,", "8,", 1), encoding="utf-8")
    done = bancheng(database, "import", "messages", str(file))
    assert "共 1 行: 新导入 1,此前已导入 0,有误 0" in done.stdout
    assert "此前在本厅列为逾期,按来源系统的答复时间为按时 1 件" in done.stdout


def test_what_a_file_holds_is_printed_as_it_is(tmp_path: Path) -> None:
    database, file = f"sqlite:///{tmp_path}/hall.db", tmp_path / "messages.csv"
    row = "[/red][bold]X\x1b[2J\u202e,A,[急]停水,[/昨天]\x07,没水,已恢复,2019/5/9\n"
    row += "7,A,[急]停水,[/昨天]\x07,没水,已恢复,2019/5/9\n"
    file.write_text(HEADING + row + "[/x],A,题,2019/5/9,文,复,2019/5/8\n", encoding="utf-8")
    done = bancheng(database, "import", "messages", str(file), fails=True)
    assert "[/red][bold]X␛[2J" in done.stdout
    assert "「[/昨天]␇」不是时间" in done.stdout
    assert "[/x]" in done.stdout
    assert not set(done.stdout) & {"\x1b", "\x07", "\u202e"}
    refused = bancheng(database, "import", "messages", str(tmp_path / "[/x]\x1b.csv"), fails=True)
    assert "[/x]␛.csv" in refused.stderr.replace("\n", "")


@pytest.mark.skipif(not MESSAGES.exists(), reason="the shared data is not here")
@pytest.mark.parametrize("backend", [pytest.param("sqlite", marks=pytest.mark.real), "postgresql"])
def test_real_messages_are_late_exactly_where_the_oracle_says(database: str, backend: str) -> None:
    first = bancheng(database, "import", "messages", str(MESSAGES))
    assert "共 1372 行: 新导入 1372,此前已导入 0,有误 0" in first.stdout
    assert "按时 1014,逾期 358" in first.stdout
    if backend == "sqlite":  # what the formats say does not depend on the database
        again = bancheng(database, "import", "messages", str(MESSAGES).replace(".xlsx", ".csv.gz"))
        assert "共 1372 行: 新导入 0,此前已导入 1372,有误 0" in again.stdout
    with gzip.open(ORACLE) as file:
        oracle = list(csv.DictReader(io.TextIOWrapper(file, encoding="utf-8-sig")))
    expected = {row["留言编号"] for row in oracle if row["overdue_15wd"] == "1"}
    assert late_tickets(database) == expected
