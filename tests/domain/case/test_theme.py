"""一件事一次办: children go their own ways; the theme waits for all and issues for all."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from bancheng.domain.case.accept import AcceptCase, FillGap, GapFilled, Terms
from bancheng.domain.case.discover import ReceiveMaterials
from bancheng.domain.case.item_steps import StepBegun
from bancheng.domain.case.recall import RecallDecision
from bancheng.domain.case.terms import CaseOutcome, CaseStatus
from bancheng.domain.case.theme import (
    AttachChild,
    ChildAttached,
    ChildNoted,
    ChildOpened,
    ClosedWithTheme,
    CloseWithTheme,
    FillChildGap,
    NoteChild,
    OpenChild,
)
from bancheng.domain.case.verify import KeepResult
from bancheng.domain.deadlines import DeadlineState
from bancheng.domain.items import JOINT_MATERIALS_MAX, Copies, Material
from bancheng.domain.limit_kinds import LimitKind
from support.builders import after, officer_of
from support.case_builders import (
    CASE_ID,
    CASE_NUMBER,
    CHILDREN,
    EXAMINE,
    ITEM,
    ITEMS,
    TEXT,
    THEME,
    THEME_OFFICER,
    C,
    a_child,
    a_decided_case,
    a_delivered_case,
    an_accepted_case,
    case_due,
    deadline,
    delivering,
    finishing,
    granting,
    making,
    notifying,
    rating,
    rejecting,
    running,
    state_of,
    submitting,
    ticked,
    withdrawing,
)
from support.given import HEAD, OFFICER, QUERY_CODE, START, Given, given, local

DELIVER = LimitKind.DELIVER
S, GRANTED, REFUSED = CaseStatus, CaseOutcome.GRANTED, CaseOutcome.REFUSED
ACCEPTED_AT = local("2026-03-02 09:02")
OPEN = OpenChild(
    item="CHILD-RS", theme_id=CASE_ID, theme_number=CASE_NUMBER, applied_at=START,
    accepted_at=ACCEPTED_AT,
)  # fmt: skip
CLOSE = CloseWithTheme(**C)
ALONE = "BELONGS_TO_THEME"


def attaching(item):
    number = tuple(CHILDREN).index(item) + 2
    return AttachChild(
        **C, item=item, child_id=f"case-{number}", number=f"BJ-{number}", unit=CHILDREN[item]
    )


def a_theme():
    """Accepted; three units have one child each."""
    theme = an_accepted_case(item=THEME)
    for item in CHILDREN:
        theme = after(theme, attaching(item))
    return theme


def noting(item, status=S.DECIDED, outcome=GRANTED):
    return NoteChild(**C, item=item, status=status, outcome=outcome)


def noted(theme, status=S.DECIDED, outcome=GRANTED):
    """The same for every child."""
    for item in CHILDREN:
        theme = after(theme, noting(item, status, outcome))
    return theme


def test_a_child_is_accepted_when_its_theme_was_whenever_it_is_opened():
    late = local("2026-03-03 08:30")
    child = Given(stream="case-2").when(OPEN, at=late, items=ITEMS, official_number="BJ-2")
    item = ITEMS["CHILD-RS"]
    child.then(
        ChildOpened(
            number="BJ-2",
            query_code=QUERY_CODE,
            item=item,
            theme_id=CASE_ID,
            theme_number=CASE_NUMBER,
            terms=Terms(
                statutory=case_due(ITEM.statutory, LimitKind.STATUTORY, ACCEPTED_AT, "2026-03-30"),
                promised=case_due(ITEM.promised, LimitKind.PROMISED, ACCEPTED_AT, "2026-03-09"),
            ),
            step_begun=StepBegun(
                name=EXAMINE,
                unit="RS",
                due=case_due(ITEM.steps[0].limit, LimitKind.STEP, ACCEPTED_AT, "2026-03-05"),
            ),
        )
    )
    state = state_of(child.history)
    assert (state.status, state.holder, state.number) == (S.ACCEPTED, "RS", "BJ-2")
    assert running(child.history) == {LimitKind.STATUTORY, LimitKind.PROMISED, LimitKind.STEP}
    step = deadline(child.history, LimitKind.STEP, f"case-2/{EXAMINE}")
    assert (step.unit, step.due.started_at) == ("RS", ACCEPTED_AT)


def test_a_child_whose_first_step_another_unit_does_waits_for_the_hand_over():
    assert LimitKind.STEP not in running(a_child("CHILD-YB"))


def test_a_child_is_not_decided_before_the_step_it_began_with_is_done():
    given(*a_child()).when(granting(), OFFICER).then_refused("CASE_IN_HAND")


def test_a_child_is_opened_for_an_item_of_the_catalogue():
    Given(stream="case-2").when(OPEN, at=START, items={}).then_refused("ITEM_UNKNOWN", "item")


def test_what_was_applied_for_is_opened_even_if_it_is_offered_no_more():
    ended = replace(ITEMS["CHILD-RS"], effective_to=START.date() - timedelta(days=1))
    child = Given(stream="case-2").when(OPEN, at=ACCEPTED_AT, items={ended.code: ended})
    assert child.events[0].item == ended


def test_a_theme_is_applied_for_only_while_all_that_it_joins_is_offered():
    ended = replace(ITEMS["CHILD-RS"], effective_to=START.date() - timedelta(days=1))
    there = {code: ITEMS[code] for code in (THEME.code, "CHILD-YB")}
    for items in (there, there | {"CHILD-RS": ended}):
        theme = Given(stream=CASE_ID).when(submitting(item=THEME.code), at=START, items=items)
        theme.then_refused("THEME_ITEMS_NOT_OFFERED", "item")
        assert "CHILD-RS、CHILD-GA" in theme.refusal.message


def test_the_theme_knows_which_case_does_which_of_its_items():
    theme = given(*an_accepted_case(item=THEME)).when(attaching("CHILD-YB"))
    theme.then(ChildAttached(item="CHILD-YB", child_id="case-3", number="BJ-3", unit="YB"))
    child = state_of(theme.history).children["CHILD-YB"]
    assert (child.case_id, child.unit) == ("case-3", "YB")


def test_an_item_has_one_child():
    given(*a_theme()).when(attaching("CHILD-YB")).then_refused("CHILD_ATTACHED", "item")


@pytest.mark.parametrize(
    "act",
    [replace(attaching("CHILD-RS"), item="FOOD"), noting("FOOD")],
    ids=lambda it: type(it).__name__,
)
def test_a_theme_has_children_for_its_own_items_only(act):
    given(*a_theme()).when(act).then_refused("CHILD_UNKNOWN", "item")


def test_what_a_child_reached_is_noted_once():
    reached = given(*a_theme()).when(noting("CHILD-RS"))
    reached.then(ChildNoted(item="CHILD-RS", status=S.DECIDED, outcome=GRANTED))
    given(*reached.history).when(noting("CHILD-RS")).then_refused("CHILD_UNCHANGED", "status")


def test_the_decision_waits_for_every_child_and_says_for_which():
    theme = after(after(a_theme(), noting("CHILD-RS")), noting("CHILD-GA"))
    waiting = given(*theme).when(granting(), THEME_OFFICER)
    waiting.then_refused("CHILDREN_OPEN")
    assert "YB(CHILD-YB)" in waiting.refusal.message
    assert "CHILD-RS" not in waiting.refusal.message
    decided = given(*after(theme, noting("CHILD-YB"))).when(granting(), THEME_OFFICER)
    assert decided.refusal is None


def test_a_child_that_was_not_opened_yet_is_waited_for_too():
    waiting = given(*an_accepted_case(item=THEME)).when(granting(), THEME_OFFICER)
    waiting.then_refused("CHILDREN_OPEN")
    assert "待开(CHILD-RS)" in waiting.refusal.message


@pytest.mark.parametrize("status", [S.WITHDRAWN, S.TERMINATED, S.VOIDED])
def test_a_child_that_ended_otherwise_is_not_waited_for(status):
    theme = after(noted(a_theme()), noting("CHILD-GA", status, None))
    assert given(*theme).when(granting(), THEME_OFFICER).refusal is None


def test_a_decision_that_a_child_recalled_is_waited_for_again():
    theme = after(noted(a_theme()), noting("CHILD-YB", S.ACCEPTED, None))
    given(*theme).when(granting(), THEME_OFFICER).then_refused("CHILDREN_OPEN")


def a_decided_theme():
    return after(noted(a_theme()), granting(), THEME_OFFICER)


def test_the_result_waits_until_every_child_has_its_own():
    theme = after(a_decided_theme(), noting("CHILD-RS", S.MADE))
    waiting = given(*theme).when(making())
    waiting.then_refused("CHILDREN_NOT_MADE")
    assert "YB(CHILD-YB)" in waiting.refusal.message
    assert given(*noted(theme[:-1], S.MADE)).when(making()).refusal is None


def test_nothing_is_made_for_a_child_that_was_refused():
    theme = after(noted(a_theme()), noting("CHILD-YB", S.DECIDED, REFUSED))
    theme = after(theme, granting(), THEME_OFFICER)
    for item in ("CHILD-RS", "CHILD-GA"):
        theme = after(theme, noting(item, S.MADE))
    assert given(*theme).when(making()).refusal is None


@pytest.mark.parametrize("reached", [0, 1, 2], ids=["decided", "made", "notified"])
def test_a_child_that_goes_back_holds_the_whole_up_at_every_stage(reached):
    theme = noted(a_decided_theme(), S.MADE)
    acts = (making(), notifying(), delivering())
    for act in acts[:reached]:
        theme = after(theme, act)
    theme = after(theme, noting("CHILD-YB", S.ACCEPTED, None))
    given(*theme).when(acts[reached]).then_refused("CHILDREN_NOT_MADE")


def an_examined_child():
    return after(a_child(), finishing(), OFFICER)


def a_decided_child():
    return after(an_examined_child(), granting(), OFFICER)


def test_xkf_44_a_granted_child_has_its_delivery_limit_which_ends_with_its_theme():
    at = local("2026-03-04 10:00")
    decided = given(*an_examined_child()).when(granting(), OFFICER, at=at)
    assert decided.events[0].deliver_due == case_due("case.deliver", DELIVER, at, "2026-03-18")
    assert running(decided.history) == {DELIVER}
    for day, state in (("18", DeadlineState.MET), ("19", DeadlineState.LATE)):
        closed = after(decided.history, CLOSE, at=local(f"2026-03-{day} 10:00"))
        assert deadline(closed, DELIVER, "case-2").state is state


def test_a_child_is_decided_by_its_unit():
    given(*a_child("CHILD-YB")).when(granting(), OFFICER).then_refused("NOT_OWN_UNIT")
    assert given(*a_child("CHILD-YB")).when(granting(), officer_of("YB")).refusal is None


@pytest.mark.parametrize("act", [notifying(), rating()], ids=lambda it: type(it).__name__)
def test_a_child_is_not_issued_or_rated_alone(act):
    made = after(a_decided_child(), making(), OFFICER)
    given(*made).when(act).then_refused(ALONE)


@pytest.mark.parametrize("act", [KeepResult(**C, place="1"), delivering()], ids=["keep", "deliver"])
def test_nor_kept_or_delivered(act):
    given(*after(a_decided_child(), making(), OFFICER)).when(act).then_refused("WRONG_STATUS")


@pytest.mark.parametrize("made", [False, True])
def test_a_child_closes_with_its_theme(made):
    child = after(a_decided_child(), making(), OFFICER) if made else a_decided_child()
    closed = given(*child).when(CLOSE)
    closed.then(ClosedWithTheme())
    assert state_of(closed.history).status is S.DELIVERED
    given(*closed.history).when(CLOSE).then_refused("WRONG_STATUS")


def test_what_is_not_decided_or_has_no_theme_does_not():
    given(*a_child()).when(CLOSE).then_refused("WRONG_STATUS")
    given(*a_decided_case()).when(CLOSE).then_refused("NO_THEME")


def test_a_child_works_like_any_case_until_its_result():
    child = after(a_child(), finishing(), OFFICER)
    rejected = after(child, rejecting(), HEAD)
    recalled = after(rejected, RecallDecision(**C, reason=TEXT), HEAD)
    assert state_of(recalled).status is S.ACCEPTED
    assert given(*recalled).when(withdrawing(), OFFICER).refusal is None


def test_how_its_children_ended_is_noted_after_the_theme_has():
    theme = noted(a_decided_theme(), S.MADE)
    for act in (making(), notifying(), delivering()):
        theme = after(theme, act)
    assert given(*theme).when(noting("CHILD-RS", S.DELIVERED)).refusal is None


def test_a_case_that_is_no_theme_has_no_children():
    given(*a_delivered_case()).when(noting("CHILD-RS")).then_refused("CHILD_UNKNOWN", "item")


FORM = Material(code="M01", name="一件事申请表")
ID, LEASE, PLAN = (
    Material(code="M01", name="身份证明"),
    Material(code="M02", name="租赁合同", gap_allowed=True),
    Material(code="M02", name="平面图"),
)
JOINT = replace(THEME, code="JOINT", materials=(FORM,), children=("CHILD-RS", "CHILD-YB"))
PARTS = {
    "JOINT": JOINT,
    "CHILD-RS": replace(ITEMS["CHILD-RS"], materials=(ID, LEASE)),
    "CHILD-YB": replace(ITEMS["CHILD-YB"], materials=(replace(ID, code="X"), PLAN)),
}


def asking(parts=PARTS):
    """The theme, applied for at the window."""
    return Given(stream=CASE_ID).when(submitting(item="JOINT"), at=START, items=parts)


def brought(*codes):
    return after(asking().history, ReceiveMaterials(**C, materials=ticked(*codes)))


def test_one_set_of_materials_is_asked_for_a_theme_and_all_that_it_joins():
    [event] = asking().events
    assert [(one.code, one.name) for one in event.item.materials] == [
        ("M01", "一件事申请表"), ("1.M01", "身份证明"), ("M02", "租赁合同"), ("2.M02", "平面图"),
    ]  # fmt: skip
    assert {(one.item, one.own_code): one.code for one in event.joint} == {
        ("CHILD-RS", "M01"): "1.M01", ("CHILD-RS", "M02"): "M02",
        ("CHILD-YB", "X"): "1.M01", ("CHILD-YB", "M02"): "2.M02",
    }  # fmt: skip


def test_a_theme_is_not_accepted_while_what_a_child_needs_is_missing():
    own = brought("M01")
    assert own[-1].event.missing == ("1.M01", "M02", "2.M02")
    given(*own).when(AcceptCase(**C)).then_refused("MATERIALS_MISSING")
    all_there = brought("M01", "1.M01", "M02", "2.M02")
    assert given(*all_there).when(AcceptCase(**C)).refusal is None


def test_a_material_may_come_later_only_if_all_who_need_it_wait():
    waits = replace(LEASE, code="L")
    parts = {**PARTS, "CHILD-YB": replace(PARTS["CHILD-YB"], materials=(waits,))}
    assert asking(parts).events[0].item.material("M02").gap_allowed
    parts["CHILD-YB"] = replace(parts["CHILD-YB"], materials=(replace(waits, gap_allowed=False),))
    assert not asking(parts).events[0].item.material("M02").gap_allowed


def test_the_same_name_in_another_form_is_another_material():
    copy = replace(LEASE, copies=Copies.COPY)
    parts = {**PARTS, "CHILD-YB": replace(PARTS["CHILD-YB"], materials=(copy,))}
    assert len(asking(parts).events[0].item.materials) == 4


def test_nobody_is_asked_for_more_than_can_be_ticked():
    many = tuple(Material(code=f"N{n}", name=f"材料{n}") for n in range(JOINT_MATERIALS_MAX))
    parts = {**PARTS, "CHILD-YB": replace(PARTS["CHILD-YB"], materials=many)}
    asking(parts).then_refused("THEME_MATERIALS_TOO_MANY", "item")


def a_child_with_a_gap():
    opening = replace(OPEN, materials=("M1",), gap=("M2",))
    child = Given(stream="case-2").when(opening, at=ACCEPTED_AT, items=ITEMS)
    return after(child.history, finishing(), OFFICER)


def test_a_child_opens_with_what_it_needs_and_is_not_granted_before_it_is_all_there():
    child = a_child_with_a_gap()
    assert (state_of(child).there, state_of(child).gap) == ({"M1"}, ("M2",))
    given(*child).when(granting(), OFFICER).then_refused("GAP_OPEN")
    fill = FillChildGap(**C, materials=ticked("M2"))
    filled = given(*child).when(fill)
    filled.then(GapFilled(materials=ticked("M2"), missing=()))
    assert given(*filled.history).when(granting(), OFFICER).refusal is None
    given(*filled.history).when(fill).then_refused("NO_GAP")


def test_what_a_child_waits_for_is_brought_to_its_theme():
    given(*a_child_with_a_gap()).when(FillGap(**C, materials=ticked("M2"))).then_refused(ALONE)
