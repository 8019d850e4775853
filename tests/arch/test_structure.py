"""What is declared once reaches every place that must know of it."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from enum import Enum
from itertools import chain
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import msgspec
import pytest

import bancheng.domain
from arch.tree import SOURCE, python_files, shown
from bancheng.app.registry import ACTS, BY_COMMAND
from bancheng.domain.case import case
from bancheng.domain.case.analyse import MaterialCorrected
from bancheng.domain.case.at_window import WindowExceeded
from bancheng.domain.case.contact import ApplicantContacted, ApplicantDisclosed
from bancheng.domain.case.correct import RemarkAdded
from bancheng.domain.case.cross_region import LegReceived, LegSent
from bancheng.domain.case.supervise import ApprovalReviewed
from bancheng.domain.case.verify import ResultKept
from bancheng.domain.commands import Command
from bancheng.domain.complaint import ticket
from bancheng.domain.complaint.contact import ReporterDisclosed
from bancheng.domain.complaint.correct import ReportSupplemented
from bancheng.domain.complaint.merging import MergedSupplemented
from bancheng.domain.complaint.supervised_before import WorkOrderUrged
from bancheng.domain.complaint.suspend import WorkOrderResumed
from bancheng.domain.events import TOPICS, Event, term_of
from bancheng.domain.notices.events import NoticeSent
from bancheng.domain.people import Personal
from bancheng.domain.privacy.events import (
    PersonalDataErased,
    ProcessingRestricted,
    RestrictionLifted,
)
from bancheng.domain.supervision.events import AnswerExtended
from bancheng.domain.warnings.events import DueDateReplanned

for _module in pkgutil.walk_packages(bancheng.domain.__path__, "bancheng.domain."):
    importlib.import_module(_module.name)

# Events that the trail and the ledgers want and that no rule ever asks about.
# A new date moves a clock, and clocks are evolved for themselves.
NO_RULE_ASKS = {
    WorkOrderUrged, WorkOrderResumed, DueDateReplanned, AnswerExtended,
    MaterialCorrected, ResultKept, ReportSupplemented, RemarkAdded, ApprovalReviewed,
    LegSent, LegReceived, ReporterDisclosed, ApplicantDisclosed, ApplicantContacted, NoticeSent,
    MergedSupplemented, WindowExceeded,
}  # fmt: skip
OF_ERASURES = {ProcessingRestricted, RestrictionLifted, PersonalDataErased}
CHINESE_TERM = re.compile(r"[\u4e00-\u9fff][\u4e00-\u9fff0-9「」]*")


def _below(cls: type) -> Iterator[type]:
    for child in cls.__subclasses__():
        yield child
        yield from _below(child)


def _commands() -> list[type[Command]]:
    """Every command that can be given: those that no other one extends."""
    mine = {cls for cls in _below(Command) if cls.__module__.startswith("bancheng.")}
    return sorted((cls for cls in mine if not cls.__subclasses__()), key=_named)


def _named(cls: type) -> str:
    return cls.__name__


def test_every_event_has_a_topic():
    events = {cls for cls in _below(Event) if cls.__module__.startswith("bancheng.")}

    assert {cls for cls in events if not cls.__subclasses__()} == set(TOPICS.values())


@pytest.mark.parametrize(("family", "evolved"), [("complaint.", ticket), ("case.", case)])
def test_every_event_of_a_matter_is_evolved_or_asked_about_by_no_rule(family, evolved):
    topics = (family, "supervision.", "warning.", "deadline.", "notice.", "recusal.", "gathering.")
    events = {cls for name, cls in TOPICS.items() if name.startswith(topics)} | OF_ERASURES
    silent = {cls for cls in NO_RULE_ASKS if cls.topic.startswith(topics)}

    assert events == set(evolved.LEFT_BY_EVENTS) | silent
    assert set(evolved.LEFT_BY_EVENTS) & silent == set()


@pytest.mark.parametrize("name", sorted(TOPICS))
def test_a_topic_ends_as_its_event_does(name):
    cls = TOPICS[name]
    last_word = re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower().rpartition("-")[2]

    assert re.fullmatch(r"[a-z]+\.[a-z]+(-[a-z]+)*", name)
    assert re.split(r"[.-]", name)[-1] == last_word
    assert cls.topic == name


def test_the_way_of_a_command_guesses_at_no_field_of_it():
    """What the desk must know of a command the command says, where mypy can read it."""
    way = [*python_files(SOURCE / "app"), SOURCE / "graphql" / "mutations.py"]
    guesses = [shown(path) for path in way if re.search(r"getattr\(\w+, \"", path.read_text())]

    assert guesses == []


def test_every_command_has_one_act():
    assert {act.command for act in ACTS} == set(_commands())
    assert len(BY_COMMAND) == len(ACTS)


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.name)
def test_every_act_says_who_may_and_on_what_ground(act):
    assert act.by
    assert act.basis


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.name)
def test_a_command_can_be_read_from_what_a_client_sends(act):
    """msgspec refuses bounds on an optional type, but only when the first value comes."""
    with pytest.raises(msgspec.ValidationError, match="missing required field"):
        msgspec.convert({}, act.command, dec_hook=lambda cls, value: cls(value))


@pytest.mark.parametrize("cls", [*_commands(), *sorted(TOPICS.values(), key=_named)], ids=_named)
def test_the_docstring_begins_with_the_chinese_term(cls):
    assert CHINESE_TERM.fullmatch(term_of(cls))


@pytest.mark.parametrize("cls", _commands(), ids=_named)
def test_everything_a_client_sends_is_bounded_and_described(cls):
    assert list(_unbounded(cls)) == []
    assert list(_undescribed(cls)) == []


def _unbounded(cls: type[msgspec.Struct]) -> Iterator[str]:
    for field, hint in get_type_hints(cls, include_extras=True).items():
        if field in cls.__struct_fields__:
            yield from (f"{field}{path}" for path in _open_ends(hint, {}))


def _open_ends(hint: Any, bounds: dict[str, Any]) -> Iterator[str]:
    """Where in ``hint`` a value of any size fits."""
    origin, parts = get_origin(hint), get_args(hint)
    if origin is Annotated:
        for meta in parts[1:]:
            given = {key: getattr(meta, key) for key in ("max_length", "ge", "le")}
            bounds = bounds | {key: bound for key, bound in given.items() if bound is not None}
        yield from _open_ends(parts[0], bounds)
    elif origin in (Union, UnionType):
        yield from chain.from_iterable(_open_ends(part, bounds) for part in parts)
    elif origin is not None:
        yield from _open_collection(parts, bounds)
    elif issubclass(hint, msgspec.Struct):
        yield from (f".{end}" for end in _unbounded(hint))
    else:
        yield from _open_value(hint, bounds)


def _open_collection(parts: tuple[Any, ...], bounds: dict[str, Any]) -> Iterator[str]:
    if bounds.get("max_length") is None:
        yield ": a collection of any length"
    for part in parts:
        if part is not Ellipsis:
            yield from (f"[]{end}" for end in _open_ends(part, {}))


def _open_value(cls: type, bounds: dict[str, Any]) -> Iterator[str]:
    is_text = issubclass(cls, str) and not issubclass(cls, Enum)
    is_number = issubclass(cls, int | float) and not issubclass(cls, bool)
    if is_text and bounds.get("max_length") is None:
        yield ": a text of any length"
    if is_number and (bounds.get("ge") is None or bounds.get("le") is None):
        yield ": a number of any size"
    if issubclass(cls, Personal) and cls.length_max <= 0:
        yield f": {cls.__name__} of any length"


def _undescribed(cls: type[msgspec.Struct]) -> Iterator[str]:
    for field, hint in get_type_hints(cls, include_extras=True).items():
        if field in cls.__struct_fields__:
            described = any(CHINESE_TERM.match(meta.description or "") for meta in _metas(hint))
            if not described:
                yield field


def _metas(hint: Any) -> Iterator[msgspec.Meta]:
    if get_origin(hint) is Annotated:
        yield from hint.__metadata__
    elif get_origin(hint) in (Union, UnionType):
        yield from chain.from_iterable(_metas(part) for part in get_args(hint))


@pytest.mark.parametrize(
    ("hint", "ends"),
    [
        (str, [": a text of any length"]),
        (Annotated[str, msgspec.Meta(max_length=9)] | None, []),
        (Annotated[str, msgspec.Meta(max_length=9), msgspec.Meta(description="码")], []),
        (tuple[str, ...], [": a collection of any length", "[]: a text of any length"]),
        (Annotated[tuple[str, ...], msgspec.Meta(max_length=9)], ["[]: a text of any length"]),
        (int | None, [": a number of any size"]),
        (Annotated[int, msgspec.Meta(ge=0, le=9)], []),
        (Annotated[int, msgspec.Meta(ge=0)], [": a number of any size"]),
        (bool, []),
    ],
)
def test_open_ends_are_seen(hint, ends):
    assert list(_open_ends(hint, {})) == ends
