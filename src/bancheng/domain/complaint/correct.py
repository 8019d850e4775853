"""更正与补充反映: what was taken down wrongly is put right, and what the reporter adds is added.

Nothing is overwritten: the earlier words stay in the events that carried them, and the correction
names the fields that it replaces, by whom and why.
"""

from typing import Annotated, Any, ClassVar, Final

from msgspec import Meta
from msgspec.structs import replace

from bancheng.domain.commands import Desk
from bancheng.domain.complaint.accused import (
    Accused,
    AccusedPart,
    known_of,
    named,
    told_in,
    without_window_unit,
)
from bancheng.domain.complaint.discover import check_channel, owned
from bancheng.domain.complaint.release import withdrawn
from bancheng.domain.complaint.state import Ticket, TicketCommand
from bancheng.domain.complaint.terms import Status, TicketCategory
from bancheng.domain.errors import InvalidInput, together
from bancheng.domain.events import Channel, Event, topic
from bancheng.domain.guards import Attempt, guarded
from bancheng.domain.people import FreeText, Party, Reporter, Title
from bancheng.domain.steps import Step

CORRECTABLE: Final = (
    "category", "channel", "subject", "content", "reporter", "service_item", "case_id",
    "accused_unit", "accused_window", "accused_staff", "agrees_to_contact",
)  # fmt: skip
# What is closed is reopened first; what went to another channel is theirs to correct.
_OPEN = tuple(one for one in Status if one not in (Status.CLOSED, Status.DIVERTED))


def _with_nothing_cleared(body: dict[str, Any]) -> dict[str, Any]:
    """Schema 1: who was named by mistake could not be cleared."""
    return without_window_unit(body) | {"cleared": []}


@topic(
    "complaint.ticket-corrected",
    schema=2,
    upcasts={1: _with_nothing_cleared},
    step=Step.DISCOVER,
)
class TicketCorrected(Event, frozen=True, kw_only=True):
    """登记更正: what was taken down wrongly is put right; ``corrected`` names the fields.

    ``cleared`` are parts of whom it is about that nobody is named in any more. Dates that were
    decided do not move, also if the category is another one.
    """

    corrected: tuple[str, ...]
    reason: FreeText
    category: TicketCategory | None = None
    channel: Channel | None = None
    subject: Title | None = None
    content: FreeText | None = None
    reporter: Reporter | None = None
    service_item: str | None = None
    case_id: str | None = None
    accused_unit: str | None = None
    accused_window: str | None = None
    accused_window_unit: str | None = None
    accused_staff: str | None = None
    agrees_to_contact: bool | None = None
    cleared: tuple[AccusedPart, ...] = ()


@topic("complaint.report-supplemented", step=Step.DISCOVER)
class ReportSupplemented(Event, frozen=True, kw_only=True):
    """补充反映: the reporter told more; the time goes on."""

    content: FreeText


class CorrectTicket(TicketCommand, frozen=True, kw_only=True):
    """登记更正: put right what was taken down wrongly; only what is filled in is replaced.

    Whoever was named by mistake where nobody was meant is cleared.
    """

    reason: Annotated[FreeText, Meta(description="更正理由")]
    category: Annotated[TicketCategory | None, Meta(description="更正后的类别")] = None
    channel: Annotated[Channel | None, Meta(description="更正后的来源渠道")] = None
    subject: Annotated[Title | None, Meta(description="更正后的标题")] = None
    content: Annotated[FreeText | None, Meta(description="更正后的反映内容")] = None
    reporter: Annotated[Reporter | None, Meta(description="更正后的反映人,整体替换")] = None
    service_item: Annotated[str, Meta(max_length=60, description="更正后的事项编码")] | None = None
    case_id: Annotated[str, Meta(max_length=60, description="更正后的关联办件标识")] | None = None
    accused_unit: (
        Annotated[str, Meta(max_length=40, description="更正后的被反映单位编码")] | None
    ) = None
    accused_window: (
        Annotated[str, Meta(max_length=40, description="更正后的被反映窗口编号")] | None
    ) = None
    accused_staff: (
        Annotated[
            str,
            Meta(
                max_length=40, description="更正后的被反映人员工号,须为被反映单位或窗口所属单位人员"
            ),
        ]
        | None
    ) = None
    agrees_to_contact: Annotated[
        bool | None, Meta(description="反映人现在是否同意被反映单位与其联系")
    ] = None
    clears: Annotated[
        tuple[AccusedPart, ...],
        Meta(
            max_length=len(AccusedPart),
            description="误登而须清除的被反映项;清除后不再登记任何被反映的单位、窗口或人员",
        ),
    ] = ()

    asks_successors: ClassVar[bool] = True

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


