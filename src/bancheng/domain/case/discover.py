"""发现问题: an application is submitted, and its materials are received."""

from typing import Annotated, NamedTuple

from msgspec import Meta, Struct

from bancheng.domain.case.delivery import check_address, require_offered
from bancheng.domain.case.joint_materials import JointMaterial, joined
from bancheng.domain.case.renewing import Renewal, Renewing, renewing
from bancheng.domain.case.state import Case, CaseCommand
from bancheng.domain.case.terms import CaseSource, CaseStatus, CrossRegion
from bancheng.domain.commands import Command, Desk
from bancheng.domain.errors import InvalidInput, together
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import Attempt, guarded, nothing
from bancheng.domain.items import JOINT_MATERIALS_MAX, DeliveryWay, ItemCode, ServiceItem
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import (
    Address,
    Agent,
    Applicant,
    CertificateNumber,
    Party,
    SpecialGroup,
)
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
    ``renews`` is the licence of a renewal.
    What comes from afar brings its materials along: until ``notice_due`` all that is missing must
    be told, else the case is accepted by law (行政许可法 32(4)).
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
    cross_region: CrossRegion | None = None
    pre_review_due: DueDate | None = None
    notice_due: DueDate | None = None
    joint: tuple[JointMaterial, ...] = ()
    renews: CertificateNumber | None = None
    renewing: Renewing | None = None
    receive_due: DueDate | None = None
    delivery: DeliveryWay | None = None
    delivery_address: Address | None = None


class Intake(Event, frozen=True, kw_only=True):
    """收到材料: what came in against a receipt (收件凭证), at first or after a notice.

    ``missing`` are required materials that are still not there. Until ``notice_due`` the whole list
    of what is missing must be told, else the case is accepted by law (行政许可法 32(4)); None if
    that time runs already. ``awaited`` are those of a notice that did not come yet.
    """

    receipt_no: str
    materials: tuple[Received, ...]
    missing: tuple[str, ...]
    notice_due: DueDate | None
    awaited: tuple[str, ...] = ()


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
    cross_region: Annotated[CrossRegion | None, Meta(description="跨域通办的对方与模式")] = None
    delivery: Annotated[DeliveryWay | None, Meta(description="申请人选择的送达方式")] = None
    delivery_address: Annotated[Address | None, Meta(description="收件地址;选择邮寄的必填")] = None
    renewal: Annotated[Renewal | None, Meta(description="申请延续的原许可;延续申请填写")] = None

    def party(self) -> Party | None:
        return self.applicant

    def item_wanted(self) -> tuple[str, None]:
        return self.item, None

    def windows_named(self) -> tuple[tuple[str, str], ...]:
        return () if self.window is None else (("window", self.window),)


class ReceiveMaterials(CaseCommand, frozen=True, kw_only=True):
    """收件: tick what came and give a receipt; until the acceptance more may come."""

    materials: Materials


@guarded(nothing)
def submit(_: object, command: SubmitCase, desk: Desk) -> list[Event]:
    (item, joint), _, _, _, applicant, agent = together(
        lambda: _applied_for(command, desk),
        lambda: _check_item_terms(command, desk),
        lambda: check_address(command.delivery, command.delivery_address),
        lambda: require_mandate(command.agent, command.mandate),
        lambda: command.applicant.checked("applicant"),
        lambda: command.agent and command.agent.checked("agent"),
    )
    assert desk.person is not None, "who applies was identified"
    dues, renewal = owed(item, command.source, desk), command.renewal
    return [
        CaseSubmitted(
            number=desk.official_number,
            query_code=desk.query_code,
            item=item,
            applicant=applicant.owned_by(desk.person),
            source=command.source,
            window=command.window,
            agent=agent and agent.owned_by(desk.stream_id),
            mandate=command.mandate,
            special_group=command.special_group,
            cross_region=command.cross_region,
            pre_review_due=dues.pre_review,
            notice_due=dues.notice,
            joint=joint,
            renews=None if renewal is None else renewal.licence_no.owned_by(desk.stream_id),
            renewing=_renewing(renewal, item, desk),
            receive_due=dues.receive,
            delivery=command.delivery,
            delivery_address=(
                command.delivery_address and command.delivery_address.owned_by(desk.person)
            ),
        )
    ]


def _applied_for(command: SubmitCase, desk: Desk) -> tuple[ServiceItem, tuple[JointMaterial, ...]]:
    item = desk.item(command.item)
    _require_parts(item, desk)
    return joined(item, [desk.items[code] for code in item.children])


