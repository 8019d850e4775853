"""批量导入事项: the rows of a hall's catalogue become published items, through the ordinary act."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bancheng.app.engine import Engine
from bancheng.domain.errors import DomainError, InvalidInput
from bancheng.importing.batch import Batch
from bancheng.importing.items.cells import stated
from bancheng.importing.items.columns import HEADINGS, heading_of
from bancheng.importing.tables import Cells, Row

_UNCHANGED = "ITEM_UNCHANGED"


@dataclass(frozen=True, kw_only=True)
class ItemImported:
    """导入结果: what became of one row.

    ``version`` is what it was published as, 0 if nothing changed; ``error`` says why it was not,
    its field being the column.
    """

    line: int
    code: str
    version: int = 0
    error: DomainError | None = None


@dataclass(frozen=True, kw_only=True)
class ItemImport:
    """事项导入: ``units`` leads from the codes and names of units to their codes.

    ``source`` is the document that the catalogue stands in.
    """

    engine: Engine
    batch: Batch
    units: Mapping[str, str]
    source: str

    def run(self, rows: Iterable[Row]) -> Iterator[ItemImported]:
        """Publish ``rows`` one by one; a bad one is reported and the next one is taken."""
        seen: dict[str, int] = {}
        for row in rows:
            line, code = row.line, row.text(HEADINGS["code"])
            try:
                if row.error is not None:
                    raise row.error
                _check_new(code, seen)
                yield ItemImported(line=line, code=code, version=self._published(line, row.cells))
            except DomainError as error:
                yield ItemImported(line=line, code=code, error=_by_heading(error))
            seen.setdefault(code, line)

    def _published(self, line: int, cells: Cells) -> int:
        command = stated(cells, self.units, self.source)
        # A key made of the content would forbid that an item goes back to what it once was. That a
        # second run stores nothing is the act's own doing: it refuses what is unchanged.
        key = f"import/{self.batch.source_system}/{self.batch.id}/{line}"
        try:
            return self.engine.execute(command, self.batch.context(key, command.code)).version
        except DomainError as error:
            if error.code == _UNCHANGED:
                return 0
            raise


def _check_new(code: str, seen: Mapping[str, int]) -> None:
    # Two rows of one code would replace each other, with two new versions at every run.
    if code in seen:
        raise InvalidInput(
            "ITEM_LISTED_TWICE",
            f"实施编码「{code}」在第 {seen[code]} 行已出现",
            field="code",
            remedy="请只保留一行",
        )


def _by_heading(error: DomainError) -> DomainError:
    """``error`` and all that was found with it, of columns of the table."""
    others = [one.at(heading_of(one.field)) for one in error.others]
    return error.at(heading_of(error.field)).with_others(others)
