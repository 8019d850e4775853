"""Golden files: how one is written, read with today's code, and named.

``<topic>.v<n>.json`` holds stored states of schema n, the wrapped keys of their personal values,
and what they said when they were written. When the schema rises to m,
``<topic>.v<n>-as-v<m>.json`` is added beside it: what the same bytes say to the code of schema m.
"""

import importlib
import json
import weakref
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Engine, StaticPool, create_engine, insert, select

from bancheng.domain.events import TOPICS, Envelope, Event
from bancheng.domain.people import Personal
from bancheng.infra.clock import FixedClock, SeededIds
from bancheng.infra.codec import Codec
from bancheng.infra.hall_keys import NAMES, HallKeys
from bancheng.infra.master_key import MasterKey, MasterKeys
from bancheng.infra.schema import bookmark, hall, person_key
from bancheng.infra.vault import KeyVault
from golden.examples import AT, ENVELOPE, example

FOLDER = Path(__file__).parent
PACKAGES = tuple(f"bancheng.domain.{room}" for room in ("complaint", "case", "office", "privacy"))
MASTER = MasterKey(b"golden files, never a real key!!")
HALL_KEYS = HallKeys(dict.fromkeys(NAMES, b"no event depends on any of these"))
Golden = dict[str, Any]


def load_topics() -> dict[str, type[Event]]:
    """Every registered event; importing a package of the domain registers its own."""
    for package in PACKAGES:
        importlib.import_module(package)
    return dict(TOPICS)


def path_of(cls: type[Event], folder: Path = FOLDER) -> Path:
    return folder / f"{cls.topic}.v{cls.schema}.json"


def lifted_path(golden: Path, cls: type[Event]) -> Path:
    """Where stands what an older golden says to today's code."""
    return golden.with_name(f"{golden.stem}-as-v{cls.schema}.json")


def older(cls: type[Event], folder: Path = FOLDER) -> list[Path]:
    return [folder / f"{cls.topic}.v{schema}.json" for schema in range(1, cls.schema)]


def make(cls: type[Event]) -> Golden:
    """A new golden of today's schema: a full example, and a bare one that shows the defaults."""
    engine, vault = vault_with({})
    codec = Codec(vault)
    cases = {name: example(cls, full=name == "full") for name in ("full", "bare")}
    states = {name: json.loads(codec.encode(ENVELOPE, event)[1]) for name, event in cases.items()}
    with engine.begin() as connection:
        codec.flush(connection)
        keys = {row.owner: b64encode(row.wrapped).decode() for row in _rows(connection)}
    golden = {"topic": cls.topic, "schema": cls.schema, "keys": keys, "states": states}
    return golden | {"expected": read(golden)}


def read(golden: Golden) -> dict[str, Any]:
    """What each state of the golden says to today's code, with its personal values opened."""
    _, vault = vault_with(golden["keys"])
    codec, topic = Codec(vault), golden["topic"]
    states = {name: json.dumps(state).encode() for name, state in golden["states"].items()}
    return {name: rendered(vault, *codec.decode(topic, state)) for name, state in states.items()}


def rendered(vault: KeyVault, envelope: Envelope, event: Event) -> dict[str, Any]:
    """Envelope and event as JSON, personal values opened and no field left out.

    Structs that leave out defaults when they are written do not here: a changed default would
    change what old events say, and the golden has to show it.
    """
    told: dict[str, Any] = _told({"envelope": envelope, "event": event}, vault)
    return told


def _told(value: Any, vault: KeyVault) -> Any:
    if isinstance(value, Personal):
        return {"owner": value.owner, "plain": vault.open(value)}
    if isinstance(value, msgspec.Struct):
        return {name: _told(getattr(value, name), vault) for name in value.__struct_fields__}
    if isinstance(value, dict):
        return {str(name): _told(part, vault) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_told(part, vault) for part in value]
    return msgspec.to_builtins(value)


def events_of(said: dict[str, Any]) -> dict[str, Any]:
    return {name: case["event"] for name, case in said.items()}


def save(path: Path, content: Any) -> None:
    """Write a golden file, never over an old one."""
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
    with path.open("x", encoding="utf-8") as file:
        file.write(text + "\n")


def load(path: Path) -> Golden:
    content: Golden = json.loads(path.read_text(encoding="utf-8"))
    return content


def write_missing(topics: dict[str, type[Event]], folder: Path = FOLDER) -> list[Path]:
    """Add what is missing; an older golden that is missing can only come from the history."""
    written = []
    for cls in topics.values():
        if not (path := path_of(cls, folder)).exists():
            save(path, make(cls))
            written.append(path)
        for golden in filter(Path.exists, older(cls, folder)):
            if not (path := lifted_path(golden, cls)).exists():
                save(path, events_of(read(load(golden))))
                written.append(path)
    return written


def vault_with(keys: dict[str, str]) -> tuple[Engine, KeyVault]:
    engine = create_engine("sqlite://", poolclass=StaticPool)
    person_key.create(engine)
    hall.create(engine)
    bookmark.create(engine)
    rows = [
        {"owner": owner, "wrapped": b64decode(wrapped), "created_at": AT}
        for owner, wrapped in keys.items()
    ]
    with engine.begin() as connection:
        connection.execute(insert(hall).values(code="GOLDEN", master_key=MASTER.id))
        if rows:
            connection.execute(insert(person_key), rows)
    clock = FixedClock(AT)
    vault = KeyVault(engine, MasterKeys(MASTER), HALL_KEYS, clock=clock, ids=SeededIds(1, clock))
    weakref.finalize(vault, engine.dispose)
    return engine, vault


def _rows(connection: Any) -> Any:
    return connection.execute(select(person_key).order_by(person_key.c.owner)).all()
