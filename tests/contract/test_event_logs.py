"""Event logs are read event by event, within bounds, and each can be found again."""

import gzip
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from bancheng.importing.tables import Column, TableForm
from bancheng.infra.event_logs import read_log
from bancheng.infra.files import TableError, read_text

BYTES_MAX = 100_000
MANY = 5_000
XES = """<?xml version="1.0" encoding="UTF-8"?>
<log xmlns="http://www.xes-standard.org/">
  <string key="creator" value="a"><string key="event" value="nested"/></string>
  <global scope="event"><string key="concept:name" value="default"/></global>
  <trace>
    <string key="concept:name" value=" A-1 "/>
    <event>
      <string key="concept:name" value="收件"><string key="org:group" value="nested"/></string>
      <date key="time:timestamp" value="2026-03-02T09:00:00.000+08:00"/>
    </event>
    <event><string key="concept:name" value="办结"/></event>
    <string key="channel" value="窗口"/>
  </trace>
  <trace><string key="concept:name" value="A-2"/></trace>
  <event><string key="concept:name" value="无主"/></event>
</log>
"""
OF_CASE = {"case:concept:name": "A-1", "case:channel": "窗口"}
EVENTS = [
    ("第 1 件第 1 步",
     OF_CASE | {"concept:name": "收件", "time:timestamp": "2026-03-02T09:00:00.000+08:00"}),
    ("第 1 件第 2 步", OF_CASE | {"concept:name": "办结"}),
    ("第 2 件第 1 步", {"case:concept:name": "A-2"}),
    ("在各件之外", {"concept:name": "无主"}),
]  # fmt: skip


def rows(path: Path, *columns: str, bytes_max: int = BYTES_MAX) -> list[tuple]:
    form = TableForm(tuple(map(Column, columns)), verbatim=True)
    return [row[:2] for row in read_log(path, form, bytes_max=bytes_max)]


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    data = content.encode() if isinstance(content, str) else content
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


@pytest.mark.parametrize("name", ["log.xes", "log.xes.gz", "LOG.XES"])
def test_xes_is_read_trace_by_trace(tmp_path, name):
    assert rows(written(tmp_path, name, XES)) == EVENTS


@pytest.mark.parametrize("change", [('xmlns="', 'x="'), ('xmlns="', 'xmlns:xes="')])
def test_xes_is_read_with_and_without_a_namespace(tmp_path, change):
    text = XES.replace(*change)
    if "xmlns:xes" in text:
        for tag in ("log", "trace", "event", "string", "date", "global"):
            text = text.replace(f"<{tag}", f"<xes:{tag}").replace(f"</{tag}", f"</xes:{tag}")
    assert rows(written(tmp_path, "log.xes", text)) == EVENTS


@pytest.mark.parametrize("name", ["log.csv", "log.csv.gz"])
def test_csv_is_read_by_line_and_empty_lines_are_none(tmp_path, name):
    text = '\ufeff编号(案),环节\nA-1,"收\n件"\n\n,,\n A-2 ,办结\n'
    assert rows(written(tmp_path, name, text), "编号(案)", "环节") == [
        ("第 2 行", {"编号(案)": "A-1", "环节": "收\n件"}),
        ("第 6 行", {"编号(案)": "A-2", "环节": "办结"}),
    ]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("log.csv", "a,b\n1,2\n", "缺少列: c"),
        ("log.csv", "c,b,c\n1,2,3\n", "有多列同名或同义: c"),
        ("log.csv", "c\n\xff\n".encode("latin-1"), "无法读取"),
        ("log.xes", XES.replace("<log", "<!DOCTYPE log [<!ENTITY e 'x'>]>\n<log"), "DOCTYPE"),
        ("log.xes", XES[:400], "不是有效的 XML"),
        ("log.xes", XES.replace("A-2", "&e;"), "不是有效的 XML"),
        ("log.xes", "", "不是有效的 XML"),
        ("log.xes", "<html><trace/></html>", "最外层元素是 html 而不是 log"),
        ("log.xes", XES.replace("UTF-8", "GB18030"), "无法读取"),
        ("log.json", "{}", "不认识文件"),
    ],
)  # fmt: skip
def test_a_file_that_can_not_be_read_says_why(tmp_path, name, content, said):
    with pytest.raises(TableError, match=said):
        rows(written(tmp_path, name, content), "c")


@pytest.mark.parametrize("name", ["log.csv.gz", "log.xes.gz"])
def test_a_broken_archive_says_so(tmp_path, name):
    path = written(tmp_path, name, XES * 20)
    whole = path.read_bytes()
    for broken in (whole[:-20], whole[:60] + b"\0\0\0\0" + whole[64:], b"no archive"):
        path.write_bytes(broken)
        with pytest.raises(TableError, match=r"无法读取|不是有效的 XML|缺少列"):
            rows(path, "c")


@pytest.mark.parametrize("name", ["log.csv", "log.csv.gz", "log.xes", "log.xes.gz"])
def test_what_a_file_unpacks_to_is_bounded(tmp_path, name):
    if ".csv" in name:
        content = "c\n" + "1\n" * MANY
    else:
        content = XES.replace("</log>", "<trace></trace>" * MANY + "</log>")
    path = written(tmp_path, name, content)
    size = len(content.encode())
    with pytest.raises(TableError, match=f"超过上限 {size - 1} 字节"):
        rows(path, "c", bytes_max=size - 1)
    assert len(rows(path, "c", bytes_max=size)) >= MANY


@pytest.mark.parametrize(
    ("form", "said"), [("yyyy-mm-dd", "2024-01-10"), ("yyyy-mm-dd hh:mm", "2024-01-10 00:00:00")]
)
def test_a_date_cell_is_a_day_unless_it_shows_a_clock(tmp_path, form, said):
    book = Workbook()
    book.active.append(("编号", "环节", "时间", "期限"))
    book.active.append(("1", "受理", datetime(2024, 1, 5, 9), datetime(2024, 1, 10)))
    book.active["D2"].number_format = form
    book.save(tmp_path / "log.xlsx")
    times = (Column(one, is_time=True) for one in ("时间", "期限"))
    form = TableForm((Column("编号"), Column("环节"), *times), verbatim=True)
    (row,) = read_log(tmp_path / "log.xlsx", form, bytes_max=10**6)
    assert (row.error, row.cells["期限"]) == (None, said)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(TableError, match="找不到文件"):
        rows(tmp_path / "none.xes")


def test_a_text_is_bounded_and_utf_8(tmp_path):
    assert read_text(written(tmp_path, "a.toml", "a = '办'"), bytes_max=100) == "a = '办'"
    with pytest.raises(TableError, match="UTF-8"):
        read_text(written(tmp_path, "b.toml", "办".encode("gbk")), bytes_max=100)
    with pytest.raises(TableError, match="超过上限 3 字节"):
        read_text(written(tmp_path, "c.toml", "a = 1"), bytes_max=3)
