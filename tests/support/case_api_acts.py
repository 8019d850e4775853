"""For each act on a case one way to do it through the API, and cases in whatever state it needs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from msgspec import structs

from bancheng.domain.calls import CallResult
from bancheng.domain.case import (
    accept,
    analyse,
    charges,
    deadline,
    decide,
    discover,
    dispatch,
    hearing_course,
    hearing_right,
    notice,
    pre_review,
    procedure,
    rate,
    ratings,
    refuse,
    verify,
)
from bancheng.domain.case.collecting import Collector, Seen
from bancheng.domain.case.discover import CaseSubmitted
from bancheng.domain.case.terms import (
    CaseOutcome,
    CaseSource,
    CrossMode,
    CrossRegion,
    NotifyWay,
    RefusalGround,
)
from bancheng.domain.commands import Command
from bancheng.domain.identity_numbers import PaperKind
from bancheng.domain.item_types import PowerType
from bancheng.domain.items import CaseKind, Charge, DeliveryWay, Material, SpecialProcedure
from bancheng.domain.office.item_publication import PublishItem, StatedLimit, StatedStep
from bancheng.domain.people import (
    Actor,
    Address,
    Agent,
    Applicant,
    CertificateNumber,
    FreeText,
    IdNumber,
    PersonName,
    Phone,
    SpecialGroup,
)
from bancheng.domain.rating_levels import RatingLevel

from .api_client import Api
from .given import (
    ADMIN,
    ARCHIVIST,
    CLERK,
    CO_OFFICER,
    DUTY,
    HEAD,
    OFFICER,
    SUPERVISOR,
    VERIFIER,
)

TEXT = FreeText("申请人补交了材料,联系电话 13912345678")
CROSSING = CrossRegion(area="开鲁县", counterpart="开鲁县政务服务局", mode=CrossMode.COLLECTED)
APPLICANT = Applicant(
    name=PersonName("王小明"),
    phone=Phone("13700137000"),
    id_number=IdNumber("150502199001011232"),
    address=Address("科尔沁区建国路88号院5单元101"),
)
SEEN = Seen(
    collector=Collector.APPLICANT, paper=PaperKind.RESIDENT, paper_no=IdNumber("150502199001011232")
)
AGENT = Agent(name=PersonName("赵代办"), phone=Phone("13600136000"))
CASE_CLEAR = (
    "王小明", "13700137000", "150502199001011232", "建国路88号院5单元101", "赵代办", "13600136000",
    "13912345678",
)  # fmt: skip
ITEM, OTHER_ITEM, THEME_ITEM = "CASE-RS", "CASE-YB", "CASE-THEME"
ITEM_OF_ABOVE = "CASE-UP"
OFFICERS = {"RS": OFFICER, "YB": CO_OFFICER}
STEP, FEE, CHAIR = "审核", "工本费", HEAD.id


@dataclass(frozen=True)
class CaseMatter:
    """A case that was brought to some state."""

    case_id: str
    number: str
    rating: str = ""
    day: str = "2026-03-02"

    def known(self) -> dict[str, str]:
        """What a mutation's input may name of it."""
        ours = {"caseId": self.case_id, "matterId": self.case_id}
        days = {"signedOn": self.day, "askedOn": self.day, "at": self._a_month_on()}
        return {**ours, "ratingId": self.rating, **days}

    def _a_month_on(self) -> str:
        """Nine in the morning of the hall, thirty days after the application."""
        return f"{date.fromisoformat(self.day) + timedelta(days=30)}T01:00:00Z"


def offered(api: Api) -> None:
    """Publish the items of the cases below, unless that was done before."""
    if api.hall.rules.item(THEME_ITEM, api.clock.now()) is None:
        for code, unit, children in (
            (ITEM, "RS", ()), (OTHER_ITEM, "YB", ()), (THEME_ITEM, "RS", (ITEM, OTHER_ITEM)),
        ):  # fmt: skip
            api.carry_out(an_offer(code, unit, children), ADMIN)
            api.settle()
        above = structs.replace(an_offer(ITEM_OF_ABOVE, "RS"), kind=CaseKind.REPORTED_UP)
        api.carry_out(above, ADMIN)
        api.settle()


