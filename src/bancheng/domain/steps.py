"""六步程序: the six steps every matter goes through (seed S0, 5.7)."""

from bancheng.domain.labelled import Labelled


class Step(Labelled):
    """环节: one of the six steps."""

    DISCOVER = "discover", "发现问题"
    ANALYSE = "analyse", "分析原因"
    DISPATCH = "dispatch", "派发工单"
    DEADLINE = "deadline", "限期解决"
    VERIFY = "verify", "结果核查"
    SUPERVISE = "supervise", "监督检查"
