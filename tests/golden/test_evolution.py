"""How an event may change: one worked example a kind, as docs/evolution.md tells it."""

import json
from enum import StrEnum
from pathlib import Path

import pytest

from bancheng.domain.events import Event, topic
from bancheng.domain.people import FreeText
from bancheng.infra.codec import Codec, UnreadableEventError
from golden.examples import ENVELOPE
from golden.machinery import (
    events_of,
    lifted_path,
    load,
    make,
    path_of,
    read,
    vault_with,
    write_missing,
)
from golden.sealed_world import local_topics

SHOWN = Path(__file__).parent / "evolution"


@pytest.fixture(autouse=True)
def _forgotten():
    with local_topics():
        yield


def with_clerk(body):
    """1 → 2: who received it was not written down before March."""
    return body | {"receiving_clerk": None}


def referred(schema):
    """``test.referred`` as the program knew it at ``schema``."""
    if schema == 1:

        @topic("test.referred")
        class Referred(Event, frozen=True, kw_only=True):
            """转办: the matter was handed to another unit."""

            unit: str
            reason: FreeText
    else:

        @topic("test.referred", schema=2, upcasts={1: with_clerk})
        class Referred(Event, frozen=True, kw_only=True):
            """转办: the matter was handed to another unit."""

            unit: str
            reason: FreeText
            receiving_clerk: str | None

    return Referred


def decoded(name, schema, body):
    _, vault = vault_with({})
    codec = Codec(vault)
    envelope = {"occurred_at": "2026-03-02T01:30:00Z", "recorded_at": "2026-03-02T01:35:00Z"} | {
        "event_id": "1", "channel": "window", "act": "A", "request_id": "r", "key": "k",
        "basis": "b", "actor": {"id": "1", "name": "李敏", "post": "p", "unit": "u"},
    }  # fmt: skip
    state = json.dumps({"schema": schema, "envelope": envelope, "body": body}).encode()
    return codec.decode(name, state)[1]


# the shown example: a real golden of schema 1, read by the code of schema 2


def test_a_golden_of_schema_1_is_read_by_schema_2():
    cls = referred(2)
    path = SHOWN / "test.referred.v1.json"
    golden = load(path)
    assert "receiving_clerk" not in golden["states"]["full"]["body"]
    said = events_of(read(golden))
    assert said == load(lifted_path(path, cls))
    assert said["full"]["receiving_clerk"] is None
    assert said["full"]["reason"] == golden["expected"]["full"]["event"]["reason"]


def test_an_older_program_says_that_it_is_too_old():
    referred(1)
    with pytest.raises(UnreadableEventError, match=r"test\.referred 的结构版本 2 高于"):
        read(load(SHOWN / "test.referred.v2.json"))


# one a row of the table


def test_required_field_is_derived_from_what_is_known():
    @topic(
        "test.due-set",
        schema=2,
        upcasts={1: lambda body: body | {"urgent": body["working_days"] <= 1}},
    )
    class DueSet(Event, frozen=True, kw_only=True):
        """定限: a due date was set."""

        working_days: int
        urgent: bool

    assert decoded("test.due-set", 1, {"working_days": 1}).urgent is True


def test_required_field_that_cannot_be_known_is_unknown_as_a_value():
    class Origin(StrEnum):
        WINDOW = "window"
        UNKNOWN = "unknown"

    @topic("test.noted", schema=2, upcasts={1: lambda body: body | {"origin": "unknown"}})
    class Noted(Event, frozen=True, kw_only=True):
        """记录: something was noted."""

        origin: Origin

    assert decoded("test.noted", 1, {}).origin is Origin.UNKNOWN


def test_renamed_and_split_field():
    def with_unit(body):
        amount = body.pop("days")
        return body | {"amount": amount, "unit": "working_days"}

    @topic("test.limited", schema=2, upcasts={1: with_unit})
    class Limited(Event, frozen=True, kw_only=True):
        """限期: a limit was set."""

        amount: int
        unit: str

    event = decoded("test.limited", 1, {"days": 15})
    assert (event.amount, event.unit) == (15, "working_days")


def test_renamed_class_keeps_its_topic():
    @topic("test.old-name")
    class NewName(Event, frozen=True, kw_only=True):
        """改名: renamed in code, never in the log."""

        a: int

    assert isinstance(decoded("test.old-name", 1, {"a": 1}), NewName)


def test_sealed_field_is_renamed_with_its_box_untouched():
    def renamed(body):
        body["explanation"] = body.pop("text")
        return body

    @topic("test.explained", schema=2, upcasts={1: renamed})
    class Explained(Event, frozen=True, kw_only=True):
        """说明: an explanation was given."""

        explanation: FreeText

    event = decoded("test.explained", 1, {"text": {"owner": "ticket-1", "box": "AQID"}})
    assert event.explanation == FreeText(owner="ticket-1", box=b"\x01\x02\x03")


def test_upcasts_are_walked_one_by_one():
    steps = {
        1: lambda body: body | {"b": body["a"] + 1},
        2: lambda body: body | {"c": body["b"] + 1},
    }

    @topic("test.thrice", schema=3, upcasts=steps)
    class Thrice(Event, frozen=True, kw_only=True):
        """三版: changed twice."""

        a: int
        b: int
        c: int

    assert [
        decoded("test.thrice", 1, {"a": 1}).c,
        decoded("test.thrice", 2, {"a": 1, "b": 5}).c,
    ] == [3, 6]


def test_a_schema_without_its_upcast_is_refused_at_import():
    with pytest.raises(TypeError, match="needs an upcast from each older one"):

        @topic("test.gap", schema=3, upcasts={2: dict})
        class Gap(Event, frozen=True, kw_only=True):
            """缺口: an upcast is missing."""


def test_a_failing_upcast_names_the_event():
    @topic("test.failing", schema=2, upcasts={1: lambda body: body["missing"]})
    class Failing(Event, frozen=True, kw_only=True):
        """失败: its upcast expects too much."""

    with pytest.raises(UnreadableEventError, match=r"test\.failing"):
        decoded("test.failing", 1, {})


# the machinery itself


def test_what_is_missing_is_written_once_and_never_again(tmp_path):
    with local_topics():
        first = referred(1)
        assert write_missing({"test.referred": first}, tmp_path) == [path_of(first, tmp_path)]
        assert write_missing({"test.referred": first}, tmp_path) == []
    kept = path_of(first, tmp_path).read_bytes()
    second = referred(2)
    written = write_missing({"test.referred": second}, tmp_path)
    assert {path.name for path in written} == {
        "test.referred.v2.json",
        "test.referred.v1-as-v2.json",
    }
    assert path_of(first, tmp_path).read_bytes() == kept


def test_a_changed_default_shows():
    with local_topics():

        @topic("test.defaulted")
        class Before(Event, frozen=True, kw_only=True, omit_defaults=True):
            """默认: leaves out its default."""

            start: str = "next_day"

        golden = make(Before)

    @topic("test.defaulted")
    class After(Event, frozen=True, kw_only=True, omit_defaults=True):
        """默认: somebody changed the default."""

        start: str = "same_day"

    assert events_of(read(golden)) != events_of(golden["expected"])


def test_the_same_event_and_envelope_make_the_same_golden_but_for_boxes():
    cls = referred(1)
    one, again = make(cls), make(cls)
    assert one["expected"] == again["expected"]
    assert one["expected"]["full"]["envelope"]["event_id"] == ENVELOPE.event_id
    assert one["keys"] != again["keys"]
