"""Each thing from outside comes in by one door: libraries, the environment, time and chance."""

import re
import sys
import tomllib
from importlib.metadata import packages_distributions

import pytest

from arch.tree import ROOT, SOURCE, imported, names_used, parsed, python_files, shown

# Distribution → the rooms that may import it.
DOORS = {
    "chinesecalendar": {"infra"},
    "cryptography": {"infra"},
    "eventsourcing": {"infra"},
    "graphql-core": {"graphql", "web"},
    "msgspec": {"app", "domain", "graphql", "infra", "projections", "simulation"},
    "psycopg": {"infra"},
    "pyjwt": {"infra"},
    "python-calamine": {"infra"},
    "rich": {"cli"},
    "sqlalchemy": {"infra", "projections"},
    "starlette": {"graphql", "web"},
    "strawberry-graphql": {"graphql", "web"},
    "structlog": {"infra"},
    "typer": {"cli"},
    "uvicorn": {"cli", "web"},
}
# Full name (and everything below it) → the one file that may use it.
ONE_FILE = {
    "os.environ": "config",
    "os.environb": "config",
    "os.getenv": "config",
    "os.putenv": "config",
    "datetime.date.today": "infra/clock",
    "datetime.datetime.now": "infra/clock",
    "datetime.datetime.today": "infra/clock",
    "datetime.datetime.utcnow": "infra/clock",
    "time.gmtime": "infra/clock",
    "time.localtime": "infra/clock",
    "time.time": "infra/clock",
    "time.time_ns": "infra/clock",
    "random": "infra/clock",
    "uuid.uuid1": "infra/clock",
    "uuid.uuid4": "infra/clock",
    "uuid.uuid6": "infra/clock",
    "uuid.uuid7": "infra/clock",
    "sqlalchemy.func.now": "infra/clock",
    "sqlalchemy.func.current_timestamp": "infra/clock",
}


def test_the_domain_imports_the_standard_library_and_msgspec():
    allowed = sys.stdlib_module_names | {"msgspec"}
    strangers = {
        (shown(path), name)
        for path in python_files(SOURCE / "domain")
        for name in imported(parsed(path))
        if name.partition(".")[0] not in allowed and not name.startswith("bancheng.domain.")
    }

    assert strangers == set()


def test_every_library_comes_in_by_its_own_door():
    elsewhere = {
        (shown(path), library)
        for path in python_files(SOURCE)
        for library in _libraries(path)
        if _room(path) not in DOORS.get(library, set())
    }

    assert elsewhere == set()


def test_every_runtime_dependency_is_used_and_has_a_door():
    used = {library for path in python_files(SOURCE) for library in _libraries(path)}
    # psycopg is named only in a database address; graphql-core comes with strawberry.
    assert _runtime_dependencies() == (used | {"psycopg"}) - {"graphql-core"}
    assert _runtime_dependencies() <= set(DOORS)


@pytest.mark.parametrize(("name", "file"), ONE_FILE.items())
def test_what_has_one_door_is_used_behind_it_only(name, file):
    elsewhere = {
        f"{shown(path)}:{line}"
        for path in python_files(SOURCE)
        if path.relative_to(SOURCE).with_suffix("").as_posix() != file
        for line, used in names_used(parsed(path))
        if used == name or used.startswith(f"{name}.")
    }

    assert elsewhere == set()


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("from datetime import datetime\ndatetime.now(UTC)", "datetime.datetime.now"),
        ("import datetime as dt\ndt.datetime.utcnow()", "datetime.datetime.utcnow"),
        ("from os import environ as e\ne['HOME']", "os.environ"),
        ("import os\nos.environ.get('HOME')", "os.environ.get"),
        ("def late():\n    from uuid import uuid4\n    uuid4()", "uuid.uuid4"),
        ("import random\nrandom.choice([])", "random.choice"),
        ("from sqlalchemy import func\nfunc.now()", "sqlalchemy.func.now"),
    ],
)
def test_no_disguise_helps(code, found, tmp_path):
    disguised = tmp_path / "disguised.py"
    disguised.write_text(code, encoding="utf-8")

    assert found in {name for _, name in names_used(parsed(disguised))}


def _libraries(path) -> set[str]:
    heads = {name.partition(".")[0] for name in imported(parsed(path))}
    installed = packages_distributions()
    return {
        installed[head][0].lower()
        for head in heads - sys.stdlib_module_names - {"bancheng"}
        if head in installed
    } | {head for head in heads - sys.stdlib_module_names - {"bancheng"} if head not in installed}


def _room(path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def _runtime_dependencies() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {re.split(r"[\[<>=~! ]", each)[0].lower() for each in project["dependencies"]}
