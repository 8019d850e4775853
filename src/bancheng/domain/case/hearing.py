"""听证: what the write state keeps of the hearing of a case."""

from datetime import date, datetime

from msgspec import Struct

from bancheng.domain.labelled import Labelled


class HearingStage(Labelled):
    """听证进展: how far it is from being told of the right to being heard."""

    TOLD = "told", "已告知权利"
    ASKED = "asked", "已申请听证"
    SET = "set", "已通知举行"
    HELD = "held", "已举行听证"
    WAIVED = "waived", "已放弃听证"

    @property
    def is_coming(self) -> bool:
        """Whether a hearing has to be held before anything is decided."""
        return self in (HearingStage.ASKED, HearingStage.SET)


class Hearing(Struct, frozen=True, kw_only=True):
    """听证情况: what decisions need to know of the last hearing of a case.

    It may be asked for once, from ``told_on`` on: the day of the hall on which the first of them
    was told, unset if it is held by law alone. ``public``: it was announced to the public
    (行政许可法 46), ``asked``: somebody who was told wants it (47). How long they have to ask, and
    by when it is held, are deadlines of the case as any other: a later calendar moves them. It
    begins ``at`` in ``place``; ``chair`` chairs it.
    """

    stage: HearingStage
    told_on: date | None = None
    public: bool = False
    asked: bool = False
    at: datetime | None = None
    place: str | None = None
    chair: str | None = None

    @property
    def may_be_answered(self) -> bool:
        """Whether those who were told said nothing yet. That it is announced answers nothing."""
        is_open = self.stage in (HearingStage.TOLD, HearingStage.SET)
        return is_open and self.told_on is not None and not self.asked
