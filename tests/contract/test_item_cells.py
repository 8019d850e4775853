"""How people write an item in one row, and what is said of what can not be read."""

from datetime import date, datetime
from pathlib import Path

import pytest

from bancheng.domain.errors import InvalidInput
from bancheng.domain.item_types import PowerType
from bancheng.domain.items import (
    CaseKind,
    Charge,
    Copies,
    DeliveryWay,
    ItemLevel,
    Material,
    MaterialOrigin,
    SpecialProcedure,
)
from bancheng.domain.office.item_publication import PublishItem, StatedLimit, StatedStep
from bancheng.domain.time_limits.limit import LimitUnit
from bancheng.importing.items.cells import stated
from bancheng.importing.items.columns import FORM, heading_of

UNITS = {"SCJG": "SCJG", "市场监督管理局": "SCJG", "XFJY": "XFJY", "消防救援大队": "XFJY"}
BARE = {
    "实施编码": "0141-01",
    "基本编码": "0141",
    "事项名称": "食品经营许可新办",
    "事项类型": "行政许可",
    "办件类型": "即办件",
    "实施单位": "市场监督管理局",
    "设定依据": "食品安全法第三十五条",
    "生效日期": "2026-01-01",
}
WHOLE = BARE | {
    "事项层级": "业务办理项",
    "上级编码": "0141",
    "办件类型": "承诺件",
    "法定时限": "20",
    "承诺时限": "5个工作日",
    "申请材料": "申请表\n营业执照|复印件|数据共享|可容缺;委托书|原件||非必要",
    "特别程序": "现场勘查|10|不计入|行政许可法第四十五条\n公示｜5个工作日｜计入",
    "办理环节": "受理||4个工作小时\n现场核查|消防救援大队|3\n决定",
    "收费": "工本费|10.5|发改价格〔2020〕1号",
    "送达方式": "窗口领取、邮寄",
    "窗口": "W01,W02",
    "一件事子项": "A-1；A-2",
    "生效日期": "2026年1月1日",
    "失效日期": "2030/12/31",
}


def test_a_row_is_read_whole():
    assert stated(WHOLE, UNITS, "目录.xlsx") == PublishItem(
        code="0141-01",
        basic_code="0141",
        name="食品经营许可新办",
        level=ItemLevel.BUSINESS,
        parent="0141",
        type=PowerType.LICENCE,
        kind=CaseKind.PROMISED,
        unit="SCJG",
        legal_basis="食品安全法第三十五条",
        statutory=StatedLimit(amount=20),
        promised=StatedLimit(amount=5),
        materials=(
            Material(code="M01", name="申请表"),
            Material(
                code="M02", name="营业执照", copies=Copies.COPY, origin=MaterialOrigin.SHARED,
                gap_allowed=True,
            ),
            Material(code="M03", name="委托书", required=False),
        ),
        procedures=(
            SpecialProcedure(
                code="P01", name="现场勘查", working_days=10, basis="行政许可法第四十五条"
            ),
            SpecialProcedure(code="P02", name="公示", working_days=5, counted=True),
        ),
        steps=(
            StatedStep(name="受理", limit=StatedLimit(amount=4, unit=LimitUnit.WORKING_HOURS)),
            StatedStep(name="现场核查", unit="XFJY", limit=StatedLimit(amount=3)),
            StatedStep(name="决定"),
        ),
        charges=(Charge(name="工本费", amount_fen=1050, basis="发改价格〔2020〕1号"),),
        deliveries=(DeliveryWay.COUNTER, DeliveryWay.POST),
        windows=("W01", "W02"),
        children=("A-1", "A-2"),
        effective_from=date(2026, 1, 1),
        effective_to=date(2030, 12, 31),
        source="目录.xlsx",
    )  # fmt: skip


def test_what_is_left_empty_is_as_usual():
    command = stated(BARE | {"法定时限": "", "申请材料": " ; "}, UNITS, "目录")
    assert (command.level, command.parent, command.statutory) == (ItemLevel.BUSINESS, None, None)
    assert (command.materials, command.deliveries) == ((), (DeliveryWay.COUNTER,))


@pytest.mark.parametrize(
    ("column", "text", "field", "value"),
    [
        ("事项类型", "20", "type", PowerType.PUBLIC_SERVICE),
        ("事项类型", "1", "type", PowerType.LICENCE),  # how a spreadsheet keeps 01
        ("事项类型", "01", "type", PowerType.LICENCE),
        ("办件类型", "instant", "kind", CaseKind.INSTANT),
        ("实施单位", "SCJG", "unit", "SCJG"),
        ("实施单位", "无此单位", "unit", "无此单位"),  # the decision refuses it
        ("法定时限", "30日", "statutory", StatedLimit(amount=30, unit=LimitUnit.NATURAL_DAYS)),
        ("法定时限", "20工作日", "statutory", StatedLimit(amount=20)),
        ("生效日期", datetime(2026, 3, 1), "effective_from", date(2026, 3, 1)),
    ],
)
def test_a_word_may_be_written_in_several_ways(column, text, field, value):
    command = stated(BARE | {column: text}, UNITS, "目录")
    assert getattr(command, field) == value


