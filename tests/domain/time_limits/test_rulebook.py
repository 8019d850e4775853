import re
from datetime import date

import msgspec
import pytest
from msgspec.structs import replace

from bancheng.app.registry import BY_COMMAND
from bancheng.domain.case.deadline import GrantCaseExtension
from bancheng.domain.complaint.deadline import GrantExtension
from bancheng.domain.item_types import PowerType
from bancheng.domain.supervision.answering import ExtendAnswer
from bancheng.domain.time_limits.granting import approvers_among
from bancheng.domain.time_limits.limit import Limit, LimitUnit, StartConvention
from bancheng.domain.time_limits.rulebook import (
    LimitRule,
    RuleBook,
    RuleBookError,
    Term,
    amended,
    override,
    parse_rulebook,
)
from bancheng.domain.time_limits.rules import STATUTE_ONLY
from bancheng.infra.rulebooks import load_rulebook
from support.rules import SHIPPED

HEAD = """
id = "t"
version = "1"
title = "试验"
place = "某地"
effective_from = 2026-01-01
basis = "试验"
"""


def book(text: str) -> RuleBook:
    return parse_rulebook(HEAD + text)


def problems_of(text: str) -> str:
    with pytest.raises(RuleBookError) as caught:
        book(text)
    return "\n".join(caught.value.problems)


def test_the_default_book_has_a_limit_for_each_complexity_but_the_hard_one():
    default = load_rulebook("default")
    amounts = {
        term.code: limit.amount
        for term in default.complexities
        if (limit := default.limit_for("resolve", complexity=term.code))
    }
    assert amounts == {"simple": 1, "general": 5, "complex": 10, "special": 15}


def test_the_default_book_has_every_way_of_the_three_way_cause_and_the_objective_ones():
    groups = {term.group for term in load_rulebook("default").causes}
    assert groups == {"办不了", "很难办", "不给办", "客观原因"}


@pytest.mark.parametrize("shipped", SHIPPED, ids=lambda book: book.id)
def test_every_shipped_book_names_the_basis_of_each_limit_and_survives_json(shipped):
    assert all(rule.limit.basis for rule in shipped.limits)
    assert all(rule.limit.label for rule in shipped.limits)
    assert msgspec.json.decode(msgspec.json.encode(shipped), type=RuleBook) == shipped


def test_the_most_specific_limit_wins_and_complexity_weighs_more_than_category():
    rules = book("""
        complexities.simple = { label = "简单" }
        [limits]
        a = { purpose = "resolve", amount = 9, unit = "working_days", basis = "b" }
        [limits.b]
        purpose = "resolve"
        category = "inquiry"
        amount = 2
        unit = "working_days"
        basis = "b"
        [limits.c]
        purpose = "resolve"
        complexity = "simple"
        amount = 1
        unit = "working_days"
        basis = "b"
    """)
    assert rules.limit_for("resolve").amount == 9
    assert rules.limit_for("resolve", category="inquiry").amount == 2
    assert rules.limit_for("resolve", category="inquiry", complexity="simple").amount == 1
    assert rules.limit_for("resolve", category="praise", complexity="hard").amount == 9
    assert rules.limit_for("sign_in") is None


def test_a_limit_in_hours_starts_at_once_without_being_told():
    rules = book("""
        [limits.quick]
        purpose = "sign_in"
        amount = 30
        unit = "minutes"
        basis = "民乐"
    """)
    limit = rules.limit_for("sign_in")
    assert (limit.unit, limit.start) == (LimitUnit.MINUTES, StartConvention.EXACT)


def test_every_problem_is_listed_with_its_place_and_what_to_do():
    text = problems_of("""
        colour = "red"
        [causes]
        late = { group = "不给办" }
        [limits.one]
        purpose = "resolv"
        amount = 0
        unit = "weeks"
        [limits.two]
        purpose = "resolve"
        amount = 5
        unit = "working_days"
        basis = "b"
        roll_forward = true
        [checks.supplement_repeatd]
        basis = "b"
        [[warnings]]
        level = "red"
    """)
    assert "checks.supplement_repeatd: 值 'supplement_repeatd' 不合要求; 应为以下之一: supp" in text
    assert "colour: 未知的项" in text
    assert "causes.late.label: 缺少必填项; 请补上文字" in text
    assert "limits.one.amount: 值 0 不合要求; 应为整数 ≥ 1 ≤ 20000" in text
    assert "limits.one.unit: 值 'weeks' 不合要求; 应为以下之一: working_days" in text
    assert "limits.one.basis: 缺少必填项" in text
    assert "limits.two: 只有非即时起算的自然日时限才能遇休息日顺延" in text
    assert "warnings[0]: before(提前)、after(届满后)、share(已用比例)须且只能填一项" in text


