"""For each act one way to do it through the API: what happened before, by whom, with what."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from itertools import count
from typing import Any

import pytest
from msgspec import structs

from bancheng.app.acts.tickets import TICKET
from bancheng.app.engine import Context
from bancheng.domain.calls import CallResult
from bancheng.domain.complaint.analyse import AnalyseCause
from bancheng.domain.complaint.deadline import RequestExtension, SubmitResult
from bancheng.domain.complaint.discover import (
    AcceptTicket,
    RefuseTicket,
    ReportTicket,
    TicketReported,
)
from bancheng.domain.complaint.dispatch import DispatchWorkOrders, SignInWorkOrder
from bancheng.domain.complaint.on_the_spot import SettleOnTheSpot
from bancheng.domain.complaint.regrade import RequestRegrade
from bancheng.domain.complaint.returns import ReturnWorkOrder, UpholdReturn
from bancheng.domain.complaint.supervise import StrikeOffTicket
from bancheng.domain.complaint.suspend import RequestSuspension, SuspendWorkOrder
from bancheng.domain.complaint.terms import Outcome, Satisfaction, TicketCategory
from bancheng.domain.complaint.verify import PassVerification, RecordCallBack
from bancheng.domain.events import Channel, Place
from bancheng.domain.holding.hand_over import ProposeWorkHandOver
from bancheng.domain.item_types import PowerType
from bancheng.domain.items import CaseKind
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.office.credentials import IssueToken
from bancheng.domain.office.item_publication import PublishItem
from bancheng.domain.office.second_factor import EnrolSecondFactor
from bancheng.domain.office.staff import RegisterStaff
from bancheng.domain.office.unit import RegisterUnit
from bancheng.domain.people import (
    Actor,
    Address,
    FreeText,
    IdNumber,
    PersonName,
    Phone,
    Reporter,
    Role,
    Title,
)
from bancheng.domain.privacy.erasure import RequestErasure
from bancheng.domain.supervision.answering import AnswerMeasure
from bancheng.domain.supervision.events import SupervisionColour
from bancheng.domain.supervision.taking import IssueSupervisionOrder
from bancheng.domain.time_limits.levels import WarningLevel
from bancheng.domain.warnings.answering import AppealWarning
from bancheng.domain.warnings.events import WarningRaised
from bancheng.domain.warnings.raising import RaiseWarning

from .absence_acts import ABSENCE_WAYS
from .api_client import EFFICIENCY, Api
from .case_api_acts import CASE_WAYS, CaseWay
from .ending_acts import ending_ways
from .given import ADMIN, CLERK, HANDLER, HEAD, MEMBERS, OFFICER, READ, ROBOT, SUPERVISOR, VERIFIER
from .holding_acts import registering
from .meeting_acts import meeting_ways
from .notice_acts import giving_up
from .other_ways import other_ways
from .recusal_acts import asking, ordering
from .tie_ways import tie_ways
from .ways import Matter, Way, of_measure, of_order, of_ticket, of_warning
from .window_acts import WINDOW_WAYS

COLLEAGUE = MEMBERS["third-RS"]
TEXT = FreeText("跑了两趟都没有办成,联系人李四 13912345678")
REPORTER = Reporter(
    name=PersonName("张建国"),
    phone=Phone("13800138000"),
    id_number=IdNumber("11010519491231002X"),
    address=Address("科尔沁区明仁大街1号院2单元301"),
)
CLEAR = ("张建国", "13800138000", "11010519491231002X", "明仁大街1号院2单元301", "13912345678")
_serial = count(1)


def reported(api: Api, **fields: Any) -> Matter:
    usual = {
        "category": TicketCategory.COMPLAINT, "channel": Channel.WINDOW, "reporter": REPORTER,
        "subject": Title("社保卡"), "content": TEXT, "source_ref": "12345-2026-0001",
    }  # fmt: skip
    ticket_id = api.carry_out(ReportTicket(**{**usual, **fields}), CLERK)
    event = api.hall.store.load(ticket_id)[0].event
    assert isinstance(event, TicketReported)
    return Matter(ticket_id, event.number)


def accepted(api: Api, **fields: Any) -> Matter:
    matter = reported(api, **fields)
    api.carry_out(AcceptTicket(ticket_id=matter.ticket_id), HANDLER)
    return matter


def analysed(api: Api, **fields: Any) -> Matter:
    matter = accepted(api, **fields)
    command = AnalyseCause(
        ticket_id=matter.ticket_id, cause="delay", complexity="general", units=("RS",),
        opinion=TEXT,
    )  # fmt: skip
    api.carry_out(command, HANDLER)
    return matter


def dispatched(api: Api, *, lead: str = "RS", others: tuple[str, ...] = (), **more: Any) -> Matter:
    matter = analysed(api, **more)
    command = DispatchWorkOrders(
        ticket_id=matter.ticket_id, lead_unit=lead, co_units=others, instruction=TEXT, released=READ
    )
    api.carry_out(command, HANDLER)
    return matter


def returned(api: Api) -> Matter:
    matter = dispatched(api)
    command = ReturnWorkOrder(
        ticket_id=matter.ticket_id, order_id=matter.order, reason="not_our_duty", explanation=TEXT
    )
    api.carry_out(command, OFFICER)
    return matter


def not_needed(api: Api) -> Matter:
    """The order is that of a unit that should help, and rightly said that it need not."""
    matter = dispatched(api, lead="YB", others=("RS",))
    ticket, order = matter.ticket_id, f"{matter.number}-02"
    returning = ReturnWorkOrder(
        ticket_id=ticket, order_id=order, reason="duplicate_order", explanation=TEXT
    )
    api.carry_out(returning, OFFICER)
    api.carry_out(UpholdReturn(ticket_id=ticket, order_id=order, ruling=TEXT), HANDLER)
    return replace(matter, serial=2)


def signed_in(api: Api, **more: Any) -> Matter:
    matter = dispatched(api, **more)
    api.carry_out(SignInWorkOrder(ticket_id=matter.ticket_id, order_id=matter.order), OFFICER)
    return matter


def asked_for_more_time(api: Api) -> Matter:
    matter = signed_in(api)
    command = RequestExtension(ticket_id=matter.ticket_id, order_id=matter.order, reason=TEXT)
    api.carry_out(command, OFFICER)
    return matter


def suspension_asked(api: Api) -> Matter:
    matter = signed_in(api)
    command = RequestSuspension(
        ticket_id=matter.ticket_id, order_id=matter.order, measures=TEXT,
        until=api.clock.now() + timedelta(days=3),
    )  # fmt: skip
    api.carry_out(command, OFFICER)
    return matter


def suspended(api: Api) -> Matter:
    matter = suspension_asked(api)
    command = SuspendWorkOrder(ticket_id=matter.ticket_id, order_id=matter.order, ruling=TEXT)
    api.carry_out(command, HANDLER)
    return matter


def regrade_asked(api: Api) -> Matter:
    matter = dispatched(api)
    command = RequestRegrade(ticket_id=matter.ticket_id, complexity="complex", reason=TEXT)
    api.carry_out(command, OFFICER)
    return matter


def settled(api: Api) -> Matter:
    matter = reported(api)
    command = SettleOnTheSpot(
        ticket_id=matter.ticket_id, cause="delay", outcome=Outcome.SOLVED, answer=TEXT
    )
    api.carry_out(command, CLERK)
    return matter


def resolved(api: Api, **more: Any) -> Matter:
    matter = signed_in(api, **more)
    command = SubmitResult(
        ticket_id=matter.ticket_id, order_id=matter.order, outcome=Outcome.SOLVED, result=TEXT
    )
    api.carry_out(command, OFFICER)
    return matter


def called_back(api: Api) -> Matter:
    matter = resolved(api)
    command = RecordCallBack(
        ticket_id=matter.ticket_id,
        call=CallResult.CONNECTED,
        solved=True,
        satisfaction=Satisfaction.SATISFIED,
        comment=TEXT,
    )
    api.carry_out(command, VERIFIER)
    return matter


def verified(api: Api) -> Matter:
    matter = called_back(api)
    api.carry_out(PassVerification(ticket_id=matter.ticket_id, conclusion=TEXT), VERIFIER)
    return matter


def closed(api: Api) -> Matter:
    matter = verified(api)
    api.carry_out(StrikeOffTicket(ticket_id=matter.ticket_id), HANDLER)
    return matter


def late(api: Api) -> Matter:
    """Its lead order was not signed in time: ten days hold a working day at any time of year."""
    matter = dispatched(api)
    api.clock.advance(days=10)
    return matter


def carded(api: Api) -> Matter:
    matter = late(api)
    command = RaiseWarning(matter_id=matter.ticket_id, kind=LimitKind.SIGN_IN, subject=matter.order,
        level=WarningLevel.RED,
    )  # fmt: skip
    api.carry_out(command, EFFICIENCY)
    event = api.hall.store.load(matter.ticket_id)[-1].event
    assert isinstance(event, WarningRaised)
    return replace(matter, warning=event.warning_id)


def appealed(api: Api) -> Matter:
    matter = carded(api)
    command = AppealWarning(matter_id=matter.ticket_id, warning_id=matter.warning, ground=TEXT)
    api.carry_out(command, OFFICER)
    return matter


def untold(api: Api) -> Matter:
    """Nobody received what its unit was to be told."""
    matter = dispatched(api)
    command = giving_up(matter.ticket_id)
    context = Context(actor=ROBOT, key=f"untold/{next(_serial)}", place=Place(Channel.SYSTEM))
    api.hall.engine.execute(command, context)
    return replace(matter, warning=command.notice_id)


def recusal_asked(api: Api) -> Matter:
    matter = dispatched(api)
    api.carry_out(asking(matter.ticket_id, OFFICER.id), CLERK)
    return matter


def officer_recused(api: Api) -> Matter:
    matter = recusal_asked(api)
    api.carry_out(ordering(matter.ticket_id, OFFICER.id), SUPERVISOR)
    return matter


def dispatched_under_another_calendar(api: Api) -> Matter:
    """Where Fridays are days off, five working days end on another day."""
    other = structs.replace(
        api.hall.rules.calendar(), version="other", working_weekdays=(0, 1, 2, 3)
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(api.hall.rules), "calendar", lambda _: other)
        return dispatched(api)


def warned(api: Api, unit: str = "RS", **more: Any) -> Matter:
    """A supervision order went to ``unit``, which was accused and has no work order."""
    matter = accepted(api, accused_unit=unit, **more)
    command = IssueSupervisionOrder(
        matter_id=matter.ticket_id, unit=unit, colour=SupervisionColour.BLUE, ground="overdue",
        demand=TEXT, answer_working_days=3,
    )  # fmt: skip
    api.carry_out(command, SUPERVISOR)
    return matter


def explained(api: Api) -> Matter:
    """The unit has answered what was demanded of it."""
    matter = warned(api)
    command = AnswerMeasure(matter_id=matter.ticket_id, measure_id=matter.measure, answer=TEXT)
    api.carry_out(command, OFFICER)
    return matter


def proposed(api: Api) -> Matter:
    """The ladder has come to what only efficiency supervision signs, a rung a day."""
    matter = dispatched(api)
    while not any(one.proposed for one in _measures(api, matter).values()):
        api.clock.advance(days=1)
        api.hall.sweep.warn()
        api.hall.sweep.climb()
    *_, measure = _measures(api, matter)
    return replace(matter, named_measure=measure)


def _measures(api: Api, matter: Matter) -> Mapping[str, Any]:
    return TICKET.state_after(api.hall.store.load(matter.ticket_id)).measures


def inquired(api: Api) -> Matter:
    return accepted(api, category=TicketCategory.INQUIRY)


def praised(api: Api) -> Matter:
    return accepted(api, category=TicketCategory.PRAISE)


def nothing(_: Api) -> Matter:
    return Matter("", "")


def a_unit(api: Api) -> Matter:
    code = f"U{next(_serial)}"
    api.carry_out(RegisterUnit(code=code, name="临时单位"), ADMIN)
    return Matter(code, code)


def a_member(api: Api) -> Matter:
    staff_id = f"t{next(_serial)}"
    api.settle()
    command = RegisterStaff(
        staff_id=staff_id, name="临时", post="临时", unit="RS", roles=(Role.WINDOW_CLERK,)
    )
    api.carry_out(command, ADMIN)
    return Matter(staff_id, staff_id)


def a_holder(api: Api) -> Matter:
    """A member of staff who has a token."""
    member = a_member(api)
    api.carry_out(IssueToken(staff_id=member.ticket_id), ADMIN)
    issued = api.hall.store.load(f"staff-{member.ticket_id}")[-1]
    return replace(member, warning=issued.envelope.event_id)


def one_with_a_device(api: Api) -> Matter:
    """A member of staff who shows codes of a device beside their password."""
    member = a_member(api)
    api.settle()
    known = api.hall.rules.member(member.ticket_id)
    assert known is not None
    context = Context(actor=known, key=member.ticket_id, place=Place(Channel.UNSTATED), proof="box")
    api.hall.engine.execute(EnrolSecondFactor(staff_id=member.ticket_id), context)
    return member


def an_item(api: Api, **fields: Any) -> Matter:
    usual = {
        "code": f"I{next(_serial)}", "basic_code": "0141", "name": "食品经营许可新办",
        "type": PowerType.LICENCE, "kind": CaseKind.INSTANT, "unit": "RS", "legal_basis": "法",
        "effective_from": date(2026, 1, 1), "source": "目录",
    }  # fmt: skip
    command = PublishItem(**{**usual, **fields})
    api.carry_out(command, ADMIN)
    return Matter(command.code, command.code)


def over(api: Api, **fields: Any) -> Matter:
    """A ticket, by default of somebody who has no other one, that was not taken on."""
    matter = reported(api, **{"reporter": Reporter(name=PersonName("陈独一")), **fields})
    said = {"explanation": TEXT, "remedy": TEXT}
    api.carry_out(RefuseTicket(ticket_id=matter.ticket_id, reason="litigation", **said), HANDLER)
    return matter


def an_erasure(api: Api) -> Matter:
    request = RequestErasure(matters=(over(api).ticket_id,), ground="consent_withdrawn")
    return Matter(api.carry_out(request, CLERK), "")


def with_colleague(api: Api) -> Matter:
    """An order in the hands of the officer, who has a colleague in the unit."""
    if api.hall.rules.member(COLLEAGUE.id) is None:
        api.carry_out(registering(COLLEAGUE), ADMIN)
    matter = signed_in(api)
    api.settle()
    api.token(COLLEAGUE)  # now and not later, for that is an act too
    return matter


def a_hand_over(api: Api) -> Matter:
    with_colleague(api)
    proposal = ProposeWorkHandOver(from_staff=OFFICER.id, to_staff=COLLEAGUE.id, reason=TEXT)
    return Matter(api.carry_out(proposal, OFFICER), "")


def _demand(by: Actor, **fields: Any) -> Way:
    usual = {"unit": "RS", "ground": "overdue", "demand": "说明原因并尽快办理"}
    return Way(dispatched, by, usual | fields, ("matterId",))


REPORT = {
    "category": "COMPLAINT",
    "channel": "WINDOW",
    "subject": "社保卡",
    "content": TEXT.plain,
    "reporter": {
        "name": "张建国", "phone": "13800138000", "idNumber": "11010519491231002X",
        "address": "科尔沁区明仁大街1号院2单元301",
    },
}  # fmt: skip
ANALYSIS = {"cause": "delay", "complexity": "general", "units": ["RS"], "opinion": "意见"}
ITEM = {
    "basicCode": "0141",
    "name": "食品经营许可新办",
    "type": "LICENCE",
    "kind": "PROMISED",
    "unit": "RS",
    "legalBasis": "食品安全法第三十五条",
    "statutory": {"amount": 20}, "promised": {"amount": 5, "basis": "承诺书"},
    "steps": [
        {"name": "受理", "limit": {"amount": 4, "unit": "WORKING_HOURS"}},
        {"name": "审核", "unit": "YB"},
    ],
    "materials": [
        {"code": "M01", "name": "申请表"},
        {"code": "M02", "name": "执照", "copies": "COPY", "origin": "SHARED", "gapAllowed": True},
    ],
    "procedures": [{"code": "P01", "name": "现场勘查", "workingDays": 10}],
    "charges": [{"name": "工本费", "amountFen": 1000}],
    "deliveries": ["COUNTER", "POST"],
    "windows": ["W01"],
    "effectiveFrom": "2026-01-01",
    "source": "2026年事项目录",
}  # fmt: skip

OVER_TO_COLLEAGUE = {"fromStaff": OFFICER.id, "toStaff": COLLEAGUE.id, "reason": "调往他处"}
OF_OFFICER = {"staffId": OFFICER.id, "reason": "反映人是其配偶"}
WAYS: Mapping[str, Way | CaseWay] = {
    **CASE_WAYS,
    **other_ways(reported),
    "reportTicket": Way(nothing, CLERK, REPORT, ()),
    "acceptTicket": of_ticket(reported, HANDLER),
    "correctTicket": of_ticket(reported, CLERK, reason="听错了", subject="医保卡办不了"),
    "supplementReport": of_ticket(reported, CLERK, content="昨天又去了一趟"),
    "discloseReporter": of_ticket(
        dispatched, HANDLER, purpose="contact", fields=["NAME", "PHONE"], reason="电话核实"
    ),
    "contactReporter": of_order(dispatched, HANDLER, purpose="contact", call="CONNECTED"),
    "refuseTicket": of_ticket(
        reported, HANDLER, reason="litigation", explanation="已起诉", remedy="等候判决"
    ),
    "divertTicket": of_ticket(
        reported, HANDLER, target="petition_office", explanation="请到信访局"
    ),
    "analyseCause": of_ticket(accepted, HANDLER, **ANALYSIS),
    "answerInquiry": of_ticket(inquired, CLERK, answer="带身份证即可"),
    "passOnPraise": of_ticket(praised, HANDLER, unit="RS"),
    "dispatchWorkOrders": of_ticket(
        analysed, HANDLER, leadUnit="RS", coUnits=["YB"], instruction="请速办",
        released="多次没有办成",
    ),
    "signInWorkOrder": of_order(dispatched, OFFICER),
    "returnWorkOrder": of_order(dispatched, OFFICER, reason="not_our_duty", explanation="非我职责"),
    "rejectReturn": of_order(returned, HANDLER, ruling="由你单位办理"),
    "upholdReturn": of_order(returned, HANDLER, ruling="同意"),
    "endWorkOrder": of_order(not_needed, HANDLER, reason="与在办派单重复"),
    "reassignWorkOrder": of_order(
        dispatched, HANDLER, unit="GA", instruction="请速办", released="没有办成"
    ),
    "noteProgress": of_order(signed_in, OFFICER, progress="已联系群众"),
    "requestExtension": of_order(signed_in, OFFICER, reason="须外调材料"),
    "grantExtension": of_order(asked_for_more_time, HANDLER, ruling="同意"),
    "denyExtension": of_order(asked_for_more_time, HANDLER, ruling="按期办结"),
    "requestSuspension": of_order(
        signed_in, OFFICER, until="2027-01-31T09:00:00+08:00", measures="等候上级批复"
    ),
    "suspendWorkOrder": of_order(suspension_asked, HANDLER, ruling="同意"),
    "denySuspension": of_order(suspension_asked, SUPERVISOR, ruling="按期办结"),
    "resumeWorkOrder": of_order(suspended, HANDLER),
    **ending_ways(reported, signed_in),
    **meeting_ways(dispatched),
    **tie_ways(reported),
    "requestRegrade": of_ticket(dispatched, OFFICER, complexity="complex", reason="涉及多部门"),
    "grantRegrade": of_ticket(regrade_asked, HANDLER, ruling="同意"),
    "denyRegrade": of_ticket(regrade_asked, HANDLER, ruling="按期办结"),
    "addCoUnit": of_ticket(
        dispatched, HANDLER, unit="GA", instruction="请协助", released="没有办成"
    ),
    "releaseText": of_order(signed_in, HANDLER, released="又去一趟仍没有办成"),
    "settleOnTheSpot": of_ticket(
        reported, CLERK, cause="delay", outcome="SOLVED", answer="当场补录办结"
    ),
    "rejectSettlement": of_ticket(settled, VERIFIER, reason="未解决"),
    "submitResult": of_order(signed_in, OFFICER, outcome="SOLVED", result="已办结"),
    "recordCallBack": of_ticket(
        resolved, VERIFIER, call="CONNECTED", solved=True, satisfaction="SATISFIED"
    ),
    "passVerification": of_ticket(called_back, VERIFIER, conclusion="属实"),
    "answerReporter": of_ticket(resolved, HANDLER, way="WRITTEN", answer="已办结"),
    "publishAnswer": of_ticket(
        partial(resolved, reporter=None), HANDLER, place="大厅公示栏", answer="有关窗口已改正"
    ),
    "orderRework": of_order(resolved, VERIFIER, reason="未解决"),
    "urgeUnit": _demand(SUPERVISOR),
    "issueSupervisionOrder": _demand(SUPERVISOR, colour="BLUE"),
    "sendAdvisoryLetter": _demand(SUPERVISOR),
    "issueBulletin": _demand(EFFICIENCY),
    "callToInterview": _demand(EFFICIENCY),
    "referForAccountability": _demand(EFFICIENCY),
    "giveConductCard": Way(
        dispatched,
        EFFICIENCY,
        {"unit": "RS", "conduct": "ATTITUDE", "facts": "窗口人员态度生硬"},
        ("matterId",),
    ),
    "signMeasure": of_measure(proposed, EFFICIENCY, demand="予以通报"),
    "declineMeasure": of_measure(proposed, EFFICIENCY, reason="已约谈"),
    "answerMeasure": of_measure(warned, OFFICER, answer="已整改"),
    "extendAnswer": of_measure(warned, SUPERVISOR, ruling="情况属实,同意"),
    "closeMeasure": of_measure(explained, SUPERVISOR, ruling="已整改"),
    "strikeOffTicket": of_ticket(verified, HANDLER),
    "reopenTicket": of_ticket(closed, SUPERVISOR, reason="群众再次反映"),
    "raiseWarning": Way(
        late, EFFICIENCY, {"kind": "SIGN_IN", "level": "RED"}, ("matterId", "subject")
    ),
    "answerWarning": of_warning(carded, OFFICER, answer="已整改"),
    "appealWarning": of_warning(carded, OFFICER, ground="非本单位原因"),
    "rejectWarningAppeal": of_warning(appealed, EFFICIENCY, ruling="维持"),
    "revokeWarning": of_warning(appealed, EFFICIENCY, ruling="同意申诉"),
    "replanDueDate": Way(
        dispatched_under_another_calendar,
        EFFICIENCY,
        {"kind": "RESOLVE"},
        ("matterId", "subject"),
    ),
    "requestRecusal": Way(dispatched, HANDLER, OF_OFFICER | {"ground": "OTHER"}, ("matterId",)),
    "orderRecusal": Way(
        dispatched, SUPERVISOR, OF_OFFICER | {"ground": "RELATIVES_INTEREST"}, ("matterId",)
    ),
    "denyRecusal": Way(recusal_asked, SUPERVISOR, OF_OFFICER, ("matterId",)),
    "liftRecusal": Way(officer_recused, SUPERVISOR, OF_OFFICER, ("matterId",)),
    "claimWork": Way(dispatched, OFFICER, {}, ("matterId", "orderId")),
    "assignWork": Way(dispatched, HEAD, {"staffId": OFFICER.id}, ("matterId", "orderId")),
    "giveBackWork": Way(signed_in, OFFICER, {"reason": "出差"}, ("matterId", "orderId")),
    "proposeWorkHandOver": Way(with_colleague, OFFICER, OVER_TO_COLLEAGUE, ()),
    "signWorkHandOver": Way(a_hand_over, COLLEAGUE, {}, ("handOverId",)),
    "withdrawWorkHandOver": Way(a_hand_over, OFFICER, {}, ("handOverId",)),
    "resendNotice": Way(untold, HANDLER, {}, ("matterId", "noticeId")),
    "requestErasure": Way(over, CLERK, {"ground": "consent_withdrawn"}, ("matters",)),
    "approveErasure": Way(an_erasure, SUPERVISOR, {}, ("erasureId",)),
    "refuseErasure": Way(an_erasure, SUPERVISOR, {"reason": "仍在诉讼"}, ("erasureId",)),
    "withdrawErasure": Way(an_erasure, SUPERVISOR, {"reason": "本人撤回"}, ("erasureId",)),
    "publishCalendar": Way(
        nothing, ADMIN, {"text": lambda: f'version = "t{next(_serial)}"\nsource = "通知"'}, ()
    ),
    "publishRuleBook": Way(
        nothing, ADMIN, {"text": lambda: f'version = "r{next(_serial)}"\nbasis = "本厅规定"'}, ()
    ),
    "registerUnit": Way(
        nothing, ADMIN, {"code": lambda: f"U{next(_serial)}", "name": "新单位"}, ()
    ),
    "closeUnit": Way(a_unit, ADMIN, {}, ("code",)),
    **WINDOW_WAYS,
    "registerStaff": Way(
        nothing,
        ADMIN,
        {
            "staffId": lambda: f"t{next(_serial)}", "name": "新人", "post": "窗口", "unit": "RS",
            "roles": ["WINDOW_CLERK"],
        },
        (),
    ),
    "dismissStaff": Way(a_member, ADMIN, {}, ("staffId",)),
    **ABSENCE_WAYS,
    "issuePassword": Way(a_member, ADMIN, {"hours": 24}, ("staffId",)),
    "removeSecondFactor": Way(one_with_a_device, ADMIN, {}, ("staffId",)),
    "issueToken": Way(a_member, ADMIN, {"hours": 24, "purpose": "叫号系统"}, ("staffId",)),
    "revokeCredential": Way(a_holder, ADMIN, {}, ("staffId", "credentialId")),
    "revokeCredentials": Way(a_holder, ADMIN, {}, ("staffId",)),
    "revokeHallCredentials": Way(nothing, ADMIN, {"reason": "服务器失窃"}, ()),
    "publishItem": Way(
        nothing, ADMIN, ITEM | {"code": lambda: f"I{next(_serial)}"}, ()
    ),
    "confirmItem": Way(an_item, ADMIN, {"comparedWith": "省级目录"}, ("code",)),
    "withdrawItem": Way(an_item, ADMIN, {"reason": "下放乡镇"}, ("code",)),
}  # fmt: skip
