"""Turn tables of a TOML text into structs, and say in Chinese everything that is wrong."""

import tomllib
from collections.abc import Mapping
from datetime import date
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, ClassVar, TypeVar, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta
from msgspec.structs import fields

from bancheng.domain.people import is_seen

T = TypeVar("T", bound=msgspec.Struct)
_PLAIN = {
    str: "文字",
    int: "整数",
    float: "小数",
    bool: "true 或 false",
    date: "日期(如 2026-01-01)",
}


class TextError(ValueError):
    """文本有误: every problem found, each with its place in the text and what to do."""

    title: ClassVar[str]

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n- ".join((f"{self.title}:", *problems)))
        self.problems = tuple(problems)


class RuleBookError(TextError):
    """规则库有误: what is wrong with a rule book."""

    title = "规则库有误"


class Problems:
    """问题清单: collects, so that the author sees all at once."""

    def __init__(self, error: type[TextError] = RuleBookError) -> None:
        self.error = error
        self.found: list[str] = []

    def add(self, path: str, fault: str, remedy: str) -> None:
        self.found.append(f"{path}: {fault}; {remedy}")

    def raise_if_any(self) -> None:
        if self.found:
            raise self.error(self.found)


def load_toml(text: str, error: type[TextError] = RuleBookError) -> dict[str, Any]:
    """读取: the tables of ``text``; ``error`` if it is no TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise error([f"TOML 语法错误: {fault}; 请按提示的行列修改"]) from fault


def read_table(
    cls: type[T], table: object, path: str, problems: Problems, **known: object
) -> T | None:
    """读表: ``cls`` made of ``table``, with ``known`` fields given; None if there was a problem."""
    if not isinstance(table, Mapping):
        problems.add(path, "应为表(键 = 值)", "请改写为 [表] 或 { 键 = 值 }")
        return None
    before = len(problems.found)
    values = {**known, **_values(cls, table, path, problems, frozenset(known))}
    if len(problems.found) > before:
        return None
    try:
        return cls(**values)
    except ValueError as error:
        problems.add(path, str(error), "请修改本项")
        return None


def _values(
    cls: type[msgspec.Struct],
    table: Mapping[str, object],
    path: str,
    problems: Problems,
    known: frozenset[str],
) -> dict[str, object]:
    hints = get_type_hints(cls, include_extras=True)
    open_fields = {field.name: field for field in fields(cls) if field.name not in known}
    for name in table.keys() - open_fields.keys():
        problems.add(_at(path, name), "未知的项", f"请删去, 可用的项有: {'、'.join(open_fields)}")
    for name, field in open_fields.items():
        if field.required and name not in table:
            problems.add(_at(path, name), "缺少必填项", f"请补上{describe(hints[name])}")
    return {
        name: read_value(hints[name], table[name], _at(path, name), problems)
        for name in open_fields
        if name in table
    }


def _at(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def read_value(hint: Any, value: object, path: str, problems: Problems) -> object:
    """读值: ``value`` as the type ``hint``; a problem if it is none."""
    if isinstance(value, str) and not is_seen(value):
        problems.add(path, "不能为空", f"应为{describe(hint)}")
        return None
    try:
        return msgspec.convert(value, hint)
    except msgspec.ValidationError:
        problems.add(path, f"值 {value!r} 不合要求", f"应为{describe(hint)}")
        return None


def describe(hint: Any) -> str:
    """说明: what a value must look like, in Chinese."""
    if get_origin(hint) is Annotated:
        bounds = [arg for arg in get_args(hint) if isinstance(arg, Meta)]
        return describe(get_args(hint)[0]) + "".join(map(_bounds, bounds))
    if get_origin(hint) is UnionType or NoneType in get_args(hint):
        return "或".join(describe(arg) for arg in get_args(hint) if arg is not NoneType)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return "以下之一: " + "、".join(str(member.value) for member in hint)
    return _PLAIN.get(hint, "相应的内容")


def _bounds(meta: Meta) -> str:
    marks = (("≥", meta.ge), (">", meta.gt), ("≤", meta.le), ("<", meta.lt))
    return "".join(f" {mark} {bound}" for mark, bound in marks if bound is not None)
