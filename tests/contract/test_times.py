"""Times as people write them in tables."""

from datetime import datetime

import pytest

from bancheng.domain.errors import InvalidInput
from bancheng.importing.times import of_cell, told

AT = datetime(2024, 1, 5, 8, 5)


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-05 08:05", "2024-01-05T08:05:00", "2024/1/5 8:05", "2024/1/5 8:05:00.000",
        "2024.1.5 08:05", "2024年1月5日 08:05", "2024年1月5日8时5分", "2024年1月5日 8点5分0秒",
        "2024/1/5 上午8:05", "2024/1/5 8:05:00 上午", "2024/1/5 8:05 AM", "2024/01/05 08:05am",
        "20240105080500", "202401050805", "2024-01-05 星期五 08:05", "2024年1月5日(周五) 8:05",
        "20240105 08:05", "２０２４／１／５　８：０５", " 2024-1-5  8:05:00 ",
    ],
)  # fmt: skip
def test_a_time_with_a_clock_is_read(text):
    assert told(text) == (AT, False)


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-05",
        "2024/1/5",
        "2024.1.5",
        "2024年1月5日",
        "2024年01月05号",
        "20240105",
        "2024年1月5日星期五",
        "2024-01-05(礼拜五)",
    ],
)
def test_a_day_is_read_as_a_day(text):
    assert told(text) == (datetime(2024, 1, 5), True)


def test_midnight_that_was_written_is_no_day():
    assert told("2024-01-05 00:00:00") == (datetime(2024, 1, 5), False)


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("上午12:00", 0),
        ("下午12:00", 12),
        ("下午3:00", 15),
        ("下午3点", 15),
        ("3:00 PM", 15),
        ("12:00 am", 0),
    ],
)
def test_halves_of_the_day_are_read(text, hour):
    assert told(f"2024/1/5 {text}") == (datetime(2024, 1, 5, hour), False)


@pytest.mark.parametrize(
    "text",
    [
        "", "昨天", "2024", "2024-01", "2024-13-01", "2024-02-30", "24/1/5", "1/5/2024", "45296",
        "2024-1/5", "2024-01-05 25:00",
        "2024-01-05 24:00", "2024-01-05 08:60", "2024/1/5 下午13:00",
        "2024-01-05 星期一", "2024-01-05 13:00 PM", "2024-01-05 上午8:05 AM", "20240105250000",
        "20241305080500", "2024-01-05x", "2024-01-05 08", "999-01-01",
    ],
)  # fmt: skip
def test_what_is_no_time_is_none(text):
    assert told(text) is None


def test_a_date_cell_at_midnight_is_a_day():
    assert of_cell(datetime(2024, 1, 5)).is_day
    assert not of_cell(AT).is_day


@pytest.mark.parametrize("text", ["1900/1/1", "0001/1/1", "9999-12-31", "1949-12-31", "2101-1-1"])
def test_what_other_systems_write_for_none_is_refused(text):
    found = told(text)
    assert found is not None
    with pytest.raises(InvalidInput, match="不是实际日期") as refusal:
        found.checked("留言时间")
    assert (refusal.value.code, refusal.value.field) == ("TIME_IMPLAUSIBLE", "留言时间")
