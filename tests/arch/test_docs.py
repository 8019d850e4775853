"""What the documents say of the tree is so."""

import os
import re
import tomllib

import pytest

from arch.records import INDEX, RECORDS, ROOM, STATUS, index_line, indexed
from arch.tree import ROOT, SOURCE, python_files, shown

ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
ARCHITECTURE_LINES_MAX = 250
SECTIONS = ("Context", "Decision", "Consequences")
TURNED_DOWN = ("Turned down", "Rejected alternatives", "Alternatives rejected", "Rejected")
QUOTED = re.compile(r"`([^`\s]+)`")
LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")
PATH = re.compile(r"(?!/)[\w./-]+(?:/|\.(?:py|md|toml|graphql|txt|json))|(?:[\w.-]+/)+[\w.-]+")
PAGES = [
    *(ROOT / name for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]


def _named_paths(text: str) -> set[str]:
    return {name for name in QUOTED.findall(text) if PATH.fullmatch(name)}


def test_the_architecture_fits_on_a_few_screens():
    assert len(ARCHITECTURE.splitlines()) <= ARCHITECTURE_LINES_MAX


def test_every_path_the_architecture_names_exists():
    missing = {
        name
        for name in _named_paths(ARCHITECTURE)
        if not any(
            (base / f"{name}{ending}").exists()
            for base in (ROOT, SOURCE, SOURCE / "domain/complaint")
            for ending in ("", ".py")
        )
    }

    assert missing == set()


def test_every_room_is_in_the_architecture():
    rooms = [
        path.name
        for folder in (SOURCE, SOURCE / "domain")
        for path in sorted(folder.iterdir())
        if (path.suffix == ".py" or (path / "__init__.py").is_file()) and path.stem != "__init__"
    ]
    named = " ".join(QUOTED.findall(ARCHITECTURE))

    assert [room for room in rooms if not re.search(rf"\b{re.escape(room)}\b", named)] == []


@pytest.mark.parametrize("page", PAGES, ids=shown)
def test_every_link_leads_somewhere(page):
    targets = LINK.findall(page.read_text(encoding="utf-8"))
    inside = [target for target in targets if not target.startswith(("http://", "https://"))]

    assert [target for target in inside if not (page.parent / target).exists()] == []


def test_the_source_cites_no_document_from_outside_the_repository():
    known = {path.name for path in PAGES}
    cited = {
        (shown(path), name)
        for path in python_files(SOURCE)
        for name in re.findall(r"\b[\w-]+\.md\b", path.read_text(encoding="utf-8"))
    }

    assert {each for each in cited if each[1] not in known} == set()


def test_the_source_cites_no_record_that_is_not_there():
    numbers = {int(path.name[:4]) for path in RECORDS}
    cited = {
        (shown(path), int(number))
        for path in [*python_files(SOURCE), ROOT / "pyproject.toml"]
        for number in re.findall(r"\bADR (\d+)", path.read_text(encoding="utf-8"))
    }

    assert {each for each in cited if each[1] not in numbers} == set()


def test_the_records_are_numbered_without_a_gap():
    assert [int(path.name[:4]) for path in RECORDS] == list(range(1, len(RECORDS) + 1))


@pytest.mark.parametrize("record", RECORDS, ids=lambda path: path.name)
def test_a_record_has_its_parts(record):
    text = record.read_text(encoding="utf-8")
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)

    assert re.fullmatch(r"\d{4}(-[a-z0-9]+)+\.md", record.name)
    assert text.startswith(f"# {int(record.name[:4])}. ")
    assert STATUS.search(text)
    assert [heading for heading in headings if heading in SECTIONS] == list(SECTIONS)
    assert set(headings) & set(TURNED_DOWN)


def test_the_index_lists_every_record():
    assert INDEX.read_text(encoding="utf-8") == indexed(), "run: python tests/arch/records.py"
    assert all(index_line(record) in indexed() for record in RECORDS)


def test_every_dependency_has_its_line_in_the_record():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = [
        *project["project"]["dependencies"],
        *(each for group in project["dependency-groups"].values() for each in group),
    ]
    names = {re.split(r"[\[<>=~! ]", each)[0] for each in asked if isinstance(each, str)}
    record = next(ROOM.glob("0010-*.md")).read_text(encoding="utf-8")

    assert set(re.findall(r"^\| `([\w-]+)` \|", record, re.MULTILINE)) == names


def test_every_command_of_the_makefile_is_explained():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    commands = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE)) - {"help"}
    guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")

    assert {f"make {command}" for command in commands} <= set(re.findall(r"`(make [a-z-]+)", guide))


def test_the_guide_names_paths_that_exist():
    named = _named_paths((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))

    assert {name for name in named if not (ROOT / name).exists()} == set()


def test_one_command_runs_the_checks_and_the_tests():
    script = ROOT / ".ci" / "run"
    text = script.read_text(encoding="utf-8")

    assert os.access(script, os.X_OK)
    assert text.startswith("#!/usr/bin/env bash\n")
    assert {"set -euo pipefail", "export CI=true", "unset BANCHENG_TEST_BACKENDS"} <= {
        line.partition("  #")[0] for line in text.splitlines()
    }
    assert re.search(r"^make check", text, re.MULTILINE)
    assert re.search(r"^make test ", text, re.MULTILINE)
    assert re.search(r"^make long ", text, re.MULTILINE)
