"""Histories of cases as they may happen: real decisions, chosen at random from a seed.

A story is one application with all that follows from it: its children, if it is a theme, are opened
and followed by the policies, and the logic checks record what they find.
"""

from collections.abc import Iterable
from datetime import timedelta
from functools import cache
from itertools import takewhile
from random import Random
from typing import Any

from msgspec.structs import replace

from bancheng.domain.calls import CallResult
from bancheng.domain.case import (
    accept,
    analyse,
    charges,
    contact,
    correct,
    cross_region,
    deadline,
    decide,
    discover,
    dispatch,
    forward,
    hearing_course,
    hearing_right,
    notice,
    pre_review,
    procedure,
    rate,
    ratings,
    recall,
    refuse,
    supervise,
    verify,
)
from bancheng.domain.case.renewal import DeemRenewed
from bancheng.domain.case.renewing import Renewal
from bancheng.domain.case.state import Case
from bancheng.domain.case.terms import (
    CaseOutcome,
    CaseSource,
    NotifyWay,
    RefusalGround,
)
from bancheng.domain.commands import Command
from bancheng.domain.events import Recorded
from bancheng.domain.items import DeliveryWay
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import Actor, CertificateNumber, PersonName, SpecialGroup
from bancheng.domain.personal_fields import PersonalField
from bancheng.domain.rating_levels import RatingLevel
from bancheng.domain.supervision.answering import AnswerMeasure, CloseMeasure
from bancheng.domain.supervision.conduct import GiveConductCard
from bancheng.domain.supervision.events import SupervisionColour
from bancheng.domain.supervision.taking import IssueBulletin, IssueSupervisionOrder, UrgeUnit
from bancheng.domain.time_limits.conduct import Conduct
from bancheng.domain.time_limits.limit import Limit, LimitUnit
from bancheng.domain.time_limits.logic_checks import WindowScope
from bancheng.domain.time_limits.rules import LimitRule
from bancheng.domain.warnings.answering import AnswerWarning, RevokeWarning
from bancheng.domain.warnings.raising import RaiseWarning
from bancheng.domain.windows import WindowKind, WindowTerms
from projections.case_story import (
    CHAIR,
    DECIDED_THERE,
    Story,
    must,
    of_unit,
    usual,
)
from support.case_api_acts import (
    AGENT,
    APPLICANT,
    CROSSING,
    FEE,
    ITEM,
    OTHER_ITEM,
    SEEN,
    STEP,
    TEXT,
    THEME_ITEM,
)
from support.given import (
    CALENDAR,
    CLERK,
    DUTY,
    HEAD,
    OFFICER,
    RULES,
    START,
    VERIFIER,
)  # fmt: skip

_REACHED, _MISSED = CallResult.CONNECTED, CallResult.NO_ANSWER
SENT = {"document_no": "报1号", "organ": "市局", "told": NotifyWay.SMS}
NUMBER = CertificateNumber("JY0001")
_REVIEWED = Limit(
    id="case.post_review", amount=10, unit=LimitUnit.WORKING_DAYS, label="复审", basis="本厅规定"
)
REVIEWING = replace(
    RULES, limits=(*RULES.limits, LimitRule(purpose="case.post_review", limit=_REVIEWED))
)
ONWARD = 4  # how much likelier a step forward is than anything else


def case_story(random: Random, serial: int, steps: int) -> list[Recorded]:
    """One application, and ``steps`` times any of the acts that the rules allow."""
    story = Story(random, serial, now=START + timedelta(hours=serial))
    named = random.random() < 0.5
    delivery = (None, DeliveryWay.COUNTER, DeliveryWay.POST)[serial % 3]
    story.act(
        discover.SubmitCase(
            item=random.choice([ITEM, OTHER_ITEM, THEME_ITEM]),
            applicant=replace(APPLICANT, name=PersonName(f"王{serial}")),
            source=random.choice(list(CaseSource)),
            window=random.choice([None, "W01", "W02"]),
            agent=AGENT if named else None,
            mandate="委托1号" if named else None,
            special_group=random.choice([None, SpecialGroup.ELDERLY, SpecialGroup.MILITARY]),
            cross_region=random.choice([None, CROSSING, replace(CROSSING, area="奈曼旗")]),
            delivery=delivery,
            delivery_address=APPLICANT.address if delivery is DeliveryWay.POST else None,
        ),
        CLERK,
        f"case-{serial:04d}-0",
    )
    for _ in range(steps):
        hours = random.choice([1, 2, 5, 5, 30, 300]) if random.random() < 0.3 else 1
        story.now += timedelta(hours=hours)
        _go_on(story)
    story.check()
    return story.told


