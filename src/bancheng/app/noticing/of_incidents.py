"""突发事件的通知: who leads on duty is told at once, and of what is said to be over."""

from collections.abc import Mapping
from typing import Final

from bancheng.app.noticing.drafts import Template, to_post
from bancheng.domain.events import Event
from bancheng.domain.incidents.incident import IncidentEnded, IncidentRegistered
from bancheng.domain.people import Role

OF_INCIDENTS: Final[Mapping[type[Event], tuple[Template, ...]]] = {
    IncidentRegistered: (
        to_post(
            "突发事件 {number}({kind})[,请于 {report_by}前上报]。",
            Role.DUTY_LEADER,
            Role.SUPERVISOR,
            urgent=True,
        ),
    ),
    IncidentEnded: (to_post("突发事件 {number} 已结束,请复盘。", Role.SUPERVISOR),),
}
