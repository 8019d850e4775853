"""好差评等级: how content somebody is, in the five levels of the national system."""

from bancheng.domain.labelled import Labelled


class RatingLevel(Labelled):
    """好差评等级: five levels; the last two are bad ratings."""

    VERY_SATISFIED = "5", "非常满意"
    SATISFIED = "4", "满意"
    FAIR = "3", "基本满意"
    DISSATISFIED = "2", "不满意"
    VERY_DISSATISFIED = "1", "非常不满意"

    @property
    def is_bad(self) -> bool:
        """差评: whether the rating asks for contact and rectification."""
        return self in (RatingLevel.DISSATISFIED, RatingLevel.VERY_DISSATISFIED)
