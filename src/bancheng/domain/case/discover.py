"""发现问题: an application is submitted, reviewed before, and its materials are received."""

from typing import Annotated

from msgspec import Meta, Struct

from bancheng.domain.case.guards import waits_in
from bancheng.domain.case.joint_materials import JointMaterial, joined
from bancheng.domain.case.state import Case, CaseCommand
from bancheng.domain.case.terms import CaseSource, CaseStatus
from bancheng.domain.commands import Command, Desk
from bancheng.domain.errors import InvalidInput
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import Attempt, guarded, nothing
from bancheng.domain.items import JOINT_MATERIALS_MAX, ItemCode, ServiceItem
from bancheng.domain.people import Agent, Applicant, FreeText, Party, SpecialGroup
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.limit import DueDate


class Received(Struct, frozen=True, kw_only=True):
    """收到材料: one material that was ticked, and in how many copies."""

    code: Annotated[str, Meta(max_length=40, description="材料编码")]
    copies: Annotated[int, Meta(ge=1, le=99, description="份数")] = 1


Materials = Annotated[
    tuple[Received, ...], Meta(max_length=JOINT_MATERIALS_MAX, description="收到的材料")
]


@topic("case.case-submitted", step=Step.DISCOVER)
class CaseSubmitted(Event, frozen=True, kw_only=True):
    """提交申请: a case came to be and received its official number.

    ``item`` is the whole version applied for; the case keeps it. Of a theme it has the materials of
    all that it joins, too, and ``joint`` says who needs which. ``mandate`` names the written
    authority of ``agent``. ``cross_region`` is the area for which the case is taken in (跨域通办).
    """

    number: str
    query_code: str
    item: ServiceItem
    applicant: Applicant
    source: CaseSource
    window: str | None = None
    agent: Agent | None = None
    mandate: str | None = None
    special_group: SpecialGroup | None = None
    cross_region: str | None = None
    pre_review_due: DueDate | None = None
    joint: tuple[JointMaterial, ...] = ()
    receive_due: DueDate | None = None


@topic("case.pre-review-passed", step=Step.DISCOVER)
class PreReviewPassed(Event, frozen=True, kw_only=True):
    """预审通过: the application may be received, until ``receive_due`` if a rule limits it."""

    receive_due: DueDate | None = None


@topic("case.pre-review-rejected", step=Step.DISCOVER)
class PreReviewRejected(Event, frozen=True, kw_only=True):
    """预审退回: the application went back to the applicant, with everything to be changed."""

    reason: FreeText


@topic("case.case-resubmitted", step=Step.DISCOVER)
class CaseResubmitted(Event, frozen=True, kw_only=True):
    """重新提交: the applicant changed what the pre-review had found."""

    pre_review_due: DueDate | None = None


class Intake(Event, frozen=True, kw_only=True):
    """收到材料: what came in against a receipt (收件凭证), at first or after a notice.

    ``missing`` are required materials that are still not there. Until ``notice_due`` the whole list
    of what is missing must be told, else the case is accepted by law (行政许可法 32(4)).
    """

    receipt_no: str
    materials: tuple[Received, ...]
    missing: tuple[str, ...]
    notice_due: DueDate | None


@topic("case.materials-received", step=Step.DISCOVER)
class MaterialsReceived(Intake, frozen=True, kw_only=True):
    """收件: the materials of the application were taken in, against a receipt (收件凭证)."""


class SubmitCase(Command, frozen=True, kw_only=True):
    """提交申请: open a case for an item of the catalogue."""

    item: ItemCode
    applicant: Annotated[Applicant, Meta(description="申请人")]
    source: Annotated[CaseSource, Meta(description="办件来源")] = CaseSource.WINDOW
    window: Annotated[str, Meta(max_length=40, description="窗口编号")] | None = None
    agent: Annotated[Agent | None, Meta(description="代办人;须同时填写委托书编号")] = None
    mandate: Annotated[str, Meta(max_length=100, description="委托书编号")] | None = None
    special_group: Annotated[SpecialGroup | None, Meta(description="特殊群体或军人优先")] = None
    cross_region: Annotated[str, Meta(max_length=60, description="跨域通办的属地")] | None = None

    def party(self) -> Party | None:
        return self.applicant

    def item_wanted(self) -> tuple[str, None]:
        return self.item, None


class PassPreReview(CaseCommand, frozen=True, kw_only=True):
    """预审通过: let the application be received."""


class RejectPreReview(CaseCommand, frozen=True, kw_only=True):
    """预审退回: send the application back with everything that must be changed."""

    reason: Annotated[FreeText, Meta(description="需修改的全部内容")]


class ResubmitCase(CaseCommand, frozen=True, kw_only=True):
    """重新提交: take in what the applicant changed."""