def an_offer(code: str, unit: str, children: tuple[str, ...] = ()) -> PublishItem:
    return PublishItem(
        code=code, basic_code=code, name=f"{unit}食品经营许可", type=PowerType.LICENCE,
        kind=CaseKind.PROMISED, unit=unit, legal_basis="食品安全法", source="目录",
        statutory=StatedLimit(amount=20), promised=StatedLimit(amount=5),
        steps=(StatedStep(name=STEP, unit=unit, limit=StatedLimit(amount=2)),
               StatedStep(name="审批", unit=unit)),
        materials=(Material(code="M01", name="申请表"),
                   Material(code="M02", name="场地证明", gap_allowed=True)),
        procedures=(SpecialProcedure(code="P01", name="现场勘查", working_days=10),),
        charges=(Charge(name=FEE, amount_fen=1000),),
        deliveries=(DeliveryWay.COUNTER, DeliveryWay.POST), children=children,
        effective_from=date(2026, 1, 1),
    )  # fmt: skip


def submitted(api: Api, **fields: Any) -> CaseMatter:
    """Online, so that it waits for its pre-review."""
    offered(api)
    usual = {"item": ITEM, "applicant": APPLICANT, "source": CaseSource.ONLINE}
    case_id = api.carry_out(discover.SubmitCase(**{**usual, **fields}), CLERK)
    event = api.hall.store.load(case_id)[0].event
    assert isinstance(event, CaseSubmitted)
    day = api.hall.rules.calendar().local(api.clock.now()).date().isoformat()
    return CaseMatter(case_id, event.number, day=day)


def pre_rejected(api: Api) -> CaseMatter:
    more = {"wanted": (notice.Wanted(code="M01", standard="须签字"),), "working_days": 10}
    return _then(api, submitted(api), pre_review.RejectPreReview, CLERK, faults=TEXT, **more)


def at_window(api: Api, **fields: Any) -> CaseMatter:
    """Submitted at a window by an agent, for somebody who is served first."""
    usual = {
        "source": CaseSource.WINDOW, "window": "W01", "agent": AGENT, "mandate": "委托1号",
        "special_group": SpecialGroup.ELDERLY, "cross_region": CROSSING,
    }  # fmt: skip
    return submitted(api, **{**usual, **fields})


def received(api: Api, *codes: str, **fields: Any) -> CaseMatter:
    """Its materials came in: those of ``codes``, or all."""
    materials = tuple(discover.Received(code=code) for code in codes or ("M01", "M02"))
    matter = at_window(api, **fields)
    return _then(api, matter, discover.ReceiveMaterials, CLERK, materials=materials)


def incomplete(api: Api) -> CaseMatter:
    return received(api, "M02")


def supplementing(api: Api) -> CaseMatter:
    more = {"wanted": (notice.Wanted(code="M01", standard="须签字"),), "working_days": 10}
    return _then(api, incomplete(api), analyse.NoticeSupplement, CLERK, **more)


def refusal_reported(api: Api, item: str = ITEM) -> CaseMatter:
    fields = {"ground": RefusalGround.NOT_OURS, "reason": TEXT, "basis": "行政许可法第三十二条"}
    fields |= {"right_organ": "市市场监督管理局"}
    return _then(api, received(api, item=item), refuse.ReportRefusal, CLERK, **fields)


def accepted(api: Api, **fields: Any) -> CaseMatter:
    return _then(api, received(api, **fields), accept.AcceptCase, CLERK)


def accepted_with_gap(api: Api) -> CaseMatter:
    return _then(api, received(api, "M01"), accept.AcceptCase, CLERK, gap_promise_no="承诺1号")


def charged(api: Api) -> CaseMatter:
    return _then(api, accepted(api), charges.ChargeFee, CLERK, charge=FEE, bill_no="缴1号")


def transferred(api: Api, unit: str = "RS", **fields: Any) -> CaseMatter:
    matter = accepted(api, **fields)
    more = {"to_unit": unit, "step": STEP, "materials": ("M01", "M02")}
    return _then(api, matter, dispatch.TransferCase, CLERK, **more)


