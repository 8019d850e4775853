"""Processes beside the tests' own one, as a hall's workers are.

They begin as copies of a process that has imported everything, opened nothing and has one thread:
starting Python and importing it all would take a second of each.
"""

import os
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import forkserver, get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, ForkServerProcess
from typing import Any
from unittest.mock import patch

from .backends import die_with_parent


def processes_of(number: int) -> ProcessPoolExecutor:
    """So many processes to hand work to."""
    return ProcessPoolExecutor(number, mp_context=_context(), initializer=die_with_parent)


def started(work: Callable[..., None], *arguments: Any) -> tuple[ForkServerProcess, Connection]:
    """A process that does ``work``, and what it says to the connection it is given first."""
    heard, said = _context().Pipe(duplex=False)
    process = _context().Process(target=work, args=(said, *arguments), daemon=True)
    process.start()
    said.close()
    return process, heard


@cache
def _context() -> ForkServerContext:
    context = get_context("forkserver")
    context.set_forkserver_preload(
        [
            "support.accesses",
            "support.importing",
            "support.ladders",
            "support.notice_sending",
            "support.soak",
        ]
    )
    with patch.dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path)):
        forkserver.ensure_running()
    return context
