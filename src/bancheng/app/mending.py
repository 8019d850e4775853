"""From an input with faults to a command without them, only to find out what else is wrong.

Whether a unit or a reason exists can be asked of a whole command alone. So that whoever sent a
telephone number with a digit too few hears of the unknown unit at once, too, what is faulty is left
out, or filled with what nobody means. Such a command is never carried out.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar, get_type_hints

import msgspec

from bancheng.app.faults import personal, struct_in
from bancheng.app.shapes import in_utc
from bancheng.domain.errors import DomainError

C = TypeVar("C", bound=msgspec.Struct)
# One of these fits most fields; as a code it is none that there is.
_FILLERS = ("0", 1, (), False, "2026-01-01", "2026-01-01T00:00:00Z")


def mended(cls: type[C], data: Mapping[str, Any], faults: Iterable[DomainError]) -> C | None:
    """``data`` as a command without what is at fault in it; ``None`` if that makes none."""
    fields = [one.field or "" for one in faults]
    whole = {field.partition(".")[0].partition("[")[0] for field in fields}
    for paths in (fields, whole):
        kept: Any = dict(data)
        for path in paths:
            kept = _without(cls, kept, re.findall(r"[^.\[\]]+", path))
        try:
            return in_utc(msgspec.convert(kept, cls, dec_hook=personal))
        except ValueError:  # also what msgspec and the walk over instants raise
            continue
    return None


def about_others(found: Iterable[DomainError], faults: Iterable[DomainError]) -> list[DomainError]:
    """Those of ``found`` that are not of a field that is at fault already, or of its parts."""
    known = [one.field or "" for one in faults]
    return [one for one in found if not any(_touch(one.field or "", at) for at in known)]


def _without(hint: Any, value: Any, path: list[str]) -> Any:
    """``value`` with what stands at ``path`` left out if it may be, else filled."""
    struct = struct_in(hint)
    if path and struct is None and isinstance(value, list | tuple):
        left = [one for one in value if _fits([one], hint)]
        if _fits(left, hint):
            return left
    if not path or struct is None:
        return next((one for one in _FILLERS if _fits(one, hint)), value)
    name, *rest = path
    if isinstance(value, list | tuple) and name.isdigit() and int(name) < len(value):
        part = _without(struct, value[int(name)], rest)
        return [part if at == int(name) else one for at, one in enumerate(value)]
    if not isinstance(value, Mapping):
        return value
    info = next((one for one in msgspec.structs.fields(struct) if one.name == name), None)
    if info is None or (not info.required and (not rest or not value.get(name))):
        return {at: one for at, one in value.items() if at != name}
    inner = get_type_hints(struct, include_extras=True)[name]
    return {**value, name: _without(inner, value.get(name), rest)}


def _fits(filler: Any, hint: Any) -> bool:
    try:
        msgspec.convert(filler, hint, dec_hook=personal)
    except msgspec.ValidationError:
        return False
    return True


def _touch(one: str, other: str) -> bool:
    first, second = f"{one}.".replace("[", "."), f"{other}.".replace("[", ".")
    return first.startswith(second) or second.startswith(first)
