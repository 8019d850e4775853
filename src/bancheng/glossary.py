"""词汇表: every word of the hall with its one identifier, derived from the code.

``python -m bancheng.glossary > docs/glossary.md`` writes it again.
"""

import importlib
import inspect
import pkgutil
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import msgspec

import bancheng.domain
import bancheng.importing
from bancheng.app.acts.act import Act
from bancheng.app.registry import ACTS
from bancheng.domain.commands import Command
from bancheng.domain.errors import DomainError
from bancheng.domain.events import TOPICS, Event
from bancheng.domain.labelled import Labelled
from bancheng.domain.people import Personal, Role
from bancheng.domain.steps import Step
from bancheng.projections import matters, office
from bancheng.projections.ledger.declared import Ledger
from bancheng.projections.registry import LISTED, REPORTS
from bancheng.projections.reports import work_done
from bancheng.projections.reports.metrics import MetricRow, metric_rows
from bancheng.projections.reports.report import Report

COLUMNS = ("中文", "identifier", "kind", "meaning", "source")
NONE = "–"

# What the short keys in docstrings stand for. Local practice is known from notices and news.
SOURCES = {
    "AY": "安阳市政务服务条例 (2021)",
    "E8": "三明市效能督查单做法 (news)",
    "H1": "a city's 12345 handling rules (excerpt, city not named)",
    "JN": "济南市12345市民服务热线条例 (2018)",
    "S0": "通辽市科尔沁区 综合窗口外包 (tender)",
    "S2": "鄂州市华容区 窗口服务 (tender)",
    "S4": "澄迈县 综合窗口建设运营 (tender)",
    "W2": "天津滨海新区“办不成事”窗口做法 (news)",
    "WF": "潍坊市12345政务服务便民热线条例 (2021)",
}

_OTHERS = (matters, office, work_done)
_TERM = re.compile(r"([\u4e00-\u9fff0-9][\u4e00-\u9fff0-9「」]*)[:.,。]\s*(.*)", re.DOTALL)
_CITED = re.compile(rf"\s*\((?:seeds? )?([^()]*\b(?:{'|'.join(SOURCES)})\b[^()]*)\)")


@dataclass(frozen=True)
class Entry:
    """词条: one line of the glossary."""

    term: str
    identifier: str
    kind: str
    meaning: str
    source: str = NONE
    code: str = ""


def sections() -> Iterator[tuple[str, list[Entry]]]:
    """The headings of the glossary and the entries below each."""
    classes = list(_classes())
    vocabularies = [cls for cls in classes if issubclass(cls, Labelled) and cls is not Labelled]
    yield "环节 Steps", _members(Step)
    yield "角色 Roles", [_role(role) for role in Role]
    yield "事实 Events", [_event(topic) for topic in _by_step()]
    yield "指令 Commands", [_command(act) for act in ACTS]
    yield (
        "状态与词表 States and vocabularies",
        [
            entry
            for cls in vocabularies
            for entry in (
                [_of(cls, "vocabulary")] + (_members(cls) if cls not in (Step, Role) else [])
            )
        ],
    )
    yield "值 Values", [_of(cls, "value") for cls in classes if _is_value(cls)]
    yield "拒绝 Rejections", [_of(c, "rejection") for c in classes if issubclass(c, DomainError)]
    yield "台账 Ledgers", [_ledger(ledger) for ledger in LISTED]
    yield "统计 Reports", [_report(report) for report in REPORTS]
    yield "其他投影 Other projections", [_other(each) for each in _OTHERS]
    yield "指标 Metrics", [_metric(one) for one in metric_rows()]


def _metric(one: MetricRow) -> Entry:
    return Entry(
        one.term, one.code, "metric", f"{one.report}.{one.figure}: {one.formula}", one.basis
    )


def render() -> str:
    """The whole page, in Markdown."""
    lines = [
        "# Glossary 词汇表",
        "",
        "This page lists.",
        "It is derived from the code: `python -m bancheng.glossary > docs/glossary.md` writes it.",
        "Each Chinese term has exactly one identifier of a kind.",
        "A term is changed in the docstring or label it comes from, never here.",
    ]
    for title, section in sections():
        if section:
            lines += ["", f"## {title}", "", *_table(section)]
    lines += ["", "## 出处 Sources", "", "| key | what |", "| --- | --- |"]
    lines += [f"| {key} | {title} |" for key, title in SOURCES.items()]
    return "\n".join(lines) + "\n"


