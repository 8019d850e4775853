"""批量登记: units, windows and staff from a table, each row by the ordinary act of its register."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from bancheng.app.engine import Context, Engine
from bancheng.app.inputs import to_command
from bancheng.app.mending import about_others, mended
from bancheng.domain.commands import Command
from bancheng.domain.errors import DomainError, InvalidInput
from bancheng.domain.office.staff import RegisterStaff
from bancheng.domain.office.unit import RegisterUnit
from bancheng.domain.office.window import RegisterWindow
from bancheng.domain.people import Role
from bancheng.importing.batch import Batch
from bancheng.importing.tables import NUMBERING, Column, Row, TableForm

_BETWEEN: Final = re.compile(r"[\s、,,;;/|]+")
_ROLES: Final = {role.label: role for role in Role} | {role.value: role for role in Role}


class Register(NamedTuple):
    """名册: the act that enters a row into it, and the column of each field of that act.

    The first one names the row.
    """

    act: type[Command]
    columns: Mapping[str, Column]

    @property
    def form(self) -> TableForm:
        """Its table as people write it."""
        return TableForm((*self.columns.values(), NUMBERING))


UNITS: Final = Register(
    RegisterUnit,
    {
        "code": Column("单位编码", ("编码", "单位代码"), identifies=True),
        "name": Column("单位名称", ("名称",)),
    },
)
WINDOWS: Final = Register(
    RegisterWindow,
    {
        "code": Column("窗口编号", ("编号", "窗口编码", "窗口"), identifies=True),
        "name": Column("窗口名称", ("名称",)),
        "unit": Column("单位", ("所属单位", "单位名称", "单位编码", "部门")),
    },
)
STAFF: Final = Register(
    RegisterStaff,
    {
        "staff_id": Column("工号", ("人员编号",), identifies=True),
        "name": Column("姓名"),
        "post": Column("岗位", ("职务",)),
        "unit": Column("单位", ("所在单位", "单位名称", "单位编码", "部门")),
        "roles": Column("角色"),
    },
)


class Entered(NamedTuple):
    """登记结果: what became of one row; neither new nor with an ``error`` if nothing changed."""

    line: int
    name: str
    is_new: bool = False
    error: DomainError | None = None


@dataclass(frozen=True, kw_only=True)
class RegisterImport:
    """名册导入: ``units`` leads from the codes and names of units to their codes.

    ``ended`` names what was closed or dismissed: an old table does not bring it back.
    """

    register: Register
    engine: Engine
    batch: Batch
    units: Mapping[str, str]
    ended: frozenset[str] = frozenset()

    def run(self, rows: Iterable[Row]) -> Iterator[Entered]:
        """Enter ``rows`` one by one; a bad one is reported and the next one is taken."""
        naming = next(iter(self.register.columns.values())).name
        seen: dict[str, int] = {}
        for row in rows:
            name = row.text(naming)
            try:
                if row.error is not None:
                    raise row.error
                if name in seen:
                    raise _listed_twice(name, seen[name], naming)
                if name in self.ended:
                    raise _ended(name, naming)
                yield Entered(row.line, name, is_new=self._enter(row, name))
            except DomainError as error:
                yield Entered(row.line, name, error=self._said(error))
            seen.setdefault(name, row.line)

    def _enter(self, row: Row, name: str) -> bool:
        # As for items: a key of the content would forbid what goes back to what it once was.
        key = f"import/{self.batch.source_system}/{self.batch.id}/{row.line}"
        context = self.batch.context(key, name)
        try:
            self.engine.execute(self._command(row, context), context)
        except InvalidInput as error:
            if error.code.endswith("_UNCHANGED"):
                return False
            raise
        return True

    def _command(self, row: Row, context: Context) -> Command:
        """What ``row`` asks for; ``InvalidInput`` with all that is wrong with it."""
        act, fields = self.register.act, self._fields(row)
        try:
            return to_command(act, fields)
        except InvalidInput as wrong:
            form = [_of_role(one, fields) for one in wrong.each()]
            rest = mended(act, fields, form)
            beside = [] if rest is None else about_others(self.engine.faults(rest, context), form)
            raise form[0].with_others([*form[1:], *beside]) from None

    def _fields(self, row: Row) -> dict[str, Any]:
        fields: dict[str, Any] = {
            field: row.text(column.name) for field, column in self.register.columns.items()
        }
        if "unit" in fields:
            fields["unit"] = self.units.get(fields["unit"], fields["unit"])
        if "roles" in fields:
            words = filter(None, _BETWEEN.split(fields["roles"]))
            fields["roles"] = [_ROLES.get(word, word) for word in words]
        return fields

    def _said(self, error: DomainError) -> DomainError:
        """``error`` and its others, each by the column in which somebody has to look."""
        first, *others = (self._at_column(one) for one in (error, *error.others))
        return first.with_others(others)

    def _at_column(self, error: DomainError) -> DomainError:
        column = self.register.columns.get((error.field or "").partition("[")[0])
        return error if column is None else error.at(column.name)


def _of_role(fault: DomainError, fields: Mapping[str, Any]) -> DomainError:
    """``fault``; of a word for no role it is said which roles there are."""
    at = re.fullmatch(r"roles\[(\d+)\]", fault.field or "")
    if at is None:
        return fault
    return InvalidInput(
        "ROLE_UNKNOWN",
        f"没有角色「{fields['roles'][int(at[1])][:20]}」",
        field=fault.field,
        remedy=f"可填: {'、'.join(role.label for role in Role if role != Role.SYSTEM)}",
    )


def _ended(name: str, column: str) -> InvalidInput:
    return InvalidInput(
        "REGISTERED_ENDED",
        f"「{name}」已停用,不因导入而恢复",
        field=column,
        remedy="请从表中删去;确要恢复的,请用 unit add、window add 或 user add 登记",
    )


def _listed_twice(name: str, line: int, column: str) -> InvalidInput:
    return InvalidInput(
        "ROW_LISTED_TWICE",
        f"「{name}」在第 {line} 行已出现",
        field=column,
        remedy="请只保留一行",
    )
