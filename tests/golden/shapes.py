"""The shape of each read model's tables, as both databases have it, kept beside its version.

``tables/<projection>.json`` says what was built under that version. A program that finds rows of
its own version goes on with them, so another shape under the same version would meet old tables.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from bancheng.projections.machine.base import Projection
from bancheng.projections.machine.columns import Whole
from bancheng.projections.registry import PROJECTIONS

FOLDER = Path(__file__).parent / "tables"
DIALECTS = {"sqlite": sqlite.dialect(), "postgresql": postgresql.dialect()}
Shape = dict[str, Any]


class SameVersionError(Exception):
    """The tables changed and the version was not raised: writing that down would hide it."""


def path_of(projection: Projection, folder: Path = FOLDER) -> Path:
    return folder / f"{projection.name}.json"


def shape_of(projection: Projection) -> Shape:
    """Name, version, and how each table would be made today."""
    tables = {str(table.name): _table(table) for table in projection.tables}
    return {"name": projection.name, "version": projection.version, "tables": tables}


def unwritten(projection: Projection, folder: Path = FOLDER) -> bool:
    """Whether this version of ``projection`` has not been written down yet.

    ``SameVersionError`` if another shape was written under it, or a later version.
    """
    path = path_of(projection, folder)
    if not path.exists():
        return True
    written: Shape = json.loads(path.read_text(encoding="utf-8"))
    if written["version"] < projection.version:
        return True
    if written != shape_of(projection):
        raise SameVersionError(
            f"the tables of {projection.name} changed and its version {projection.version} was not "
            f"raised above {written['version']}: halls would go on with the tables they have. "
            "Raise it, then run `make golden`."
        )
    return False


def write(projections: Sequence[Projection] = PROJECTIONS, folder: Path = FOLDER) -> list[Path]:
    """Write down each new projection and each new version; see `unwritten`."""
    new = [projection for projection in projections if unwritten(projection, folder)]
    for projection in new:
        text = json.dumps(shape_of(projection), ensure_ascii=False, indent=1)
        path_of(projection, folder).write_text(text + "\n", encoding="utf-8")
    return [path_of(projection, folder) for projection in new]


def _table(table: Table) -> Shape:
    made: Shape = {name: _statements(table, dialect) for name, dialect in DIALECTS.items()}
    holds = {
        str(column.name): _plain(msgspec.json.schema(column.type.kind))
        for column in table.c
        if isinstance(column.type, Whole)
    }
    return made | ({"holds": holds} if holds else {})


def _statements(table: Table, dialect: Any) -> list[str]:
    indexes = sorted(table.indexes, key=lambda index: str(index.name))
    statements = [CreateTable(table), *map(CreateIndex, indexes)]
    lines = [line for one in statements for line in str(one.compile(dialect=dialect)).splitlines()]
    return [line.strip() for line in lines if line.strip()]


def _plain(schema: Any) -> Any:
    """A JSON schema without the words that are for people."""
    if isinstance(schema, dict):
        return {
            name: _plain(part)
            for name, part in schema.items()
            if not (name in ("description", "title") and isinstance(part, str))
        }
    return [_plain(part) for part in schema] if isinstance(schema, list | tuple) else schema
