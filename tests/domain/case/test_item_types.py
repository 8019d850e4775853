"""事项类型: the licence act governs licences; what else a hall offers has a law of its own."""

import pytest
from msgspec.structs import replace

from bancheng.domain.case.accept import DeemAccepted, Terms
from bancheng.domain.case.deadline import RequestCaseExtension
from bancheng.domain.item_types import PowerType
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.time_limits.rulebook import override
from support.case_builders import (
    ITEM,
    TEXT,
    THEME,
    C,
    a_received_case,
    an_accepted_case,
    an_accepted_gap,
    granting,
    handed_over,
    running,
)
from support.given import OFFICER, RULES, given, local

OTHERS = [one for one in PowerType if one is not PowerType.LICENCE]
LONG_AFTER = local("2026-12-01 10:00")


def of_type(kind, **fields):
    return replace(ITEM, type=kind, **fields)


@pytest.mark.parametrize("kind", OTHERS, ids=str)
def test_no_limit_of_the_licence_act_runs_on_an_item_of_another_type(kind):
    silent = of_type(kind, statutory=None, promised=None, steps=())
    received = a_received_case(item=silent)
    accepted = an_accepted_case(item=silent)

    assert running(received) == set()
    assert accepted[-1].event.terms == Terms()
    assert given(*accepted).when(granting(), OFFICER).events[0].deliver_due is None


def test_each_of_them_runs_on_a_licence():
    silent = of_type(PowerType.LICENCE, statutory=None, promised=None, steps=())

    assert running(a_received_case(item=silent)) == {LimitKind.NOTICE}
    assert running(an_accepted_case(item=silent)) == {LimitKind.STATUTORY}
    decided = given(*an_accepted_case(item=silent)).when(granting(), OFFICER)
    assert running(decided.history) == {LimitKind.DELIVER}


def test_a_public_service_keeps_the_limit_of_its_own_law_and_its_promise():
    accepted = an_accepted_case(item=of_type(PowerType.PUBLIC_SERVICE))

    assert accepted[-1].event.terms.statutory.limit == ITEM.statutory
    assert accepted[-1].event.terms.promised.limit == ITEM.promised


def test_a_public_service_is_never_deemed_accepted():
    received = a_received_case(item=of_type(PowerType.PUBLIC_SERVICE))

    given(*received).when(DeemAccepted(**C), at=LONG_AFTER).then_refused("NOTICE_STILL_DUE")


def test_a_theme_of_public_services_has_no_joint_time_of_the_licence_act():
    theme = replace(THEME, type=PowerType.PUBLIC_SERVICE)

    assert an_accepted_case(item=theme)[-1].event.terms == Terms()


def test_what_the_licence_act_lets_be_extended_is_a_licence():
    service = of_type(PowerType.PUBLIC_SERVICE)
    held = handed_over(an_accepted_case(item=service))

    given(*held).when(RequestCaseExtension(**C, reason=TEXT)).then_refused("EXTENSION_NOT_ALLOWED")


def test_a_gap_without_any_limit_stays_open_until_it_is_filled():
    silent = of_type(PowerType.CONFIRMATION, statutory=None, promised=None, steps=())
    accepted = an_accepted_gap(item=silent)

    assert accepted[-1].event.gap_due is None
    given(*accepted).when(granting(), OFFICER, at=LONG_AFTER).then_refused("GAP_OPEN")


def test_a_hall_sets_a_limit_for_one_type_of_item():
    book = override(
        RULES,
        'version = "本厅-2"\nbasis = "本厅规定"\n[limits.notice_of_service]\n'
        'purpose = "case.one_time_notice"\nitem_type = "20"\namount = 3\n'
        'unit = "working_days"\nbasis = "本厅规定"',
    )

    by_type = {
        kind: limit.amount
        for kind in PowerType
        if (limit := book.limit_for("case.one_time_notice", item_type=kind))
    }
    assert by_type == {PowerType.LICENCE: 5, PowerType.PUBLIC_SERVICE: 3}
