"""A hall that tells people, and whoever it tells: what the tests of notices share."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from bancheng.infra.clock import FixedClock
from support import halls, noticing, receivers
from support.noticing import HallWith
from support.receivers import HttpReceiver


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(halls.MONDAY)


@pytest.fixture
def receiver() -> Iterator[HttpReceiver]:
    with receivers.http() as it:
        yield it


@pytest.fixture
def hall_with(furnished: str, clock: FixedClock, tmp_path: Path) -> Iterator[HallWith]:
    """Opens the hall with these ways out."""
    with ExitStack() as opened:
        yield lambda **ways: opened.enter_context(
            noticing.hall_with(furnished, clock, tmp_path, **ways)
        )
