"""结果核查: the result is made, told, kept and delivered."""

from datetime import date
from typing import Annotated, ClassVar

from msgspec import Meta

from bancheng.domain.case.charges import needs_child_paid, needs_paid
from bancheng.domain.case.collecting import Seen, checked_collector, is_uncompared
from bancheng.domain.case.delivery import instead_of, require_offered
from bancheng.domain.case.guards import all_of, needs_file, needs_no_theme, waits_in
from bancheng.domain.case.review import ReviewPlan, review_plan
from bancheng.domain.case.state import Case, CaseCommand
from bancheng.domain.case.terms import CaseStatus, NotifyWay
from bancheng.domain.commands import Desk
from bancheng.domain.errors import InvalidInput, WrongStep, together
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import Attempt, guarded
from bancheng.domain.items import DeliveryWay
from bancheng.domain.people import CertificateNumber, FreeText, PersonName
from bancheng.domain.steps import Step


@topic("case.result-made", step=Step.VERIFY)
class ResultMade(Event, frozen=True, kw_only=True):
    """制证: the documents of the result were made and are ready for issue."""

    documents: tuple[str, ...]
    certificate_no: CertificateNumber | None = None
    valid_from: date | None = None
    valid_until: date | None = None


@topic("case.result-notified", step=Step.VERIFY)
class ResultNotified(Event, frozen=True, kw_only=True):
    """通知领取: the applicant was told that the result is there."""

    way: NotifyWay


@topic("case.result-kept", step=Step.VERIFY)
class ResultKept(Event, frozen=True, kw_only=True):
    """证照代管: the result waits in custody for who did not come yet."""

    place: str


@topic("case.result-delivered", step=Step.VERIFY)
class ResultDelivered(Event, frozen=True, kw_only=True):
    """送达: the result reached the applicant, alone or in a bundle with others.

    ``instead_of`` is the way that they had chosen, if it went out by another; ``seen`` is the paper
    that whoever fetched it showed. ``name_uncompared``: they came as the applicant or the agent,
    and the name that the case had of them was erased, so that nobody could compare theirs with it.
    """

    way: DeliveryWay
    receiver: PersonName | None = None
    tracking_no: str | None = None
    bundle_no: str | None = None
    review: ReviewPlan | None = None
    instead_of: DeliveryWay | None = None
    other_way_reason: FreeText | None = None
    seen: Seen | None = None
    name_uncompared: bool = False


class MakeResult(CaseCommand, frozen=True, kw_only=True):
    """制证: make the documents of the result."""

    documents: Annotated[
        tuple[Annotated[str, Meta(min_length=1, max_length=200)], ...],
        Meta(min_length=1, max_length=20, description="结果文书名称"),
    ]
    certificate_no: Annotated[CertificateNumber | None, Meta(description="证照编号")] = None
    valid_from: Annotated[date | None, Meta(description="证照有效期起始日")] = None
    valid_until: Annotated[date | None, Meta(description="证照有效期届满日,当日仍有效")] = None


class NotifyResult(CaseCommand, frozen=True, kw_only=True):
    """通知领取: tell the applicant that the result is there."""

    way: Annotated[NotifyWay, Meta(description="通知方式")]


class KeepResult(CaseCommand, frozen=True, kw_only=True):
    """证照代管: keep the result for who did not come yet."""

    place: Annotated[str, Meta(min_length=1, max_length=100, description="存放位置")]


class DeliverResult(CaseCommand, frozen=True, kw_only=True):
    """送达: hand the result to the applicant."""

    asks_names: ClassVar[bool] = True

    way: Annotated[DeliveryWay, Meta(description="送达方式")]
    receiver: Annotated[
        PersonName | None,
        Meta(description="领取人;申请人本人或代办人领取的,须与本件登记的姓名或名称一致"),
    ] = None
    seen: Annotated[Seen | None, Meta(description="领取核对;当面领取的必填")] = None
    tracking_no: (
        Annotated[str, Meta(max_length=60, description="邮寄单号,或自助柜的投递单号")] | None
    ) = None
    bundle_no: Annotated[str, Meta(max_length=60, description="打包送达的包号")] | None = None
    other_way_reason: Annotated[
        FreeText | None, Meta(description="未按申请人所选方式送达的缘由")
    ] = None


