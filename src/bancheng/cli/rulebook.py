"""`bancheng rulebook`: what the rules are, what a file would change, and publishing it."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from bancheng.app.book_stated import book_stated
from bancheng.app.engine import Context, Story
from bancheng.app.inputs import to_command
from bancheng.bootstrap import Container
from bancheng.cli.console import (
    by_operator,
    configuration,
    console,
    existing_hall,
    hall,
    plainly,
    readable,
    text_of,
)
from bancheng.cli.listing import listing
from bancheng.cli.operator import did
from bancheng.cli.usage import Commands
from bancheng.config import Config
from bancheng.domain.office.rulebooks import PublishRuleBook, check_version
from bancheng.domain.time_limits.rulebook import RuleBook
from bancheng.domain.time_limits.rulebook_changes import lines_of
from bancheng.infra import database
from bancheng.infra.rulebooks import load_rulebook, rulebook_text
from bancheng.projections import publications
from bancheng.projections.reports.rulebook_preview import BookPreview, preview_of

File = Annotated[Path, typer.Argument(help="规则库文件(TOML)")]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="年-月-日")]
app = Commands("规则库。")


@app.command("check")
def check(file: File) -> None:
    """核对规则库文件,列出全部问题;不发布。"""
    with plainly():
        book, configured = load_rulebook(file), load_rulebook(configuration().rulebook)
        if book != configured:  # which the hall publishes first; its others the preview knows
            check_version((configured.version,), book)
    console.print(readable(f"规则库「{book.title}」{book.version} 无误"), highlight=False)


@app.command("show")
def show(on: Day = None) -> None:
    """列出现行规则,或某日施行的规则。"""
    with existing_hall() as container:
        book = container.rules.rulebook()
        if on is not None:
            with database.read(container.database) as connection:
                book = publications.rulebook_on(connection, on.date()) or book
    console.print(
        readable(book.title, "bold"), readable(f"{book.version}: {book.basis}"), highlight=False
    )
    for entry, words in lines_of(book):
        console.print(readable(f"{entry}: {words}"), highlight=False)


@app.command("history")
def history() -> None:
    """列出发布过的规则库。"""
    rows = []
    with existing_hall() as container, database.read(container.database) as connection:
        calendar = container.rules.calendar()
        for one in publications.all_rulebooks(connection):
            at = f"{calendar.local(one.published_at):%Y-%m-%d %H:%M}"
            day = str(one.effective_day)
            rows.append((one.version, one.title, day, at, one.published_by, one.basis))
    headings = ("规则库版本", "名称", "生效日期", "发布时间", "发布人", "制定依据")
    console.print(listing(headings, rows))


@app.command("preview")
def preview(file: File) -> None:
    """说明文件将改动哪些条目、哪些时限仍依旧版、哪些以后依新版;不发布,也不移动任何时限。"""
    text = text_of(file)
    with existing_hall() as container:
        old, book = container.rules.rulebook(), _book_of(container, text)
        with database.read(container.database) as connection:
            told = preview_of(connection, old, book)
    _print(book, told)


def _print(book: RuleBook, told: BookPreview) -> None:
    changes = [(one.entry, one.before or "(无)", one.after or "(删去)") for one in told.changes]
    console.print(listing(("条目", "现行", "改为"), changes))
    console.print("发布不移动任何正在计时的时限,各依定期时的规则库版本:", highlight=False)
    staying = [(one.version, str(one.limits), str(one.matters)) for one in told.staying]
    console.print(listing(("规则库版本", "正在计时的时限", "涉及事项"), staying))
    if told.coming:
        console.print(readable(f"自生效之日起才起算的时限依新版「{book.version}」:"))
        coming = [(one.kind.label, str(one.running), str(one.to_come)) for one in told.coming]
        console.print(listing(("时限", "正在计时(不变)", "尚未起算的未办结事项"), coming))
    console.print(
        f"未办结的办件 {told.open_cases} 件、办不成事工单 {told.open_tickets} 件,"
        "其以后起算的期限和延期、改换难度等办理将依新规则",
        highlight=False,
    )


@app.command("publish")
def publish(
    file: File,
    effective: Annotated[
        datetime | None,
        typer.Option("--from", formats=["%Y-%m-%d"], help="生效日期,不填为即日"),
    ] = None,
) -> None:
    """发布规则库: 自生效之日起施行,已定的期限不变。"""
    fields = {"text": text_of(file), "effective_day": effective and effective.date()}
    with hall() as container:
        answers = container.engine.tell(lambda: _publication(container, fields))
        did(container.accesses, to_command(PublishRuleBook, fields), answers[-1])
        container.runner.catch_up()  # the rules in force are read from a ledger
    console.print("规则库已发布")


def _publication(container: Container, fields: dict[str, Any]) -> Story:
    """The publication, and before it, in one transaction, the first one if there was none.

    Else it would be a change of what nobody published; and one that is refused leaves nothing.
    """
    command = to_command(PublishRuleBook, fields)
    if (
        not _published(container)
        and _book_of(container, command.text) != container.rules.rulebook()
    ):
        yield _first(container)
    yield command, by_operator(f"cli/{container.engine.ids.new()}")


def publish_first(container: Container) -> None:
    """The file of the configuration is the first publication; later it is told if it differs."""
    container.runner.catch_up()
    if not _published(container):
        command, context = _first(container)
        did(container.accesses, command, container.engine.execute(command, context))
        container.runner.catch_up()
        container.rulebook.refresh()
        return
    if differs := _difference(container):
        console.print(readable(differs), soft_wrap=True)


def _difference(container: Container) -> str | None:
    """What to know of the configured book if it is not the one that was published last."""
    with database.read(container.database) as connection:
        published = publications.published_books(connection)
    stated = container.rulebook.unpublished
    if stated == published[-1]:  # in force, or to be from its day on
        return None
    last = f"({published[-1].id} {published[-1].version})"
    configured = f"配置的规则库({stated.id} {stated.version})"
    if stated not in published:
        return (
            f"{configured}没有发布过,与最近发布的{last}不同,仍依已发布的办理;"
            "如需施行,请用 bancheng rulebook publish 发布"
        )
    if container.config.rulebook == Config.rulebook:  # nobody asked for it
        return None
    return (
        f"{configured}已由后来发布的{last}接替,依后者办理;"
        "请把 BANCHENG_RULEBOOK 改为最近发布的文件,或删去"
    )


def _first(container: Container) -> tuple[PublishRuleBook, Context]:
    text = rulebook_text(container.config.rulebook)
    return PublishRuleBook(text=text), by_operator("rulebook/first")


def _published(container: Container) -> list[str]:
    with database.read(container.database) as connection:
        return publications.rulebook_versions(connection)


def _book_of(container: Container, text: str) -> RuleBook:
    # As strictly as publishing does: what is previewed can be published.
    return book_stated(container.rules, text, _published(container))
