"""`bancheng import items`: bad rows are listed by line, the rest goes in, once."""

from pathlib import Path

from support.item_tables import INSTANT, NEW, changed, written
from support.program import bancheng


def listed(stdout: str) -> list[list[str]]:
    """The line, code and field of each row that was refused."""
    rows = [line.split("│")[1:4] for line in stdout.splitlines() if "│" in line]
    return [cells for row in rows if (cells := [cell.strip() for cell in row])[0]]


def test_bad_rows_are_listed_by_line_and_the_rest_goes_in(database: str, tmp_path: Path) -> None:
    bancheng(database, "unit", "add", "SCJG", "市场监督管理局")
    file = written(
        tmp_path / "items.csv",
        NEW,  # takes two lines of the file
        changed(NEW, 实施编码="A-3", 事项类型="审批"),
        changed(NEW, 实施编码="A-4", 实施单位="无此单位"),
        changed(NEW, 实施编码="A-5", 承诺时限=""),
        changed(NEW),
        changed(NEW, 实施编码=""),
        INSTANT,
    )
    first = bancheng(database, "import", "items", file, fails=True)
    assert "共 7 行: 新发布 2,新版本 0,没有变化 0,有误 5" in first.stdout
    assert listed(first.stdout) == [
        ["4", "A-3", "事项类型"],
        ["6", "A-4", "实施单位"],
        ["8", "A-5", "承诺时限"],
        ["10", "A-1", "实施编码"],
        ["12", "", "实施编码"],
    ]
    second = bancheng(database, "import", "items", file, fails=True)
    assert "共 7 行: 新发布 0,新版本 0,没有变化 2,有误 5" in second.stdout


def test_a_file_without_a_column_is_refused_whole(tmp_path: Path) -> None:
    file = tmp_path / "items.csv"
    file.write_text("实施编码,事项名称\nA,B\n", encoding="utf-8")
    done = bancheng(f"sqlite:///{tmp_path}/hall.db", "import", "items", str(file), fails=True)
    assert "缺少列: 基本编码、事项类型、办件类型、实施单位、设定依据、生效日期" in done.stderr
    assert "Traceback" not in done.stderr
