"""The simulated district's catalogue: the same for one seed, of a real one's size."""

from collections import Counter
from datetime import date

import pytest

from bancheng.domain.items import CaseKind
from bancheng.simulation import hall as people
from bancheng.simulation.catalogue import UNITS, catalogue
from bancheng.simulation.departments import DEPARTMENTS
from bancheng.simulation.townships import TOWNSHIPS
from support.given import given

SINCE = date(2026, 1, 1)
ITEMS = tuple(catalogue(1, SINCE))
ALL_UNITS = frozenset({*UNITS, people.HALL_UNIT})


def test_one_seed_makes_one_catalogue():
    assert tuple(catalogue(1, SINCE)) == ITEMS
    assert tuple(catalogue(2, SINCE)) != ITEMS


def test_it_has_the_size_of_a_real_district():
    sizes = Counter(item.unit for item in ITEMS)
    assert len(DEPARTMENTS) == 29
    assert sum(sizes[unit] for unit in DEPARTMENTS) >= 1649
    assert [sizes[unit] for unit in TOWNSHIPS] == [256] * 5
    assert {unit for unit in people.UNITS if unit != people.HALL_UNIT} <= DEPARTMENTS.keys()
    assert len({item.code for item in ITEMS}) == len(ITEMS)
    assert len({(item.unit, item.name) for item in ITEMS}) == len(ITEMS)
    assert len({window for item in ITEMS for window in item.windows}) == 18


def test_three_in_five_items_are_promised_and_one_in_three_is_instant():
    kinds = Counter(item.kind for item in ITEMS)
    assert kinds[CaseKind.PROMISED] / len(ITEMS) == pytest.approx(0.60, abs=0.03)
    assert kinds[CaseKind.INSTANT] / len(ITEMS) == pytest.approx(0.35, abs=0.03)
    assert sum(bool(item.procedures) for item in ITEMS) > 100
    assert sum(any(one.gap_allowed for one in item.materials) for item in ITEMS) > 500


def test_a_theme_joins_items_of_several_units():
    units = {item.code: item.unit for item in ITEMS}
    themes = [item for item in ITEMS if item.children]
    assert len(themes) >= 3
    for theme in themes:
        assert theme.kind is CaseKind.JOINT
        assert len(theme.children) >= 3
        assert len({units[code] for code in theme.children}) >= 3


def test_every_item_keeps_the_rules():
    for item in ITEMS:
        outcome = given().when(item, units=ALL_UNITS)
        assert outcome.refusal is None, (item, outcome.refusal)
