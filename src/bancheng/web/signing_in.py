"""登录: the way of people into a session of their browser, and out of it.

    POST /sign-in    {"staffId", "password", "code"}         a session begins: a cookie
    POST /password   {…, "newPassword"}                      likewise, behind another password
    POST /second-factor          {"staffId", "password"}     a device to enrol, told this once
    POST /second-factor/confirm  {"step", "code"}            it counts, and a session begins
    POST /sign-out                                           it ends
    GET  /me                                                 who is signed in, and until when

Each POST must come from a page of our own (`bancheng.graphql.cookies`). Another way to sign in
ends in the same session: `bancheng.web.outer_desk`.
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Annotated, Final, Protocol, TypeVar

import msgspec
from msgspec import Meta
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bancheng.app.credentials import Begun
from bancheng.config import Config
from bancheng.domain.errors import DomainError, NotAllowed
from bancheng.graphql.context import Services
from bancheng.graphql.cookies import presented, require_own_page
from bancheng.infra.enrolment import Enrolments
from bancheng.infra.identity import Identity
from bancheng.infra.logs import get_logger
from bancheng.infra.outer_sign_in import Provider
from bancheng.infra.outer_staff import OuterStaff
from bancheng.infra.password_sign_in import PasswordSignIn, WrongPassword
from bancheng.infra.sealed_steps import LENGTH_MAX, SealedSteps
from bancheng.infra.sessions import Sessions
from bancheng.infra.sign_in_attempts import SlowDown
from bancheng.log_lines import LogLine
from bancheng.web.outer_desk import OuterDesk
from bancheng.web.session_cookie import SessionCookie
from bancheng.web.sign_in_answers import (
    address_of,
    enrolling,
    later,
    malformed,
    refused,
    who,
    wrong,
)
from bancheng.web.sign_in_queue import Busy, SignInQueue
from bancheng.web.sign_in_records import SignInRecords, WayIn

log = get_logger("web")
BUSY_PAUSE: Final = timedelta(seconds=5)
PASSWORD_LENGTH_MAX: Final = 200  # more than one may be chosen, so that it can be told
F = TypeVar("F", bound=msgspec.Struct)
T = TypeVar("T")
Handler = Callable[[Request], Awaitable[Response]]
_Password = Annotated[str, Meta(min_length=1, max_length=PASSWORD_LENGTH_MAX)]
_Code = Annotated[str, Meta(min_length=1, max_length=20)]


class _SignIn(msgspec.Struct, rename="camel", forbid_unknown_fields=True, kw_only=True):
    staff_id: Annotated[str, Meta(min_length=1, max_length=40, pattern="^[A-Za-z0-9._-]+$")]
    password: _Password
    code: _Code | None = None


class _Confirm(msgspec.Struct, rename="camel", forbid_unknown_fields=True, kw_only=True):
    step: Annotated[str, Meta(min_length=1, max_length=LENGTH_MAX)]
    code: _Code


class _Change(_SignIn, rename="camel", forbid_unknown_fields=True, kw_only=True):
    new_password: _Password


class Hall(Protocol):
    """What signing in needs of a hall."""

    @property
    def identity(self) -> Identity: ...
    @property
    def sessions(self) -> Sessions: ...
    @property
    def passwords(self) -> PasswordSignIn: ...
    @property
    def enrolments(self) -> Enrolments: ...
    @property
    def providers(self) -> Mapping[str, Provider]: ...
    @property
    def outer_staff(self) -> OuterStaff: ...
    @property
    def steps(self) -> SealedSteps: ...
    @property
    def config(self) -> Config: ...


class SignInDesk:
    """登录: what the routes do. Nothing that blocks runs on the loop."""

    def __init__(self, hall: Hall, services: Services) -> None:
        self._hall, self._services = hall, services
        self._queue, self._records = SignInQueue(), SignInRecords(services)
        self._cookie = SessionCookie(hall.sessions, services, self._records)
        self._outer = OuterDesk(hall, services, self._cookie)

    def routes(self) -> list[Route]:
        """The ways in and out."""
        ways = (
            ("/sign-in", self._sign_in, "POST"),
            ("/password", self._change_password, "POST"),
            ("/second-factor", self._enrol, "POST"),
            ("/second-factor/confirm", self._confirm, "POST"),
            ("/sign-out", self._sign_out, "POST"),
            ("/me", self._me, "GET"),
        )
        own = [Route(path, self._refusing(way), methods=[method]) for path, way, method in ways]
        return [*own, *self._outer.routes()]

    def _refusing(self, handle: Handler) -> Handler:
        async def answered(request: Request) -> Response:
            try:
                return await handle(request)
            except WrongPassword as error:
                response = wrong(request, error)
                if error.account is not None and error.is_first_too_many:
                    # Behind the answer: it must take no longer if there is such an account.
                    response.background = BackgroundTask(self._note_slowed, error)
                return response
            except SlowDown as slow:
                return later(request, "SIGN_IN_SLOWED", slow.pause)
            except Busy:
                return later(request, "SIGN_IN_BUSY", BUSY_PAUSE)
            except DomainError as error:
                return refused(request, error)

        return answered

    async def _sign_in(self, request: Request) -> Response:
        asked, address = await self._asked(request, _SignIn), address_of(request)
        enter = self._hall.passwords.sign_in
        work = partial(enter, asked.staff_id, asked.password, address, asked.code)
        begun = await self._begun(request, WayIn.PASSWORD, asked.staff_id, work)
        log.info(LogLine.SIGNED_IN, **_told(begun))
        return await self._let_in(request, begun)

    async def _change_password(self, request: Request) -> Response:
        asked, address = await self._asked(request, _Change), address_of(request)
        change = self._hall.passwords.change
        chosen = (asked.password, asked.new_password)
        work = partial(change, asked.staff_id, *chosen, address, asked.code)
        begun = await self._through(request, WayIn.NEW_PASSWORD, asked.staff_id, work)
        log.info(LogLine.PASSWORD_CHANGED, account=asked.staff_id, address=address,
                 session=begun and begun.session.id)  # fmt: skip
        if begun is None:
            return JSONResponse({"staffId": asked.staff_id, "secondFactorMustEnrol": True})
        await self._records.signed_in(request, begun, WayIn.NEW_PASSWORD)
        return await self._let_in(request, begun)

    async def _enrol(self, request: Request) -> Response:
        asked = await self._asked(request, _SignIn)
        begin = self._hall.enrolments.begin
        work = partial(begin, asked.staff_id, asked.password, asked.code)
        enrolment = await self._through(request, WayIn.SECOND_FACTOR, asked.staff_id, work)
        return JSONResponse(enrolling(enrolment))

    async def _confirm(self, request: Request) -> Response:
        asked, address = await self._asked(request, _Confirm), address_of(request)
        work = partial(self._hall.enrolments.confirm, asked.step, asked.code, address)
        begun = await self._begun(request, WayIn.SECOND_FACTOR, "", work)
        log.info(LogLine.SECOND_FACTOR_ENROLLED, **_told(begun))
        return await self._let_in(request, begun)

    async def _begun(
        self, request: Request, way: WayIn, staff_id: str, work: Callable[[], Begun]
    ) -> Begun:
        """The session that ``work`` begins; the access log has it."""
        begun = await self._through(request, way, staff_id, work)
        await self._records.signed_in(request, begun, way)
        return begun

    async def _through(
        self, request: Request, way: WayIn, staff_id: str, work: Callable[[], T]
    ) -> T:
        """What ``work`` leads to when it is its turn; the access log has who did not come in."""
        try:
            return await self._queue.through(address_of(request), work)
        except WrongPassword as error:
            code = "SECOND_FACTOR_WRONG" if error.is_code else "SIGN_IN_FAILED"
            await self._records.failed(request, way, code, staff_id or error.account or "")
            raise
        except NotAllowed as error:
            await self._records.failed(request, way, error.code, staff_id)
            raise

    async def _sign_out(self, request: Request) -> Response:
        require_own_page(request, self._services.public_url)
        ended = await self._cookie.end(request)
        account = ended and ended.staff_id
        log.info(LogLine.SIGNED_OUT, account=account, address=address_of(request))
        beyond = ended and await self._outer.leaving(ended.way)
        response = JSONResponse({"next": beyond}) if beyond else Response(status_code=204)
        self._cookie.put(request, response, "")
        return response

    async def _me(self, request: Request) -> Response:
        shown = presented(request, self._services.public_url)  # a token will do as well
        identity = self._hall.identity
        actor, session = await self._services.off_loop(
            lambda: (identity.authenticate(shown).actor, identity.session(shown))
        )
        return JSONResponse(who(actor, session))

    async def _asked(self, request: Request, form: type[F]) -> F:
        require_own_page(request, self._services.public_url)
        if request.headers.get("content-type", "").partition(";")[0] != "application/json":
            raise malformed()
        try:
            return msgspec.json.decode(await request.body(), type=form)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise malformed() from None  # the cause may show what was typed

    async def _let_in(self, request: Request, begun: Begun) -> Response:
        session = begun.session
        told = {"staffId": session.staff_id, "validUntil": session.valid_until.isoformat()}
        return await self._cookie.let_in(request, begun, JSONResponse(told))

    async def _note_slowed(self, error: WrongPassword) -> None:
        note = partial(self._hall.passwords.note_slowed, error.account or "", error.failures)
        with suppress(DomainError):  # whoever was dismissed meanwhile need not be slowed
            await self._services.off_loop(note)


def _told(begun: Begun) -> dict[str, str | None]:
    """What the operator's log says of a session that begins."""
    session = begun.session
    return {"account": session.staff_id, "session": session.id, "address": session.address}
