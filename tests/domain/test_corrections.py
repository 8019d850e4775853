"""更正与补充: d22, nothing is overwritten, dates stay, and the ledgers show what holds now."""

from datetime import date
from functools import reduce

import pytest
from msgspec.structs import replace

from bancheng.domain.case.correct import AddRemark, CorrectCase
from bancheng.domain.case.renewal import DeemRenewed
from bancheng.domain.case.renewing import Renewal
from bancheng.domain.case.terms import CaseSource
from bancheng.domain.complaint.accused import NOBODY, AccusedPart, known_of
from bancheng.domain.complaint.correct import CorrectTicket, SupplementReport
from bancheng.domain.complaint.state import Ticket
from bancheng.domain.complaint.terms import TicketCategory
from bancheng.domain.complaint.ticket import evolve
from bancheng.domain.events import Channel
from bancheng.domain.items import DeliveryWay
from bancheng.domain.limit_kinds import LegalEffect, LimitKind
from bancheng.domain.people import (
    Address,
    Agent,
    Applicant,
    CertificateNumber,
    FreeText,
    PersonName,
    Phone,
    Reporter,
    Title,
)
from bancheng.domain.supervision.events import SupervisionColour
from bancheng.domain.supervision.taking import IssueSupervisionOrder
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
from support.given import PERSON, STREAM, given, local

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


@pytest.mark.parametrize(
    "over",
    [case_builders.a_delivered_case, case_builders.an_archived_case, case_builders.a_refused_case],
)
def test_pipl_46_who_it_is_about_is_corrected_though_the_case_is_over_and_nothing_else(over, shown):
    applicant = Applicant(name=PersonName("王五"), phone=Phone("13700137000"))
    right = after(over(), CorrectCase(**C, reason=TEXT, applicant=applicant))
    row = shown(right, CASES_BY_ID, CASE_ID)
    assert (row.applicant_phone_masked, row.correction_count) == ("137****7000", 1)
    assert case_builders.state_of(right).status is case_builders.state_of(over()).status
    for field, said in (("source", CaseSource.ONLINE), ("window", "A1")):
        other = CorrectCase(**C, reason=TEXT, applicant=applicant, **{field: said})
        given(*over()).when(other).then_refused("CASE_OVER", field)


def test_d22_before_the_receipt_the_source_rules_the_clocks_and_is_not_corrected():
    command = CorrectCase(**C, reason=TEXT, source=CaseSource.WINDOW)
    given(*case_builders.an_online_case()).when(command).then_refused(
        "SOURCE_RULES_CLOCKS", "source"
    )
    assert given(*case_builders.a_received_case()).when(command).refusal is None


def corrected(history, **fields):
    return after(history, CorrectCase(**C, reason=TEXT, **fields))


def test_d22_an_agent_and_the_mandate_are_corrected(shown):
    wrong = case_builders.an_accepted_case()
    agent = Agent(name=PersonName("赵六"), phone=Phone("13600136000"))
    right = corrected(wrong, agent=agent, mandate="委2号")
    row = shown(right, CASES_BY_ID, CASE_ID)
    assert (row.agent_name_masked, row.agent_phone_masked, row.mandate) == (
        "赵*", "136****6000", "委2号",
    )  # fmt: skip
    paper = shown(corrected(right, mandate="委3号"), CASES_BY_ID, CASE_ID)
    assert paper.mandate == "委3号"


def test_d22_an_agent_has_a_mandate_also_when_corrected():
    case = given(*case_builders.an_accepted_case())
    agent = Agent(name=PersonName("赵六"))
    case.when(CorrectCase(**C, reason=TEXT, agent=agent)).then_refused("MANDATE_MISSING", "mandate")
    case.when(CorrectCase(**C, reason=TEXT, mandate="委2号")).then_refused(
        "MANDATE_MISSING", "agent"
    )


def test_d22_the_delivery_and_its_address_are_corrected_and_an_unused_address_goes(shown):
    home, away = Address("科尔沁区明仁大街12号"), Address("奈曼旗大沁他拉镇5号")
    wrong = case_builders.an_accepted_case(delivery=DeliveryWay.POST, delivery_address=home)
    moved = corrected(wrong, delivery_address=away)
    row = shown(moved, CASES_BY_ID, CASE_ID)
    assert (row.delivery, row.delivery_address_masked) == (DeliveryWay.POST, "奈曼旗大沁****")
    row = shown(corrected(moved, delivery=DeliveryWay.COUNTER), CASES_BY_ID, CASE_ID)
    assert (row.delivery, row.delivery_address_masked) == (DeliveryWay.COUNTER, None)


def test_d22_a_corrected_delivery_is_one_that_can_be_followed():
    case = given(*case_builders.an_accepted_case(delivery=DeliveryWay.COUNTER))
    for fields, code, field in (
        ({"delivery": DeliveryWay.LOCKER}, "DELIVERY_NOT_OFFERED", "delivery"),
        ({"delivery": DeliveryWay.POST}, "DELIVERY_ADDRESS_MISSING", "delivery_address"),
        ({"delivery_address": Address("某街1号")}, "DELIVERY_ADDRESS_UNUSED", "delivery_address"),
    ):
        case.when(CorrectCase(**C, reason=TEXT, **fields)).then_refused(code, field)


