"""Only what changed is published again, and every row's fate is told."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bancheng.bootstrap import Container
from bancheng.domain.events import Channel
from bancheng.domain.office.unit import RegisterUnit
from bancheng.domain.time_limits.terms import LimitUnit
from bancheng.importing.batch import Batch
from bancheng.importing.items.columns import FORM
from bancheng.importing.items.publishing import ItemImport, ItemImported
from bancheng.infra.clock import FixedClock
from bancheng.infra.tables import read_table
from support import backends, halls
from support.item_tables import INSTANT, NEW, changed, write_xlsx, written

pytestmark = backends.ONCE

UNITS = {"SCJG": "SCJG", "市场监督管理局": "SCJG"}


@pytest.fixture
def hall(furnished: str) -> Iterator[Container]:
    with halls.hall(furnished, FixedClock(halls.MONDAY)) as container:
        halls.act(container, RegisterUnit(code="SCJG", name="市场监督管理局"))
        yield container


def results(hall: Container, file: Path | str) -> list[ItemImported]:
    batch = Batch(id=hall.engine.ids.new(), source_system="test")
    work = ItemImport(engine=hall.engine, batch=batch, units=UNITS, source="目录")
    return list(work.run(read_table(Path(file), FORM, bytes_max=10**6)))


def imported(hall: Container, file: Path | str) -> dict[str, int | str]:
    """The version each code was published as, or the code of its rejection."""
    found = results(hall, file)
    return {one.code: one.error.code if one.error else one.version for one in found}


@backends.EACH
def test_a_changed_row_is_a_new_version_and_may_change_back(hall: Container, tmp_path: Path):
    before = written(tmp_path / "before.csv", NEW, INSTANT)
    after = written(tmp_path / "after.csv.gz", changed(NEW, 承诺时限="3"), INSTANT)
    assert [imported(hall, file) for file in (before, after, after, before)] == [
        {"A-1": 1, "A-2": 1},
        {"A-1": 2, "A-2": 0},
        {"A-1": 0, "A-2": 0},
        {"A-1": 3, "A-2": 0},
    ]


def test_a_spreadsheet_says_the_same_as_a_text_file(hall: Container, tmp_path: Path):
    write_xlsx(tmp_path / "a.xlsx", (*NEW[:7], 5, *NEW[8:]), (*INSTANT[:3], 1, *INSTANT[4:]))
    assert imported(hall, tmp_path / "a.xlsx") == {"A-1": 1, "A-2": 1}
    assert imported(hall, written(tmp_path / "a.csv", NEW, INSTANT)) == {"A-1": 0, "A-2": 0}


def test_a_limit_is_published_in_the_unit_of_its_heading(hall: Container, tmp_path: Path):
    file = tmp_path / "a.csv"
    written(file, changed(NEW, 承诺时限="4"))
    file.write_text(file.read_text("utf-8-sig").replace("工作日）", "小时）"), "utf-8")
    assert imported(hall, file) == {"A-1": 1}
    (recorded,) = hall.store.load("item-A-1")
    assert recorded.event.item.promised.unit is LimitUnit.NATURAL_HOURS


def test_a_code_that_stands_twice_is_taken_once(hall: Container, tmp_path: Path):
    twice = written(tmp_path / "a.csv", NEW, changed(NEW, 承诺时限="3"))
    assert imported(hall, twice) == {"A-1": "ITEM_LISTED_TWICE"}
    assert imported(hall, written(tmp_path / "b.csv", NEW)) == {"A-1": 0}  # the first row went in


def test_the_trail_says_where_an_item_came_from(hall: Container, tmp_path: Path):
    imported(hall, written(tmp_path / "a.csv", NEW))
    (recorded,) = hall.store.load("item-A-1")
    envelope = recorded.envelope
    assert (envelope.channel, envelope.source_system, envelope.source_id) == (
        Channel.IMPORT, "test", "A-1",
    )  # fmt: skip
    assert envelope.batch_id
    assert recorded.event.source == "目录"


def test_all_cells_of_a_row_that_are_not_understood_are_listed_by_their_columns(
    hall: Container, tmp_path: Path
):
    wrong = changed(NEW, 事项类型="99", 承诺时限="5天", 生效日期="2026-02-30")
    (result,) = results(hall, written(tmp_path / "a.csv", wrong))
    assert result.error is not None
    assert [(one.field, one.code) for one in result.error.each()] == [
        (column, "CELL_UNREADABLE") for column in ("事项类型", "承诺时限", "生效日期")
    ]
