"""A vault and a codec on a database of their own, and events that only tests know."""

from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import msgspec

from bancheng.domain.events import TOPICS, Event, topic
from bancheng.domain.people import (
    Address,
    FreeText,
    IdNumber,
    PersonName,
    Phone,
    Reporter,
    Title,
)
from bancheng.infra import database, schema
from bancheng.infra.clock import FixedClock, SeededIds
from bancheng.infra.codec import Codec
from bancheng.infra.hall_keys import HallKeys
from bancheng.infra.master_key import MasterKey, MasterKeys
from bancheng.infra.ownership import claim
from bancheng.infra.vault import KeyVault
from golden.examples import ENVELOPE

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
MASTER = MasterKey(b"master key of the tests, 32 byte")
MASTERS = MasterKeys(MASTER)


@contextmanager
def local_topics():
    """What is registered within is forgotten afterwards: other tests count the real topics."""
    before = dict(TOPICS)
    try:
        yield
    finally:
        TOPICS.clear()
        TOPICS.update(before)


class Limit(msgspec.Struct, frozen=True):
    amount: int
    due_at: datetime
    days: tuple[date, ...] = ()


with local_topics():

    @topic("test.reported")
    class Reported(Event, frozen=True, kw_only=True):
        """测试反映: every kind of field a real event has."""

        title: Title
        content: FreeText | None = None
        reporter: Reporter | None = None
        notes: tuple[FreeText, ...] = ()
        limits: tuple[Limit, ...] = ()
        at: datetime | None = None
        amount: int = 0


REPORTER = Reporter(
    name=PersonName("张建国"),
    phone=Phone("13800138000"),
    id_number=IdNumber("110101 19900101 123x".replace(" ", "")),
    address=Address("科尔沁区永安路 12 号"),
)


class World:
    """One process: its own caches, on the database at ``url``."""

    def __init__(self, url, *, masters=MASTERS, seed=1, cached=1000):
        self.engine = database.connect(url)
        self.clock = FixedClock(AT)
        schema.create_schema(self.engine)
        ids = SeededIds(seed, self.clock)
        try:
            claim(self.engine, "TEST", masters)
            keys = HallKeys.opened(self.engine, masters)
        except Exception:
            self.engine.dispose()
            raise
        self.vault = KeyVault(
            database.connect(url), masters, keys, clock=self.clock, ids=ids, cached=cached
        )
        self.codec = Codec(self.vault)

    def commit(self):
        with database.write(self.engine) as connection:
            self.codec.flush(connection)
        self.codec.published()

    def stored(self, event, envelope=ENVELOPE):
        """Topic and state of the event, its keys committed."""
        topic_and_state = self.codec.encode(envelope, event)
        self.commit()
        return topic_and_state

    def sealed(self, value):
        """The value as it comes out of the database."""
        box = self.vault.seal(value)
        self.commit()
        return type(value)(owner=value.owner, box=box)

    def close(self):
        self.engine.dispose()
        self.vault._ring._engine.dispose()


def reported(**changes):
    fields = {
        "title": Title("窗口不受理", owner="ticket-1"),
        "content": FreeText("电话 13800138000 无人接听", owner="ticket-1"),
        "reporter": REPORTER.owned_by("person-1"),
        "limits": (Limit(5, AT + timedelta(days=5), (date(2026, 3, 3),)),),
        "at": AT,
    }
    return Reported(**(fields | changes))