def test_parts_that_do_not_fit_each_other_are_refused():
    text = problems_of("""
        effective_to = 2025-01-01
        [limits]
        a = { purpose = "resolv", amount = 1, unit = "working_days", basis = "b" }
        d = { purpose = "sign_in", amount = 1, unit = "working_days", basis = "b" }
        e = { purpose = "sign_in", amount = 2, unit = "working_days", basis = "b" }
        [limits.b]
        purpose = "resolve"
        category = "help"
        amount = 1
        unit = "natural_days"
        basis = "b"
        [limits.c]
        purpose = "resolve"
        complexity = "odd"
        amount = 1
        unit = "working_days"
        basis = "b"
        [extensions]
        resolve = { amount = 5, unit = "working_days", approver_role = "handler" }
    """)
    assert "effective_to: 早于 effective_from" in text
    assert "limits.a: 未知的用途 purpose「resolv」" in text
    assert "limits.b: 未知的类别「help」" in text
    assert "limits.c: 复杂程度「odd」未列入 complexities" in text
    assert "limits: 「sign_in」规定了 2 个时限" in text
    assert "extensions.resolve.unit: 与 limits.b 的单位 natural_days 不一致" in text


def test_a_book_that_opens_the_text_of_a_report_to_units_is_refused():
    contact = """
        [disclosures.contact]
        label = "联系"
        fields = ["name", "full_text"]
        unit_fields = ["name", "full_text"]
        by = ["handler"]
        basis = "b"
    """
    assert "disclosures.contact.unit_fields: 承办单位不见反映原文" in problems_of(contact)
    assert book(f"{contact}\ntickets = false").disclosures


def test_a_limit_or_a_warning_that_nobody_would_look_for_is_refused():
    text = problems_of("""
        [limits]
        a = { purpose = "case.online_review", amount = 1, unit = "working_days", basis = "b" }
        b = { purpose = "case.promised", amount = 1, unit = "working_days", basis = "b" }
        c = { purpose = "petition.tell", amount = 15, unit = "natural_days", basis = "b" }
        [[warnings]]
        level = "red"
        purpose = "petition.tell"
        after = 0
        [[warnings]]
        level = "red"
        purpose = "case.promised"
        after = 0
    """)
    refused = re.findall(r"(\S+): 未知的用途 purpose「(\S+)」", text)
    assert refused == [
        ("limits.a", "case.online_review"),
        ("limits.b", "case.promised"),
        ("warnings[0]", "petition.tell"),
    ]


def test_a_level_has_one_threshold_because_it_is_raised_once():
    text = problems_of("""
        [[warnings]]
        level = "yellow"
        before = 48
        unit = "natural_hours"
        [[warnings]]
        level = "yellow"
        before = 24
        unit = "natural_hours"
    """)
    assert text == "warnings: 「黄牌」规定了 2 个阈值; 每一级别请只保留一个"


GROUND = """
[supervision_grounds]
overdue = { label = "逾期" }
"""
RUNG = """
[[ladder]]
rung = "%s"
after = 3
unit = "working_days"
%s
"""
BY_ITSELF, PROPOSED = 'ground = "overdue"', 'ground = "overdue"\nproposed = true'


def test_a_rung_that_asks_for_an_answer_with_no_day_for_it_does_not_load():
    fault = problems_of(GROUND + RUNG % ("supervise", BY_ITSELF))
    assert fault == (
        "ladder[0].rung: 由系统作出的「督办」要求反馈, 却没有规定几个工作日内反馈; "
        "请在 measures.supervise 写明 answer_working_days, 或 answered = false, "
        "或规定不分区划、服务点的督办反馈时限(limits 的 purpose = feedback)"
    )
    # Of one place it would be refused to everybody else.
    limit = """
[limits.feedback]
purpose = "feedback"
amount = 2
unit = "working_days"
basis = "试验"
"""
    of_one_place = """district = "甲区"
[sites.east]
label = "东"
district = "甲区"
"""
    assert problems_of(GROUND + RUNG % ("supervise", BY_ITSELF) + limit + of_one_place) == fault
    for enough in (
        limit,
        "[measures.supervise]\nanswered = false",
        "[measures.supervise]\nanswer_working_days = 3",
    ):
        book(GROUND + RUNG % ("supervise", BY_ITSELF) + enough)


