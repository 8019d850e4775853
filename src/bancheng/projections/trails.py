"""全程留痕: its rows, filters and queries."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection

from bancheng.domain.events import Channel
from bancheng.domain.labelled import Labelled
from bancheng.domain.people import Personal
from bancheng.domain.steps import Step
from bancheng.projections.audit_trail import trail
from bancheng.projections.matter_register import matter
from bancheng.projections.pages import Pages
from bancheng.projections.paging import Listing, before, equals, since
from bancheng.projections.windows import Filter, Page, Window


class TrailRow(msgspec.Struct, frozen=True, kw_only=True):
    """留痕: one event, who, when (both times), from where and why. Personal values are masked."""

    position: int
    event_id: str
    stream_id: str
    matter_number: str | None
    version: int
    topic: str
    term: str
    step: Step | None
    act: str
    actor_id: str
    actor_name: str
    actor_post: str
    actor_unit: str
    channel: Channel
    window: str | None
    terminal: str | None
    source_system: str | None
    source_id: str | None
    batch_id: str | None
    request_id: str
    occurred_at: datetime
    recorded_at: datetime
    basis: str
    why_masked: str | None


class TrailOrder(Labelled):
    """留痕排序: by what the trail can be ordered."""

    RECORDED = "recorded", "入库顺序"
    OCCURRED_AT = "occurred_at", "发生时间"


class TrailFilter(Filter, frozen=True, kw_only=True):
    """留痕筛选: ``…_from`` is included, ``…_before`` is not."""

    stream_id: str | None = None
    matter_number: str | None = None
    actor_id: str | None = None
    actor_unit: str | None = None
    act: str | None = None
    topic: str | None = None
    step: Step | None = None
    channel: Channel | None = None
    window: str | None = None
    terminal: str | None = None
    source_system: str | None = None
    source_id: str | None = None
    batch_id: str | None = None
    request_id: str | None = None
    occurred_from: datetime | None = None
    occurred_before: datetime | None = None
    recorded_from: datetime | None = None
    recorded_before: datetime | None = None


TRAIL = Listing(
    TrailRow,
    columns=(*trail.c, matter.c.number.label("matter_number")),
    source=trail.outerjoin(matter, matter.c.matter_id == trail.c.stream_id),
    key=trail.c.position,
    orders={
        TrailOrder.RECORDED: trail.c.position,
        TrailOrder.OCCURRED_AT: trail.c.occurred_at,
    },
    conditions={
        "matter_number": equals(matter.c.number, "matter_number"),
        "occurred_from": since(trail.c.occurred_at, "occurred_from"),
        "occurred_before": before(trail.c.occurred_at, "occurred_before"),
        "recorded_from": since(trail.c.recorded_at, "recorded_from"),
        "recorded_before": before(trail.c.recorded_at, "recorded_before"),
    }
    | {
        name: equals(trail.c[name])
        for name in (
            "stream_id",
            "actor_id",
            "actor_unit",
            "act",
            "topic",
            "step",
            "channel",
            "window",
            "terminal",
            "source_system",
            "source_id",
            "batch_id",
            "request_id",
        )
    },
)

_OF_STREAM = TRAIL.select().where(equals(trail.c.stream_id)).order_by(trail.c.version)


def audit_trail(connection: Connection, chosen: TrailFilter, window: Window) -> Page[TrailRow]:
    """A page of the trail."""
    return TRAIL.page(connection, chosen, window)


def audit_trail_count(connection: Connection, chosen: TrailFilter) -> int:
    """How many entries ``chosen`` lets through."""
    return TRAIL.count(connection, chosen)


def timeline(connection: Connection, stream_id: str) -> list[TrailRow]:
    """The whole trail of one matter, in its order."""
    found = connection.execute(_OF_STREAM, {"stream_id": stream_id})
    return [TRAIL.read(row) for row in found]


def details(pages: Pages, positions: Sequence[int]) -> dict[int, Any]:
    """What the events at ``positions`` say, field by field, read from the log itself.

    Personal values are masked, those whose key was destroyed read 「已销毁」.
    """
    page = pages.at(positions)

    def masked(value: Any) -> str | None:
        if isinstance(value, Personal):
            return page.masked(value)
        raise TypeError(f"a {type(value).__name__} in an event")

    return {
        recorded.position: msgspec.to_builtins(recorded.event, enc_hook=masked)
        for recorded in page.events
    }
