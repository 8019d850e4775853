"""What the shipped books say, against the figures of the sources (domain.md 2.1 to 2.5)."""

import json
from datetime import date

import pytest

from bancheng.domain.item_types import PowerType
from bancheng.domain.time_limits.limit import EndOf, LimitUnit, StartConvention, decide_due
from bancheng.domain.time_limits.rulebook import override
from bancheng.domain.time_limits.rules import Approver
from bancheng.infra.rulebooks import load_rulebook
from domain.time_limits.samples import CALENDAR, SHARED_DATA, at, due
from support.rules import SHIPPED

LICENCE = {
    "case.one_time_notice": (5, None, None),
    "case.decide": (20, 10, Approver.ORGAN_HEAD),
    "case.decide_joint": (45, 15, Approver.GOVERNMENT_HEAD),
    "case.lower_review": (20, None, None),
    "case.deliver": (10, None, None),
    "case.hearing_request": (5, None, None),
    "case.hearing": (20, None, None),
    "case.assign_inspectors": (5, None, None),
}
PETITION = {
    "petition.register": (15, False),
    "petition.tell": (15, False),
    "petition.finish": (60, False),
    "petition.review_request": (30, True),
    "petition.review": (30, False),
    "petition.recheck_request": (30, True),
    "petition.recheck": (30, False),
}
BY_COMPLEXITY = {
    "default": {"simple": 1, "general": 5, "complex": 10, "special": 15},
    "suyu": {"simple": 1, "hard": 3, "complex": 5},
    "deyang": {"simple": 1, "general": 2, "complex": 5},
    "xian_lianhu": {"simple": 1, "general": 5, "complex": 10},
    "tianjin_binhai": {"simple": 1, "complex": 5, "special": 10},
}


@pytest.mark.parametrize("purpose", LICENCE)
def test_the_licence_law_counts_working_days_and_names_who_extends(purpose):
    book = load_rulebook("national")
    amount, more, approver = LICENCE[purpose]
    limit = book.limit_for(purpose, item_type=PowerType.LICENCE)
    rule = book.extension_for(purpose, item_type=PowerType.LICENCE)
    assert (limit.amount, limit.unit) == (amount, LimitUnit.WORKING_DAYS)
    assert (rule and rule.amount, rule and rule.approver_role) == (more, approver)


@pytest.mark.parametrize("purpose", PETITION)
def test_the_petition_regulation_counts_natural_days(purpose):
    limit = load_rulebook("national").limit_for(purpose)
    expected = (PETITION[purpose][0], LimitUnit.NATURAL_DAYS, PETITION[purpose][1])
    assert (limit.amount, limit.unit, limit.roll_forward) == expected
    assert limit.start is StartConvention.NEXT_DAY


def test_an_objection_to_a_referral_has_5_working_days_and_60_days_may_become_90():
    book = load_rulebook("national")
    assert book.limit_for("petition.objection").unit is LimitUnit.WORKING_DAYS
    assert book.extension_for("petition.finish").amount == 30


def test_every_hall_book_carries_the_national_limits():
    for book in SHIPPED:
        assert book.limit_for("case.decide", item_type=PowerType.LICENCE).amount == 20
        assert book.limit_for("rating.contact").amount == 1


@pytest.mark.parametrize("name", BY_COMPLEXITY)
def test_limits_by_complexity_are_those_of_the_place(name):
    book = load_rulebook(name)
    amounts = {
        term.code: limit.amount
        for term in book.complexities
        if (limit := book.limit_for("resolve", category="complaint", complexity=term.code))
    }
    assert amounts == BY_COMPLEXITY[name]


@pytest.mark.parametrize("name", ["deyang", "xian_lianhu", "tianjin_binhai"])
def test_on_the_spot_means_before_the_hall_closes_today(name):
    limit = load_rulebook(name).limit_for("resolve", complexity="simple")
    assert due(limit, "2026-03-02").due_at == at("2026-03-02T17:00")
    assert (limit.start, limit.end_of) == (StartConvention.SAME_DAY, EndOf.SESSION)