def placed(events: Iterable[Recorded]) -> list[Recorded]:
    """``events`` in the order of a log."""
    return [replace(one, position=place) for place, one in enumerate(events, start=1)]


@cache
def case_stories(seed: int, cases: int, steps: int = 24) -> tuple[tuple[Recorded, ...], ...]:
    """Stories of ``cases`` applications at random, and of what chance might leave out."""
    random = Random(seed)
    stories = [case_story(random, serial, steps) for serial in range(1, cases + 1)]
    straight = (
        doubted_story, promised_story, kept_story, lapsed_story, renewed_story, posted_story,
        heard_story, waived_story, left_theme_story, supervised_story, drawn_story,
        reviewed_story, flagged_story, theme_story,
    )  # fmt: skip
    told = [*stories, *(story(cases + n) for n, story in enumerate(straight, start=1))]
    return tuple(map(tuple, told))


def flagged_story(serial: int) -> list[Recorded]:
    """A case that was accepted at a window which may not accept, in a hall that flags it."""
    nothing = WindowTerms(kind=WindowKind.GENERAL, open_from=None, open_until=None, authorities=())
    story = Story(
        Random(serial),
        serial,
        rulebook=replace(RULES, window_scope=WindowScope.FLAGGED),
        beside={"at_window": "W01", "window_terms": nothing},
    )
    about = f"case-{serial:04d}-0"
    materials = tuple(discover.Received(code=code) for code in ("M01", "M02"))
    must(story, about, discover.SubmitCase(item=ITEM, applicant=APPLICANT))
    must(story, about, discover.ReceiveMaterials(case_id=about, materials=materials))
    must(story, about, accept.AcceptCase(case_id=about))
    return story.told


def supervised_story(serial: int) -> list[Recorded]:
    """A case whose unit was urged, ordered to answer, and answered late."""
    story = Story(Random(serial), serial)
    about = f"case-{serial:04d}-0"
    ours = {"case_id": about}
    materials = tuple(discover.Received(code=code) for code in ("M01", "M02"))
    must(story, about, discover.SubmitCase(item=ITEM, applicant=APPLICANT))
    must(story, about, discover.ReceiveMaterials(**ours, materials=materials))
    must(story, about, accept.AcceptCase(**ours))
    unit = story.state(about).offered.unit
    demand = {"matter_id": about, "unit": unit, "ground": "overdue", "demand": TEXT}
    for _ in range(2):
        must(story, about, UrgeUnit(**demand))
    must(story, about, IssueSupervisionOrder(**demand, colour=SupervisionColour.BLUE))
    measure = {"matter_id": about, "measure_id": f"{story.state(about).number}-D03"}
    must(story, about, AnswerMeasure(**measure, answer=TEXT), of_unit(OFFICER, unit))
    must(story, about, CloseMeasure(**measure, ruling=TEXT))
    must(story, about, IssueBulletin(**demand))
    carded = {"matter_id": about, "unit": unit, "conduct": Conduct.ATTITUDE, "facts": TEXT}
    must(story, about, GiveConductCard(**carded))
    card = {"matter_id": about, "warning_id": f"{story.state(about).number}-XW01"}
    must(story, about, AnswerWarning(**card, answer=TEXT), of_unit(OFFICER, unit))
    return story.told