class ReceiveMaterials(CaseCommand, frozen=True, kw_only=True):
    """收件: tick what came and give a receipt."""

    materials: Materials


@guarded(nothing)
def submit(_: object, command: SubmitCase, desk: Desk) -> list[Event]:
    item = desk.item(command.item)
    _require_parts(item, desk)
    item, joint = joined(item, [desk.items[code] for code in item.children])
    if (command.agent is None) is not (command.mandate is None):
        raise InvalidInput(
            "MANDATE_MISSING",
            "代办人与委托书编号须同时填写",
            field="mandate" if command.mandate is None else "agent",
            remedy="请核对委托书后补填",
        )
    assert desk.person is not None, "who applies was identified"
    return [
        CaseSubmitted(
            number=desk.official_number,
            query_code=desk.query_code,
            item=item,
            applicant=command.applicant.checked("applicant").owned_by(desk.person),
            source=command.source,
            window=command.window,
            agent=command.agent and command.agent.checked("agent").owned_by(desk.stream_id),
            mandate=command.mandate,
            special_group=command.special_group,
            cross_region=command.cross_region,
            pre_review_due=_pre_review_due(item, command.source, desk),
            joint=joint,
            receive_due=_receive_due(item, command.source, desk),
        )
    ]


def _require_parts(theme: ServiceItem, desk: Desk) -> None:
    """Raise ``InvalidInput`` if the item is a theme and some item it joins is not offered today.

    Asked here and not at acceptance: what was applied for in time must not fail the applicant
    because the catalogue changed meanwhile.
    """
    if lacking := [code for code in theme.children if not desk.offers(code)]:
        raise InvalidInput(
            "THEME_ITEMS_NOT_OFFERED",
            f"一件事「{theme.name}」联办的事项中,下列事项现已停办: {'、'.join(lacking)}",
            field="item",
            remedy="其余事项可分别申请;请事项管理人员更新该一件事",
        )


may_pre_review = waits_in(CaseStatus.SUBMITTED)


@guarded(may_pre_review)
def pass_pre_review(case: Case, _: PassPreReview, desk: Desk) -> list[Event]:
    return [PreReviewPassed(receive_due=desk.due_for("case.receive", case.offered))]


@guarded(may_pre_review)
def reject_pre_review(_: Case, command: RejectPreReview, desk: Desk) -> list[Event]:
    return [PreReviewRejected(reason=desk.sealed(command.reason))]


@guarded(waits_in(CaseStatus.PRE_REJECTED))
def resubmit(case: Case, _: ResubmitCase, desk: Desk) -> list[Event]:
    return [CaseResubmitted(pre_review_due=_pre_review_due(case.offered, case.source, desk))]


def may_receive(case: Case, attempt: Attempt) -> None:
    # Who stands at the window hands over at once; what comes from afar is looked at before.
    at_window = (CaseStatus.SUBMITTED,) if case.source is CaseSource.WINDOW else ()
    case.require(attempt.act, CaseStatus.PRE_REVIEWED, *at_window)


@guarded(may_receive)
def receive(case: Case, command: ReceiveMaterials, desk: Desk) -> list[Event]:
    return [taken_in(MaterialsReceived, case, command.materials, desk)]


def taken_in(
    as_event: type[Intake], case: Case, materials: tuple[Received, ...], desk: Desk
) -> Intake:
    """The receipt for ``materials``; ``InvalidInput`` unless each is of the item and named once."""
    there = codes_of(case, materials)
    required = [one.code for one in case.offered.materials if one.required]
    wanted = case.missing if case.receipts else required
    return as_event(
        receipt_no=f"{case.number}-S{case.receipts + 1:02d}",
        materials=materials,
        missing=tuple(code for code in wanted if code not in there),
        # After a supplement the time begins anew: the applicant may have brought the wrong thing.
        notice_due=desk.due_for("case.one_time_notice", case.offered),
    )


def codes_of(case: Case, materials: tuple[Received, ...]) -> set[str]:
    """The codes of ``materials``; ``InvalidInput`` unless each is of the item and named once."""
    codes = [one.code for one in materials]
    case.each_once(codes, "materials")
    return set(codes)


def _pre_review_due(item: ServiceItem, source: CaseSource, desk: Desk) -> DueDate | None:
    # At the window the clerk looks at it while the applicant stands there; nobody waits for it.
    if source is CaseSource.WINDOW:
        return None
    return desk.due_for("case.pre_review", item)


def _receive_due(item: ServiceItem, source: CaseSource, desk: Desk) -> DueDate | None:
    # What comes from afar is pre-reviewed first, and received after.
    return desk.due_for("case.receive", item) if source is CaseSource.WINDOW else None
