"""What every request passes: its number, its log line, and a mask before what failed."""

import re
import time
from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bancheng.graphql import errors
from bancheng.graphql.pages import NOTHING
from bancheng.graphql.sockets import reason_of
from bancheng.graphql.view import coded, request_id_of
from bancheng.infra.logs import get_logger, request
from bancheng.log_lines import LogLine

log = get_logger("web")
# Codes with which a connection ends: by itself, by a fault of ours.
CLOSED, FAILED = 1000, 1011
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


class Threshold:
    """门槛: gives a request its number, bounds what browsers may do, logs, and masks failures."""

    def __init__(self, app: ASGIApp, new_id: Callable[[], str]) -> None:
        self._app = app
        self._new_id = new_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        number = given if _REQUEST_ID.fullmatch(given) else self._new_id()
        scope.setdefault("state", {})["request_id"] = number
        with request(number):
            if scope["type"] == "http":
                await self._answer(scope, receive, send)
            else:
                await self._connect(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        began, status = time.perf_counter(), 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _secure(MutableHeaders(scope=message), request_id_of(scope))
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception as error:  # the edge: nothing of it may reach the client
            errors.record(error)
            if status:
                raise
            masked = errors.masked(request_id_of(scope))
            await coded(500, **masked)(scope, receive, sending)
        finally:
            took = round((time.perf_counter() - began) * 1000, 1)
            log.info(LogLine.REQUEST_DONE, method=scope["method"], path=_way(scope),
                     status=status, ms=took)  # fmt: skip

    async def _connect(self, scope: Scope, receive: Receive, send: Send) -> None:
        began, status = time.perf_counter(), 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "websocket.close":
                status = message.get("code", CLOSED)
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception as error:  # noqa: BLE001  the edge: nothing of it may reach the client
            errors.record(error)
            if not status:
                masked = errors.masked(request_id_of(scope))
                reason = reason_of(masked["code"], masked["message"])
                await sending({"type": "websocket.close", "code": FAILED, "reason": reason})
        finally:
            took = round((time.perf_counter() - began) * 1000, 1)
            log.info(LogLine.REQUEST_DONE, method="WEBSOCKET", path=_way(scope),
                     status=status or CLOSED, ms=took)  # fmt: skip


def _way(scope: Scope) -> str:
    """The path as its route is declared: what was typed in it may be somebody's name."""
    if "endpoint" not in scope:
        return "unknown"
    path: str = scope["path"]
    for name, value in scope.get("path_params", {}).items():
        path = path.replace(str(value), f"{{{name}}}")
    return path


def _secure(headers: MutableHeaders, number: str) -> None:
    headers["X-Request-Id"] = number
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    headers["Referrer-Policy"] = "no-referrer"
    headers["Cache-Control"] = "no-store"
    headers.setdefault("Content-Security-Policy", NOTHING)
