"""个人信息处理: whether the personal data of something is used, only kept, or erased."""

from datetime import date

from msgspec import Struct

from bancheng.domain.errors import WrongStep
from bancheng.domain.labelled import Labelled


class DataState(Labelled):
    """个人信息状态: what may be done with the personal data of a matter."""

    KEPT = "kept", "正常"
    RESTRICTED = "restricted", "限制处理"
    ERASED = "erased", "已删除"


class Restriction(Struct, frozen=True, kw_only=True):
    """限制: for which erasure personal data is kept and not used, and until when.

    ``carried_out``: it was erased.
    """

    erasure_id: str
    erase_from: date
    carried_out: bool = False


class Processed(Struct, frozen=True, kw_only=True):
    """处理对象: what has personal data, which is used unless there is a ``restriction``."""

    restriction: Restriction | None = None

    def require_processed(self) -> None:
        """``WrongStep`` ``PROCESSING_RESTRICTED`` or ``PERSONAL_DATA_ERASED`` if it is not used."""
        if self.restriction is not None:
            raise not_processed(erased=self.restriction.carried_out)


def not_processed(*, erased: bool) -> WrongStep:
    """The refusal of whatever would use personal data that is only kept, or is erased."""
    if erased:
        return WrongStep(
            "PERSONAL_DATA_ERASED",
            "本件的个人信息已按个人信息保护法第四十七条删除",
            remedy="本件只能按编号查看办理经过,不能再办理",
        )
    return WrongStep(
        "PROCESSING_RESTRICTED",
        "个人信息已按个人信息保护法第四十七条限制处理: 只存储,不调阅、不联系、不查找、不办理",
        remedy="确须办理的,由监督人员先撤回删除申请",
    )
