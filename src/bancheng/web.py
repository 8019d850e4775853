"""The web: routes, what every request passes, health, and what lives as long as the server."""

import re
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from typing import Any, Protocol

import anyio
import sqlalchemy
from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bancheng.app.engine import Engine, Rules
from bancheng.app.ports import Clock
from bancheng.config import Config
from bancheng.domain.people import Actor
from bancheng.graphql import errors
from bancheng.graphql.context import Services
from bancheng.graphql.pages import CONSOLE, CONSOLE_POLICY, NOTHING
from bancheng.graphql.schema import schema_text
from bancheng.graphql.sockets import reason_of
from bancheng.graphql.view import Api, coded, request_id_of
from bancheng.infra.logs import Said, get_logger, request
from bancheng.jobs import SweepHealth
from bancheng.projections.health import Health
from bancheng.projections.pages import Pages
from bancheng.projections.runner import Runner

log = get_logger("web")
READY_SECONDS = 5.0
NOT_FOUND = 404
UNREADY = 503
# Codes with which a connection ends: by itself, by a message too large, by a fault of ours.
CLOSED, MESSAGE_TOO_LARGE, FAILED = 1000, 1009, 1011
DIGITS_MAX = 12
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


class Background(Protocol):
    """后台任务: something that runs as long as the server, such as the projection runner."""

    def start(self) -> None: ...
    def stop(self) -> None: ...


class Sweeping(Background, Protocol):
    """巡检: the background task that warns; `jobs.Sweeper` is one."""

    def health(self, now: datetime) -> SweepHealth: ...


class Hall(Protocol):
    """大厅: what is served; `bootstrap.Container` is one."""

    @property
    def config(self) -> Config: ...
    @property
    def database(self) -> sqlalchemy.Engine: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def engine(self) -> Engine: ...
    @property
    def runner(self) -> Runner: ...
    @property
    def pages(self) -> Pages: ...
    @property
    def rules(self) -> Rules: ...
    def authenticate(self, header: str | None) -> Actor: ...


def create_app(
    hall: Hall, background: Sequence[Background] = (), *, sweeper: Sweeping | None = None
) -> Starlette:
    """The ASGI application that serves ``hall``, with its projection runner and ``background``.

    With its ``sweeper``, whose health it tells, unless somebody else sweeps.
    """
    services = services_of(hall)
    bytes_max = hall.config.request_bytes_max
    api = Api(services)
    sweepers = () if sweeper is None else (sweeper,)
    return Starlette(
        routes=[
            Route("/graphql", api),
            WebSocketRoute("/graphql", api),
            Route("/console", _console),
            Route("/schema.graphql", _schema),
            Route("/healthz", _alive),
            Route("/readyz", partial(_ready, services, sweeper)),
        ],
        middleware=[
            Middleware(Threshold, new_id=hall.engine.ids.new),
            Middleware(BodyLimit, bytes_max=bytes_max),
        ],
        exception_handlers={HTTPException: _refused},
        lifespan=partial(_lifespan, (hall.runner, *background, *sweepers)),
    )


def services_of(hall: Hall) -> Services:
    """What the resolvers may use of ``hall``."""
    return Services(
        engine=hall.engine,
        database=hall.database,
        rules=hall.rules,
        now=hall.clock.now,
        authenticate=hall.authenticate,
        runner=hall.runner,
        pages=hall.pages,
        wait_seconds=hall.config.wait_seconds,
    )


@asynccontextmanager
async def _lifespan(background: Sequence[Background], _: Starlette) -> AsyncIterator[None]:
    started: list[Background] = []
    try:
        for task in background:
            await anyio.to_thread.run_sync(task.start)
            started.append(task)
        log.info(Said.SERVER_STARTED)
        yield
    finally:
        for task in reversed(started):
            await anyio.to_thread.run_sync(task.stop)
        log.info(Said.SERVER_STOPPED)


async def _console(_: Request) -> Response:
    return HTMLResponse(CONSOLE, headers={"Content-Security-Policy": CONSOLE_POLICY})


async def _schema(_: Request) -> Response:
    return PlainTextResponse(schema_text())


async def _alive(_: Request) -> Response:
    return JSONResponse({"status": "ok"})


async def _ready(services: Services, sweeper: Sweeping | None, _: Request) -> Response:
    def look() -> list[Health]:
        return services.runner.health(services.now())

    try:
        with anyio.fail_after(READY_SECONDS):
            found = await anyio.to_thread.run_sync(look, abandon_on_cancel=True)
    except Exception as error:  # noqa: BLE001  the edge: what can not be looked at is not ready
        errors.record(error)
        return JSONResponse({"status": "unready", "database": "unreachable"}, UNREADY)
    sweep = None if sweeper is None else sweeper.health(services.now())
    well = all(one.is_well() for one in found) and (sweep is None or sweep.is_well())
    body = {
        "status": "ok" if well else "unready",
        "projections": [_told(one) for one in found],
        "sweep": sweep and _told_of_sweep(sweep),
    }
    return JSONResponse(body, 200 if well else UNREADY)


def _told(health: Health) -> dict[str, Any]:
    poison = health.poison
    return {
        "name": health.name,
        "well": health.is_well(),
        "position": health.position,
        "head": health.head,
        "ageSeconds": health.age.total_seconds(),
        "poison": poison and {"topic": poison.topic, "position": poison.position},
    }


def _told_of_sweep(health: SweepHealth) -> dict[str, Any]:
    return {
        "well": health.is_well(),
        "alive": health.alive,
        "leads": health.leads,
        "lastGoodAt": health.good_at and health.good_at.isoformat(),
        "stages": [
            {
                "name": stage.name,
                "well": stage.is_well(),
                "lastGoodAt": stage.good_at and stage.good_at.isoformat(),
                "failedAt": stage.failed_at,
            }
            for stage in health.stages
        ],
    }


async def _refused(_: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == NOT_FOUND:
        return coded(status, "PATH_UNKNOWN", "没有这个地址;接口在 /graphql,查询台在 /console")
    return coded(status, "REQUEST_INVALID", "请求方式不对")


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
            log.info(Said.REQUEST_DONE, method=scope["method"], path=scope["path"][:200],
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
            log.info(Said.REQUEST_DONE, method="WEBSOCKET", path=scope["path"][:200],
                     status=status or CLOSED, ms=took)  # fmt: skip


def _secure(headers: MutableHeaders, number: str) -> None:
    headers["X-Request-Id"] = number
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    headers["Referrer-Policy"] = "no-referrer"
    headers["Cache-Control"] = "no-store"
    headers.setdefault("Content-Security-Policy", NOTHING)


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