def left_theme_story(serial: int) -> list[Recorded]:
    """A theme that was withdrawn once one of its children had been granted."""
    story = Story(Random(serial), serial)
    about = f"case-{serial:04d}-0"
    ours = {"case_id": about}
    materials = tuple(discover.Received(code=code) for code in ("M01", "M02"))
    must(story, about, discover.SubmitCase(item=THEME_ITEM, applicant=APPLICANT))
    must(story, about, discover.ReceiveMaterials(**ours, materials=materials))
    must(story, about, accept.AcceptCase(**ours))
    children = (one for one in story.streams if one != about)
    child = next(one for one in children if not story.state(one).offered.kind.goes_up)
    by = of_unit(OFFICER, story.state(child).offered.unit)
    must(story, child, dispatch.FinishStep(case_id=child, name=STEP, opinion=TEXT), by)
    granted = {"outcome": CaseOutcome.GRANTED, "document_no": "1号"}
    must(story, child, decide.DecideCase(case_id=child, **granted), by)
    signed_on = CALENDAR.local(story.now).date()
    withdrawn = {"request_no": "撤1号", "signed_on": signed_on, "reason": TEXT}
    must(story, about, supervise.WithdrawCase(**ours, **withdrawn))
    return story.told


def theme_story(serial: int) -> list[Recorded]:
    """A theme that went straight through, with its children."""
    story = Story(Random(serial), serial)
    about = f"case-{serial:04d}-0"
    ours = {"case_id": about}
    materials = tuple(discover.Received(code=code) for code in ("M01", "M02"))
    must(
        story,
        about,
        discover.SubmitCase(
            item=THEME_ITEM, applicant=APPLICANT, window="W01", cross_region=CROSSING
        ),
    )
    must(story, about, discover.ReceiveMaterials(**ours, materials=materials))
    must(story, about, accept.AcceptCase(**ours))
    must(story, about, correct.CorrectCase(**ours, reason=TEXT, window="W02"))
    must(story, about, correct.AddRemark(**ours, remark=TEXT))
    to_call = {"purpose": "contact", "fields": (PersonalField.PHONE,), "reason": TEXT}
    must(story, about, contact.DiscloseApplicant(**ours, **to_call))
    tried = {"purpose": "contact", "call": CallResult.NO_ANSWER, "note": TEXT}
    must(story, about, contact.ContactApplicant(**ours, **tried))
    must(story, about, cross_region.SendLeg(**ours, content="申请材料"))
    must(story, about, cross_region.ReceiveLeg(**ours, content="对方意见"))
    must(story, about, charges.ChargeFee(**ours, charge=FEE, bill_no="缴1号"))
    waiving = charges.WaiveCharge(**ours, charge=FEE, reason=TEXT, basis="财税")
    must(story, about, waiving, of_unit(HEAD, story.state(about).offered.unit))
    must(story, about, charges.ChargeFee(**ours, charge=FEE, bill_no="缴2号"))
    must(story, about, charges.RecordPayment(**ours, charge=FEE, receipt_no="票1号"))
    for case_id in (*(one for one in story.streams if one != about), about):
        granted = {"case_id": case_id, "outcome": CaseOutcome.GRANTED, "document_no": "1号"}
        item = story.state(case_id).offered
        by = of_unit(OFFICER, item.unit)
        if not item.is_theme:
            must(story, case_id, dispatch.FinishStep(case_id=case_id, name=STEP, opinion=TEXT), by)
        if item.kind.goes_up:
            must(story, case_id, forward.ForwardCase(case_id=case_id, **SENT), by)
            continue
        must(story, case_id, decide.DecideCase(**granted), by)
        must(story, case_id, verify.MakeResult(case_id=case_id, documents=("许可证",)), by)
    must(story, about, verify.NotifyResult(**ours, way=NotifyWay.PHONE))
    must(story, about, verify.KeepResult(**ours, place="A柜3格"))
    counter = {"way": DeliveryWay.COUNTER, "receiver": PersonName("王小明"), "seen": SEEN}
    must(story, about, verify.DeliverResult(**ours, **counter))
    stands = supervise.ReviewApproval(**ours, passed=True, conclusion=TEXT)
    must(story, about, stands, of_unit(HEAD, story.state(about).offered.unit))
    must(story, about, rate.IssueRatingCode(**ours))
    good = {"level": RatingLevel.VERY_SATISFIED, "code": story.codes[about]}
    must(story, about, rate.RateByCode(**ours, **good), rate.CITIZEN)
    return story.told


