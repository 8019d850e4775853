"""Who is told what, and when they may be: the table of templates, hours, what the trail keeps."""

import re
from functools import reduce
from itertools import product

import pytest
from msgspec.structs import replace

from bancheng.app.noticing.drafts import QUERY_CODE
from bancheng.app.noticing.table import TEMPLATES, drafts_of
from bancheng.app.noticing.texts import GAPS, File, Rolls, filled, gaps_in
from bancheng.app.registry import matter_kind
from bancheng.domain.complaint.correct import CorrectTicket
from bancheng.domain.complaint.deadline import GrantExtension, NoteProgress
from bancheng.domain.complaint.dispatch import ReassignWorkOrder
from bancheng.domain.complaint.regroup import ChangeLead
from bancheng.domain.complaint.state import Ticket
from bancheng.domain.complaint.succession import TakeOverTicket
from bancheng.domain.complaint.ticket import evolve
from bancheng.domain.complaint.verify import OrderRework
from bancheng.domain.events import TOPICS, Channel, Recorded
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.notices.events import NoticeFailed, NoticeResendOrdered, NoticeSent
from bancheng.domain.notices.hours import Quiet, ReceivingHours, next_moment, next_round, next_slot
from bancheng.domain.notices.terms import Addressee
from bancheng.domain.people import Role
from bancheng.domain.phone_numbers import mobile
from bancheng.domain.time_limits.levels import WarningLevel
from bancheng.domain.warnings.events import DutiesPassedOn
from support import builders, case_builders, meeting_acts
from support.builders import CO_1, LEAD, TEXT, after, calling_back
from support.given import CALENDAR, CLERK, HANDLER, READ, ROBOT, RULES, STREAM, given, local
from support.given import QUERY_CODE as CODE
from support.meeting_acts import CANCEL
from support.notice_acts import NOTICE, giving_up, sending_again, telling, with_failed_notice

ROLLS = Rolls(CALENDAR, RULES, {"RS": "人社局", "YB": "医保局"}.get)
QUIET = Quiet()
ORDER = {"ticket_id": STREAM, "order_id": LEAD}


def told(history, addressee):
    """What the last event of ``history`` is told as."""
    kind = matter_kind(history[-1].stream_id)
    return [one.text for one in drafts_of(File(kind, history, ROLLS)) if one.addressee is addressee]


def test_a_template_has_no_gap_that_nobody_fills():
    gaps = {gap for each in TEMPLATES.values() for one in each for gap in gaps_in(one.says)}
    assert gaps <= set(GAPS)
    assert set(GAPS) <= gaps, "a gap that no template has"


def test_every_event_that_is_told_of_is_one_of_a_matter():
    topics = {event.topic.partition(".")[0] for event in TEMPLATES}
    assert topics == {
        "complaint",
        "case",
        "supervision",
        "warning",
        "deadline",
        "assistance",
        "incident",
    }
    assert set(TEMPLATES) <= set(TOPICS.values())


def test_an_addressee_is_told_of_an_event_in_one_way_only():
    """Two templates for the same would be one notice, and one of the two texts would be lost."""
    for event, each in TEMPLATES.items():
        whom = [(one.addressee, post, one.units) for one in each for post in one.posts or (None,)]
        assert len(whom) == len(set(whom)), event.__name__


TO_CITIZENS = {
    "reported": (
        builders.a_reported_ticket,
        "您反映的事项已登记,编号 BCS-1,查询码 〔查询码〕,最迟 2026年3月3日24:00告知是否受理。",
    ),
    "accepted": (builders.an_accepted_ticket, "您反映的事项(编号 BCS-1)已受理。"),
    "refused": (
        builders.a_refused_ticket,
        "您反映的事项(编号 BCS-1)不予受理,情形为「{case}」。理由和救济途径可凭编号到窗口查询。",
    ),
    "diverted": (
        builders.a_diverted_ticket,
        "您反映的事项(编号 BCS-1)不属于本厅办理,已分流至「{petition_office}」,由信访局接办。",
    ),
    "dispatched": (
        builders.a_dispatched_ticket,
        "您反映的事项(编号 BCS-1)已转人社局办理,办理期限 2026年3月9日24:00。",
    ),
    "extended": (
        lambda: after(
            builders.an_order_with_extension_asked(), GrantExtension(**ORDER, ruling=TEXT)
        ),
        "您反映的事项(编号 BCS-1)经批准延长办理期限至 {due},延期理由可凭编号到窗口查询。",
    ),
    "answered": (
        builders.a_resolved_ticket,
        "您反映的事项(编号 BCS-1)已由人社局反馈办理结果「已解决」,我们将对您回访核实。",
    ),
    "verified": (builders.a_verified_ticket, "您反映的事项(编号 BCS-1)经核查已办理完毕。"),
    "reworked": (
        lambda: after(builders.a_called_back_ticket(), OrderRework(**ORDER, reason=TEXT)),
        "您反映的事项(编号 BCS-1)经核查尚未办好,已责成人社局重新办理,期限 2026年3月9日24:00。",
    ),
    "a case": (
        case_builders.an_accepted_case,
        "您申请的「{item}」(编号 BJ-1)已受理,最迟 {decide_by}前办结。",
    ),
}


