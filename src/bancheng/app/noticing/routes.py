"""线路: the ways that a hall has set up to reach people, units and systems, and at what hours."""

from collections.abc import Iterator

import msgspec

from bancheng.app.noticing.drafts import Draft
from bancheng.domain.notices.hours import Quiet, ReceivingHours
from bancheng.domain.notices.terms import Addressee, NoticeChannel
from bancheng.domain.people import Role


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """线路: one way out, to some units and posts, to citizens, or to a system.

    ``slots`` are minutes of the day at which what is not urgent goes out together. ``topics`` begin
    those of the events that a system is told of.
    """

    name: str
    channel: NoticeChannel
    units: frozenset[str] = frozenset()
    posts: frozenset[Role] = frozenset()
    citizens: bool = False
    topics: tuple[str, ...] = ()
    hours: ReceivingHours = ReceivingHours.ANY
    slots: tuple[int, ...] = ()

    def takes(self, draft: Draft) -> bool:
        """Whether ``draft`` goes this way."""
        match draft.addressee:
            case Addressee.CITIZEN:
                return self.citizens
            case Addressee.UNIT:
                return draft.unit in self.units
            case Addressee.POST:
                return draft.post in self.posts
        return False

    def follows(self, topic: str) -> bool:
        """Whether its system is told of events of ``topic``."""
        return any(topic.startswith(one) for one in self.topics)


SCREEN = Route(name="screen", channel=NoticeChannel.SCREEN)
PHONE = Route(name="phone", channel=NoticeChannel.PHONE)


class Routes(msgspec.Struct, frozen=True, kw_only=True):
    """通知设置: all ways out of a hall, and when its citizens are not to be disturbed.

    The screen and the list of whom to call are always there; without anything else nothing leaves
    the hall.
    """

    out: tuple[Route, ...] = ()
    quiet: Quiet = Quiet()

    def ways(self, draft: Draft) -> Iterator[Route]:
        """The ways that ``draft`` takes."""
        found = [one for one in self.out if one.takes(draft)]
        if draft.addressee is Addressee.CITIZEN:
            yield from found or ([PHONE] if draft.by_phone else [])
            return
        yield SCREEN
        yield from found

    def systems(self, topic: str) -> Iterator[Route]:
        """The ways to the systems that are told of events of ``topic``."""
        return (one for one in self.out if one.follows(topic))
