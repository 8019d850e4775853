"""称呼: what units and words of the rule book are called, both ways: read, and looked for."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Final

from bancheng.domain.time_limits.imported_terms import terms_read
from bancheng.domain.time_limits.rulebook import RuleBook
from bancheng.projections.ledger.widths import narrow
from bancheng.projections.wording.marks import Names, other_mark, term_mark, unit_mark

# What acts by itself, as an import does, is in no unit; whoever rates by a code is in none either.
OF_NO_UNIT: Final = {"SYSTEM": "系统", "PUBLIC": "办事群众"}
ANOTHER_ORDER: Final = "其他单位的派单"
_ORDER: Final = re.compile(r"派单 ([A-Z][0-9A-Z]*(?:-\d+)?-\d{2,}(?!\d)) ?")
TERMS: Final = (
    "causes", "complexities", "disclosures", "diversions", "erasures", "exclusions", "purposes",
    "return_reasons", "supervision_grounds",
)  # fmt: skip


def names_of(
    units: Mapping[str, str],
    book: RuleBook,
    local: Callable[[datetime], datetime],
    *,
    bound: bool = False,
) -> Names:
    """How a hall of these ``units`` reads while ``book`` holds; a code nobody knows stays one.

    Who is ``bound`` to a unit is not told the numbers of other units' orders.
    """
    words: dict[str, str] = {}
    for label, mark in _terms(book):
        words.setdefault(mark, label)

    def term(among: str, code: str) -> str:
        return words.get(term_mark(among, code), code)

    def unit(code: str) -> str:
        return units.get(code) or OF_NO_UNIT.get(code, code)

    return Names(unit, term, local, lambda code: ANOTHER_ORDER if bound else f"派单 {code} ")


def marks_for(text: str, units: Mapping[str, str], book: RuleBook) -> tuple[str, ...]:
    """What a sentence may hold where people read ``text``: marks, and ``text`` with marks in it."""
    wanted = narrow(text).strip()
    called = [*((name, unit_mark(code)) for code, name in units.items()), *_terms(book)]
    found = [mark for name, mark in called if wanted.casefold() in narrow(name).casefold()]
    told = wanted
    for name, mark in sorted(called, key=lambda one: -len(one[0])):
        told = told.replace(narrow(name), mark)
    told = _ORDER.sub(lambda one: other_mark(one[1]), told)
    is_whole = told == wanted or told in found
    return tuple(found if is_whole else [*found, told])


def _terms(book: RuleBook) -> Iterator[tuple[str, str]]:
    for among in TERMS:
        for term in terms_read(book, among):
            yield term.label, term_mark(among, term.code)