@pytest.mark.parametrize("name", TO_CITIZENS)
def test_what_a_citizen_is_told(name):
    history, says = TO_CITIZENS[name]
    (text,) = told(history(), Addressee.CITIZEN)
    pattern = re.sub(r"\\\{\w+\\\}", ".+", re.escape(says))
    assert re.fullmatch(pattern, text), text


def test_a_call_back_that_reached_nobody_is_told_and_one_that_did_is_not():
    resolved = builders.a_resolved_ticket()
    in_vain = after(resolved, calling_back(**builders.UNREACHED))
    assert len(told(in_vain, Addressee.CITIZEN)) == 1
    assert told(builders.a_called_back_ticket(), Addressee.CITIZEN) == []


def test_a_unit_is_told_of_its_own_order_and_a_co_unit_of_its_own():
    history = builders.a_dispatched_ticket("RS", "YB")
    lead, co = (
        next(drafts_of(File(matter_kind(STREAM), history[:end], ROLLS)))
        for end in (len(history) - 1, len(history))
    )
    assert (lead.addressee, co.addressee) == (Addressee.CITIZEN, Addressee.UNIT)
    assert co.unit == "YB"
    assert "BCS-1-02" in co.text


def test_no_notice_tells_of_a_person_or_of_what_they_wrote():
    """Everything that the walks of the builders leave, told to everybody."""
    secret = {builders.REPORTER.name.plain, builders.REPORTER.phone.plain, TEXT.plain, CODE}
    makers = [*vars(builders).values(), *vars(case_builders).values()]
    histories = [
        make() for make in makers
        if callable(make) and getattr(make, "__name__", "").startswith(("a_", "an_"))
    ]  # fmt: skip
    texts = [
        one.text
        for history in histories
        for end in range(1, len(history) + 1)
        for one in drafts_of(File(matter_kind(history[0].stream_id), history[:end], ROLLS))
    ]
    assert len(texts) > 100
    assert [(word, text) for word, text in product(secret, texts) if word in text] == []


def test_what_has_nothing_to_say_is_left_out():
    file = File(matter_kind(STREAM), builders.an_accepted_ticket(), ROLLS)
    assert filled("{number}[,最迟 {answer_by}]。[{query_code}]", file) == f"BCS-1。{QUERY_CODE}"


HOURS = {
    "a citizen by day": (ReceivingHours.DAYTIME, "2026-03-02 10:00", "2026-03-02 10:00"),
    "a citizen in the evening": (ReceivingHours.DAYTIME, "2026-03-02 20:00", "2026-03-03 08:00"),
    "a citizen at night": (ReceivingHours.DAYTIME, "2026-03-02 03:00", "2026-03-02 08:00"),
    "a citizen at eight": (ReceivingHours.DAYTIME, "2026-03-02 08:00", "2026-03-02 08:00"),
    "a unit at night": (ReceivingHours.OFFICE, "2026-03-02 22:00", "2026-03-03 09:00"),
    "a unit before a holiday": (ReceivingHours.OFFICE, "2026-09-30 18:00", "2026-10-08 09:00"),
    "a system": (ReceivingHours.ANY, "2026-03-02 03:00", "2026-03-02 03:00"),
}


@pytest.mark.parametrize("name", HOURS)
def test_when_somebody_may_be_told(name):
    hours, at, expected = HOURS[name]
    assert next_moment(local(at), hours, QUIET, CALENDAR) == local(expected)


def test_quiet_within_one_day():
    noon = Quiet(since=12 * 60, until=14 * 60)
    at = local("2026-03-02 12:30")
    assert next_moment(at, ReceivingHours.DAYTIME, noon, CALENDAR) == local("2026-03-02 14:00")
    at = local("2026-03-02 23:00")
    assert next_moment(at, ReceivingHours.DAYTIME, noon, CALENDAR) == at


