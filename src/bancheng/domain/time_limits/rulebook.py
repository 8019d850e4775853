"""Read rule books from TOML texts, and let a hall override entries of one."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final, TypeVar

import msgspec
from msgspec.structs import replace

from bancheng.domain.labelled import Labelled
from bancheng.domain.limit_kinds import LegalEffect
from bancheng.domain.time_limits.conduct import Conduct, ConductRule
from bancheng.domain.time_limits.levels import Rung
from bancheng.domain.time_limits.logic_checks import CheckRule, CheckSetting
from bancheng.domain.time_limits.rulebook_checks import check_book
from bancheng.domain.time_limits.rules import (
    QUALIFIERS,
    DisclosureRule,
    ExtensionRule,
    LimitRule,
    MeasureRule,
    RetentionOf,
    RetentionRule,
    RuleBook,
    Site,
    Term,
)
from bancheng.domain.time_limits.terms import EffectRule, Limit, LimitUnit, StartConvention
from bancheng.domain.time_limits.thresholds import LadderStep, Threshold
from bancheng.domain.time_limits.toml_reading import (
    Problems,
    RuleBookError,
    load_toml,
    read_table,
    read_value,
)

__all__ = [
    "ExtensionRule",
    "LadderStep",
    "LimitRule",
    "RuleBook",
    "RuleBookError",
    "Term",
    "Threshold",
    "amended",
    "base_of",
    "entries_of",
    "override",
    "parse_rulebook",
    "stands_alone",
]
T = TypeVar("T", bound=msgspec.Struct)

_TERMS: Final = (
    "causes", "complexities", "exclusions", "diversions", "return_reasons", "searches", "erasures",
    "supervision_grounds", "unset",
)  # fmt: skip
# Sections whose entries are read as they stand, under their code.
_PLAIN: Final[dict[str, type[msgspec.Struct]]] = {
    **dict.fromkeys(_TERMS, Term), "sites": Site, "disclosures": DisclosureRule,
}  # fmt: skip
# Sections whose entries are each of a word that the program knows.
_CODED: Final[dict[str, tuple[type[Labelled], type[msgspec.Struct]]]] = {
    "measures": (Rung, MeasureRule),
    "checks": (CheckRule, CheckSetting),
    "conducts": (Conduct, ConductRule),
    "retention": (RetentionOf, RetentionRule),
    "effects": (LegalEffect, EffectRule),
}
_LISTS: Final[dict[str, type[msgspec.Struct]]] = {"warnings": Threshold, "ladder": LadderStep}
_KEYED: Final = (
    *_TERMS,
    "limits",
    "extensions",
    "measures",
    "checks",
    "conducts",
    "effects",
    "sites",
    "disclosures",
    "retention",
)
_EXACT_UNITS: Final = frozenset(unit.value for unit in LimitUnit if not unit.is_days)
_RULE_FIELDS: Final = ("purpose", *QUALIFIERS)


def parse_rulebook(toml_text: str) -> RuleBook:
    """规则库: read a whole book; ``RuleBookError`` lists everything that is wrong with it."""
    data = load_toml(toml_text)
    problems = Problems()
    head = {name: value for name, value in data.items() if name not in {*_KEYED, *_LISTS}}
    known = {**dict.fromkeys((*_KEYED, *_LISTS), ()), **_sections(data, problems)}
    book = read_table(RuleBook, head, "", problems, **known)
    problems.raise_if_any()
    assert book is not None
    return _checked(book)


def base_of(toml_text: str) -> str | None:
    """所本: the id of the book that ``toml_text`` extends, if it does (``extends = "default"``)."""
    base = load_toml(toml_text).get("extends")
    return base if isinstance(base, str) else None


def stands_alone(toml_text: str) -> bool:
    """全文: whether ``toml_text`` is a whole book, not a change of another one."""
    data = load_toml(toml_text)
    return "extends" not in data and "title" in data


def override(book: RuleBook, toml_text: str) -> RuleBook:
    """覆盖: ``book`` with the entries of ``toml_text`` in place of its own.

    An entry of the same key is replaced whole; a new key is added; ``remove`` lists keys to take
    out, as ``"limits.resolve_simple"``; lists (``warnings``, ``ladder``) are replaced whole. The
    text must give a new ``version`` and its ``basis``. Raises ``RuleBookError``.
    """
    data = load_toml(toml_text)
    data.pop("extends", None)
    problems = Problems()
    removed = read_value(list[str], data.pop("remove", []), "remove", problems)
    _require(data, ("version", "basis"), problems)
    fields = {**_head(data, problems), **_sections(data, problems)}
    problems.raise_if_any()
    assert isinstance(removed, list)
    _check_removed(book, removed, problems)
    problems.raise_if_any()
    return _with(book, fields, removed)


def amended(
    book: RuleBook,
    *,
    version: str,
    basis: str,
    causes: tuple[Term, ...] = (),
    complexities: tuple[Term, ...] = (),
    limits: tuple[LimitRule, ...] = (),
) -> RuleBook:
    """增补: ``book`` as a version of its own, with entries that the program adds for a purpose.

    As with `override`, an entry of the same key is replaced. Raises ``RuleBookError``.
    """
    entries = {"causes": causes, "complexities": complexities, "limits": limits}
    return _with(book, {"version": version, "basis": basis, **entries}, ())


def entries_of(book: RuleBook) -> Iterator[tuple[str, Any]]:
    """词条: every entry of ``book`` under its path, as ``limits.resolve_simple``."""
    for name in _KEYED:
        yield from ((f"{name}.{_key(entry)}", entry) for entry in getattr(book, name))
    for name in _LISTS:
        yield from ((f"{name}.{place}", one) for place, one in enumerate(getattr(book, name)))


def _with(book: RuleBook, fields: Mapping[str, Any], removed: Collection[str]) -> RuleBook:
    merged = {
        name: _merged(getattr(book, name), fields.get(name, ()), name, removed) for name in _KEYED
    }
    return _checked(replace(book, **{**fields, **merged}))


def _checked(book: RuleBook) -> RuleBook:
    problems = Problems()
    check_book(book, problems)
    problems.raise_if_any()
    return book


def _require(data: Mapping[str, Any], names: tuple[str, ...], problems: Problems) -> None:
    for name in names:
        if name not in data:
            problems.add(name, "缺少必填项", "覆盖规则时请写明新的版本号与依据")


def _head(data: Mapping[str, Any], problems: Problems) -> dict[str, Any]:
    hints = {field.name: field.type for field in msgspec.structs.fields(RuleBook)}
    fields = {}
    for name in data.keys() - {*_KEYED, *_LISTS}:
        if name in hints:
            fields[name] = read_value(hints[name], data[name], name, problems)
        else:
            problems.add(name, "未知的项", f"请删去, 可用的项有: {'、'.join((*hints, 'remove'))}")
    return fields


def _sections(data: Mapping[str, Any], problems: Problems) -> dict[str, Any]:
    """The tables and lists that ``data`` has, read."""
    sections: dict[str, Any] = {}
    for name in _KEYED:
        if name in data:
            sections[name] = _entries(name, data[name], problems)
    for name, cls in _LISTS.items():
        if name in data:
            sections[name] = _items(cls, name, data[name], problems)
    return sections


def _entries(name: str, tables: object, problems: Problems) -> tuple[msgspec.Struct, ...]:
    if not isinstance(tables, Mapping):
        problems.add(name, "应为表", f"请写作 [{name}.编码]")
        return ()
    read = (_entry(name, key, table, problems) for key, table in tables.items())
    return tuple(entry for entry in read if entry is not None)


def _entry(name: str, key: str, table: object, problems: Problems) -> msgspec.Struct | None:
    path = f"{name}.{key}"
    if (plain := _PLAIN.get(name)) is not None:
        return read_table(plain, table, path, problems, code=key)
    if (coded := _CODED.get(name)) is not None:
        vocabulary, cls = coded
        code = read_value(vocabulary, key, path, problems)
        return read_table(cls, table, path, problems, code=code)
    if name == "extensions":
        return _extension_rule(key, table, path, problems)
    return _limit_rule(key, table, path, problems)


def _extension_rule(key: str, table: object, path: str, problems: Problems) -> ExtensionRule | None:
    # Mostly a purpose has one rule and lends it its name; those of item types need their own.
    stated = {"purpose": key, **table} if isinstance(table, Mapping) else table
    return read_table(ExtensionRule, stated, path, problems, id=key)


def _limit_rule(key: str, table: object, path: str, problems: Problems) -> LimitRule | None:
    if not isinstance(table, Mapping):
        problems.add(path, "应为表(键 = 值)", "请改写为 [表] 或 { 键 = 值 }")
        return None
    own = {name: table[name] for name in _RULE_FIELDS if name in table}
    rest = {name: value for name, value in table.items() if name not in own}
    if rest.get("unit") in _EXACT_UNITS:
        rest.setdefault("start", StartConvention.EXACT.value)
    if "basis" not in rest:
        problems.add(f"{path}.basis", "缺少必填项", "请写明时限的依据")
    limit = read_table(Limit, rest, path, problems, id=key)
    rule = read_table(LimitRule, own, path, problems, limit=limit)
    return rule if limit else None


def _items(cls: type[T], name: str, tables: object, problems: Problems) -> tuple[T, ...]:
    if not isinstance(tables, list):
        problems.add(name, "应为表的列表", f"请写作 [[{name}]]")
        return ()
    read = (read_table(cls, item, f"{name}[{i}]", problems) for i, item in enumerate(tables))
    return tuple(item for item in read if item is not None)


def _key(entry: Any) -> str:
    if isinstance(entry, LimitRule):
        return entry.limit.id
    return str(entry.id if isinstance(entry, ExtensionRule) else entry.code)


def _merged(
    old: tuple[Any, ...], new: tuple[Any, ...], name: str, removed: Collection[str]
) -> tuple[Any, ...]:
    entries = {_key(entry): entry for entry in (*old, *new)}
    return tuple(entry for key, entry in entries.items() if f"{name}.{key}" not in removed)


def _check_removed(book: RuleBook, removed: list[str], problems: Problems) -> None:
    known = {f"{name}.{_key(entry)}" for name in _KEYED for entry in getattr(book, name)}
    for path in removed:
        if path not in known:
            problems.add("remove", f"「{path}」不在原规则库中", "请核对要删去的编码")
