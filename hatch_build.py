"""Writes into a wheel the commit of the sources that it is built of, for `bancheng --version`."""

import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CommitHook(BuildHookInterface[Any]):
    """Whoever installs from a checkout is told later what was installed; else it is not known."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Put the commit beside the package; an editable install is whatever its folder is."""
        if version == "editable" or not (commit := _commit(self.root)):
            return
        self._folder = tempfile.TemporaryDirectory()  # goes with the hook
        told = Path(self._folder.name) / "commit.txt"
        told.write_text(commit, encoding="ascii")
        build_data["force_include"][str(told)] = "bancheng/commit.txt"


def _commit(folder: str) -> str:
    """The commit, with ``-dirty`` if files differ from it; empty if this is no checkout of git."""
    # Who installs is often root, and the folder another user's: git would not read it.
    call = ["git", "-c", "safe.directory=*", "describe", "--always", "--dirty", "--abbrev=12"]
    if not (Path(folder) / ".git").exists():  # nor is a folder above it the sources' own
        return ""
    try:
        done = subprocess.run(  # noqa: S603 - nothing of it comes from outside
            [*call, "--exclude=*"], cwd=folder, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()
