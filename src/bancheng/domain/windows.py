"""窗口类型与权限: what a window is for, when, and with what authority, as cases ask of it.

Which items it serves, the items say (`bancheng.domain.items.ServiceItem.windows`), and at which
site it is, the rule book.
"""

from datetime import date

from msgspec import Struct

from bancheng.domain.items import ServiceItem
from bancheng.domain.labelled import Labelled


class WindowKind(Labelled):
    """窗口类型: which windows a hall of one acceptance has (一窗受理)."""

    GENERAL = "general", "全科综合窗口"
    SECTORAL = "sectoral", "分领域综合窗口"
    TEMPORARY = "temporary", "临时窗口"
    DEDICATED = "dedicated", "专窗"


class WindowAuthority(Labelled):
    """窗口权限: what a department has let the window do in its place."""

    ACCEPT = "accept", "受理权限"
    DECIDE = "decide", "审批权限"


class Exceeding(Labelled):
    """超出窗口范围: why something is not to be done at a window."""

    ITEM = "item", "该窗口不办理本事项"
    DAY = "day", "不在该窗口的启用期内"
    AUTHORITY = "authority", "该窗口没有相应权限"


class WindowTerms(Struct, frozen=True, kw_only=True):
    """窗口设置: what was said of a window; without days it is open always."""

    kind: WindowKind
    open_from: date | None
    open_until: date | None
    authorities: tuple[WindowAuthority, ...]

    def exceeded(self, wanted: WindowAuthority, on: date) -> Exceeding | None:
        """Why what takes the authority ``wanted`` is not done there ``on`` that day, if so."""
        too_soon = self.open_from is not None and on < self.open_from
        if too_soon or (self.open_until is not None and on > self.open_until):
            return Exceeding.DAY
        return None if wanted in self.authorities else Exceeding.AUTHORITY


def exceeding(
    terms: WindowTerms, window: str, item: ServiceItem, wanted: WindowAuthority, on: date
) -> Exceeding | None:
    """Why an act on a case of ``item`` is beyond the window, if so; many items name no window."""
    if item.windows and window not in item.windows:
        return Exceeding.ITEM
    return terms.exceeded(wanted, on)
