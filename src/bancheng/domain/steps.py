"""六步程序: the six steps every matter goes through (seed S0, 5.7)."""

from enum import StrEnum


class Step(StrEnum):
    """环节: one of the six steps."""

    DISCOVER = "discover"
    ANALYSE = "analyse"
    DISPATCH = "dispatch"
    DEADLINE = "deadline"
    VERIFY = "verify"
    SUPERVISE = "supervise"

    @property
    def label(self) -> str:
        """The step as people in the hall call it."""
        return _LABELS[self]


_LABELS = {
    Step.DISCOVER: "发现问题",
    Step.ANALYSE: "分析原因",
    Step.DISPATCH: "派发工单",
    Step.DEADLINE: "限期解决",
    Step.VERIFY: "结果核查",
    Step.SUPERVISE: "监督检查",
}
