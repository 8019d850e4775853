"""Which streams the log holds, for whoever looks at all of them."""

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import Engine, bindparam, func, select

from bancheng.infra import database
from bancheng.infra.schema import event

PAGE = 1000

_COUNT = select(func.count()).select_from(event)
_OF_ONE = _COUNT.where(event.c.stream_id == bindparam("stream_id"))
_STREAMS = (
    select(event.c.stream_id, func.count().label("events"))
    .where(event.c.stream_id > bindparam("after"))
    .group_by(event.c.stream_id)
    .order_by(event.c.stream_id)
    .limit(PAGE)
)


class Stream(NamedTuple):
    """事件流: its id, and how many events it has."""

    stream_id: str
    events: int


def event_count(engine: Engine) -> int:
    """How many events there are."""
    with database.read(engine) as connection:
        return connection.scalar(_COUNT) or 0


def one(engine: Engine, stream_id: str) -> Stream | None:
    """The stream of that id, if it has an event."""
    with database.read(engine) as connection:
        events = connection.scalar(_OF_ONE, {"stream_id": stream_id}) or 0
    return Stream(stream_id, events) if events else None


def every(engine: Engine) -> Iterator[Stream]:
    """All streams by their ids, a page at a time; no transaction lasts longer than a page."""
    after = ""
    while page := _behind(engine, after):
        yield from page
        after = page[-1].stream_id


def _behind(engine: Engine, after: str) -> list[Stream]:
    with database.read(engine) as connection:
        return [Stream(*row) for row in connection.execute(_STREAMS, {"after": after})]
