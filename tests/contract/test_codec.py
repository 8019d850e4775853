"""The codec: what goes in comes out, sealed values sealed, and what is not known is not read."""

import json
from datetime import UTC, date, datetime, timedelta, timezone

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bancheng.domain.events import Event, Recorded, topic
from bancheng.domain.people import FreeText, IdNumber, PersonName, Phone, Reporter, Title
from bancheng.infra.codec import UnreadableEventError
from golden.examples import ENVELOPE
from golden.machinery import rendered
from golden.sealed_world import AT, Limit, Reported, World, local_topics, reported
from support.destroying import destroy

BEIJING = timezone(timedelta(hours=8))


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    world = World(f"sqlite:///{tmp_path_factory.mktemp('codec')}/hall.db")
    yield world
    world.close()


@pytest.fixture(autouse=True)
def _known():
    with local_topics():
        topic("test.reported")(Reported)
        yield


def test_no_plain_value_is_in_the_bytes(world):
    _, state = world.stored(reported())
    for secret in ("张建国", "13800138000", "19900101", "永安路", "窗口不受理", "13900139000"):
        assert secret.encode() not in state
        assert json.dumps(secret)[1:-1].encode() not in state


def test_the_state_shows_schema_envelope_and_body(world):
    name, state = world.stored(reported(at=AT.astimezone(BEIJING)))
    told = json.loads(state)
    assert name == "test.reported"
    assert list(told) == ["schema", "envelope", "body"]
    assert told["schema"] == 1
    assert told["envelope"]["occurred_at"] == "2026-03-02T01:30:00Z"
    assert told["body"]["at"] == "2026-03-02T01:00:00Z"
    assert told["body"]["title"].keys() == {"owner", "box"}
    assert told["body"]["limits"] == [
        {"amount": 5, "due_at": "2026-03-07T01:00:00Z", "days": ["2026-03-03"]}
    ]


texts = st.text(min_size=1, max_size=40).filter(str.strip)
instants = st.datetimes(
    min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1),
    timezones=st.sampled_from([UTC, BEIJING]),
)  # fmt: skip
limits = st.builds(
    Limit, st.integers(-(2**53), 2**53), instants, st.lists(st.dates(), max_size=3).map(tuple)
)


def owned(cls, owner):
    return texts.map(lambda text: cls(text, owner=owner))


reporters = st.builds(
    Reporter,
    name=owned(PersonName, "person-1"),
    phone=st.none() | owned(Phone, "person-1"),
    id_number=st.none() | owned(IdNumber, "person-2"),
)
events = st.builds(
    Reported,
    title=owned(Title, "ticket-1"),
    content=st.none() | owned(FreeText, "ticket-2"),
    reporter=st.none() | reporters,
    notes=st.lists(owned(FreeText, "ticket-1"), max_size=3).map(tuple),
    limits=st.lists(limits, max_size=3).map(tuple),
    at=st.none() | instants,
    amount=st.integers(-(2**53), 2**53),
)


@given(event=events, why=st.none() | owned(FreeText, "ticket-1"))
def test_what_goes_in_comes_out(world, event, why):
    envelope = msgspec.structs.replace(ENVELOPE, why=why)
    read = world.codec.decode(*world.stored(event, envelope))
    assert _plain(world, *read) == _plain(world, envelope, event)
    assert world.codec.decode(*world.stored(read[1], read[0])) == read, "boxes are kept as they are"


def _plain(world, envelope, event):
    told = rendered(world.vault, envelope, event)
    told["event"]["at"] = event.at
    for limit, shown in zip(event.limits, told["event"]["limits"], strict=True):
        shown["due_at"] = limit.due_at
    return told


def test_a_sealed_value_is_written_back_as_it_is_even_if_erased(world):
    owner = "ticket-to-erase"
    _, event = world.codec.decode(*world.stored(reported(title=Title("事由", owner=owner))))
    destroy(world.engine, world.vault, owner)
    again = world.codec.decode(*world.stored(event))[1]
    assert again == event
    assert world.vault.masked(again.title) == "已销毁"
    assert world.vault.masked(again.content) == "电话 138****00 无人接听"
    assert again.limits == event.limits


def test_a_personal_value_without_owner_is_refused(world):
    with pytest.raises(TypeError, match=r"Title.*owner"):
        world.codec.encode(ENVELOPE, reported(title=Title("事由")))
    with pytest.raises(TypeError, match="owner"):
        world.codec.encode(ENVELOPE, reported(title=Title(box=b"\x01" * 40)))


def test_a_naive_instant_is_refused_with_its_place(world):
    naive = (Limit(1, datetime(2026, 3, 2)),)
    with pytest.raises(ValueError, match=r"limits\.0\.due_at"):
        world.codec.encode(ENVELOPE, reported(limits=naive))


def test_an_unregistered_event_is_not_written(world):
    class Stray(Event, frozen=True):
        """游离: registered nowhere."""

    with pytest.raises(TypeError, match="Stray is not registered"):
        world.codec.encode(ENVELOPE, Stray())


def test_an_event_of_a_type_that_json_has_not_is_not_written(world):
    class Odd:
        pass

    @topic("test.odd")
    class OddOne(Event, frozen=True, kw_only=True):
        """怪件: has a field no codec knows."""

        odd: Odd

    with pytest.raises(TypeError, match="a Odd can not be stored"):
        world.codec.encode(ENVELOPE, OddOne(odd=Odd()))


def test_a_newer_schema_and_an_unknown_topic_are_named(world):
    name, state = world.stored(reported())
    newer = state.replace(b'{"schema":1', b'{"schema":7')
    with pytest.raises(UnreadableEventError, match=r"test\.reported 的结构版本 7 高于.*升级程序"):
        world.codec.decode(name, newer)
    with pytest.raises(UnreadableEventError, match=r"test\.unheard-of 未登记"):
        world.codec.decode("test.unheard-of", state)


@pytest.mark.parametrize(
    "broken",
    [b"", b"{}", b"\xff", b'{"schema":1,"envelope":{},"body":{}}', b'{"schema":"1"}', b"[1]"],
)
def test_a_broken_state_names_its_topic(world, broken):
    with pytest.raises(UnreadableEventError, match=r"test\.reported"):
        world.codec.decode("test.reported", broken)


def test_a_broken_box_names_its_topic(world):
    name, state = world.stored(reported(reporter=None, content=None))
    told = json.loads(state)
    for title in ({"owner": "x"}, {"owner": "x", "box": "!"}, "plain"):
        told["body"]["title"] = title
        with pytest.raises(UnreadableEventError, match=r"test\.reported"):
            world.codec.decode(name, json.dumps(told).encode())


def recorded(envelope, event):
    return Recorded(stream_id="s", version=1, position=1, envelope=envelope, event=event)


def test_warming_needs_one_query_for_a_page(world, tmp_path):
    reader = World(str(world.engine.url))
    page = [world.stored(reported(title=Title("事由", owner=f"ticket-{n}"))) for n in range(5)]
    read = [recorded(*reader.codec.decode(*each)) for each in page]
    asked = []
    reader.vault._ring._read = lambda owners: asked.append(set(owners)) or {}
    reader.codec.warm(read)
    assert asked == [{f"ticket-{n}" for n in range(5)} | {"person-1", "ticket-golden"}]
    reader.close()


def test_dates_stay_dates(world):
    _, event = world.codec.decode(*world.stored(reported()))
    assert event.limits[0].days == (date(2026, 3, 3),)
