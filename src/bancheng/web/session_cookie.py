"""会话的 Cookie: how a session comes into a browser and out of it, by whichever way."""

from dataclasses import dataclass
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from bancheng.app.credentials import Begun, Ended
from bancheng.graphql.context import Services
from bancheng.graphql.cookies import cookie_name, is_secure
from bancheng.infra.sessions import Sessions
from bancheng.web.sign_in_records import SignInRecords


@dataclass(frozen=True)
class SessionCookie:
    """会话的 Cookie: of one hall."""

    sessions: Sessions
    services: Services
    records: SignInRecords

    async def let_in(self, request: Request, begun: Begun, response: Response) -> Response:
        """``response``, with the session that has begun; what the browser had before ends."""
        await self.end(request)  # whoever put it there
        self.put(request, response, begun.secret)
        return response

    async def end(self, request: Request) -> Ended | None:
        """End the session of the request's cookie, and say which it was."""
        shown = request.cookies.get(self._name(request))
        if shown is None:
            return None
        ended = await self.services.off_loop(partial(self.sessions.end, shown))
        if ended is not None:
            await self.records.signed_out(request, ended, request.url.path.strip("/"))
        return ended

    def put(self, request: Request, response: Response, secret: str) -> None:
        """Let the browser keep ``secret``, or nothing if it is empty."""
        response.set_cookie(
            self._name(request),
            secret,
            max_age=None if secret else 0,
            path="/",
            secure=is_secure(request, self.services.public_url),
            httponly=True,
            samesite="strict",
        )

    def _name(self, request: Request) -> str:
        return cookie_name(secure=is_secure(request, self.services.public_url))
