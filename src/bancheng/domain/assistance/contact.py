"""调阅委托人: who helps the client, or calls them back, opens what is known of them."""

from collections.abc import Collection
from typing import Annotated, ClassVar, Final

from msgspec import Meta

from bancheng.domain.assistance.course import may_rate
from bancheng.domain.assistance.state import ASSISTING, Assistance, AssistanceCommand
from bancheng.domain.assistance.terms import AssistanceStatus
from bancheng.domain.commands import Desk
from bancheng.domain.disclosure import (
    Disclosure,
    Fields,
    Purpose,
    disclosed,
    not_concerned,
    require_openable,
)
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import Attempt, guarded
from bancheng.domain.people import FreeText, Role

_KIND: Final = "assistances"


@topic("assistance.client-disclosed")
class ClientDisclosed(Disclosure, frozen=True, kw_only=True):
    """调阅委托人: somebody opened sealed data of a client: which, for what, why; no value."""


class DiscloseClient(AssistanceCommand, frozen=True, kw_only=True):
    """调阅委托人: open sealed data of a client; the clear values are answered once, kept nowhere.

    The same key again is another opening, which is recorded like the first one.
    """

    purpose: Purpose
    fields: Fields
    reason: Annotated[FreeText, Meta(description="调阅事由")]
    opens_data: ClassVar[bool] = True


def may_disclose(assistance: Assistance, attempt: Attempt) -> Collection[Role]:
    """As what the actor may open data: who helps while they do, who asks how it was after that.

    ``NotAllowed`` ``NOT_CONCERNED``; of who calls back what `may_rate` says.
    """
    actor = attempt.desk.actor
    if assistance.status is AssistanceStatus.OPEN and actor.id == assistance.contact:
        standing: set[Role] = {role for role in ASSISTING if actor.may(role)}
    elif actor.may(Role.VERIFIER):
        may_rate(assistance, attempt)
        standing = {Role.VERIFIER}
    else:
        raise not_concerned()
    require_openable(attempt.desk, standing, kind=_KIND)
    return standing


@guarded(may_disclose)
def disclose(assistance: Assistance, command: DiscloseClient, desk: Desk) -> list[Event]:
    standing = may_disclose(assistance, Attempt(DiscloseClient, desk))
    return [disclosed(ClientDisclosed, command, desk, standing, kind=_KIND)]
