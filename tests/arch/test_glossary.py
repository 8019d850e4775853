"""The glossary is what the code says, and one term has one identifier."""

import re
import subprocess
import sys
from collections import defaultdict

import pytest

from arch.tree import ROOT
from bancheng import glossary
from bancheng.app.registry import ACTS
from bancheng.domain.events import TOPICS

PAGE = ROOT / "docs" / "glossary.md"
ENTRIES = [entry for _, section in glossary.sections() for entry in section]
HOW = "run: python -m bancheng.glossary > docs/glossary.md"
TERM = re.compile(r"[\u4e00-\u9fff0-9]")

# Kind, term, and what the identifier holds. From the vocabulary that the product was designed
# with (2026-11), where it and the code name the same thing; a new word is added with its act.
# Words were chosen anew when the code was written: the fourth step is DEADLINE, not resolve,
# since a unit may also end it by explaining; the lightest warning level is NORMAL, not green;
# 派单 is the thing that a unit receives, so the act that sends it is 派发; 工单 alone is no word.
AGREED = [
    ("Step", "发现问题", "DISCOVER"),
    ("Step", "分析原因", "ANALYSE"),
    ("Step", "派发工单", "DISPATCH"),
    ("Step", "限期解决", "DEADLINE"),
    ("Step", "结果核查", "VERIFY"),
    ("Step", "监督检查", "SUPERVISE"),
    ("TicketCategory", "投诉", "COMPLAINT"),
    ("TicketCategory", "建议", "SUGGESTION"),
    ("TicketCategory", "咨询", "INQUIRY"),
    ("TicketCategory", "表扬", "PRAISE"),
    ("value", "办不成事工单", "Ticket"),
    ("value", "派单", "WorkOrder"),
    ("value", "延期", "Extension"),
    ("value", "计时暂停", "Pause"),
    ("command", "受理", "Accept"),
    ("command", "不予受理", "Refuse"),
    ("command", "派发", "Dispatch"),
    ("command", "签收", "SignIn"),
    ("command", "退单", "Return"),
    ("command", "改派", "Reassign"),
    ("command", "催办", "Urge"),
    ("command", "督办", "Supervision"),
    ("command", "回访", "CallBack"),
    ("command", "核查通过", "Verification"),
    ("command", "重办", "Rework"),
    ("command", "销号", "StrikeOff"),
    ("event", "受理", "Accepted"),
    ("event", "不予受理", "Refused"),
    ("event", "派发", "WorkOrderDispatched"),
    ("event", "签收", "SignedIn"),
    ("event", "退单", "Returned"),
    ("event", "改派", "Reassigned"),
    ("event", "回访", "CallBack"),
    ("event", "重办", "Rework"),
    ("event", "销号", "StruckOff"),
    ("DayKind", "调休上班", "MAKE_UP_WORKDAY"),
    ("LimitUnit", "个工作日", "WORKING_DAYS"),
    ("LimitUnit", "日", "NATURAL_DAYS"),
    ("PauseKind", "特别程序", "SPECIAL_PROCEDURE"),
    ("WarningLevel", "黄牌", "YELLOW"),
    ("WarningLevel", "红牌", "RED"),
    ("WarningLevel", "蓝色", "BLUE"),
    ("WarningLevel", "橙色", "ORANGE"),
    ("Rung", "催办", "URGE"),
    ("Rung", "督办", "SUPERVISE"),
    ("Rung", "通报", "BULLETIN"),
    ("Rung", "约谈", "INTERVIEW"),
    ("Rung", "问责", "HOLD_ACCOUNTABLE"),
    ("vocabulary", "特殊群体", "SpecialGroup"),
    ("SpecialGroup", "军人依法优先", "MILITARY"),
    ("Role", "效能监察员", "EFFICIENCY_SUPERVISOR"),
    ("vocabulary", "更正办法", "Corrections"),
    ("vocabulary", "停表计法", "StopCounts"),
    ("Channel", "好差评", "RATING"),
    ("Channel", "巡查", "INSPECTION"),
    ("metric", "响应率", "response_rate"),
    ("metric", "解决率", "resolution_rate"),
    ("metric", "满意率", "satisfaction_rate"),
    ("metric", "按时办结率", "on_time_rate"),
    ("metric", "提前办结率", "early_rate"),
    ("metric", "一次办结率", "first_time_rate"),
]


def _kind(entry: glossary.Entry) -> str:
    return entry.kind.partition(" · ")[0]


def test_the_page_is_what_the_code_says():
    assert PAGE.read_text(encoding="utf-8") == glossary.render(), HOW


def test_the_command_on_the_page_writes_it():
    run = subprocess.run(
        [sys.executable, "-m", "bancheng.glossary"], capture_output=True, check=True, timeout=60
    )

    assert run.stdout.decode("utf-8") == glossary.render()


def test_every_word_has_a_term_and_a_meaning():
    assert [entry for entry in ENTRIES if not TERM.search(entry.term) or not entry.meaning] == []


def test_every_event_and_every_act_is_in_it():
    identifiers = {entry.identifier for entry in ENTRIES}

    assert {cls.__name__ for cls in TOPICS.values()} <= identifiers
    assert {act.name for act in ACTS} <= identifiers


@pytest.mark.parametrize(("one", "other"), [("term", "identifier"), ("identifier", "term")])
def test_one_term_has_one_identifier_of_a_kind(one, other):
    found = defaultdict(set)
    for entry in ENTRIES:
        found[_kind(entry), getattr(entry, one)].add(getattr(entry, other))

    assert {key: names for key, names in found.items() if len(names) > 1} == {}


@pytest.mark.parametrize(("kind", "term", "word"), AGREED)
def test_the_code_uses_the_agreed_word(kind, term, word):
    named = [e.identifier for e in ENTRIES if _kind(e) == kind and e.term == term]

    assert len(named) == 1
    assert word in named[0]


def test_every_cited_source_is_explained():
    keys = {key for entry in ENTRIES for key in re.findall(r"\b[A-Z][A-Z0-9]{1,4}\b", entry.source)}

    assert keys <= set(glossary.SOURCES)


@pytest.mark.parametrize(
    ("doc", "explained"),
    [
        ("督办: a supervision_order. More of it.", ("督办", "a supervision_order", "–")),
        ("重办: again,\n    and later (JN 27, H1).", ("重办", "again, and later", "JN 27, H1")),
        ("时限单位. One ``day``.", ("时限单位", "One `day`", "–")),
        ("No Chinese term.", ("", "", "–")),
    ],
)
def test_a_docstring_is_read(doc, explained):
    assert glossary.explained(doc) == explained
