"""延长: asked for before the limit expires, once, and given by whom the law names."""

from datetime import date

import pytest
from msgspec.structs import replace

from bancheng.domain.case.deadline import (
    CaseExtensionDenied,
    CaseExtensionGranted,
    CaseExtensionRequested,
    DeadlineDue,
    DenyCaseExtension,
    GrantCaseExtension,
    RequestCaseExtension,
)
from bancheng.domain.item_types import PowerType
from bancheng.domain.items import ItemExtension
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import Role
from bancheng.domain.time_limits.limit import Extension, Limit, LimitUnit, decide_due
from bancheng.domain.time_limits.rules import Approver
from support.builders import after, warned
from support.case_builders import (
    CASE_ID,
    ITEM,
    SEALED,
    TEXT,
    THEME,
    THEME_OFFICER,
    C,
    a_received_case,
    accepting,
    an_accepted_case,
    deadline,
    ending,
    granting,
    handed_over,
    starting,
    state_of,
)
from support.given import CALENDAR, CO_OFFICER, DUTY, GOVERNOR, HEAD, OFFICER, RULES, given, local

ASK = RequestCaseExtension(**C, reason=TEXT)
GRANT = GrantCaseExtension(**C, ruling=TEXT)
DENY = DenyCaseExtension(**C, ruling=TEXT)
ASKED = after(an_accepted_case(), ASK, OFFICER)
STATUTORY, PROMISED = LimitKind.STATUTORY, LimitKind.PROMISED
EXPIRY = local("2026-03-31 00:00")
PROMISE_OVER = local("2026-03-10 00:00")


def longer(kind, limit, purpose, last_day):
    rule = RULES.extension_for("case.decide", item_type=PowerType.LICENCE)
    due = decide_due(
        limit, local("2026-03-02 09:02"), CALENDAR, rulebook_version=RULES.version,
        extension=Extension(amount=10, basis=rule.basis, times=1),
    )  # fmt: skip
    assert str(due.due_date) == last_day, due.due_date
    return DeadlineDue(kind=kind, subject=CASE_ID, due=warned(due, purpose))


LONGER = (longer(STATUTORY, ITEM.statutory, "case.decide", "2026-04-14"),)


def book_with(**changes):
    return replace(
        RULES,
        extensions=(
            replace(RULES.extension_for("case.decide", item_type=PowerType.LICENCE), **changes),
        ),
    )


def test_the_unit_asks_with_its_reason():
    given(*an_accepted_case()).when(ASK, OFFICER).then(CaseExtensionRequested(reason=SEALED))


def test_only_the_unit_that_has_the_file_asks():
    given(*handed_over(an_accepted_case())).when(ASK, CO_OFFICER).then_refused("NOT_OWN_UNIT")


def test_it_may_be_asked_for_until_the_last_microsecond_of_the_limit():
    last = local("2026-03-30 23:59:59.999999")
    assert given(*an_accepted_case()).when(ASK, OFFICER, at=last).refusal is None
    given(*an_accepted_case()).when(ASK, OFFICER, at=EXPIRY).then_refused("EXTENSION_TOO_LATE")


def test_the_head_of_the_organ_gives_ten_more_days():
    granted = given(*ASKED).when(GRANT, HEAD)
    granted.then(CaseExtensionGranted(ruling=SEALED, dues=LONGER))
    assert deadline(granted.history, STATUTORY).due == LONGER[0].due


def test_xkf_42_a_grant_after_the_limit_is_refused_though_it_was_asked_for_in_time():
    late = local("2026-04-02 10:00")
    given(*ASKED).when(GRANT, HEAD, at=late).then_refused("EXTENSION_TOO_LATE")
    # Asking stopped nothing: what is decided then is late, and the request can still be denied.
    assert given(*ASKED).when(DENY, HEAD, at=late).refusal is None
    _, decided = given(*ASKED).when(granting(), OFFICER, at=late).events
    assert not any(one.verdict.on_time for one in decided.verdicts)


def test_a_promise_that_was_broken_before_anybody_asked_stays_broken():
    late = after(an_accepted_case(), ASK, OFFICER, at=PROMISE_OVER)
    granted = given(*late).when(GRANT, HEAD)
    granted.then(CaseExtensionGranted(ruling=SEALED, dues=LONGER))
    [decided] = given(*granted.history).when(granting(), OFFICER).events
    verdicts = {one.kind: one.verdict.on_time for one in decided.verdicts}
    assert verdicts == {STATUTORY: True, PROMISED: False}


@pytest.mark.parametrize("by", [OFFICER, GOVERNOR, DUTY], ids=lambda it: it.name)
def test_nobody_but_the_head_of_the_organ_grants_or_denies(by):
    for act in (GRANT, DENY):
        given(*ASKED).when(act, by).then_refused("EXTENSION_NOT_YOURS")


@pytest.mark.parametrize("act", [GRANT, DENY], ids=lambda it: type(it).__name__)
def test_not_the_head_of_another_organ_either(act):
    given(*ASKED).when(act, replace(HEAD, unit="YB")).then_refused("NOT_OWN_UNIT")


def test_a_theme_is_extended_by_fifteen_days_by_the_head_of_the_government():
    joint = after(an_accepted_case(item=THEME), ASK, THEME_OFFICER)
    assert deadline(joint, STATUTORY).due.due_date == date(2026, 5, 8)
    given(*joint).when(GRANT, replace(HEAD, unit="HALL")).then_refused("EXTENSION_NOT_YOURS")
    granted = after(joint, GRANT, GOVERNOR)
    assert deadline(granted, STATUTORY).due.due_date == date(2026, 5, 28)


def test_it_is_given_once():
    granted = after(ASKED, GRANT, HEAD)
    given(*granted).when(ASK, OFFICER).then_refused("EXTENSION_USED_UP")


