"""The rows of an event log, gathered by case.

The rows of a case may stand anywhere in a file, so a file is read twice: first it is counted, then
each case is handed over when its last row has come. What waits in memory are the cases that have
begun and not ended: one at a time in most files, all of them only where every row is out of place.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from bancheng.domain.errors import Conflict, DomainError, InvalidInput
from bancheng.importing.logs.mapping import LogMapping

# A case is one transaction, and its history is folded for each of its steps.
STEPS_MAX: Final = 1_000


class LogRow(NamedTuple):
    """日志行: one event as its file has it; ``place`` says where. Cells are trimmed.

    With an ``error`` it could not be read, so of which case it tells is not sure.
    """

    place: str
    cells: Mapping[str, str]
    error: DomainError | None = None

    def number(self, mapping: LogMapping) -> str:
        """The number of its case, empty if it has none."""
        return "" if self.error else self.cells.get(mapping.case.external_id, "")


class Survey(NamedTuple):
    """清点: how many rows there are of each case, how many in all, and which columns were seen."""

    rows_of: Counter[str]
    rows: int
    columns: frozenset[str]

    @property
    def cases(self) -> int:
        """How many will be handed over; a row without a number comes by itself."""
        return sum(1 for number in self.rows_of if number) + self.rows_of[""]


def survey(rows: Iterable[LogRow], mapping: LogMapping) -> Survey:
    """Count ``rows``; ``InvalidInput`` if they are too many or lack a column that all need."""
    rows_of: Counter[str] = Counter()
    columns: set[str] = set()
    count = 0
    for count, row in enumerate(rows, start=1):
        if count > mapping.rows_max:
            raise _too_many(mapping.rows_max)
        rows_of[row.number(mapping)] += 1
        columns |= row.cells.keys()
    if count and (missing := mapping.indispensable - columns):
        raise InvalidInput(
            "COLUMN_UNKNOWN",
            f"日志中没有映射所列的「{'、'.join(sorted(missing))}」",
            field="mapping",
            remedy="请核对映射;XES 中整件的属性须加 case: 前缀",
        )
    return Survey(rows_of, count, frozenset(columns))


def gathered(
    rows: Iterable[LogRow], counted: Survey, mapping: LogMapping
) -> Iterator[tuple[str, Sequence[LogRow]]]:
    """Each case of ``rows``, which are those that were counted, with its rows as they stand.

    A row without a number comes by itself. Of a case with more than ``STEPS_MAX`` only the last.
    """
    left = counted.rows_of.copy()
    waiting: dict[str, list[LogRow]] = {}
    for row in rows:
        number = row.number(mapping)
        if left[number] == 0:
            raise _changed()
        left[number] -= 1
        if number and counted.rows_of[number] <= STEPS_MAX:
            waiting.setdefault(number, []).append(row)
        if not number:
            yield number, [row]
        elif left[number] == 0:
            yield number, waiting.pop(number, [row])
    if left.total():
        raise _changed()


def _too_many(rows_max: int) -> InvalidInput:
    return InvalidInput(
        "LOG_TOO_LONG",
        f"日志超过映射所定的上限 {rows_max} 行",
        field="rows_max",
        remedy="请按时间分成几个文件,或在映射中提高 rows_max",
    )


def _changed() -> Conflict:
    return Conflict("LOG_CHANGED", "日志文件在导入过程中被改动", remedy="请待文件写完后重新导入")
