"""事项: what a service item promises. Values only; how one is published lives in `office/item`.

The office publishes items, cases keep the version they began under: both know these words.
"""

from datetime import date
from typing import Annotated, Final, Protocol

from msgspec import Meta, Struct

from bancheng.domain.item_types import PowerType
from bancheng.domain.labelled import Labelled
from bancheng.domain.time_limits.rules import Approver, Count
from bancheng.domain.time_limits.terms import Amount, Limit

AMOUNT_FEN_MAX: Final = 2_000_000_000  # the API's integers end at 2³¹
Text = Annotated[str, Meta(min_length=1, max_length=200)]
Basis = Annotated[str, Meta(max_length=1000)]
Standard = Annotated[str, Meta(min_length=1, max_length=300)]
ItemCode = Annotated[
    str, Meta(min_length=1, max_length=60, pattern="^[A-Za-z0-9_-]+$", description="事项实施编码")
]
TermCode = Annotated[str, Meta(min_length=1, max_length=40)]
UnitOfStep = Annotated[str, Meta(max_length=40, description="承办单位编码")] | None


class ItemLevel(Labelled):
    """事项层级: main item, sub-item, or the business item that is applied for."""

    MAIN = "main", "主项"
    SUB = "sub", "子项"
    BUSINESS = "business", "业务办理项"


class CaseKind(Labelled):
    """办件类型: how a case of the item is finished."""

    INSTANT = "instant", "即办件"
    PROMISED = "promised", "承诺件"
    REPORTED_UP = "reported_up", "上报件"
    FORWARDED = "forwarded", "转报件"
    JOINT = "joint", "联办件"

    @property
    def goes_up(self) -> bool:
        """上报转报: whether another organ decides what is examined here (行政许可法 43)."""
        return self in (CaseKind.REPORTED_UP, CaseKind.FORWARDED)


class _Decided(Protocol):
    @property
    def kind(self) -> CaseKind: ...
    @property
    def children(self) -> tuple[str, ...]: ...


def decide_purpose(item: _Decided) -> str:
    """办理时限的用途: what a rule book calls the limit within which ``item`` is decided."""
    # Who only examines for another organ has a time of its own (行政许可法 43).
    if item.kind.goes_up:
        return "case.lower_review"
    # Several offices together have longer by law (行政许可法 42(2)).
    return "case.decide_joint" if item.children else "case.decide"


class Copies(Labelled):
    """材料形式: what is asked for."""

    ORIGINAL = "original", "原件"
    COPY = "copy", "复印件"
    BOTH = "both", "原件和复印件"
    ELECTRONIC = "electronic", "电子件"


class MaterialOrigin(Labelled):
    """材料来源: where the material can come from."""

    APPLICANT = "applicant", "申请人自备"
    GOVERNMENT = "government", "政府部门核发"
    SHARED = "shared", "数据共享"
    THIRD_PARTY = "third_party", "中介机构"


class DeliveryWay(Labelled):
    """送达方式: how the result reaches the applicant."""

    COUNTER = "counter", "窗口领取"
    POST = "post", "邮寄"
    ONLINE = "online", "网上送达"
    LOCKER = "locker", "自助柜领取"


