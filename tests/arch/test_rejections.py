"""Every rejection has a stable code of its own and says what to do."""

import ast
import re
from collections.abc import Iterator

from arch.tree import SOURCE, parsed, python_files, shown
from bancheng.domain import errors

CODE = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+")
REJECTIONS = {
    name
    for name, value in vars(errors).items()
    if isinstance(value, type) and issubclass(value, errors.DomainError)
}


def _rejections() -> Iterator[tuple[str, ast.Call]]:
    """Where the source makes a rejection, and how."""
    for path in python_files(SOURCE):
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in REJECTIONS:
                yield f"{shown(path)}:{node.lineno}", node


def _literal_code(call: ast.Call) -> str | None:
    first = call.args[0] if call.args else None
    return first.value if isinstance(first, ast.Constant) and type(first.value) is str else None


def test_every_rejection_has_a_code_in_capitals():
    # A code that is no literal must be handed on from a rejection caught before.
    wrong = {
        at
        for at, call in _rejections()
        if not (CODE.fullmatch(_literal_code(call) or "") or _is_handed_on(call))
    }

    assert wrong == set()


def _is_handed_on(call: ast.Call) -> bool:
    return bool(call.args) and ast.unparse(call.args[0]).endswith(".code")


def test_every_code_belongs_to_one_kind_of_rejection():
    kinds: dict[str, set[str]] = {}
    for _, call in _rejections():
        if code := _literal_code(call):
            kinds.setdefault(code, set()).add(ast.unparse(call.func))

    assert {code: names for code, names in kinds.items() if len(names) > 1} == {}


def test_every_rejection_says_what_to_do():
    silent = {
        at for at, call in _rejections() if not _remedy(call) or _remedy(call) in ("''", "None")
    }

    assert silent == set()


def _remedy(call: ast.Call) -> str | None:
    return next((ast.unparse(each.value) for each in call.keywords if each.arg == "remedy"), None)


def test_nobody_raises_the_bare_rejection():
    assert {at for at, call in _rejections() if ast.unparse(call.func) == "DomainError"} == set()
