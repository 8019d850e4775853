"""The page of rules names a place in the code, and a test, for every rule; both are there."""

import ast
import re
from collections.abc import Iterator

import pytest

from arch.tree import ROOT, parsed

PAGE = ROOT / "docs" / "rules.md"
_PLACE = re.compile(r"`((?:src|tests)/[\w/.]+\.py)(?::{1,2}([\w.]+))?`")
_BOOK = re.compile(r"`(rulebooks/[\w]+\.toml)`")


def rows() -> Iterator[list[str]]:
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if line.startswith("|") and not set(line) <= set("|- ") and cells[0].strip() != "rule":
            yield cells


ROWS = list(rows())


def _names(path: str) -> set[str]:
    tree = parsed(ROOT / path)
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    found = {node.name for node in ast.walk(tree) if isinstance(node, kinds)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {one.id for one in targets if isinstance(one, ast.Name)}
    return found


def test_there_are_rules():
    assert len(ROWS) > 40


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0].strip("| ")[:60])
def test_each_rule_names_its_source_a_place_in_the_code_and_a_test(row):
    assert len(row) == 4, row
    assert all(row)
    places = _PLACE.findall(row[2]) or _BOOK.findall(row[2])
    tests = _PLACE.findall(row[3])
    assert places, row[2]
    assert tests, row[3]
    for path, name in (*_PLACE.findall(row[2]), *tests):
        assert (ROOT / path).is_file(), path
        assert not name or name.split(".")[-1] in _names(path), f"{path} has no {name}"
    for book in _BOOK.findall(row[2]):
        assert (ROOT / "src" / "bancheng" / book).is_file()
