"""外部登录: the way of people into a session by a provider of the hall, and what is said on it.

    GET /sign-in              which ways there are
    GET /sign-in/{way}        to the provider, with how far it has come sealed in a cookie
    GET /sign-in/{way}/back   from there: a session begins, or a page says why not

Who does not come back in the browser that left, within ten minutes, for the first time, is nobody.
"""

from collections.abc import Mapping
from functools import partial
from hmac import compare_digest
from html import escape
from typing import Final, Protocol

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bancheng.config import Config
from bancheng.domain.errors import NotAllowed
from bancheng.graphql.context import Services
from bancheng.graphql.cookies import is_secure
from bancheng.infra.logs import get_logger
from bancheng.infra.outer_sign_in import Provider
from bancheng.infra.password_sign_in import PasswordSignIn
from bancheng.infra.sealed_steps import LASTS, SealedSteps
from bancheng.log_lines import LogLine
from bancheng.web.session_cookie import SessionCookie
from bancheng.web.sign_in_answers import address_of
from bancheng.web.sign_in_records import WayIn

log = get_logger("web")
FORBIDDEN, BAD_GATEWAY = 403, 502
STAFF_ID_LENGTH_MAX: Final = 40
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
    def steps(self) -> SealedSteps: ...


class OuterDesk:
    """外部登录: what the routes do."""

    def __init__(self, hall: Hall, services: Services, cookie: SessionCookie) -> None:
        self._hall, self._services, self._cookie = hall, services, cookie

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
        names = {"oidc": self._hall.config.oidc_name, "cas": self._hall.config.cas_name}
        ways = [
            {"way": way, "name": names[way], "path": f"/sign-in/{way}"}
            for way in self._hall.providers
        ]
        return JSONResponse([{"way": "password", "name": "工号与密码", "path": HOME}, *ways])

    async def _begin(self, way: WayIn, request: Request) -> Response:
        try:
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
            provider = self._hall.providers[way]
            staff_id = await provider.finish(self._return(way), said, request.query_params)
            response = await self._let_in(way, request, staff_id)
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

    async def _let_in(self, way: WayIn, request: Request, staff_id: str) -> Response:
        passwords, address = self._hall.passwords, address_of(request)
        known = None
        if len(staff_id) <= STAFF_ID_LENGTH_MAX:
            known = await self._services.off_loop(partial(passwords.known, staff_id))
        if known is None:
            raise NotAllowed(
                "STAFF_NOT_OF_THIS_HALL",
                f"本厅的人员名册中没有工号「{staff_id[:STAFF_ID_LENGTH_MAX]}」,或已停用",
                remedy="请系统管理员登记人员后再登录",
            )
        begin = partial(passwords.sessions.begin, staff_id, known.since, address, way.value)
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
        status = BAD_GATEWAY if error.code == "PROVIDER_UNREACHABLE" else FORBIDDEN
        return HTMLResponse(_page("未能登录", said + link), status)

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
