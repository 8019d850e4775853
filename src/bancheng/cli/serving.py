"""`bancheng serve` and `bancheng worker`: what runs until it is told to stop."""

import errno
import signal
import socket
from contextlib import suppress
from dataclasses import replace
from threading import Event
from typing import Annotated, Final

import typer

from bancheng.bootstrap import Container
from bancheng.cli.console import configuration, console, hall
from bancheng.cli.rulebook import publish_first
from bancheng.config import ConfigError

_WHY: Final = {
    errno.EADDRINUSE: "端口已被占用",
    errno.EADDRNOTAVAIL: "本机没有这个地址",
    errno.EACCES: "没有使用该端口的权限",
}


def serve(
    host: Annotated[str | None, typer.Option(help="监听地址,默认取 BANCHENG_HOST")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="端口(0 为任选),默认取 BANCHENG_PORT")
    ] = None,
) -> None:
    """提供 GraphQL 服务,并更新台账。"""
    given = {"host": host, "port": port}
    config = configuration()
    config = replace(config, **{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    with hall(config) as container:
        serve_container(container)


def serve_container(container: Container) -> None:
    """Serve ``container`` until Ctrl-C or SIGTERM."""
    # The schema takes longer to make than everything else together; who does not serve is spared.
    import uvicorn  # noqa: PLC0415

    from bancheng.web import create_app  # noqa: PLC0415

    publish_first(container)
    config = container.config
    with _listening(config.host, config.port) as listening:
        port = listening.getsockname()[1]
        console.print(f"服务地址 http://{config.host}:{port}/graphql ,按 Ctrl-C 结束")
        console.print(ways_out(container))
        settings = uvicorn.Config(
            create_app(container, sweeper=container.sweeper, sending=container.sending),
            log_config=None,
            access_log=False,  # the application's own has one structured line a request
            forwarded_allow_ips=config.proxies,
            ws_max_size=config.request_bytes_max,
            ws_per_message_deflate=False,  # its memory grows with every subscriber
        )
        # The server passes the signal on that ended it. Taken here, it leaves time to close the
        # hall: until then the last acts are beside the file of SQLite, not in it.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        with suppress(KeyboardInterrupt):
            uvicorn.Server(settings).run(sockets=[listening])


def ways_out(container: Container) -> str:
    """Which ways notices go out, for whoever starts the hall."""
    routes = [one.route.name for one in container.sending.senders]
    said = f"通知: 上大厅屏幕,并由 {len(routes)} 条线路发出({'、'.join(routes)})"
    if not routes:
        said = "通知: 未设置对外线路(BANCHENG_NOTICES),只上大厅屏幕、列入电话清单,不向外发送"
    # Nobody takes what waits for a route that was renamed or taken out of the settings.
    left = [
        f"{route} {number} 项"
        for route, number in container.notices.waiting().items()
        if route not in routes
    ]
    if not left:
        return said
    return f"{said}\n注意: 下列通知的线路不在设置中,不会发出,请恢复该线路: {'、'.join(left)}"


def _listening(host: str, port: int) -> socket.socket:
    """A socket that is bound, so that nothing else can take its place; ``ConfigError`` says why.

    The server itself would say it in English, after everything else was started.
    """
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        why = _WHY.get(error.errno or 0) or str(error)
        raise ConfigError(
            [f"不能在 {host}:{port} 上监听({why})。请更改 BANCHENG_HOST、BANCHENG_PORT 或选项"]
        ) from error


def worker() -> None:
    """只更新台账与预警,不提供服务;可与 serve 并行,也可在多台机器上运行。"""
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with hall() as container:
        publish_first(container)
        container.runner.start()
        container.sweeper.start()
        container.sending.start()
        console.print(ways_out(container))
        console.print("台账与预警进程已启动,按 Ctrl-C 结束")
        stop.wait()
