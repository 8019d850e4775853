"""`bancheng serve` and `bancheng worker`: what runs until it is told to stop."""

import signal
from dataclasses import replace
from threading import Event
from typing import Annotated

import typer

from bancheng.bootstrap import Container
from bancheng.cli.console import configuration, console, hall
from bancheng.cli.rulebook import publish_first


def serve(
    host: Annotated[str | None, typer.Option(help="监听地址,默认取 BANCHENG_HOST")] = None,
    port: Annotated[int | None, typer.Option(help="端口,默认取 BANCHENG_PORT")] = None,
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
    host, port = container.config.host, container.config.port
    console.print(f"服务地址 http://{host}:{port}/graphql ,按 Ctrl-C 结束")
    # The request log is the application's own: one structured line a request.
    app = create_app(container, sweeper=container.sweeper)
    uvicorn.run(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        ws_max_size=container.config.request_bytes_max,
        ws_per_message_deflate=False,  # its memory grows with every subscriber
    )


def worker() -> None:
    """只更新台账与预警,不提供服务;可与 serve 并行,也可在多台机器上运行。"""
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with hall() as container:
        publish_first(container)
        container.runner.start()
        container.sweeper.start()
        console.print("台账与预警进程已启动,按 Ctrl-C 结束")
        stop.wait()
