"""消息: what goes out at once to one receiver, and that it did not arrive.

A message says the same under the same id, however often it goes out: a receiver that keeps the ids
has each notice once.
"""

from datetime import datetime
from typing import Final, NamedTuple

import msgspec

from bancheng.domain.people import Phone


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """消息内容: one notice as it goes out. ``position`` orders what is told of one hall."""

    notice_id: str
    matter_id: str
    number: str
    of_topic: str
    term: str
    text: str
    made_at: datetime
    position: int
    unit: str | None = None


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """消息: one or several notices of one route.

    ``phone`` is the number that a text message goes to, opened for this sending alone.
    """

    id: str
    items: tuple[Item, ...]
    phone: Phone | None = None


class Gathers(NamedTuple):
    """汇总上限: how many notices one message takes, and how many bytes of their texts."""

    notices: int
    text_bytes: int


ALONE: Final = Gathers(notices=1, text_bytes=0)
"""Each notice is a message."""


class NotDelivered(Exception):
    """未送达: ``fault`` is a code, with nothing of the message or the receiver in it.

    ``is_final``: the receiver will never take it. ``pause_seconds`` is what it asked to wait.
    """

    def __init__(
        self, fault: str, *, is_final: bool = False, pause_seconds: float | None = None
    ) -> None:
        super().__init__(fault)
        self.fault, self.is_final, self.pause_seconds = fault, is_final, pause_seconds
