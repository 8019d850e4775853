"""How far an erasure is."""

from bancheng.domain.labelled import Labelled


class ErasureStatus(Labelled):
    """删除申请状态: how far a request is."""

    REQUESTED = "requested", "待批准"
    APPROVED = "approved", "已批准,待限制处理"
    RESTRICTED = "restricted", "限制处理中"
    REFUSED = "refused", "不予批准"
    WITHDRAWN = "withdrawn", "已撤回"
    CARRIED_OUT = "carried_out", "已删除"