def in_hand(api: Api, unit: str = "RS", **fields: Any) -> CaseMatter:
    """Its file is with ``unit``, which has signed for it."""
    matter = transferred(api, unit, **fields)
    return _then(api, matter, dispatch.SignHandOver, OFFICERS[unit])


def examined(api: Api, unit: str = "RS", **fields: Any) -> CaseMatter:
    """In hand, and the step that it was sent for is finished."""
    held, finish = in_hand(api, unit, **fields), dispatch.FinishStep
    return _then(api, held, finish, OFFICERS[unit], name=STEP, opinion=TEXT)


def to_go_up(api: Api) -> CaseMatter:
    return examined(api, item=ITEM_OF_ABOVE)


def in_procedure(api: Api) -> CaseMatter:
    held = in_hand(api)
    told_on = api.hall.rules.calendar().local(api.clock.now()).date()
    notice = procedure.ProcedureNotice(number="告知1号", told_on=told_on, working_days=5)
    more = {"procedure": "P01", "notice": notice, "officers": (OFFICER.id, HEAD.id)}
    return _then(api, held, procedure.StartProcedure, OFFICER, **more)


def told_of_the_hearing(api: Api) -> CaseMatter:
    return _then(api, in_hand(api), hearing_right.TellHearingRight, OFFICER, notice_no="听告1号")


def hearing_came(api: Api) -> CaseMatter:
    """A hearing that was announced, on the day that it is held."""
    at = api.clock.now() + timedelta(days=14)
    more = {"notice_no": "听通1号", "announcement_no": "公1号", "place": "三楼", "chair": CHAIR}
    matter = _then(api, in_hand(api), hearing_course.SetHearing, OFFICER, at=at, **more)
    api.clock.advance(days=14)
    return matter


def asked_for_more_time(api: Api) -> CaseMatter:
    return _then(api, in_hand(api), deadline.RequestCaseExtension, OFFICER, reason=TEXT)


def decided(api: Api, unit: str = "RS", **fields: Any) -> CaseMatter:
    granted = {"outcome": CaseOutcome.GRANTED, "document_no": "人社许〔2026〕1号"}
    return _then(api, examined(api, unit, **fields), decide.DecideCase, OFFICERS[unit], **granted)


def made(api: Api, unit: str = "RS", **fields: Any) -> CaseMatter:
    more = {"documents": ("食品经营许可证",), "certificate_no": CertificateNumber("JY0001")}
    return _then(api, decided(api, unit, **fields), verify.MakeResult, OFFICERS[unit], **more)


def notified(api: Api, unit: str = "RS", **fields: Any) -> CaseMatter:
    return _then(api, made(api, unit, **fields), verify.NotifyResult, CLERK, way=NotifyWay.SMS)


def delivered(api: Api, unit: str = "RS", **fields: Any) -> CaseMatter:
    more = {"way": DeliveryWay.COUNTER, "receiver": PersonName("王小明"), "seen": SEEN}
    return _then(api, notified(api, unit, **fields), verify.DeliverResult, CLERK, **more)


def coded(api: Api, matter: CaseMatter) -> str:
    """The code that the applicant was given for the last visit."""
    issued = api.answer_to(rate.IssueRatingCode(case_id=matter.case_id), CLERK)
    assert issued.one_time_code is not None
    return issued.one_time_code


def rated(
    api: Api,
    level: RatingLevel = RatingLevel.DISSATISFIED,
    *,
    unit: str = "RS",
    item: str = ITEM,
    by_default: bool = False,
    **fields: Any,
) -> CaseMatter:
    """By name, by the citizen, and badly."""
    said = {"named": True, "comment": TEXT, "level": level, **fields}
    matter = delivered(api, unit, item=item)
    if by_default:
        more = {"by_default": True, "source_ref": f"PJ-{matter.number}"}
        _then(api, matter, rate.ImportRating, rate.CITIZEN, **more, **said)
    else:
        code = coded(api, matter)
        _then(api, matter, rate.RateByCode, rate.CITIZEN, code=code, **said)
    return replace(matter, rating=f"{matter.number}-P01")