def test_what_only_efficiency_supervision_signs_the_hall_proposes_or_the_book_does_not_load():
    for rung in ("bulletin", "interview", "hold_accountable"):
        answered = f"[measures.{rung}]\nanswered = false"
        fault = problems_of(GROUND + RUNG % (rung, BY_ITSELF) + answered)
        assert "ladder[0].proposed" in fault
        assert "须由效能监察员签发" in fault
        # Whoever signs says by when it is answered, if the book does not.
        book(GROUND + RUNG % (rung, PROPOSED))
    assert "此项永不适用" in problems_of(GROUND + RUNG % ("bulletin", "proposed = true"))


def test_a_rung_that_no_limit_would_reach_or_reaches_twice_does_not_load():
    of = BY_ITSELF + "\npurposes = [%s]"
    for purpose in ("case.material", "feedback", "card_feedback", "nonsense"):
        fault = problems_of(GROUND + RUNG % ("urge", of % f'"{purpose}"'))
        assert f"用途「{purpose}」的时限不升此级" in fault
    assert "未列入 supervision_grounds" in problems_of(RUNG % ("urge", BY_ITSELF))
    twice = RUNG % ("urge", of % '"resolve"') + RUNG % ("urge", BY_ITSELF)
    found = problems_of(GROUND + twice)
    assert "用途「resolve」的「催办」规定了 2 条" in found
    assert "用途「accept」" not in found
    before = (RUNG % ("remind", BY_ITSELF)).replace("after", "before")
    assert "届满之前不由系统督促" in problems_of(GROUND + before)


def test_a_text_that_is_no_toml_is_refused_with_line_and_column():
    assert "TOML 语法错误" in problems_of("[limits")


def test_a_hall_overrides_entries_adds_some_and_takes_some_out():
    default = load_rulebook("default")
    ours = override(
        default,
        """
        version = "2026.1-某厅"
        basis = "某厅办法第三条"
        remove = ["limits.resolve_special", "causes.applicant_fault"]
        [causes]
        lift_broken = { label = "电梯故障", group = "客观原因" }
        [limits.resolve_general]
        purpose = "resolve"
        complexity = "general"
        amount = 3
        unit = "working_days"
        label = "一般事项3个工作日"
        basis = "某厅办法第三条"
        """,
    )
    assert ours.limit_for("resolve", complexity="general").amount == 3
    assert ours.limit_for("resolve", complexity="special") is None
    assert ours.limit_for("resolve", complexity="complex").amount == 10
    codes = {term.code for term in ours.causes}
    assert "lift_broken" in codes
    assert "applicant_fault" not in codes
    assert (ours.version, ours.warnings) == ("2026.1-某厅", default.warnings)


def test_an_override_must_have_a_version_and_a_basis_and_remove_only_what_is_there():
    with pytest.raises(RuleBookError) as caught:
        override(load_rulebook("default"), 'remove = ["limits.nothing"]\nodd = 1')
    text = "\n".join(caught.value.problems)
    assert "version: 缺少必填项" in text
    assert "basis: 缺少必填项" in text
    assert "odd: 未知的项" in text
    with pytest.raises(RuleBookError, match="不在原规则库中"):
        override(
            load_rulebook("default"),
            'version = "2"\nbasis = "b"\nremove = ["limits.nothing"]',
        )


def test_a_basis_of_blanks_is_none():
    with pytest.raises(RuleBookError) as caught:
        override(
            load_rulebook("default"),
            """
            version = "\u3000"
            basis = ""
            [limits.accept]
            purpose = "accept"
            amount = 4
            unit = "working_days"
            basis = " "
        """,
        )
    text = "\n".join(caught.value.problems)
    for blank in ("version", "basis", "limits.accept.basis"):
        assert f"{blank}: 不能为空; 应为文字" in text


def test_entries_that_the_program_adds_are_as_if_a_text_had_said_them():
    default = load_rulebook("default")
    limit = Limit(id="resolve_simple", amount=2, unit=LimitUnit.WORKING_DAYS, basis="某办法")
    rule = LimitRule(purpose="resolve", complexity="simple", limit=limit)
    cause = Term(code="lift_broken", label="电梯故障")
    added = amended(default, version="2", basis="某办法", causes=(cause,), limits=(rule,))
    assert added == override(
        default,
        """
        version = "2"
        basis = "某办法"
        [causes]
        lift_broken = { label = "电梯故障" }
        [limits.resolve_simple]
        purpose = "resolve"
        complexity = "simple"
        amount = 2
        unit = "working_days"
        basis = "某办法"
        """,
    )
    with pytest.raises(RuleBookError, match="complexities"):
        amended(default, version="2", basis="b", limits=(replace(rule, complexity="odd"),))


