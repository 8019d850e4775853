"""More clients at once: tickets reported a second over HTTP, and answers that were no good.

A server of its own on each database, one process a client with one connection, each asking anew
when it is answered. An answer is good if the ticket is registered and its row is in the ledger.
More clients must not make less than fewer: the ratio is that of the most to the second most.

    python bench/clients.py [--clients 1 8 32] [--rounds 3] [--seconds 5] [--backend sqlite]
"""

import argparse
import base64
import http.client
import json
import multiprocessing
import os
import re
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.synchronize import Barrier
from pathlib import Path

from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from bancheng.app.engine import Context
from bancheng.bootstrap import Container, build
from bancheng.cli.office import token_of
from bancheng.config import Config
from bancheng.domain.events import Channel, Place
from bancheng.domain.office.staff import RegisterStaff
from bancheng.domain.office.unit import RegisterUnit
from bancheng.domain.people import Actor, Role
from support import backends

KEY = b"k" * 32
HALL = "DEMO"
OPERATOR = Actor(id="op", name="运维", post="命令行", unit="SYSTEM", roles=(Role.ADMINISTRATOR,))
REPORT = """mutation ($input: ReportTicketInput!, $key: String!) {
  reportTicket(input: $input, key: $key) {
    ... on TicketActDone { projected ticket { number } } ... on Rejection { code } } }"""
INPUT = {
    "category": "COMPLAINT",
    "channel": "WINDOW",
    "subject": "社保卡补办多次未成",
    "content": "本人三次到窗口办理社保卡补办,每次都被告知材料不全。" * 4,
    "reporter": {"name": "张建国", "phone": "13800138000"},
}
Round = tuple[int, int]  # answers that were good, and others


def client(port: int, token: str, start: Barrier, seconds: float, told) -> None:
    """Ask for ``seconds`` and tell how it went."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    good = bad = 0
    start.wait()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        variables = {"input": INPUT, "key": str(uuid.uuid4())}
        line.request(
            "POST", "/graphql", json.dumps({"query": REPORT, "variables": variables}), headers
        )
        answer = line.getresponse().read()
        is_good = b'"projected":true' in answer and b'"number":"' in answer
        good, bad = good + is_good, bad + (not is_good)
    told.put((good, bad))


def asked(port: int, token: str, clients: int, seconds: float) -> Round:
    """What ``clients`` were answered in ``seconds``."""
    forking = multiprocessing.get_context("fork")
    start, told = forking.Barrier(clients), forking.Queue()
    arguments = (port, token, start, seconds, told)
    processes = [forking.Process(target=client, args=arguments) for _ in range(clients)]
    for process in processes:
        process.start()
    rounds = [told.get(timeout=seconds + 120) for _ in processes]
    for process in processes:
        process.join()
    return sum(good for good, _ in rounds), sum(bad for _, bad in rounds)


@contextmanager
def served(url: str) -> Iterator[int]:
    """The port of a server on the hall of ``url``."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("BANCHENG_")}
    settings = {
        "BANCHENG_DATABASE_URL": url,
        "BANCHENG_MASTER_KEY": base64.b64encode(KEY).decode(),
        "BANCHENG_HALL": HALL,
    }
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "bancheng", "serve", "--port", "0"],
        env=others | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        found = re.search(r":(\d+)/graphql", process.stdout.readline())
        yield int(found[1])
    finally:
        process.terminate()
        process.wait(timeout=60)


def prepared(url: str) -> str:
    """The token of a clerk of a new hall."""
    container = build(Config(database_url=url, master_key=KEY, hall=HALL))
    register(container, RegisterUnit(code="ZWZX", name="政务服务中心"))
    clerk = RegisterStaff(
        staff_id="c1", name="王芳", post="窗口", unit="ZWZX", roles=(Role.WINDOW_CLERK,)
    )
    register(container, clerk)
    token = token_of(container, "c1", 8)
    container.close()
    return token


def register(container: Container, command: RegisterUnit | RegisterStaff) -> None:
    context = Context(actor=OPERATOR, key=str(uuid.uuid4()), place=Place(Channel.CONSOLE))
    container.engine.execute(command, context)
    container.runner.catch_up()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--backend", choices=backends.ALL, action="append")
    chosen = parser.parse_args()
    few, many = chosen.clients[-2:]
    table = Table(title=f"tickets reported a second, median of {chosen.rounds}")
    for column in ("database", *map(str, chosen.clients), f"{many} : {few}", "lowest", "bad"):
        table.add_column(column, justify="right")
    for backend in chosen.backend or backends.ALL:
        with backends.on_disk(backend) as url:
            token = prepared(url)
            with served(url) as port:
                asked(port, token, 2, 1)  # what is made at the first request is not measured
                rounds = [
                    {n: asked(port, token, n, chosen.seconds) for n in chosen.clients}
                    for _ in range(chosen.rounds)
                ]
        rates = {n: [one[n][0] / chosen.seconds for one in rounds] for n in chosen.clients}
        ratios = [b / a for a, b in zip(rates[few], rates[many], strict=True)]
        table.add_row(
            backend,
            *(f"{statistics.median(rates[n]):.0f}" for n in chosen.clients),
            f"{statistics.median(ratios):.2f}",
            f"{min(ratios):.2f}",
            str(sum(bad for one in rounds for _, bad in one.values())),
        )
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
