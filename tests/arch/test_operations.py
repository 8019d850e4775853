"""The operations guide names every setting and every line of the log, and only those."""

import ast
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

from arch.tree import SOURCE, parsed, python_files, shown
from bancheng.config import SETTINGS, Config
from bancheng.log_lines import LogLine

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
SAYS = ("debug", "info", "warning", "error", "critical", "exception", "log")


def rows_below(heading: str) -> list[list[str]]:
    section = GUIDE.split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line[:1] == "|"]
    return rows[2:]


def test_every_setting_is_listed_with_its_default():
    listed = {row[0].strip("`"): row[2].strip("`") for row in rows_below("Settings")}

    assert listed.keys() == {setting.variable for setting in SETTINGS}
    defaults = {field.name: field.default for field in fields(Config)}
    for setting in SETTINGS:
        if defaults[setting.field] is not None:
            assert listed[setting.variable] == str(defaults[setting.field])


def test_every_name_in_the_log_is_listed_with_its_meaning():
    listed = {row[0].strip("`"): row[1] for row in rows_below("The log")}

    assert listed == {line.value: line.meaning for line in LogLine}


def spoken() -> Iterator[tuple[str, str]]:
    """Where the source writes a line of the log, and what it is called there."""
    for path in python_files(SOURCE):
        for call in ast.walk(parsed(path)):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
                logger = ast.unparse(call.func.value)
                if logger.strip("_") == "log" and call.func.attr in SAYS:
                    yield shown(path), ast.unparse(call.args[0])


def test_every_line_of_the_log_is_called_by_its_name_and_every_name_is_used():
    names = {f"LogLine.{line.name}" for line in LogLine}

    assert [place for place, name in spoken() if name not in names] == []
    assert names == {name for _, name in spoken()}
