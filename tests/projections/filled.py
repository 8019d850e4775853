"""Histories that fill what chance leaves empty: together with the journeys, every column."""

from datetime import date, timedelta

from msgspec.structs import replace

from bancheng.domain.case.collecting import Collector
from bancheng.domain.case.history import PastCaseHeader, PastStepRecorded
from bancheng.domain.case.renewing import Renewal
from bancheng.domain.case.supervise import ReviewApproval
from bancheng.domain.complaint.contact import DiscloseReporter
from bancheng.domain.complaint.deadline import GrantExtension
from bancheng.domain.complaint.dispatch import DispatchWorkOrders, ReassignWorkOrder
from bancheng.domain.complaint.release import ReleaseText
from bancheng.domain.complaint.returns import EndWorkOrder, UpholdReturn
from bancheng.domain.complaint.succession import TakeOverTicket
from bancheng.domain.events import Event, Recorded
from bancheng.domain.items import DeliveryWay
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.office.calendars import CalendarPublished
from bancheng.domain.office.credential_events import HallCredentialsRevoked
from bancheng.domain.office.item import ItemPublished
from bancheng.domain.office.rulebooks import RuleBookPublished
from bancheng.domain.office.staff import StaffRegistered
from bancheng.domain.people import (
    Address,
    Agent,
    CertificateNumber,
    IdNumber,
    PersonName,
    Role,
)
from bancheng.domain.personal_fields import PersonalField
from bancheng.domain.personal_text.released import ReleasedText
from bancheng.domain.privacy.events import (
    ErasureApproved,
    ErasureCarriedOut,
    ErasureRefused,
    ErasureRequested,
    ErasureRestricted,
    PersonalDataErased,
    ProcessingRestricted,
)
from bancheng.domain.supervision.answering import AnswerMeasure, CloseMeasure, ExtendAnswer
from bancheng.domain.supervision.climbing import ClimbLadder, DeclineMeasure, SignMeasure
from bancheng.domain.supervision.conduct import CardFinding
from bancheng.domain.supervision.events import SupervisionColour
from bancheng.domain.supervision.taking import IssueBulletin, IssueSupervisionOrder, UrgeUnit
from bancheng.domain.time_limits.conduct import Conduct
from bancheng.domain.time_limits.levels import WarningLevel
from bancheng.domain.time_limits.limit import Limit, LimitUnit
from bancheng.domain.time_limits.rules import LimitRule
from bancheng.domain.warnings.answering import AnswerWarning, AppealWarning
from projections.ended import answered
from projections.journeys import from_hand_to_hand, hand_over_history
from support import (
    assistance_acts,
    builders,
    case_builders,
    improvement_acts,
    incident_acts,
    tie_acts,
)
from support.builders import CO_1, LEAD, TEXT, History, after
from support.case_builders import C
from support.given import (
    ADMIN,
    CALENDAR,
    HEAD,
    OFFICER,
    READ,
    ROBOT,
    RULES,
    START,
    STREAM,
    SUPERVISOR,
    local,
    recorded,
)
from support.meeting_acts import told_of_meetings
from support.restricting import restricted

ID_NUMBER = IdNumber("150502199001011232")
_REVIEWED = LimitRule(
    purpose="case.post_review",
    limit=Limit(
        id="case.post_review", amount=10, unit=LimitUnit.WORKING_DAYS, label="复审",
        basis="本厅规定",
    ),
)  # fmt: skip


def _released() -> dict[str, History]:
    return {
        "an order that came back to a unit that had it": _in_a_circle(),
        "an order that went from hand to hand": from_hand_to_hand(builders.a_reported_ticket()),
        "an order whose unit reads another text by now": after(
            builders.a_dispatched_ticket(),
            ReleaseText(ticket_id=STREAM, order_id=LEAD, released=ReleasedText("又去了一趟")),
        ),
        "a text that a handler released with the name of who reported": after(
            builders.an_analysed_ticket(accused_unit="YB"),
            DispatchWorkOrders(
                ticket_id=STREAM,
                lead_unit="RS",
                instruction=TEXT,
                released=ReleasedText("张建国来过三次"),
                keeps=(PersonalField.NAME,),
            ),
        ),
    }


