"""The recorder passes the cases that eventsourcing ships, on every backend."""

import threading
from contextlib import ExitStack
from unittest import TestCase
from uuid import uuid4

from eventsourcing.tests import persistence as shipped

from bancheng.infra.database import connect
from bancheng.infra.recorder import Recorder
from bancheng.infra.schema import create_schema
from support import backends


class OnDatabase(TestCase):
    backend: str

    def setUp(self):
        self.resources = ExitStack()
        self.addCleanup(self.resources.close)

    def create_recorder(self):
        engine = connect(self.resources.enter_context(backends.fresh(self.backend)))
        self.resources.callback(engine.dispose)
        create_schema(engine)
        self.resources.callback(join_new_threads, threading.enumerate())
        return self.recorder_class(engine)

    def new_originator_id(self):
        return str(uuid4())  # our streams are named by strings


def join_new_threads(known):
    """The cases leave reading threads behind that only notice their end a little later."""
    for thread in set(threading.enumerate()) - set(known):
        thread.join(timeout=10)


class WithoutPositions(Recorder):
    """What the cases for recorders of snapshots expect: `insert_events` returns nothing."""

    def insert_events(self, stored_events, **kwargs):
        super().insert_events(stored_events, **kwargs)


class AggregateCases(OnDatabase, shipped.AggregateRecorderTestCase):
    recorder_class = WithoutPositions


class ApplicationCases(OnDatabase, shipped.ApplicationRecorderTestCase):
    recorder_class = Recorder


for _backend in backends.chosen():
    for _cases in (AggregateCases, ApplicationCases):
        _name = f"Test{_cases.__name__}On{_backend.capitalize()}"
        globals()[_name] = type(_name, (_cases,), {"backend": _backend})
del AggregateCases, ApplicationCases, OnDatabase, _cases