def test_the_next_slot_is_of_today_or_of_tomorrow():
    slots = (16 * 60, 11 * 60)
    assert next_slot(local("2026-03-02 11:00"), slots, CALENDAR) == local("2026-03-02 11:00")
    assert next_slot(local("2026-03-02 11:01"), slots, CALENDAR) == local("2026-03-02 16:00")
    assert next_slot(local("2026-03-02 17:00"), slots, CALENDAR) == local("2026-03-03 11:00")
    assert next_slot(local("2026-03-02 17:00"), (), CALENDAR) == local("2026-03-02 17:00")


ROUNDS = {
    "at the next slot": ("office", (11, 16), "2026-03-06 12:00", "2026-03-06 16:00"),
    "a slot is missed on Friday": ("office", (11, 16), "2026-03-06 16:30", "2026-03-09 11:00"),
    "over a holiday": ("office", (11, 16), "2026-09-30 17:00", "2026-10-08 11:00"),
    "in the evening": ("daytime", (21, 9), "2026-03-06 12:00", "2026-03-07 09:00"),
    "one slot while nobody is there": ("office", (22, 16), "2026-03-05 17:00", "2026-03-06 16:00"),
    "no slot while somebody is": ("office", (22,), "2026-03-06 12:00", "2026-03-09 09:00"),
    "around midnight": ("any", (0,), "2026-03-06 23:59", "2026-03-07 00:00"),
    "no slots at all": ("office", (), "2026-03-07 12:00", "2026-03-09 09:00"),
}


@pytest.mark.parametrize("name", ROUNDS)
def test_what_is_gathered_goes_at_a_slot_at_which_somebody_may_be_told(name):
    hours, slots, at, expected = ROUNDS[name]
    minutes = tuple(hour * 60 for hour in slots)
    found = next_round(local(at), minutes, ReceivingHours(hours), QUIET, CALENDAR)
    assert found == local(expected)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("138 0013 8000", "13800138000"),
        ("+86-138-0013-8000", "13800138000"),
        ("010-12345678", None),
        ("0475-8234567-12", None),
        ("+85221234567", None),
    ],
)
def test_a_text_message_goes_to_a_mobile_alone(typed, number):
    assert mobile(typed) == number


def test_what_became_of_a_notice_changes_nothing_but_that_it_may_be_sent_again():
    history = builders.an_accepted_ticket()
    sent = given(*history).when(telling(STREAM))
    assert [type(one) for one in sent.events] == [NoticeSent]
    failed = given(*history).when(giving_up(STREAM))
    assert [type(one) for one in failed.events] == [NoticeFailed]


def test_what_failed_is_sent_again_once():
    history = with_failed_notice(builders.an_accepted_ticket(), STREAM)
    again = given(*history).when(sending_again(STREAM), HANDLER)
    assert again.events == (NoticeResendOrdered(notice_id=NOTICE),)
    given(*again.history).when(sending_again(STREAM), HANDLER).then_refused(
        "NOTICE_NOT_FAILED", "notice_id"
    )
    given(*with_failed_notice(again.history, STREAM)).when(sending_again(STREAM), HANDLER)


def test_each_role_that_is_told_of_a_card_could_answer_it():
    posts = {post for each in TEMPLATES.values() for one in each for post in one.posts}
    assert posts <= set(Role)
    assert Role.SYSTEM not in posts


def test_every_unit_that_was_called_to_a_meeting_is_told_of_it_and_that_it_is_cancelled():
    called = meeting_acts.a_convened_ticket()
    for history, said in ((called, "请派员参加联席会议"), (after(called, CANCEL), "已取消")):
        drafts = list(drafts_of(File(matter_kind(STREAM), history, ROLLS)))
        assert [one.unit for one in drafts] == ["RS", "YB"]
        assert all("BCS-1-M01" in one.text and said in one.text for one in drafts)
        assert all(one.urgent for one in drafts)


def test_who_has_something_to_do_by_a_meeting_is_told_until_when():
    history = meeting_acts.a_met_ticket()
    (draft,) = drafts_of(File(matter_kind(STREAM), history, ROLLS))
    assert (draft.unit, draft.addressee) == ("RS", Addressee.UNIT)
    assert "2026年3月9日24:00" in draft.text
    named = after(meeting_acts.a_convened_ticket(), meeting_acts.naming("GA"))
    assert list(drafts_of(File(matter_kind(STREAM), named, ROLLS))) == []


RESOLVING = {"kind": LimitKind.RESOLVE, "level": WarningLevel.YELLOW}


