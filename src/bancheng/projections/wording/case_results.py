"""办件出件、评价与主题件的叙述: what goes out, how it is rated, and what joins several cases."""

from collections.abc import Mapping
from typing import Final

from bancheng.domain.case.rate import CaseRated, RatingCodeIssued
from bancheng.domain.case.ratings import (
    RaterContacted,
    RatingAppealed,
    RatingExcluded,
    RatingRectified,
    RatingUpheld,
)
from bancheng.domain.case.theme import (
    ChildAttached,
    ChildNoted,
    ChildOpened,
    ClosedWithTheme,
    LeftTheme,
)
from bancheng.domain.case.verify import ResultDelivered, ResultKept, ResultMade, ResultNotified
from bancheng.domain.events import Event
from bancheng.projections.wording.wording import Part, Saying, says

SAYINGS: Final[Mapping[type[Event], Saying]] = {
    ResultMade: says("制作证照与文书: {documents}[,有效期至 {valid_until}]"),
    ResultNotified: says("以{way}通知申请人领取"),
    ResultKept: says("将办理结果存放于 {place}代管"),
    ResultDelivered: says(
        "以{way}送达办理结果[(原选{instead_of})][,单号 {tracking_no}][,合并送达 {bundle_no}]"
        "[{name_uncompared},申请人姓名已销毁、未能核对][;批后复审 {review}]",
        reason="other_way_reason",
    ),
    RatingCodeIssued: says(
        "签发评价码(所评服务 {visit})[,有效至 {valid_until}]",
        hidden={"digest": "评价码的摘要,只供核对"},
    ),
    CaseRated: says(
        "收到评价 {rating_id}「{level}」({origin}[{named},实名][{!named},匿名]),所评单位 {unit}"
        "[,须限 {contact_due}联系][,须限 {rectify_due}整改]",
        reason="comment",
    ),
    RaterContacted: says(
        "就评价 {rating_id} 联系评价人,{call}"
        "[{justified},差评属实合理][{!justified},差评不成立],所评单位 {unit}"
        "[,限 {rectify_due}整改]",
        reason="finding",
    ),
    RatingRectified: says("完成评价 {rating_id} 的整改并答复评价人", reason="measure"),
    RatingAppealed: says(
        "对评价 {rating_id} 提出申诉", reason="ground", parts={"ground": Part("申诉理由")}
    ),
    RatingExcluded: says("同意申诉,评价 {rating_id} 不计入统计", reason="ruling"),
    RatingUpheld: says("不同意申诉,评价 {rating_id} 维持", reason="ruling"),
    ChildOpened: says(
        "为主题件 {theme_number} 开立子件 {number}: {item},办理期限: {terms}"
        "[;缺少材料: {gap}][;起算环节 {step_begun}]",
        hidden={"theme_id": "主题件的内部标识,编号已在句中"},
    ),
    ChildAttached: says(
        "将子件 {number}(事项 {item})挂接到本主题件,由 {unit} 办理",
        hidden={"child_id": "子件的内部标识,编号已在句中"},
    ),
    ChildNoted: says("得知子件(事项 {item})进展为「{status}」[,结果「{outcome}」]"),
    ClosedWithTheme: says("随主题件统一出件[;批后复审 {review}]"),
    LeftTheme: says("主题件未出结果而终结,本件单独继续"),
}
