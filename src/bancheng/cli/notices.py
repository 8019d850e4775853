"""`bancheng notices`: what goes out, what nobody received, and sending it again."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Final

import typer
from sqlalchemy import Connection

from bancheng.app.inputs import to_question
from bancheng.bootstrap import Container
from bancheng.cli.console import carry_out, console, existing_hall
from bancheng.cli.listing import listing
from bancheng.cli.operator import saw
from bancheng.cli.serving import ways_out
from bancheng.cli.tables import Column, Hall, ledger_table
from bancheng.cli.usage import Commands
from bancheng.domain.errors import InvalidInput, NotFound
from bancheng.domain.notices.recording import ResendNotice
from bancheng.domain.notices.terms import NoticeStatus
from bancheng.infra import database
from bancheng.projections import office
from bancheng.projections.ledger.windows import PAGE_MAX, Page, Window
from bancheng.projections.notices import NOTICES, NOTICES_BY_ID, NoticeRow

app = Commands("通知: 发出的情况,发送失败的重新发送。")
_COLUMNS: Final[tuple[Column, ...]] = (
    ("标识", "notice_id"), ("编号", "matter_number"), ("对象", "addressee"), ("单位", "unit"),
    ("线路", "route"), ("试", "tries"), ("失败", "fault"), ("内容", "text"),
)  # fmt: skip


@app.command("status")
def status() -> None:
    """各条线路有多少通知待发、已发、失败,最早一项何时可发。"""
    with existing_hall() as container:
        show(container)


def show(container: Container) -> None:
    """Print how many notices each way out has, and what becomes of them."""
    local = container.rules.calendar().local
    rows = [
        (one.route, one.status.label, str(one.number), f"{local(one.first_at):%Y-%m-%d %H:%M}")
        for one in container.notices.counts()
    ]
    console.print(ways_out(container))
    console.print(listing(("线路", "状态", "项数", "最早"), rows, "通知"))


@app.command("failed")
def failed(
    last: Annotated[int, typer.Option(min=1, max=PAGE_MAX, help="最近几项")] = 50,
) -> None:
    """列出发送失败、不再尝试的通知;新的在前。"""
    with existing_hall() as container:
        with database.read(container.database) as connection:
            rows = _failed(connection, last).rows
            units = office.all_units(connection)
        hall = Hall.of(container.rules.calendar(), container.rules.rulebook(), units)
        if rows:
            saw(container.accesses, *sorted({row.matter_id for row in rows}))
    console.print(ledger_table(NOTICES, rows, hall, *_COLUMNS, title="发送失败的通知"))


@app.command("resend")
def resend(
    notice_ids: Annotated[list[str] | None, typer.Argument(help="通知标识")] = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="所有发送失败的")] = False,
) -> None:
    """将发送失败的通知重新发送,标识不变;由运行中的 serve 或 worker 发出。"""
    with existing_hall() as container:
        sent = 0
        for row in _chosen(container, notice_ids or (), every=every):
            carry_out(container, ResendNotice, matter_id=row.matter_id, notice_id=row.notice_id)
            sent += 1
        console.print(f"已将 {sent} 项通知交由重新发送")


def _chosen(container: Container, ids: Sequence[str], *, every: bool) -> Iterator[NoticeRow]:
    if every == bool(ids):
        raise InvalidInput(
            "NOTICES_UNCHOSEN",
            "请写明通知标识,或用 --all 重发所有失败的",
            field="notice_ids",
            remedy="标识见 bancheng notices failed",
        )
    if every:
        yield from _all_failed(container)
        return
    with database.read(container.database) as connection:
        found = NOTICES_BY_ID(connection, ids)
    for id_ in ids:
        if id_ not in found:
            raise NotFound(
                "NOTICE_NOT_FOUND",
                f"没有标识为「{id_}」的通知",
                field="notice_ids",
                remedy="请从 bancheng notices failed 所列中选取",
            )
        yield found[id_]


def _all_failed(container: Container) -> Iterator[NoticeRow]:
    """Page by page. What was ordered again stands there until a running hall follows the log."""
    after: str | None = None
    while True:
        with database.read(container.database) as connection:
            page = _failed(connection, PAGE_MAX, after)
        yield from page.rows
        if not page.has_next:
            return
        after = page.cursors[-1]


def _failed(connection: Connection, most: int, after: str | None = None) -> Page[NoticeRow]:
    chosen = to_question(NOTICES.filter, {"statuses": [NoticeStatus.FAILED]})
    window = Window(sort=NOTICES.first_sort, descending=True, first=most, after=after)
    return NOTICES.page(connection, chosen, window)
