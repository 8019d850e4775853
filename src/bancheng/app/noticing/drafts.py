"""通知内容: what is told to one addressee, and the template that it is made from."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from bancheng.domain.events import Recorded
from bancheng.domain.notices.terms import Addressee
from bancheng.domain.people import Role

QUERY_CODE = "〔查询码〕"
"""What stands in a text where its receiver, and nobody else, reads the query code."""


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """待发通知: a text for one addressee, made of one event.

    ``unit`` or ``post`` say who it is, if it is no citizen. ``not_before`` is when the event itself
    says that they are to be told; ``urgent`` is told outside their hours, too, and never gathered
    with others. ``by_phone``: where nothing else reaches a citizen they are called.
    """

    addressee: Addressee
    text: str
    unit: str | None = None
    post: Role | None = None
    urgent: bool = False
    by_phone: bool = True
    not_before: datetime | None = None


class Template(NamedTuple):
    """通知模板: what is told of one kind of event to one addressee.

    ``says`` is the text, with gaps as `bancheng.app.noticing.texts` fills them. ``only`` says of
    which events of the kind; ``posts`` are those it is for, one draft each, where it is for posts.
    ``units`` says for which units it is, if it is for units.
    """

    addressee: Addressee
    says: str
    posts: tuple[Role, ...] = ()
    urgent: bool = False
    by_phone: bool = True
    units: Callable[[Any], Iterable[str]] = lambda file: file.units()
    only: Callable[[Any, Recorded], bool] = lambda _event, _recorded: True


def to_citizen(says: str, **more: Any) -> Template:
    """What whoever reported or applied is told."""
    return Template(Addressee.CITIZEN, says, **more)


def to_unit(says: str, **more: Any) -> Template:
    """What a unit is told: that which the event is about, or ``units``; see `texts`."""
    return Template(Addressee.UNIT, says, **more)


def to_post(says: str, *posts: Role, **more: Any) -> Template:
    """What those of the hall are told who hold one of ``posts``."""
    return Template(Addressee.POST, says, posts, **more)