def posted_story(serial: int) -> list[Recorded]:
    """A case of another unit, whose result was to be posted and was fetched."""
    story = Story(Random(serial), serial)
    _posted(story)
    return story.told


def drawn_story(serial: int) -> list[Recorded]:
    """A grant of another unit that waits to be looked at again."""
    story = Story(Random(serial), serial, rulebook=REVIEWING)
    _posted(story)
    return story.told


def reviewed_story(serial: int) -> list[Recorded]:
    """One that did not stand when it was looked at again."""
    story = Story(Random(serial), serial, now=START + timedelta(days=7), rulebook=REVIEWING)
    case_id = _posted(story)
    fails = supervise.ReviewApproval(case_id=case_id, passed=False, conclusion=TEXT)
    must(story, case_id, fails, of_unit(HEAD, "YB"))
    return story.told


def _posted(story: Story) -> str:
    case_id = f"case-{story.serial:04d}-0"
    ours = {"case_id": case_id}
    there = tuple(discover.Received(code=code) for code in ("M01", "M02"))
    by_post = {"delivery": DeliveryWay.POST, "delivery_address": APPLICANT.address}
    must(story, case_id, discover.SubmitCase(item=DECIDED_THERE, applicant=APPLICANT, **by_post))
    must(story, case_id, discover.ReceiveMaterials(**ours, materials=there))
    must(story, case_id, accept.AcceptCase(**ours))
    must(story, case_id, dispatch.TransferCase(**ours, to_unit="YB", step=STEP), CLERK)
    officer = of_unit(OFFICER, "YB")
    must(story, case_id, dispatch.SignHandOver(**ours), officer)
    must(story, case_id, dispatch.FinishStep(**ours, name=STEP, opinion=TEXT), officer)
    granted = {"outcome": CaseOutcome.GRANTED, "document_no": "1号"}
    must(story, case_id, decide.DecideCase(**ours, **granted), officer)
    must(story, case_id, verify.MakeResult(**ours, documents=("许可证",)), officer)
    must(story, case_id, verify.NotifyResult(**ours, way=NotifyWay.PHONE))
    counter = {"way": DeliveryWay.COUNTER, "receiver": PersonName("王小明"), "seen": SEEN}
    fetched = verify.DeliverResult(**ours, **counter, other_way_reason=TEXT)
    must(story, case_id, fetched)
    return case_id


def promised_story(serial: int) -> list[Recorded]:
    """A case that waits for a promised material."""
    return lapsed_story(serial)[:-1]


def lapsed_story(serial: int) -> list[Recorded]:
    """A case whose promised material never came."""
    story = Story(Random(serial), serial)
    case_id = f"case-{serial:04d}-0"
    ours = {"case_id": case_id}
    there = (discover.Received(code="M01"),)
    must(story, case_id, discover.SubmitCase(item=ITEM, applicant=APPLICANT))
    must(story, case_id, discover.ReceiveMaterials(**ours, materials=there))
    must(story, case_id, accept.AcceptCase(**ours, gap_promise_no="承诺1号"))
    story.now += timedelta(days=30)
    must(story, case_id, supervise.DeemWithdrawn(**ours))
    return story.told


def doubted_story(serial: int) -> list[Recorded]:
    """A case whose refusal was proposed and not decided yet."""
    story = Story(Random(serial), serial)
    case_id = f"case-{serial:04d}-0"
    ours = {"case_id": case_id}
    there = (discover.Received(code="M01"),)
    grounds = {"ground": RefusalGround.NOT_OURS, "reason": TEXT, "basis": "行政许可法第三十二条"}
    grounds["right_organ"] = "市市场监督管理局"
    must(story, case_id, discover.SubmitCase(item=ITEM, applicant=APPLICANT))
    must(story, case_id, discover.ReceiveMaterials(**ours, materials=there))
    must(story, case_id, refuse.ReportRefusal(**ours, **grounds))
    return story.told


