"""The words of incidents: what kinds there are, and how far one is."""

from bancheng.domain.labelled import Labelled
from bancheng.domain.matter_state import MatterStatus


class IncidentKind(Labelled):
    """突发事件类别: what happened (系统故障、群众投诉、秩序与安全)."""

    SYSTEM_FAILURE = "system_failure", "系统故障"
    DISPUTE = "dispute", "群众投诉、纠纷"
    CROWDING = "crowding", "人员聚集、拥堵"
    DISORDER = "disorder", "扰乱秩序"
    INJURY = "injury", "人员伤病"
    FIRE = "fire", "火情、设施险情"
    OTHER = "other", "其他"


class IncidentStatus(MatterStatus):
    """突发事件状态: whether it goes on."""

    OPEN = "open", "处置中"
    ENDED = "ended", "已结束"

    @property
    def is_closed(self) -> bool:
        return self is IncidentStatus.ENDED
