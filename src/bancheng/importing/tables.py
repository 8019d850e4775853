"""What a row of a file holds, before it is known what its cells mean."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from bancheng.domain.errors import DomainError, InvalidInput


class BadRow(NamedTuple):
    """有误: a row that did not come in: where it stands, what it is called, and why.

    ``place`` is its line, or says in words where in the file it is; ``error`` names the column.
    """

    place: int | str
    name: str
    error: DomainError


# By heading. Texts are trimmed; only a spreadsheet's cell that was formatted as a date is one.
Cells = Mapping[str, str | datetime]


def time_in(text: str, forms: Iterable[str]) -> datetime | None:
    """The time that ``text`` says in the first of ``forms`` (as `strptime` has them) it fits."""
    for form in forms:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007  whose zone it is, its reader knows
        except ValueError:
            continue
    return None


def nothing_in(term: str, field: str, part: str) -> InvalidInput:
    """The rejection of a row in which ``term`` is empty; ``part`` is what to add."""
    return InvalidInput("FIELD_EMPTY", f"{term}不能为空", field=field, remedy=f"请补全{part}")
