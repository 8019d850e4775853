"""What decisions about assisted handling need to know of one."""

from typing import Annotated, ClassVar, Final

from msgspec import Meta

from bancheng.domain.assistance.terms import AssistanceStatus
from bancheng.domain.commands import Command
from bancheng.domain.errors import NotAllowed
from bancheng.domain.guards import Attempt
from bancheng.domain.matter_state import MatterState
from bancheng.domain.people import Role

PREFIX: Final = "assistance-"
ASSISTING: Final = (Role.WINDOW_CLERK, Role.HANDLER)
AssistanceId = Annotated[str, Meta(max_length=80, description="帮办标识")]


class AssistanceCommand(Command, frozen=True, kw_only=True):
    """帮办指令: an act on an assisted handling that there is."""

    assistance_id: AssistanceId
    about_field: ClassVar[str] = "assistance_id"


class Assistance(MatterState[AssistanceStatus], frozen=True, kw_only=True):
    """帮办: the write state.

    ``contact`` is who helps now (帮办员、项目专员), ``helped`` are all who ever did something for
    the client: none of them asks how it was.
    """

    status: AssistanceStatus = AssistanceStatus.OPEN
    number: str = ""
    contact: str = ""
    helped: frozenset[str] = frozenset()
    rated: bool = False


def require_contact(assistance: Assistance, attempt: Attempt) -> None:
    """``NotAllowed`` ``NOT_CONTACT`` but for who helps."""
    if attempt.desk.actor.id != assistance.contact:
        raise NotAllowed(
            "NOT_CONTACT",
            "您不是本件的帮办员",
            remedy="请由帮办员办理;帮办员不在的,由带班领导更换帮办员",
        )
