"""`bancheng`: the hall on the command line."""

import typer

from bancheng.cli import (
    calendars,
    deadline,
    demo,
    imports,
    office,
    reading,
    rulebook,
    serving,
    verifying,
)

app = typer.Typer(
    help="办成: 政务服务大厅办件与办不成事工单的全程跟踪引擎。",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.command("demo")(demo.demo)
app.command("serve")(serving.serve)
app.command("worker")(serving.worker)
app.add_typer(imports.app, name="import")
app.command("rebuild")(reading.rebuild)
app.command("retry")(reading.retry)
app.command("verify")(verifying.verify)
app.command("trail")(reading.trail)
app.command("schema")(reading.schema)
app.add_typer(deadline.app, name="deadline")
app.add_typer(calendars.app, name="calendar")
app.add_typer(rulebook.app, name="rulebook")
app.add_typer(office.units, name="unit")
app.add_typer(office.users, name="user")
app.command("token")(office.token)