def _needs_children_made(theme: Case, _: Attempt) -> None:
    # The applicant fetches everything at once (统一出件): nothing goes out before all is there.
    if waiting := [child for child in theme.children.values() if not child.is_made]:
        whom = "、".join(f"{child.unit}({child.item})" for child in waiting)
        raise WrongStep(
            "CHILDREN_NOT_MADE", f"子件尚未制证: {whom}", remedy="请待全部子件制证后统一出件"
        )


@guarded(all_of(waits_in(CaseStatus.DECIDED), needs_file, _needs_children_made, needs_child_paid))
def make_result(_: Case, command: MakeResult, desk: Desk) -> list[Event]:
    since, until = command.valid_from, command.valid_until
    number = command.certificate_no
    if since is not None and until is not None and until < since:
        raise InvalidInput(
            "VALIDITY_REVERSED",
            f"有效期届满日 {until} 早于起始日 {since}",
            field="valid_until",
            remedy="请核对证照有效期",
        )
    return [
        ResultMade(
            documents=command.documents,
            certificate_no=number and number.owned_by(desk.stream_id),
            valid_from=since,
            valid_until=until,
        )
    ]


@guarded(all_of(waits_in(CaseStatus.MADE), needs_no_theme, _needs_children_made))
def notify(_: Case, command: NotifyResult, __: Desk) -> list[Event]:
    return [ResultNotified(way=command.way)]


@guarded(all_of(waits_in(CaseStatus.NOTIFIED), needs_no_theme))
def keep(_: Case, command: KeepResult, __: Desk) -> list[Event]:
    return [ResultKept(place=command.place)]


@guarded(all_of(waits_in(CaseStatus.NOTIFIED), needs_no_theme, _needs_children_made, needs_paid))
def deliver(case: Case, command: DeliverResult, desk: Desk) -> list[Event]:
    why = command.other_way_reason
    _, chosen, _, seen = together(
        lambda: require_offered(case.offered, command.way, "way"),
        lambda: instead_of(case, command.way, why),
        lambda: _require_receiver(command),
        lambda: checked_collector(case, command.way, command.receiver, command.seen, desk),
    )
    return [
        ResultDelivered(
            way=command.way,
            receiver=command.receiver and command.receiver.owned_by(desk.stream_id),
            tracking_no=command.tracking_no,
            bundle_no=command.bundle_no,
            review=review_plan(case, desk),
            instead_of=chosen,
            seen=seen and seen.owned_by(desk.stream_id),
            name_uncompared=is_uncompared(command.receiver, seen, desk),
            other_way_reason=why and desk.sealed(why),
        )
    ]


def _require_receiver(command: DeliverResult) -> None:
    """Raise ``InvalidInput`` unless the delivery says who has the result, or how to find it."""
    if command.way is DeliveryWay.POST and command.tracking_no is None:
        raise InvalidInput(
            "TRACKING_NO_MISSING",
            "邮寄送达须填写邮寄单号",
            field="tracking_no",
            remedy="请填写邮寄单号,以便查询",
        )
    # Who opens a locker with a code may be known by the number of the parcel alone.
    named = command.receiver or (command.way is DeliveryWay.LOCKER and command.tracking_no)
    if command.way in (DeliveryWay.COUNTER, DeliveryWay.LOCKER) and not named:
        raise InvalidInput(
            "RECEIVER_MISSING",
            f"{command.way.label}须写明由谁领取",
            field="receiver",
            remedy="请填写领取人;自助柜领取的也可填写投递单号",
        )
