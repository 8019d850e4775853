"""事项表: how people write an item in one row, and what the office states by it.

A cell that holds several entries has one a line, or divides them by semicolons; the parts of an
entry are divided by upright strokes and may be left empty from the end.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any, Final, TypeVar

from bancheng.app.inputs import to_command
from bancheng.domain.errors import InvalidInput, together
from bancheng.domain.item_types import PowerType
from bancheng.domain.items import CaseKind, Copies, DeliveryWay, ItemLevel, MaterialOrigin
from bancheng.domain.labelled import Labelled
from bancheng.domain.office.item_publication import PublishItem
from bancheng.domain.time_limits.terms import LimitUnit
from bancheng.importing.items.columns import HEADINGS, UNITS
from bancheng.importing.tables import Cells
from bancheng.importing.times import of_cell, told

T = TypeVar("T")
W = TypeVar("W", bound=Labelled)
_LIMIT: Final = re.compile(r"([0-9]{1,9})\s*(\D*)")
# Digits, since through a float 19.99 yuan would be 1998 fen.
_YUAN: Final = re.compile(r"([0-9]{1,9})(?:\.([0-9]{1,2}))?元?")
_LIMITS: Final = ("statutory", "promised")
_COUNTED: Final = {"": False, "计入": True, "不计入": False}
_NEEDS: Final[Mapping[str, dict[str, bool]]] = {
    "": {},
    "必要": {},
    "非必要": {"required": False},
    "可容缺": {"gap_allowed": True},
}


class _Unreadable(ValueError):
    """A cell that does not say what it should; the message says why."""


def stated(cells: Cells, units: Mapping[str, str], source: str) -> PublishItem:
    """What a row states. ``units`` leads from the codes and the names of units to their codes.

    Raises ``InvalidInput``; its field is a field of the command (`heading_of` names the column).
    """
    readers: dict[str, Callable[[str], Any]] = {
        **_READERS,
        **{field: partial(_limit_in, _unit_told(cells, field)) for field in _LIMITS},
        "unit": lambda text: units.get(text, text),
        "steps": partial(_each, partial(_step, units)),
    }
    data: dict[str, Any] = {"source": source}
    texts = {field: text for field in HEADINGS if (text := _text(cells, field))}
    read = together(
        *(partial(_read, readers.get(field, str), text, field) for field, text in texts.items())
    )
    return to_command(PublishItem, data | dict(zip(texts, read, strict=True)))


def _text(cells: Cells, field: str) -> str:
    cell = cells.get(HEADINGS[field]) or ""
    return str(cell)  # of a date cell as `told` reads it


def _unit_told(cells: Cells, field: str) -> str | None:
    """What is said beside a limit of its unit, in its heading or in a column of its own."""
    told_there = cells.get(f"{HEADINGS[field]}单位")
    return None if told_there is None else str(told_there)


def _read(reader: Callable[[str], Any], text: str, field: str) -> Any:
    try:
        return reader(text)
    except _Unreadable as error:
        raise InvalidInput(
            "CELL_UNREADABLE",
            f"{HEADINGS[field]}: {error}",
            field=field,
            remedy="请按导入说明的格式填写",
        ) from error


def _word(vocabulary: type[W], text: str) -> str:
    """The code of a word, which may be written as its code or as its label."""
    for member in vocabulary:
        if text in (member.value, member.label):
            return str(member.value)
    known = "、".join(member.label for member in vocabulary)
    raise _Unreadable(f"没有「{text[:40]}」这一选项,可选 {known}")


def _power_type(text: str) -> str:
    # A spreadsheet makes 1 of 01.
    return _word(PowerType, text.zfill(2))


def _date(field: str, text: str) -> date:
    found = told(text)
    if found is None:
        raise _Unreadable(f"「{text[:40]}」不是日期,应如 2026-01-31")
    if not of_cell(found.at).is_day:
        raise _Unreadable(f"「{text[:40]}」须是日期,不写钟点")
    return found.checked(HEADINGS[field], field).at.date()


def _limit(text: str) -> dict[str, Any]:
    """An amount, in working days unless it says otherwise."""
    return _limit_in(None, text)


def _limit_in(said: str | None, text: str) -> dict[str, Any]:
    """An amount in the unit that is ``said`` beside it, in its own, or in both if they agree."""
    found = _LIMIT.fullmatch(text)
    named = [] if found is None else [word for word in (found[2], said) if word]
    if found is None or not all(word in UNITS for word in named):
        raise _Unreadable(f"「{text[:40]}」不是时限,应如 20 或 20个工作日、4个工作小时、30日")
    units = {UNITS[word] for word in named} or ({LimitUnit.WORKING_DAYS} if said is None else set())
    if len(units) != 1:
        raise _Unreadable(f"「{text[:40]}」与单位「{said}」不符" if named else "没有写明单位")
    return {"amount": int(found[1]), "unit": units.pop().value}


def _working_days(text: str) -> int:
    limit = _limit(text)
    if limit["unit"] != LimitUnit.WORKING_DAYS:
        raise _Unreadable(f"「{text[:40]}」须以工作日计")
    amount: int = limit["amount"]
    return amount


def _fen(text: str) -> int:
    found = _YUAN.fullmatch(text)
    if found is None:
        raise _Unreadable(f"「{text[:40]}」不是金额,应如 10 或 10.50(元)")
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))


def _entries(text: str) -> list[str]:
    return [entry.strip() for entry in re.split(r"[\n;；]", text) if entry.strip()]


def _parts(entry: str, most: int) -> list[str]:
    parts = [part.strip() for part in re.split(r"[|｜]", entry)]
    if len(parts) > most:
        raise _Unreadable(f"「{entry[:40]}」多于 {most} 段")
    return parts + [""] * (most - len(parts))


def _each(reader: Callable[[int, str], Any], text: str) -> list[Any]:
    return [reader(number, entry) for number, entry in enumerate(_entries(text), start=1)]


def _words(vocabulary: type[W], text: str) -> list[str]:
    return [_word(vocabulary, entry) for entry in _entries(text.replace("、", ";"))]


def _codes(text: str) -> list[str]:
    return _entries(re.sub("[、,，]", ";", text))


def _chosen(options: Mapping[str, T], text: str) -> T:
    if text not in options:
        raise _Unreadable(f"没有「{text[:40]}」这一选项,可选 {'、'.join(filter(None, options))}")
    return options[text]


def _material(number: int, entry: str) -> dict[str, Any]:
    name, copies, origin, need = _parts(entry, 4)
    return {
        "code": f"M{number:02d}",
        "name": name,
        "copies": _word(Copies, copies or Copies.ORIGINAL),
        "origin": _word(MaterialOrigin, origin or MaterialOrigin.APPLICANT),
        **_chosen(_NEEDS, need),
    }


def _procedure(number: int, entry: str) -> dict[str, Any]:
    name, days, counted, basis = _parts(entry, 4)
    return {
        "code": f"P{number:02d}",
        "name": name,
        "working_days": _working_days(days),
        "counted": _chosen(_COUNTED, counted),
        "basis": basis,
    }


def _step(units: Mapping[str, str], _: int, entry: str) -> dict[str, Any]:
    name, unit, limit = _parts(entry, 3)
    stated_unit = {"unit": units.get(unit, unit)} if unit else {}
    return {"name": name, **stated_unit, **({"limit": _limit(limit)} if limit else {})}


def _charge(_: int, entry: str) -> dict[str, Any]:
    name, yuan, basis = _parts(entry, 3)
    return {"name": name, "amount_fen": _fen(yuan), "basis": basis}


_READERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "level": partial(_word, ItemLevel),
    "type": _power_type,
    "kind": partial(_word, CaseKind),
    "conditions": _entries,
    "materials": partial(_each, _material),
    "form_fields": _codes,
    "areas": _codes,
    "procedures": partial(_each, _procedure),
    "charges": partial(_each, _charge),
    "deliveries": partial(_words, DeliveryWay),
    "windows": _codes,
    "children": _codes,
    "effective_from": partial(_date, "effective_from"),
    "effective_to": partial(_date, "effective_to"),
}
