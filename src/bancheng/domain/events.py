"""The event envelope and the registry of topics.

A topic is permanent. A new shape of the same fact raises the schema number and adds an upcast;
a new meaning is a new event.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any, ClassVar, TypeVar

import msgspec
from msgspec import Meta

from bancheng.domain.labelled import Labelled
from bancheng.domain.people import Actor, FreeText
from bancheng.domain.steps import Step

Upcast = Callable[[dict[str, Any]], dict[str, Any]]


class Channel(Labelled):
    """渠道: by which way a matter reached the hall, or an act was done."""

    WINDOW = "window", "窗口"
    PHONE = "phone", "电话"
    ONLINE = "online", "网上"
    HOTLINE_12345 = "hotline_12345", "12345热线"
    OPINION_BOX = "opinion_box", "意见箱"
    DISCIPLINE_REFERRAL = "discipline_referral", "纪委转办"
    INSPECTION = "inspection", "巡查"
    RATING = "rating", "好差评"
    STAFF = "staff", "工作人员发现(未诉先办)"
    IMPORT = "import", "批量导入"
    SYSTEM = "system", "系统"
    CONSOLE = "console", "运维命令行"
    UNSTATED = "unstated", "未说明"

    @property
    def is_own(self) -> bool:
        """Whether acts come this way from the hall's own programs alone, and from no client."""
        return self in (Channel.IMPORT, Channel.SYSTEM, Channel.CONSOLE)


class Place(msgspec.Struct, frozen=True):
    """办理地点: where an act was done, as whoever did it tells; nothing of it is guessed."""

    channel: Annotated[Channel, Meta(description="渠道")]
    window: (
        Annotated[str, Meta(min_length=1, max_length=40, description="窗口编号,在窗口办理的填写")]
        | None
    ) = None
    terminal: (
        Annotated[str, Meta(min_length=1, max_length=60, description="终端编号,如自助机、电脑")]
        | None
    ) = None


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """事实: what happened in the office. Subclasses are past participles."""

    topic: ClassVar[str]
    schema: ClassVar[int]
    term: ClassVar[str]
    step: ClassVar[Step | None]
    upcasts: ClassVar[Mapping[int, Upcast]]

    def title(self) -> str:
        """What the trail calls it: its term, unless it has words of its own."""
        return self.term

    def within(self) -> Step | None:
        """The step it belongs to: that of its topic, unless it says so itself."""
        return self.step

    def done_there(self) -> str | None:
        """Who did it in the system that tells of it, if this is told of another system's act."""
        return None


class Principal(msgspec.Struct, frozen=True, kw_only=True):
    """被代人: in whose place somebody did an act, who had the work in hand (A岗)."""

    staff_id: str
    name: str


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """留痕要素: who, when (both times), from where and why. Every event carries one.

    ``occurred_at`` is the claimed time, ``recorded_at`` ours; both UTC. ``channel``, ``window`` and
    ``terminal`` are the `Place` that the actor told. ``backdated`` (补录): the actor said when it
    happened, and entered it later. ``basis`` is the rule the act rests on,
    ``why`` what the actor said. ``batch_id`` is that of the import, or of the act done for many
    matters at once, that it is part of. ``acting_for`` is in whose place the actor did it, as their
    stand-in.
    """

    event_id: str
    occurred_at: datetime
    recorded_at: datetime
    actor: Actor
    channel: Channel
    act: str
    request_id: str
    key: str
    basis: str
    why: FreeText | None = None
    window: str | None = None
    terminal: str | None = None
    source_system: str | None = None
    source_id: str | None = None
    batch_id: str | None = None
    backdated: bool = False
    rule_version: str | None = None
    acting_for: Principal | None = None

    @property
    def doers(self) -> frozenset[str]:
        """Whose act it is: who did it, and in whose place. Neither decides about it afterwards."""
        if self.acting_for is None:
            return frozenset({self.actor.id})
        return frozenset({self.actor.id, self.acting_for.staff_id})


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """入库事件: an event with its envelope and its place.

    ``version`` counts within the stream from 1; ``position`` orders the whole log, with gaps.
    """

    stream_id: str
    version: int
    position: int
    envelope: Envelope
    event: Event


TOPICS: dict[str, type[Event]] = {}
E = TypeVar("E", bound=Event)


def topic(
    name: str,
    *,
    step: Step | None = None,
    schema: int = 1,
    upcasts: Mapping[int, Upcast] | None = None,
) -> Callable[[type[E]], type[E]]:
    """Register an event class under its permanent topic.

    ``upcasts`` maps each older schema number to the function that lifts a body to the next one.
    The class docstring must begin with the Chinese term, ended by a colon.
    """
    steps = dict(upcasts or {})

    def register(cls: type[E]) -> type[E]:
        if name in TOPICS:
            raise TypeError(f"topic {name} is taken by {TOPICS[name].__name__}")
        if sorted(steps) != list(range(1, schema)):
            raise TypeError(f"topic {name}: schema {schema} needs an upcast from each older one")
        cls.topic, cls.schema, cls.step, cls.upcasts = name, schema, step, steps
        cls.term = term_of(cls)
        TOPICS[name] = cls
        return cls

    return register


def term_of(cls: type) -> str:
    """The Chinese term a class's docstring begins with."""
    term, colon, _ = (cls.__doc__ or "").partition(":")
    if not colon or not term.strip():
        raise TypeError(f"the docstring of {cls.__name__} must begin with its Chinese term")
    return term.strip()