def contacted(api: Api) -> CaseMatter:
    matter = rated(api)
    more = {
        "rating_id": matter.rating,
        "call": CallResult.CONNECTED,
        "justified": True,
        "finding": TEXT,
    }
    return _then(api, matter, ratings.ContactRater, VERIFIER, **more)


def rating_appealed(api: Api) -> CaseMatter:
    matter = contacted(api)
    more = {"rating_id": matter.rating, "ground": TEXT}
    return _then(api, matter, ratings.AppealRating, OFFICER, **more)


def _then(
    api: Api, matter: CaseMatter, command: type[Command], by: Actor, **fields: Any
) -> CaseMatter:
    api.carry_out(command(**{"case_id": matter.case_id, **fields}), by)
    return matter


@dataclass(frozen=True)
class CaseWay:
    """How an act on a case is done."""

    given: Callable[[Api], CaseMatter]
    by: Actor
    fields: Mapping[str, Any]
    names: tuple[str, ...] = ("caseId",)

    def filled(self, matter: CaseMatter) -> dict[str, Any]:
        """The mutation's input."""
        known = matter.known()
        return {name: known[name] for name in self.names} | dict(self.fields)


def _case(given: Callable[[Api], CaseMatter], by: Actor, **fields: Any) -> CaseWay:
    return CaseWay(given, by, fields)


def _rating(given: Callable[[Api], CaseMatter], by: Actor, **fields: Any) -> CaseWay:
    return CaseWay(given, by, fields, ("caseId", "ratingId"))


def nothing_but_the_item(api: Api) -> CaseMatter:
    offered(api)
    return CaseMatter("", "")


SUBMISSION = {
    "item": ITEM,
    "source": "WINDOW",
    "window": "W01",
    "applicant": {
        "name": "王小明", "phone": "13700137000", "idNumber": "150502199001011232",
        "address": "科尔沁区建国路88号院5单元101",
    },
    "agent": {"name": "赵代办", "phone": "13600136000"},
    "mandate": "委托1号",
    "specialGroup": "ELDERLY",
    "delivery": "POST",
    "deliveryAddress": "科尔沁区建国路88号院5单元101",
}  # fmt: skip
ALL_MATERIALS = [{"code": "M01"}, {"code": "M02", "copies": 2}]
REFUSAL = {
    "ground": "NOT_OURS", "reason": "不属本机关职权", "basis": "行政许可法第三十二条",
    "rightOrgan": "市市场监督管理局",
}  # fmt: skip

