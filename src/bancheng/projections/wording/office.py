"""大厅登记的叙述: units, windows, staff, items, calendars and rule books."""

from collections.abc import Mapping
from typing import Final

from bancheng.domain.events import Event
from bancheng.domain.office.absence import AbsenceEnded, AbsenceNoted
from bancheng.domain.office.calendars import CalendarPublished
from bancheng.domain.office.item import ItemConfirmed, ItemPublished, ItemWithdrawn
from bancheng.domain.office.keys import KeyRotationBegun, KeyRotationEnded
from bancheng.domain.office.rulebooks import RuleBookPublished
from bancheng.domain.office.staff import StaffDismissed, StaffRegistered
from bancheng.domain.office.stand_ins import StandInEnded, StandInNamed
from bancheng.domain.office.unit import UnitClosed, UnitRegistered
from bancheng.domain.office.window import WindowClosed, WindowRegistered
from bancheng.domain.office.window_terms import WindowArranged, WindowDutyEnded, WindowStaffed
from bancheng.projections.wording.readers import end, unit
from bancheng.projections.wording.wording import Part, Saying, says

_AT: Final = {"unit": Part("所属单位", unit)}

SAYINGS: Final[Mapping[type[Event], Saying]] = {
    UnitRegistered: says("登记单位 {code},名称为「{name}」", was=("name",)),
    UnitClosed: says("停用单位 {registered}[,由 {successor} 承接]"),
    WindowRegistered: says(
        "登记窗口 {code}「{name}」,属于 {unit}", was=("name", "unit"), parts=_AT
    ),
    WindowArranged: says(
        "设置窗口 {registered} 为{kind}[,自 {open_from} 起启用][,启用至 {open_until}]"
        "[,有{authorities}]",
        was=("kind", "open_from", "open_until", "authorities"),
        parts={
            "kind": Part("窗口类型"),
            "open_from": Part("启用首日"),
            "open_until": Part("启用末日"),
            "authorities": Part("窗口权限"),
        },
    ),
    WindowStaffed: says(
        "派「{name}」({staff_id})在窗口 {registered} 值守,自 {since}[ 至 {until}]",
        sets=False,
        parts={
            "name": Part("值守人员姓名"),
            "staff_id": Part("值守人员工号"),
            "since": Part("值守起时"),
            "until": Part("值守止时", end),
        },
    ),
    WindowDutyEnded: says(
        "撤去工号 {staff_id} 在窗口 {registered} 的值守", parts={"staff_id": Part("值守人员工号")}
    ),
    WindowClosed: says("停用窗口 {registered}"),
    StaffRegistered: says(
        "登记工作人员 {staff_id} {name},任 {unit} {post},角色为{roles}",
        was=("name", "post", "unit", "roles"),
        parts=_AT | {"name": Part("姓名")},
    ),
    StaffDismissed: says("停用工号 {registered} 的账号"),
    AbsenceNoted: says(
        "登记工号 {registered} 的去向「{whereabouts}」,自 {since} 至 {until}[,由 {stand_in} 替岗]",
        sets=False,
        parts={
            "whereabouts": Part("去向"),
            "since": Part("离岗起时"),
            "until": Part("离岗止时", end),
            "stand_in": Part("替岗人员工号"),
        },
    ),
    AbsenceEnded: says("登记工号 {registered} 返岗"),
    StandInNamed: says(
        "登记工号 {registered} 的AB岗: 由「{name}」({stand_in})替岗[,自 {since}][ 至 {until}]"
        "[{!until},离岗期间替岗]",
        sets=False,
        parts={
            "name": Part("B岗姓名"),
            "stand_in": Part("B岗工号"),
            "since": Part("替岗起时"),
            "until": Part("替岗止时", end),
        },
    ),
    StandInEnded: says(
        "撤销工号 {registered} 的AB岗: {stand_in} 不再替岗",
        parts={"stand_in": Part("B岗工号")},
    ),
    ItemPublished: says("发布事项 {item}", was=("item",)),
    ItemConfirmed: says(
        "核对事项 {registered} 第 {version} 版的办事指南,与{compared_with}一致",
        parts={"version": Part("所核对的版本"), "compared_with": Part("核对所依")},
    ),
    ItemWithdrawn: says("取消事项 {registered}: {reason}"),
    CalendarPublished: says("发布工作日历 {calendar}", was=("calendar",)),
    KeyRotationBegun: says(
        "开始轮换主密钥: 由 {old} 换为 {new}",
        parts={"old": Part("原主密钥"), "new": Part("新主密钥")},
    ),
    KeyRotationEnded: says(
        "完成轮换主密钥: {keys} 把密钥均已改由 {new} 封装",
        parts={"keys": Part("密钥个数"), "new": Part("新主密钥")},
    ),
    RuleBookPublished: says(
        "发布规则库 {rulebook},自 {effective_day} 起施行", was=("rulebook", "effective_day")
    ),
}
