"""Closed vocabularies whose members know what people call them."""

from enum import Enum
from typing import Self


class Labelled(str, Enum):  # noqa: UP042  StrEnum's own __new__ takes no second value
    """An enumeration written ``NAME = "code", "中文"``: stored by its code, shown by its label."""

    label: str

    def __new__(cls, code: str, label: str) -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        return member

    # Enum's own ways look up and copy more than the code, which every key of a limit is written of.
    __str__ = str.__str__

    def __format__(self, format_spec: str) -> str:
        return str.__format__(self, format_spec)