def renewed_story(serial: int) -> list[Recorded]:
    """A renewal that nobody decided until the licence expired."""
    story = Story(Random(serial), serial)
    case_id = f"case-{serial:04d}-0"
    ours = {"case_id": case_id}
    there = tuple(discover.Received(code=code) for code in ("M01", "M02"))
    expires_on = (CALENDAR.local(story.now) + timedelta(days=40)).date()
    renews = Renewal(licence_no=NUMBER, expires_on=expires_on)
    must(story, case_id, discover.SubmitCase(item=ITEM, applicant=APPLICANT, renewal=renews))
    must(story, case_id, discover.ReceiveMaterials(**ours, materials=there))
    must(story, case_id, accept.AcceptCase(**ours))
    story.now += timedelta(days=42)
    must(story, case_id, DeemRenewed(**ours))
    return story.told


def heard_story(serial: int) -> list[Recorded]:
    """A case that was decided after a neighbour had been heard."""
    story, case_id = _told_of_a_hearing(serial)
    ours = {"case_id": case_id}
    asked_on = CALENDAR.local(story.now).date()
    asked = hearing_right.RequestHearing(**ours, request_no="听申1号", asked_on=asked_on)
    must(story, case_id, asked, CLERK)
    at = story.now + timedelta(days=14)
    place = {"place": "三楼听证室", "chair": CHAIR.id}
    told = hearing_course.SetHearing(**ours, **place, notice_no="听通1号", at=at)
    must(story, case_id, told, OFFICER)
    story.now = at
    held = hearing_course.HoldHearing(**ours, record_no="笔录1号", signatures=3)
    must(story, case_id, held, OFFICER)
    granted = {"outcome": CaseOutcome.GRANTED, "document_no": "1号"}
    must(story, case_id, decide.DecideCase(**ours, **granted), OFFICER)
    return story.told


def waived_story(serial: int) -> list[Recorded]:
    """A case that waits for its decision, and nobody wants to be heard on it."""
    story, case_id = _told_of_a_hearing(serial)
    waived = hearing_right.WaiveHearing(case_id=case_id, statement_no="弃1号")
    must(story, case_id, waived, CLERK)
    return story.told


def _told_of_a_hearing(serial: int) -> tuple[Story, str]:
    story = Story(Random(serial), serial)
    case_id = f"case-{serial:04d}-0"
    ours = {"case_id": case_id}
    there = tuple(discover.Received(code=code) for code in ("M01", "M02"))
    must(story, case_id, discover.SubmitCase(item=ITEM, applicant=APPLICANT))
    must(story, case_id, discover.ReceiveMaterials(**ours, materials=there))
    must(story, case_id, accept.AcceptCase(**ours))
    must(story, case_id, dispatch.TransferCase(**ours, to_unit="RS", step=STEP), CLERK)
    must(story, case_id, dispatch.SignHandOver(**ours), replace(OFFICER, id="second"))
    must(story, case_id, dispatch.FinishStep(**ours, name=STEP, opinion=TEXT), OFFICER)
    told = hearing_right.TellHearingRight(**ours, notice_no="听告1号", interested=TEXT)
    must(story, case_id, told, OFFICER)
    return story, case_id


def kept_story(serial: int) -> list[Recorded]:
    """A case whose result nobody has fetched yet."""
    return list(takewhile(lambda one: not _is_delivery(one), theme_story(serial)))


def _is_delivery(one: Recorded) -> bool:
    return isinstance(one.event, verify.ResultDelivered)


def _go_on(story: Story) -> None:
    case_id = story.random.choice(list(story.streams))
    acts = _acts(story, case_id)
    for command, by in story.random.sample(acts, k=len(acts)):
        if story.act(command, by or usual(command, story.state(case_id)), case_id):
            return


