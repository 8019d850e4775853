"""Threads that meet at a class which none of them used before."""

import subprocess
import sys
from pathlib import Path

# msgspec reads a class by way of typing, in Python: there another thread may come in between.
FIRST_USE = """
import sys, threading, time, typing

evaluate = typing._eval_type

def slowly(*arguments, **named):
    time.sleep(0.0001)
    return evaluate(*arguments, **named)

import msgspec
from bancheng.app.registry import BY_COMMAND
from bancheng.bootstrap import build
from bancheng.config import Config
from bancheng.domain.events import TOPICS

build(Config(database_url=sys.argv[1], hall="TEST", master_key=b"t" * 32)).close()
typing._eval_type = slowly
together = threading.Barrier(8)

def use():
    together.wait()
    for cls in (*TOPICS.values(), *BY_COMMAND):
        for name in cls.__struct_fields__:
            try:
                msgspec.convert({name: {}}, cls, dec_hook=lambda _, value: value)
            except msgspec.ValidationError:
                pass

threads = [threading.Thread(target=use) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("alive")
"""


def test_what_a_hall_reads_and_writes_is_used_first_by_many_threads_at_once(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", FIRST_USE, f"sqlite:///{tmp_path}/hall.db"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (run.returncode, run.stdout) == (0, "alive\n"), run.stderr
