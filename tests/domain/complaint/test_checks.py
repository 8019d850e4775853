"""逻辑校验 of tickets: what was told later than it happened is found, once, and nothing else."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from bancheng.domain.complaint.checks import (
    RecordTicketFinding,
    TicketCheckFailed,
    findings_in,
)
from bancheng.domain.events import Channel
from bancheng.domain.time_limits.logic_checks import CheckRule
from support.builders import (
    a_closed_ticket,
    a_dispatched_ticket,
    a_refused_ticket,
    a_reported_ticket,
    after,
)
from support.given import CLERK, RULES, STREAM, given

HOUR = timedelta(hours=1)


def found(history, rulebook=RULES):
    return [(one.rule, one.finding_id.partition("/")[2]) for one in findings_in(history, rulebook)]


def late(history, *hours, **envelope):
    """The first events of ``history``, recorded so many hours after they happened."""
    return (
        *(
            replace(one, envelope=replace(one.envelope, recorded_at=one.envelope.occurred_at
                                          + gap * HOUR, **envelope))
            for one, gap in zip(history, hours, strict=False)
        ),
        *history[len(hours) :],
    )  # fmt: skip


@pytest.mark.parametrize(
    "ticket", [a_reported_ticket, a_refused_ticket, a_dispatched_ticket, a_closed_ticket]
)
def test_d23_in_what_is_entered_at_once_nothing_is_found(ticket):
    assert found(ticket()) == []


def test_d23_a_ticket_that_is_told_a_day_later_is_found():
    told = late(a_reported_ticket(), 25)
    assert found(told) == [(CheckRule.RECORDED_LATE, told[0].envelope.event_id)]
    assert found(late(a_reported_ticket(), 24)) == []


def test_d23_more_than_two_steps_in_one_sitting_are_found_as_well():
    told = late(a_dispatched_ticket(), 25, 25, 25)
    first = told[0].envelope.event_id
    assert (CheckRule.RECORDED_IN_BULK, first) in found(told)
    assert [rule for rule, _ in found(told)].count(CheckRule.RECORDED_LATE) == 3


def test_d23_what_an_import_brings_was_entered_elsewhere():
    assert found(late(a_dispatched_ticket(), 900, 900, 900, channel=Channel.IMPORT)) == []


def test_d23_what_was_done_for_many_at_once_was_entered_here():
    told = found(late(a_dispatched_ticket(), 25, batch_id="bulk-1"))
    assert CheckRule.RECORDED_LATE in [rule for rule, _ in told]


def test_d23_a_book_that_makes_no_such_check_finds_nothing():
    assert found(late(a_reported_ticket(), 25), replace(RULES, checks=())) == []


def test_d23_a_finding_is_recorded_once_and_changes_nothing_else():
    history = late(a_reported_ticket(), 25)
    [one] = findings_in(history, RULES)
    record = RecordTicketFinding(ticket_id=STREAM, **one._asdict())
    outcome = given(*history).when(record)
    outcome.then(
        TicketCheckFailed(
            finding_id=one.finding_id,
            rule=CheckRule.RECORDED_LATE,
            rule_version=RULES.version,
            basis=one.basis,
            detail="发生后 25 小时才录入",
            unit=CLERK.unit,
        )
    )
    given(*outcome.history).when(record).then_refused("FINDING_KNOWN")
    assert findings_in(after(history, record), RULES) == [one]
