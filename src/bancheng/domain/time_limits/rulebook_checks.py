"""Whether the parts of a rule book fit each other."""

from collections import Counter

from msgspec.structs import fields

from bancheng.domain.limit_kinds import LegalEffect, LimitKind
from bancheng.domain.personal_fields import PersonalField
from bancheng.domain.time_limits.conduct import check_conducts
from bancheng.domain.time_limits.granting import GRANTERS, granters_of
from bancheng.domain.time_limits.ladder_checks import check_ladder
from bancheng.domain.time_limits.levels import WarningLevel
from bancheng.domain.time_limits.logic_checks import READ_BY, CheckSetting
from bancheng.domain.time_limits.rules import (
    APPLICANTS,
    CATEGORIES,
    COUNTED_IN,
    DISCLOSED_TO,
    PURPOSES,
    QUALIFIERS,
    STATUTE_ONLY,
    DisclosureRule,
    ExtensionRule,
    LimitRule,
    RuleBook,
    SecondFactor,
    asked_by,
)
from bancheng.domain.time_limits.toml_reading import Problems


def check_book(book: RuleBook, problems: Problems) -> None:
    """校验: collect everything in ``book`` that refers to nothing or says two things at once."""
    if book.effective_to is not None and book.effective_to < book.effective_from:
        problems.add("effective_to", "早于 effective_from", "请改正生效与失效日期")
    _check_purposes(book, problems)
    _check_qualifiers(book, problems)
    _check_counted(book, problems)
    _check_suspension(book, problems)
    _check_extensions(book, problems)
    _check_approvers(book, problems)
    _check_levels(book, problems)
    check_ladder(book, problems)
    check_conducts(book.conducts, book.checks, problems)
    _check_sites(book, problems)
    _check_disclosures(book, problems)
    _check_second_factor(book, problems)


def _check_purposes(book: RuleBook, problems: Problems) -> None:
    used = [(f"limits.{rule.limit.id}", rule.purpose, STATUTE_ONLY) for rule in book.limits]
    used += [(f"extensions.{rule.id}", rule.purpose, STATUTE_ONLY) for rule in book.extensions]
    used += [(f"unset.{term.code}", term.code, ()) for term in book.unset]
    for path, purpose, besides in used:
        if purpose not in PURPOSES and purpose not in besides:
            known = "、".join((*PURPOSES, *besides))
            problems.add(path, f"未知的用途 purpose「{purpose}」", f"可用的有: {known}")
    _check_warned(book, problems)
    _check_parameters(book, problems)


def _check_warned(book: RuleBook, problems: Problems) -> None:
    # Only what runs as a deadline gives warning: nobody is late by a right that ends.
    warned = [kind.purpose for kind in LimitKind]
    for place, rule in enumerate(book.warnings):
        if rule.purpose not in (None, *warned):
            problems.add(
                f"warnings[{place}]",
                f"未知的用途 purpose「{rule.purpose}」, 没有这样的时限会预警",
                f"可用的有: {'、'.join(warned)}",
            )
        if rule.purpose in APPLICANTS and rule.level.is_card:
            problems.add(
                f"warnings[{place}].level",
                f"「{rule.purpose}」是申请人自己的时限, 不发{rule.level.label}, 本条永不适用",
                f"只可用: {WarningLevel.REMINDER.label}、{WarningLevel.BLUE.label}",
            )


def _check_parameters(book: RuleBook, problems: Problems) -> None:
    for setting in book.checks:
        for name in ("most", "hours"):
            usual = next(one.default for one in fields(CheckSetting) if one.name == name)
            if getattr(setting, name) != usual and name not in READ_BY.get(setting.code, ()):
                problems.add(f"checks.{setting.code}.{name}", "该校验不使用此项", "请删去")


def _check_qualifiers(book: RuleBook, problems: Problems) -> None:
    complexities = {term.code for term in book.complexities}
    for rule in book.limits:
        path = f"limits.{rule.limit.id}"
        if rule.category not in (None, *CATEGORIES):
            problems.add(
                path, f"未知的类别「{rule.category}」", f"可用的有: {'、'.join(CATEGORIES)}"
            )
        if rule.complexity not in (None, *complexities):
            problems.add(
                path, f"复杂程度「{rule.complexity}」未列入 complexities", "请先列入或改正编码"
            )
        for name in QUALIFIERS:
            if getattr(rule, name) is not None and name not in asked_by(rule.purpose):
                problems.add(
                    f"{path}.{name}",
                    f"用途「{rule.purpose}」的时限不区分此项, 本条永不适用",
                    f"可区分的有: {'、'.join(asked_by(rule.purpose))}",
                )
    keys = Counter((rule.purpose, *rule.qualifiers) for rule in book.limits)
    for key, times in keys.items():
        if times > 1:
            where = "/".join(filter(None, key))
            problems.add("limits", f"「{where}」规定了 {times} 个时限", "请只保留一个")


def _check_counted(book: RuleBook, problems: Problems) -> None:
    for rule in book.limits:
        units = COUNTED_IN.get(rule.purpose)
        if units is None:
            continue
        if rule.limit.unit not in units:
            known = "、".join(one.value for one in units)
            problems.add(
                f"limits.{rule.limit.id}.unit",
                f"用途「{rule.purpose}」不以{rule.limit.unit.label}计算",
                f"可用的有: {known}",
            )
        if rule.limit.roll_forward:
            problems.add(
                f"limits.{rule.limit.id}.roll_forward",
                f"用途「{rule.purpose}」只数天数, 没有可顺延的末日",
                "请删去此项",
            )