def _check_item_terms(command: SubmitCase, desk: Desk) -> None:
    """``InvalidInput`` for what the item does not have; of an unknown item that can not be told."""
    item = desk.items.get(command.item)
    if item is not None:
        together(
            lambda: require_window(item, command.window),
            lambda: require_offered(item, command.delivery, "delivery"),
            lambda: _renewing(command.renewal, item, desk),
        )


def _renewing(renewal: Renewal | None, item: ServiceItem, desk: Desk) -> Renewing | None:
    if renewal is None:
        return None
    return renewing(renewal.expires_on, item, desk.now, desk, field="renewal")


def require_mandate(agent: Agent | None, mandate: str | None) -> None:
    """Raise ``InvalidInput`` if an agent has no mandate, or a mandate no agent."""
    if (agent is None) is not (mandate is None):
        raise InvalidInput(
            "MANDATE_MISSING",
            "代办人与委托书编号须同时填写",
            field="mandate" if mandate is None else "agent",
            remedy="请核对委托书后补填",
        )


def require_window(item: ServiceItem, window: str | None) -> None:
    if window is not None and item.windows and window not in item.windows:
        raise InvalidInput(
            "WINDOW_UNKNOWN",
            f"事项「{item.name}」不在窗口「{window}」办理",
            field="window",
            remedy=f"可选: {'、'.join(item.windows)}",
        )


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


def may_receive(case: Case, attempt: Attempt) -> None:
    # Who stands at the window hands over at once; what comes from afar is looked at before.
    at_window = (CaseStatus.SUBMITTED,) if case.source is CaseSource.WINDOW else ()
    case.require(attempt.act, CaseStatus.PRE_REVIEWED, CaseStatus.RECEIVED, *at_window)


@guarded(may_receive)
def receive(case: Case, command: ReceiveMaterials, desk: Desk) -> list[Event]:
    return [taken_in(MaterialsReceived, case, command.materials, desk)]


def taken_in(
    as_event: type[Intake], case: Case, materials: tuple[Received, ...], desk: Desk
) -> Intake:
    """The receipt for ``materials``; ``InvalidInput`` unless each is of the item and named once."""
    required = [one.code for one in case.offered.materials if one.required]
    # A receipt for nothing proves nothing; only who need not bring anything brings nothing.
    there = codes_of(case, materials, may_be_none=not required and not case.receipts)
    wanted = case.missing if case.receipts else required
    return as_event(
        receipt_no=f"{case.number}-S{case.receipts + 1:02d}",
        materials=materials,
        missing=tuple(code for code in wanted if code not in there),
        notice_due=_notice_due(case, desk),
        awaited=tuple(code for code in case.awaited if code not in there),
    )


def _notice_due(case: Case, desk: Desk) -> DueDate | None:
    running = case.deadline(LimitKind.NOTICE, desk.stream_id)
    # The five days are counted from the first materials, whenever somebody ticks them or more
    # come. After a supplement they begin anew: the applicant may have brought the wrong thing.
    is_running = running is not None and running.is_running
    return None if is_running else desk.due_for("case.one_time_notice", case.offered)


def codes_of(case: Case, materials: tuple[Received, ...], *, may_be_none: bool = False) -> set[str]:
    """The codes of ``materials``; ``InvalidInput`` unless each is of the item and named once."""
    codes = [one.code for one in materials]
    if not codes and not may_be_none:
        raise InvalidInput(
            "RECEIPT_EMPTY",
            "没有收到任何材料,不能出具收件凭证",
            field="materials",
            remedy="请勾选实际收到的材料",
        )
    case.each_once(codes, "materials")
    return set(codes)


class Owed(NamedTuple):
    """待办期限: by when what was submitted is reviewed and answered for good, or taken in."""

    pre_review: DueDate | None = None
    notice: DueDate | None = None
    receive: DueDate | None = None


def owed(item: ServiceItem, source: CaseSource, desk: Desk) -> Owed:
    """What begins to run with an application for ``item`` from ``source``."""
    # At the window the clerk looks at it while the applicant stands there; nobody waits for it,
    # and the materials are there once they are received. What comes from afar brings them along.
    if source is CaseSource.WINDOW:
        return Owed(receive=desk.due_for("case.receive", item))
    return Owed(
        pre_review=desk.due_for("case.pre_review", item),
        notice=desk.due_for("case.one_time_notice", item),
    )
