"""`bancheng unit`, `window`, `user` and `token`: who works here, where, and their tokens."""

from typing import Annotated

import typer

from bancheng.bootstrap import Container
from bancheng.cli.console import carry_out, console, existing_hall, hall
from bancheng.cli.listing import listing
from bancheng.cli.usage import Commands
from bancheng.domain.commands import Command
from bancheng.domain.errors import InvalidInput
from bancheng.domain.office.credentials import (
    IssuePassword,
    IssueToken,
    RevokeCredential,
    RevokeCredentials,
    RevokeHallCredentials,
)
from bancheng.domain.office.second_factor import RemoveSecondFactor
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
def dismiss_user(
    staff_id: StaffId,
    *,
    unhanded: Annotated[
        bool, typer.Option("--unhanded", help="在手工作未交接也停用,由本厅退回单位")
    ] = False,
) -> None:
    """停用人员: 其令牌立即失效,所办事项保留;在手的工作须先交接。"""
    _register(DismissStaff, staff_id=staff_id, unhanded=unhanded)


@users.command("list")
def list_users() -> None:
    """列出人员。"""
    rows = []
    with existing_hall() as container, database.read(container.database) as connection:
        for member in registers.all_staff(connection):
            roles = "、".join(role.label for role in member.roles)
            state = "正常" if member.active else "停用"
            device = "已启用" if member.second_factor_id else ""
            told = (member.staff_id, member.name, member.post, member.unit)
            rows.append((*told, roles, state, device))
    console.print(listing(("工号", "姓名", "岗位", "单位", "角色", "状态", "动态口令"), rows))


@users.command("password")
def issue_password(
    staff_id: StaffId,
    hours: Annotated[int, typer.Option(help="有效小时数,须在此期间更改")] = 72,
) -> None:
    """签发一次性的初始密码,首次登录须更改;原有的密码、会话与令牌立即失效。"""
    _tell(IssuePassword, staff_id=staff_id, hours=hours)


@users.command("second-factor-off")
def remove_second_factor(staff_id: StaffId) -> None:
    """解除动态口令(设备遗失时);其会话与令牌立即失效,密码不变。"""
    with existing_hall() as container:
        carry_out(container, RemoveSecondFactor, staff_id=staff_id)
        container.runner.catch_up()
    console.print("已解除")


@users.command("sessions")
def list_credentials(
    staff_id: Annotated[str | None, typer.Argument(help="工号,不填为全厅")] = None,
) -> None:
    """列出现时有效的会话与令牌。"""
    with existing_hall() as container:
        local = container.rules.calendar().local
        rows = [
            (
                one.id, one.kind.label, one.staff_id, f"{local(one.issued_at):%m-%d %H:%M}",
                f"{local(one.valid_until):%m-%d %H:%M}",
                "" if one.seen_at is None else f"{local(one.seen_at):%m-%d %H:%M}",
                one.address or one.purpose or "",
            )
            for one in container.identity.held(staff_id)
        ]  # fmt: skip
    console.print(listing(("标识", "种类", "工号", "自", "至", "最近使用", "地址或用途"), rows))


@users.command("revoke")
def revoke(
    staff_id: Annotated[str | None, typer.Argument(help="工号")] = None,
    credential: Annotated[
        str | None, typer.Option(help="只吊销这一个会话或令牌(见 user sessions)")
    ] = None,
    everybody: Annotated[  # noqa: FBT002 - said by name alone
        bool, typer.Option("--everybody", help="吊销全厅所有人的会话与令牌")
    ] = False,
    reason: Annotated[str, typer.Option(help="吊销全厅的事由,记入留痕")] = "运维人员吊销",
) -> None:
    """吊销会话与令牌: 一个人的、其中一个,或全厅的。密码不变。"""
    with existing_hall() as container:
        if everybody == (staff_id is not None) or (everybody and credential is not None):
            raise InvalidInput(
                "REVOKED_WHOSE",
                "没有说明吊销谁的会话与令牌",
                remedy="请填写工号;或只用 --everybody,吊销全厅的",
            )
        if staff_id is None:
            carry_out(container, RevokeHallCredentials, reason=reason)
        elif credential is None:
            carry_out(container, RevokeCredentials, staff_id=staff_id)
        else:
            carry_out(container, RevokeCredential, staff_id=staff_id, credential_id=credential)
        container.runner.catch_up()
    console.print("已吊销")


def token(
    staff_id: StaffId,
    hours: Annotated[int, typer.Option(help="有效小时数")] = 8,
    purpose: Annotated[str | None, typer.Option(help="用途,如所供的程序")] = None,
) -> None:
    """签发身份令牌,供程序使用。"""
    _tell(IssueToken, staff_id=staff_id, hours=hours, purpose=purpose)


def token_of(container: Container, staff_id: str, hours: int) -> str:
    """A token that was issued at the command line, good at once."""
    return _issued(container, IssueToken, staff_id=staff_id, hours=hours)


def _tell(act: type[Command], **fields: object) -> None:
    with existing_hall() as container:
        typer.echo(_issued(container, act, **fields))


def _issued(container: Container, act: type[Command], **fields: object) -> str:
    answer = carry_out(container, act, **fields)
    container.runner.catch_up()  # else it would not be known yet
    return answer.one_time_code or ""


def _register(act: type[Command], **fields: object) -> None:
    with hall() as container:
        carry_out(container, act, **fields)
    console.print("已登记")
