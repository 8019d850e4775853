"""Histories of tickets as they may happen: real decisions, chosen at random from a seed."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache, reduce
from random import Random

from msgspec.structs import replace

from bancheng.domain.calls import CallResult
from bancheng.domain.case.history import (
    PastCaseHeader,
    PastCaseRestated,
    PastStepCorrected,
    PastStepRecorded,
)
from bancheng.domain.complaint.analyse import AnswerInquiry, PassOnPraise
from bancheng.domain.complaint.checks import RecordTicketFinding
from bancheng.domain.complaint.contact import ContactReporter, DiscloseReporter
from bancheng.domain.complaint.correct import CorrectTicket, SupplementReport
from bancheng.domain.complaint.deadline import DenyExtension, GrantExtension, NoteProgress
from bancheng.domain.complaint.discover import (
    AcceptTicket,
    DivertTicket,
    RefuseTicket,
    TicketReported,
)
from bancheng.domain.complaint.dispatch import (
    AddCoUnit,
    DispatchWorkOrders,
    ReassignWorkOrder,
    SignInWorkOrder,
)
from bancheng.domain.complaint.on_the_spot import RejectSettlement
from bancheng.domain.complaint.regrade import DenyRegrade, GrantRegrade, RequestRegrade
from bancheng.domain.complaint.release import ReleaseText
from bancheng.domain.complaint.returns import (
    EndWorkOrder,
    RejectReturn,
    UpholdReturn,
    WorkOrderReturned,
)
from bancheng.domain.complaint.state import Ticket
from bancheng.domain.complaint.supervise import ReopenTicket, StrikeOffTicket
from bancheng.domain.complaint.supervised_before import (
    SupervisionOrderAnswered,
    SupervisionOrderIssued,
    WorkOrderUrged,
)
from bancheng.domain.complaint.suspend import (
    DenySuspension,
    ResumeWorkOrder,
    SuspendWorkOrder,
)
from bancheng.domain.complaint.terms import Outcome, TicketCategory
from bancheng.domain.complaint.ticket import evolve
from bancheng.domain.complaint.verify import CallBackRecorded, OrderRework
from bancheng.domain.events import Channel, Recorded
from bancheng.domain.held_parts import HeldPart
from bancheng.domain.holding.hand_over import (
    WorkHandOverProposed,
    WorkHandOverSigned,
    WorkHandOverWithdrawn,
)
from bancheng.domain.office.credential_events import (
    CredentialKind,
    CredentialRevoked,
    CredentialsRevoked,
    PasswordChanged,
    PasswordIssued,
    SecondFactorEnrolled,
    SecondFactorRemoved,
    SignInSlowed,
    TokenIssued,
)
from bancheng.domain.office.staff import StaffDismissed, StaffRegistered
from bancheng.domain.office.unit import UnitClosed, UnitRegistered
from bancheng.domain.office.window import WindowClosed, WindowRegistered
from bancheng.domain.people import Role, SpecialGroup, Title
from bancheng.domain.personal_fields import PersonalField
from bancheng.domain.personal_text.released import ReleasedText
from bancheng.domain.supervision.answering import AnswerMeasure, CloseMeasure, ExtendAnswer
from bancheng.domain.supervision.climbing import DeclineMeasure, SignMeasure
from bancheng.domain.supervision.events import SupervisionColour
from bancheng.domain.supervision.taking import IssueSupervisionOrder, UrgeUnit
from bancheng.domain.time_limits.limit import Limit, LimitUnit
from bancheng.domain.time_limits.logic_checks import CheckRule
from bancheng.domain.time_limits.rules import LimitRule
from bancheng.domain.warnings.events import WarningRaised
from projections.away import PRINCIPALS, absences, arranged_and_staffed, in_the_place_of, stand_ins
from projections.case_journeys import case_stories
from projections.catalogue import item_histories
from projections.ended import (
    answered,
    asked_to_end,
    extended,
    heard_by,
    merged,
    terminated,
    withdrawn,
)
from support import (
    assistance_acts,
    builders,
    holding_acts,
    improvement_acts,
    incident_acts,
    recusal_acts,
    tie_acts,
)
from support.builders import TEXT
from support.given import (
    ADMIN,
    EFFICIENCY,
    HANDLER,
    MEMBERS,
    OFFICER,
    READ,
    RULES,
    START,
    STREAM,
    SUPERVISOR,
    Given,
    recorded,
)
from support.meeting_acts import told_of_meetings
from support.proposing import proposed

ELSEWHERE = replace(HANDLER, id="h9", unit="GA")
STEPS = 16
_ANSWERED = Limit(
    id="answer_inquiry", amount=2, unit=LimitUnit.WORKING_DAYS, label="答复咨询", basis="本厅规定"
)
_ANSWERING = replace(
    RULES, limits=(*RULES.limits, LimitRule(purpose="answer_inquiry", limit=_ANSWERED))
)


def ticket_history(random: Random, serial: int, steps: int = STEPS) -> list[Recorded]:
    """One ticket's life: ``steps`` times any of the acts that the rules allow."""
    number = f"BCS{serial:04d}"
    simple = [TicketCategory.COMPLAINT, TicketCategory.SUGGESTION]
    desk = {"official_number": number, "query_code": f"{serial:010d}"}
    report = builders.reporting(
        category=random.choice(simple if serial % 10 == 7 else list(TicketCategory)),
        channel=random.choice([channel for channel in Channel if not channel.is_own]),
        reporter=random.choice([builders.REPORTER, None]),
    )
    history = Given().when(report, at=START + timedelta(hours=serial), **desk).history
    if serial % 10 == 7:
        history = _sent_on_again_and_again(history)
    if serial % 10 == 8:
        history = _with_recusals(history)
    if serial % 100 == 96:
        history = from_hand_to_hand(history)
    if serial % 100 == 47:
        history = _supervised_before(history, number)
    if serial % 100 == 57:
        history = _with_proposals(history, number)
    if serial % 100 in OTHERS:
        history = OTHERS[serial % 100](number)
    for _ in range(steps):
        history = _after(random, history, desk)
    stream = f"ticket-{serial:04d}"
    return [_moved(one, stream) for one in history]


