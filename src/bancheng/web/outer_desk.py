"""外部登录: the way of people into a session by a provider of the hall, and what is said on it.

    GET /sign-in              which ways there are
    GET /sign-in/{way}        to the provider, with how far it has come sealed in a cookie
    GET /sign-in/{way}/back   from there: a session begins, or a page says why not

Who does not come back in the browser that left, within ten minutes, for the first time, is nobody.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from hmac import compare_digest
from html import escape
from typing import Final, Protocol

import anyio
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bancheng.config import Config
from bancheng.domain.errors import NotAllowed
from bancheng.graphql.context import Services
from bancheng.graphql.cookies import is_secure
from bancheng.infra.logs import get_logger
from bancheng.infra.outer_sign_in import Provider, Told
from bancheng.infra.outer_staff import OuterStaff
from bancheng.infra.password_sign_in import PasswordSignIn
from bancheng.infra.sealed_steps import LASTS, SealedSteps
from bancheng.log_lines import LogLine
from bancheng.web.session_cookie import SessionCookie
from bancheng.web.sign_in_answers import address_of
from bancheng.web.sign_in_records import WayIn

log = get_logger("web")
FORBIDDEN, BAD_GATEWAY, UNAVAILABLE = 403, 502, 503
_STATUSES: Final = {"PROVIDER_UNREACHABLE": BAD_GATEWAY, "PROVIDER_BUSY": UNAVAILABLE}
# Whoever answers slowly, or is asked by a crowd, must not hold all that the hall has to ask with.
ASKING_MAX: Final = 32
HOME: Final = "/console"


class Hall(Protocol):
    """What signing in by a provider needs of a hall."""

    @property
    def config(self) -> Config: ...
    @property
    def passwords(self) -> PasswordSignIn: ...
    @property
    def providers(self) -> Mapping[str, Provider]: ...
    @property
    def outer_staff(self) -> OuterStaff: ...
    @property
    def steps(self) -> SealedSteps: ...


class OuterDesk:
    """外部登录: what the routes do."""

    def __init__(self, hall: Hall, services: Services, cookie: SessionCookie) -> None:
        self._hall, self._services, self._cookie = hall, services, cookie
        self._asking = anyio.CapacityLimiter(ASKING_MAX)

    def routes(self) -> list[Route]:
        """The ways in that the configuration has."""
        each = [
            (f"/sign-in/{way}{tail}", partial(handle, WayIn(way)))
            for way in self._hall.providers
            for tail, handle in (("", self._begin), ("/back", self._back))
        ]
        return [
            Route("/sign-in", self._ways, methods=["GET"]),
            *(Route(path, handle, methods=["GET"]) for path, handle in each),
        ]

    async def leaving(self, way: str) -> str | None:
        """Where the browser goes to leave the provider too, by which its session had begun."""
        provider = self._hall.providers.get(way)
        return None if provider is None else await provider.leaving(self._at(HOME))

    async def _ways(self, _: Request) -> Response:
        ways = [
            {"way": way, "name": self._name_of(way), "path": f"/sign-in/{way}"}
            for way in self._hall.providers
        ]
        return JSONResponse([{"way": "password", "name": "工号与密码", "path": HOME}, *ways])

    async def _begin(self, way: WayIn, request: Request) -> Response:
        try:
            with self._asks():
                going = await self._hall.providers[way].begin(self._return(way))
        except NotAllowed as error:
            return await self._refused(request, way, error)
        response = RedirectResponse(going.url, status_code=303)
        self._keep(request, response, way, self._hall.steps.sealed(way, going.said))
        return response

    async def _back(self, way: WayIn, request: Request) -> Response:
        staff_id = ""
        try:
            said = await self._step(way, request)
            with self._asks():
                provider = self._hall.providers[way]
                told = await provider.finish(self._return(way), said, request.query_params)
            staff_id = told.staff_id
            response = await self._let_in(way, request, told)
        except NotAllowed as error:
            response = await self._refused(request, way, error, staff_id)
        self._keep(request, response, way, "")
        return response

    async def _step(self, way: WayIn, request: Request) -> dict[str, str]:
        """How far the sign-in had come in this browser; it goes on from there once."""
        kept = request.cookies.get(_name(way), "")
        said = self._hall.steps.opened(way, kept)
        state = request.query_params.get("state", "")
        if said is None or not compare_digest(said["state"].encode(), state.encode()):
            raise _lost()
        if not await self._services.off_loop(partial(self._hall.steps.use, kept)):
            raise _lost()
        return said

    async def _let_in(self, way: WayIn, request: Request, told: Told) -> Response:
        address, staff_id = address_of(request), told.staff_id
        come = partial(self._hall.outer_staff.come, told, self._name_of(way))
        known, registered = await self._services.off_loop(come)
        if registered is not None:
            await self._cookie.records.registered(request, registered, way)
        sessions = self._hall.passwords.sessions
        begin = partial(sessions.begin, staff_id, known.since, address, way.value)
        begun = await self._services.off_loop(begin)
        await self._cookie.records.signed_in(request, begun, way)
        log.info(LogLine.SIGNED_IN, account=staff_id, session=begun.session.id, address=address,
                 way=way.value)  # fmt: skip
        # Not a redirect: a browser that comes from elsewhere would not send the cookie with it.
        onward = f'<meta http-equiv="refresh" content="0;url={HOME}">'
        page = _page("已登录", f'<p>正在进入,未跳转的请点击 <a href="{HOME}">进入</a></p>', onward)
        return await self._cookie.let_in(request, begun, HTMLResponse(page))

    async def _refused(
        self, request: Request, way: WayIn, error: NotAllowed, staff_id: str = ""
    ) -> Response:
        await self._cookie.records.failed(request, way, error.code, staff_id)
        log.info(LogLine.SIGN_IN_REFUSED, code=error.code, address=address_of(request),
                 way=way.value)  # fmt: skip
        said = f"<p>{escape(error.message)}</p><p>{escape(error.remedy)}</p>"
        link = f'<p><a href="/sign-in/{way}">重新登录</a></p><p>代码 {error.code}</p>'
        status = _STATUSES.get(error.code, FORBIDDEN)
        return HTMLResponse(_page("未能登录", said + link), status)

    @contextmanager
    def _asks(self) -> Iterator[None]:
        """One more asks a provider; nobody waits for a turn who could as well begin anew."""
        who = object()
        try:
            self._asking.acquire_on_behalf_of_nowait(who)
        except anyio.WouldBlock:
            raise NotAllowed("PROVIDER_BUSY", "正在登录的人较多", remedy="请稍后重新登录") from None
        try:
            yield
        finally:
            self._asking.release_on_behalf_of(who)

    def _name_of(self, way: str) -> str:
        """What people call the provider."""
        return {"oidc": self._hall.config.oidc_name, "cas": self._hall.config.cas_name}[way]

    def _return(self, way: WayIn) -> str:
        return self._at(f"/sign-in/{way}/back")

    def _at(self, path: str) -> str:
        return f"{self._services.public_url.rstrip('/')}{path}"

    def _keep(self, request: Request, response: Response, way: WayIn, step: str) -> None:
        response.set_cookie(
            _name(way),
            step,
            max_age=int(LASTS.total_seconds()) if step else 0,
            path=f"/sign-in/{way}",
            secure=is_secure(request, self._services.public_url),
            httponly=True,
            samesite="lax",  # it is sent when the provider sends the browser back
        )


def _name(way: WayIn) -> str:
    return f"bancheng-{way}"


def _lost() -> NotAllowed:
    return NotAllowed(
        "SIGN_IN_STEP_LOST",
        "本次登录已过时、已办理,或不是在本浏览器中开始的",
        remedy="请从头登录",
    )


def _page(title: str, body: str, head: str = "") -> str:
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title>'
        f"{head}</head><body><h1>{title}</h1>{body}</body></html>"
    )
