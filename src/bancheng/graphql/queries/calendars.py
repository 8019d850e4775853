"""工作日历: the calendar in force, and what a text would change, before it is published."""

from datetime import date, datetime
from functools import partial
from typing import Annotated, Any, Final

import strawberry

from bancheng.app.calendar_preview import MovedLimit, moved_limits
from bancheng.app.inputs import to_command
from bancheng.app.shapes import YEARS
from bancheng.domain.errors import InvalidInput
from bancheng.domain.office.calendars import PublishCalendar, stated_calendar
from bancheng.domain.time_limits.calendar import Calendar, DayKind
from bancheng.domain.time_limits.calendar_notice import (
    DayChange,
    SettingChange,
    changes_between,
    settings_between,
)
from bancheng.graphql.context import Asking, asking_of
from bancheng.graphql.looks import looks
from bancheng.graphql.types.shown import WITH_THE_ROW, relation
from bancheng.projections import sight
from bancheng.projections.deadlines.deadlines import matters_under_way

# A stream is read and its limits are decided for each: 2 ms, in one of the API's threads.
MATTERS_MAX: Final = 1_000
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
    stated_reason: str = strawberry.field(
        description="说明: 通知通常不会如此安排的,发布人写明的理由。"
    )
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


@strawberry.type(description="设置变动: 时区、每周办公时段、放假安排公布至何日,现行与改后。")
class CalendarSettingChange:
    """What holds for all days, and would."""

    setting: str = strawberry.field(description="设置。")
    before: str = strawberry.field(description="现行。")
    after: str = strawberry.field(description="改后。")


@strawberry.type(description="将移动的时限: 一个未结时限现在与重新定期后的到期。")
class LimitMove:
    """A running limit that would be decided anew."""

    matter_id: str = strawberry.field(description="办不成事工单或办件标识。")
    kind_label: str = strawberry.field(description="时限种类。")
    changes: str = strawberry.field(description="变动: 到期时间、是否暂定、预警时间中的哪些。")
    before: date = strawberry.field(description="现到期日。")
    after: date = strawberry.field(description="将到期日。")
    before_at: datetime = strawberry.field(description="现到期时间,自此为逾期。")
    after_at: datetime = strawberry.field(description="将到期时间,自此为逾期。")
    before_provisional: bool = strawberry.field(description="现在是否暂定。")
    after_provisional: bool = strawberry.field(description="将来是否暂定。")


@strawberry.type(
    description="日历预览: 发布将改动哪些日子和设置,将重新定期哪些未结时限;已有结论不变。"
)
class CalendarPreview:
    """What a publication would do."""

    version: str = strawberry.field(description="新版本号。")
    changes: list[CalendarDayChange] = strawberry.field(description="改动的日子。")
    settings: list[CalendarSettingChange] = strawberry.field(description="改动的设置。")
    limits_moved: int = strawberry.field(
        description="将重新定期的未结时限数;limitsComplete 为否时为至少此数。"
    )
    limits_complete: bool = strawberry.field(
        description=f"是否已看完全部事项;有未结时限的事项多于 {MATTERS_MAX} 件时只看其中这些。"
    )
    limits: list[LimitMove] = strawberry.field(
        description=f"其中至多 {LIMITS_MAX} 个,按事项标识排列。"
    )


async def _calendar(info: strawberry.Info, year: Year = strawberry.UNSET) -> Any:
    asking = asking_of(info)
    sight.VOCABULARY.require(asking.known)
    calendar = await asking.calendar()
    today = calendar.local(asking.now).date()
    if year and year not in YEARS:
        raise InvalidInput(
            "YEAR_OUT_OF_RANGE",
            f"年份应在 {YEARS.start} 至 {YEARS.stop - 1} 之间",
            field="year",
            remedy="请更正年份",
        )
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
        stated_reason="" if entry is None else entry.reason,
        source=calendar.source_of(day),
    )


async def _preview(info: strawberry.Info, text: Text) -> Any:
    asking = asking_of(info)
    sight.CALENDAR_PREVIEW.require(asking.known)
    # As strictly as publishing does: what is previewed can be published.
    stated = to_command(PublishCalendar, {"text": text})
    old = await asking.calendar()
    return await asking.services.off_loop(partial(_previewed, asking, old, stated.text))


def _previewed(asking: Asking, old: Calendar, text: str) -> CalendarPreview:
    services, withheld = asking.services, asking.all_withheld()
    new, rulebook = stated_calendar(text, old), services.rules.rulebook()
    matters = (one for one in matters_under_way(services.database) if one not in withheld)
    store = services.engine.store
    moved = moved_limits(store, matters, new, rulebook, matters_max=MATTERS_MAX)
    return CalendarPreview(
        version=new.version,
        changes=[_day_change(one) for one in changes_between(old, new)],
        settings=[_setting_change(one) for one in settings_between(old, new)],
        limits_moved=len(moved.limits),
        limits_complete=moved.complete,
        limits=[_move(one) for one in moved.limits[:LIMITS_MAX]],
    )


def _day_change(one: DayChange) -> CalendarDayChange:
    return CalendarDayChange(day=one.day, before=one.before, after=one.after, source=one.source)


def _setting_change(one: SettingChange) -> CalendarSettingChange:
    return CalendarSettingChange(setting=one.setting, before=one.before, after=one.after)


def _move(one: MovedLimit) -> LimitMove:
    looks().saw(one.matter_id)
    before, after = one.before, one.after
    return LimitMove(
        matter_id=one.matter_id,
        kind_label=one.kind.label,
        changes=one.changes,
        before=before.due_date,
        after=after.due_date,
        before_at=before.due_at,
        after_at=after.due_at,
        before_provisional=before.provisional,
        after_provisional=after.provisional,
    )


def _query(read: Any, returns: Any, text: str) -> Any:
    return relation(read, returns, text, seen_by=WITH_THE_ROW)  # each asks for itself who may


CALENDAR = _query(_calendar, CalendarInForce, f"工作日历: 现行的一版。{sight.VOCABULARY.told}")
CALENDAR_PREVIEW = _query(
    _preview, CalendarPreview, f"日历预览: 发布前先看改动。{sight.CALENDAR_PREVIEW.told}"
)