def _sent_on_again_and_again(history: builders.History) -> builders.History:
    """What did not stand three times is recorded for those above."""
    for _ in range(3):
        settled = builders.after(history, builders.settling())
        history = builders.after(settled, RejectSettlement(ticket_id=STREAM, reason=TEXT))
    opened = DiscloseReporter(
        ticket_id=STREAM, purpose="contact", fields=(PersonalField.FULL_TEXT,), reason=TEXT
    )
    called = ContactReporter(ticket_id=STREAM, purpose="contact", call=CallResult.CONNECTED)
    told = SupplementReport(ticket_id=STREAM, content=TEXT)
    wrong = CorrectTicket(ticket_id=STREAM, reason=TEXT, reporter=builders.REPORTER)
    for act in (opened, told, wrong, called):
        history = builders.after(history, act)
    return history


def _with_recusals(history: builders.History) -> builders.History:
    """Three are asked to be recused: one is, and is not any more, one goes on, one waits."""
    for who in ("third-RS", "second-RS", "third-GA"):
        history = recusal_acts.asked_for(history, STREAM, who)
    history = recusal_acts.recused(history, STREAM, "third-RS")
    for act in (recusal_acts.denying(STREAM, "second-RS"), recusal_acts.lifting(STREAM)):
        history = builders.after(history, act)
    return recusal_acts.recused(history, STREAM, "third-YB")


def from_hand_to_hand(history: builders.History) -> builders.History:
    """The ticket is claimed and given back; its order is assigned twice, and taken back.

    Somebody signs for it in the place of whoever has it at the end, and it stays theirs.
    """
    for act in (holding_acts.claiming(STREAM), holding_acts.giving_back(STREAM)):
        history = builders.after(history, act, HANDLER)
    for act in (AcceptTicket(ticket_id=STREAM), builders.analysing(), builders.dispatching()):
        history = builders.after(history, act)
    lead = next(iter(reduce(evolve, history, Ticket()).orders))
    history = assistance_acts.gathered(history, STREAM)
    history = builders.after(history, assistance_acts.releasing(STREAM))
    history = holding_acts.in_hand(history, STREAM, lead)
    for act in (
        holding_acts.assigning(STREAM, lead, "third-RS"),
        holding_acts.taking_back(STREAM, lead, "third-RS"),
        holding_acts.claiming(STREAM, lead),
        holding_acts.assigning(STREAM, lead),
        holding_acts.passing_on(STREAM, lead),
    ):
        history = builders.after(history, act)
    signing = SignInWorkOrder(ticket_id=STREAM, order_id=lead)
    return in_the_place_of(OFFICER, builders.after(history, signing, MEMBERS["third-RS"]))


