"""`bancheng unit`, `window`, `user` and `token`: who works here, where, and their tokens."""

from typing import Annotated

import typer

from bancheng.cli.console import carry_out, console, existing_hall, hall
from bancheng.cli.listing import listing
from bancheng.cli.usage import Commands
from bancheng.domain.commands import Command
from bancheng.domain.office.staff import DismissStaff, RegisterStaff
from bancheng.domain.office.unit import CloseUnit, RegisterUnit
from bancheng.domain.office.window import CloseWindow, RegisterWindow
from bancheng.domain.people import Role
from bancheng.infra import database
from bancheng.projections import office as registers

units = Commands("单位名册。")
windows = Commands("窗口名册。")
users = Commands("人员名册。")

UnitCode = Annotated[str, typer.Argument(help="单位编码")]
WindowCode = Annotated[str, typer.Argument(help="窗口编号")]
StaffId = Annotated[str, typer.Argument(help="工号")]


@units.command("add")
def add_unit(code: UnitCode, name: Annotated[str, typer.Argument(help="名称")]) -> None:
    """登记单位,或更改其名称。"""
    _register(RegisterUnit, code=code, name=name)


@units.command("close")
def close_unit(
    code: UnitCode,
    successor: Annotated[
        str | None, typer.Option(help="承接单位编码: 未结事项、事项目录与人员由其承接")
    ] = None,
) -> None:
    """停用单位: 不再向其派单;尚有未结事项的须指定承接单位。历史保留。"""
    _register(CloseUnit, code=code, successor=successor)


@units.command("list")
def list_units() -> None:
    """列出单位。"""
    with existing_hall() as container, database.read(container.database) as connection:
        rows = [
            (unit.code, unit.name, "停用" if unit.closed else "正常", unit.successor or "")
            for unit in registers.all_units(connection)
        ]
    console.print(listing(("编码", "名称", "状态", "承接单位"), rows))


@windows.command("add")
def add_window(
    code: WindowCode,
    name: Annotated[str, typer.Argument(help="名称")],
    unit: Annotated[str, typer.Option(help="所属单位编码")],
) -> None:
    """登记窗口,或更改其名称与所属单位。登记第一个窗口起,未登记的窗口不予办理。"""
    _register(RegisterWindow, code=code, name=name, unit=unit)


@windows.command("close")
def close_window(code: WindowCode) -> None:
    """停用窗口: 不再在该窗口办理,历史保留。"""
    _register(CloseWindow, code=code)


@windows.command("list")
def list_windows() -> None:
    """列出窗口。"""
    with existing_hall() as container, database.read(container.database) as connection:
        rows = [
            (window.code, window.name, window.unit, "停用" if window.closed else "正常")
            for window in registers.all_windows(connection)
        ]
    console.print(listing(("编号", "名称", "单位", "状态"), rows))


@users.command("add")
def add_user(
    staff_id: StaffId,
    name: Annotated[str, typer.Option(help="姓名")],
    post: Annotated[str, typer.Option(help="岗位")],
    unit: Annotated[str, typer.Option(help="单位编码")],
    role: Annotated[list[Role], typer.Option(help="角色,可重复")],
) -> None:
    """登记人员,或更改其岗位、单位与角色。"""
    _register(RegisterStaff, staff_id=staff_id, name=name, post=post, unit=unit, roles=role)


@users.command("dismiss")
def dismiss_user(staff_id: StaffId) -> None:
    """停用人员: 其令牌立即失效,所办事项保留。"""
    _register(DismissStaff, staff_id=staff_id)


@users.command("list")
def list_users() -> None:
    """列出人员。"""
    rows = []
    with existing_hall() as container, database.read(container.database) as connection:
        for member in registers.all_staff(connection):
            roles = "、".join(role.label for role in member.roles)
            state = "正常" if member.active else "停用"
            rows.append((member.staff_id, member.name, member.post, member.unit, roles, state))
    console.print(listing(("工号", "姓名", "岗位", "单位", "角色", "状态"), rows))


def token(
    staff_id: StaffId,
    hours: Annotated[float, typer.Option(help="有效小时数")] = 8,
) -> None:
    """签发身份令牌。"""
    with existing_hall() as container:
        text = container.token(staff_id, hours)
    typer.echo(text)


def _register(act: type[Command], **fields: object) -> None:
    with hall() as container:
        carry_out(container, act, **fields)
    console.print("已登记")
