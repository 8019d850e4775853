"""The operations guide names every setting and every line of the log, and only those."""

import re
from dataclasses import fields
from pathlib import Path

from bancheng.config import SETTINGS, Config
from bancheng.infra.logs import Said

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
SOURCES = [
    path.read_text(encoding="utf-8")
    for path in (ROOT / "src" / "bancheng").rglob("*.py")
    if path.name != "logs.py"
]


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

    assert listed == {said.value: said.meaning for said in Said}


def test_what_the_program_says_is_what_it_can_say():
    written = {
        name
        for source in SOURCES
        for name in re.findall(r'\b_?log\.(?:info|warning|error)\(\s*"(\w+)"', source)
    }

    assert written <= {said.value for said in Said}
    for said in Said:
        spoken = f"Said.{said.name}", f'"{said.value}"'
        assert any(word in source for source in SOURCES for word in spoken), said