def test_guangdong_sets_limits_by_category_from_the_day_of_receipt():
    book = load_rulebook("guangdong_12345")
    days = {
        category: limit and due(limit, "2026-03-02").due_date
        for category in ("inquiry", "suggestion", "complaint", "praise")
        for limit in [book.limit_for("resolve", category=category, complexity="general")]
    }
    assert days == {
        "inquiry": date(2026, 3, 3),
        "suggestion": date(2026, 3, 13),
        "complaint": date(2026, 3, 20),
        "praise": None,
    }
    assert book.effective_from == date(2022, 9, 1)


def test_anyang_returns_within_24_hours_and_doubles_its_5_days_once():
    book = load_rulebook("anyang")
    window = decide_due(
        book.limit_for("return_window"), at("2026-03-06T16:00"), CALENDAR, rulebook_version=""
    )
    assert window.due_at == at("2026-03-07T16:00")
    assert book.limit_for("resolve", complexity="complex").amount == 5
    assert (book.extension.amount, book.extension.times_max) == (5, 1)
    assert book.extension.approver_role is Approver.UNIT_HEAD


def test_anyang_tells_an_online_applicant_once_within_a_working_day():
    limit = load_rulebook("anyang").limit_for("case.pre_review")
    assert (limit.amount, limit.unit) == (1, LimitUnit.WORKING_DAYS)
    assert limit.basis == "安阳市政务服务条例第四十二条"
    assert "一次性告知" in limit.label


def test_jinan_answers_in_5_working_days_and_has_no_extension():
    book = load_rulebook("jinan")
    assert book.limit_for("resolve", category="complaint").amount == 5
    assert book.extension is None


def test_a_hall_file_may_extend_a_shipped_book(tmp_path):
    path = tmp_path / "ours.toml"
    path.write_text(
        'extends = "deyang"\nid = "ours"\nversion = "1"\nbasis = "本厅办法"\n', encoding="utf-8"
    )
    ours = load_rulebook(path)
    assert (ours.id, ours.place) == ("ours", "四川省德阳市")
    assert ours.limits == load_rulebook("deyang").limits


REAL_HALL = SHARED_DATA / "rules" / "real_hall_rules.json"


@pytest.mark.skipif(not REAL_HALL.exists(), reason=f"没有 {REAL_HALL}")
def test_the_published_rules_of_a_real_hall_can_be_said_as_an_override():
    facts = next(iter(json.loads(REAL_HALL.read_text(encoding="utf-8")).values()))
    codes = {"咨询": "inquiry", "投诉": "complaint", "建议": "suggestion", "感谢": "praise"}
    days = {
        codes[kind]: rule["工作日"]
        for rule in facts["办理时限"]
        for kind in rule["类型"]
        if kind in codes
    }
    limits = "\n".join(
        f'[limits.{code}]\npurpose="resolve"\ncategory="{code}"\namount={amount}\n'
        f'unit="working_days"\nstart="same_day"\nlabel="{amount}个工作日"\nbasis="诉求须知"'
        for code, amount in days.items()
    )
    reasons = "\n".join(
        f'[exclusions.r{i}]\nlabel="{reason}"' for i, reason in enumerate(facts["不予受理"])
    )
    taken_out = [f"limits.resolve_{code}" for code in BY_COMPLEXITY["default"]]
    head = f'version="1"\nbasis="诉求须知"\nremove={json.dumps(taken_out)}\n'
    book = override(load_rulebook("default"), head + limits + "\n" + reasons)
    found = {
        code: due(book.limit_for("resolve", category=code), "2026-09-28").due_date for code in days
    }
    # 含末日、自接收之日起: 9月28日(周一)为第1日, 国庆放假, 10月10日(周六)调休上班
    fifth, tenth = date(2026, 10, 9), date(2026, 10, 15)
    assert found == dict.fromkeys(days, tenth) | {"inquiry": fifth}
    assert {term.label for term in book.exclusions} >= set(facts["不予受理"])
