"""即办件: promised on the spot, and judged by the law beside (行政许可法 34)."""

import pytest
from msgspec.structs import replace

from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.time_limits.rulebook import override
from support.builders import after
from support.case_builders import (
    INSTANT,
    a_received_case,
    accepting,
    deadline,
    granting,
    working_days,
)
from support.given import CLERK, RULES, given, local

STATUTORY, PROMISED = LimitKind.STATUTORY, LimitKind.PROMISED
MORNING = local("2026-03-04 09:30")
SLOW = replace(INSTANT, statutory=working_days(20, "statutory"))


def accepted(at=MORNING, item=SLOW, **desk):
    return after(a_received_case("M1", item=item), accepting(), at=at, **desk)


@pytest.mark.parametrize(
    ("at", "in_time"), [("2026-03-04 16:59", True), ("2026-03-05 09:00", False)]
)
def test_xkf_34_an_instant_item_is_promised_for_the_same_day_and_keeps_its_statutory_limit(
    at, in_time
):
    [decided] = given(*accepted()).when(granting(), CLERK, at=local(at)).events

    verdicts = {one.kind: one.verdict.on_time for one in decided.verdicts}
    assert verdicts == {STATUTORY: True, PROMISED: in_time}


def test_what_is_accepted_after_hours_is_promised_for_the_next_working_day():
    due = deadline(accepted(at=local("2026-03-06 18:00")), PROMISED).due
    assert str(due.due_date) == "2026-03-09"


def test_what_the_item_promises_itself_goes_before_the_book():
    own = replace(SLOW, promised=working_days(2, "promised"))
    assert deadline(accepted(item=own), PROMISED).due.limit == own.promised


def test_what_counts_as_on_the_spot_stands_in_the_book_with_its_ground():
    book = override(
        RULES,
        'version = "本厅-2"\nbasis = "本厅规定"\n[limits."case.on_the_spot"]\n'
        'purpose = "case.on_the_spot"\namount = 30\nunit = "minutes"\nbasis = "本厅规定第三条"',
    )
    due = deadline(accepted(rulebook=book), PROMISED).due
    assert due.due_at == local("2026-03-04 10:00")
    assert due.limit.basis == "本厅规定第三条"
    assert RULES.limit_for("case.on_the_spot").basis
