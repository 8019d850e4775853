"""`bancheng calendar`: the days in force, what a notice would change, and publishing it."""

from pathlib import Path
from typing import Annotated, Final

import typer

from bancheng.app.calendar_preview import MovedLimits, moved_limits
from bancheng.app.inputs import to_command
from bancheng.bootstrap import Container
from bancheng.cli.console import carry_out, console, existing_hall, hall, readable, text_of
from bancheng.cli.listing import listing
from bancheng.cli.operator import saw
from bancheng.cli.usage import Commands
from bancheng.domain.office.calendars import PublishCalendar, stated_calendar
from bancheng.domain.time_limits.calendar import Calendar
from bancheng.domain.time_limits.calendar_notice import changes_between, settings_between
from bancheng.domain.time_limits.explain import end_in_words
from bancheng.infra import database
from bancheng.projections.deadlines.deadlines import matters_under_way
from bancheng.projections.matters import number_of

# At the console somebody waits for the whole truth; it takes 2 ms a matter.
MATTERS_MAX: Final = 100_000
_LIMITS_SHOWN: Final = 20
File = Annotated[Path, typer.Argument(help="日历文件(TOML 或 JSON)")]
app = Commands("工作日历。")


@app.command("show")
def show(
    year: Annotated[int | None, typer.Argument(min=2004, max=2999, help="年份,不填为今年")] = None,
) -> None:
    """列出现行日历某年与平常不同的日子,及其出处与说明。"""
    with existing_hall() as container:
        calendar = container.rules.calendar()
        year = year or calendar.local(container.clock.now()).year
    last = calendar.announced_through
    console.print(readable(f"日历「{calendar.version}」: {calendar.source}"), highlight=False)
    console.print(f"放假安排已公布至 {last},其后各日为暂定", highlight=False)
    rows = [
        (str(day), entry.kind.label, calendar.reason(day), entry.reason, calendar.source_of(day))
        for day, entry in sorted(calendar.days.items())
        if day.year == year
    ]
    console.print(listing(("日期", "日类", "缘由", "说明", "出处"), rows))


@app.command("preview")
def preview(file: File) -> None:
    """说明文件将改动哪些日子、哪些未结时限将移到哪一日;不发布。"""
    text = text_of(file)
    with existing_hall() as container:
        _tell(container, text)


@app.command("import")
def import_calendar(file: File) -> None:
    """发布新版工作日历;未办结的时限随后按新日历重新定期,已有结论不变。"""
    text = text_of(file)
    with hall() as container:
        new = _tell(container, text)
        carry_out(container, PublishCalendar, text=text)
        container.runner.catch_up()  # the calendar in force is read from a ledger
        container.calendar.refresh()  # else the old one is believed for another second
        changed = container.sweep.replan()
        container.runner.catch_up()
    console.print(
        readable(f"已发布日历「{new.version}」,重新定期 {changed} 个时限"), highlight=False
    )


def _tell(container: Container, text: str) -> Calendar:
    """Say what ``text`` would change; the calendar that it states."""
    # As strictly as publishing does: what is previewed can be published.
    stated = to_command(PublishCalendar, {"text": text})
    old = container.rules.calendar()
    new = stated_calendar(stated.text, old)
    _print_changes(old, new)
    matters = matters_under_way(container.database)
    rulebook = container.rules.rulebook()
    moved = moved_limits(container.store, matters, new, rulebook, matters_max=MATTERS_MAX)
    console.print(f"将重新定期 {moved.count} 个未结时限", highlight=False)
    if moved.limits:
        _print_limits(container, moved)
    return new


def _print_changes(old: Calendar, new: Calendar) -> None:
    changes, settings = changes_between(old, new), settings_between(old, new)
    if changes:
        days = [(str(one.day), one.before, one.after, one.source) for one in changes]
        console.print(listing(("日期", "现行", "改为", "出处"), days))
    if settings:
        whole = [(one.setting, one.before, one.after) for one in settings]
        console.print(listing(("设置", "现行", "改为"), whole))
    console.print(f"改动 {len(changes)} 日、{len(settings)} 项设置", highlight=False)


def _print_limits(container: Container, moved: MovedLimits) -> None:
    rows, shown = [], moved.limits[:_LIMITS_SHOWN]
    saw(container.accesses, *(one.matter_id for one in shown))
    with database.read(container.database) as connection:
        for one in shown:
            number = number_of(connection, one.matter_id) or one.matter_id
            ends = end_in_words(one.before), end_in_words(one.after)
            rows.append((number, one.kind.label, *ends, one.changes))
    console.print(listing(("编号", "时限", "现到期", "将到期", "变动"), rows))
    if len(moved.limits) > _LIMITS_SHOWN:
        console.print(f"(只列出前 {_LIMITS_SHOWN} 个)")
