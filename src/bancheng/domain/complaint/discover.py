"""发现问题: a matter is reported, and accepted, refused or diverted."""

from typing import Annotated

from msgspec import Meta

from bancheng.domain.commands import Command, Desk, check_term
from bancheng.domain.complaint.accused import Accused, named, told_in, without_window_unit
from bancheng.domain.complaint.analyse import InquiryAnswered
from bancheng.domain.complaint.state import Ticket, TicketCommand
from bancheng.domain.complaint.terms import Status, TicketCategory
from bancheng.domain.errors import InvalidInput, together
from bancheng.domain.events import Channel, Event, topic
from bancheng.domain.guards import Attempt, guarded, nothing
from bancheng.domain.people import FreeText, Party, Reporter, SpecialGroup, Title
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.limit import DueDate


@topic(
    "complaint.ticket-reported",
    schema=2,
    upcasts={1: without_window_unit},
    step=Step.DISCOVER,
)
class TicketReported(Event, frozen=True, kw_only=True):
    """登记: a matter came to the hall's notice and received its official number.

    ``accused_window`` and ``accused_staff`` are whom at that unit it is about, if the reporter
    names them; ``accused_window_unit`` is the unit that the window belonged to then, if the
    register had it. ``agrees_to_contact``: the reporter lets the accused unit call them.
    ``accept_due`` is when acceptance must be decided, ``answer_due`` when the citizen must have
    their answer, through whatever hands it goes: both from the hall's own receipt, never paused,
    and only if the rule book limits them.
    """

    number: str
    query_code: str
    category: TicketCategory
    channel: Channel
    subject: Title
    content: FreeText
    reporter: Reporter | None
    first_contact_owner: str
    source_ref: str | None = None
    service_item: str | None = None
    case_id: str | None = None
    special_group: SpecialGroup | None = None
    accused_unit: str | None = None
    accused_window: str | None = None
    accused_window_unit: str | None = None
    accused_staff: str | None = None
    agrees_to_contact: bool = False
    accept_due: DueDate | None = None
    answer_due: DueDate | None = None


@topic("complaint.ticket-accepted", step=Step.DISCOVER)
class TicketAccepted(Event, frozen=True, kw_only=True):
    """受理: the hall takes the matter on, and owes the analysis next.

    ``answer_inquiry_due`` is when an inquiry that needs no work order must be answered.
    """

    analyse_due: DueDate | None = None
    answer_inquiry_due: DueDate | None = None


@topic("complaint.ticket-refused", step=Step.DISCOVER)
class TicketRefused(Event, frozen=True, kw_only=True):
    """不予受理: the hall does not take the matter on, for a reason of the rule book."""

    reason: str
    explanation: FreeText
    remedy: FreeText


@topic("complaint.ticket-diverted", step=Step.DISCOVER)
class TicketDiverted(Event, frozen=True, kw_only=True):
    """分流: the matter belongs to another lawful channel, and the person was told which.

    ``organ`` is who takes on what the hall had accepted before.
    """

    target: str
    explanation: FreeText
    organ: str | None = None


class ReportTicket(Command, frozen=True, kw_only=True):
    """登记: open a ticket for a matter that could not be got done.

    Without a reporter the ticket is anonymous; from channel ``staff`` it is 未诉先办. An inquiry
    that is answered at once is heard and answered in one act.
    """

    category: Annotated[TicketCategory, Meta(description="类别: 投诉、建议、咨询、表扬")]
    channel: Annotated[Channel, Meta(description="来源渠道")]
    subject: Annotated[Title, Meta(description="标题,200 字以内")]
    content: Annotated[FreeText, Meta(description="反映内容,10000 字以内")]
    reporter: Annotated[Reporter | None, Meta(description="反映人;匿名则不填")] = None
    source_ref: (
        Annotated[str, Meta(max_length=100, description="来源编号,如 12345 热线的受理编号")] | None
    ) = None
    service_item: Annotated[str, Meta(max_length=60, description="事项编码")] | None = None
    case_id: Annotated[str, Meta(max_length=60, description="关联办件标识")] | None = None
    special_group: Annotated[SpecialGroup | None, Meta(description="特殊群体")] = None
    accused_unit: Annotated[str, Meta(max_length=40, description="被反映单位编码")] | None = None
    accused_window: (
        Annotated[str, Meta(max_length=40, description="被反映窗口编号;窗口所属单位同为被反映单位")]
        | None
    ) = None
    accused_staff: (
        Annotated[
            str, Meta(max_length=40, description="被反映人员工号,须为被反映单位或窗口所属单位人员")
        ]
        | None
    ) = None
    agrees_to_contact: Annotated[
        bool, Meta(description="反映人同意被反映单位与其联系;不同意的由工单处理员联系")
    ] = False
    answer: Annotated[FreeText | None, Meta(description="当场答复的内容;仅用于咨询")] = None

    def party(self) -> Party | None:
        return self.reporter

    def item_named(self) -> tuple[str, str] | None:
        return None if self.service_item is None else ("service_item", self.service_item)

    def case_named(self) -> tuple[str, str] | None:
        return None if self.case_id is None else ("case_id", self.case_id)

    def windows_named(self) -> tuple[tuple[str, str], ...]:
        window = self.accused_window
        return () if window is None else (("accused_window", window),)

    def staff_named(self) -> tuple[str, ...]:
        return () if self.accused_staff is None else (self.accused_staff,)


class AcceptTicket(TicketCommand, frozen=True, kw_only=True):
    """受理: take the matter on."""