def _ended() -> dict[str, History]:
    return {
        "a ticket that was withdrawn": builders.a_withdrawn_ticket(),
        "a ticket that was answered in public": builders.after(
            builders.an_unanswered_ticket(), builders.publishing()
        ),
        "a ticket that was answered by letter": answered("BCS-5"),
        "a ticket that was diverted": builders.after(
            builders.an_accepted_ticket(), builders.diverting()
        ),
        "a ticket that was terminated": builders.a_terminated_ticket(),
        "a ticket about which units sat together": told_of_meetings("BCS-1"),
        "a ticket that was merged and is answered": after(
            tie_acts.a_merged_ticket(), tie_acts.answered_with_main()
        ),
        "a ticket that reports again what was answered": tie_acts.a_repeat(),
        "a ticket that was linked to another one": tie_acts.tied_and_untied(),
        "somebody who is helped, and what is part of it": _helped(),
    }


def _helped() -> History:
    matter = assistance_acts.gathered(builders.a_reported_ticket(), STREAM)
    in_time = after(incident_acts.an_incident(), incident_acts.reporting_up())
    return (
        *improvement_acts.a_whole_one(),
        *restricted(incident_acts.a_whole_one()),
        *(replace(one, stream_id="incident-2") for one in in_time),
        *restricted(assistance_acts.a_whole_one()),
        *assistance_acts.gathered(case_builders.an_accepted_case(), case_builders.CASE_ID),
        *after(matter, assistance_acts.releasing(STREAM)),
    )


def histories() -> dict[str, list[Recorded]]:
    """By what they tell; each is a log of its own, for all begin with the same numbers."""
    told: dict[str, History] = {
        "a ticket that is late, of somebody who said all of themselves": _late_ticket(),
        "a ticket about a window": builders.a_reported_ticket(accused_window="W01"),
        "an order that is suspended": builders.suspended(
            builders.a_signed_in_ticket(), local("2026-03-10 00:00"), local("2026-03-06 10:00")
        ),
        **_released(),
        **_ended(),
        "lists by which somebody hands over": tuple(hand_over_history()),
        "an order that was given more time": after(
            builders.an_order_with_extension_asked(),
            GrantExtension(ticket_id=STREAM, order_id=LEAD, ruling=TEXT),
        ),
        "an order that was rightly returned and went to another unit": after(
            builders.a_released_order(),
            ReassignWorkOrder(
                ticket_id=STREAM, order_id=LEAD, unit="GA", instruction=TEXT, released=READ
            ),
        ),
        "an order that was rightly returned and ended": _ended_order(),
        "an order that went from a closed unit to the one after it": after(
            builders.a_dispatched_ticket(),
            TakeOverTicket(ticket_id=STREAM, unit="RS", successor="GA"),
            ROBOT,
        ),
        "an order that falls due in a year whose holidays nobody announced":
            builders.dispatched_from(local("2026-12-28 09:00")),
        "a card that was appealed against and answered": _answered_card(),
        "a case of an agent, handed over": case_builders.handed_over(
            case_builders.an_accepted_case(
                agent=Agent(name=PersonName("赵代办"), id_number=ID_NUMBER), mandate="委托1号"
            )
        ),
        "a case whose hearing is announced": after(
            case_builders.an_accepted_case(), case_builders.setting(), OFFICER
        ),
        "a renewal that was asked for too late": case_builders.a_submitted_case(
            renewal=Renewal(licence_no=CertificateNumber("JY1"), expires_on=date(2026, 3, 20))
        ),
        "a grant that did not stand when it was looked at again": _failed_review(),
        "a result that somebody else fetched": _fetched(),
        "a result that went out by post": after(
            case_builders.a_notified_case(),
            case_builders.delivering(
                way=DeliveryWay.POST, receiver=None, seen=None, tracking_no="EMS1", bundle_no="B1"
            ),
        ),
        "a result that nobody wants any more": after(
            case_builders.a_made_case(), case_builders.voiding(), HEAD
        ),
        "a case of which its unit was called to account": _called_to_account(),
        "an order that climbed the ladder to what is signed": _climbed(),
        "a past case of which its source says all": _past_case(),
        "a day on which somebody opened more than the book says": _opened_too_often(),
        "a ticket and a case whose data was erased": _erased(),
        "the office": _office(),
    }  # fmt: skip
    return {name: [_as_recorded(one) for one in history] for name, history in told.items()}


