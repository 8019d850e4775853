"""工作日历: the calendar of the hall as a stream of published versions."""

from typing import Annotated

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from bancheng.domain.commands import Command, Desk
from bancheng.domain.errors import InvalidInput
from bancheng.domain.events import Event, Recorded, topic
from bancheng.domain.guards import guarded, nothing
from bancheng.domain.time_limits.calendar import Calendar
from bancheng.domain.time_limits.calendar_text import CalendarError, extend_calendar


@topic("office.calendar-published")
class CalendarPublished(Event, frozen=True, kw_only=True):
    """发布日历: a new version of the working calendar holds from now on, with its source.

    The whole calendar is kept, so that what was decided by it can be explained for ever.
    """

    calendar: Calendar


class PublishCalendar(Command, frozen=True, kw_only=True):
    """发布日历: a new year's notice, an extended or local holiday, or changed opening hours."""

    text: Annotated[
        str, Meta(min_length=1, max_length=200_000, description="日历文件内容(TOML 或 JSON)")
    ]


class CalendarRegister(msgspec.Struct, frozen=True, kw_only=True):
    """日历册: the write state; ``versions`` names those that were published, in order."""

    versions: tuple[str, ...] = ()


def evolve(register: CalendarRegister, recorded: Recorded) -> CalendarRegister:
    """The state after ``recorded``."""
    match recorded.event:
        case CalendarPublished(calendar=calendar):
            return CalendarRegister(versions=(*register.versions, calendar.version))
    return register


@guarded(nothing)
def publish_calendar(
    register: CalendarRegister, command: PublishCalendar, desk: Desk
) -> list[Event]:
    calendar = stated_calendar(command.text, desk.calendar)
    # Due dates name the version that they were counted by; one name must mean one calendar.
    if calendar.version in (*register.versions, desk.calendar.version):
        raise InvalidInput(
            "CALENDAR_VERSION_TAKEN",
            f"日历版本「{calendar.version}」已发布过",
            field="text",
            remedy="请换用新的版本号",
        )
    return [CalendarPublished(calendar=replace(calendar, published_at=desk.now))]


def stated_calendar(text: str, base: Calendar) -> Calendar:
    """The calendar that ``text`` states, as changes of ``base``.

    ``InvalidInput`` ``CALENDAR_INVALID`` names everything that is wrong with it.
    """
    try:
        return extend_calendar(base, text)
    except CalendarError as error:
        raise InvalidInput(
            "CALENDAR_INVALID", str(error), field="text", remedy="请按提示更正日历文件"
        ) from error
