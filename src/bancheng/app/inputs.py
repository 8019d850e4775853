"""From what a client or a file sent to one frozen command, or a rejection that names the field."""

import re
from collections.abc import Iterator
from typing import Any, TypeVar, get_args, get_type_hints

import msgspec

from bancheng.app.faults import NotPersonal, faults_of, personal, struct_in
from bancheng.app.shapes import (
    YEARS,
    ImpossibleTime,
    NaiveInstant,
    days_beyond,
    description_of,
    in_utc,
)
from bancheng.domain.errors import InvalidInput, together
from bancheng.domain.events import term_of
from bancheng.domain.people import Personal, mask_text

C = TypeVar("C", bound=msgspec.Struct)
IMPOSSIBLE = f"年份应在 {YEARS.start} 至 {YEARS.stop - 1} 之间"


def to_command(cls: type[C], data: dict[str, Any]) -> C:
    """The command ``data`` stands for, its instants in UTC; ``InvalidInput`` names every field."""
    try:
        return in_utc(msgspec.convert(data, cls, dec_hook=personal))
    except (msgspec.ValidationError, NaiveInstant, ImpossibleTime) as error:
        first, *others = faults_of(cls, data, _explained) or [_explained(cls, str(error), error)]
        raise first.with_others(others) from error.__cause__


def _explained(cls: type[msgspec.Struct], said: str, error: BaseException) -> InvalidInput:
    reason, _, at = said.partition(" - at `$")
    path = at.rstrip("`").removeprefix(".")
    cause = error.__cause__
    if isinstance(error, NaiveInstant):
        return _invalid(cls, path, "时间须注明时区,如 2026-03-02T09:00:00+08:00")
    if isinstance(error, ImpossibleTime):
        return _invalid(cls, path, IMPOSSIBLE)
    if isinstance(cause, NotPersonal):
        return _not_personal(cls, path, cause)
    if named := re.fullmatch(r"Object (missing required|contains unknown) field `(.+)`", reason):
        path = f"{path}.{named[2]}".removeprefix(".")
        return _invalid(cls, path, "不能缺少" if "missing" in named[1] else "不是可填的字段")
    return _invalid(cls, path, _in_chinese(reason))


def to_question(cls: type[C], data: dict[str, Any]) -> C:
    """What is asked by ``data``, as `to_command` reads it; its days can be reckoned with, too."""
    beyond = [_invalid(cls, name, IMPOSSIBLE) for name in days_beyond(data)]
    [asked] = together(lambda: to_command(cls, data), found=beyond)
    question: C = asked
    return question


def _not_personal(cls: type[msgspec.Struct], path: str, cause: NotPersonal) -> InvalidInput:
    if not isinstance(cause.text, str):
        return _invalid(cls, path, "应为文字")
    try:
        cause.cls.checked(cause.text, label_of(cls, path))
    except InvalidInput as refused:
        return refused.at(path)
    raise AssertionError("the same text was refused a moment ago")


def _invalid(cls: type[msgspec.Struct], path: str, reason: str) -> InvalidInput:
    message = f"{label_of(cls, path)}:{reason}"
    return InvalidInput("FIELD_INVALID", message, field=path or None, remedy="请更正后重试")


_REASONS = (
    (r"Expected `(?:str|array|object|bytes)` of length <= (\d+)", r"长度不得超过 \1"),
    (r"Expected `(?:str|array|object|bytes)` of length >= (\d+)", r"长度不得少于 \1"),
    (r"Expected `(?:int|float|decimal)` >= (\S+)", r"不得小于 \1"),
    (r"Expected `(?:int|float|decimal)` <= (\S+)", r"不得大于 \1"),
    (r"Expected `(?:int|float|decimal)` > (\S+)", r"应大于 \1"),
    (r"Expected `(?:int|float|decimal)` < (\S+)", r"应小于 \1"),
    (r"Expected `str` matching regex .*", "格式不符"),
    (r"Invalid RFC3339 encoded (?:datetime|date|time)", "不是有效的日期或时间"),
    (r"Expected `(.+)`, got `(.+)`", r"类型应为 \1,实为 \2"),
)


def _in_chinese(reason: str) -> str:
    if chosen := re.fullmatch(r"Invalid enum value (.+)", reason):
        return f"没有 {mask_text(chosen[1])} 这一选项"  # it may have been meant for another field
    for pattern, chinese in _REASONS:
        if found := re.fullmatch(pattern, reason):
            return found.expand(chinese)
    return f"不符合要求({mask_text(reason)})"


def label_of(cls: type[msgspec.Struct], path: str) -> str:
    """The Chinese term of the field at ``path``: what its description begins with, or its name."""
    label = path or "输入"
    hint: Any = cls
    for name in re.findall(r"[^.\[\]]+", path):
        if name.isdigit() or name == "...":
            continue
        hint = _hint_of(hint, name)
        label = _term_in(hint) or name
    return label


def _hint_of(hint: Any, name: str) -> Any:
    struct = struct_in(hint)
    return get_type_hints(struct, include_extras=True).get(name) if struct else None


def _term_in(hint: Any) -> str | None:
    if described := description_of(hint):
        return re.split(r"[:：,，。（(]", described)[0].strip()
    return next(map(term_of, _personal_in(hint)), None)


def _personal_in(hint: Any) -> Iterator[type[Personal]]:
    if isinstance(hint, type) and issubclass(hint, Personal):
        yield hint
    for part in get_args(hint):
        yield from _personal_in(part)
