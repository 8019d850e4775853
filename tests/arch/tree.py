"""What the tests of this room read: the repository's own files, as text and as syntax trees."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "bancheng"
TESTS = ROOT / "tests"


def python_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.py") if "__pycache__" not in path.parts)


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(tree: ast.Module) -> Iterator[str]:
    """The full names that the file imports; for ``from a import b`` it is ``a.b``."""
    yield from (full for _, full, _, _ in _imports(tree))


def at_the_start_of(tree: ast.Module) -> ast.Module:
    """What is imported as soon as the file is, and not in a function."""
    return ast.Module([node for node in tree.body if not isinstance(node, ast.FunctionDef)], [])


@cache
def names_used(tree: ast.Module) -> tuple[tuple[int, str], ...]:
    """Line and full dotted name of everything the file imports or reaches through an import."""
    known = {local: meant for _, _, local, meant in _imports(tree)}
    found = [(line, full) for line, full, _, _ in _imports(tree)]
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            head, _, rest = ast.unparse(node).partition(".")
            if head in known:
                found.append((node.lineno, f"{known[head]}.{rest}"))
    return tuple(found)


def _imports(tree: ast.Module) -> Iterator[tuple[int, str, str, str]]:
    """Line and full name of each import, the local name it binds, and what that name means."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for name in node.names:
                head = name.name.partition(".")[0]
                yield (
                    node.lineno,
                    name.name,
                    name.asname or head,
                    name.name if name.asname else head,
                )
        elif isinstance(node, ast.ImportFrom) and node.module:
            for name in node.names:
                full = f"{node.module}.{name.name}"
                yield node.lineno, full, name.asname or name.name, full
