"""分析原因: why the matter is stuck; or that no work order is needed."""

import pytest
from msgspec.structs import replace

from bancheng.domain.complaint.analyse import (
    AnswerInquiry,
    CauseAnalysed,
    InquiryAnswered,
    PassOnPraise,
    PraisePassedOn,
)
from bancheng.domain.complaint.supervise import StrikeOffTicket, TicketStruckOff
from bancheng.domain.complaint.terms import TicketCategory
from support.builders import (
    SEALED,
    TEXT,
    a_dispatched_ticket,
    after,
    an_accepted_ticket,
    an_analysed_ticket,
    analysing,
    dispatching,
    due,
    passing,
)
from support.given import RULES, STREAM, given, local

ANSWER = AnswerInquiry(ticket_id=STREAM, answer=TEXT)
PRAISE = PassOnPraise(ticket_id=STREAM, unit="RS")
STRIKE_OFF = StrikeOffTicket(ticket_id=STREAM)
ANALYSED = CauseAnalysed(
    cause="delay",
    complexity="general",
    units=("RS",),
    opinion=SEALED,
    rule_version=RULES.version,
)


def test_cause_complexity_and_units_are_recorded_with_the_rule_book_of_that_day():
    given(*an_accepted_ticket()).when(analysing()).then(ANALYSED)


def test_the_analysis_names_the_version_of_another_rule_book():
    analysed = given(*an_accepted_ticket()).when(
        analysing(), rulebook=replace(RULES, version="2027.1")
    )
    analysed.then(replace(ANALYSED, rule_version="2027.1"))


def test_a_unit_named_twice_is_recorded_once_and_the_lead_stays_first():
    command = replace(analysing(), units=("YB", "RS", "YB"))
    given(*an_accepted_ticket()).when(command).then(replace(ANALYSED, units=("YB", "RS")))


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"cause": "bad_luck"}, "TERM_UNKNOWN", "cause"),
        ({"complexity": "hopeless"}, "TERM_UNKNOWN", "complexity"),
        ({"units": ("RS", "XX")}, "UNIT_UNKNOWN", "units[1]"),
    ],
    ids=lambda it: it if isinstance(it, str) else next(iter(it)),
)
def test_an_analysis_uses_the_words_of_the_rule_book_and_the_units_of_the_hall(change, code, field):
    command = replace(analysing(), **change)
    given(*an_accepted_ticket()).when(command).then_refused(code, field)


def test_an_analysis_may_be_corrected_until_dispatch_and_the_last_one_sets_the_limit():
    corrected = given(*an_analysed_ticket("general")).when(analysing("complex"))
    corrected.then(replace(ANALYSED, complexity="complex"))
    order = given(*corrected.history).when(dispatching(), at=local("2026-03-02 09:30")).events[0]
    assert order.due == due("resolve_complex", local("2026-03-02 09:30"), "2026-03-16")


def test_after_dispatch_the_analysis_stands():
    given(*a_dispatched_ticket()).when(analysing()).then_refused("WRONG_STATUS")


@pytest.mark.parametrize("asked", [an_accepted_ticket, an_analysed_ticket])
def test_an_inquiry_is_answered_without_a_work_order(asked):
    inquiry = asked(category=TicketCategory.INQUIRY)
    given(*inquiry).when(ANSWER).then(InquiryAnswered(answer=SEALED))


@pytest.mark.parametrize("praised", [an_accepted_ticket, an_analysed_ticket])
def test_praise_is_passed_on_without_a_work_order(praised):
    given(*praised(category=TicketCategory.PRAISE)).when(PRAISE).then(PraisePassedOn(unit="RS"))


def test_praise_goes_to_a_unit_of_the_hall():
    praise = an_accepted_ticket(category=TicketCategory.PRAISE)
    given(*praise).when(replace(PRAISE, unit="XX")).then_refused("UNIT_UNKNOWN", "unit")


@pytest.mark.parametrize(
    ("command", "category"),
    [
        (command, category)
        for command, short in ((ANSWER, TicketCategory.INQUIRY), (PRAISE, TicketCategory.PRAISE))
        for category in TicketCategory
        if category is not short
    ],
    ids=lambda it: getattr(it, "value", type(it).__name__),
)
def test_the_short_ways_are_for_their_own_category_only(command, category):
    ticket = an_accepted_ticket(category=category)
    given(*ticket).when(command).then_refused("CATEGORY_MISMATCH")


@pytest.mark.parametrize(
    ("category", "command"), [(TicketCategory.INQUIRY, ANSWER), (TicketCategory.PRAISE, PRAISE)]
)
def test_after_its_short_way_a_ticket_is_struck_off_without_verification(category, command):
    done = after(an_accepted_ticket(category=category), command)
    given(*done).when(command).then_refused("WRONG_STATUS")
    given(*done).when(passing()).then_refused("WRONG_STATUS")
    given(*done).when(STRIKE_OFF).then(TicketStruckOff())


def test_an_inquiry_nobody_can_answer_at_once_goes_the_long_way():
    inquiry = an_analysed_ticket(category=TicketCategory.INQUIRY)
    assert given(*inquiry).when(dispatching()).refusal is None