class SupplementReport(TicketCommand, frozen=True, kw_only=True):
    """补充反映: add what the reporter tells later."""

    content: Annotated[FreeText, Meta(description="补充反映的内容")]


def may_correct(ticket: Ticket, attempt: Attempt) -> None:
    """As long as the hall has the matter: a refused one may have been taken down wrongly, too."""
    ticket.require(attempt.act, *_OPEN)


@guarded(may_correct)
def correct(ticket: Ticket, command: CorrectTicket, desk: Desk) -> list[Event]:
    said = tuple(name for name in CORRECTABLE if getattr(command, name) is not None)
    _, _, accused, reporter = together(
        lambda: _check_corrected(ticket, command, said),
        lambda: check_channel(command.channel),
        lambda: _accused(ticket, command, desk),
        lambda: owned(command.reporter, desk),
    )
    replaced = _corrected(ticket, said, accused)
    return [
        TicketCorrected(
            corrected=replaced,
            reason=desk.sealed(command.reason),
            category=command.category,
            channel=command.channel,
            subject=command.subject and command.subject.owned_by(desk.stream_id),
            content=command.content and desk.sealed(command.content),
            reporter=reporter,
            service_item=command.service_item,
            case_id=command.case_id,
            accused_unit=accused.unit if "accused_unit" in replaced else None,
            accused_window=command.accused_window,
            accused_window_unit=command.accused_window and accused.window_unit,
            accused_staff=command.accused_staff,
            agrees_to_contact=command.agrees_to_contact,
            cleared=_cleared(ticket, command),
        ),
        *withdrawn(_after(ticket, command, accused), desk),
    ]


def _cleared(ticket: Ticket, command: CorrectTicket) -> tuple[AccusedPart, ...]:
    """What of whom the ticket is about holds no more, each once."""
    known = known_of(ticket)
    return tuple(one for one in dict.fromkeys(command.clears) if known.part(one))


def _accused(ticket: Ticket, command: CorrectTicket, desk: Desk) -> Accused:
    """Whom the ticket is about then; ``InvalidInput`` if what is cleared is named, or follows."""
    told = told_in(command)
    if any(told.part(one) for one in command.clears):
        raise InvalidInput(
            "CLEARED_AND_NAMED",
            "同一被反映项不能既填写又清除",
            field="clears",
            remedy="请删去其一",
        )
    found = named(told, desk, before=known_of(ticket), clears=command.clears)
    if AccusedPart.UNIT in command.clears and found.unit is not None:
        raise InvalidInput(
            "ACCUSED_UNIT_FOLLOWS",
            "被反映的窗口、人员属于某一单位,被反映单位不能单独清除",
            field="clears",
            remedy="请一并清除被反映的窗口、人员,或填写更正后的被反映单位",
        )
    return found


def _corrected(ticket: Ticket, said: tuple[str, ...], accused: Accused) -> tuple[str, ...]:
    """What is replaced: what was ``said``, and the accused unit if it follows from that."""
    follows = () if accused.unit in (None, ticket.accused) else ("accused_unit",)
    return tuple(dict.fromkeys((*said, *follows)))


def _after(ticket: Ticket, command: CorrectTicket, accused: Accused) -> Ticket:
    """Whom the ticket is about after the correction, and whether its reporter agrees then."""
    agrees = command.agrees_to_contact
    return replace(
        ticket,
        accused=accused.unit,
        accused_window=accused.window,
        accused_window_unit=accused.window_unit,
        accused_staff=accused.staff,
        agrees_to_contact=ticket.agrees_to_contact if agrees is None else agrees,
    )


def _check_corrected(ticket: Ticket, command: CorrectTicket, corrected: tuple[str, ...]) -> None:
    if _cleared(ticket, command):
        return
    if not corrected or (corrected == ("category",) and command.category is ticket.category):
        raise InvalidInput(
            "NOTHING_CORRECTED",
            "没有填写与原登记不同的内容",
            field="category",
            remedy=f"请填写要更正的项,可更正: {'、'.join(CORRECTABLE)}",
        )


@guarded(may_correct)
def supplement(_: Ticket, command: SupplementReport, desk: Desk) -> list[Event]:
    return [ReportSupplemented(content=desk.sealed(command.content))]
