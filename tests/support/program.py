"""The program as people start it: its commands, and the demo in a process of its own."""

import base64
import logging
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import socket

import structlog
from typer.testing import CliRunner, Result

from bancheng.cli import app
from bancheng.cli.console import PIPED_WIDTH, console, errors

MASTER_KEY_BYTES = b"t" * 32
MASTER_KEY = base64.b64encode(MASTER_KEY_BYTES).decode()
console.width = errors.width = PIPED_WIDTH  # also at a terminal: tests look for whole lines
SHARED_DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


def bancheng(database: str, *arguments: str, fails: bool = False, **more: str | None) -> Result:
    """Run a command on the hall of ``database``; it must succeed, or fail if ``fails``.

    ``more`` are settings, or none where a usual one shall be missing.

    In this process: a new one takes a second to start. An error that nobody expected comes out.
    """
    others = (name for name in os.environ if name.startswith("BANCHENG_"))
    settings: dict[str, str | None] = dict.fromkeys(others) | {
        "BANCHENG_DATABASE_URL": database,
        "BANCHENG_MASTER_KEY": MASTER_KEY,
        "BANCHENG_HALL": "TEST",
        **more,
    }
    with logging_as_it_was():
        done = CliRunner(env=settings).invoke(app, arguments, catch_exceptions=False)
    assert (done.exit_code != 0) is fails, f"{done.exit_code}\n{done.stdout}\n{done.stderr}"
    return done


@contextmanager
def logging_as_it_was() -> Iterator[None]:
    """Whoever configures the log within does so until the block ends."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        yield
    finally:
        structlog.reset_defaults()
        root.handlers[:] = handlers
        root.setLevel(level)


@contextmanager
def served_demo(folder: Path) -> Iterator[tuple[Path, str, str]]:
    """`bancheng demo`, run in ``folder``: the folder, what it printed, its address."""
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BANCHENG_")}
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "bancheng", "demo"],
        cwd=folder,
        env=kept | {"BANCHENG_PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        yield folder, _printed_until_served(process, address), address
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)


def _printed_until_served(process: "subprocess.Popen[str]", address: str) -> str:
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith("服务地址"):
            break
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=5):
                return "".join(lines)
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the demo does not answer:\n" + "".join(lines))
