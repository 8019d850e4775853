"""What the code asks a rule book for, and what the shipped ones answer, are the same words."""

import ast
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from arch.tree import SOURCE, parsed, python_files, shown
from bancheng.domain.complaint.terms import TicketCategory
from bancheng.domain.item_types import PowerType
from bancheng.domain.items import CaseKind, decide_purpose
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.time_limits.rules import GIVEN, PURPOSES, STATUTE_ONLY, asked_by
from bancheng.infra.rulebooks import load_rulebook
from support.rules import SHIPPED

ASKED_OF_THE_DESK = {"desk.limit_for", "desk.due_for"}
ASKING = {"limit_for", "due_for", "_due_for"}


class Offered(NamedTuple):
    kind: CaseKind
    children: tuple[str, ...]


# The law alone: halls' books stand upon it.
HALL_BOOKS = [book for book in SHIPPED if book.id != "national"]
# Where no limit is set the ticket is given one of its own (一事一议).
CASE_BY_CASE = {"default": {"hard"}, "tianjin_binhai": {"hard"}}


def _asked() -> Iterator[tuple[str, set[str]]]:
    """Where a limit is asked for, and the purposes that may stand there."""
    for path in python_files(SOURCE):
        for function in ast.walk(parsed(path)):
            if isinstance(function, ast.FunctionDef):
                yield from ((f"{shown(path)}:{function.name}", one) for one in _in(function))


def _in(function: ast.FunctionDef) -> Iterator[set[str]]:
    handed_on = {argument.arg for argument in function.args.args}
    named = {
        target.id: node.value
        for node in ast.walk(function)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for call in ast.walk(function):
        if isinstance(call, ast.Call) and ast.unparse(call.func).split(".")[-1] in ASKING:
            first = call.args[0]
            if isinstance(first, ast.Name) and first.id in handed_on:
                continue
            yield _texts(named.get(first.id, first) if isinstance(first, ast.Name) else first)


def _texts(node: ast.expr) -> set[str]:
    if isinstance(node, ast.Call) and ast.unparse(node.func) == decide_purpose.__name__:
        return {decide_purpose(Offered(kind, parts)) for kind in CaseKind for parts in ((), ("1",))}
    branches = [node.body, node.orelse] if isinstance(node, ast.IfExp) else [node]
    return {one.value for one in branches if isinstance(one, ast.Constant)}


def test_what_is_asked_for_can_be_read_from_the_code():
    assert {where for where, purposes in _asked() if not purposes} == set()


def test_each_purpose_is_asked_for_and_each_that_is_asked_for_is_one():
    assert set().union(*(purposes for _, purposes in _asked())) == set(PURPOSES)


def test_every_kind_of_limit_has_a_purpose_of_its_own():
    assert len({kind.purpose for kind in LimitKind}) == len(LimitKind)


def test_every_limit_of_the_law_that_is_kept_stands_in_the_national_book():
    kept = {rule.purpose for rule in load_rulebook("national").limits}

    assert {*STATUTE_ONLY} <= kept
    assert not {*STATUTE_ONLY} & {*PURPOSES, *GIVEN}


@pytest.mark.parametrize("book", HALL_BOOKS, ids=lambda book: book.id)
@pytest.mark.parametrize("purpose", sorted({*PURPOSES} - {"resolve"}))
def test_every_hall_book_limits_each_purpose_or_says_that_no_source_does(book, purpose):
    if any(term.code == purpose for term in book.unset):
        return
    kinds = [(category, term.code) for category in TicketCategory for term in book.complexities]

    assert all(
        book.limit_for(purpose, category=a, complexity=b, item_type=PowerType.LICENCE)
        for a, b in kinds
    )


@pytest.mark.parametrize("book", HALL_BOOKS, ids=lambda book: book.id)
def test_what_a_book_leaves_unset_has_no_amount_in_any_book_that_it_stands_on(book):
    # A hall that sets one as its own rule takes it out of force by setting it.
    limited = {rule.purpose for rule in load_rulebook("national").limits}
    assert not limited & {term.code for term in book.unset}
    assert all(term.basis and term.label for term in book.unset)


@pytest.mark.parametrize("book", HALL_BOOKS, ids=lambda book: book.id)
def test_a_hall_book_says_by_when_each_complexity_is_resolved_or_leaves_it_to_the_case(book):
    unset = {
        term.code
        for term in book.complexities
        if not book.limit_for("resolve", category="complaint", complexity=term.code)
    }

    assert unset == CASE_BY_CASE.get(book.id, set())


def _told() -> Iterator[tuple[str, set[str]]]:
    """By what of a matter each purpose is asked for, where the code names it."""
    for path in python_files(SOURCE):
        for call in ast.walk(parsed(path)):
            if isinstance(call, ast.Call) and ast.unparse(call.func) in ASKED_OF_THE_DESK:
                first, *others = call.args
                by = {one.arg for one in call.keywords if one.arg} | {"item_type" for _ in others}
                yield from ((purpose, by) for purpose in _texts(first))


def test_a_limit_is_asked_for_by_what_a_rule_may_distinguish():
    told = dict(_told())
    assert told
    for purpose, by in told.items():
        assert by == set(asked_by(purpose)) - {"district", "site"}, purpose
