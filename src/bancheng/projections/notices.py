"""通知台账: one row a notice: who is told what, by which way, when, and what came of it.

No projection fills it: what was sent can not be sent anew. The sender keeps its rows beside the log
(`bancheng.infra.notice_queue`), a rebuild leaves them as they are.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, NamedTuple

import msgspec
from sqlalchemy import Index

from bancheng.domain.notices.terms import Addressee, NoticeChannel, NoticeStatus
from bancheng.domain.people import Role
from bancheng.projections.ledger.declared import Ledger
from bancheng.projections.ledger.fields import (
    Position,
    Word,
    asked,
    asked_any,
    key,
    prose,
    sorts,
    unit_code,
    unseen,
)
from bancheng.projections.ledger.table import table_of
from bancheng.projections.machine.columns import partial_index
from bancheng.projections.matters import MatterId, MatterNumber, matter
from bancheng.projections.sight import AT_WORK, OWN_UNIT


class NoticeRow(msgspec.Struct, frozen=True, kw_only=True):
    """通知: what one addressee is told of one event. No number to call and no name is here."""

    notice_id: Annotated[str, Word("通知标识"), key, asked]
    matter_id: MatterId
    matter_number: MatterNumber = None
    position: Annotated[Position, Word("所告知事件在整个事件库中的位置")]
    of_topic: Annotated[str, Word("所告知事件的主题"), asked_any]
    addressee: Annotated[Addressee, Word("通知对象"), asked_any]
    unit: Annotated[str | None, Word("单位编码"), asked, unit_code] = None
    post: Annotated[Role | None, Word("岗位"), asked_any] = None
    channel: Annotated[NoticeChannel, Word("通知渠道"), asked_any]
    route: Annotated[str, Word("线路名称,见通知设置"), asked]
    text: Annotated[str, Word("告知的内容;查询码只有当事人收到"), prose]
    status: Annotated[NoticeStatus, Word("通知状态"), asked_any]
    made_at: Annotated[datetime, Word("生成时间,即所告知事件的入库时间"), asked, sorts]
    notify_at: Annotated[datetime, Word("最早告知时间,失败后为下次尝试的时间"), asked, sorts]
    sent_at: Annotated[datetime | None, Word("告知时间"), asked] = None
    tries: Annotated[int, Word("已试次数")] = 0
    fault: Annotated[str | None, Word("最近一次失败的代码"), asked] = None
    message_id: Annotated[str | None, Word("所在消息的标识;汇总发送的几项相同"), asked] = None
    leased_until: Annotated[datetime | None, unseen] = None
    rounds: Annotated[int, unseen] = 0
    untold: Annotated[bool, unseen] = False
    # Told outside the hours of its addressee, at its first try and at each later one.
    urgent: Annotated[bool, unseen] = False


class Called(NamedTuple):
    """已电话告知: somebody was reached on the telephone about what they were to be told of."""

    matter_id: str
    position: int
    at: datetime


class Over(NamedTuple):
    """不必再告知: somebody has had, or been told, all that there is to a matter."""

    matter_id: str
    position: int


class Again(NamedTuple):
    """重新发送: what had failed, and when it may go again."""

    notice_id: str
    at: datetime


class Made(NamedTuple):
    """生成的通知: what a stretch of the log leads to.

    ``rows`` are new. Whoever was ``called``, or whose matter is ``over``, need not be called for
    what was before. Of the matters
    ``dropped`` no citizen is told any more. ``again`` is sent once more.
    """

    rows: Sequence[NoticeRow] = ()
    called: Sequence[Called] = ()
    over: Sequence[Over] = ()
    dropped: Sequence[str] = ()
    again: Sequence[Again] = ()


notice = table_of(
    NoticeRow,
    "notice",
    Index("notice_matter", "matter_id", "made_at"),
    Index("notice_unit", "unit", "made_at"),
    Index("notice_made_at", "made_at", "notice_id"),
    Index("notice_due", "status", "route", "notify_at", "position"),
    Index("notice_message", "message_id"),
    partial_index("notice_untold", "position", where="untold"),
)
NOTICES = Ledger(
    "notices",
    "通知台账",
    NoticeRow,
    notice,
    told="一项通知: 就何事、以何渠道、告知谁、何时、结果如何;没有号码与姓名",
    version=1,
    follows=(),
    of=(),
    seen_by=AT_WORK,
    rows=OWN_UNIT,
    first="made_at",
    source=notice.outerjoin(matter, matter.c.matter_id == notice.c.matter_id),
    elsewhere={"matter_number": matter.c.number},
)
NOTICES_BY_ID = NOTICES.one_by("notice_id")
NOTICES_OF_MATTERS = NOTICES.several_by("matter_id", "made_at")