class RefuseTicket(TicketCommand, frozen=True, kw_only=True):
    """不予受理: decline the matter for a reason of the rule book, and name the remedy."""

    reason: Annotated[str, Meta(max_length=40, description="不予受理情形代码,见规则库")]
    explanation: Annotated[FreeText, Meta(description="理由")]
    remedy: Annotated[FreeText, Meta(description="告知的救济途径")]


class DivertTicket(TicketCommand, frozen=True, kw_only=True):
    """分流: hand the matter to another lawful channel."""

    target: Annotated[str, Meta(max_length=40, description="分流去向代码,见规则库")]
    explanation: Annotated[FreeText, Meta(description="告知内容")]
    organ: (
        Annotated[
            str, Meta(min_length=1, max_length=100, description="接办的机关;受理后分流的必填")
        ]
        | None
    ) = None


def may_take_on(ticket: Ticket, attempt: Attempt) -> None:
    """A matter is accepted once, after its report."""
    ticket.require(attempt.act, Status.REPORTED)


def may_decline(ticket: Ticket, attempt: Attempt) -> None:
    """What was accepted by mistake is refused or diverted until orders go out, with the reason.

    After that only if every unit rightly returned its order: then it can be the duty of none.
    """
    if ticket.status is Status.DISPATCHED and ticket.every_unit_is_right():
        return
    ticket.require(attempt.act, Status.REPORTED, Status.ACCEPTED, Status.ANALYSED)


@guarded(nothing)
def report(_: Ticket, command: ReportTicket, desk: Desk) -> list[Event]:
    _, _, accused, reporter = together(
        lambda: check_channel(command.channel),
        lambda: _check_answer(command),
        lambda: named(told_in(command), desk),
        lambda: owned(command.reporter, desk),
    )
    answered = () if command.answer is None else (desk.sealed(command.answer),)
    return [
        _reported(command, accused, reporter, desk),
        *(
            InquiryAnswered(answer=one, strike_off_due=desk.due_for("strike_off"))
            for one in answered
        ),
    ]


def check_channel(channel: Channel | None) -> None:
    """``InvalidInput`` if nobody reports anything that way."""
    if channel is not None and channel.is_own:
        raise InvalidInput(
            "CHANNEL_RESERVED",
            f"渠道「{channel.label}」不是反映的来源",
            field="channel",
            remedy="请填写群众反映的实际渠道",
        )


def _check_answer(command: ReportTicket) -> None:
    if command.answer is not None and command.category is not TicketCategory.INQUIRY:
        raise InvalidInput(
            "ANSWER_OF_NO_INQUIRY",
            "只有咨询可以在登记时当场答复",
            field="answer",
            remedy="请删去答复内容;简单的投诉、建议登记后可当场办结",
        )


def _reported(
    command: ReportTicket, accused: Accused, reporter: Reporter | None, desk: Desk
) -> TicketReported:
    return TicketReported(
        number=desk.official_number,
        query_code=desk.query_code,
        category=command.category,
        channel=command.channel,
        subject=command.subject.owned_by(desk.stream_id),
        content=desk.sealed(command.content),
        reporter=reporter,
        # 首问负责制: who took it down answers for its being passed on.
        first_contact_owner=desk.actor.id,
        source_ref=command.source_ref,
        service_item=command.service_item,
        case_id=command.case_id,
        special_group=command.special_group,
        accused_unit=accused.unit,
        accused_window=accused.window,
        accused_window_unit=accused.window_unit,
        accused_staff=accused.staff,
        agrees_to_contact=command.agrees_to_contact,
        accept_due=desk.due_for("accept", category=command.category),
        answer_due=desk.due_for("answer", category=command.category),
    )


@guarded(may_take_on)
def accept(ticket: Ticket, _: AcceptTicket, desk: Desk) -> list[Event]:
    inquiry = ticket.category is TicketCategory.INQUIRY
    return [
        TicketAccepted(
            analyse_due=desk.due_for("analyse", category=ticket.category),
            answer_inquiry_due=desk.due_for("answer_inquiry") if inquiry else None,
        )
    ]


@guarded(may_decline)
def refuse(_: Ticket, command: RefuseTicket, desk: Desk) -> list[Event]:
    check_term(desk.rulebook.exclusions, command.reason, "reason", "不予受理情形")
    return [
        TicketRefused(
            reason=command.reason,
            explanation=desk.sealed(command.explanation),
            remedy=desk.sealed(command.remedy),
        )
    ]


@guarded(may_decline)
def divert(ticket: Ticket, command: DivertTicket, desk: Desk) -> list[Event]:
    together(
        lambda: check_term(desk.rulebook.diversions, command.target, "target", "分流去向"),
        lambda: _check_organ(ticket, command),
    )
    return [
        TicketDiverted(
            target=command.target,
            explanation=desk.sealed(command.explanation),
            organ=command.organ,
        )
    ]


def _check_organ(ticket: Ticket, command: DivertTicket) -> None:
    if command.organ is None and ticket.status is not Status.REPORTED:
        raise InvalidInput(
            "ORGAN_MISSING",
            "本件已经受理,分流须写明由哪个机关接办",
            field="organ",
            remedy="请填写接办的机关,并告知反映人",
        )


def owned(reporter: Reporter | None, desk: Desk) -> Reporter | None:
    """Who reports, checked and to be sealed; ``InvalidInput`` names the part at fault."""
    if reporter is None:
        return None
    # Sealed under no key of their own, the reporter's data could never be erased.
    if desk.person is None:
        raise InvalidInput(
            "REPORTER_UNIDENTIFIED",
            "反映人缺少密钥归属",
            field="reporter",
            remedy="请重新提交;仍不成功的,请联系系统管理员",
        )
    return reporter.checked("reporter").owned_by(desk.person)
