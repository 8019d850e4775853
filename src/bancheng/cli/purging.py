"""`bancheng purge`: records of the access log whose time is over are deleted."""

from calendar import monthrange
from datetime import date, datetime

from bancheng.bootstrap import Container
from bancheng.cli.console import console, existing_hall
from bancheng.cli.operator import visitor
from bancheng.domain.errors import InvalidInput
from bancheng.infra import database
from bancheng.infra.access_purging import over


def purge() -> None:
    """清除期满的访问记录: 满规则库所定月数,且所看各件均已结束的。清除本身留有记录。"""
    with existing_hall() as container:
        instant, done, behind = _instant(container), 0, 0
        while positions := _over(container, instant, behind):
            container.accesses.purge(positions, visitor(), instant)
            done, behind = done + len(positions), positions[-1]
        local = container.rules.calendar().local(instant)
    console.print(f"已清除 {local:%Y-%m-%d} 以前的访问记录 {done} 条", highlight=False)


def _over(container: Container, instant: datetime, behind: int) -> list[int]:
    with database.read(container.database) as connection:
        return list(over(connection, instant, behind))


def _instant(container: Container) -> datetime:
    """From before which a record's time is over, by the rule book in force."""
    months = container.rules.rulebook().access_log_months
    if months is None:
        raise InvalidInput(
            "ACCESS_LOG_MONTHS_UNSET",
            "规则库没有规定访问日志保存几个月",
            remedy="请在规则库中写明 access_log_months(不少于 6),发布后再清除",
        )
    calendar = container.rules.calendar()
    return calendar.start_of(months_before(calendar.local(container.clock.now()).date(), months))


def months_before(day: date, months: int) -> date:
    """The same day of the month so many months before, or the last one of it."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
