"""窗口范围: what is beyond a window is refused there, or recorded beside what was done."""

from datetime import date

import pytest
from msgspec.structs import replace

from bancheng.domain.case.accept import CaseAccepted
from bancheng.domain.case.at_window import WindowExceeded
from bancheng.domain.case.checks import findings_in
from bancheng.domain.case.decide import CaseDecided
from bancheng.domain.time_limits.logic_checks import CheckRule, CheckSetting, WindowScope
from bancheng.domain.windows import Exceeding, WindowAuthority, WindowKind, WindowTerms
from support.case_builders import ITEM, a_received_case, accepting, an_accepted_case, granting
from support.given import OFFICER, RULES, Given

ALL = WindowTerms(
    kind=WindowKind.GENERAL,
    open_from=None,
    open_until=None,
    authorities=(WindowAuthority.ACCEPT, WindowAuthority.DECIDE),
)
BEYOND = {
    "an item of other windows": (replace(ITEM, windows=("W02",)), ALL, Exceeding.ITEM),
    "a day before": (ITEM, replace(ALL, open_from=date(2026, 12, 1)), Exceeding.DAY),
    "a day after": (ITEM, replace(ALL, open_until=date(2026, 1, 31)), Exceeding.DAY),
    "no authority": (ITEM, replace(ALL, authorities=()), Exceeding.AUTHORITY),
}
every_way = pytest.mark.parametrize(("item", "terms", "because"), BEYOND.values(), ids=BEYOND)
FLAGGING = replace(RULES, window_scope=WindowScope.FLAGGED)


def received(item):
    return Given(a_received_case(item=item))


@every_way
def test_an_acceptance_beyond_the_window_is_refused_where_the_book_says_nothing(
    item, terms, because
):
    here = {"at_window": "W01", "window_terms": terms}
    refused = received(item).when(accepting(), **here)
    refused.then_refused("WINDOW_EXCEEDED")
    assert because.label in refused.refusal.message


@every_way
def test_it_is_done_and_flagged_where_the_book_says_so(item, terms, because):
    here = {"at_window": "W01", "window_terms": terms, "rulebook": FLAGGING}
    accepted, beside = received(item).when(accepting(), **here).events
    assert isinstance(accepted, CaseAccepted)
    assert beside == WindowExceeded(window="W01", because=because)


@pytest.mark.parametrize(
    "here",
    [
        {"at_window": "W01"},
        {"window_terms": ALL},
        {"at_window": "W01", "window_terms": ALL},
        {"at_window": "W01", "window_terms": replace(ALL, open_until=date(2026, 12, 31))},
    ],
    ids=["nothing was said of it", "at no window", "it may do all", "on its days"],
)
def test_what_is_within_the_window_is_done_as_ever(here):
    [accepted] = received(ITEM).when(accepting(), **here).events
    assert isinstance(accepted, CaseAccepted)


def test_a_decision_takes_an_authority_of_its_own():
    ready = Given(an_accepted_case())
    accepts = replace(ALL, authorities=(WindowAuthority.ACCEPT,))
    here = {"at_window": "W01", "window_terms": accepts}
    ready.when(granting(), OFFICER, **here).then_refused("WINDOW_EXCEEDED")
    decided, beside = ready.when(granting(), OFFICER, **here, rulebook=FLAGGING).events
    assert isinstance(decided, CaseDecided)
    assert beside == WindowExceeded(window="W01", because=Exceeding.AUTHORITY)


def test_what_was_flagged_is_found_by_the_check_that_a_book_may_ask_for():
    here = {"at_window": "W01", "window_terms": replace(ALL, authorities=())}
    history = received(ITEM).when(accepting(), **here, rulebook=FLAGGING).history
    setting = CheckSetting(code=CheckRule.WINDOW_EXCEEDED, basis="本厅规定")
    [found] = findings_in(history, replace(RULES, checks=(setting,)))
    assert (found.rule, found.detail) == (
        CheckRule.WINDOW_EXCEEDED,
        "窗口「W01」: 该窗口没有相应权限",
    )
