"""受理标准明确: what an item asks for is said in full; no wording leaves it to the window.

A catch-all (兜底条款) and a standard that each window reads as it likes are refused at publication
(消除兜底条款、压缩自由裁量权、明晰受理标准).
"""

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from bancheng.domain.errors import InvalidInput
from bancheng.domain.office.item_publication import PublishItem

_PAPERS: Final = r"(?:证明)?(?:材料|资料|文件|证件|证明)"
_REST: Final = r"(?:需要?的?|应当?提[交供]的?|要求的?|规定的?|必要的?|相关的?|有关的?)*"
_CATCH_ALL: Final = re.compile(
    rf"其[他它余]{_REST}{_PAPERS}|^(?:相关|有关|所需){_PAPERS}$|等(?:相关|有关)?{_PAPERS}?$"
)
_UNCLEAR: Final = re.compile(
    rf"其[他它余]{_REST}(?:条件|要求|情形)|视(?:具体|实际)?情况|酌情|原则上"
    r"|根据(?:具体|实际)情况|等(?:条件|要求|情形)?$|符合(?:相关|有关)(?:规定|要求|条件)$"
)


def clarity_checks(command: PublishItem) -> Iterator[Callable[[], None]]:
    """What refuses a catch-all in the name of a material, and an unclear standard, each by field.

    ``InvalidInput`` ``ITEM_CATCH_ALL`` or ``ITEM_UNCLEAR``.
    """
    for number, condition in enumerate(command.conditions):
        yield partial(_check_clear, condition, f"conditions[{number}]")
    for number, material in enumerate(command.materials):
        yield partial(_check_named, material.name, f"materials[{number}].name")
        for place, point in enumerate(material.review_points):
            yield partial(_check_clear, point, f"materials[{number}].review_points[{place}]")


def _check_named(name: str, field: str) -> None:
    if _CATCH_ALL.search(name):
        raise InvalidInput(
            "ITEM_CATCH_ALL",
            f"材料「{name}」是兜底条款,申请人不知须交什么",
            field=field,
            remedy="请逐项写明材料名称,确无其他材料的删去此项",
        )


def _check_clear(text: str, field: str) -> None:
    if found := _UNCLEAR.search(text):
        raise InvalidInput(
            "ITEM_UNCLEAR",
            f"「{found[0]}」不是明确的标准,由各窗口自行掌握",
            field=field,
            remedy="请写明具体条件或要求",
        )
