"""How much a request may bring along."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bancheng.graphql.sockets import reason_of
from bancheng.graphql.view import coded

MESSAGE_TOO_LARGE = 1009  # the code with which a connection ends then
DIGITS_MAX = 12


class _TooLargeError(Exception):
    """The body is larger than a request may be."""


class BodyLimit:
    """请求体上限: also for bodies that do not say their length, and for messages."""

    def __init__(self, app: ASGIApp, bytes_max: int) -> None:
        self._app = app
        self._bytes_max = bytes_max

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._bounded(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._connected(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _connected(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def bounded() -> Message:
            message = await receive()
            text, data = message.get("text") or "", message.get("bytes") or b""
            if len(text.encode()) + len(data) > self._bytes_max:
                raise _TooLargeError
            return message

        try:
            await self._app(scope, bounded, send)
        except _TooLargeError:
            reason = reason_of("REQUEST_TOO_LARGE", f"消息超过上限 {self._bytes_max} 字节")
            close = {"type": "websocket.close", "code": MESSAGE_TOO_LARGE, "reason": reason}
            await send(close)

    async def _bounded(self, scope: Scope, receive: Receive, send: Send) -> None:
        seen = 0

        async def bounded() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self._bytes_max:
                raise _TooLargeError
            return message

        said = Headers(scope=scope).get("content-length", "0")
        try:
            if not (said.isdecimal() and int(said[:DIGITS_MAX]) > self._bytes_max):
                await self._app(scope, bounded, send)
                return
        except _TooLargeError:
            pass
        most = f"请求体超过上限 {self._bytes_max} 字节"
        await coded(413, "REQUEST_TOO_LARGE", most)(scope, receive, send)
