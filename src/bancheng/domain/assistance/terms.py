"""The words of assisted handling: what kinds there are, and how far one is."""

from bancheng.domain.labelled import Labelled
from bancheng.domain.matter_state import MatterStatus


class AssistanceKind(Labelled):
    """帮办类别: whom the hall helps (帮办代办岗、企业服务岗、重大项目一对一)."""

    ASSISTED = "assisted", "帮办代办"
    ENTERPRISE = "enterprise", "企业服务"
    MAJOR_PROJECT = "major_project", "重大项目"


class AssistanceStatus(MatterStatus):
    """帮办状态: whether the hall still helps."""

    OPEN = "open", "帮办中"
    ENDED = "ended", "已办结"

    @property
    def is_closed(self) -> bool:
        return self is AssistanceStatus.ENDED


class AssistanceOutcome(Labelled):
    """帮办结果: what came of it."""

    DONE = "done", "办成"
    NOT_DONE = "not_done", "未办成"
    WITHDRAWN = "withdrawn", "委托人撤回"


class AssistanceStage(Labelled):
    """帮办进展: what was done for the client: the duties of a 帮办代办 post."""

    PREPARED = "prepared", "协助准备材料"
    FILED = "filed", "协助申报"
    FOLLOWED = "followed", "跟踪办理进度"
    COORDINATED = "coordinated", "协调审批中的问题"
    FED_BACK = "fed_back", "反馈办理结果"
