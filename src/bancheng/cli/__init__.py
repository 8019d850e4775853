"""`bancheng`: the hall on the command line."""

from importlib.metadata import version
from importlib.resources import files
from typing import Annotated

import typer

from bancheng.cli import (
    accesses,
    calendars,
    comparing,
    deadline,
    demo,
    exporting,
    imports,
    keys,
    notices,
    office,
    past,
    purging,
    reading,
    reporting,
    rulebook,
    serving,
    verifying,
)
from bancheng.cli.usage import Commands

app = Commands("办成: 政务服务大厅办件与办不成事工单的全程跟踪引擎。")


def _say_version(asked: bool) -> None:  # noqa: FBT001 - the library hands it over by place
    if asked:
        told = files("bancheng") / "commit.txt"  # hatch_build.py writes it into what is installed
        commit = f"提交 {told.read_text('ascii').strip()}" if told.is_file() else "提交不明"
        typer.echo(f"bancheng {version('bancheng')}({commit})")
        raise typer.Exit


@app.callback()
def bancheng(
    version: Annotated[  # noqa: FBT002 - said before any command is looked at
        bool,
        typer.Option(
            "--version", callback=_say_version, is_eager=True, help="显示版本与安装时的提交后结束"
        ),
    ] = False,
) -> None:
    """办成: 政务服务大厅办件与办不成事工单的全程跟踪引擎。"""


app.command("demo")(demo.demo)
app.command("serve")(serving.serve)
app.command("worker")(serving.worker)
app.add_typer(imports.app, name="import")
app.command("rebuild")(reading.rebuild)
app.command("retry")(reading.retry)
app.command("verify")(verifying.verify)
app.command("trail")(reading.trail)
app.command("accesses")(accesses.accesses)
app.command("purge")(purging.purge)
app.add_typer(past.app, name="as-of")
app.add_typer(comparing.app, name="compare")
app.command("export")(exporting.export)
app.command("report")(reporting.report)
app.command("schema")(reading.schema)
app.add_typer(deadline.app, name="deadline")
app.add_typer(calendars.app, name="calendar")
app.add_typer(rulebook.app, name="rulebook")
app.add_typer(office.units, name="unit")
app.add_typer(office.windows, name="window")
app.add_typer(office.users, name="user")
app.add_typer(keys.app, name="keys")
app.add_typer(notices.app, name="notices")
app.command("token")(office.token)
