"""个人信息的叙述: that the data of a person is to be erased, is kept unused, is gone."""

from collections.abc import Mapping
from typing import Final

from bancheng.domain.events import Event
from bancheng.domain.privacy.events import (
    ErasureApproved,
    ErasureCarriedOut,
    ErasureRefused,
    ErasureRequested,
    ErasureRestricted,
    ErasureWithdrawn,
    PersonalDataErased,
    ProcessingRestricted,
    RestrictionLifted,
)
from bancheng.projections.wording.readers import term
from bancheng.projections.wording.wording import Part, Saying, says

_DAY: Final = {"erase_from": Part("可以删除之日")}
_ERASURE: Final = {"erasure_id": Part("删除申请")}
_MATTERS: Final = _DAY | {"matters": Part("案件")}
_NO_ONE: Final = {"keys": "密钥的标识,只供程序核对"}

SAYINGS: Final[Mapping[type[Event], Saying]] = {
    ErasureRequested: says(
        "应当事人请求,申请删除其在 {matters} 中的个人信息,缘由为「{ground}」,"
        "{erase_from} 起可以删除",
        parts=_MATTERS | {"ground": Part("删除缘由", term("erasures"))},
    ),
    ErasureApproved: says(
        "批准删除 {matters} 的个人信息: 即日起限制处理,{erase_from} 起删除", parts=_MATTERS
    ),
    ErasureRestricted: says("所列案件已全部限制处理,{erase_from} 起删除", parts=_DAY),
    ErasureRefused: says("不予批准删除", reason="reason"),
    ErasureWithdrawn: says(
        "撤回对 {matters} 的删除申请", reason="reason", parts={"matters": Part("案件")}
    ),
    ErasureCarriedOut: says("删除完成: 所列案件的个人信息不能再读取", hidden=_NO_ONE),
    ProcessingRestricted: says(
        "按个人信息保护法第四十七条限制处理本件的个人信息,{erase_from} 起删除"
        "(删除申请 {erasure_id})",
        parts=_ERASURE | _DAY,
        hidden=_NO_ONE,
    ),
    RestrictionLifted: says("解除对本件个人信息的限制(删除申请 {erasure_id})", parts=_ERASURE),
    PersonalDataErased: says(
        "按个人信息保护法第四十七条删除本件的个人信息(删除申请 {erasure_id})", parts=_ERASURE
    ),
}