def test_d22_a_corrected_address_is_sealed_under_the_key_of_the_applicant():
    wrong = case_builders.an_accepted_case(
        delivery=DeliveryWay.POST, delivery_address=Address("某街1号")
    )
    right = given(*wrong).when(
        CorrectCase(**C, reason=TEXT, delivery_address=Address("某街2号")), person=None
    )
    assert right.events[0].delivery_address.owner == PERSON


RENEWAL = LimitKind.RENEWAL
LICENCE = Renewal(licence_no=CertificateNumber("JY1"), expires_on=date(2026, 4, 1))


def a_renewal(**fields):
    return case_builders.an_accepted_case(renewal=replace(LICENCE, **fields))


def test_d22_the_number_of_the_licence_is_corrected(shown):
    right = corrected(a_renewal(), licence_no=CertificateNumber("JY2"))
    row = shown(right, CASES_BY_ID, CASE_ID)
    assert (row.renews_masked, row.renews_until) == ("JY2", date(2026, 4, 1))
    given(*case_builders.an_accepted_case()).when(
        CorrectCase(**C, reason=TEXT, licence_no=CertificateNumber("JY2"))
    ).then_refused("NOT_A_RENEWAL", "licence_no")


def test_d22_a_corrected_expiry_moves_the_day_by_which_the_law_renews(shown):
    right = corrected(a_renewal(), licence_expires_on=date(2026, 4, 10))
    due = case_builders.deadline(right, RENEWAL).due
    assert due.effect is not None
    assert (str(due.due_date), due.effect.code) == ("2026-04-10", LegalEffect.DEEMED_RENEWED)
    row = shown(right, CASES_BY_ID, CASE_ID)
    assert (row.renews_until, row.renewal_late) == (date(2026, 4, 10), False)
    given(*right).when(DeemRenewed(**C), at=local("2026-04-02 00:00")).then_refused(
        "LICENCE_STILL_VALID"
    )
    assert given(*right).when(DeemRenewed(**C), at=local("2026-04-11 00:00")).events


def test_d22_an_earlier_expiry_marks_an_application_that_was_too_late(shown):
    right = corrected(a_renewal(), licence_expires_on=date(2026, 3, 20))
    row = shown(right, CASES_BY_ID, CASE_ID)
    assert (row.renews_until, row.renewal_late) == (date(2026, 3, 20), True)
    due = case_builders.deadline(right, RENEWAL).due
    assert (str(due.due_date), due.effect) == ("2026-03-20", None)


def test_d22_an_expiry_that_had_passed_undecided_stays_passed_whatever_is_corrected():
    late = a_renewal(expires_on=date(2026, 3, 20))  # too late to be deemed renewed
    right = after(
        late,
        CorrectCase(**C, reason=TEXT, licence_expires_on=date(2026, 4, 10)),
        at=local("2026-03-23 09:00"),
    )
    limit = case_builders.deadline(right, RENEWAL)
    assert limit.expired_at == local("2026-03-21 00:00")
    assert str(limit.due.due_date) == "2026-04-10"


def test_d22_what_the_law_has_renewed_no_correction_takes_back():
    command = CorrectCase(**C, reason=TEXT, licence_expires_on=date(2026, 5, 1))
    given(*a_renewal()).when(command, at=local("2026-04-02 00:00")).then_refused(
        "DEEMED_RENEWED", "licence_expires_on"
    )
    given(*case_builders.a_decided_case(renewal=LICENCE)).when(command).then_refused(
        "RENEWAL_DECIDED", "licence_expires_on"
    )


def test_d22_an_expiry_before_the_application_and_back_stops_and_begins_the_time():
    expired = corrected(a_renewal(), licence_expires_on=date(2026, 3, 1))
    assert not case_builders.deadline(expired, RENEWAL).is_running
    right = corrected(expired, licence_expires_on=date(2026, 4, 1))
    limit = case_builders.deadline(right, RENEWAL)
    assert (limit.is_running, limit.unit, str(limit.due.due_date)) == (True, "RS", "2026-04-01")


def test_d22_an_expiry_that_is_corrected_twice_stays_one_run_and_as_late_as_it_was():
    passed = a_renewal(expires_on=date(2026, 3, 20))  # too late to be deemed renewed
    at = local("2026-03-23 09:00")
    before = CorrectCase(**C, reason=TEXT, licence_expires_on=date(2026, 3, 1))
    right = corrected(after(passed, before, at=at), licence_expires_on=date(2026, 4, 10))
    limit = case_builders.deadline(right, RENEWAL)
    assert (limit.run, limit.expired_at) == (1, local("2026-03-21 00:00"))