def _read_by_who_is_accused_since() -> builders.History:
    """A text that names who reported is let go to a unit, twice, and then the unit is accused."""
    sent = {"released": ReleasedText("张建国来过三次"), "keeps": (PersonalField.NAME,)}
    history = builders.an_analysed_ticket(accused_unit="YB")
    order = DispatchWorkOrders(ticket_id=STREAM, lead_unit="RS", instruction=TEXT, **sent)
    again = ReleaseText(ticket_id=STREAM, order_id=builders.LEAD, **sent)
    accused = CorrectTicket(ticket_id=STREAM, reason=TEXT, accused_unit="RS")
    for act in (order, again, accused):
        history = builders.after(history, act)
    return history


OTHERS = {
    89: lambda _: tie_acts.a_repeat(new_facts=True),
    90: merged,
    91: told_of_meetings,
    92: lambda _: tie_acts.tied_and_untied(),
    93: lambda _: _read_by_who_is_accused_since(),
    97: answered,
    98: withdrawn,
    99: terminated,
}


def _supervised_before(history: builders.History, number: str) -> builders.History:
    """Supervised while that was an act on tickets alone."""
    for act in (builders.analysing(), builders.dispatching()):
        history = builders.after(history, act)
    issued = SupervisionOrderIssued(
        supervision_order_id=f"{number}-D01", unit="RS", colour=SupervisionColour.BLUE,
        demand=TEXT, feedback_due=builders.due("feedback", START, "2026-03-04"),
    )  # fmt: skip
    events = (
        WorkOrderUrged(order_id=f"{number}-01", demand=TEXT),
        issued,
        SupervisionOrderAnswered(supervision_order_id=issued.supervision_order_id, answer=TEXT),
    )
    at, length = history[-1].envelope.occurred_at, len(history)
    more = (recorded(one, length + n, SUPERVISOR, at) for n, one in enumerate(events, 1))
    return (*history, *more)


def _with_proposals(history: builders.History, number: str) -> builders.History:
    """The ladder proposed two things: one is signed, the other declined."""
    history = proposed(proposed(history))
    first, second = ({"matter_id": STREAM, "measure_id": f"{number}-D0{n}"} for n in (1, 2))
    for act in (SignMeasure(**first, demand=TEXT), DeclineMeasure(**second, reason=TEXT)):
        history = builders.after(history, act, EFFICIENCY)
    return history


def _after(random: Random, history, desk):
    state = reduce(evolve, history, Ticket())
    order = random.choice([*state.orders] or ["none"])
    unit = state.orders[order].unit if order in state.orders else "RS"
    at = history[-1].envelope.occurred_at + timedelta(hours=random.randint(0, 12))
    acts = _acts(random, state, order, unit, at)
    for command, by in random.sample(acts, k=len(acts)):
        outcome = Given(history).when(command, by, at, **desk)
        if outcome.refusal is None:
            return outcome.history
    return history


def _acts(random: Random, state: Ticket, order: str, unit: str, at: datetime):
    officer = builders.officer_of(unit)
    ours = {"ticket_id": STREAM}
    of_order = {**ours, "order_id": order}
    units = random.sample(["RS", "YB", "GA"], k=random.randint(1, 3))
    answer = random.choice([{}, {}, builders.UNREACHED, builders.UNSOLVED])
    onward = [
        (AcceptTicket(**ours), None),
        (builders.analysing(random.choice(["simple", "general", "complex"])), None),
        (builders.dispatching(*units), None),
        (_signing(order), officer),
        (builders.submitting(order), officer),
        (builders.calling_back(**answer), None),
        (builders.passing(), None),
        (OrderRework(**of_order, reason=TEXT), None),
        (GrantExtension(**of_order, ruling=TEXT), None),
        (DenyExtension(**of_order, ruling=TEXT), None),
        (builders.asking_suspension(at + timedelta(days=3), order), officer),
        (SuspendWorkOrder(**of_order, ruling=TEXT), None),
        (DenySuspension(**of_order, ruling=TEXT), None),
        (GrantRegrade(**ours, ruling=TEXT), None),
        (DenyRegrade(**ours, ruling=TEXT), None),
        (ResumeWorkOrder(**of_order), None),
    ]
    aside = [
        *(_ends(ours) if random.random() < 0.2 else []),
        *([(builders.publishing(), None)] if state.anonymous else []),
        (PassOnPraise(**ours, unit="YB"), None),
        (builders.returning(order), officer),
        (RejectReturn(**of_order, ruling=TEXT), None),
        (UpholdReturn(**of_order, ruling=TEXT), None),
        (EndWorkOrder(**of_order, reason=TEXT), None),
        (ReassignWorkOrder(**of_order, **_sent(random.choice(units))), None),
        (NoteProgress(**of_order, progress=TEXT), officer),
        (builders.asking_extension(order), officer),
        (builders.submitting(order, random.choice(list(Outcome))), officer),
        *(_measures(state, unit) if random.random() < 0.15 else []),
        (RequestRegrade(
            **ours, complexity=random.choice(["simple", "complex"]), reason=TEXT
        ), officer),
        (AddCoUnit(**ours, **_sent(random.choice(units))), None),
        (RejectSettlement(**ours, reason=TEXT), None),
        (RecordTicketFinding(
            **ours, finding_id=f"recorded_late/{random.randrange(9)}", basis="通用默认",
            rule=random.choice([CheckRule.RECORDED_LATE, CheckRule.RECORDED_IN_BULK]),
            detail="发生后 30 小时才录入",
        ), None),
        (StrikeOffTicket(**ours), None),
        (ReopenTicket(**ours, reason=TEXT), None),
    ]  # fmt: skip
    return [*onward * 3, *aside]


