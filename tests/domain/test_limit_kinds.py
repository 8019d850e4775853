"""时限种类: one row a kind says everything that is asked of it."""

import inspect

import pytest

from bancheng.domain import limit_kinds
from bancheng.domain.limit_kinds import LegalEffect, LimitKind

SOURCE = inspect.getsource(limit_kinds)
FIRST_ROW = "    ACCEPT = "


@pytest.mark.parametrize(
    "row",
    ['"novel", "新设"', '_Row("novel", "新设")', '_Row("novel", "新设", Step.DEADLINE, "resolve")'],
)
def test_a_kind_without_a_whole_row_does_not_start(row):
    planted = SOURCE.replace(FIRST_ROW, f"    NOVEL = {row}\n{FIRST_ROW}")

    assert planted != SOURCE
    with pytest.raises(TypeError, match="missing"):
        exec(planted, {"__name__": "planted"})


def test_only_what_a_unit_owes_pauses():
    assert {kind for kind in LimitKind if kind.pausable} == {
        LimitKind.RESOLVE, LimitKind.STATUTORY, LimitKind.PROMISED, LimitKind.STEP,
    }  # fmt: skip


def test_each_effect_in_law_belongs_to_one_kind():
    effects = [kind.effect for kind in LimitKind if kind.effect is not None]

    # A suspension is no end: somebody orders it. A late renewal ends as one in time does.
    others = {LegalEffect.SUSPENDED, LegalEffect.DEEMED_RENEWED_LATE}
    assert sorted(effects) == sorted(set(LegalEffect) - others)


def test_whoever_calls_people_answers_for_a_late_call():
    assert LimitKind.CALL_BACK.post_of(None) == LimitKind.CONTACT.post_of(None) == "核查岗"


def test_the_officers_of_the_unit_answer_for_a_limit_of_their_unit():
    assert {kind.post_of("RS") for kind in LimitKind} == {"单位承办岗"}
