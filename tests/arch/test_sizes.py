"""Files and functions stay short, and rooms have names that say what is in them."""

import ast

import pytest

from arch.tree import ROOT, SOURCE, TESTS, parsed, python_files, shown

SOURCE_LINES_MAX = 400
TEST_LINES_MAX = 600
FUNCTION_LINES_MAX = 60
MODULE_DEPTH_MAX = 4  # bancheng/x/y/z.py

# Path → decision record that allows it. Grows only with one.
ALLOWED: dict[str, str] = {}

# A room called so attracts everything that nobody has placed.
SAYS_NOTHING = {
    "common", "commons", "helper", "helpers", "manager", "managers", "misc", "service", "services",
    "shared", "util", "utils",
}  # fmt: skip


@pytest.mark.parametrize(
    ("folder", "lines_max"), [(SOURCE, SOURCE_LINES_MAX), (TESTS, TEST_LINES_MAX)]
)
def test_no_file_is_too_long(folder, lines_max):
    lengths = {
        shown(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in python_files(folder)
    }

    assert {name: n for name, n in lengths.items() if n > lines_max and name not in ALLOWED} == {}


def test_no_function_is_too_long():
    lengths = {
        f"{shown(path)}:{node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in [*python_files(SOURCE), *python_files(TESTS)]
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    too_long = {name: n for name, n in lengths.items() if n > FUNCTION_LINES_MAX}

    assert {name: n for name, n in too_long.items() if name.split(":")[0] not in ALLOWED} == {}


def test_what_is_allowed_is_still_there_and_has_a_decision_record():
    for name, record in ALLOWED.items():
        assert (ROOT / name).is_file()
        assert (ROOT / "docs" / "adr" / record).is_file()


def test_every_name_says_what_is_in_the_room():
    paths = [*python_files(SOURCE), *python_files(TESTS)]
    names = {shown(path): [part.removesuffix(".py") for part in path.parts] for path in paths}

    assert {
        name
        for name, parts in names.items()
        for part in parts[len(ROOT.parts) :]
        if set(part.strip("_").split("_")) & SAYS_NOTHING
    } == set()


def test_the_package_is_not_deep():
    deep = {
        shown(path)
        for path in python_files(SOURCE)
        if len(path.relative_to(SOURCE.parent).parts) > MODULE_DEPTH_MAX
    }

    assert deep == set()


def test_tests_do_not_shadow_the_packages_they_test():
    # Under --import-mode=importlib a folder tests/graphql or an __init__.py here would be taken
    # for graphql-core or for the package itself.
    assert [shown(path) for path in TESTS.rglob("__init__.py")] == []
    assert not (TESTS / "graphql").exists()
    assert not (ROOT / "graphql").exists()