@pytest.mark.parametrize(
    ("column", "text", "says"),
    [
        ("实施编码", "", "不能缺少"),
        ("实施编码", "有 空格", "格式不符"),
        ("事项名称", "", "不能缺少"),
        ("事项名称", "长" * 201, "长度不得超过 200"),
        ("事项层级", "顶层", "没有「顶层」这一选项,可选 主项、子项、业务办理项"),
        ("事项类型", "11", "没有「11」这一选项"),
        ("办件类型", "快办件", "没有「快办件」这一选项"),
        ("法定时限", "二十", "「二十」不是时限"),
        ("法定时限", "20天", "「20天」不是时限"),
        ("承诺时限", "0", "不得小于 1"),
        ("承诺时限", "20001", "不得大于 20000"),
        ("申请材料", "执照|扫描件", "没有「扫描件」这一选项"),
        ("申请材料", "执照|原件|自备", "没有「自备」这一选项"),
        ("申请材料", "执照|原件|数据共享|可缺", "没有「可缺」这一选项,可选 必要、非必要、可容缺"),
        ("申请材料", "执照|原件|数据共享|必要|多余", "多于 4 段"),
        ("申请材料", "|原件", "长度不得少于 1"),
        ("特别程序", "听证", "不是时限"),
        ("特别程序", "听证|20日", "须以工作日计"),
        ("特别程序", "听证|20|不算", "没有「不算」这一选项,可选 计入、不计入"),
        ("办理环节", "受理|SCJG|一天", "「一天」不是时限"),
        ("收费", "工本费", "不是金额"),
        ("收费", "工本费|10.555", "不是金额"),
        ("收费", "工本费|-1", "不是金额"),
        ("收费", "工本费|999999999", "不得大于 2000000000"),
        ("送达方式", "快递", "没有「快递」这一选项"),
        ("一件事子项", "有 空格", "格式不符"),
        ("生效日期", "", "不能缺少"),
        ("生效日期", "2026-02-30", "「2026-02-30」不是日期"),
        ("失效日期", "长期", "「长期」不是日期"),
    ],
)
def test_what_can_not_be_read_names_its_column(column, text, says):
    with pytest.raises(InvalidInput) as caught:
        stated(WHOLE | {column: text}, UNITS, "目录")
    assert heading_of(caught.value.field) == column
    assert says in caught.value.message
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("said", "text", "limit"),
    [
        ("小时", "4", StatedLimit(amount=4, unit=LimitUnit.NATURAL_HOURS)),
        ("工作小时", "4个工作小时", StatedLimit(amount=4, unit=LimitUnit.WORKING_HOURS)),
        ("自然日", "30日", StatedLimit(amount=30, unit=LimitUnit.NATURAL_DAYS)),
        ("工作日", "5", StatedLimit(amount=5)),
    ],
)
def test_a_bare_number_is_in_the_unit_that_is_said_beside_it(said, text, limit):
    command = stated(BARE | {"法定时限": text, "法定时限单位": said}, UNITS, "目录")
    assert command.statutory == limit


@pytest.mark.parametrize(
    ("said", "text", "says"),
    [
        ("小时", "5个工作日", "「5个工作日」与单位「小时」不符"),
        ("", "5", "没有写明单位"),
        ("月", "5", "「5」不是时限"),
    ],
)
def test_a_unit_that_contradicts_or_is_missing_is_refused(said, text, says):
    with pytest.raises(InvalidInput) as caught:
        stated(BARE | {"承诺时限": text, "承诺时限单位": said}, UNITS, "目录")
    assert heading_of(caught.value.field) == "承诺时限"
    assert says in caught.value.message


@pytest.mark.parametrize("text", ["1900/1/1", "0001/1/1", "9999-12-31"])
def test_what_stands_for_no_date_is_no_date(text):
    with pytest.raises(InvalidInput) as caught:
        stated(WHOLE | {"失效日期": text}, UNITS, "目录")
    assert (caught.value.code, heading_of(caught.value.field)) == ("TIME_IMPLAUSIBLE", "失效日期")


def test_a_field_that_has_no_column_keeps_its_name():
    assert heading_of("source") == "source"
    assert heading_of(None) is None


@pytest.mark.parametrize(
    "heading", [heading for column in FORM.columns for heading in column.headings]
)
def test_the_guide_explains_each_column(heading):
    guide = (Path(__file__).parents[2] / "docs" / "items.md").read_text(encoding="utf-8")
    explained = [line.split(" | ")[0] for line in guide.splitlines() if line.startswith("| ")]
    assert any(heading in cell for cell in explained)
