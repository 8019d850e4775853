"""表头: which column stands where in a table, as people write its headings."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeVar

from bancheng.importing.tables import Column, TableForm
from bancheng.infra.files import TableError

T = TypeVar("T")
_REMARK: Final = re.compile(r"([^(\[【]+)[(\[【](.*)[)\]】]")
_NEUTRAL: Final = frozenset({"", "必填", "选填", "必选", "可选", "必填项", "选填项", "单位"})


class _Named(NamedTuple):
    """One heading: as it stands there, the column that it names, and what its brackets say."""

    text: str
    column: Column | None
    remark: str = ""


@dataclass(frozen=True)
class Heading:
    """表头: the columns of a table by place.

    ``told`` is what headings say of each of its rows; ``words`` is all that may be a heading.
    """

    named: Sequence[_Named]
    told: Mapping[str, str]
    form: TableForm
    words: frozenset[str]

    @property
    def width(self) -> int:
        """How many cells a row has."""
        return len(self.named)

    def under(self, cells: Iterable[T]) -> Iterator[tuple[Column, T]]:
        """Each of ``cells`` that is in a column which is read, with that column."""
        for named, cell in zip(self.named, cells, strict=False):
            if named.column is not None and named.column.is_read:
                yield named.column, cell

    def nameless(self, cells: Iterable[T]) -> Iterator[T]:
        """Each of ``cells`` that stands under no heading, in a table where all have one."""
        if not self.form.verbatim:
            yield from (cell for one, cell in zip(self.named, cells, strict=False) if not one.text)

    def is_repeated(self, cells: Sequence[object]) -> bool:
        """Whether ``cells`` are this heading once more, as at the top of each printed page."""
        texts = [_seen(cell) for cell in cells]
        return texts[: self.width] == [one.text for one in self.named] and not any(
            texts[self.width :]
        )

    def is_followed_by(self, cells: Sequence[object]) -> bool:
        """Whether ``cells`` are the heading of another table."""
        # Looking closer at every row would take longer than reading it.
        alike = self.words.intersection(str(cell).strip() for cell in cells)
        return len(alike) > 1 and best_of([cells], self.form)[0]


def best_of(rows: Sequence[Sequence[object]], form: TableForm) -> tuple[bool, int, int]:
    """Of the first rows of a table that which is likest to be its heading.

    Whether it has all columns that are needed, how many it has, and where it is.
    """
    needed = {column.name for column in form.columns if column.needed}
    best = (False, 0, 0)
    for place, cells in enumerate(rows):
        found = {one.column.name for one in _named(cells, form) if one.column is not None}
        best = max(best, (bool(found) and needed <= found, len(found), place), key=_likeness)
    return best


def heading_in(file: str, line: int, cells: Sequence[object], form: TableForm) -> Heading:
    """The heading that ``cells`` are; ``TableError`` tells all that is wrong with it."""
    named = _named(cells, form)
    where = f"文件「{file}」第 {line} 行的表头"
    faults = [*_missing(file, named, form), *_doubled(where, named)]
    if not form.verbatim:
        faults += [*_unknown(where, named), *_contradicting(where, named)]
    if faults:
        raise faults[0].with_others(faults[1:])
    told = {
        one.column.remark_in: one.remark
        for one in named
        if one.column is not None and one.column.remark_in and one.remark
    }
    words = {one.text for one in named if one.column is not None}
    words.update(text for column in form.columns for text in column.headings)
    return Heading(named, told, form, frozenset(words))


def check_seen(file: str, heading: Heading, hides: Callable[[int], bool]) -> None:
    """Raise ``TableError`` if a column of ``heading`` is one of those that people do not see.

    What nobody sees nobody has checked, and to leave it out may be as wrong as to take it.
    """
    hidden = [
        one.text
        for place, one in enumerate(heading.named, start=1)
        if one.text and (one.column is not None or not heading.form.verbatim) and hides(place)
    ]
    if hidden:
        raise TableError(
            "COLUMN_HIDDEN",
            f"文件「{file}」的表头有被隐藏的列: {'、'.join(hidden)}",
            remedy="请取消隐藏后保存;不导入的列请删去",
            field=hidden[0],
        )


def _likeness(found: tuple[bool, int, int]) -> tuple[bool, int]:
    return found[:2]


def _named(cells: Sequence[object], form: TableForm) -> list[_Named]:
    by_heading = {text: column for column in form.columns for text in column.headings}
    found = []
    for cell in cells:
        text = _seen(cell)
        name, remark = (text, "") if form.verbatim else _parted(text)
        found.append(_Named(text, by_heading.get(name), remark))
    return found


def _seen(cell: object) -> str:
    """The text of ``cell`` without the signs that nobody sees, as some programs put them there."""
    return "".join(one for one in str(cell) if unicodedata.category(one) != "Cf").strip()


def _parted(text: str) -> tuple[str, str]:
    """A heading without its brackets, and what they say: 承诺时限(单位:小时,必填) says 小时."""
    plain = re.sub(r"[\s*]|:$", "", unicodedata.normalize("NFKC", text).strip())
    found = _REMARK.fullmatch(plain)
    if found is None:
        return plain, ""
    words = [word for word in re.split("[,、;:/]", found[2]) if word not in _NEUTRAL]
    return found[1], "、".join(words)


def _missing(file: str, named: Sequence[_Named], form: TableForm) -> Iterator[TableError]:
    there = {one.column.name for one in named if one.column is not None}
    missing = [one.name for one in form.columns if one.needed and one.name not in there]
    if missing:
        yield TableError(
            "COLUMN_MISSING",
            f"文件「{file}」缺少列: {'、'.join(missing)}",
            remedy="请核对表头",
            field=missing[0],
        )


def _doubled(where: str, named: Sequence[_Named]) -> Iterator[TableError]:
    seen: dict[str, str] = {}
    for one in named:
        if one.column is None:
            continue
        if one.column.name in seen:
            yield TableError(
                "COLUMN_DOUBLED",
                f"{where}有多列同名或同义: {seen[one.column.name]}、{one.text}",
                remedy="请只保留一列",
                field=one.text,
            )
        seen[one.column.name] = one.text


def _unknown(where: str, named: Sequence[_Named]) -> Iterator[TableError]:
    unknown = [one.text for one in named if one.text and one.column is None]
    if unknown:
        yield TableError(
            "COLUMN_UNKNOWN",
            f"{where}有不认识的列: {'、'.join(unknown)}",
            remedy="请改为导入说明中的列名;不导入的列请删去",
            field=unknown[0],
        )


def _contradicting(where: str, named: Sequence[_Named]) -> Iterator[TableError]:
    for one in named:
        column = one.column
        if column is None or column.remarks is None or not one.remark:
            continue
        if one.remark not in column.remarks:
            yield TableError(
                "HEADING_CONTRADICTS",
                f"{where}中「{one.text}」的「{one.remark}」与本列的填法不符",
                remedy=f"括号中可写: {'、'.join(sorted(column.remarks))}",
                field=one.text,
            )
        for other in named:
            if other.column is not None and other.column.name == column.remark_in:
                yield TableError(
                    "HEADING_CONTRADICTS",
                    f"{where}中「{one.text}」与「{other.text}」都写明单位",
                    remedy="请只保留一处",
                    field=one.text,
                )
