"""委托: somebody lets the hall help them, and one person of the hall is there for them."""

from typing import Annotated

from msgspec import Meta

from bancheng.domain.assistance.state import ASSISTING, Assistance, AssistanceCommand
from bancheng.domain.assistance.terms import AssistanceKind, AssistanceStatus
from bancheng.domain.commands import Command, Desk, StaffRef
from bancheng.domain.errors import InvalidInput, together
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import Attempt, guarded, nothing
from bancheng.domain.people import Actor, FreeText, Party, SpecialGroup, Title


class Client(Party, frozen=True, kw_only=True):
    """委托人: the person, or for an enterprise its representative, whom the hall helps."""


@topic("assistance.mandated")
class AssistanceMandated(Event, frozen=True, kw_only=True):
    """接受委托: ``client`` lets the hall help them with what is ``wanted``.

    ``staff_id`` is who of the hall is there for them from then on.
    """

    number: str
    kind: AssistanceKind
    client: Client
    subject: Title
    wanted: FreeText
    staff_id: str
    name: str
    special_group: SpecialGroup | None = None


@topic("assistance.contact-changed")
class ContactChanged(Event, frozen=True, kw_only=True):
    """更换帮办员: somebody else is there for the client, and why; ``before`` is no more."""

    staff_id: str
    name: str
    before: str
    reason: FreeText


@topic("assistance.client-corrected")
class ClientCorrected(Event, frozen=True, kw_only=True):
    """更正委托人: who the client is was put right, and why; the person is replaced whole."""

    client: Client
    reason: FreeText


class AcceptMandate(Command, frozen=True, kw_only=True):
    """接受委托: take it on to help somebody through what they have to get done."""

    kind: Annotated[AssistanceKind, Meta(description="帮办类别")]
    client: Annotated[Client, Meta(description="委托人;企业为其经办的代表")]
    subject: Annotated[Title, Meta(description="委托事项,200 字以内;企业、项目写明名称")]
    wanted: Annotated[FreeText, Meta(description="要办成什么,10000 字以内")]
    staff_id: Annotated[StaffRef, Meta(description="帮办员、项目专员工号")]
    special_group: Annotated[SpecialGroup | None, Meta(description="特殊群体或军人优先")] = None

    def party(self) -> Party | None:
        return self.client

    def staff_named(self) -> tuple[str, ...]:
        return (self.staff_id,)


class ChangeContact(AssistanceCommand, frozen=True, kw_only=True):
    """更换帮办员: let somebody else be there for the client, who is told."""

    staff_id: Annotated[StaffRef, Meta(description="接替的帮办员工号")]
    reason: Annotated[FreeText, Meta(description="更换的原因")]

    def staff_named(self) -> tuple[str, ...]:
        return (self.staff_id,)


class CorrectClient(AssistanceCommand, frozen=True, kw_only=True):
    """更正委托人: put right what the hall has of the client."""

    client: Annotated[Client, Meta(description="更正后的委托人,整体替换")]
    reason: Annotated[FreeText, Meta(description="更正的原因")]

    def party(self) -> Party | None:
        return self.client


def may_change(assistance: Assistance, attempt: Attempt) -> None:
    """As long as the hall helps. ``WrongStep`` ``WRONG_STATUS``."""
    assistance.require(attempt.act, AssistanceStatus.OPEN)


def may_correct(_: Assistance, __: Attempt) -> None:
    """At any time: what the hall keeps of a person must be right (个人信息保护法 46)."""


@guarded(nothing)
def accept_mandate(_: Assistance, command: AcceptMandate, desk: Desk) -> list[Event]:
    contact, client = together(
        lambda: _fit(command.staff_id, desk),
        lambda: _owned(command.client, desk),
    )
    return [
        AssistanceMandated(
            number=desk.official_number,
            kind=command.kind,
            client=client,
            subject=command.subject.owned_by(desk.stream_id),
            wanted=desk.sealed(command.wanted),
            staff_id=contact.id,
            name=contact.name,
            special_group=command.special_group,
        )
    ]


@guarded(may_change)
def change_contact(assistance: Assistance, command: ChangeContact, desk: Desk) -> list[Event]:
    contact = _fit(command.staff_id, desk)
    if contact.id == assistance.contact:
        raise InvalidInput(
            "CONTACT_UNCHANGED",
            "此人已是本件的帮办员",
            field="staff_id",
            remedy="请填写另一人的工号",
        )
    return [
        ContactChanged(
            staff_id=contact.id,
            name=contact.name,
            before=assistance.contact,
            reason=desk.sealed(command.reason),
        )
    ]


@guarded(may_correct)
def correct_client(_: Assistance, command: CorrectClient, desk: Desk) -> list[Event]:
    client = _owned(command.client, desk)
    return [ClientCorrected(client=client, reason=desk.sealed(command.reason))]


def _fit(staff_id: str, desk: Desk) -> Actor:
    found = desk.member(staff_id, "staff_id")
    if not found.may(*ASSISTING):
        raise InvalidInput(
            "CONTACT_UNFIT",
            f"工号「{staff_id}」的岗位不帮办",
            field="staff_id",
            remedy="请填写窗口人员或工单处理员的工号",
        )
    return found


def _owned(client: Client, desk: Desk) -> Client:
    """Who is helped, checked and to be sealed; ``InvalidInput`` names the part at fault."""
    assert desk.person is not None, "a command that brings a person is given their key"
    return client.checked("client").owned_by(desk.person)
