"""工作日历: the calendar in force, and what a text would change, before it is published."""

from datetime import date, datetime
from typing import Annotated, Any, Final

import strawberry

from bancheng.app.calendar_preview import MovedLimit, moved_limits
from bancheng.domain.errors import InvalidInput
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.time_limits.calendar import Calendar, DayKind
from bancheng.domain.time_limits.calendar_notice import changes_between
from bancheng.domain.time_limits.calendar_text import CalendarError, extend_calendar
from bancheng.graphql.context import Asking, asking_of
from bancheng.graphql.types.shown import WITH_THE_ROW, relation
from bancheng.projections import sight
from bancheng.projections.deadlines.deadlines import OpenLimit, under_way

TEXT_MAX: Final = 200_000
_PAGE: Final = 200
# Of more than these the count alone is told.
LIMITS_MAX: Final = 100
Year = Annotated[int | None, strawberry.argument(description="年份;不填为今年。")]
Text = Annotated[str, strawberry.argument(description="日历文件内容(TOML 或 JSON),与发布时相同。")]


@strawberry.type(description="日历之日: 与平常不同的一日。")
class CalendarDay:
    """A day that differs from its weekday."""

    day: date = strawberry.field(description="日期。")
    kind: str = strawberry.field(description="日类: workday、day_off 或 make_up_workday。")
    kind_label: str = strawberry.field(description="日类。")
    reason: str = strawberry.field(description="缘由。")
    source: str = strawberry.field(description="出处。")


@strawberry.type(description="工作日历: 现行的一版。")
class CalendarInForce:
    """The calendar by which limits are decided now."""

    version: str = strawberry.field(description="日历版本。")
    source: str = strawberry.field(description="出处。")
    announced_through: date = strawberry.field(description="放假安排已公布至此日,其后为暂定。")
    today: CalendarDay = strawberry.field(description="今日。")
    days: list[CalendarDay] = strawberry.field(description="该年与平常不同的日子。")


@strawberry.type(description="日历变动: 一日现行与改后。")
class CalendarDayChange:
    """What a day is, and would be."""

    day: date = strawberry.field(description="日期。")
    before: str = strawberry.field(description="现行。")
    after: str = strawberry.field(description="改后。")
    source: str = strawberry.field(description="出处。")


@strawberry.type(description="将移动的时限: 一个未结时限现在与改后的到期日。")
class LimitMove:
    """A running limit that would end on another day."""

    matter_id: str = strawberry.field(description="办不成事工单或办件标识。")
    kind_label: str = strawberry.field(description="时限种类。")
    before: date = strawberry.field(description="现到期日。")
    after: date = strawberry.field(description="将到期日。")


@strawberry.type(description="日历预览: 发布将改动哪些日子,未结时限将移到哪一日;已有结论不变。")
class CalendarPreview:
    """What a publication would do."""

    version: str = strawberry.field(description="新版本号。")
    changes: list[CalendarDayChange] = strawberry.field(description="改动的日子。")
    limits_moved: int = strawberry.field(description="将移动的未结时限数。")
    limits: list[LimitMove] = strawberry.field(description=f"其中至多 {LIMITS_MAX} 个。")


async def _calendar(info: strawberry.Info, year: Year = strawberry.UNSET) -> Any:
    asking = asking_of(info)
    sight.VOCABULARY.require(asking.known)
    calendar = asking.services.rules.calendar()
    today = calendar.local(asking.services.now()).date()
    shown = [day for day in calendar.days if day.year == (year or today.year)]
    return CalendarInForce(
        version=calendar.version,
        source=calendar.source,
        announced_through=calendar.announced_through,
        today=_day(calendar, today),
        days=[_day(calendar, day) for day in sorted(shown)],
    )


def _day(calendar: Calendar, day: date) -> CalendarDay:
    kind: DayKind = calendar.kind(day)
    entry = calendar.entry(day)
    return CalendarDay(
        day=day,
        kind=kind.value,
        kind_label=kind.label,
        reason=calendar.reason(day),
        source=(entry.source if entry else "") or calendar.source,
    )


async def _preview(info: strawberry.Info, text: Text) -> Any:
    asking = asking_of(info)
    sight.CALENDAR_PREVIEW.require(asking.known)
    old = asking.services.rules.calendar()
    try:
        new = extend_calendar(old, text[:TEXT_MAX])
    except CalendarError as error:
        raise InvalidInput(
            "CALENDAR_INVALID", str(error), field="text", remedy="请按提示更正日历文件"
        ) from error
    changes = changes_between(old, new)
    moved = await _moved(asking, [one.day for one in changes], new)
    return CalendarPreview(
        version=new.version,
        changes=[
            CalendarDayChange(day=one.day, before=one.before, after=one.after, source=one.source)
            for one in changes
        ],
        limits_moved=len(moved),
        limits=[
            LimitMove(
                matter_id=one.matter_id,
                kind_label=LimitKind(one.kind).label,
                before=one.before,
                after=one.after,
            )
            for one in moved[:LIMITS_MAX]
        ],
    )


async def _moved(asking: Asking, days: list[date], calendar: Calendar) -> list[MovedLimit]:
    services = asking.services

    def page(since: datetime, until: datetime, behind: str) -> list[OpenLimit]:
        # A connection of its own: the streams are read between the pages.
        with services.database.connect() as connection:
            return under_way(connection, since, until, behind=behind, most=_PAGE)

    return await services.off_loop(
        lambda: list(moved_limits(services.engine.store, page, days, calendar))
    )


def _query(read: Any, returns: Any, text: str) -> Any:
    return relation(read, returns, text, seen_by=WITH_THE_ROW)  # each asks for itself who may


CALENDAR = _query(_calendar, CalendarInForce, f"工作日历: 现行的一版。{sight.VOCABULARY.told}")
CALENDAR_PREVIEW = _query(
    _preview, CalendarPreview, f"日历预览: 发布前先看改动。{sight.CALENDAR_PREVIEW.told}"
)
