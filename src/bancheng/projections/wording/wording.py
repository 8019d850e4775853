"""叙述的形式: what is said of one kind of event, and which of its fields are shown under what."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple, get_type_hints

import msgspec

from bancheng.domain.events import Event
from bancheng.domain.people import FreeText
from bancheng.projections.wording.readers import Masked, Reader, reader_of
from bancheng.projections.wording.templates import ALONE, Beside, compiled, fields_in


class Part(NamedTuple):
    """字段: what a field of an event is called, and how it is read if its type does not say."""

    label: str
    reads: Reader | None = None


@dataclass(frozen=True, kw_only=True)
class Shape:
    """句意: what is said of an event beside its sentence.

    - ``reason`` is the field that says why, or in what words;
    - ``unit`` is the field that names the unit that the event is about or goes to, whose officers
      see it; ``of`` the field that names an order (a warning) whose unit is meant instead;
      ``opens`` the field that names an order which that unit has from now on;
    - ``was`` are the fields of which an earlier event of the stream has the value before;
      not ``sets``: what it says replaces nothing;
    - ``parts`` are words for fields that mean here something else than in other events;
    - ``hidden`` are fields that are not shown, and why not.
    """

    reason: str | None = None
    unit: str | None = None
    of: str | None = None
    opens: str | None = None
    was: tuple[str, ...] = ()
    sets: bool = True
    parts: Mapping[str, Part] = field(default_factory=dict)
    hidden: Mapping[str, str] = field(default_factory=dict)


PLAIN = Shape()


class Saying(NamedTuple):
    """叙述: a sentence of one kind of event, without who did it, and its `Shape`."""

    said: str
    shape: Shape = PLAIN


def says(said: str, **shape: Any) -> Saying:
    """叙述: the sentence ``said`` in the words of `bancheng.projections.wording.templates`."""
    return Saying(said, Shape(**shape))


class Wording:
    """用语: what is said of the events of one class; ``words`` are those that most events share.

    ``TypeError`` if a field of the event is neither called anything nor hidden.
    """

    def __init__(self, cls: type[Event], saying: Saying, words: Mapping[str, Part]) -> None:
        self.cls, self.template, self.shape = cls, saying.said, saying.shape
        self._hints = get_type_hints(cls, include_extras=True)
        named = [one.name for one in msgspec.structs.fields(cls)]
        parts = {**words, **self.shape.parts}
        shown = [name for name in named if name not in self.shape.hidden]
        if silent := [name for name in shown if name not in parts]:
            raise TypeError(f"{cls.__name__}: how are {', '.join(silent)} called, or why hidden?")
        self.parts = {name: parts[name] for name in shown}
        self.readers: dict[str, Reader] = {
            name: (part and part.reads) or reader_of(self._hints[name])
            for name, part in ((name, parts.get(name)) for name in named)
        }
        self._say = compiled(self.template, self.readers)

    def say(self, event: Event, masked: Masked, beside: Beside = ALONE) -> str:
        """The sentence, without who did it; what the event itself does not say is ``beside``."""
        return self._say(event, masked, beside)

    @cached_property
    def fields(self) -> frozenset[str]:
        """The fields that the sentence shows or asks about."""
        return fields_in(self.template)

    def is_free_text(self, name: str) -> bool:
        """Whether the field holds what somebody wrote freely."""
        hint = self._hints[name]
        kinds = getattr(hint, "__args__", (hint,))
        return any(isinstance(one, type) and issubclass(one, FreeText) for one in kinds)

    def read(self, name: str, event: Event, masked: Masked) -> str | None:
        """The field ``name`` of ``event`` as people read it; None if it is absent or empty."""
        value = getattr(event, name)
        return None if value in (None, ()) else self.readers[name](value, masked)
