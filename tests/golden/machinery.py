"""Golden files: how one is written, read with today's code, and named.

``<topic>.v<n>.json`` holds a stored state of schema n, the wrapped keys of its personal values,
and what it said when it was written. When the schema rises to m, ``<topic>.v<n>-as-v<m>.json`` is
added beside it: what the same bytes say to the code of schema m.
"""

import importlib
import json
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Engine, StaticPool, create_engine, insert, select

from bancheng.domain.events import TOPICS, Envelope, Event
from bancheng.domain.people import Personal
from bancheng.infra.clock import FixedClock, SeededIds
from bancheng.infra.codec import Codec
from bancheng.infra.master_key import MasterKey
from bancheng.infra.schema import person_key
from bancheng.infra.vault import KeyVault
from golden.examples import AT, ENVELOPE, example

FOLDER = Path(__file__).parent
PACKAGES = ("bancheng.domain.complaint", "bancheng.domain.case", "bancheng.domain.office")
MASTER = MasterKey(b"golden files, never a real key!!")
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
    """A new golden of today's schema."""
    engine, vault = _vault({})
    codec = Codec(vault)
    _, state = codec.encode(ENVELOPE, example(cls))
    with engine.begin() as connection:
        codec.flush(connection)
        keys = {row.owner: b64encode(row.wrapped).decode() for row in _rows(connection)}
    golden = {"topic": cls.topic, "schema": cls.schema, "keys": keys, "state": json.loads(state)}
    return golden | {"expected": read(golden)}


def read(golden: Golden) -> dict[str, Any]:
    """What the golden says to today's code, with its personal values opened."""
    _, vault = _vault(golden["keys"])
    state = json.dumps(golden["state"], ensure_ascii=False).encode()
    envelope, event = Codec(vault).decode(golden["topic"], state)
    return rendered(vault, envelope, event)


def rendered(vault: KeyVault, envelope: Envelope, event: Event) -> dict[str, Any]:
    def opened(value: Personal) -> dict[str, Any]:
        return {"owner": value.owner, "plain": vault.open(value)}

    parts = {"envelope": envelope, "event": event}
    built: dict[str, Any] = msgspec.to_builtins(parts, enc_hook=opened)
    return built


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
                save(path, read(load(golden))["event"])
                written.append(path)
    return written


def _vault(keys: dict[str, str]) -> tuple[Engine, KeyVault]:
    engine = create_engine("sqlite://", poolclass=StaticPool)
    person_key.create(engine)
    rows = [
        {"owner": owner, "wrapped": b64decode(wrapped), "created_at": AT}
        for owner, wrapped in keys.items()
    ]
    if rows:
        with engine.begin() as connection:
            connection.execute(insert(person_key), rows)
    clock = FixedClock(AT)
    return engine, KeyVault(engine, MASTER, clock=clock, ids=SeededIds(1, clock))


def _rows(connection: Any) -> Any:
    return connection.execute(select(person_key).order_by(person_key.c.owner)).all()
