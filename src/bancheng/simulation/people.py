"""Who works in the simulated district: at its windows, in its units, above them. Data."""

from itertools import chain
from typing import Final

from bancheng.domain.people import Actor, Role
from bancheng.simulation import catalogue, hall
from bancheng.simulation.citizens import GIVEN_NAMES, SURNAMES
from bancheng.simulation.hall import HALL_UNIT, staff

GOVERNMENT_UNIT: Final = "QZF"
UNITS: Final = {
    HALL_UNIT: hall.UNITS[HALL_UNIT],
    **catalogue.UNITS,
    GOVERNMENT_UNIT: "区人民政府",
}


def _name(number: int) -> str:
    """The ``number``th name; none of the first two hundred and eighty comes twice."""
    given, surname = divmod(number, len(SURNAMES))
    return SURNAMES[surname] + GIVEN_NAMES[(given + surname) % len(GIVEN_NAMES)]


# Each group begins with a number of its own, behind the last of the group before it.
WINDOW_CLERKS: Final = {
    window: staff(window.lower(), _name(number), "综合受理岗", HALL_UNIT, Role.WINDOW_CLERK)
    for number, window in enumerate(catalogue.WINDOWS)
}
WINDOW_OF: Final = {clerk.id: window for window, clerk in WINDOW_CLERKS.items()}
OFFICERS: Final = hall.OFFICERS | {
    unit: staff(f"{unit.lower()}1", _name(20 + number), "单位承办岗", unit, Role.UNIT_OFFICER)
    for number, unit in enumerate(catalogue.UNITS)
    if unit not in hall.OFFICERS
}
HEADS: Final = {
    unit: staff(f"{unit.lower()}-head", _name(60 + number), "单位负责人", unit, Role.UNIT_HEAD)
    for number, unit in enumerate(catalogue.UNITS)
}
# Who looks at no case, and so may chair a hearing on any (行政许可法 48).
CHAIRS: Final = {
    unit: staff(f"{unit.lower()}-law", _name(120 + number), "法制审核岗", unit, Role.UNIT_OFFICER)
    for number, unit in enumerate(catalogue.UNITS)
}
JOINT_OFFICER: Final = staff("joint1", "许诺", "联办牵头岗", HALL_UNIT, Role.UNIT_OFFICER)
ISSUER: Final = staff("issue1", "曹颖", "综合出件岗", HALL_UNIT, Role.WINDOW_CLERK)
ONLINE: Final = staff("online", "网上大厅", "网上申报接口", HALL_UNIT, Role.WINDOW_CLERK)
PLATFORM: Final = Actor(
    id="platform", name="政务服务平台", post="评价接口", unit="SYSTEM", roles=(Role.SYSTEM,)
)
DUTY_LEADER: Final = staff("duty1", "钱程", "带班领导", HALL_UNIT, Role.DUTY_LEADER)
ARCHIVIST: Final = staff("archive1", "冯雪", "业务档案岗", HALL_UNIT, Role.ARCHIVIST)
GOVERNMENT_HEAD: Final = staff(
    "leader1", "韩毅", "分管副区长", GOVERNMENT_UNIT, Role.GOVERNMENT_HEAD
)
STAFF: Final[tuple[Actor, ...]] = tuple(
    {
        member.id: member
        for member in chain(
            hall.STAFF, WINDOW_CLERKS.values(), OFFICERS.values(), HEADS.values(),
            CHAIRS.values(),
            (JOINT_OFFICER, ISSUER, ONLINE, DUTY_LEADER, ARCHIVIST, GOVERNMENT_HEAD),
        )
    }.values()
)  # fmt: skip