def test_a_request_that_waits_is_not_repeated():
    given(*ASKED).when(ASK, OFFICER).then_refused("EXTENSION_PENDING")


@pytest.mark.parametrize("act", [GRANT, DENY], ids=lambda it: type(it).__name__)
def test_what_was_not_asked_for_is_neither_granted_nor_denied(act):
    given(*an_accepted_case()).when(act, HEAD).then_refused("NO_EXTENSION_REQUEST")


def test_a_denied_extension_leaves_the_dates_and_the_unit_may_ask_again():
    denied = given(*ASKED).when(DENY, HEAD)
    denied.then(CaseExtensionDenied(ruling=SEALED))
    assert deadline(denied.history, STATUTORY).due == deadline(ASKED, STATUTORY).due
    assert given(*denied.history).when(ASK, OFFICER).refusal is None


@pytest.mark.parametrize(
    "book",
    [replace(RULES, extensions=()), book_with(unit=LimitUnit.NATURAL_DAYS)],
    ids=["no rule", "a rule in another unit"],
)
def test_what_the_rule_book_does_not_provide_for_is_not_given(book):
    given(*an_accepted_case()).when(ASK, OFFICER, rulebook=book).then_refused(
        "EXTENSION_NOT_ALLOWED"
    )
    given(*ASKED).when(GRANT, HEAD, rulebook=book).then_refused("EXTENSION_NOT_ALLOWED")


def test_what_the_rule_book_provides_for_no_more_may_still_be_denied():
    assert given(*ASKED).when(DENY, HEAD, rulebook=replace(RULES, extensions=())).refusal is None


def test_where_no_time_runs_there_is_none_to_extend():
    unlimited = replace(ITEM, statutory=None, promised=None)
    book = replace(RULES, limits=())
    accepted = given(*a_received_case(item=unlimited)).when(accepting(), rulebook=book)
    given(*accepted.history).when(ASK, OFFICER).then_refused("DEADLINE_NOT_RUNNING")


def test_an_extension_and_a_pause_keep_each_other():
    paused = after(
        after(ASKED, GRANT, HEAD),
        starting(days=3, on="2026-03-04"),
        OFFICER,
        at=local("2026-03-04 10:00"),
    )
    assert deadline(paused, STATUTORY).due.due_date == date(2026, 4, 17)
    over = after(paused, ending(), OFFICER, at=local("2026-03-05 10:00"))
    assert deadline(over, STATUTORY).due.due_date == date(2026, 4, 15)


def test_a_decision_settles_the_request():
    decided = after(ASKED, granting(), OFFICER)
    assert state_of(decided).extension_asked is None


def test_xkf_42_more_time_by_law_does_not_move_the_promise_to_the_public():
    granted = after(ASKED, GRANT, HEAD)
    assert deadline(granted, PROMISED) == deadline(ASKED, PROMISED)

    late = local("2026-03-20 10:00")
    [decided] = given(*granted).when(granting(), OFFICER, at=late).events
    verdicts = {one.kind: one.verdict.on_time for one in decided.verdicts}
    assert verdicts == {STATUTORY: True, PROMISED: False}


def test_a_promise_alone_is_never_extended():
    service = replace(ITEM, type=PowerType.PUBLIC_SERVICE, statutory=None)
    given(*an_accepted_case(item=service)).when(ASK, OFFICER).then_refused("DEADLINE_NOT_RUNNING")


def test_an_item_that_says_so_is_never_extended():
    fixed = replace(ITEM, extendable=False)
    given(*an_accepted_case(item=fixed)).when(ASK, OFFICER).then_refused("EXTENSION_NOT_ALLOWED")


OWN = ItemExtension(amount=30, times_max=2, basis="某条例第九条")


def test_an_item_is_extended_by_its_own_law_before_the_licence_act():
    item = replace(ITEM, extension=OWN)
    granted = after(after(an_accepted_case(item=item), ASK, OFFICER), GRANT, HEAD)

    due = deadline(granted, STATUTORY).due
    assert (due.extension.amount, due.extension.basis) == (30, "某条例第九条")
    twice = after(after(granted, ASK, OFFICER), GRANT, HEAD)
    assert deadline(twice, STATUTORY).due.extension.times == 2
    given(*twice).when(ASK, OFFICER).then_refused("EXTENSION_USED_UP")


def test_an_item_in_natural_days_is_extended_by_its_own_law_in_natural_days():
    days = Limit(id="item.statutory", amount=60, unit=LimitUnit.NATURAL_DAYS, label="60日")
    service = replace(
        ITEM, type=PowerType.CONFIRMATION, statutory=days, extension=replace(OWN, amount=30)
    )
    accepted = an_accepted_case(item=service)
    granted = after(after(accepted, ASK, OFFICER), GRANT, HEAD)

    before, longer = (deadline(one, STATUTORY).due.due_date for one in (accepted, granted))
    assert (longer - before).days == 30


def test_the_own_law_of_an_item_names_who_grants():
    item = replace(ITEM, extension=replace(OWN, approver=Approver.GOVERNMENT_HEAD))
    asked = after(an_accepted_case(item=item), ASK, OFFICER)
    given(*asked).when(GRANT, HEAD).then_refused("EXTENSION_NOT_YOURS")
    assert given(*asked).when(GRANT, GOVERNOR).refusal is None


def test_who_asked_for_more_time_does_not_grant_it():
    both = replace(HEAD, roles=(Role.UNIT_OFFICER, Role.UNIT_HEAD))
    asked = after(an_accepted_case(), ASK, both)
    given(*asked).when(GRANT, both).then_refused("EXTENSION_ASKER_GRANTS")
    assert given(*asked).when(GRANT, replace(HEAD, id="d2")).refusal is None
