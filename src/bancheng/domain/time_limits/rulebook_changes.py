"""规则变动: what a new version of a rule book would change, told before it is published.

Limits that were decided never move; what counts are those that matters will be given later.
"""

from collections.abc import Iterator
from typing import Any, Final

import msgspec
from msgspec import Struct

from bancheng.domain.time_limits.explain import amount_in_words
from bancheng.domain.time_limits.rulebook import entries_of
from bancheng.domain.time_limits.rules import LimitRule, RuleBook

_HEAD: Final = (
    "title", "place", "basis", "effective_from", "effective_to", "second_factor", "proactive",
    "second_factor_roles", "access_log_months",
)  # fmt: skip
_OF_TICKETS: Final = (
    "rework_max", "reassign_max", "same_unit_max", "suspension_days_max", "call_back_tries",
    "call_back_days", "reminded", "improvement_times", "improvement_days",
)  # fmt: skip
_NUMBERS_OF_BOTH: Final = ("disclosures_daily_max",)
_SAID_OF_CASES: Final = ("window_scope",)
_PURPOSES_OF_CASES: Final = ("case.", "rating.")
# A card is given for any limit, a measure taken on any matter, and either asks for an answer.
_PURPOSES_OF_BOTH: Final = ("card_feedback", "feedback")
_OF_CASES: Final = ("checks",)
# Warnings and their ladder are planned for every limit; an effect may be of either.
_OF_BOTH: Final = (
    "warnings", "ladder", "effects", "disclosures", "searches", "erasures", "retention",
    "measures", "supervision_grounds",
)  # fmt: skip


class RuleChange(Struct, frozen=True, kw_only=True):
    """规则变动: an entry of the book, and what it said and will say; ``None``: it is not there.

    ``cases`` and ``tickets``: whether later limits of such matters go by it. ``purposes``: what the
    limit is for that it sets, or set.
    """

    entry: str
    before: str | None
    after: str | None
    cases: bool
    tickets: bool
    purposes: tuple[str, ...] = ()


class _Said(Struct, frozen=True):
    words: str
    cases: bool = True
    tickets: bool = True
    purposes: tuple[str, ...] = ()


def changes_between(old: RuleBook, new: RuleBook) -> list[RuleChange]:
    """Every entry that differs, in the order of the old book, then what is new."""
    before, after = dict(_said(old)), dict(_said(new))
    return [
        _change(entry, before.get(entry), after.get(entry))
        for entry in dict.fromkeys((*before, *after))
        if before.get(entry) != after.get(entry)
    ]


def lines_of(book: RuleBook) -> list[tuple[str, str]]:
    """Every entry of ``book`` and what it says."""
    return [(entry, said.words) for entry, said in _said(book)]


def _change(entry: str, before: _Said | None, after: _Said | None) -> RuleChange:
    there = [said for said in (before, after) if said is not None]
    return RuleChange(
        entry=entry,
        before=None if before is None else before.words,
        after=None if after is None else after.words,
        cases=any(said.cases for said in there),
        tickets=any(said.tickets for said in there),
        purposes=tuple(dict.fromkeys(one for said in there for one in said.purposes)),
    )


def _said(book: RuleBook) -> Iterator[tuple[str, _Said]]:
    for name in (*_HEAD, *_OF_TICKETS, *_NUMBERS_OF_BOTH, *_SAID_OF_CASES):
        if (value := getattr(book, name)) is not None:
            both = name in _NUMBERS_OF_BOTH
            cases = both or name in _SAID_OF_CASES
            yield name, _Said(_told(value), cases=cases, tickets=both or name in _OF_TICKETS)
    for path, entry in entries_of(book):
        yield path, _said_of(path.partition(".")[0], entry)


def _told(value: object) -> str:
    return "、".join(value) if isinstance(value, tuple) else str(value)


def _said_of(section: str, entry: Any) -> _Said:
    purpose = getattr(entry, "purpose", None)
    if isinstance(purpose, str):
        cases, either = purpose.startswith(_PURPOSES_OF_CASES), purpose in _PURPOSES_OF_BOTH
        return _Said(
            _words(entry),
            cases=cases or either,
            tickets=either or not cases,
            purposes=(purpose,) if isinstance(entry, LimitRule) else (),
        )
    cases = section in _OF_CASES
    return _Said(_words(entry), cases=cases or section in _OF_BOTH, tickets=not cases)


def _words(entry: Any) -> str:
    if isinstance(entry, LimitRule):
        of = "、".join(one for one in entry.qualifiers if one is not None)
        scope, limit = f"[{of}] " if of else "", entry.limit
        return f"{scope}{limit.label}: {amount_in_words(limit)}; 依据: {limit.basis}"
    said = msgspec.to_builtins(entry)
    return "; ".join(f"{name}={value}" for name, value in said.items() if value not in ("", None))