def _measures(state: Ticket, unit: str):
    """Mostly allowed, and nothing is walked through by them."""
    measure, supervised_unit = next(iter(state.unanswered.items()), ("none", "RS"))
    demanded = {"matter_id": STREAM, "unit": unit, "ground": "overdue", "demand": TEXT}
    ours = {"matter_id": STREAM, "measure_id": measure}
    first = {"matter_id": STREAM, "measure_id": f"{state.number}-D01"}
    return [
        (UrgeUnit(**demanded), None),
        (IssueSupervisionOrder(**demanded, colour=SupervisionColour.BLUE), None),
        (AnswerMeasure(**ours, answer=TEXT), builders.officer_of(supervised_unit)),
        (ExtendAnswer(**ours, ruling=TEXT), None),
        (CloseMeasure(**first, ruling=TEXT), None),
    ]


def _ends(ours: dict[str, str]):
    """Each of them ends what could be walked through."""
    return [
        (RefuseTicket(**ours, reason="litigation", explanation=TEXT, remedy=TEXT), None),
        (DivertTicket(**ours, target="petition_office", explanation=TEXT, organ="信访局"), None),
        (AnswerInquiry(**ours, answer=TEXT), None),
        (builders.settling(), None),
    ]


def _sent(unit: str) -> dict[str, object]:
    return {"unit": unit, "instruction": TEXT, "released": READ}


def _signing(order: str) -> SignInWorkOrder:
    return SignInWorkOrder(ticket_id=STREAM, order_id=order)


def _moved(one: Recorded, stream: str) -> Recorded:
    event_id = f"{stream}-e{one.version}"
    # What was recorded later than it happened, as an import would be.
    late = one.envelope.occurred_at + timedelta(seconds=7 * one.version)
    envelope = replace(one.envelope, event_id=event_id, recorded_at=late, why=TEXT)
    return replace(one, stream_id=stream, envelope=envelope)


def office_history() -> list[Recorded]:
    """Two units, windows and members of staff, one of each gone, and some items."""
    member = StaffRegistered(
        staff_id="o1", name="人社甲", post="承办", unit="RS", roles=(Role.UNIT_OFFICER,)
    )
    streams = {
        "unit-RS": [UnitRegistered(code="RS", name="人社局")],
        "unit-YB": [UnitRegistered(code="YB", name="医保局"), UnitClosed(successor="RS")],
        "window-A01": arranged_and_staffed(),
        "window-A02": [
            WindowRegistered(code="A02", name="综合窗口二", unit="YB"),
            WindowClosed(),
        ],
        "staff-o1": [member, replace(member, post="负责人", roles=(Role.HANDLER, Role.VERIFIER))],
        "staff-o2": [replace(member, staff_id="o2"), StaffDismissed()],
        "staff-o3": [
            replace(member, staff_id="o3"),
            PasswordIssued(valid_until=START + timedelta(days=3)),
            PasswordChanged(),
            TokenIssued(valid_until=START + timedelta(days=30), purpose="叫号系统"),
            TokenIssued(valid_until=START + timedelta(days=30)),
            SignInSlowed(failures=5),
            CredentialRevoked(kind=CredentialKind.SESSION, credential_id="s1"),
            CredentialRevoked(kind=CredentialKind.TOKEN, credential_id="staff-o3-e4"),
            PasswordIssued(valid_until=START + timedelta(days=9)),
            CredentialsRevoked(),
            SecondFactorEnrolled(),
            SecondFactorRemoved(),
            SecondFactorEnrolled(),
            *absences(),
            *stand_ins(),
        ],
        **{f"item-{code}": events for code, events in item_histories().items()},
    }
    return [
        # Versions of an item do not all come at once.
        _moved(recorded(event, version, ADMIN, START + hour * (version - 1)), stream)
        for stream, events in streams.items()
        for hour in [timedelta(hours=1) if stream.startswith("item-") else timedelta()]
        for version, event in enumerate(events, start=1)
    ]


