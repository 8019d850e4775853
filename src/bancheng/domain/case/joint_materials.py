"""一套材料: what a theme and the items that it joins need, asked for and taken in once.

The theme is applied for with one set of materials. The case keeps the joint list as that of its
item, and which child needs which of them under which code.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from bancheng.domain.errors import InvalidInput
from bancheng.domain.items import JOINT_MATERIALS_MAX, Copies, Material, ServiceItem

_CODE_MAX: Final = 40


class JointMaterial(Struct, frozen=True, kw_only=True):
    """共用材料: that a material of the theme is what ``item`` calls ``own_code``."""

    code: str
    item: str
    own_code: str


def joined(
    theme: ServiceItem, parts: Sequence[ServiceItem]
) -> tuple[ServiceItem, tuple[JointMaterial, ...]]:
    """``theme`` with the materials of all ``parts`` too, each once, and who needs which.

    ``InvalidInput`` ``THEME_MATERIALS_TOO_MANY`` if nobody could tick so many.
    """
    asked = {_known_by(one): one for one in theme.materials}
    codes = {one.code for one in theme.materials}
    needs: list[JointMaterial] = []
    for place, part in enumerate(parts, start=1):
        for material in part.materials:
            there = asked.get(_known_by(material))
            joint = _stricter(there, material) if there else _named(material, place, codes)
            asked[_known_by(material)] = joint
            codes.add(joint.code)
            needs.append(JointMaterial(code=joint.code, item=part.code, own_code=material.code))
    if len(asked) > JOINT_MATERIALS_MAX:
        raise InvalidInput(
            "THEME_MATERIALS_TOO_MANY",
            f"一件事「{theme.name}」及其联办事项共需材料 {len(asked)} 种",
            field="item",
            remedy=f"请事项管理人员精简至 {JOINT_MATERIALS_MAX} 种以内;各事项可分别申请",
        )
    return replace(theme, materials=tuple(asked.values())), tuple(needs)


def _known_by(material: Material) -> tuple[str, Copies]:
    # Codes are numbers within an item, so the same paper is the one of the same name and form.
    return material.name, material.copies


def _stricter(one: Material, other: Material) -> Material:
    """The material as all who need it can use it: it may come later only if all of them wait."""
    needed = [it for it in (one, other) if it.required]
    return replace(
        one,
        required=bool(needed),
        gap_allowed=bool(needed) and all(it.gap_allowed for it in needed),
    )


def _named(material: Material, place: int, taken: set[str]) -> Material:
    """``material`` under a code that the joint list has not: its own, or one with its item's."""
    return replace(material, code=next(it for it in _codes(material, place) if it not in taken))


def _codes(material: Material, place: int) -> Iterator[str]:
    yield material.code
    yield f"{place}.{material.code}"[:_CODE_MAX]
    # Only codes that are too long to be told apart behind the number of their item come as far.
    yield from (f"{place}.{number}" for number in range(1, JOINT_MATERIALS_MAX + 2))
