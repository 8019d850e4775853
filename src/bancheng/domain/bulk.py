"""批量办理: that one act is done for many matters at once.

Each matter has its own event, or its own refusal; what holds them together stands here, once.
"""

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from bancheng.domain.commands import Command, Desk
from bancheng.domain.events import Event, Recorded, topic
from bancheng.domain.guards import guarded, nothing

PREFIX: Final = "bulk-"
BULK_MAX: Final = 1_000
"""How many matters one act may be done for at once."""

_ActName = Annotated[str, Meta(min_length=1, max_length=80, description="办理动作")]
_ActTerm = Annotated[str, Meta(min_length=1, max_length=40, description="办理动作的名称")]
_Count = Annotated[int, Meta(ge=1, le=BULK_MAX, description="件数")]


@topic("bulk.begun")
class BulkBegun(Event, frozen=True, kw_only=True):
    """开始批量办理: somebody began to do one act for so many matters.

    What came of it on each stands in the streams of the matters, under the same batch.
    """

    act: str
    act_term: str
    count: int


class BeginBulk(Command, frozen=True, kw_only=True):
    """开始批量办理: begin to do one act for many matters.

    ``asked`` is a digest of what is to be done on which of them: under the same key nothing else
    may be done.
    """

    bulk_id: Annotated[str, Meta(min_length=1, max_length=80, description="批量办理标识")]
    act: _ActName
    act_term: _ActTerm
    count: _Count
    asked: Annotated[str, Meta(min_length=1, max_length=80, description="填写内容的摘要")]


class Bulk(msgspec.Struct, frozen=True, kw_only=True):
    """批量办理的状态: nothing is ever asked of it."""


def evolve(bulk: Bulk, _: Recorded) -> Bulk:
    """Nothing that happens to it decides anything."""
    return bulk


def is_of_many(recorded: Recorded) -> bool:
    """Whether the event is of one of many matters for which an act was done at once."""
    batch = recorded.envelope.batch_id
    is_of_bulk = batch is not None and batch.startswith(PREFIX)
    return is_of_bulk and batch != recorded.stream_id


@guarded(nothing)
def begin(_: Bulk, command: BeginBulk, __: Desk) -> list[Event]:
    return [BulkBegun(act=command.act, act_term=command.act_term, count=command.count)]