def past_history(serial: int) -> list[Recorded]:
    """A case of another system: two steps, told in the wrong order, and what was said of it then.

    Every third has not ended; of the others every second was late.
    """
    begun = START - timedelta(days=100 + serial)
    header = PastCaseHeader(
        source_system=["old", "older"][serial % 2],
        external_id=f"P{serial:02d}",
        department=TEXTS.get(serial, "某局"),
        started_at=begun,
        deadline=begun + timedelta(days=20),
    )
    ended = begun + timedelta(days=19 + serial % 2 * 2)
    said = header if serial % 3 == 0 else replace(header, ended_at=ended)
    told = [
        (PastStepRecorded(activity="收件", case=header), begun + timedelta(hours=1)),
        (PastStepRecorded(activity="咨询"), begun),
        (PastCaseRestated(case=said), START),
    ]
    if serial % 2:
        told.append(
            (
                PastStepCorrected(
                    corrects="x",
                    was_at=begun,
                    was_late=False,
                    activity="咨询",
                    first_at=begun,
                    last_at=begun + timedelta(hours=1),
                    last_activity="收件",
                ),
                begun,
            )
        )
    return [
        _moved(recorded(event, version, ADMIN, at), f"past-case-{serial:02d}")
        for version, (event, at) in enumerate(told, start=1)
    ]


def hand_over_history() -> list[Recorded]:
    """One list that was signed, with more than it takes, and one that was withdrawn."""
    listed = WorkHandOverProposed(
        from_staff="o1", from_name="人社甲", to_staff="o2", to_name="人社乙", unit="RS",
        parts=(HeldPart(matter_id=STREAM), HeldPart(matter_id=STREAM, order_id=builders.LEAD)),
        unlisted=1,
        reason=TEXT,
    )  # fmt: skip
    ends = {"hand-over-1": WorkHandOverSigned(), "hand-over-2": WorkHandOverWithdrawn()}
    return [
        _moved(recorded(event, version, OFFICER, START + timedelta(days=1)), stream)
        for stream, end in ends.items()
        for version, event in enumerate((listed, end), 1)
    ]


def history(seed: int, tickets: int, steps: int = STEPS) -> list[Recorded]:
    """The office and some tickets, mixed as they would be in the log; positions have gaps."""
    return _mixed(Random(seed), tickets, steps, ())


@cache
def whole_history(seed: int, tickets: int, cases: int, steps: int = STEPS) -> tuple[Recorded, ...]:
    """The office, some tickets and some cases, mixed."""
    return tuple(_mixed(Random(seed), tickets, steps, case_stories(seed, cases, 2 * steps)))


def _mixed(
    random: Random, tickets: int, steps: int, stories: Iterable[Iterable[Recorded]]
) -> list[Recorded]:
    streams = [ticket_history(random, serial, steps) for serial in range(1, tickets + 1)]
    streams += map(list, stories)
    mixed = [*office_history(), *past_history(1), *hand_over_history()]
    mixed += [*assistance_acts.a_whole_one(), *incident_acts.a_whole_one()]
    mixed += improvement_acts.a_whole_one()
    while streams:
        stream = random.choice(streams)
        mixed.append(stream.pop(0))
        streams = [one for one in streams if one]
    return [replace(one, position=2 * place) for place, one in enumerate(mixed, start=1)]


# What texts a search must tell apart, and what fields a report may fill in.
TEXTS = {1: "第一千件", 4: "100%办成", 5: "a_b", 6: "路径/甲", 7: "甲 乙", 8: "100步办成", 9: "axb"}


