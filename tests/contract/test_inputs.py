"""From input to command: what is wrong is said in Chinese and names the field."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import msgspec
import pytest
from msgspec import Meta

from bancheng.app.inputs import to_command
from bancheng.domain.errors import InvalidInput
from bancheng.domain.people import FreeText, PersonName, Phone, Reporter, Title
from bancheng.domain.phone_numbers import RULE as PHONE_RULE


class Colour(StrEnum):
    RED = "red"


class Paint(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """测试指令: of every kind."""

    title: Annotated[Title, Meta(description="标题,一句话")]
    reporter: Annotated[Reporter | None, Meta(description="反映人")] = None
    notes: Annotated[tuple[FreeText, ...], Meta(description="备注", max_length=2)] = ()
    amount: Annotated[int, Meta(ge=1, le=9, description="数量")] = 1
    code: Annotated[str, Meta(max_length=3, pattern="^[a-z]*$", description="代码")] = ""
    colour: Annotated[Colour, Meta(description="颜色")] = Colour.RED
    at: Annotated[datetime | None, Meta(description="时间(可不填)")] = None
    place: Annotated[str, Meta(max_length=2, description="地点")] | None = None
    done: bool = False


def test_good_input_becomes_a_command():
    command = to_command(
        Paint,
        {
            "title": " 事由 ",
            "reporter": {"name": "张三", "phone": "13800138000"},
            "notes": ["一", "二"],
            "colour": Colour.RED,
            "at": "2026-03-02T09:00:00+08:00",
        },
    )
    assert command == Paint(
        title=Title("事由"),
        reporter=Reporter(name=PersonName("张三"), phone=Phone("13800138000")),
        notes=(FreeText("一"), FreeText("二")),
        at=datetime(2026, 3, 2, 1, tzinfo=UTC),
    )
    assert command.at.tzinfo is UTC


@pytest.mark.parametrize(
    ("changes", "code", "field", "message"),
    [
        ({"title": ""}, "FIELD_EMPTY", "title", "标题不能为空"),
        ({"title": "字" * 201}, "FIELD_TOO_LONG", "title", "标题共 201 字,超过上限 200 字"),
        ({"title": None}, "FIELD_INVALID", "title", "标题:应为文字"),
        ({"title": 5}, "FIELD_INVALID", "title", "标题:应为文字"),
        ({"reporter": {"name": "张", "phone": "abc"}}, "PHONE_MALFORMED", "reporter.phone",
         f"电话{PHONE_RULE}"),
        ({"reporter": {}}, "FIELD_INVALID", "reporter.name", "姓名:不能缺少"),
        ({"reporter": "张三"}, "FIELD_INVALID", "reporter",
         "反映人:类型应为 object | null,实为 str"),
        ({"notes": ["好", " "]}, "FIELD_EMPTY", "notes[1]", "备注不能为空"),
        ({"notes": ["一", "二", "三"]}, "FIELD_INVALID", "notes", "备注:长度不得超过 2"),
        ({"amount": 0}, "FIELD_INVALID", "amount", "数量:不得小于 1"),
        ({"amount": 10}, "FIELD_INVALID", "amount", "数量:不得大于 9"),
        ({"amount": "1"}, "FIELD_INVALID", "amount", "数量:类型应为 int,实为 str"),
        ({"code": "abcd"}, "FIELD_INVALID", "code", "代码:长度不得超过 3"),
        ({"code": "A"}, "FIELD_INVALID", "code", "代码:格式不符"),
        ({"colour": "blue"}, "FIELD_INVALID", "colour", "颜色:没有 'blue' 这一选项"),
        ({"at": "昨天"}, "FIELD_INVALID", "at", "时间:不是有效的日期或时间"),
        ({"at": datetime(2026, 3, 2)}, "FIELD_INVALID", "at",
         "时间:时间须注明时区,如 2026-03-02T09:00:00+08:00"),
        ({"place": "abc"}, "FIELD_INVALID", "place", "地点:长度不得超过 2"),
        ({"done": "yes"}, "FIELD_INVALID", "done", "done:类型应为 bool,实为 str"),
        ({"other": 1}, "FIELD_INVALID", "other", "other:不是可填的字段"),
    ],
)  # fmt: skip
def test_what_is_wrong_names_the_field(changes, code, field, message):
    with pytest.raises(InvalidInput) as caught:
        to_command(Paint, {"title": "事由"} | changes)
    error = caught.value
    assert (error.code, error.field, error.message) == (code, field, message)
    assert error.remedy


def test_a_missing_field_is_named():
    with pytest.raises(InvalidInput) as caught:
        to_command(Paint, {})
    assert (caught.value.field, caught.value.message) == ("title", "标题:不能缺少")


def test_input_that_is_no_object_is_refused():
    with pytest.raises(InvalidInput, match="FIELD_INVALID"):
        to_command(Paint, [])


def test_a_rejection_never_shows_the_value():
    with pytest.raises(InvalidInput) as caught:
        to_command(Paint, {"title": "事由", "reporter": {"name": "张", "phone": "138secret"}})
    assert "secret" not in str(caught.value)


def test_a6_all_faults_of_an_input_come_at_once_each_with_its_field():
    with pytest.raises(InvalidInput) as refused:
        to_command(
            Paint,
            {
                "reporter": {"name": "", "phone": "abc"},
                "notes": ["好", ""],
                "amount": 12,
                "colour": "13800138000",
                "at": "yesterday",
            },
        )
    found = [refused.value, *refused.value.others]
    assert [(one.code, one.field) for one in found] == [
        ("FIELD_INVALID", "title"),
        ("FIELD_EMPTY", "reporter.name"),
        ("PHONE_MALFORMED", "reporter.phone"),
        ("FIELD_EMPTY", "notes[1]"),
        ("FIELD_INVALID", "amount"),
        ("FIELD_INVALID", "colour"),
        ("FIELD_INVALID", "at"),
    ]
    said = "".join(one.message for one in found)
    assert "13800138000" not in said
    assert all(one.remedy for one in found)