class Material(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """申请材料: ``gap_allowed``: it may be missing at acceptance, on a written promise (容缺).

    ``review_points`` are what a window looks at before it takes the material, and ``sample`` says
    where a filled-in example is found.
    """

    code: Annotated[TermCode, Meta(description="材料代码,在本事项内不重复")]
    name: Annotated[Text, Meta(description="材料名称")]
    copies: Annotated[Copies, Meta(description="材料形式")] = Copies.ORIGINAL
    origin: Annotated[MaterialOrigin, Meta(description="材料来源")] = MaterialOrigin.APPLICANT
    required: Annotated[bool, Meta(description="是否必要")] = True
    gap_allowed: Annotated[bool, Meta(description="是否可容缺")] = False
    review_points: Annotated[
        tuple[Standard, ...], Meta(max_length=20, description="审核要点,窗口逐条核对")
    ] = ()
    sample: Annotated[str, Meta(max_length=300, description="样表: 文件名或网址")] = ""


class ProcedureKind(Labelled):
    """特别程序种类: what is done in a special procedure (行政许可法 34, 45)."""

    SURVEY = "survey", "现场勘查"
    HEARING = "hearing", "听证"
    TENDER = "tender", "招标"
    AUCTION = "auction", "拍卖"
    INSPECTION = "inspection", "检验检测检疫"
    APPRAISAL = "appraisal", "鉴定"
    EXPERTS = "experts", "专家评审"
    OTHER = "other", "其他"


# How a catalogue that states no kind calls what verifies the substance on the spot.
_SURVEYS: Final = ("勘查", "勘验", "踏勘", "核查", "查验", "实地", "现场")


class SpecialProcedure(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """特别程序: hearing, survey, test or expert review, with the most working days it takes.

    ``counted``: its time counts within the limit; else the limit pauses (行政许可法 45).
    ``required``: no case of the item is decided without it.
    """

    code: Annotated[TermCode, Meta(description="程序代码,在本事项内不重复")]
    name: Annotated[Text, Meta(description="程序名称")]
    working_days: Annotated[Amount, Meta(description="所需工作日,最多")]
    counted: Annotated[bool, Meta(description="是否计入时限")] = False
    basis: Annotated[Basis, Meta(description="程序依据")] = ""
    required: Annotated[
        bool, Meta(description="是否每件必经;为听证的,即依法应当听证,未举行不得作出决定")
    ] = False
    kind: Annotated[
        ProcedureKind | None, Meta(description="程序种类;不填的,名称含勘查、核查等的为现场勘查")
    ] = None

    @property
    def is_survey(self) -> bool:
        """现场勘查: whether it verifies the substance, which takes two officers."""
        if self.kind is not None:
            return self.kind is ProcedureKind.SURVEY
        # No kind is stated in most catalogues, and what is called a survey there is one.
        return not self.is_hearing and any(word in self.name for word in _SURVEYS)

    @property
    def is_hearing(self) -> bool:
        """听证: whether it stands for the time of a hearing, which has a course of its own."""
        if self.kind is not None:
            return self.kind is ProcedureKind.HEARING
        return ProcedureKind.HEARING.label in self.name


class ItemStep(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """办理环节: one step of the procedure, in order, with a limit of its own if it has one."""

    name: Annotated[Text, Meta(description="环节名称")]
    unit: UnitOfStep = None
    limit: Annotated[Limit | None, Meta(description="环节时限")] = None


class ItemExtension(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """延期规定: what the item's own law adds to its statutory limit, in the unit of that limit."""

    amount: Annotated[Amount, Meta(description="可延长多少,单位与法定时限相同")]
    approver: Annotated[Approver, Meta(description="批准人")] = Approver.ORGAN_HEAD
    times_max: Annotated[Count, Meta(description="最多延长几次")] = 1
    basis: Annotated[str, Meta(min_length=1, max_length=1000, description="延长的依据")]


class Charge(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """收费: ``amount_fen`` in 分 (one hundredth of a yuan)."""

    name: Annotated[Text, Meta(description="收费名称")]
    amount_fen: Annotated[int, Meta(ge=0, le=AMOUNT_FEN_MAX, description="金额,单位分")]
    basis: Annotated[Basis, Meta(description="收费依据")] = ""


# What the office states of an item, under the words that its act and the API show.
BasicCode = Annotated[str, Meta(max_length=40, description="事项基本编码")]
ItemName = Annotated[str, Meta(min_length=1, max_length=200, description="事项名称")]
Level = Annotated[ItemLevel, Meta(description="事项层级")]
Parent = Annotated[str, Meta(max_length=60, description="上级事项编码")] | None
Type = Annotated[PowerType, Meta(description="事项类型")]
Kind = Annotated[CaseKind, Meta(description="办件类型")]
UnitOfItem = Annotated[str, Meta(min_length=1, max_length=40, description="实施单位编码")]
LegalBasis = Annotated[Basis, Meta(description="设定依据")]
Conditions = Annotated[tuple[Standard, ...], Meta(max_length=30, description="受理条件,逐条写明")]
FormFields = Annotated[tuple[Text, ...], Meta(max_length=100, description="表单内容要素")]
Areas = Annotated[
    tuple[Text, ...], Meta(max_length=50, description="通办范围: 可跨域办理的地区;不填为仅在本地")
]
Materials = Annotated[tuple[Material, ...], Meta(max_length=100, description="申请材料")]
JOINT_MATERIALS_MAX: Final = 300
# A case of a theme has what all that it joins need, beside its own.
JointMaterials = Annotated[
    tuple[Material, ...], Meta(max_length=JOINT_MATERIALS_MAX, description="申请材料")
]
Procedures = Annotated[tuple[SpecialProcedure, ...], Meta(max_length=20, description="特别程序")]
Charges = Annotated[tuple[Charge, ...], Meta(max_length=20, description="收费")]
ReviewShare = (
    Annotated[int, Meta(ge=0, le=100, description="批后复审的抽查比例(%);不填为全部")] | None
)
RenewalAhead = (
    Annotated[int, Meta(ge=0, le=3650, description="延续须在有效期届满前多少日提出;不填按规则库")]
    | None
)
Deliveries = Annotated[tuple[DeliveryWay, ...], Meta(max_length=8, description="送达方式")]
Windows = Annotated[tuple[TermCode, ...], Meta(max_length=50, description="办理窗口编码")]
Children = Annotated[tuple[ItemCode, ...], Meta(max_length=30, description="一件事子项编码")]
EffectiveFrom = Annotated[date, Meta(description="生效日期")]
EffectiveTo = Annotated[date | None, Meta(description="失效日期,当日仍有效")]
Extendable = Annotated[bool, Meta(description="法定时限可否依法延长")]
Extension = Annotated[
    ItemExtension | None, Meta(description="本事项所依法律、法规另行规定的延长;不填则依规则库")
]
STEPS_MAX: Final = 30


class ServiceItem(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """事项: one version of what the hall offers, and what it promises.

    ``statutory`` and ``promised`` are limits from acceptance; an instant item may have neither.
    The former may be extended by ``extension``, else by the rule book, if it is ``extendable``.
    ``children`` are the codes of the items that a theme (一件事) joins. ``version`` counts the
    publications of this code from 1.
    """

    code: ItemCode
    basic_code: BasicCode
    name: ItemName
    version: int = 0
    level: Level = ItemLevel.BUSINESS
    parent: Parent = None
    type: Type
    kind: Kind
    unit: UnitOfItem
    legal_basis: LegalBasis
    statutory: Limit | None = None
    promised: Limit | None = None
    extendable: Extendable = True
    extension: Extension = None
    steps: Annotated[tuple[ItemStep, ...], Meta(max_length=STEPS_MAX)] = ()
    conditions: Conditions = ()
    materials: JointMaterials = ()
    form_fields: FormFields = ()
    areas: Areas = ()
    procedures: Procedures = ()
    charges: Charges = ()
    review_share: ReviewShare = None
    renewal_ahead_days: RenewalAhead = None
    deliveries: Deliveries = (DeliveryWay.COUNTER,)
    windows: Windows = ()
    children: Children = ()
    effective_from: EffectiveFrom
    effective_to: EffectiveTo = None

    @property
    def is_theme(self) -> bool:
        """一件事: whether the item joins others."""
        return bool(self.children)

    def holds_on(self, day: date) -> bool:
        """有效: whether the item can be applied for on ``day``."""
        return self.effective_from <= day and (
            self.effective_to is None or day <= self.effective_to
        )

    def material(self, code: str) -> Material | None:
        """The material with that code."""
        return next((one for one in self.materials if one.code == code), None)

    def procedure(self, code: str) -> SpecialProcedure | None:
        """The special procedure with that code."""
        return next((one for one in self.procedures if one.code == code), None)
