"""进出记录: what the access log has of signing in and out. Each way in calls it, and waits for it.

The record is on the disk before the cookie, or the refusal, goes out.
"""

from dataclasses import dataclass
from enum import StrEnum

from starlette.requests import Request

from bancheng.app.accesses import access_of
from bancheng.app.credentials import Begun, Ended
from bancheng.app.registry import BY_COMMAND
from bancheng.domain.accesses import Access, AccessKind, Visitor
from bancheng.domain.office.staff import RegisterStaff
from bancheng.domain.people import Actor
from bancheng.graphql.context import Services
from bancheng.graphql.view import request_id_of
from bancheng.infra.outer_staff import Registered
from bancheng.projections.office import actor_of, staff_member
from bancheng.web.sign_in_answers import address_of


class WayIn(StrEnum):
    """登录方式: how somebody shows who they are."""

    PASSWORD = "password"  # noqa: S105  the way, and no secret
    NEW_PASSWORD = "new-password"  # noqa: S105
    SECOND_FACTOR = "second-factor"
    OIDC = "oidc"
    CAS = "cas"


@dataclass(frozen=True)
class SignInRecords:
    """进出记录: of one hall."""

    services: Services

    async def signed_in(self, request: Request, begun: Begun, way: WayIn) -> None:
        """``begun`` is the session with which somebody came in."""
        session = begun.session
        await self._record(AccessKind.SIGNED_IN, request, way, session.staff_id, session.id)

    async def failed(self, request: Request, way: WayIn, code: str, named: str) -> None:
        """Somebody did not come in, and why. ``named`` is what they typed as their staff id.

        It is looked up whether there is one or not, so that nobody can tell by the time it takes;
        kept is only who is in the register: what was typed else may be a password.
        """
        await self._record(AccessKind.SIGN_IN_FAILED, request, way, named, refused=code)

    async def signed_out(self, request: Request, ended: Ended, what: str) -> None:
        """A session was ended from its own browser, by signing out or by signing in again."""
        kind = AccessKind.SIGNED_OUT
        await self._record(kind, request, what, ended.staff_id, ended.session_id)

    async def registered(self, request: Request, registered: Registered, way: WayIn) -> None:
        """The register followed what a provider tells of somebody."""
        visitor = Visitor(
            actor=registered.by,
            address=address_of(request),
            request_id=request_id_of(request.scope),
        )
        act = BY_COMMAND[RegisterStaff]
        access = access_of(act, registered.command, registered.answer, visitor, str(way))
        assert access is not None, "what changes the register is recorded"
        await self.services.witness(access)

    async def _record(
        self,
        kind: AccessKind,
        request: Request,
        what: str,
        staff_id: str,
        credential_id: str | None = None,
        *,
        refused: str | None = None,
    ) -> None:
        visitor = Visitor(
            actor=await self._member(staff_id),
            credential_id=credential_id,
            address=address_of(request),
            request_id=request_id_of(request.scope),
        )
        await self.services.witness(
            Access(kind=kind, visitor=visitor, what=str(what), refused=refused)
        )

    async def _member(self, staff_id: str) -> Actor | None:
        row = await self.services.read(lambda connection: staff_member(connection, staff_id))
        return None if row is None else actor_of(row)
