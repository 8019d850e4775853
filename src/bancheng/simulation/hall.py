"""The hall that is simulated: its units, its staff, what people come for. Data, no behaviour."""

from typing import Final, NamedTuple

from bancheng.domain.people import Actor, Role

HALL_UNIT: Final = "ZWZX"
UNITS: Final = {
    HALL_UNIT: "政务服务中心",
    "SCJG": "市场监督管理局",
    "ZJJ": "住房和城乡建设局",
    "RSJ": "人力资源和社会保障局",
    "ZRZY": "自然资源局",
    "WJW": "卫生健康委员会",
    "JYJ": "教育局",
    "MZJ": "民政局",
    "JTJ": "交通运输局",
}


def staff(id_: str, name: str, post: str, unit: str, *roles: Role) -> Actor:
    """A member of staff."""
    return Actor(id=id_, name=name, post=post, unit=unit, roles=roles)


ADMINISTRATOR: Final = staff("admin", "周立", "系统管理岗", HALL_UNIT, Role.ADMINISTRATOR)
CLERKS: Final = (
    staff("clerk1", "林晓", "办不成事反映窗口", HALL_UNIT, Role.WINDOW_CLERK),
    staff("clerk2", "陈静", "综合受理岗", HALL_UNIT, Role.WINDOW_CLERK),
)
HANDLERS: Final = (
    staff("handler1", "赵敏", "工单处理岗", HALL_UNIT, Role.HANDLER),
    staff("handler2", "孙波", "工单处理岗", HALL_UNIT, Role.HANDLER),
)
VERIFIER: Final = staff("verifier1", "吴倩", "回访核查岗", HALL_UNIT, Role.VERIFIER)
SUPERVISOR: Final = staff("supervisor1", "郑凯", "大厅主管", HALL_UNIT, Role.SUPERVISOR)
EFFICIENCY: Final = staff("xnjc1", "王芳", "效能监察岗", HALL_UNIT, Role.EFFICIENCY_SUPERVISOR)
OFFICERS: Final = {
    unit: staff(f"{unit.lower()}1", name, "单位承办岗", unit, Role.UNIT_OFFICER)
    for unit, name in zip(
        [unit for unit in UNITS if unit != HALL_UNIT],
        ["李强", "刘洋", "黄蕾", "徐峰", "何琳", "马超", "罗兰", "谢军"],
        strict=True,
    )
}
STAFF: Final = (
    ADMINISTRATOR, *CLERKS, *HANDLERS, VERIFIER, SUPERVISOR, EFFICIENCY, *OFFICERS.values(),
)  # fmt: skip


class Matter(NamedTuple):
    """事由: what somebody comes with, and which unit it concerns."""

    unit: str
    subject: str
    content: str


MATTERS: Final = (
    Matter("SCJG", "食品经营许可现场核查迟迟不安排",
           "提交材料已经两周,窗口一直说等通知,没有人说明什么时候来现场核查。"),
    Matter("SCJG", "变更法定代表人被要求多次补材料",
           "第一次说缺股东会决议,补了以后又说章程格式不对,没有一次性告知。"),
    Matter("ZJJ", "监管资金拨付申请无人受理",
           "线上系统显示已提交,窗口查不到,两个科室互相推。"),
    Matter("ZJJ", "公租房资格复核超过承诺时间",
           "承诺十个工作日,现在已经二十天,电话无人接听。"),
    Matter("RSJ", "失业金申领状态一直是待审核",
           "原单位已经办理减员,系统数据没有更新,两边都让找对方。"),
    Matter("RSJ", "工伤认定材料窗口拒收",
           "窗口说医院诊断证明格式不对,但没有给书面说明。"),
    Matter("ZRZY", "继承过户不知道要跑几个地方",
           "公证处、税务、登记中心说法不一样,来了三次没有办成。"),
    Matter("ZRZY", "抵押登记注销后系统仍显示抵押",
           "银行已经结清,影响房屋出售,请尽快更新。"),
    Matter("WJW", "诊所备案系统提交后报错",
           "系统一直提示机构代码不存在,窗口表示是省平台的问题。"),
    Matter("JYJ", "转学手续两个学校互相等",
           "转出学校要接收证明,转入学校要转出证明,形成死循环。"),
    Matter("MZJ", "老人行动不便无法到场认证",
           "老人八十七岁卧床,希望可以上门办理人脸认证。"),
    Matter("JTJ", "从业资格证换证照片审核不通过",
           "上传五次都说背景不符合要求,没有说明具体标准。"),
)  # fmt: skip
RESULTS: Final = (
    "已联系申请人核实情况,当场补录数据并办结。",
    "经与上级平台核对,系统问题已修复,申请已审核通过。",
    "已一次性告知所需材料,申请人补齐后当日办结。",
    "已安排专人上门办理,手续完成。",
)
PUBLISHED: Final = "群众反映的问题已核实,有关窗口已改正,特此公开答复。"
ANSWER: Final = "您反映的问题已办结,办理情况见随附说明。"
