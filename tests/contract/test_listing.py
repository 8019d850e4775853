"""Tables of the command line: whatever the width, no number is broken and no text is cut."""

import re

import pytest
from rich.text import Text

from arch.tree import SOURCE
from bancheng.cli.console import console
from bancheng.cli.listing import listing

HEADINGS = ("编号", "事项", "单位", "生效日期", "时间", "依据")
NUMBER, TIME = "BCSDEMO202600007", "2026-11-29 22:40"
ITEM = "食品经营许可(仅销售预包装食品的除外)新办、变更、延续与注销"
BASIS = "国办发〔2020〕53号(受理、派单、办理、答复、督办、办结、回访、评价闭环)及各地通行做法"
ROW = (NUMBER, ITEM, "市场监督管理局[城东]", "2026-01-01", TIME, BASIS)


def printed(width, rows, monkeypatch, headings=HEADINGS):
    monkeypatch.setattr(console, "width", width)
    with console.capture() as capture:
        console.print(listing(headings, rows, title="表[一]"))
    return capture.get()


def cells_of(shown):
    """What stands in each column, its lines joined."""
    lines = [re.split("[│┃]", line)[1:-1] for line in shown.splitlines() if "│" in line]
    return ["".join(part.strip() for part in column) for column in zip(*lines, strict=True)]


@pytest.mark.parametrize("width", [80, 100, 120, 160, 300])
def test_numbers_stand_on_one_line_and_texts_are_whole(monkeypatch, width):
    shown = printed(width, [ROW], monkeypatch)
    assert "表[一]" in shown
    assert NUMBER in shown
    assert "2026-01-01" in shown
    assert "…" not in shown
    assert [one.replace(" ", "") for one in cells_of(shown)] == [
        one.replace(" ", "") for one in ROW
    ]
    assert max(map(len, shown.splitlines())) <= width


def test_where_there_is_no_room_a_number_is_folded_and_not_cut(monkeypatch):
    shown = printed(40, [ROW], monkeypatch)
    assert [one.replace(" ", "") for one in cells_of(shown)] == [
        one.replace(" ", "") for one in ROW
    ]


def test_the_number_of_a_step_stands_whole_beside_its_name(monkeypatch):
    row = (Text(f"{NUMBER} 现场核查"), *ROW[1:])
    assert f"{NUMBER} 现场核查" in printed(120, [row], monkeypatch)


def test_every_table_is_laid_out_in_one_place():
    made = {
        path.name
        for path in (SOURCE / "cli").glob("*.py")
        if re.search(r"\bTable\(", path.read_text("utf-8"))
    }
    assert made == {"listing.py", "usage.py"}  # the other has neither borders nor numbers