def warned_of(history, book=RULES):
    """Which units are told of the yellow card for the order that leads, and in what words."""
    lead = state_of(history).lead_order
    card = after(
        history, builders.raising(subject=lead.id, **RESOLVING), at=local("2026-03-25 09:00")
    )
    rolls = Rolls(CALENDAR, book, ROLLS.unit_name)
    found = drafts_of(File(matter_kind(STREAM), card, rolls))
    return {one.unit: one.text for one in found if one.addressee is Addressee.UNIT}


def test_who_had_it_first_is_reminded_of_the_limits_of_whoever_has_it_now():
    moved = after(
        builders.a_dispatched_ticket(),
        ReassignWorkOrder(**ORDER, unit="YB", instruction=TEXT, released=READ),
    )
    told = warned_of(moved)
    assert set(told) == {"YB", "RS", "HALL"}
    assert "贵单位为首接单位" in told["RS"]
    assert f"首问责任人 {CLERK.id}" in told["HALL"]


def test_who_is_warned_itself_is_not_reminded_besides():
    told = warned_of(builders.a_dispatched_ticket())
    assert set(told) == {"RS", "HALL"}
    assert "首接单位" not in told["RS"]


def test_the_successor_of_a_closed_unit_is_reminded_in_its_place():
    moved = after(
        builders.a_dispatched_ticket("YB"),
        ReassignWorkOrder(**ORDER, unit="RS", instruction=TEXT, released=READ),
    )
    closed = Recorded(
        stream_id=STREAM, version=len(moved) + 1, position=len(moved) + 1,
        envelope=moved[-1].envelope,
        event=DutiesPassedOn(unit="YB", successor="GA", limits=()),
    )  # fmt: skip
    assert set(warned_of((*moved, closed))) == {"RS", "GA", "HALL"}
    taken = TakeOverTicket(ticket_id=STREAM, unit="RS", successor="GA")
    assert state_of(after(builders.a_dispatched_ticket(), taken, ROBOT)).first_receiver == "GA"


def test_who_is_reminded_says_the_rule_book():
    nobody = replace(RULES, reminded=())
    assert set(warned_of(builders.a_dispatched_ticket(), nobody)) == {"RS"}


def test_where_no_person_heard_it_nobody_is_reminded_for_that():
    first, *onward = builders.a_dispatched_ticket()
    found = replace(first, envelope=replace(first.envelope, channel=Channel.SYSTEM))
    assert set(warned_of((found, *onward))) == {"RS"}


def test_where_it_is_about_whoever_heard_it_nobody_there_is_reminded():
    known_since = CorrectTicket(ticket_id=STREAM, reason=TEXT, accused_unit="HALL")
    assert set(warned_of(after(builders.a_dispatched_ticket(), known_since))) == {"RS"}


def test_what_a_co_unit_reports_the_unit_that_leads_is_told():
    helping = builders.signed_in(builders.a_dispatched_ticket("RS", "YB"), CO_1, "YB")
    co = {"ticket_id": STREAM, "order_id": CO_1}
    for act, said in (
        (NoteProgress(**co, progress=TEXT), "进展"),
        (builders.submitting(CO_1), "结果「已解决」"),
    ):
        history = after(helping, act, builders.officer_of("YB"))
        found = drafts_of(File(matter_kind(STREAM), history, ROLLS))
        (draft,) = [one for one in found if one.addressee is Addressee.UNIT]
        assert draft.unit == "RS"
        assert said in draft.text
        assert "医保局" in draft.text


def test_who_leads_from_now_on_and_who_led_are_told_and_so_is_the_citizen():
    both = builders.a_dispatched_ticket("RS", "YB")
    history = after(both, ChangeLead(ticket_id=STREAM, order_id=CO_1, reason=TEXT))
    found = {one.unit: one.text for one in drafts_of(File(matter_kind(STREAM), history, ROLLS))}
    assert set(found) == {None, "YB", "RS"}
    assert "改由医保局主办" in found[None]
    assert "已调整为主办" in found["YB"]
    assert "贵单位改为协办" in found["RS"]


def test_a_unit_with_both_orders_is_told_once_that_the_other_one_leads():
    # One that took over from a closed unit has two; what is told twice would have one id.
    taken = TakeOverTicket(ticket_id=STREAM, unit="RS", successor="YB")
    both = after(builders.a_dispatched_ticket("RS", "YB"), taken, ROBOT)
    history = after(both, ChangeLead(ticket_id=STREAM, order_id=CO_1, reason=TEXT))
    found = [one.unit for one in drafts_of(File(matter_kind(STREAM), history, ROLLS))]
    assert found == [None, "YB"]


def test_the_unit_that_leads_reports_to_nobody():
    assert told(builders.a_resolved_ticket(), Addressee.UNIT) == []


def state_of(history):
    return reduce(evolve, history, Ticket())
