"""通知的叙述: that somebody was told, could not be told, is to be told once more."""

from collections.abc import Mapping
from typing import Final

from bancheng.domain.events import Event
from bancheng.domain.notices.events import NoticeFailed, NoticeResendOrdered, NoticeSent
from bancheng.projections.wording.wording import Part, Saying, says

_WHOM: Final = "以{channel}[({route})]通知{addressee}[ {unit}][({post})]: {text}"
_PARTS: Final = {
    "addressee": Part("通知对象"),
    "route": Part("线路"),
    "text": Part("告知的内容"),
    "tries": Part("已试次数"),
}
_HIDDEN: Final = {
    "notice_id": "通知的标识,见通知台账",
    "of_topic": "所告知的事件,在同一留痕中",
}

SAYINGS: Final[Mapping[type[Event], Saying]] = {
    NoticeSent: says(
        _WHOM,
        unit="unit",
        sets=False,
        parts=_PARTS | {"sent_at": Part("发出时间")},
        hidden=_HIDDEN | {"message_id": "所在消息的标识,见通知台账"},
    ),
    NoticeFailed: says(
        f"未能{_WHOM}(试 {{tries}} 次,{{fault}})",
        unit="unit",
        sets=False,
        parts=_PARTS | {"fault": Part("失败代码")},
        hidden=_HIDDEN,
    ),
    NoticeResendOrdered: says(
        "将发送失败的通知 {notice_id} 重新发送", parts={"notice_id": Part("通知标识")}
    ),
}
