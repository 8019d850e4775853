"""更正与补充: d22, nothing is overwritten, dates stay, and the ledgers show what holds now."""

import pytest

from bancheng.domain.case.correct import AddRemark, CorrectCase
from bancheng.domain.case.terms import CaseSource
from bancheng.domain.complaint.correct import CorrectTicket, SupplementReport
from bancheng.domain.complaint.terms import TicketCategory
from bancheng.domain.events import Channel
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import Applicant, FreeText, PersonName, Phone, Reporter, Title
from bancheng.projections.cases.cases import CASES_BY_ID
from bancheng.projections.registry import PROJECTIONS
from bancheng.projections.tickets.tickets import TICKETS_BY_ID
from projections.views import MemoryLog, Views
from support import case_builders
from support.builders import (
    TEXT,
    a_closed_ticket,
    a_reported_ticket,
    a_signed_in_ticket,
    after,
    deadline_of,
)
from support.case_builders import CASE_ID, C
from support.given import STREAM, given

T = {"ticket_id": STREAM}
NEW = Reporter(name=PersonName("李四"), phone=Phone("13900139000"))


@pytest.fixture
def shown(engine):
    def show(events, query, key):
        views = Views(engine, MemoryLog(events), projections=PROJECTIONS).caught_up()
        with views.database.read() as connection:
            return query(connection, [key])[key]

    return show


def test_d22_a_wrong_phone_is_corrected_and_the_old_one_stays_in_its_event(shown):
    history = a_reported_ticket()
    corrected = after(history, CorrectTicket(**T, reason=TEXT, reporter=NEW))
    event = corrected[-1].event
    assert event.corrected == ("reporter",)
    assert event.reporter.phone.plain == "13900139000"
    assert corrected[0] == history[0]
    row = shown(corrected, TICKETS_BY_ID, STREAM)
    assert (row.reporter_phone_masked, row.corrections) == ("139****9000", 1)


def test_d22_category_text_channel_and_title_are_corrected_together(shown):
    command = CorrectTicket(
        **T, reason=TEXT, category=TicketCategory.SUGGESTION, channel=Channel.PHONE,
        subject=Title("医保卡"), content=FreeText("换了一件事"),
    )  # fmt: skip
    corrected = after(a_reported_ticket(), command)
    row = shown(corrected, TICKETS_BY_ID, STREAM)
    assert (row.category, row.channel) == (TicketCategory.SUGGESTION, Channel.PHONE)
    assert (row.subject_masked, row.content_masked) == ("医保卡", "换了一件事")


def test_d22_a_corrected_category_moves_no_date_that_was_decided():
    before = a_signed_in_ticket()
    command = CorrectTicket(**T, reason=TEXT, category=TicketCategory.INQUIRY)
    assert deadline_of(after(before, command), LimitKind.RESOLVE) == deadline_of(
        before, LimitKind.RESOLVE
    )


def test_d22_what_corrects_nothing_is_refused():
    for same in ({}, {"category": TicketCategory.COMPLAINT}):
        command = CorrectTicket(**T, reason=TEXT, **same)
        given(*a_reported_ticket()).when(command).then_refused("NOTHING_CORRECTED", "category")
    own = CorrectTicket(**T, reason=TEXT, channel=Channel.SYSTEM)
    given(*a_reported_ticket()).when(own).then_refused("CHANNEL_RESERVED", "channel")
    given(*case_builders.a_submitted_case()).when(CorrectCase(**C, reason=TEXT)).then_refused(
        "NOTHING_CORRECTED", "applicant"
    )


def test_d22_what_is_closed_is_reopened_before_it_is_corrected():
    command = CorrectTicket(**T, reason=TEXT, reporter=NEW)
    given(*a_closed_ticket()).when(command).then_refused("WRONG_STATUS")


def test_d22_what_the_reporter_adds_is_kept_beside_what_they_said(shown):
    added = after(a_signed_in_ticket(), SupplementReport(**T, content=FreeText("又去了一趟")))
    row = shown(added, TICKETS_BY_ID, STREAM)
    assert (row.supplements, row.latest_supplement_masked) == (1, "又去了一趟")
    assert row.content_masked == TEXT.mask(TEXT.plain)


def test_d22_an_applicant_of_a_case_is_corrected_and_a_remark_added(shown):
    wrong = case_builders.an_accepted_case()
    applicant = Applicant(name=PersonName("王五"), phone=Phone("13700137000"))
    right = after(wrong, CorrectCase(**C, reason=TEXT, applicant=applicant))
    right = after(right, AddRemark(**C, remark=TEXT))
    row = shown(right, CASES_BY_ID, CASE_ID)
    assert (row.applicant_phone_masked, row.correction_count, row.remark_count) == (
        "137****7000", 1, 1,
    )  # fmt: skip


def test_d22_before_the_receipt_the_source_rules_the_clocks_and_is_not_corrected():
    command = CorrectCase(**C, reason=TEXT, source=CaseSource.WINDOW)
    given(*case_builders.an_online_case()).when(command).then_refused(
        "SOURCE_RULES_CLOCKS", "source"
    )
    assert given(*case_builders.a_received_case()).when(command).refusal is None
