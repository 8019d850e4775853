"""Each thing from outside comes in by one door: libraries, the environment, time and chance."""

import re
import sys
import tomllib
from importlib.metadata import requires
from pathlib import Path

import pytest

from arch.tree import (
    ROOT,
    SOURCE,
    at_the_start_of,
    imported,
    names_used,
    parsed,
    python_files,
    shown,
)

# Import name → its distribution and the rooms that may import it.
DOORS = {
    "argon2": ("argon2-cffi", {"infra"}),
    "anyio": ("anyio", {"graphql", "web"}),
    "authlib": ("authlib", {"infra"}),
    "chinese_calendar": ("chinesecalendar", {"infra"}),
    "cross_web": ("cross-web", {"graphql"}),
    "cryptography": ("cryptography", {"infra"}),
    "defusedxml": ("defusedxml", {"infra"}),
    "docx": ("python-docx", {"infra"}),
    "eventsourcing": ("eventsourcing", {"infra"}),
    "graphql": ("graphql-core", {"graphql", "web"}),
    "httpx2": ("httpx2", {"infra"}),
    "joserfc": ("joserfc", {"infra"}),
    "msgspec": (
        "msgspec",
        {
            "app",
            "domain",
            "glossary",
            "graphql",
            "hall_papers",
            "hall_reports",
            "importing",
            "infra",
            "projections",
            "simulation",
            "web",
        },
    ),
    "openpyxl": ("openpyxl", {"infra"}),
    "psycopg": ("psycopg", {"infra"}),
    "rich": ("rich", {"cli"}),
    "sqlalchemy": (
        "sqlalchemy",
        {
            "bootstrap",
            "cli",
            "graphql",
            "hall_data",
            "hall_papers",
            "hall_reports",
            "hall_rules",
            "hall_ways_in",
            "infra",
            "jobs",
            "projections",
            "web",
        },
    ),
    "starlette": ("starlette", {"graphql", "web"}),
    "strawberry": ("strawberry-graphql", {"graphql", "web"}),
    "structlog": ("structlog", {"graphql", "infra", "jobs", "projections", "web"}),
    "typer": ("typer", {"cli"}),
    "uvicorn": ("uvicorn", {"cli", "web"}),
}
# Imported, but not asked for by name: part of what the other one offers.
COMES_WITH = {
    "anyio": "starlette",
    "cross-web": "strawberry-graphql",
    "graphql-core": "strawberry-graphql",
    "joserfc": "authlib",
}
# The clock is asked in one file; everybody else is given the time.
CLOCK = "infra/clock"
CLOCK_ONLY = {
    "datetime.date.today", "datetime.datetime.now", "datetime.datetime.today",
    "datetime.datetime.utcnow", "time.gmtime", "time.localtime", "time.time", "time.time_ns",
    "uuid.uuid1", "uuid.uuid4", "uuid.uuid6", "uuid.uuid7",
    "sqlalchemy.func.current_timestamp", "sqlalchemy.func.now",
}  # fmt: skip


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
        (shown(path), head)
        for path in python_files(SOURCE)
        for head in _libraries(path)
        if head not in DOORS or _room(path) not in DOORS[head][1]
    }

    assert elsewhere == set()


def test_every_runtime_dependency_is_used_and_has_a_door():
    used = {
        DOORS[head][0] for path in python_files(SOURCE) for head in _libraries(path) & set(DOORS)
    }
    # SQLAlchemy loads the driver that the database address names, uvicorn its WebSocket.
    by_address = {"psycopg", "websockets"}

    assert _runtime_dependencies() == (used | by_address) - set(COMES_WITH)


@pytest.mark.parametrize(("name", "parent"), COMES_WITH.items())
def test_what_comes_with_another_does(name, parent):
    assert parent in _runtime_dependencies()
    assert name in {_distribution(requirement) for requirement in requires(parent) or []}


def test_commands_that_do_not_serve_do_not_wait_for_the_schema():
    slow = ("bancheng.graphql", "bancheng.web", "uvicorn")
    waiting = {
        (shown(path), name)
        for path in python_files(SOURCE / "cli")
        for name in imported(at_the_start_of(parsed(path)))
        if name.startswith(slow)
    }

    assert waiting == set()


def test_sql_is_spoken_in_two_rooms_and_the_others_hand_connections_on():
    handles = {"sqlalchemy", "sqlalchemy.Connection", "sqlalchemy.Engine"}
    spoken = {
        f"{shown(path)}:{line}: {used}"
        for path in python_files(SOURCE)
        for line, used in names_used(parsed(path))
        if used.split(".")[0] == "sqlalchemy"
        and used not in handles
        and _room(path) not in ("infra", "projections")
    }

    assert spoken == set()


def test_the_environment_is_read_in_config():
    # Who starts the program hands the environment over whole.
    handed_over = "Config.from_environment(os.environ)"
    read = {
        f"{shown(path)}:{line}"
        for path in python_files(SOURCE)
        for line, used in names_used(parsed(path))
        if used.startswith(("os.environ", "os.getenv", "os.putenv"))
        and _stem(path) != "config"
        and handed_over not in path.read_text(encoding="utf-8").splitlines()[line - 1]
    }

    assert read == set()


def test_chance_has_a_seed():
    # infra/clock makes identifiers; the simulation replays a hall from a number.
    rooms = {"random.Random": (CLOCK, "simulation/"), "random": (CLOCK,)}
    unseeded = {
        f"{shown(path)}:{line}: {used}"
        for path in python_files(SOURCE)
        for line, used in names_used(parsed(path))
        if used.split(".")[0] == "random"
        and not _stem(path).startswith(rooms.get(used, rooms["random"]))
    }

    assert unseeded == set()


def test_time_and_identifiers_come_from_the_clock():
    elsewhere = {
        f"{shown(path)}:{line}: {used}"
        for path in python_files(SOURCE)
        for line, used in names_used(parsed(path))
        if used in CLOCK_ONLY and _stem(path) != CLOCK
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
        ("import os.path\nos.environ['HOME']", "os.environ"),
        ("import random\nrandom.choice([])", "random.choice"),
        ("from sqlalchemy import func\nfunc.now()", "sqlalchemy.func.now"),
    ],
)
def test_no_disguise_helps(code, found, tmp_path):
    disguised = tmp_path / "disguised.py"
    disguised.write_text(code, encoding="utf-8")

    assert found in {name for _, name in names_used(parsed(disguised))}


def _libraries(path: Path) -> set[str]:
    heads = {name.partition(".")[0] for name in imported(parsed(path))}
    return heads - sys.stdlib_module_names - {"bancheng"}


def _room(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def _stem(path: Path) -> str:
    return path.relative_to(SOURCE).with_suffix("").as_posix()


def _distribution(requirement: str) -> str:
    return re.split(r"[\[<>=~!; ]", requirement)[0].lower()


def _runtime_dependencies() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {_distribution(each) for each in project["dependencies"]}
