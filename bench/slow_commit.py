"""A PostgreSQL whose commits take a millisecond longer: fast test disks hide what locks cost."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SOURCE = Path(__file__).with_name("slow_commit.c")


@contextmanager
def environment() -> Iterator[dict[str, str] | None]:
    """The variables to start the server with; ``None`` if there is no C compiler."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="bancheng-bench-") as folder:
        library = Path(folder, "slow_commit.so")
        Path(folder).chmod(0o755)  # the server runs as another user
        command = [compiler, "-shared", "-fPIC", "-O2", "-o", library, SOURCE, "-ldl"]
        subprocess.run(command, check=True)
        yield {"LD_PRELOAD": str(library)}
