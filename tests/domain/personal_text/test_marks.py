"""What of a text is marked as about a person, and what an office numbers and nobody may star."""

from collections import Counter

import pytest

from bancheng.domain.personal_text.marks import Mark, MarkKind, marked, marks_in
from domain.personal_text.texts import Report, reports

REPORTS = reports(2_000)


def parts(text: str, *own: tuple[MarkKind, str]) -> list[tuple[str, str]]:
    return [(text[one.start : one.end], one.kind.label) for one in marks_in(text, own)]


def covered(mark: Mark, others: tuple[Mark, ...] | list[Mark]) -> bool:
    return any(one.start <= mark.start and mark.end <= one.end for one in others)


def measured(texts: list[Report]) -> tuple[Counter, Counter, Counter, Counter]:
    """Of each kind: how many there are, are wholly marked, are marked, and rightly so."""
    there, found, said, right = Counter(), Counter(), Counter(), Counter()
    for text, truth in texts:
        marks = marks_in(text)
        for one in truth:
            there[one.kind] += 1
            found[one.kind] += covered(one, marks)
        for one in marks:
            said[one.kind] += 1
            right[one.kind] += any(t.start < one.end and one.start < t.end for t in truth)
    return there, found, said, right


def test_of_two_thousand_invented_reports_nearly_all_is_found_and_nearly_nothing_else():
    there, found, said, right = measured(REPORTS)
    assert set(there) == set(MarkKind)
    recall = {kind.value: found[kind] / there[kind] for kind in MarkKind}
    precision = {kind.value: right[kind] / said[kind] for kind in MarkKind}
    assert {kind: rate for kind, rate in recall.items() if rate < 0.98} == {}
    assert {kind: rate for kind, rate in precision.items() if rate < 0.98} == {}


@pytest.mark.parametrize(
    "text",
    [
        "办件编号BCSTEST2026000001-01", "受理单号:13812345678901", "长政发〔2024〕12号",
        "建房[2019]第163号", "统一社会信用代码91430100MA4L16JQ9B", "2024年3月5日缴费13800元",
        "依据《行政许可法》第三十二条", "事项编码11430100MB00010004430112001000", "20190228",
        "已投诉12345、12315", "国务院令第722号", "3号窗口、地铁6号线", "面积138.00138平方米",
        "不动产权第0012345号", "合同编号 430102199003074512", "快递单号6222021234567890128",
        "王主任、李局长", "本人于今年购房", "全体业主反映", "和平路有积水",
    ],
)  # fmt: skip
def test_no_number_of_an_office_and_no_official_is_marked(text: str):
    assert parts(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("电话138 0013 8000。", [("138 0013 8000", "电话")]),
        ("１３８００１３８０００", [("１３８００１３８０００", "电话")]),
        ("一三八零零一三八零零零", [("一三八零零一三八零零零", "电话")]),
        ("座机8765-4321", [("8765-4321", "电话")]),
        ("护照E12345678", [("E12345678", "证件号码")]),
        ("身份证430***1990", [("430***1990", "证件号码")]),
        ("430102900307451", [("430102900307451", "证件号码")]),
        ("湘AD12345、湘A1234学", [("湘AD12345", "车牌号"), ("湘A1234学", "车牌号")]),
        ("请向李女士了解", [("李", "姓名")]),
        ("找欧阳娜娜女士", [("欧阳娜娜", "姓名")]),
        ("投诉人：刘严联系电话", [("刘严", "姓名")]),
        ("住梅溪湖街道望江苑12栋3单元", [("梅溪湖街道望江苑12栋3单元", "地址")]),
        ("加微信abc_12345", [("abc_12345", "网络账号")]),
    ],
)
def test_what_is_about_a_person_is_marked_as_what_it_is(text: str, found):
    assert parts(text) == found


def test_what_is_known_of_the_reporter_is_found_wherever_it_stands():
    text = "街坊都知道张 建国,老张建国的事"
    assert parts(text) == []
    assert parts(text, (MarkKind.NAME, "张建国")) == [("张 建国", "姓名"), ("张建国", "姓名")]


def test_a_proposal_says_what_it_leaves_out_and_where():
    found = marked("我叫张建国,电话13800138000。", [(MarkKind.NAME, "张建国")])
    assert found.text == "我叫【姓名】,电话【电话】。"
    assert [found.text[one.start : one.end] for one in found.marks] == ["【姓名】", "【电话】"]


def test_a_long_text_is_marked_in_a_moment():
    text = "一路区号" * 2_500
    assert len(marked(text).text) <= len(text) * 2