def _late_ticket() -> History:
    reporter = replace(
        builders.REPORTER, id_number=ID_NUMBER, address=Address("科尔沁区建国路88号院5单元101")
    )
    history = builders.a_signed_in_ticket(reporter=reporter)
    card = builders.raising(LimitKind.RESOLVE, LEAD, WarningLevel.YELLOW)
    history = after(history, card, at=local("2026-03-09 09:00"))
    return after(history, builders.submitting(), OFFICER, at=local("2026-04-10 10:00"))


def _in_a_circle() -> History:
    history = builders.a_dispatched_ticket()
    for order, unit in ((LEAD, "GA"), (CO_1, "RS")):
        history = after(
            history,
            ReassignWorkOrder(
                ticket_id=STREAM, order_id=order, unit=unit, instruction=TEXT, released=READ
            ),
        )
    return history


def _ended_order() -> History:
    both = builders.a_signed_in_ticket("RS", "YB")
    returned = after(both, builders.returning(CO_1), builders.officer_of("YB"))
    upheld = after(returned, UpholdReturn(ticket_id=STREAM, order_id=CO_1, ruling=TEXT))
    return after(upheld, EndWorkOrder(ticket_id=STREAM, order_id=CO_1, reason=TEXT))


def _answered_card() -> History:
    card = builders.raising(LimitKind.RESOLVE, LEAD, WarningLevel.YELLOW)
    history = after(builders.a_signed_in_ticket(), card, at=local("2026-03-09 09:00"))
    ours = {"matter_id": STREAM, "warning_id": history[-1].event.warning_id}
    appealed = after(history, AppealWarning(**ours, ground=TEXT), OFFICER)
    return after(appealed, AnswerWarning(**ours, answer=TEXT), OFFICER)


def _climbed() -> History:
    climb = ClimbLadder(matter_id=STREAM, kind=LimitKind.RESOLVE, subject=LEAD)
    card = builders.raising(LimitKind.RESOLVE, LEAD, WarningLevel.RED)
    history = after(builders.a_dispatched_ticket(), card, at=local("2026-03-10 08:30"))
    for day in ("2026-03-10", "2026-03-12", "2026-03-17", "2026-03-23"):
        history = after(history, climb, ROBOT, at=local(f"{day} 09:00"))
    ours = {"matter_id": STREAM}
    signed = after(history, SignMeasure(**ours, measure_id="BCS-1-D03", demand=TEXT))
    return after(signed, DeclineMeasure(**ours, measure_id="BCS-1-D04", reason=TEXT))


def _called_to_account() -> History:
    demand = {"matter_id": case_builders.CASE_ID, "unit": "RS", "ground": "overdue", "demand": TEXT}
    limit = f"{case_builders.CASE_ID}/promised/1"
    history = after(case_builders.an_accepted_case(), UrgeUnit(**demand, stands_on=limit))
    order = IssueSupervisionOrder(**demand, colour=SupervisionColour.RED)
    history = after(history, order, at=local("2026-03-05 10:00"))
    ours = {"matter_id": case_builders.CASE_ID, "measure_id": "BJ-1-D02"}
    history = after(history, ExtendAnswer(**ours, ruling=TEXT))
    history = after(history, AnswerMeasure(**ours, answer=TEXT), at=local("2026-03-20 10:00"))
    history = after(after(history, CloseMeasure(**ours, ruling=TEXT)), IssueBulletin(**demand))
    carded = {"matter_id": case_builders.CASE_ID, "unit": "RS", "facts": TEXT}
    found = CardFinding(**carded, conduct=Conduct.STEP_OVERDUE, finding_id="step_overdue/e1")
    return after(history, found)


