"""The codec: events and their envelopes to JSON bytes and back, through the vault and upcasts.

The state is ``{"schema": n, "envelope": {…}, "body": {…}}``; a personal value in it is
``{"owner": …, "box": base64}``. What the bytes are kept in is the store's matter.
"""

from binascii import a2b_base64, b2a_base64
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import Connection

from bancheng.app.shapes import fields_holding, found_in, in_utc
from bancheng.domain.events import TOPICS, Envelope, Event, Recorded
from bancheng.domain.people import Personal
from bancheng.domain.privacy.events import destroyed_by, hidden_by
from bancheng.infra.vault import KeyVault

B = TypeVar("B")


class UnreadableEventError(Exception):
    """事件无法读取: this program can not decode a stored event; names its topic and schema."""


class _State(msgspec.Struct, Generic[B], frozen=True):
    schema: int
    envelope: Envelope
    body: B


class Codec:
    """编解码器. Sealing is the one thing it needs the vault for: opening is left to the reader."""

    def __init__(self, vault: KeyVault) -> None:
        self._vault = vault
        self._encoder = msgspec.json.Encoder(enc_hook=self._sealed)

    def encode(self, envelope: Envelope, event: Event) -> tuple[str, bytes]:
        """Topic and state. Plain personal values are sealed, sealed ones written as they are."""
        cls = type(event)
        if TOPICS.get(getattr(cls, "topic", "")) is not cls:
            raise TypeError(f"{cls.__name__} is not registered under a topic")
        written = _State(cls.schema, in_utc(envelope), in_utc(event))
        return cls.topic, self._encoder.encode(written)

    def decode(self, topic: str, state: bytes) -> tuple[Envelope, Event]:
        """Envelope and event, lifted to today's schema; personal values stay sealed."""
        cls = TOPICS.get(topic)
        if cls is None:
            raise UnreadableEventError(
                f"事件主题 {topic} 未登记。请升级程序;主题一经使用不得删除(docs/evolution.md)"
            )
        try:
            if state.startswith(_beginning(cls.schema)):
                found = _decoder(cls).decode(state)
                return found.envelope, found.body
            older = _OF_ANY_SCHEMA.decode(state)
            return older.envelope, _lifted(cls, older)
        except (msgspec.MsgspecError, KeyError, TypeError, ValueError) as error:
            raise UnreadableEventError(f"事件 {topic} 的内容无法解析:{error!r}") from error

    def warm(self, events: Iterable[Recorded]) -> None:
        """Have the keys at hand that the personal values of ``events`` open with."""
        # Asked of event and envelope each: the field `event` of `Recorded` is typed by its base,
        # which holds nothing.
        parts = (part for each in events for part in (each.event, each.envelope))
        self._vault.warm(owner for part in parts for owner in _owners_in(part))

    def flush(self, connection: Connection) -> None:
        """Write the keys that sealing made, in the append's transaction."""
        self._vault.flush(connection)

    def end_keys(self, connection: Connection, events: Sequence[Event]) -> None:
        """Destroy, and hide, the keys that ``events`` say, in the append's transaction."""
        if destroyed := destroyed_by(events):
            self._vault.destroy(connection, destroyed)
        if hidden := hidden_by(events):
            self._vault.hide(connection, hidden)

    def published(self) -> None:
        """The append's transaction is committed."""
        self._vault.published()

    def forget_pending(self) -> None:
        """The append's transaction was rolled back."""
        self._vault.forget_pending()

    def _sealed(self, value: Any) -> dict[str, str]:
        if not isinstance(value, Personal):
            raise TypeError(f"a {type(value).__name__} can not be stored in an event")
        if value.owner is None:
            raise TypeError(f"{value!r} must have an owner before it is stored")
        box = self._vault.seal(value) if value.box is None else value.box
        return {"owner": value.owner, "box": b2a_base64(box, newline=False).decode()}


def _owners_in(part: msgspec.Struct) -> Iterator[str]:
    """Whose values ``part`` holds."""
    for name in fields_holding(type(part), Personal):
        value = getattr(part, name)
        # Most are none, or stand here themselves: to walk on is only for the others.
        if isinstance(value, Personal):
            yield from (value.owner,) if value.owner else ()
        elif value:
            yield from (each.owner for each in found_in(value, Personal) if each.owner)


def _boxed(cls: type, stored: Any) -> Any:
    if not issubclass(cls, Personal):
        raise TypeError(f"a {cls.__name__} can not be read from an event")
    return cls(owner=stored["owner"], box=a2b_base64(stored["box"], strict_mode=True))


_OF_ANY_SCHEMA = msgspec.json.Decoder(_State[msgspec.Raw], dec_hook=_boxed)


def read_event_types() -> None:
    """Have msgspec read the types of all events now; see `bancheng.app.shapes.read_types`."""
    for cls in TOPICS.values():
        _decoder(cls)


@cache
def _decoder(cls: type[Event]) -> "msgspec.json.Decoder[_State[Any]]":
    return msgspec.json.Decoder(_State[cls], dec_hook=_boxed)  # type: ignore[valid-type]


@cache
def _beginning(schema: int) -> bytes:
    """How a state of that schema begins, as `Codec.encode` writes it."""
    return b'{"schema":%d,' % schema


def _lifted(cls: type[Event], stored: _State[msgspec.Raw]) -> Event:
    """The body of an event of another schema than today's, or of a state not as we write it."""
    if stored.schema > cls.schema:
        raise UnreadableEventError(
            f"事件 {cls.topic} 的结构版本 {stored.schema} 高于本程序所知的 {cls.schema}。"
            "该事件由更新的程序写入,请升级程序"
        )
    body = msgspec.json.decode(stored.body)
    for schema in range(stored.schema, cls.schema):
        body = cls.upcasts[schema](body)
    return msgspec.convert(body, cls, dec_hook=_boxed)
