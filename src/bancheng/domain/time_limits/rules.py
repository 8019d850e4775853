"""What a rule book is made of, and how it answers. Reading one from a text lives in `rulebook`."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Final

from msgspec import Meta, Struct

from bancheng.domain.item_types import PowerType
from bancheng.domain.labelled import Labelled
from bancheng.domain.limit_kinds import LegalEffect, LimitKind
from bancheng.domain.people import Actor, Role
from bancheng.domain.personal_fields import PersonalField
from bancheng.domain.time_limits.conduct import Conduct, ConductRule
from bancheng.domain.time_limits.levels import Rung
from bancheng.domain.time_limits.logic_checks import CheckSetting, WindowScope
from bancheng.domain.time_limits.proactive import Proactive
from bancheng.domain.time_limits.terms import Amount, EffectRule, Limit, LimitUnit
from bancheng.domain.time_limits.thresholds import LadderStep, Threshold

CATEGORIES: Final = ("complaint", "suggestion", "inquiry", "praise")
# 用途: what a book may set a limit for. A limit for anything else would be read by nobody.
PURPOSES: Final = (
    *(kind.purpose for kind in LimitKind if not kind.given),
    "return_window",  # 退单: it ends the right to return an order, and nobody is late by it
    "case.pause_total",  # 特别程序停止计时的累计上限: it ends the right to pause
    "case.on_the_spot",  # 即办件当场: where an item states no promise of its own (行政许可法 34)
    "incident.report",  # 突发事件上报: no deadline of a matter; the register judges it
    "record.back",  # 补录期限: until when an act may be told as of then; nobody is late by it
    "rating.code",  # 评价码有效期: it ends the code, and nobody is late by it
    "case.renewal_ahead",  # 延续申请的提前天数: who applies later is not deemed renewed
    "case.hearing_notice",  # 听证通知的提前天数: no hearing is held sooner (行政许可法 48)
    "case.lower_review",  # 下级机关审查: of 上报件, in place of case.decide (行政许可法 43)
    "case.decide_joint",  # 统一、联合、集中办理: in place of case.decide (行政许可法 42)
)
# 只数天数: of these an act reads how many days there are, and decides no date.
COUNTED_IN: Final[dict[str, tuple[LimitUnit, ...]]] = {
    "case.renewal_ahead": (LimitUnit.NATURAL_DAYS,),
    "case.pause_total": (LimitUnit.WORKING_DAYS, LimitUnit.NATURAL_DAYS),
}
# Limits of these come with the matter, and a book says no more than when they warn.
GIVEN: Final = tuple(kind.purpose for kind in LimitKind if kind.given)
# The applicant's own time: nobody of the hall is late by it, so nobody gets a card.
APPLICANTS: Final = frozenset(kind.purpose for kind in LimitKind if kind.theirs)
# Answers to warnings and measures: no ladder is climbed for them, or measures would breed measures.
ANSWERS: Final = frozenset(kind.purpose for kind in (LimitKind.FEEDBACK, LimitKind.CARD_FEEDBACK))
# What the law sets beside: kept with its basis to be looked up, but no deadline runs by it.
STATUTE_ONLY: Final[tuple[str, ...]] = (
    "case.assign_inspectors",  # 指派检验检测人员
    "petition.register",  # 信访登记转送
    "petition.tell",  # 告知信访人
    "petition.objection",  # 信访转送异议
    "petition.finish",  # 信访办结
    "petition.review_request",  # 请求复查
    "petition.review",  # 复查
    "petition.recheck_request",  # 请求复核
    "petition.recheck",  # 复核
)
# By what a limit may differ between matters. The later weighs more when several rules fit.
QUALIFIERS: Final = ("category", "complexity", "item_type", "district", "site")
_OF_PLACE: Final = ("district", "site")
# By what the acts ask, where they do not ask by category and complexity. A rule that asks of a
# matter what no act tells would never fit one.
_ASKED: Final[dict[str, tuple[str, ...]]] = {
    "incident.report": (),
    **dict.fromkeys(("accept", "analyse", "answer"), ("category",)),
    **dict.fromkeys(
        ("answer_inquiry", "rule", "reassign", "strike_off", "feedback", "card_feedback"), ()
    ),
}
_OF_CASES: Final = ("case.", "rating.")
Count = Annotated[int, Meta(ge=1, le=100)]
Several = Annotated[int, Meta(ge=2, le=100)]
ONCE_MORE: Final = 2


class Approver(Labelled):
    """批准人: whom the law, or the hall, lets extend a limit."""

    HANDLER = "handler", "工单处理员"
    UNIT_HEAD = "unit_head", "承办单位负责人"
    SUPERVISOR = "supervisor", "监督员、效能监察员"
    ORGAN_HEAD = "organ_head", "本行政机关负责人"
    GOVERNMENT_HEAD = "government_head", "本级人民政府负责人"


class SecondFactor(Labelled):
    """第二因子: whether who signs in by password may, or must, show a 动态口令 as well."""

    OFF = "off", "停用"
    OFFERED = "offered", "可选"
    REQUIRED = "required", "必须"


class FirstDuty(Labelled):
    """首责: who stays answerable for a ticket that went on, and is told as its limits run out.

    首问负责 is of the unit where it was told, 首接负责 (BJJS 14) of the first that was to lead it.
    """

    FIRST_CONTACT = "first_contact", "首问单位"
    FIRST_RECEIVER = "first_receiver", "首接单位"


class Term(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """规则词条: a code of the rule book, the words people see for it, and its group.

    ``on_the_spot``, of a complexity: the window may settle such a matter without a work order.
    """

    code: str
    label: str
    group: str = ""
    basis: str = ""
    on_the_spot: bool = False


class DisclosureRule(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """调阅用途: for what personal data are opened, which of them, and by whom.

    ``by`` are the desks of the hall that open for this purpose, ``unit_fields`` what the unit in
    charge may open for it. Of matters of a kind that it is not for (``tickets``, ``cases``,
    ``assistances``) nobody opens anything for it.
    """

    code: str
    label: str
    basis: str
    fields: tuple[PersonalField, ...]
    by: tuple[Role, ...] = ()
    unit_fields: tuple[PersonalField, ...] = ()
    tickets: bool = True
    cases: bool = True
    assistances: bool = True


class RetentionOf(Labelled):
    """保存对象: of which kind of matters a rule of retention is."""

    TICKETS = "tickets", "办不成事工单"
    CASES = "cases", "办件"
    ASSISTANCES = "assistances", "帮办"
    INCIDENTS = "incidents", "突发事件"


class RetentionRule(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """保存期限: how long the personal data of such matters is kept, from the last act on."""

    code: RetentionOf
    label: str
    years: Annotated[int, Meta(ge=0, le=100)]
    basis: str

    def kept_until(self, last: date) -> date:
        """The first day on which it need not be kept any more, if ``last`` was the last act's."""
        day = last + timedelta(days=1)
        try:
            return day.replace(year=day.year + self.years)
        except ValueError:  # the 29th of February
            return date(day.year + self.years, 3, 1)