def _opened_too_often() -> History:
    book = replace(RULES, disclosures_daily_max=1)
    opening = DiscloseReporter(
        ticket_id=STREAM, purpose="contact", fields=(PersonalField.PHONE,), reason=TEXT
    )
    history = builders.a_reported_ticket()
    for _ in range(2):
        history = after(history, opening, rulebook=book)
    return history


def _failed_review() -> History:
    book = replace(RULES, limits=(*RULES.limits, _REVIEWED))
    history = after(case_builders.a_notified_case(), case_builders.delivering(), rulebook=book)
    return after(history, ReviewApproval(**C, passed=False, conclusion=TEXT), HEAD)


def _fetched() -> History:
    making = replace(
        case_builders.making(), valid_from=date(2026, 3, 2), valid_until=date(2031, 3, 1)
    )
    made = after(case_builders.a_decided_case(), making)
    seen = replace(case_builders.SEEN, collector=Collector.OTHER, mandate="领1号")
    return after(after(made, case_builders.notifying()), case_builders.delivering(seen=seen))


def _past_case() -> History:
    header = PastCaseHeader(
        source_system="old", external_id="P", channel="窗口", department="某局",
        responsible="甲", started_at=START, deadline=START, planned_end=START, outcome="办结",
        extended_deadline=START, stopped=True,
    )  # fmt: skip
    step = PastStepRecorded(activity="收件", group="窗口", resource="甲", case=header, due_at=START)
    return (recorded(step, 1, ADMIN, START + timedelta(days=1), "past-case-P"),)


def _erased() -> History:
    """One request that was approved and carried out, and one that was refused."""
    both, day = (STREAM, case_builders.CASE_ID), date(2026, 3, 2)
    wish = ErasureRequested(matters=both, ground="unlawful", erase_from=day)
    restricted = ProcessingRestricted(erasure_id="erasure-1", erase_from=day, keys=())
    gone = PersonalDataErased(erasure_id="erasure-1")
    ends: dict[str, tuple[Event, ...]] = {
        "erasure-1": (
            wish, ErasureApproved(matters=both, erase_from=day), ErasureRestricted(erase_from=day),
            ErasureCarriedOut(keys=()),
        ),
        "erasure-2": (wish, ErasureRefused(reason=TEXT)),
    }  # fmt: skip
    ticket, case = builders.a_reported_ticket(), case_builders.a_submitted_case()
    last = START + timedelta(days=1)
    return (
        *(
            recorded(event, version, SUPERVISOR, last, stream)
            for stream, events in ends.items()
            for version, event in enumerate(events, 1)
        ),
        *(
            one
            for history in (ticket, case)
            for one in (
                *history,
                *(
                    recorded(event, len(history) + at, ROBOT, last, history[0].stream_id)
                    for at, event in enumerate((restricted, gone), 1)
                ),
            )
        ),
    )


def _office() -> History:
    told: dict[str, Event] = {
        "calendar-hall": CalendarPublished(calendar=CALENDAR),
        "rulebook-hall": RuleBookPublished(rulebook=RULES, effective_day=date(2026, 3, 2)),
        "item-FOOD": ItemPublished(item=case_builders.ITEM, source="目录"),
        "credentials-hall": HallCredentialsRevoked(reason=TEXT),
    }
    member = StaffRegistered(
        staff_id="o9", name="某", post="承办", unit="RS", roles=(Role.UNIT_OFFICER,)
    )
    moved = [
        recorded(event, version, ADMIN, START, "staff-o9")
        for version, event in enumerate((member, replace(member, unit="YB")), start=1)
    ]
    return (*(recorded(event, 1, ADMIN, START, stream) for stream, event in told.items()), *moved)


def _as_recorded(one: Recorded) -> Recorded:
    """``one`` with what the engine would have written on its envelope."""
    more = {"basis": "条例第一条", "rule_version": RULES.version, "terminal": "A02-1"}
    return replace(one, envelope=replace(one.envelope, **more))
