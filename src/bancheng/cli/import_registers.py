"""`bancheng import units`, `windows` and `staff`: the registers of a hall from tables."""

from pathlib import Path
from typing import Annotated

import typer

from bancheng.bootstrap import Container
from bancheng.cli.console import console, hall
from bancheng.cli.import_report import batch_of, print_bad, with_progress
from bancheng.importing.registers import STAFF, UNITS, WINDOWS, Register, RegisterImport
from bancheng.importing.tables import BadRow
from bancheng.infra import database
from bancheng.infra.tables import read_table
from bancheng.projections import office as registers


def units(
    file: Annotated[Path, typer.Argument(help="CSV、CSV.GZ 或 XLSX,列: 单位编码、单位名称")],
) -> None:
    """登记单位,一行一个;已登记的更改名称,没有变化的不重复登记。"""
    _enter(UNITS, file)


def windows(
    file: Annotated[Path, typer.Argument(help="CSV、CSV.GZ 或 XLSX,列: 窗口编号、窗口名称、单位")],
) -> None:
    """登记窗口,一行一个;单位填编码或名称;没有变化的不重复登记。"""
    _enter(WINDOWS, file)


def staff(
    file: Annotated[
        Path, typer.Argument(help="CSV、CSV.GZ 或 XLSX,列: 工号、姓名、岗位、单位、角色")
    ],
) -> None:
    """登记人员,一行一人;单位填编码或名称,几个角色以顿号分开;没有变化的不重复登记。"""
    _enter(STAFF, file)


def open_units(container: Container) -> dict[str, str]:
    """The code of each open unit by its name and by its code, which goes before another's name."""
    with database.read(container.database) as connection:
        found = [unit for unit in registers.all_units(connection) if not unit.closed]
    return {unit.name: unit.code for unit in found} | {unit.code: unit.code for unit in found}


def _ended(container: Container, register: Register) -> frozenset[str]:
    with database.read(container.database) as connection:
        if register is UNITS:
            return frozenset(one.code for one in registers.all_units(connection) if one.closed)
        if register is WINDOWS:
            return frozenset(one.code for one in registers.all_windows(connection) if one.closed)
        staff = registers.all_staff(connection)
        return frozenset(one.staff_id for one in staff if not one.active)


def _enter(register: Register, file: Path) -> None:
    with hall() as container:
        # Read whole before anything is stored: a file may be broken at its end.
        rows = list(read_table(file, register.form, bytes_max=container.config.import_bytes_max))
        work = RegisterImport(
            register=register,
            engine=container.engine,
            batch=batch_of(container, "registers"),
            units=open_units(container),
            ended=_ended(container, register),
        )
        results = with_progress(work.run(rows), len(rows))
        container.runner.catch_up()
    bad = [BadRow(one.line, one.name, one.error) for one in results if one.error]
    new = sum(one.is_new for one in results)
    same = len(results) - new - len(bad)
    console.print(f"共 {len(results)} 行: 登记或更改 {new},没有变化 {same},有误 {len(bad)}")
    print_bad(bad)
    raise typer.Exit(1 if bad else 0)