def test_a_book_holds_from_its_first_to_its_last_day():
    rules = book("effective_to = 2026-12-31")
    assert rules.holds_on(date(2026, 1, 1))
    assert rules.holds_on(date(2026, 12, 31))
    assert not rules.holds_on(date(2027, 1, 1))


def test_a_book_is_found_by_id_or_by_path_or_not_at_all(tmp_path):
    path = tmp_path / "ours.toml"
    path.write_text(HEAD, encoding="utf-8")
    assert load_rulebook(path).id == "t"
    with pytest.raises(FileNotFoundError, match="没有规则库「nowhere」"):
        load_rulebook("nowhere")


def test_an_extension_may_hold_for_one_type_of_item_and_only_one_for_each():
    limit = '[limits.{0}]\npurpose = "case.decide"\nitem_type = "{1}"\namount = 9\nunit = "{2}"\n'
    more = '[extensions.{0}]\npurpose = "case.decide"\nitem_type = "{1}"\namount = 5\n'
    more += 'unit = "{2}"\napprover_role = "unit_head"\n'
    text = "".join(
        one.format(*kind) + 'basis = "b"\n'
        for one in (limit, more)
        for kind in (("licence", "01", "working_days"), ("service", "20", "natural_days"))
    )
    rules = book(text)

    unit = {rule.item_type: rule.unit for rule in rules.extensions}
    assert unit == {"01": LimitUnit.WORKING_DAYS, "20": LimitUnit.NATURAL_DAYS}
    assert rules.extension_for("case.decide", item_type=PowerType.LICENCE).id == "licence"
    assert rules.extension_for("case.decide", item_type=PowerType.CONFIRMATION) is None
    again = more.format("again", "20", "natural_days")
    assert "extensions: 「case.decide/20」规定了 2 条延期" in problems_of(text + again)


EXTENSION = """
[extensions.{0}]
purpose = "{1}"
amount = 5
unit = "working_days"
approver_role = "{2}"
basis = "b"
"""


@pytest.mark.parametrize(
    ("purpose", "approver"),
    [("resolve", "government_head"), ("case.decide", "handler"), ("case.decide_joint", "handler")],
)
def test_a_book_whose_extension_nobody_can_grant_does_not_load(purpose, approver):
    text = problems_of(EXTENSION.format("more", purpose, approver))
    assert "extensions.more.approver_role: 没有角色能以" in text


def test_an_extension_that_no_act_grants_does_not_load_but_one_of_the_statute_does():
    assert "extensions.more: 没有办理动作能延长「sign_in」的时限" in problems_of(
        EXTENSION.format("more", "sign_in", "handler")
    )
    assert book(EXTENSION.format("more", "petition.finish", "organ_head")).extensions


@pytest.mark.parametrize("purpose", ["case.decide", "case.decide_joint", "case.lower_review"])
def test_a_book_may_give_more_time_to_whoever_decides_or_examines_a_case(purpose):
    assert book(EXTENSION.format("more", purpose, "organ_head")).extensions


@pytest.mark.parametrize("shipped", SHIPPED, ids=lambda book: book.id)
def test_somebody_admitted_by_the_act_can_grant_each_extension_of_a_shipped_book(shipped):
    acts = {
        "resolve": GrantExtension, "case.decide": GrantCaseExtension,
        "case.decide_joint": GrantCaseExtension, "feedback": ExtendAnswer,
    }  # fmt: skip
    for rule in shipped.extensions:
        if rule.purpose not in STATUTE_ONLY:
            by = BY_COMMAND[acts[rule.purpose]].by
            assert rule.approver_role in approvers_among(by), rule.purpose


LIMIT = """
[limits.odd]
purpose = "{0}"
{1}
amount = 3
unit = "working_days"
basis = "b"
"""


@pytest.mark.parametrize(
    ("purpose", "qualifier"),
    [
        ("feedback", 'category = "complaint"'), ("accept", 'complexity = "simple"'),
        ("resolve", 'item_type = "01"'), ("case.deliver", 'category = "complaint"'),
    ],
)  # fmt: skip
def test_a_limit_that_asks_what_no_act_tells_does_not_load(purpose, qualifier):
    text = 'complexities.simple = { label = "简单" }\n' + LIMIT.format(purpose, qualifier)
    assert "本条永不适用" in problems_of(text)


