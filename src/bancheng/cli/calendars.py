"""`bancheng calendar`: the days in force, what a notice would change, and publishing it."""

from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.table import Table

from bancheng.app.calendar_preview import MovedLimit, moved_limits
from bancheng.bootstrap import Container
from bancheng.cli.console import carry_out, console, hall
from bancheng.cli.usage import Commands
from bancheng.domain.office.calendars import PublishCalendar
from bancheng.domain.time_limits.calendar import Calendar
from bancheng.domain.time_limits.calendar_notice import DayChange, changes_between
from bancheng.domain.time_limits.calendar_text import extend_calendar
from bancheng.infra import database
from bancheng.infra.files import read_text
from bancheng.projections.deadlines.deadlines import under_way
from bancheng.projections.matters import number_of

CALENDAR_BYTES_MAX: Final = 200_000
_LIMITS_SHOWN: Final = 20
_PAGE: Final = 200
File = Annotated[Path, typer.Argument(help="日历文件(TOML 或 JSON)")]
app = Commands("工作日历。")


@app.command("show")
def show(
    year: Annotated[int | None, typer.Argument(min=2004, max=2999, help="年份,不填为今年")] = None,
) -> None:
    """列出现行日历某年与平常不同的日子,及其出处。"""
    with hall() as container:
        calendar = container.rules.calendar()
        year = year or calendar.local(container.clock.now()).year
    last = calendar.announced_through
    console.print(f"日历「{calendar.version}」: {calendar.source}", markup=False, highlight=False)
    console.print(f"放假安排已公布至 {last},其后各日为暂定", highlight=False)
    table = Table("日期", "日类", "缘由", "出处")
    for day, entry in sorted(calendar.days.items()):
        if day.year == year:
            source = entry.source or calendar.source
            table.add_row(str(day), entry.kind.label, calendar.reason(day), source)
    console.print(table)


@app.command("preview")
def preview(file: File) -> None:
    """说明文件将改动哪些日子、哪些未结时限将移到哪一日;不发布。"""
    with hall() as container:
        old = container.rules.calendar()
        new = _read(file, old)
        changes = changes_between(old, new)
        _print(container, changes, _moved(container, changes, new))


@app.command("import")
def import_calendar(file: File) -> None:
    """发布新版工作日历;未办结的时限随后按新日历重新定期,已有结论不变。"""
    with hall() as container:
        old = container.rules.calendar()
        new = _read(file, old)
        changes = changes_between(old, new)
        _print(container, changes, _moved(container, changes, new))
        carry_out(container, PublishCalendar, text=read_text(file, bytes_max=CALENDAR_BYTES_MAX))
        container.runner.catch_up()  # the calendar in force is read from a ledger
        container.calendar.refresh()  # else the old one is believed for another second
        changed = container.sweep.replan()
        container.runner.catch_up()
    console.print(f"已发布日历「{new.version}」,重新定期 {changed} 个时限", highlight=False)


def _read(file: Path, base: Calendar) -> Calendar:
    return extend_calendar(base, read_text(file, bytes_max=CALENDAR_BYTES_MAX))


def _moved(
    container: Container, changes: Sequence[DayChange], calendar: Calendar
) -> list[MovedLimit]:
    with database.read(container.database) as connection:
        return list(
            moved_limits(
                container.store,
                lambda since, until, behind: under_way(
                    connection, since, until, behind=behind, most=_PAGE
                ),
                [one.day for one in changes],
                calendar,
            )
        )


def _print(container: Container, changes: Sequence[DayChange], moved: Sequence[MovedLimit]) -> None:
    days = Table("日期", "现行", "改为", "出处")
    for change in changes:
        days.add_row(str(change.day), change.before, change.after, change.source)
    console.print(days)
    console.print(f"改动 {len(changes)} 日,将移动 {len(moved)} 个未结时限", highlight=False)
    limits = Table("编号", "时限", "现到期日", "将到期日")
    with database.read(container.database) as connection:
        for one in islice(moved, _LIMITS_SHOWN):
            number = number_of(connection, one.matter_id) or one.matter_id
            limits.add_row(number, one.kind.label, str(one.before), str(one.after))
    if moved:
        console.print(limits)
    if len(moved) > _LIMITS_SHOWN:
        console.print(f"(只列出前 {_LIMITS_SHOWN} 个)")