def _acts(story: Story, case_id: str) -> list[tuple[Command, Actor | None]]:
    random, case, ours = story.random, story.state(case_id), {"case_id": case_id}
    onward = [
        *_intake(random, ours, case),
        *_handling(random, ours, case),
        *_issuing(random, ours, story.serial),
    ]
    aside = [*_detours(story, ours, case), *_ratings(story, ours, case)]
    aside += _ends(random, ours, case)
    return [*onward * ONWARD, *aside, *_warnings(random, case_id, case)]


def _intake(random: Random, ours: dict[str, Any], case: Case) -> list[Any]:
    there = tuple(
        discover.Received(code=code) for code in random.choice([("M01", "M02"), ("M01",), ("M02",)])
    )
    wanted = tuple(notice.Wanted(code=code, standard="须签字") for code in case.missing or ("M01",))
    return [
        (pre_review.PassPreReview(**ours), None),
        (discover.ReceiveMaterials(**ours, materials=there), None),
        (analyse.NoticeSupplement(**ours, wanted=wanted, working_days=2), None),
        (analyse.ReceiveSupplement(**ours, materials=there), None),
        (accept.AcceptCase(**ours, gap_promise_no="承诺1号"), None),
        (accept.DeemAccepted(**ours), None),
    ]


def _sent_back(ours: dict[str, Any], case: Case) -> Command:
    wanted = tuple(notice.Wanted(code=code, standard="须签字") for code in ("M01", "M02"))
    faults = None if case.notices else TEXT
    return pre_review.RejectPreReview(**ours, wanted=wanted, faults=faults, working_days=2)


def _handling(random: Random, ours: dict[str, Any], case: Case) -> list[Any]:
    gap = tuple(discover.Received(code=code) for code in case.gap)
    filling = [(accept.FillGap(**ours, materials=gap), None)] if gap else []
    receiver = case.hand_over.unit if case.hand_over else "RS"
    here = of_unit(OFFICER, case.holder or case.file_at or case.offered.unit)
    step = random.choice([STEP, "审批", None])
    granted = {"outcome": CaseOutcome.GRANTED, "document_no": "1号"}
    holder = of_unit(OFFICER, case.holder or case.offered.unit)
    return [
        (
            dispatch.TransferCase(**ours, to_unit=random.choice(["RS", "YB", "GA"]), step=step),
            None if case.holder is None else holder,
        ),
        (dispatch.SignHandOver(**ours), replace(of_unit(OFFICER, receiver), id=f"s-{receiver}")),
        (dispatch.FinishStep(**ours, name=random.choice([STEP, "审批"]), opinion=TEXT), here),
        *filling,
        (procedure.EndProcedure(**ours, finding=TEXT), holder),
        (decide.DecideCase(**ours, **granted), holder),
        (forward.ForwardCase(**ours, **SENT), holder),
    ]


def _issuing(random: Random, ours: dict[str, Any], serial: int) -> list[Any]:
    post = {"way": DeliveryWay.POST, "tracking_no": "EMS1", "bundle_no": "B1"}
    counter = {"way": DeliveryWay.COUNTER, "receiver": PersonName(f"王{serial}"), "seen": SEEN}
    out = {**random.choice([post, counter]), "other_way_reason": TEXT}
    return [
        (
            verify.MakeResult(**ours, documents=("许可证",), certificate_no=NUMBER),
            None,
        ),
        (verify.NotifyResult(**ours, way=random.choice(list(NotifyWay))), None),
        (verify.KeepResult(**ours, place="A柜3格"), None),
        (verify.DeliverResult(**ours, **out), None),
    ]