CASE_WAYS: Mapping[str, CaseWay] = {
    "submitCase": CaseWay(nothing_but_the_item, CLERK, SUBMISSION, ()),
    "passPreReview": _case(submitted, CLERK),
    "rejectPreReview": _case(
        submitted, CLERK, wanted=[{"code": "M01", "standard": "须签字"}], workingDays=10,
        faults="照片不清",
    ),
    "resubmitCase": _case(pre_rejected, CLERK),
    "receiveMaterials": _case(at_window, CLERK, materials=ALL_MATERIALS),
    "correctMaterial": _case(received, CLERK, code="M01", correction="改正日期"),
    "noticeSupplement": _case(
        incomplete, CLERK, wanted=[{"code": "M01", "standard": "须签字"}], workingDays=10
    ),
    "receiveSupplement": _case(supplementing, CLERK, materials=[{"code": "M01"}]),
    "acceptCase": _case(received, CLERK),
    "fillGap": _case(accepted_with_gap, CLERK, materials=[{"code": "M02"}]),
    "reportRefusal": _case(received, CLERK, **REFUSAL),
    "denyRefusal": _case(refusal_reported, DUTY, ruling="应予受理"),
    "refuseAcceptance": _case(refusal_reported, DUTY, **REFUSAL, remedy="可申请行政复议"),
    "sendLeg": _case(at_window, CLERK, content="申请材料一套", trackingNo="EMS1"),
    "receiveLeg": _case(at_window, CLERK, content="办理结果"),
    "discloseApplicant": _case(
        accepted, CLERK, purpose="contact", fields=["NAME", "PHONE"], reason="电话核实"
    ),
    "contactApplicant": _case(accepted, CLERK, purpose="contact", call="NO_ANSWER", note="无人接"),
    "chargeFee": _case(accepted, CLERK, charge=FEE, billNo="缴1号"),
    "recordPayment": _case(charged, CLERK, charge=FEE, receiptNo="票1号"),
    "waiveCharge": _case(
        charged, HEAD, charge=FEE, reason="属于小微企业", basis="财税〔2014〕101号"
    ),
    "transferCase": _case(accepted, CLERK, toUnit="RS", step=STEP, materials=["M01"]),
    "signHandOver": _case(transferred, OFFICER),
    "finishStep": _case(in_hand, OFFICER, name=STEP, opinion="同意"),
    "startProcedure": _case(in_hand, OFFICER, procedure="P01", officers=["o1", "d1"]),
    "endProcedure": _case(in_procedure, OFFICER, finding="符合"),
    "tellHearingRight": _case(in_hand, OFFICER, noticeNo="听告1号", interested="相邻业主李某"),
    "requestHearing": CaseWay(
        told_of_the_hearing, CLERK, {"requestNo": "听申1号"}, ("caseId", "askedOn")
    ),
    "waiveHearing": _case(told_of_the_hearing, CLERK, statementNo="弃1号"),
    "setHearing": CaseWay(
        in_hand, OFFICER,
        {"noticeNo": "听通1号", "place": "三楼听证室", "chair": CHAIR, "announcementNo": "公1号"},
        ("caseId", "at"),
    ),
    "holdHearing": _case(hearing_came, OFFICER, recordNo="笔录1号", signatures=3),
    "requestCaseExtension": _case(in_hand, OFFICER, reason="须外调"),
    "grantCaseExtension": _case(asked_for_more_time, HEAD, ruling="同意"),
    "denyCaseExtension": _case(asked_for_more_time, HEAD, ruling="按期办结"),
    "decideCase": _case(examined, OFFICER, outcome="GRANTED", documentNo="1号"),
    "recallDecision": _case(decided, HEAD, reason="适用依据有误"),
    "makeResult": _case(decided, OFFICER, documents=["许可证"], certificateNo="JY1"),
    "notifyResult": _case(made, CLERK, way="PHONE"),
    "keepResult": _case(notified, CLERK, place="A柜3格"),
    "deliverResult": _case(notified, CLERK, way="POST", trackingNo="EMS1"),
    "issueRatingCode": _case(delivered, CLERK),
    "rateCase": _case(delivered, VERIFIER, level="SATISFIED", visit="DELIVERY"),
    "contactRater": _rating(rated, VERIFIER, call="CONNECTED", justified=True, finding="属实"),
    "rectifyRating": _rating(contacted, OFFICER, measure="已改进"),
    "appealRating": _rating(contacted, OFFICER, ground="评价有误"),
    "excludeRating": _rating(rating_appealed, SUPERVISOR, ruling="同意剔除"),
    "upholdRating": _rating(rating_appealed, SUPERVISOR, ruling="维持"),
    "correctCase": _case(submitted, CLERK, reason="漏登了老年人", specialGroup="ELDERLY"),
    "addRemark": _case(submitted, CLERK, remark="申请人来电补充"),
    "forwardCase": _case(to_go_up, OFFICER, documentNo="上报1号", organ="自治区局", told="SMS"),
    "withdrawCase": CaseWay(
        submitted, CLERK, {"requestNo": "撤1号", "reason": "不办了"}, ("caseId", "signedOn")
    ),
    "terminateCase": _case(
        accepted, HEAD, reason="申请人主体资格已终止", basis="食品安全法", remedy="可申请行政复议"
    ),
    "voidCase": _case(
        submitted, DUTY, reason="重复登记", basis="本厅规定", remedy="可向监督台反映"
    ),
    "reviewApproval": _case(delivered, HEAD, passed=True, conclusion="维持"),
    "archiveCase": _case(delivered, ARCHIVIST, archiveNo="2026-A-1"),
}  # fmt: skip