def explained(doc: str) -> tuple[str, str, str]:
    """Term, meaning and cited source of a docstring that begins with its Chinese term."""
    found = _TERM.match(inspect.cleandoc(doc))
    if found is None:
        return "", "", NONE
    paragraph = " ".join(found[2].split("\n\n")[0].split())
    first = re.split(r"(?<=[.。])\s(?=[A-Z`])", paragraph)[0]
    cited = "; ".join(_CITED.findall(first))
    return found[1], _CITED.sub("", first).replace("``", "`").rstrip("."), cited or NONE


def _classes() -> Iterator[type]:
    for room in (bancheng.domain, bancheng.importing):
        for found in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            module = importlib.import_module(found.name)
            yield from (cls for cls in vars(module).values() if _is_public_of(cls, found.name))


def _is_public_of(cls: Any, module: str) -> bool:
    return isinstance(cls, type) and cls.__module__ == module and not cls.__name__.startswith("_")


def _is_value(cls: type) -> bool:
    is_other = issubclass(cls, Event | Command)
    return issubclass(cls, msgspec.Struct | Personal) and not is_other


def _of(cls: type, kind: str) -> Entry:
    term, meaning, source = explained(cls.__doc__ or "")
    return Entry(term, cls.__name__, kind, meaning, source)


def _members(cls: type[Labelled]) -> list[Entry]:
    return [
        Entry(member.label, f"{cls.__name__}.{member.name}", cls.__name__, NONE, code=member.value)
        for member in cls
    ]


def _role(role: Role) -> Entry:
    may = "、".join(act.term for act in ACTS if role in act.by)
    meaning = f"may: {may}" if may else "reads"
    return Entry(role.label, f"Role.{role.name}", "Role", meaning, code=role.value)


def _by_step() -> list[str]:
    """The topics by step and file, whichever file was imported first."""
    steps = list(Step)

    def place(topic: str) -> tuple[int, str]:
        cls = TOPICS[topic]
        return steps.index(cls.step) if cls.step else len(steps), cls.__module__

    return sorted(TOPICS, key=place)


def _event(topic: str) -> Entry:
    cls = TOPICS[topic]
    _, meaning, source = explained(cls.__doc__ or "")
    return Entry(cls.term, cls.__name__, _kind("event", cls.step), meaning, source, topic)


def _command(act: Act) -> Entry:
    _, meaning, _ = explained(act.command.__doc__ or "")
    by = "、".join(role.label for role in Role if role in act.by)
    kind = _kind("command", _step_of(act.command))
    many = "" if act.many is None else "; also for many at once (批量办理)"
    return Entry(act.term, act.name, kind, f"{meaning}; by {by}{many}", act.basis)


def _step_of(command: type[Command]) -> Step | None:
    steps = {event.step for event in TOPICS.values() if event.__module__ == command.__module__}
    return steps.pop() if len(steps) == 1 else None


def _kind(kind: str, step: Step | None) -> str:
    return f"{kind} · {step.label}" if step else kind


def _ledger(ledger: Ledger[Any]) -> Entry:
    _, meaning, source = explained(ledger.row.__doc__ or "")
    return Entry(ledger.term, ledger.name, "ledger", meaning, source)


def _report(report: Report) -> Entry:
    counts = "、".join(measure.word for measure in report.measures)
    by = "、".join(dimension.word for dimension in report.dimensions)
    meaning = f"definition {report.definition} counts {counts}; by {by}"
    return Entry(report.term, report.name, "report", meaning)


def _other(module: ModuleType) -> Entry:
    term, meaning, source = explained(module.__doc__ or "")
    return Entry(term, module.PROJECTION.name, "projection", meaning, source)


def _table(section: Iterable[Entry]) -> Iterator[str]:
    yield _row(COLUMNS)
    yield _row(["---"] * len(COLUMNS))
    for entry in section:
        code = f" `{entry.code}`" if entry.code else ""
        identifier = f"`{entry.identifier}`{code}"
        yield _row([entry.term, identifier, entry.kind, entry.meaning, entry.source])


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


if __name__ == "__main__":
    sys.stdout.write(render())