def _detours(story: Story, ours: dict[str, Any], case: Case) -> list[Any]:
    random = story.random
    refusal = {"ground": random.choice(list(RefusalGround)), "reason": TEXT, "basis": "法"}
    refusal["right_organ"] = "市市场监督管理局"
    refused = {
        "outcome": CaseOutcome.REFUSED, "document_no": "2号", "reason": TEXT, "basis": "法",
        "remedy": TEXT,
    }  # fmt: skip
    told_on = CALENDAR.local(story.now).date()
    told = procedure.ProcedureNotice(number="告知1号", told_on=told_on, working_days=5)
    notice = told if random.random() < 0.8 else None
    return [
        (_sent_back(ours, case), None),
        (pre_review.ResubmitCase(**ours), None),
        (analyse.CorrectMaterial(**ours, code="M01", correction=TEXT), None),
        *[(refuse.ReportRefusal(**ours, **refusal), None)] * 3,
        *[(refuse.DenyRefusal(**ours, ruling=TEXT), None)] * 5,
        *[(refuse.RefuseAcceptance(**ours, **refusal, remedy=TEXT), None)] * 5,
        (
            procedure.StartProcedure(
                **ours, procedure="P01", notice=notice, officers=(OFFICER.id, HEAD.id)
            ),
            None,
        ),
        (deadline.RequestCaseExtension(**ours, reason=TEXT), None),
        (deadline.GrantCaseExtension(**ours, ruling=TEXT), None),
        (deadline.DenyCaseExtension(**ours, ruling=TEXT), None),
        (decide.DecideCase(**ours, **refused), of_unit(HEAD, case.holder or case.offered.unit)),
        (recall.RecallDecision(**ours, reason=TEXT), None),
    ]


def _ratings(story: Story, ours: dict[str, Any], case: Case) -> list[Any]:
    random = story.random
    rating = {**ours, "rating_id": random.choice([*case.ratings] or ["none"])}
    named, justified = random.random() < 0.5, random.random() < 0.7
    said = {"level": random.choice(list(RatingLevel)), "named": named, "comment": TEXT}
    return [
        (rate.IssueRatingCode(**ours), None),
        (rate.RateByCode(**ours, **said, code=story.codes.get(ours["case_id"], "0")), rate.CITIZEN),
        (rate.RateCase(**ours, **said), VERIFIER),
        (rate.ImportRating(**ours, **said, source_ref=f"PJ{random.randrange(9)}"), None),
        (
            ratings.ContactRater(
                **rating, call=CallResult.CONNECTED, justified=justified, finding=TEXT
            ),
            None,
        ),
        (
            ratings.ContactRater(**rating, call=CallResult.NO_ANSWER, justified=True, finding=TEXT),
            None,
        ),
        (ratings.RectifyRating(**rating, measure=TEXT), None),
        (ratings.AppealRating(**rating, ground=TEXT), None),
        (ratings.ExcludeRating(**rating, ruling=TEXT), None),
        (ratings.UpholdRating(**rating, ruling=TEXT), None),
    ]


def _ends(random: Random, ours: dict[str, Any], case: Case) -> list[Any]:
    signed = {"request_no": "撤1号", "signed_on": CALENDAR.local(case.applied_at or START).date()}
    early = [
        (supervise.WithdrawCase(**ours, **signed, reason=TEXT), None),
        (supervise.TerminateCase(**ours, reason=TEXT, basis="法", remedy=TEXT), None),
        (supervise.VoidCase(**ours, reason=TEXT, basis="第一条", remedy=TEXT), DUTY),
    ]
    return [
        (supervise.DeemWithdrawn(**ours), None),
        (
            supervise.ReviewApproval(**ours, passed=True, conclusion=TEXT),
            replace(HEAD, id="reviewer", unit=case.offered.unit),
        ),
        (supervise.ArchiveCase(**ours, archive_no="2026-1"), None),
        *random.sample(early, k=int(random.random() < 0.2)),
    ]


def _warnings(random: Random, case_id: str, case: Case) -> list[Any]:
    ours = {"matter_id": case_id}
    given = [(RevokeWarning(**ours, warning_id=one, ruling=TEXT), None) for one in case.warnings]
    raised = [
        (RaiseWarning(**ours, kind=deadline.kind, subject=deadline.subject, level=one.level), None)
        for deadline in case.deadlines.values()
        for one in deadline.due.warnings
        if deadline.is_running and deadline.kind is not LimitKind.CARD_FEEDBACK
    ]
    return [*given, *random.sample(raised, k=min(2, len(raised)))]