def test_d22_nobody_is_late_by_an_expiry_that_did_not_hold_when_its_day_came():
    before = CorrectCase(**C, reason=TEXT, licence_expires_on=date(2026, 3, 1))
    stopped = after(a_renewal(), before, at=local("2026-03-10 09:00"))
    again = CorrectCase(**C, reason=TEXT, licence_expires_on=date(2026, 4, 10))
    right = after(stopped, again, at=local("2026-04-03 09:00"))
    limit = case_builders.deadline(right, RENEWAL)
    assert (limit.run, limit.expired_at, limit.is_running) == (1, None, True)


def test_d22_an_expiry_that_is_corrected_before_the_acceptance_rules_from_then_on():
    received = case_builders.a_received_case(*case_builders.ALL_HERE, renewal=LICENCE)
    right = after(
        corrected(received, licence_expires_on=date(2026, 4, 10)), case_builders.accepting()
    )
    assert str(case_builders.deadline(right, RENEWAL).due.due_date) == "2026-04-10"


def test_d22_the_accused_unit_is_corrected_and_the_wrong_one_has_no_part_any_more(shown):
    wrong = a_reported_ticket(accused_unit="YB")
    right = after(wrong, CorrectTicket(**T, reason=TEXT, accused_unit="GA"))
    assert shown(right, TICKETS_BY_ID, STREAM).accused_unit == "GA"
    slip = IssueSupervisionOrder(
        matter_id=STREAM,
        unit="YB",
        colour=SupervisionColour.BLUE,
        ground="overdue",
        demand=TEXT,
        answer_working_days=3,
    )
    assert given(*wrong).when(slip).refusal is None
    given(*right).when(slip).then_refused("UNIT_NOT_INVOLVED", "unit")
    assert given(*right).when(replace(slip, unit="GA")).refusal is None
    given(*wrong).when(CorrectTicket(**T, reason=TEXT, accused_unit="XX")).then_refused(
        "UNIT_UNKNOWN", "accused_unit"
    )


def correcting(**what):
    return CorrectTicket(**T, reason=TEXT, **what)


def test_d22_who_was_named_where_nobody_was_meant_is_cleared(shown):
    wrong = a_reported_ticket(accused_unit=None, accused_window="W01", accused_staff="second-RS")
    right = after(wrong, correcting(clears=tuple(AccusedPart)))
    row = shown(right, TICKETS_BY_ID, STREAM)
    assert (row.accused_unit, row.accused_window, row.accused_staff) == (None, None, None)
    assert row.accused_window_unit is None
    assert known_of(reduce(evolve, right, Ticket())) == NOBODY
    assert right[-1].event.cleared == tuple(AccusedPart)
    again = after(right, correcting(accused_window="W02"))
    assert shown(again, TICKETS_BY_ID, STREAM).accused_unit == "YB"


def test_d22_a_person_is_cleared_and_their_unit_stays(shown):
    wrong = a_reported_ticket(accused_unit=None, accused_staff="second-RS")
    right = after(wrong, correcting(clears=(AccusedPart.STAFF,)))
    row = shown(right, TICKETS_BY_ID, STREAM)
    assert (row.accused_unit, row.accused_staff) == ("RS", None)
    given(*right).when(correcting(clears=(AccusedPart.STAFF,))).then_refused(
        "NOTHING_CORRECTED", "category"
    )


def test_d22_another_unit_is_not_told_while_a_person_of_the_wrong_one_stays():
    wrong = a_reported_ticket(accused_unit=None, accused_staff="second-RS")
    other = correcting(accused_unit="GA")
    given(*wrong).when(other).then_refused("ACCUSED_STAFF_STAYS", "accused_staff")
    # Whoever is dismissed is in no unit.
    given(*wrong).when(other, staff={}).then_refused("ACCUSED_STAFF_STAYS", "accused_staff")
    for staff in ({"accused_staff": "third-GA"}, {"clears": (AccusedPart.STAFF,)}):
        (event,) = given(*wrong).when(replace(other, **staff)).events
        assert event.accused_unit == "GA"


def test_d22_a_person_of_the_windows_unit_goes_with_the_window():
    wrong = a_reported_ticket(accused_unit="YB", accused_window="W01", accused_staff="second-RS")
    for away in ({"accused_window": "W02"}, {"clears": (AccusedPart.WINDOW,)}):
        refused = given(*wrong).when(correcting(**away))
        refused.then_refused("ACCUSED_STAFF_STAYS", "accused_staff")
    assert given(*wrong).when(correcting(accused_unit="RS", accused_window="W02")).events


def test_d22_a_unit_that_follows_is_not_cleared_alone_and_nothing_is_both_told_and_cleared():
    wrong = given(*a_reported_ticket(accused_unit=None, accused_staff="second-RS"))
    unit = (AccusedPart.UNIT,)
    wrong.when(correcting(clears=unit)).then_refused("ACCUSED_STAFF_STAYS", "accused_staff")
    both = correcting(clears=unit, accused_unit="GA")
    wrong.when(both).then_refused("CLEARED_AND_NAMED", "clears")
    by_window = given(*a_reported_ticket(accused_window="W01"))
    by_window.when(correcting(clears=unit)).then_refused("ACCUSED_UNIT_FOLLOWS", "clears")
    assert given(*a_reported_ticket(accused_window="old-1")).when(correcting(clears=unit)).events
