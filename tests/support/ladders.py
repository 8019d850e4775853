"""A hall in which what is late climbs, and a process that lets it; meant to be killed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from multiprocessing.connection import Connection
from typing import Any

from bancheng.app.engine import Context, Engine
from bancheng.app.ports import Answer
from bancheng.bootstrap import Container
from bancheng.domain.commands import Command
from bancheng.domain.supervision.climbing import ClimbLadder
from bancheng.domain.supervision.events import MeasureProposed, MeasureTaken
from bancheng.infra.clock import FixedClock
from bancheng.jobs import Sweep

from . import halls
from .backends import die_with_parent


class Watched:
    """An engine that tells of each attempt to climb before it is made."""

    def __init__(self, engine: Engine, told: Callable[[ClimbLadder], object]) -> None:
        self._engine = engine
        self._told = told

    def execute(self, command: Command, context: Context) -> Answer:
        if isinstance(command, ClimbLadder):
            self._told(command)
        return self._engine.execute(command, context)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)


def watched(sweep: Sweep, told: Callable[[ClimbLadder], object]) -> Sweep:
    engine: Engine = Watched(sweep.engine, told)  # type: ignore[assignment]
    return replace(sweep, engine=engine)


def climbed(container: Container, matter: str) -> list[tuple[str, str, str]]:
    """Each rung that was taken or proposed, the day that it was due and that of its recording."""
    return [
        (
            one.event.rung.value,
            str(one.event.climb.due_at.date()),
            str(one.envelope.recorded_at.date()),
        )
        for one in container.store.load(matter)
        if isinstance(one.event, MeasureTaken | MeasureProposed)
        and one.event.climb is not None
        and one.event.climb.due_at is not None
    ]


def climb(container: Container) -> int:
    """Let the sweep warn, for the card says what is climbed, and climb; how many rungs came."""
    container.sweep.warn()
    halls.settled(container)
    count = container.sweep.climb()
    halls.settled(container)
    return count


def climb_until_killed(said: Connection, database: str, at: datetime) -> None:
    """Climb what is due ``at``, and say the matter of each rung before it is recorded."""
    die_with_parent()
    with halls.hall(database, FixedClock(at)) as container:
        halls.settled(container)
        watched(container.sweep, lambda command: said.send(command.matter_id)).climb()
        said.send("")
