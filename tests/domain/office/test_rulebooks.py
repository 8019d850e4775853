"""规则库: a stream of versions; what is published holds from its day on and never before."""

from datetime import date

import pytest
from msgspec.structs import fields, replace

from bancheng.domain.office.rulebooks import PublishRuleBook, RuleBookPublished
from bancheng.domain.time_limits.logic_checks import WindowScope
from bancheng.domain.time_limits.rulebook_changes import changes_between
from bancheng.domain.time_limits.rules import RuleBook
from bancheng.infra.rulebooks import load_rulebook, rulebook_text
from support.given import ADMIN, EFFICIENCY, RULES, Given, local

NOON = local("2026-03-04 12:00")
TODAY = date(2026, 3, 4)
OURS = """
version = "{version}"
basis = "本厅规定第三条"
[limits.resolve_general]
purpose = "resolve"
complexity = "general"
amount = 3
unit = "working_days"
label = "一般事项3个工作日"
basis = "本厅规定第三条"
"""
DEFAULT, NATIONAL = PublishRuleBook(text=rulebook_text("default")), load_rulebook("national")
EMPTY = Given(stream="rulebook-hall")


def ours(version="本厅-2", day=None, **more):
    return PublishRuleBook(text=OURS.format(version=version) + more.get("text", ""),
                           effective_day=day)  # fmt: skip


def published(command=None, story=EMPTY, **desk):
    return story.when(command or ours(), at=NOON, **desk)


def test_the_first_publication_says_what_the_hall_has_gone_by_so_far():
    (event,) = published(
        PublishRuleBook(text=rulebook_text("default")), base_book=load_rulebook("national")
    ).events

    default = load_rulebook("default")
    assert event == RuleBookPublished(rulebook=default, effective_day=default.effective_from)


def test_a_text_without_a_base_changes_the_rules_in_force():
    (event,) = published().events

    assert event.rulebook.limit_for("resolve", complexity="general").amount == 3
    assert event.rulebook.limit_for("resolve", complexity="complex").amount == 10


NUMBERS = [
    one.name
    for one in fields(RuleBook)
    if one.name not in ("effective_to", "second_factor_roles", "window_scope")
    and (one.default is None or isinstance(one.default, int))
]


@pytest.mark.parametrize("field", NUMBERS)
def test_every_number_of_the_book_is_told_before_it_changes(field):
    (change,) = changes_between(RULES, replace(RULES, **{field: 9}))
    of_tickets = field != "access_log_months"  # it is of looks, whatever was looked at
    assert (change.entry, change.after, change.tickets) == (field, "9", of_tickets)


def test_what_becomes_of_what_is_beyond_a_window_is_told_of_cases_alone():
    (change,) = changes_between(RULES, replace(RULES, window_scope=WindowScope.FLAGGED))
    said = (change.entry, change.after, change.cases, change.tickets)
    assert said == ("window_scope", "flagged", True, False)


def test_it_names_what_it_extends_or_is_refused():
    text = OURS.format(version="本厅-2")
    command = PublishRuleBook(text='extends = "nowhere"\n' + text)
    published(command).then_refused("RULEBOOK_INVALID", "text")


@pytest.mark.parametrize("text", ["[limits", 'version = "x"\nbasis = "b"\nodd = 1'])
def test_a_faulty_text_is_refused_with_everything_that_is_wrong(text):
    published(PublishRuleBook(text=text)).then_refused("RULEBOOK_INVALID", "text")


def once():
    first = published(
        PublishRuleBook(text=rulebook_text("default")), base_book=load_rulebook("national")
    )
    assert first.refusal is None
    return Given(first.history, "rulebook-hall")


def test_a_later_one_holds_from_today_or_a_later_day_never_from_an_earlier_one():
    story = once()

    assert published(story=story).events[0].effective_day == TODAY
    later = date(2026, 7, 1)
    assert published(ours(day=later), story).events[0].effective_day == later
    published(ours(day=date(2026, 3, 3)), story).then_refused("RULEBOOK_DAY_PAST", "effective_day")


def test_one_version_means_one_book():
    story = Given(published(story=once()).history, "rulebook-hall")

    published(ours(), story).then_refused("RULEBOOK_VERSION_TAKEN", "text")
    assert published(ours("本厅-3"), story).refusal is None


def test_it_must_hold_on_the_day_from_which_it_is_to_hold():
    command = PublishRuleBook(
        text="effective_to = 2026-06-30\n" + OURS.format(version="本厅-2"),
        effective_day=date(2026, 7, 1),
    )
    published(command, once()).then_refused("RULEBOOK_NOT_IN_FORCE", "effective_day")


def test_who_runs_the_hall_publishes_it():
    for who in (ADMIN, EFFICIENCY):
        assert EMPTY.when(ours(), who, at=NOON).refusal is None


def test_what_changes_is_told_entry_by_entry_and_for_which_matters():
    (event,) = published().events
    changes = {one.entry: one for one in changes_between(RULES, event.rulebook)}

    assert set(changes) == {"basis", "limits.resolve_general"}
    change = changes["limits.resolve_general"]
    assert "5个工作日" in change.before
    assert "3个工作日" in change.after
    assert (change.cases, change.tickets) == (False, True)
    assert changes_between(RULES, RULES) == []


def test_what_is_new_or_taken_out_has_one_side_only():
    national, default = load_rulebook("national"), load_rulebook("default")
    there = {one.entry: one for one in changes_between(national, default)}

    assert there["limits.accept"].before is None
    back = {one.entry: one for one in changes_between(default, national)}
    assert back["limits.accept"].after is None
