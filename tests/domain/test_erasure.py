"""删除申请: which matters, on what ground, from which day; and by whom it is agreed to."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from bancheng.app.engine import Engine
from bancheng.domain.complaint.discover import RefuseTicket
from bancheng.domain.errors import DomainError, NotAllowed
from bancheng.domain.privacy.erasure import (
    ApproveErasure,
    CarryOutErasure,
    RefuseErasure,
    RequestErasure,
    RestrictErasure,
    WithdrawErasure,
)
from bancheng.domain.privacy.events import ErasureApproved, ErasureRequested
from bancheng.domain.privacy.restriction import ErasePersonalData, RestrictProcessing
from bancheng.domain.time_limits.rules import RetentionOf, RetentionRule
from support.builders import REPORTER, TEXT, reporting
from support.fakes import FixedRules, a_hall, do, events_of
from support.given import CLERK, EFFICIENCY, HANDLER, ROBOT, RULES, SUPERVISOR
from support.recusal_acts import asking, lifting, ordering


@pytest.fixture
def engine() -> Iterator[Engine]:
    with a_hall("memory", None) as engine:
        yield engine


def rules(engine: Engine) -> FixedRules:
    assert isinstance(engine.rules, FixedRules)
    return engine.rules


def a_ticket(engine: Engine) -> str:
    return do(engine, reporting(reporter=REPORTER), CLERK).stream_id


def over(engine: Engine) -> str:
    ticket = a_ticket(engine)
    said = {"explanation": TEXT, "remedy": TEXT}
    do(engine, RefuseTicket(ticket_id=ticket, reason="litigation", **said), HANDLER)
    return ticket


def requested(engine: Engine, *matters: str) -> str:
    return do(engine, RequestErasure(matters=matters, ground="unlawful"), CLERK).stream_id


def code_of(engine: Engine, command: Any, by: Any = CLERK) -> str:
    with pytest.raises(DomainError) as refused:
        do(engine, command, by)
    return refused.value.code


def test_the_day_is_the_books_years_after_the_last_thing_that_happened(engine: Engine):
    ticket = over(engine)  # on the second of March 2026
    requested(engine, ticket, ticket)
    (event,) = [one for one in events_of(engine) if isinstance(one, ErasureRequested)]
    assert (event.matters, event.erase_from) == ((ticket,), date(2036, 3, 3))


def test_a_day_that_a_year_has_not_is_the_next_one():
    rule = RetentionRule(code=RetentionOf.CASES, label="办件", years=1, basis="测试")
    assert rule.kept_until(date(2028, 2, 28)) == date(2029, 3, 1)
    assert rule.kept_until(date(2028, 2, 27)) == date(2029, 2, 28)


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"erasures": ()}, "NO_ERASURE_RULES"), ({"retention": ()}, "RETENTION_UNSET")],
    ids=["no grounds", "no retention"],
)
def test_without_a_rule_of_the_book_nobody_is_erased(engine: Engine, changes: Any, code: str):
    ticket = over(engine)
    rules(engine).rulebook_in_force = replace(RULES, **changes)
    assert code_of(engine, RequestErasure(matters=(ticket,), ground="unlawful")) == code


def test_every_fault_of_a_request_is_named(engine: Engine):
    matters = (a_ticket(engine), "ticket-none", "unit-RS")
    with pytest.raises(DomainError) as refused:
        do(engine, RequestErasure(matters=matters, ground="whim"), CLERK)
    assert [(one.code, one.field) for one in refused.value.each()] == [
        ("MATTER_OPEN", "matters[0]"),
        ("MATTER_UNKNOWN", "matters[1]"),
        ("MATTER_UNKNOWN", "matters[2]"),
        ("TERM_UNKNOWN", "ground"),
    ]


def test_what_is_restricted_for_one_request_is_not_requested_again(engine: Engine):
    ticket = over(engine)
    erasure = requested(engine, ticket)
    do(engine, ApproveErasure(erasure_id=erasure), SUPERVISOR)
    day = date(2036, 3, 3)
    do(engine, RestrictProcessing(matter_id=ticket, erasure_id=erasure, erase_from=day), ROBOT)
    do(engine, RestrictErasure(erasure_id=erasure), ROBOT)
    asked = RequestErasure(matters=(ticket,), ground="unlawful")
    assert code_of(engine, asked) == "MATTER_RESTRICTED"
    erasing = ErasePersonalData(matter_id=ticket, erasure_id=erasure)
    assert code_of(engine, erasing, ROBOT) == "RETENTION_RUNS"
    assert code_of(engine, CarryOutErasure(erasure_id=erasure), ROBOT) == "RETENTION_RUNS"


def test_the_second_person_counts_the_day_anew(engine: Engine):
    erasure = requested(engine, over(engine))
    short = RetentionRule(code=RetentionOf.TICKETS, label="工单", years=1, basis="测试")
    rules(engine).rulebook_in_force = replace(RULES, retention=(short,))
    do(engine, ApproveErasure(erasure_id=erasure), SUPERVISOR)
    (event,) = [one for one in events_of(engine) if isinstance(one, ErasureApproved)]
    assert event.erase_from == date(2027, 3, 3)


def test_a_matter_of_the_same_person_that_is_open_or_missing_stands_in_the_way(engine: Engine):
    erasure = requested(engine, over(engine))
    other = a_ticket(engine)
    rules(engine).alike_matters = frozenset({other})
    approving = ApproveErasure(erasure_id=erasure)
    assert code_of(engine, approving, SUPERVISOR) == "MATTER_OPEN"
    said = {"explanation": TEXT, "remedy": TEXT}
    do(engine, RefuseTicket(ticket_id=other, reason="litigation", **said), HANDLER)
    assert code_of(engine, approving, SUPERVISOR) == "MATTERS_MISSING"


def test_what_was_refused_or_withdrawn_is_over(engine: Engine):
    for ends in (RefuseErasure, WithdrawErasure):
        erasure = requested(engine, over(engine))
        do(engine, ends(erasure_id=erasure, reason=TEXT), SUPERVISOR)
        for command in (ApproveErasure(erasure_id=erasure), ends(erasure_id=erasure, reason=TEXT)):
            assert code_of(engine, command, SUPERVISOR) == "WRONG_STATUS"


@pytest.mark.parametrize("act", [ApproveErasure, RefuseErasure, WithdrawErasure])
def test_gwyf_76_who_is_recused_from_one_of_the_matters_rules_on_no_erasure_of_it(
    engine: Engine, act: Any
):
    one, other = over(engine), over(engine)
    erasure = requested(engine, one, other)
    do(engine, asking(other, EFFICIENCY.id), CLERK)
    do(engine, ordering(other, SUPERVISOR.id), EFFICIENCY)
    said = {} if act is ApproveErasure else {"reason": TEXT}
    command = act(erasure_id=erasure, **said)
    with pytest.raises(NotAllowed) as refused:
        do(engine, command, SUPERVISOR)
    assert refused.value.code == "RECUSED_IN_MATTERS"
    assert "000002" in refused.value.message
    assert "000001" not in refused.value.message
    assert refused.value.remedy == "请由另一位监督人员办理"
    do(engine, command, EFFICIENCY)  # of whom it was asked, and not ordered


def test_gwyf_76_who_is_recused_takes_back_nothing_that_was_approved_until_it_is_lifted(
    engine: Engine,
):
    ticket = over(engine)
    erasure = requested(engine, ticket)
    do(engine, ApproveErasure(erasure_id=erasure), SUPERVISOR)
    do(engine, ordering(ticket, SUPERVISOR.id), EFFICIENCY)
    withdrawing = WithdrawErasure(erasure_id=erasure, reason=TEXT)
    assert code_of(engine, withdrawing, SUPERVISOR) == "RECUSED_IN_MATTERS"
    do(engine, lifting(ticket, SUPERVISOR.id), EFFICIENCY)
    do(engine, withdrawing, SUPERVISOR)


def test_gwyf_76_who_is_recused_from_a_matter_does_not_request_its_erasure(engine: Engine):
    ticket = over(engine)
    do(engine, ordering(ticket, CLERK.id), SUPERVISOR)
    asked = RequestErasure(matters=(ticket,), ground="unlawful")
    with pytest.raises(NotAllowed) as refused:
        do(engine, asked, CLERK)
    assert refused.value.code == "RECUSED_IN_MATTERS"
    assert refused.value.remedy == "请由另一位窗口人员或工单处理员申请"
    do(engine, asked, HANDLER)
