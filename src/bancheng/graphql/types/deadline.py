"""时限预警 as GraphQL: one limit, and the level it has reached at the instant of the request."""

from typing import Any

from bancheng.domain.time_limits.levels import WarningLevel
from bancheng.graphql.enums import enum_of
from bancheng.graphql.types.shown import Shown, Words, lazily, relation, shown_type
from bancheng.projections.deadlines import DeadlineRow

_MATTER: Any = lazily("Matter", "bancheng.graphql.types.matter")
_LEVEL: Any = enum_of(WarningLevel)


def _level(root: Any) -> Any:
    level = _reached(root)
    return None if level is None else _LEVEL(level.value)


def _level_label(root: Any) -> Any:
    level = _reached(root)
    return None if level is None else level.label


def _reached(shown: Shown) -> WarningLevel | None:
    row: DeadlineRow = shown.row
    return row.level(shown.asking.now)


def _raised(root: Any) -> Any:
    shown: Shown = root
    return [_LEVEL(code) for code in shown.row.raised]


async def _matter(root: Any) -> Any:
    shown: Shown = root
    return shown.beside(await shown.asking.loaders.matter(shown.row.matter_id))


Deadline = shown_type(
    DeadlineRow,
    Words(
        name="Deadline",
        description="时限: 一项计时中的或已结束的期限。",
        fields={
            "limit_key": "时限标识",
            "matter_id": "工单或办件标识",
            "matter_number": "工单或办件编号",
            "kind": "时限种类",
            "subject": "所属的工单、派单或督办单",
            "order_id": "派单编号",
            "supervision_order_id": "督办单编号",
            "unit": "责任单位编码",
            "run": "第几次起算(重办加一)",
            "cycle": "第几轮(重新定期、重办加一),每轮各级预警至多一次",
            "started_at": "起算时间",
            "due_at": "到期时间,此刻起为逾期",
            "due_date": "到期日",
            "provisional": "是否暂定(所涉年份的放假通知尚未发布)",
            "reminder_at": "自何时起至少为预警",
            "blue_at": "自何时起至少为蓝色",
            "yellow_at": "自何时起至少为黄牌",
            "orange_at": "自何时起至少为橙色",
            "red_at": "自何时起为红牌",
            "extended": "是否已延期",
            "paused_at": "最近一次暂停的起时",
            "resumes_at": "最近一次暂停的止时,到时自动恢复",
            "label": "时限规则",
            "rule_version": "规则库版本",
            "calendar_version": "日历版本",
            "next_level": "下一预警级别",
            "next_at": "下一预警时间",
            "state": "时限状态",
            "finished_at": "结束时间",
        },
    ),
    {
        "level": relation(_level, _LEVEL | None, "此刻的预警级别,已结束的时限为空。"),
        "level_label": relation(_level_label, str | None, "此刻的预警级别的名称。"),
        "raised": relation(_raised, list[_LEVEL], "本轮已发的预警级别。"),
        "matter": relation(_matter, _MATTER | None, "所属工单或办件。"),
    },
)
