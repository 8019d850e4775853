"""帮办的通知: whoever is helped is told who helps them, how far it is, and what came of it."""

from collections.abc import Mapping
from typing import Final

from bancheng.app.noticing.drafts import Template, to_citizen, to_post
from bancheng.domain.assistance.course import AssistanceEnded, AssistanceProgressed
from bancheng.domain.assistance.mandate import AssistanceMandated, ContactChanged
from bancheng.domain.events import Event
from bancheng.domain.people import Role

_YOURS: Final = "您委托帮办的事项(编号 {number})"

OF_ASSISTANCE: Final[Mapping[type[Event], tuple[Template, ...]]] = {
    AssistanceMandated: (
        to_citizen("您委托帮办的事项已登记,编号 {number},帮办员 {helper}。", by_phone=False),
    ),
    ContactChanged: (to_citizen(_YOURS + "现由 {helper} 帮办。"),),
    AssistanceProgressed: (
        to_citizen(_YOURS + "有新的进展: {stage}。详情可凭编号向帮办员了解。", by_phone=False),
    ),
    AssistanceEnded: (
        to_citizen(_YOURS + "已办结,结果为「{outcome}」,我们将对您回访。"),
        to_post("帮办 {number} 已办结,请回访评价。", Role.VERIFIER),
    ),
}
