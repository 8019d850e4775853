"""登录: the way of people into a session of their browser, and out of it.

    POST /sign-in    {"staffId", "password"}                 a session begins: a cookie
    POST /password   {"staffId", "password", "newPassword"}  likewise, behind another password
    POST /sign-out                                           it ends
    GET  /me                                                 who is signed in, and until when

Each POST must come from a page of our own (`bancheng.graphql.cookies`). Another way to sign in
ends in the same session: `Sessions.begin`.
"""

from collections.abc import Awaitable, Callable
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
from bancheng.domain.errors import DomainError, NotAllowed
from bancheng.graphql.context import Services
from bancheng.graphql.cookies import cookie_name, is_secure, presented, require_own_page
from bancheng.infra.identity import Identity
from bancheng.infra.logs import get_logger
from bancheng.infra.password_sign_in import PasswordSignIn, WrongPassword
from bancheng.infra.sessions import Sessions
from bancheng.infra.sign_in_attempts import SlowDown
from bancheng.log_lines import LogLine
from bancheng.web.sign_in_answers import address_of, later, malformed, refused, who, wrong
from bancheng.web.sign_in_queue import Busy, SignInQueue
from bancheng.web.sign_in_records import SignInRecords, WayIn

log = get_logger("web")
BUSY_PAUSE: Final = timedelta(seconds=5)
PASSWORD_LENGTH_MAX: Final = 200  # more than one may be chosen, so that it can be told
F = TypeVar("F", bound=msgspec.Struct)
Handler = Callable[[Request], Awaitable[Response]]
_Password = Annotated[str, Meta(min_length=1, max_length=PASSWORD_LENGTH_MAX)]


class _SignIn(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    staff_id: Annotated[str, Meta(min_length=1, max_length=40, pattern="^[A-Za-z0-9._-]+$")]
    password: _Password


class _Change(_SignIn, rename="camel", forbid_unknown_fields=True):
    new_password: _Password


class Hall(Protocol):
    """What signing in needs of a hall."""

    @property
    def identity(self) -> Identity: ...
    @property
    def sessions(self) -> Sessions: ...
    @property
    def passwords(self) -> PasswordSignIn: ...


class SignInDesk:
    """登录: what the routes do. Nothing that blocks runs on the loop."""

    def __init__(self, hall: Hall, services: Services) -> None:
        self._hall, self._services = hall, services
        self._queue, self._records = SignInQueue(), SignInRecords(services)

    def routes(self) -> list[Route]:
        """The ways in and out."""
        ways = (
            ("/sign-in", self._sign_in, "POST"),
            ("/password", self._change_password, "POST"),
            ("/sign-out", self._sign_out, "POST"),
            ("/me", self._me, "GET"),
        )
        return [Route(path, self._refusing(way), methods=[method]) for path, way, method in ways]

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
        work = partial(enter, asked.staff_id, asked.password, address)
        begun = await self._begun(request, WayIn.PASSWORD, asked.staff_id, work)
        log.info(LogLine.SIGNED_IN, **_told(begun))
        return await self._let_in(request, begun)

    async def _change_password(self, request: Request) -> Response:
        asked, address = await self._asked(request, _Change), address_of(request)
        change = self._hall.passwords.change
        work = partial(change, asked.staff_id, asked.password, asked.new_password, address)
        begun = await self._begun(request, WayIn.NEW_PASSWORD, asked.staff_id, work)
        log.info(LogLine.PASSWORD_CHANGED, **_told(begun))
        return await self._let_in(request, begun)

    async def _begun(
        self, request: Request, way: WayIn, staff_id: str, work: Callable[[], Begun]
    ) -> Begun:
        """What ``work`` leads to when it is its turn; the access log has what came of it."""
        try:
            begun = await self._queue.through(address_of(request), work)
        except (WrongPassword, NotAllowed) as error:
            code = error.code if isinstance(error, NotAllowed) else "SIGN_IN_FAILED"
            await self._records.failed(request, way, code, staff_id)
            raise
        await self._records.signed_in(request, begun, way)
        return begun

    async def _sign_out(self, request: Request) -> Response:
        require_own_page(request, self._services.public_url)
        account = await self._end(request)
        log.info(LogLine.SIGNED_OUT, account=account, address=address_of(request))
        response = Response(status_code=204)
        self._set_cookie(request, response, "")
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
        await self._end(request)  # what the browser had before, whoever put it there
        session = begun.session
        response = JSONResponse(
            {"staffId": session.staff_id, "validUntil": session.valid_until.isoformat()}
        )
        self._set_cookie(request, response, begun.secret)
        return response

    async def _end(self, request: Request) -> str | None:
        """End the session of the request's cookie, and say whose it was."""
        shown = request.cookies.get(self._cookie(request))
        if shown is None:
            return None
        ended = await self._services.off_loop(partial(self._hall.sessions.end, shown))
        if ended is None:
            return None
        await self._records.signed_out(request, ended, request.url.path.strip("/"))
        return ended.staff_id

    async def _note_slowed(self, error: WrongPassword) -> None:
        note = partial(self._hall.passwords.note_slowed, error.account or "", error.failures)
        with suppress(DomainError):  # whoever was dismissed meanwhile need not be slowed
            await self._services.off_loop(note)

    def _cookie(self, request: Request) -> str:
        return cookie_name(secure=is_secure(request, self._services.public_url))

    def _set_cookie(self, request: Request, response: Response, secret: str) -> None:
        response.set_cookie(
            self._cookie(request),
            secret,
            max_age=None if secret else 0,
            path="/",
            secure=is_secure(request, self._services.public_url),
            httponly=True,
            samesite="strict",
        )


def _told(begun: Begun) -> dict[str, str | None]:
    """What the operator's log says of a session that begins."""
    session = begun.session
    return {"account": session.staff_id, "session": session.id, "address": session.address}