def _check_suspension(book: RuleBook, problems: Problems) -> None:
    effect = book.effect_for(LegalEffect.SUSPENDED)
    if any(one.code is LegalEffect.SUSPENDED and one.item_types for one in book.effects):
        problems.add(
            f"effects.{LegalEffect.SUSPENDED}.item_types",
            "办不成事工单不分事项类型, 本条永不适用",
            "请删去此项",
        )
    elif book.suspension_days_max is not None and effect is None:
        problems.add(
            "suspension_days_max",
            "本规则库没有规定挂起, 其上限永不适用",
            f"请删去, 或有依据的请先写明 effects.{LegalEffect.SUSPENDED}",
        )


def _check_extensions(book: RuleBook, problems: Problems) -> None:
    for extension in book.extensions:
        for rule in book.limits:
            if _meet(extension, rule) and rule.limit.unit is not extension.unit:
                problems.add(
                    f"extensions.{extension.id}.unit",
                    f"与 limits.{rule.limit.id} 的单位 {rule.limit.unit.value} 不一致",
                    "延期须与原时限同一单位",
                )
    said = Counter((extension.purpose, extension.item_type) for extension in book.extensions)
    for key, times in said.items():
        if times > 1:
            where = "/".join(filter(None, key))
            problems.add("extensions", f"「{where}」规定了 {times} 条延期", "请只保留一条")


def _check_approvers(book: RuleBook, problems: Problems) -> None:
    for extension in book.extensions:
        if extension.item_type is not None and "item_type" not in asked_by(extension.purpose):
            problems.add(
                f"extensions.{extension.id}.item_type",
                "此延期不区分事项类型, 本条永不适用",
                "请删去此项",
            )
        allowed = granters_of(extension.purpose)
        if extension.purpose in STATUTE_ONLY:
            continue
        if not allowed:
            problems.add(
                f"extensions.{extension.id}",
                f"没有办理动作能延长「{extension.purpose}」的时限, 本条无人适用",
                f"请删去; 可延长的有: {'、'.join(GRANTERS)}",
            )
        elif extension.approver_role not in allowed:
            problems.add(
                f"extensions.{extension.id}.approver_role",
                f"没有角色能以「{extension.approver_role.label}」的身份批准此延期",
                f"可用的有: {'、'.join(sorted(allowed))}",
            )


def _meet(extension: ExtensionRule, rule: LimitRule) -> bool:
    """Whether there are matters for which both hold."""
    types = {extension.item_type, rule.item_type}
    return rule.purpose == extension.purpose and (len(types) == 1 or None in types)


def _check_levels(book: RuleBook, problems: Problems) -> None:
    # A level is raised once per limit and cycle, so a second threshold for it would never fire.
    for (purpose, level), times in Counter((w.purpose, w.level) for w in book.warnings).items():
        if times > 1:
            where = f"「{level.label}」" + (f"(用途 {purpose})" if purpose else "")
            problems.add("warnings", f"{where}规定了 {times} 个阈值", "每一级别请只保留一个")


def _check_sites(book: RuleBook, problems: Problems) -> None:
    for window, times in Counter(window for site in book.sites for window in site.windows).items():
        if times > 1:
            problems.add("sites", f"窗口「{window}」属于 {times} 个服务点", "一个窗口只属一处")
    known: dict[str, set[str | None]] = {
        "site": {one.code for one in book.sites},
        "district": {one.district for one in book.sites},
    }
    for rule in book.limits:
        for name, places in known.items():
            if getattr(rule, name) not in {None, *places}:
                problems.add(
                    f"limits.{rule.limit.id}.{name}",
                    f"「{getattr(rule, name)}」未列入 sites, 本条永不适用",
                    "请先在 sites 写明服务点、所属区划与窗口",
                )


def _check_second_factor(book: RuleBook, problems: Problems) -> None:
    roles = book.second_factor_roles
    if roles is not None and (not roles or book.second_factor is not SecondFactor.REQUIRED):
        problems.add(
            "second_factor_roles",
            "只在 second_factor 为 required 时写明, 且至少一个角色",
            "请删去(required 时即所有人), 或写明角色",
        )


def _check_unit_fields(rule: DisclosureRule, path: str, problems: Problems) -> None:
    for name in rule.unit_fields:
        if name not in rule.fields:
            problems.add(
                f"{path}.unit_fields",
                f"「{name.label}」未列入 fields",
                "请先列入本用途可调阅的项目",
            )
        if name is PersonalField.FULL_TEXT and rule.tickets:
            problems.add(
                f"{path}.unit_fields",
                "承办单位不见反映原文, 只见放行的转办内容(信访工作条例第三十条)",
                "请删去, 或只用于办件(tickets = false)",
            )


def _check_disclosures(book: RuleBook, problems: Problems) -> None:
    for rule in book.disclosures:
        path = f"disclosures.{rule.code}"
        for role in rule.by:
            if role not in DISCLOSED_TO:
                problems.add(
                    f"{path}.by",
                    f"「{role.label}」不能调阅",
                    f"可用的有: {'、'.join(DISCLOSED_TO)}; 承办单位可调阅的项目写在 unit_fields",
                )
        _check_unit_fields(rule, path, problems)
        if not rule.fields or not (rule.by or rule.unit_fields):
            problems.add(path, "没有人能以此用途调阅任何项目", "请写明 fields 与 by, 或删去")
        if not (rule.tickets or rule.cases):
            problems.add(path, "既不用于办不成事工单也不用于办件", "请至少保留一种, 或删去")
