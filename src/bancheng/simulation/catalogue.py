"""事项目录: a catalogue of the size of a real district's, invented from a seed.

It has 1,649 items of 29 departments and 256 of each of five townships, as 鄂州市华容区 counts them
in the tender for its windows, and a few themes. Three in five items are promised, one in three is
instant: a choice, since no hall was found that publishes these shares.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import islice, product
from random import Random
from typing import Final, NamedTuple

from bancheng.domain.item_types import PowerType
from bancheng.domain.items import (
    CaseKind,
    Charge,
    Copies,
    DeliveryWay,
    Material,
    MaterialOrigin,
    SpecialProcedure,
)
from bancheng.domain.office.item_publication import PublishItem, StatedLimit, StatedStep
from bancheng.simulation.departments import DEPARTMENTS, OFFERS, Offer
from bancheng.simulation.hall import HALL_UNIT
from bancheng.simulation.themes import THEMES
from bancheng.simulation.townships import TOWNSHIP_OFFER, TOWNSHIPS

UNITS: Final[Mapping[str, str]] = {**DEPARTMENTS, **TOWNSHIPS}
DISTRICT_ITEMS: Final = 1649
TOWNSHIP_ITEMS: Final = 256
# 18 comprehensive windows, as 通辽市科尔沁区 tendered. The last ones are those of the townships.
WINDOWS: Final = tuple(f"W{number:02d}" for number in range(1, 19))
SOURCE: Final = "模拟事项目录"
_DISTRICT_WINDOWS: Final = WINDOWS[: -len(TOWNSHIPS)]
# What is done with a title. In every family the first three deeds have to be examined and the
# others may be done at the window, since the weights below go by the place of a deed alone.
_EXAMINED: Final = 3
_DEEDS: Final[Mapping[PowerType, Sequence[str]]] = {
    PowerType.LICENCE: ("首次申请", "变更", "延续", "补证", "信息更正", "注销"),
    PowerType.CONFIRMATION: ("办理", "变更", "更正", "补证", "查询", "注销"),
    PowerType.PAYMENT: ("申领", "资格认证", "补发", "信息变更", "待遇查询", "停发"),
    PowerType.PUBLIC_SERVICE: ("申请", "异议处理", "信息变更", "预约", "查询", "凭证补打"),
    PowerType.OTHER_POWER: ("备案", "备案变更", "备案延续", "备案证明补领", "备案查询", "备案注销"),
}
_KINDS: Final = (
    CaseKind.PROMISED, CaseKind.INSTANT, CaseKind.REPORTED_UP, CaseKind.FORWARDED,
)  # fmt: skip
# How often the deed at each place is of each of these kinds. The fifth only looks something up,
# which is always done at once.
_WEIGHTS: Final = (
    (90, 0, 5, 5), (90, 2, 4, 4), (88, 4, 4, 4), (50, 50, 0, 0), (0, 1, 0, 0), (42, 58, 0, 0),
)  # fmt: skip
# 20 working days hold where no other law sets a limit (行政许可法 42), so they come often.
_STATUTORY_WORKING_DAYS: Final = (15, 20, 20, 30, 45)
_STATUTORY_SHORT_WORKING_DAYS: Final = (5, 10, 15)
_REQUIRED, _GAP_ALLOWED, _WITH_PROCEDURE, _CHARGED = 0.85, 0.25, 0.4, 0.3
_FEES_FEN: Final = (500, 1000, 2000, 8000)
_PAPERS: Final = (
    ("营业执照", MaterialOrigin.SHARED), ("授权委托书", MaterialOrigin.APPLICANT),
    ("场所使用证明", MaterialOrigin.APPLICANT), ("无犯罪记录证明", MaterialOrigin.GOVERNMENT),
    ("健康证明", MaterialOrigin.THIRD_PARTY), ("平面布局图", MaterialOrigin.APPLICANT),
    ("管理制度文本", MaterialOrigin.APPLICANT), ("检验检测报告", MaterialOrigin.THIRD_PARTY),
    ("原许可证件", MaterialOrigin.GOVERNMENT), ("户口簿", MaterialOrigin.SHARED),
    ("银行账户信息", MaterialOrigin.APPLICANT), ("近期免冠照片", MaterialOrigin.APPLICANT),
)  # fmt: skip
# Expert review, test and hearing are among what 行政许可法 45 does not count; a site visit and a
# public notice are not, so they are counted.
_PROCEDURES: Final = (
    SpecialProcedure(code="P01", name="现场勘查", working_days=10, counted=True),
    SpecialProcedure(code="P02", name="公示", working_days=5, counted=True),
    *(
        SpecialProcedure(code=code, name=name, working_days=days, basis="行政许可法第四十五条")
        for code, name, days in (
            ("P03", "专家评审", 15), ("P04", "检验检测", 20), ("P05", "听证", 20),
        )
    ),
)  # fmt: skip


class _Entry(NamedTuple):
    """条目: what is settled of an item before chance has its say."""

    unit: str
    window: str
    power: PowerType
    basic_code: str
    name: str
    deed: int


_CONDITIONS: Final = (
    "申请人为本行政区域内的自然人、法人或者其他组织", "申请材料齐全,符合法定形式",
)  # fmt: skip
_FORM_FIELDS: Final = ("申请人名称", "证件号码", "联系电话", "申请事由")


def catalogue(seed: int, since: date) -> Iterator[PublishItem]:
    """The publications that make the catalogue in force from ``since``, the same for one seed."""
    chance = Random(seed)  # noqa: S311  reproducible on purpose
    joined: dict[tuple[str, str], PublishItem] = {}
    for entry in _entries():
        item = _item(chance, entry, since)
        joined[entry.unit, entry.name] = item
        yield item
    for number, theme in enumerate(THEMES, start=1):
        parts = [joined[part] for part in theme.parts]
        has_licence = any(part.type is PowerType.LICENCE for part in parts)
        yield PublishItem(
            code=f"YJS{number:03d}",
            basic_code=f"YJS{number:03d}",
            name=theme.name,
            # Where a licence is among them, all are handled together by 行政许可法 26.
            type=PowerType.LICENCE if has_licence else PowerType.PUBLIC_SERVICE,
            kind=CaseKind.JOINT,
            unit=HALL_UNIT,
            legal_basis="国务院关于加快推进“一件事一次办”的指导意见",
            promised=StatedLimit(amount=10),
            materials=(Material(code="M01", name="一件事申请表"),),
            windows=(_DISTRICT_WINDOWS[-1],),
            children=tuple(part.code for part in parts),
            effective_from=since,
            source=SOURCE,
        )


def _entries() -> Iterator[_Entry]:
    share, more = divmod(DISTRICT_ITEMS, len(DEPARTMENTS))
    for number, unit in enumerate(DEPARTMENTS, start=1):
        window = _DISTRICT_WINDOWS[number % len(_DISTRICT_WINDOWS)]
        offered = _offered(OFFERS[unit], number, unit, window)
        yield from islice(offered, share + (number <= more))
    for window, unit in zip(WINDOWS[-len(TOWNSHIPS) :], TOWNSHIPS, strict=True):
        offered = _offered(TOWNSHIP_OFFER, len(DEPARTMENTS) + 1, unit, window)
        yield from islice(offered, TOWNSHIP_ITEMS)


def _offered(offer: Offer, department: int, unit: str, window: str) -> Iterator[_Entry]:
    """Every deed with every title, deed by deed: who takes the first n has each title once."""
    titles = list(enumerate(offer.titles(), start=1))
    for deed, (number, (power, title)) in product(range(len(_DEEDS[PowerType.LICENCE])), titles):
        yield _Entry(
            unit=unit,
            window=window,
            power=power,
            basic_code=f"{power.value}{department:02d}{number:03d}000",
            name=f"{title}{_DEEDS[power][deed]}",
            deed=deed,
        )


def _item(chance: Random, entry: _Entry, since: date) -> PublishItem:
    kind = chance.choices(_KINDS, _WEIGHTS[entry.deed])[0]
    is_instant, is_examined = kind is CaseKind.INSTANT, entry.deed < _EXAMINED
    statutory = chance.choice(
        _STATUTORY_WORKING_DAYS if is_examined else _STATUTORY_SHORT_WORKING_DAYS
    )
    # Halls promise well below what the law allows. Two days are what the steps below need.
    promised = max(2, round(statutory * chance.uniform(0.1, 0.5)))
    return PublishItem(
        code=f"{entry.basic_code}-{entry.unit}-{entry.deed + 1:02d}",
        basic_code=entry.basic_code,
        name=entry.name,
        type=entry.power,
        kind=kind,
        unit=entry.unit,
        legal_basis=f"{entry.name}实施规范(模拟)",
        statutory=StatedLimit(amount=statutory),
        promised=None if is_instant else StatedLimit(amount=promised),
        steps=_steps(promised, is_instant=is_instant),
        conditions=_CONDITIONS,
        materials=_materials(chance, is_examined=is_examined),
        form_fields=_FORM_FIELDS,
        procedures=_procedures(chance, entry) if is_examined and not is_instant else (),
        charges=_charges(chance, entry),
        deliveries=_deliveries(chance),
        windows=(entry.window,),
        effective_from=since,
        source=SOURCE,
    )


def _steps(promised: int, *, is_instant: bool) -> tuple[StatedStep, ...]:
    if is_instant:
        return (StatedStep(name="受理"), StatedStep(name="办结"))
    examined = StatedLimit(amount=max(1, promised - 2))
    return (
        StatedStep(name="受理"),
        StatedStep(name="审查", limit=examined),
        StatedStep(name="决定", limit=StatedLimit(amount=1)),
        StatedStep(name="制证送达", limit=StatedLimit(amount=1)),
    )


def _materials(chance: Random, *, is_examined: bool) -> tuple[Material, ...]:
    fewest, most = (2, 6) if is_examined else (0, 2)
    papers = chance.sample(_PAPERS, k=chance.randint(fewest, most))
    identity = Material(
        code="M02", name="身份证明", copies=Copies.COPY, origin=MaterialOrigin.SHARED
    )
    return (
        Material(
            code="M01",
            name="申请表",
            sample="申请表(样表).docx",
            review_points=("各栏填写完整,与身份证明一致", "申请人签名或盖章"),
        ),
        identity,
        *(_paper(chance, f"M{n:02d}", *paper) for n, paper in enumerate(papers, start=3)),
    )


def _paper(chance: Random, code: str, name: str, origin: MaterialOrigin) -> Material:
    required = chance.random() < _REQUIRED
    return Material(
        code=code,
        name=name,
        copies=chance.choice((Copies.ORIGINAL, Copies.COPY, Copies.BOTH, Copies.ELECTRONIC)),
        origin=origin,
        required=required,
        gap_allowed=required and chance.random() < _GAP_ALLOWED,
    )


def _procedures(chance: Random, entry: _Entry) -> tuple[SpecialProcedure, ...]:
    if entry.power is not PowerType.LICENCE or chance.random() >= _WITH_PROCEDURE:
        return ()
    return (chance.choice(_PROCEDURES),)


def _charges(chance: Random, entry: _Entry) -> tuple[Charge, ...]:
    if entry.power is not PowerType.CONFIRMATION or chance.random() >= _CHARGED:
        return ()
    return (Charge(name="证照工本费", amount_fen=chance.choice(_FEES_FEN)),)


def _deliveries(chance: Random) -> tuple[DeliveryWay, ...]:
    others = (DeliveryWay.POST, DeliveryWay.ONLINE, DeliveryWay.LOCKER)
    return (DeliveryWay.COUNTER, *chance.sample(others, k=chance.randint(0, 2)))
