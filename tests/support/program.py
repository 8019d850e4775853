"""The program as people start it: `bancheng` in a process of its own."""

import base64
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

MASTER_KEY_BYTES = b"t" * 32
MASTER_KEY = base64.b64encode(MASTER_KEY_BYTES).decode()
TIMEOUT_SECONDS = 120
SHARED_DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


def environment(database: str) -> dict[str, str]:
    """An environment in which the hall of ``database`` is run."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BANCHENG_")}
    return kept | {
        "BANCHENG_DATABASE_URL": database,
        "BANCHENG_MASTER_KEY": MASTER_KEY,
        "BANCHENG_HALL": "TEST",
        "COLUMNS": "200",
    }


def bancheng(
    database: str, *arguments: str, fails: bool = False
) -> "subprocess.CompletedProcess[str]":
    """Run the program to its end; it must succeed, or fail if ``fails``."""
    done = subprocess.run(
        [sys.executable, "-m", "bancheng", *arguments],
        env=environment(database),
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )
    assert (done.returncode != 0) is fails, f"{done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


def child(database: str, script: str, *arguments: str) -> "subprocess.Popen[str]":
    """Start a script of tests/support; its output can be read line by line."""
    return subprocess.Popen(
        [sys.executable, "-u", str(Path(__file__).with_name(script)), *arguments],
        env=environment(database),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


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