def varied(seed: int, tickets: int, cases: int) -> list[Recorded]:
    """A history whose matters and envelopes differ in every field that can be filtered by."""
    ends = {
        "ticket-closed": builders.a_closed_ticket(),
        "ticket-refused": builders.a_refused_ticket(),
        "ticket-answered": answered("BCS-5"),
        "ticket-extended": extended("BCS-6"),
        "ticket-elsewhere": heard_by("BCS-7", ELSEWHERE),
        "ticket-withdrawn": withdrawn("BCS-2"),
        "ticket-terminated": terminated("BCS-3"),
        "ticket-repeated": tie_acts.a_repeat(),
        "ticket-repeated-with-more": tie_acts.a_repeat(new_facts=True),
        "ticket-merged": merged("BCS-7"),
        "ticket-to-end": asked_to_end("BCS-4"),
        "ticket-settled": builders.after(builders.a_reported_ticket(), builders.settling()),
    }
    ends |= {
        "incident-2": incident_acts.a_whole_one(timedelta(days=3)),
        "incident-3": builders.after(
            incident_acts.an_incident(timedelta(days=4)), incident_acts.reporting_up()
        ),
    }
    ended = [_moved(one, stream) for stream, events in ends.items() for one in events]
    past = [one for serial in range(2, 12) for one in past_history(serial)]
    told = [one for story in case_stories(seed, cases) for one in story]
    asked = [_moved(one, stream) for stream, events in _inquiries().items() for one in events]
    mixed = [*history(seed, tickets), *ended, *past, *told, *asked]
    return [_varied(replace(one, position=2 * place)) for place, one in enumerate(mixed, start=1)]


def _inquiries() -> dict[str, builders.History]:
    """Two that were answered by a day of their own, and one that turned out to be a complaint."""
    asked = builders.a_reported_ticket(category=TicketCategory.INQUIRY)
    accept = AcceptTicket(ticket_id=STREAM)
    soon = builders.after(asked, accept, rulebook=_ANSWERING)
    late = builders.after(asked, accept, at=START + timedelta(days=3), rulebook=_ANSWERING)
    answer = AnswerInquiry(ticket_id=STREAM, answer=TEXT)
    other = CorrectTicket(ticket_id=STREAM, reason=TEXT, category=TicketCategory.COMPLAINT)
    return {
        "ticket-asked": builders.after(soon, answer, at=START + timedelta(days=1)),
        "ticket-asked-late": builders.after(late, answer, at=START + timedelta(days=4)),
        "ticket-misread": builders.after(asked, other),
    }


def _varied(one: Recorded) -> Recorded:
    serial = one.position // 2
    channel = list(Channel)[serial % 3]
    envelope = replace(
        one.envelope,
        channel=channel,
        act=type(one.event).__name__,
        request_id=f"req-{serial % 3}",
        window=["A01", "A02", None][serial % 3],
        terminal=[None, "A02-1"][serial % 2],
        source_system=["12345", "letters", None][serial % 3],
        source_id=[f"source-{serial % 5}", None][serial % 2],
        batch_id=[f"batch-{serial % 2}", None][serial % 4 // 2],
        backdated=serial % 3 == 0,
        acting_for=[None, None, *PRINCIPALS, None][serial % 5],
    )
    if isinstance(one.event, CallBackRecorded) and serial % 2:  # two verifiers take turns
        other = replace(envelope.actor, id=f"second-{envelope.actor.id}")
        envelope = replace(envelope, actor=other)
    return replace(one, envelope=envelope, event=_varied_event(one.event, serial))


def _varied_event(event, place):
    match event:
        case TicketReported():
            return _varied_report(event)
        case WorkOrderReturned():
            return replace(event, reason=["not_our_duty", "wrong_region"][place % 2])
        case WarningRaised():
            return replace(event, late=place % 2 == 0)
    return event


def _varied_report(event):
    serial = int(event.number.removeprefix("BCS"))
    return replace(
        event,
        channel=[Channel.STAFF, Channel.WINDOW, Channel.PHONE][serial % 3],
        subject=Title(TEXTS.get(serial, f"第{serial}件")),
        accept_due=event.accept_due and replace(event.accept_due, provisional=serial % 4 == 0),
        source_ref=[None, "A-1", "A-2"][serial % 3],
        service_item=[None, "item-1", "item-2"][serial % 3],
        case_id=[None, "case-1", "case-2"][serial % 3],
        accused_unit=[None, "RS", "YB"][serial % 3],
        accused_window=[None, "W01", "W02"][serial % 3],
        accused_staff=[None, "o1", "o2"][serial % 3],
        agrees_to_contact=serial % 3 == 1,
        special_group=[None, SpecialGroup.ELDERLY, SpecialGroup.MILITARY][serial % 3],
    )
