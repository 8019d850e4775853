"""The ASGI application: routes, and what lives as long as the server."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Protocol

import anyio
import sqlalchemy
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute

from bancheng.app.engine import Engine, Rules
from bancheng.app.ports import AccessLog, Clock
from bancheng.config import Config
from bancheng.graphql.context import Finder, Repeats, Services
from bancheng.graphql.pages import CONSOLE, CONSOLE_POLICY
from bancheng.graphql.schema import schema_text
from bancheng.graphql.view import Api, coded
from bancheng.infra.enrolment import Enrolments
from bancheng.infra.identity import Identity
from bancheng.infra.logs import get_logger
from bancheng.infra.outer_sign_in import Provider
from bancheng.infra.outer_staff import OuterStaff
from bancheng.infra.password_sign_in import PasswordSignIn
from bancheng.infra.sealed_steps import SealedSteps
from bancheng.infra.sessions import Sessions
from bancheng.log_lines import LogLine
from bancheng.projections.machine.batches import Batches
from bancheng.projections.machine.runner import Runner
from bancheng.web.body_limit import BodyLimit
from bancheng.web.exports import ExportDesk
from bancheng.web.readiness import Background, Outgoing, Sweeping, ready
from bancheng.web.reports import ReportDesk
from bancheng.web.signing_in import SignInDesk
from bancheng.web.threshold import Threshold

log = get_logger("web")
NOT_FOUND = 404


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
    def batches(self) -> Batches: ...
    @property
    def rules(self) -> Rules: ...
    @property
    def identity(self) -> Identity: ...
    @property
    def accesses(self) -> AccessLog: ...
    @property
    def person_search(self) -> Finder: ...
    @property
    def likely_repeats(self) -> Repeats: ...
    @property
    def sessions(self) -> Sessions: ...
    @property
    def passwords(self) -> PasswordSignIn: ...
    @property
    def enrolments(self) -> Enrolments: ...
    @property
    def steps(self) -> SealedSteps: ...
    @property
    def providers(self) -> Mapping[str, Provider]: ...
    @property
    def outer_staff(self) -> OuterStaff: ...


def create_app(
    hall: Hall,
    background: Sequence[Background] = (),
    *,
    sweeper: Sweeping | None = None,
    sending: Outgoing | None = None,
) -> Starlette:
    """The ASGI application that serves ``hall``, with its projection runner and ``background``.

    With its ``sweeper`` and what is ``sending`` its notices, whose health it tells, unless somebody
    else does that.
    """
    services = services_of(hall)
    bytes_max = hall.config.request_bytes_max
    api = Api(services)
    own = [one for one in (sweeper, sending) if one is not None]
    return Starlette(
        routes=[
            Route("/graphql", api),
            WebSocketRoute("/graphql", api),
            Route("/console", _console),
            *ExportDesk(hall, services, api).routes(),
            *ReportDesk(hall, services, api).routes(),
            *SignInDesk(hall, services).routes(),
            Route("/schema.graphql", _schema),
            Route("/healthz", _alive),
            Route("/readyz", partial(ready, services, sweeper, sending)),
        ],
        middleware=[
            Middleware(Threshold, new_id=hall.engine.ids.new),
            Middleware(BodyLimit, bytes_max=bytes_max),
        ],
        exception_handlers={HTTPException: _refused},
        lifespan=partial(_lifespan, (hall.runner, *background, *own)),
    )


def services_of(hall: Hall) -> Services:
    """What the resolvers may use of ``hall``."""
    return Services(
        engine=hall.engine,
        database=hall.database,
        rules=hall.rules,
        now=hall.clock.now,
        who=hall.identity,
        accesses=hall.accesses,
        finder=hall.person_search,
        repeats=hall.likely_repeats,
        public_url=hall.config.public_url or "",
        runner=hall.runner,
        batches=hall.batches,
        wait_seconds=hall.config.wait_seconds,
    )


@asynccontextmanager
async def _lifespan(background: Sequence[Background], _: Starlette) -> AsyncIterator[None]:
    started: list[Background] = []
    try:
        for task in background:
            await anyio.to_thread.run_sync(task.start)
            started.append(task)
        log.info(LogLine.SERVER_STARTED)
        yield
    finally:
        for task in reversed(started):
            await anyio.to_thread.run_sync(task.stop)
        log.info(LogLine.SERVER_STOPPED)


async def _console(_: Request) -> Response:
    return HTMLResponse(CONSOLE, headers={"Content-Security-Policy": CONSOLE_POLICY})


async def _schema(_: Request) -> Response:
    return PlainTextResponse(schema_text())


async def _alive(_: Request) -> Response:
    return JSONResponse({"status": "ok"})


async def _refused(_: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == NOT_FOUND:
        return coded(status, "PATH_UNKNOWN", "没有这个地址;接口在 /graphql,查询台在 /console")
    return coded(status, "REQUEST_INVALID", "请求方式不对")
