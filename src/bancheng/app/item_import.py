"""批量导入事项: the rows of a hall's catalogue become published items, through the ordinary act.

What makes a second run store nothing is the act itself, which refuses unchanged content. Keys made
of the content would forbid that an item ever goes back to what it once was.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bancheng.app.engine import Context, Engine
from bancheng.app.item_cells import Cells, heading_of, stated
from bancheng.domain.errors import DomainError, InvalidInput
from bancheng.domain.events import Channel, Place
from bancheng.domain.people import Actor, Role

IMPORTER = Actor(
    id="system-import", name="批量导入", post="系统", unit="SYSTEM", roles=(Role.ADMINISTRATOR,)
)
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

    ``source`` is the document that the catalogue stands in, ``source_system`` where it comes from.
    """

    engine: Engine
    units: Mapping[str, str]
    source: str
    source_system: str
    batch_id: str

    def run(self, rows: Iterable[tuple[int, Cells]]) -> Iterator[ItemImported]:
        """Publish ``rows`` one by one; a bad one is reported and the next one is taken."""
        seen: dict[str, int] = {}
        for line, cells in rows:
            code = str(cells.get("实施编码") or "")
            try:
                _check_new(code, seen)
                yield ItemImported(line=line, code=code, version=self._published(line, cells))
            except DomainError as error:
                yield ItemImported(line=line, code=code, error=_of_the_column(error))
            seen.setdefault(code, line)

    def _published(self, line: int, cells: Cells) -> int:
        command = stated(cells, self.units, self.source)
        context = Context(
            actor=IMPORTER,
            key=f"import/{self.source_system}/{self.batch_id}/{line}",
            place=Place(Channel.IMPORT),
            request_id=self.batch_id,
            source_system=self.source_system,
            source_id=command.code,
            batch_id=self.batch_id,
        )
        try:
            return self.engine.execute(command, context).version
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


def _of_the_column(error: DomainError) -> DomainError:
    field = heading_of(error.field)
    return type(error)(error.code, error.message, remedy=error.remedy, field=field)