class Site(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """服务点: a place of the hall with its ``windows``, in a ``district``.

    Where a matter came in at one of the windows, limits of that place go before the others.
    """

    code: str
    label: str
    district: str | None = None
    windows: tuple[str, ...] = ()


class LimitRule(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """时限规则: which limit holds for a purpose, for which kind of matter, and where.

    The licence act sets its limits for licences alone (行政许可法 2); what else a hall offers has a
    law of its own, or a promise.
    """

    purpose: str
    limit: Limit
    category: str | None = None
    complexity: str | None = None
    item_type: PowerType | None = None
    district: str | None = None
    site: str | None = None

    @property
    def qualifiers(self) -> tuple[str | None, ...]:
        """What it asks of a matter, in the order of `QUALIFIERS`; ``None`` where nothing."""
        return tuple(getattr(self, name) for name in QUALIFIERS)

    def precision(self, matter: Sequence[str | None]) -> int:
        """How closely the rule fits a ``matter`` of these qualifiers; -1 if not at all."""
        own = self.qualifiers
        if any(mine not in (None, its) for mine, its in zip(own, matter, strict=True)):
            return -1
        return sum((mine is not None) << weight for weight, mine in enumerate(own))


class ExtensionRule(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """延期规则: how often and by how much a limit may be extended, and who approves.

    ``item_type``: only for matters of that type. It is granted before the limit has run out or not
    at all (行政许可法 42), so no book says otherwise.
    """

    purpose: str = "resolve"
    id: str = ""
    item_type: PowerType | None = None
    times_max: Count = 1
    amount: Amount
    unit: LimitUnit
    approver_role: Approver
    basis: str = ""


class MeasureRule(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """督促规则: what of the ladder asks for an answer, and within how many working days.

    Without ``answer_working_days`` it is answered by the limit for 督办反馈.
    """

    code: Rung
    answered: bool = True
    answer_working_days: Annotated[int, Meta(ge=1, le=60)] | None = None
    basis: str = ""


# The desks that a book may let open personal data; the unit in charge opens its `unit_fields`.
DISCLOSED_TO: Final = (Role.HANDLER, Role.VERIFIER, Role.WINDOW_CLERK)


class RuleBook(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """规则库: one version of the rules of a place, with the days it holds and its legal basis.

    ``unset`` are purposes for which no source sets an amount, and which the hall may limit as a
    rule of its own (本厅规定). A stretch is measured and listed all the same. ``searches`` are for
    what people are looked for (查人), ``erasures`` on what grounds their data is erased (删除缘由).
    """

    id: str
    version: str
    title: str
    place: str
    effective_from: date
    effective_to: date | None = None
    basis: str
    rework_max: Count | None = None
    reassign_max: Count | None = None
    # 循环派单: how often an order may come to one and the same unit.
    same_unit_max: Several | None = None
    # 首问、首接负责: who of them is reminded as the limits of a ticket run out.
    reminded: tuple[FirstDuty, ...] = ()
    # 挂起: the longest that an order may be suspended for, if the hall or its law says.
    suspension_days_max: Annotated[int, Meta(ge=1, le=366)] | None = None
    # 回访: how often, on how many days, who is not reached is tried. Once is never enough.
    call_back_tries: Several = ONCE_MORE
    call_back_days: Count = ONCE_MORE
    # 未诉先办: of what on a case the hall opens a ticket by itself; of nothing unless it says so.
    proactive: tuple[Proactive, ...] = ()
    # 从一件事到一类事: how often within how many days one cause makes an item to be improved.
    improvement_times: Several | None = None
    improvement_days: Annotated[int, Meta(ge=1, le=1000)] | None = None
    # 调阅: how often one person may open data in a day before who supervises is alarmed.
    disclosures_daily_max: Annotated[int, Meta(ge=1, le=10_000)] | None = None
    # 访问日志: for how many months it is kept. 网络安全法 21(3) says six at least.
    access_log_months: Annotated[int, Meta(ge=6, le=1200)] | None = None
    # 动态口令: of whom it is required; of everybody where no roles are named.
    second_factor: SecondFactor = SecondFactor.OFF
    second_factor_roles: tuple[Role, ...] | None = None
    # 窗口范围: of windows that were arranged, refused if nothing is said; others may do everything.
    window_scope: WindowScope | None = None
    causes: tuple[Term, ...] = ()
    complexities: tuple[Term, ...] = ()
    exclusions: tuple[Term, ...] = ()
    diversions: tuple[Term, ...] = ()
    return_reasons: tuple[Term, ...] = ()
    supervision_grounds: tuple[Term, ...] = ()
    unset: tuple[Term, ...] = ()
    limits: tuple[LimitRule, ...] = ()
    extensions: tuple[ExtensionRule, ...] = ()
    warnings: tuple[Threshold, ...] = ()
    ladder: tuple[LadderStep, ...] = ()
    measures: tuple[MeasureRule, ...] = ()
    checks: tuple[CheckSetting, ...] = ()
    conducts: tuple[ConductRule, ...] = ()
    effects: tuple[EffectRule, ...] = ()
    sites: tuple[Site, ...] = ()
    disclosures: tuple[DisclosureRule, ...] = ()
    searches: tuple[Term, ...] = ()
    erasures: tuple[Term, ...] = ()
    retention: tuple[RetentionRule, ...] = ()

    @property
    def purposes(self) -> tuple[Term | DisclosureRule, ...]:
        """用途: for what data of people are opened (调阅), and people looked for (查人)."""
        return (*self.disclosures, *self.searches)

    def holds_on(self, day: date) -> bool:
        """有效: whether the rules are in force on ``day``."""
        return self.effective_from <= day and (
            self.effective_to is None or day <= self.effective_to
        )

    def limit_for(
        self,
        purpose: str,
        *,
        category: str | None = None,
        complexity: str | None = None,
        item_type: PowerType | None = None,
        window: str | None = None,
    ) -> Limit | None:
        """时限: of the rules that fit, the limit of the most specific; None if there is none.

        ``window`` is where the matter came in, if it did so at a window.
        """
        site = self.site_of(window)
        place = (None, None) if site is None else (site.district, site.code)
        matter = (category, complexity, item_type, *place)
        fitting = [rule for rule in self.limits if rule.purpose == purpose]
        best = max(fitting, key=lambda rule: rule.precision(matter), default=None)
        return None if best is None or best.precision(matter) < 0 else best.limit

    def requires_second_factor(self, actor: Actor) -> bool:
        """动态口令: whether ``actor`` signs in by password with a second factor or not at all."""
        roles = self.second_factor_roles
        return self.second_factor is SecondFactor.REQUIRED and (roles is None or actor.may(*roles))

    def site_of(self, window: str | None) -> Site | None:
        """服务点: where ``window`` is, if the book says so."""
        return next((site for site in self.sites if window in site.windows), None)

    def extension_for(
        self, purpose: str, *, item_type: PowerType | None = None
    ) -> ExtensionRule | None:
        """延期规则: that of ``purpose`` for matters of that type, if they may be extended."""
        fitting = {rule.item_type: rule for rule in self.extensions if rule.purpose == purpose}
        return fitting.get(item_type) or fitting.get(None)

    def effect_for(
        self, effect: LegalEffect | None, *, item_type: PowerType | None = None
    ) -> EffectRule | None:
        """后果规则: that of ``effect``, if the law of this place has it for items of that type."""
        found = (rule for rule in self.effects if rule.code is effect)
        return next(
            (one for one in found if item_type in one.item_types or not one.item_types), None
        )

    def ladder_for(self, purpose: str) -> tuple[LadderStep, ...]:
        """督促阶梯: the rungs that limits for ``purpose`` reach; an applicant is called to none."""
        if purpose in APPLICANTS:
            return ()
        return tuple(one for one in self.ladder if purpose in one.purposes or not one.purposes)

    def conduct_of(self, conduct: Conduct) -> ConductRule | None:
        """违规行为: how a card for ``conduct`` is given; None if this book knows none."""
        return next((one for one in self.conducts if one.code is conduct), None)

    def measure_of(self, rung: Rung) -> MeasureRule:
        """督促规则: that of ``rung``; where the book says nothing, an answer is asked for."""
        own = next((rule for rule in self.measures if rule.code is rung), None)
        return own or MeasureRule(code=rung)

    def words_of_ground(self, code: str) -> str:
        """督促事由: what the ground ``code`` says, and on what it rests."""
        term = next((one for one in self.supervision_grounds if one.code == code), None)
        if term is None:  # of an earlier book, by which the ladder was planned
            return code
        return f"{term.label}({term.basis})" if term.basis else term.label

    def retention_of(self, kind: RetentionOf) -> RetentionRule | None:
        """保存期限: how long matters of that kind are kept, if the book says."""
        return next((rule for rule in self.retention if rule.code is kind), None)

    @property
    def extension(self) -> ExtensionRule | None:
        """办结延期: the rule for resolving."""
        return self.extension_for("resolve")

    def thresholds_for(self, purpose: str) -> tuple[Threshold, ...]:
        """预警阈值: those of ``purpose``, else those for every limit.

        The hall is reminded that an applicant's time is running out, and gets no card for it.
        """
        own = tuple(rule for rule in self.warnings if rule.purpose == purpose)
        found = own or tuple(rule for rule in self.warnings if rule.purpose is None)
        return tuple(rule for rule in found if not (rule.level.is_card and purpose in APPLICANTS))


def asked_by(purpose: str) -> tuple[str, ...]:
    """By which qualifiers of a matter a limit for ``purpose`` is asked for."""
    if purpose in STATUTE_ONLY:
        return QUALIFIERS
    if purpose.startswith(_OF_CASES):
        return ("item_type", *_OF_PLACE)
    return (*_ASKED.get(purpose, ("category", "complexity")), *_OF_PLACE)
