"""The page of rules names a place in the code, and a test, for every rule; both are there."""

import ast
import re
from collections.abc import Iterator
from functools import cache

import pytest

from arch.tree import ROOT, parsed

PAGE = ROOT / "docs" / "rules.md"
_PLACE = re.compile(r"`((?:src|tests)/[\w/.]+\.py)(?::{1,2}([\w.]+))?`")
_BOOK = re.compile(r"`(rulebooks/[\w]+\.toml)`")


def rows() -> Iterator[list[str]]:
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if line.startswith("|") and not set(line) <= set("|- ") and cells[0].strip() != "subject":
            yield cells


ROWS = list(rows())
# What was found to be lost, stuck or out of order once: each has its rules on the page.
SUBJECTS = (
    "身份鉴别",
    "延期须在届满前批准", "改级不消逾期", "转出、退单、终止不消逾期", "任何办理都不抹去逾期",
    "首次结论与最近结论并存", "无时限的阶段也计量", "按时率一个口径",
    "已过的期限不因后来的日期消失",
    "预审退回不是否决", "逾期未告知视为受理", "撤回、终止、补正各有条件", "不予受理的理由",
    "许可法时限只管许可", "地方规定只在当地", "延续与上报转报", "即办承诺与延长", "一件事只算一件",
    "停表须书面告知并有上限", "批后复审", "听证", "收费", "送达与领取", "跨域通办", "一次一评",
    "核查看人不看单位", "窗口当场办结", "受理之后改办", "更正与补充反映", "补录有界",
    "持件人办理环节", "登记的内容须成立", "提级督办", "无人读取的规则不加载", "回访须多次多日",
    "停用单位的承接", "答复", "分流", "事项标准明确",
    "调阅留痕", "访问日志留存", "查人", "不予知悉", "回避", "承办", "帮办", "一窗受理",
    "突发事件", "未诉先办", "改进事项", "转办内容", "删除与限制处理",
    "通知", "督促", "督促阶梯", "督促反馈", "只代表本单位", "发牌有人答复", "行为发牌",
    "督办反馈只随督促", "规则库发布",
)  # fmt: skip


@cache
def _names(path: str) -> set[str]:
    tree = parsed(ROOT / path)
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    found = {node.name for node in ast.walk(tree) if isinstance(node, kinds)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {one.id for one in targets if isinstance(one, ast.Name)}
    return found


def test_every_subject_has_its_rules_and_no_rule_is_of_another():
    assert {row[0].strip("| ") for row in ROWS} == set(SUBJECTS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[1][:60])
def test_each_rule_names_its_source_a_place_in_the_code_and_a_test(row):
    assert len(row) == 5, row
    assert all(row)
    places = _PLACE.findall(row[3]) or _BOOK.findall(row[3])
    tests = _PLACE.findall(row[4])
    assert places, row[3]
    assert tests, row[4]
    for path, name in (*_PLACE.findall(row[3]), *tests):
        assert (ROOT / path).is_file(), path
        assert not name or name.split(".")[-1] in _names(path), f"{path} has no {name}"
    for book in _BOOK.findall(row[3]):
        assert (ROOT / "src" / "bancheng" / book).is_file()