@pytest.mark.parametrize("purpose", ["return_window", "case.decide_joint", "petition.finish"])
def test_a_warning_about_what_no_deadline_runs_by_does_not_load(purpose):
    text = f'[[warnings]]\nlevel = "red"\nafter = 0\npurpose = "{purpose}"'
    assert "warnings[0]" in problems_of(text)


def test_a_card_for_the_time_of_an_applicant_does_not_load_but_a_reminder_does():
    text = '[[warnings]]\nlevel = "{}"\nafter = 0\npurpose = "case.await_supplement"'
    assert "warnings[0].level: 「case.await_supplement」是申请人自己的时限" in problems_of(
        text.format("red")
    )
    assert book(text.format("reminder")).warnings


def test_a_setting_that_its_check_does_not_read_does_not_load():
    assert "checks.accepted_after_end.hours" in problems_of(
        '[checks.accepted_after_end]\nhours = 48\nbasis = "b"'
    )


CARDED = '[conducts.{}]\nlevel = "red"\nbasis = "b"\nchecks = ["recorded_late"]\n'


@pytest.mark.parametrize(
    ("conducts", "where"),
    [
        ('[conducts.attitude]\nlevel = "reminder"\nbasis = "b"', "conducts.attitude.level"),
        ('[conducts.attitude]\nlevel = "red"', "conducts.attitude.basis"),
        ('[conducts.rudeness]\nlevel = "red"\nbasis = "b"', "conducts.rudeness"),
        (CARDED.format("other"), "conducts.other.checks"),
        (
            '[checks.recorded_late]\nbasis = "b"\n'
            + CARDED.format("absence") + CARDED.format("other"),
            "conducts.other.checks",
        ),
    ],
    ids=["no card", "no basis", "no conduct", "of a check that is not made", "two for one check"],
)  # fmt: skip
def test_a_card_that_could_not_be_given_or_twice_for_one_finding_does_not_load(conducts, where):
    assert where in problems_of(conducts)


@pytest.mark.parametrize(
    ("purpose", "unit"),
    [
        ("case.renewal_ahead", "working_days"), ("case.pause_total", "working_hours"),
        ("case.pause_total", "minutes"),
    ],
)  # fmt: skip
def test_an_amount_in_a_unit_that_the_act_does_not_count_in_does_not_load(purpose, unit):
    text = LIMIT.format(purpose, "").replace("working_days", unit)
    assert f"limits.odd.unit: 用途「{purpose}」" in problems_of(text)


def test_an_expiry_counts_from_its_day_so_nothing_moves_it():
    ahead = LIMIT.format("case.renewal_ahead", "").replace("working_days", "natural_days")
    assert book(ahead).limits
    assert "limits.odd.roll_forward" in problems_of(ahead + "roll_forward = true\n")


def test_a_suspension_that_asks_what_no_order_tells_or_is_bounded_for_nothing_does_not_load():
    effect = '[effects.suspended]\nbasis = "b"\n'
    of_items = problems_of(effect + 'item_types = ["01"]')
    assert "effects.suspended.item_types" in of_items
    assert "suspension_days_max" in problems_of("suspension_days_max = 30")
    assert book("suspension_days_max = 30\n" + effect).suspension_days_max == 30


def test_what_the_statute_sets_beside_still_loads():
    assert book(LIMIT.format("petition.finish", "")).limits


SITES = """
[sites.main]
label = "区政务服务中心"
district = "D1"
windows = ["A01", "A02"]
[sites.east]
label = "东街便民服务中心"
district = "D1"
windows = ["E01"]
"""


def test_a_limit_may_hold_for_a_district_or_a_site_and_the_closer_one_goes_before():
    rules = book(
        SITES
        + LIMIT.format("accept", "")
        + LIMIT.format("accept", 'district = "D1"').replace("odd", "d").replace("= 3", "= 2")
        + LIMIT.format("accept", 'site = "east"').replace("odd", "s").replace("= 3", "= 1")
    )
    amounts = [rules.limit_for("accept", window=one).amount for one in (None, "X9", "A02", "E01")]
    assert amounts == [3, 3, 2, 1]


def test_a_place_that_the_book_does_not_know_and_a_window_of_two_places_are_refused():
    text = problems_of(SITES.replace('"E01"', '"A01"') + LIMIT.format("accept", 'site = "west"'))
    assert "limits.odd.site: 「west」未列入 sites" in text
    assert "sites: 窗口「A01」属于 2 个服务点" in text
