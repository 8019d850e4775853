"""Whether the hall can work: read models, sweep and database, as `/readyz` tells it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

import anyio
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bancheng.graphql import errors
from bancheng.graphql.context import Services
from bancheng.jobs import SweepHealth
from bancheng.jobs.sending import RouteHealth
from bancheng.projections.machine.health import Health

READY_SECONDS = 5.0
UNREADY = 503


class Background(Protocol):
    """后台任务: something that runs as long as the server, such as the projection runner."""

    def start(self) -> None: ...
    def stop(self) -> None: ...


class Sweeping(Background, Protocol):
    """巡检: the background task that warns; `jobs.Sweeper` is one."""

    def health(self, now: datetime) -> SweepHealth: ...


class Outgoing(Background, Protocol):
    """通知发送: the background task that sends notices; `jobs.Sending` is one."""

    def health(self) -> Sequence[RouteHealth]: ...


async def ready(
    services: Services, sweeper: Sweeping | None, sending: Outgoing | None, _: Request
) -> Response:
    """Everything there is to say, with 503 if any of it is not well."""

    def look() -> list[Health]:
        return services.runner.health(services.now())

    try:
        with anyio.fail_after(READY_SECONDS):
            found = await anyio.to_thread.run_sync(look, abandon_on_cancel=True)
    except Exception as error:  # noqa: BLE001  the edge: what can not be looked at is not ready
        errors.record(error)
        return JSONResponse({"status": "unready", "database": "unreachable"}, UNREADY)
    sweep = None if sweeper is None else sweeper.health(services.now())
    routes = [] if sending is None else sending.health()
    # A receiver that is away is none of ours: nothing is lost, and the hall goes on.
    well = (
        all(one.is_well() for one in found)
        and (sweep is None or sweep.is_well())
        and all(one.alive for one in routes)
    )
    body = {
        "status": "ok" if well else "unready",
        "projections": [_told(one) for one in found],
        "sweep": sweep and _told_of_sweep(sweep),
        "notices": [_told_of_route(one) for one in routes],
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
                "leftAside": stage.aside,
            }
            for stage in health.stages
        ],
    }


def _told_of_route(health: RouteHealth) -> dict[str, Any]:
    down = health.down_since
    return {
        "route": health.name,
        "alive": health.alive,
        "downSince": down and down.isoformat(),
        "fault": health.fault,
    }
