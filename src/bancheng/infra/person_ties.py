"""Which matters are of the same people, as far as the index of people tells (ADR 28).

Two matters are, if they tell of one identity number, or of one phone together with one name. A
phone alone is no person: families and whole offices share one.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select, union

from bancheng.domain.errors import WrongStep
from bancheng.domain.personal_fields import PersonalField
from bancheng.infra.person_indexing import left_to_index
from bancheng.infra.schema import person_index

_HELD = select(person_index.c.owner, person_index.c.stream_id).where(
    person_index.c.owner.in_(bindparam("keys", expanding=True))
)
_KEYS_A_QUERY = 500


def _sharing(*parts: PersonalField) -> Select[Any]:
    """The matters that have the same value in each of ``parts`` as one of ``matters``."""
    own = [person_index.alias(f"own_{part.value}") for part in parts]
    its = [person_index.alias(f"its_{part.value}") for part in parts]
    found = select(its[0].c.stream_id).where(
        own[0].c.stream_id.in_(bindparam("matters", expanding=True))
    )
    for part, mine, other in zip(parts, own, its, strict=True):
        found = found.where(
            mine.c.part == part.value,
            other.c.part == part.value,
            other.c.digest == mine.c.digest,
            mine.c.stream_id == own[0].c.stream_id,
            other.c.stream_id == its[0].c.stream_id,
        )
    return found


_ALIKE = union(_sharing(PersonalField.ID_NUMBER), _sharing(PersonalField.PHONE, PersonalField.NAME))


def holders(connection: Connection, keys: Iterable[str]) -> Mapping[str, frozenset[str]]:
    """The matters that have somebody on file under each of ``keys``. Raises as `alike` does."""
    _require_whole(connection)
    found: dict[str, set[str]] = {}
    asked = list(keys)
    for start in range(0, len(asked), _KEYS_A_QUERY):
        some = {"keys": asked[start : start + _KEYS_A_QUERY]}
        for owner, stream_id in connection.execute(_HELD, some):
            found.setdefault(owner, set()).add(stream_id)
    return {owner: frozenset(streams) for owner, streams in found.items()}


def alike(connection: Connection, matters: Collection[str]) -> frozenset[str]:
    """Other matters of the same people as ``matters``.

    ``WrongStep`` ``INDEX_INCOMPLETE`` while the index is filled: one of them might be missing.
    """
    _require_whole(connection)
    found = connection.scalars(_ALIKE, {"matters": sorted(matters)})
    return frozenset(found) - frozenset(matters)


def _require_whole(connection: Connection) -> None:
    if left_to_index(connection):
        raise WrongStep(
            "INDEX_INCOMPLETE",
            "查人索引尚未建完,此时可能漏件",
            remedy="索引由系统自动补建,请稍后再办",
        )
