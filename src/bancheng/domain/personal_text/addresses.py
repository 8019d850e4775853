"""地址: where somebody lives, down to the house; a road or a village alone is where a matter is."""

import re
from collections.abc import Iterator
from typing import Final

_NUMBER: Final = (
    r"(?:[0-9A-Za-z]{1,6}(?:[-#][0-9A-Za-z]{1,6}){0,3}|[一二三四五六七八九十百零〇]{1,6})"
)
_WORD: Final = r"[一-鿿A-Za-z0-9]"
_REGION: Final = rf"(?:{_WORD}{{1,5}}?(?:省|自治区|市|自治州|地区|区|县|旗|街道|镇|乡))"
_PLACE: Final = (
    rf"(?:{_WORD}{{1,8}}?(?:路|大道|街|巷|弄|胡同|里|村|小区|社区|花园|苑|公寓|家园|佳园|新村|山庄|花苑"
    r"|名城|新城|家属院|宿舍|大院|大厦|广场|公馆|华府|豪庭|府|湾|城|园))"
)
_NO_HOUSE: Final = r"(?!线|窗|令|文|公告|柜|机|地铁)"
_HOUSE: Final = rf"(?:{_NUMBER}(?:号楼|号院|栋|幢|座|单元|室|房|户|组|队|楼|层|号{_NO_HOUSE}))"
_HOUSES: Final = re.compile(
    rf"(?:[一二三四五六七八九十0-9]{{1,2}}期)?{_HOUSE}"
    rf"(?:[ ,-]?(?:{_PLACE}{{1,2}})?{_HOUSE}){{0,5}}(?:[ -]?\d{{2,5}}(?![0-9年月日元万号条人%.]))?"
)
_BEFORE: Final = re.compile(rf"{_REGION}{{0,5}}{_PLACE}{{1,3}} ?$")
_BEFORE_MAX: Final = 40
# What leads to an address and is none of it; the last of them is where it begins.
_LEADS: Final = re.compile(
    r"(?:地址|位于|坐落|座落|户籍|反映|投诉|举报|关于|因为|发现|要求|购买|购得|租住|租用|承租|出租|靠近|临近|包括"
    r"|开发的|建设的|我家|我们|本人|[住在到于是系请给对把将从向让与及的了过因就由该买为去找距离][了着]?|:|[,。;、!?()\s])"
)
_TOO_LITTLE: Final = re.compile(rf"{_NUMBER}(?:组|队|楼|层)")


def addresses(plain: str) -> Iterator[tuple[int, int]]:
    """Where addresses stand in a folded text, from and up to."""
    end = 0
    for house in _HOUSES.finditer(plain):
        if _TOO_LITTLE.fullmatch(house[0]):
            continue
        # From the number backwards: forwards every word of a long text would be tried as a place.
        since = max(end, house.start() - _BEFORE_MAX)
        before = plain[since : house.start()]
        leads = [one.end() for one in _LEADS.finditer(before)]
        found = _BEFORE.search(before, leads[-1] if leads else 0)
        if found is not None:
            end = house.end()
            yield since + found.start(), end
