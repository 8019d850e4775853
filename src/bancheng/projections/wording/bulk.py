"""批量办理的叙述: what is said of an act for many matters; each of them says its own."""

from collections.abc import Mapping
from typing import Final

from bancheng.domain.bulk import BulkBegun
from bancheng.domain.events import Event
from bancheng.projections.wording.wording import Part, Saying, says

SAYINGS: Final[Mapping[type[Event], Saying]] = {
    BulkBegun: says(
        "开始批量办理「{act_term}」,共 {count} 件",
        parts={"act_term": Part("办理动作"), "count": Part("件数")},
        hidden={"act": "办理动作的代码,名称已在句中"},
    ),
}
