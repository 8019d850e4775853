"""好差评: five levels, and what follows a bad one: a call, rectification, at most one appeal."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from bancheng.domain.calls import CallResult
from bancheng.domain.case.rate import CaseRated
from bancheng.domain.case.ratings import (
    AppealRating,
    ContactRater,
    ExcludeRating,
    RaterContacted,
    RatingAppealed,
    RatingExcluded,
    RatingRectified,
    RatingUpheld,
    RectifyRating,
    UpholdRating,
)
from bancheng.domain.case.supervise import ArchiveCase
from bancheng.domain.case.terms import CaseStatus, RatingOrigin, RatingState
from bancheng.domain.deadlines import DeadlineState
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.rating_levels import RatingLevel
from bancheng.domain.time_limits.levels import WarningLevel
from bancheng.domain.warnings.raising import RaiseWarning
from support.builders import after
from support.case_builders import (
    CASE_ID,
    CASE_NUMBER,
    HISTORIES,
    SEALED,
    TEXT,
    C,
    a_delivered_case,
    an_accepted_case,
    case_due,
    coded,
    deadline,
    rated,
    rating,
    running,
    state_of,
    terminating,
)
from support.given import CO_OFFICER, EFFICIENCY, HEAD, OFFICER, VERIFIER, given, local

AT = local("2026-03-06 15:00")  # a Friday
RATING = f"{CASE_NUMBER}-P01"
R = {**C, "rating_id": RATING}
CONTACT = ContactRater(**R, call=CallResult.CONNECTED, justified=True, finding=TEXT)
RECTIFY = RectifyRating(**R, measure=TEXT)
APPEAL = AppealRating(**R, ground=TEXT)
EXCLUDE = ExcludeRating(**R, ruling=TEXT)
UPHOLD = UpholdRating(**R, ruling=TEXT)
BAD = CaseRated(
    rating_id=RATING, visit="delivery-1", level=RatingLevel.DISSATISFIED,
    origin=RatingOrigin.CITIZEN, named=True, unit="RS",
    contact_due=case_due("rating.contact", LimitKind.CONTACT, AT, "2026-03-09"),
)  # fmt: skip
RECTIFY_DUE = case_due("rating.rectify", LimitKind.RECTIFY, AT, "2026-03-27")
NAMED = rated(a_delivered_case(), at=AT)
UNNAMED = rated(a_delivered_case(), named=False, at=AT)
TRY = replace(CONTACT, call=CallResult.NO_ANSWER)
TRIED = after(NAMED, TRY, at=AT)
CONTACTED = after(NAMED, CONTACT, at=AT)
APPEALED = after(CONTACTED, APPEAL, OFFICER)
ACTS = [CONTACT, RECTIFY, APPEAL, EXCLUDE, UPHOLD]
NAME = {"ids": lambda it: type(it).__name__}


def rating_of(history):
    return state_of(history).ratings[RATING].state


def test_a_named_bad_rating_is_followed_by_a_call_within_a_working_day():
    told = given(*coded(a_delivered_case())).when(rating(), at=AT)
    told.then(BAD)
    assert deadline(told.history, LimitKind.CONTACT, RATING).is_running
    assert rating_of(told.history) is RatingState.TO_CONTACT


def test_an_unnamed_one_is_rectified_at_once_there_being_nobody_to_call():
    told = given(*coded(a_delivered_case())).when(rating(named=False), at=AT)
    told.then(replace(BAD, named=False, contact_due=None, rectify_due=RECTIFY_DUE))
    own = deadline(told.history, LimitKind.RECTIFY, RATING)
    assert (own.is_running, own.unit) == (True, "RS")
    given(*told.history).when(CONTACT).then_refused("WRONG_RATING_STATE")


@pytest.mark.parametrize("level", [it for it in RatingLevel if not it.is_bad])
def test_a_good_rating_asks_for_nothing(level):
    good = replace(BAD, level=level, contact_due=None)
    told = given(*coded(a_delivered_case())).when(rating(level), at=AT)
    told.then(good)
    assert running(told.history) == set()
    given(*told.history).when(CONTACT).then_refused("WRONG_RATING_STATE")


def test_the_two_lowest_levels_are_bad():
    bad = {level for level in RatingLevel if level.is_bad}
    assert bad == {RatingLevel.DISSATISFIED, RatingLevel.VERY_DISSATISFIED}


@pytest.mark.parametrize("origin", RatingOrigin)
def test_where_a_rating_came_from_stands_beside_it(origin):
    by = VERIFIER if origin is RatingOrigin.STAFF_ASSISTED else None
    told = given(*coded(a_delivered_case())).when(rating(origin=origin, comment=TEXT), by, at=AT)
    is_foreign = origin in (RatingOrigin.IMPORT, RatingOrigin.DEFAULT)
    ref = "PJ-1" if is_foreign else None
    told.then(replace(BAD, origin=origin, comment=SEALED, source_ref=ref))


def test_ratings_are_numbered_within_their_case():
    fair = rating(RatingLevel.FAIR, RatingOrigin.STAFF_ASSISTED)
    twice = given(*NAMED).when(fair, VERIFIER, at=AT)
    [event] = twice.events
    assert event.rating_id == f"{CASE_NUMBER}-P02"
    assert rating_of(twice.history) is RatingState.TO_CONTACT


@pytest.mark.parametrize("status", CaseStatus)
def test_whoever_was_served_may_rate_also_who_was_turned_away(status):
    told = given(*HISTORIES[status]()).when(rating(origin=RatingOrigin.STAFF_ASSISTED), VERIFIER)
    unserved = ("submitted", "pre_rejected", "pre_reviewed", "voided")
    if status in unserved:
        told.then_refused("WRONG_STATUS")
    else:
        assert told.refusal is None


def test_what_proves_justified_is_rectified_within_fifteen_working_days():
    contacted = given(*NAMED).when(CONTACT, at=AT)
    contacted.then(
        RaterContacted(
            rating_id=RATING,
            unit="RS",
            call=CallResult.CONNECTED,
            justified=True,
            finding=SEALED,
            rectify_due=RECTIFY_DUE,
        )
    )
    assert deadline(contacted.history, LimitKind.CONTACT, RATING).state is DeadlineState.MET
    assert deadline(contacted.history, LimitKind.RECTIFY, RATING).unit == "RS"


def test_a_call_after_the_working_day_is_late():
    late = after(NAMED, CONTACT, at=local("2026-03-10 00:00"))
    assert deadline(late, LimitKind.CONTACT, RATING).state is DeadlineState.LATE


def test_what_the_rater_does_not_uphold_needs_no_rectification():
    explained = given(*NAMED).when(replace(CONTACT, justified=False), at=AT)
    explained.then(
        RaterContacted(
            rating_id=RATING, unit="RS", call=CallResult.CONNECTED, justified=False, finding=SEALED
        )
    )
    assert rating_of(explained.history) is RatingState.EXPLAINED
    assert running(explained.history) == set()


def test_nothing_is_found_unjustified_without_having_reached_the_rater():
    unreached = replace(CONTACT, call=CallResult.NO_ANSWER)
    given(*NAMED).when(replace(unreached, justified=False)).then_refused(
        "RATER_NOT_REACHED", "justified"
    )
    given(*TRIED).when(replace(unreached, justified=False)).then_refused(
        "RATER_NOT_REACHED", "justified"
    )


def test_a_call_that_reached_nobody_is_a_try_and_the_call_is_still_owed():
    tried = given(*NAMED).when(TRY, at=AT)
    tried.then(
        RaterContacted(
            rating_id=RATING, unit="RS", call=CallResult.NO_ANSWER, justified=True, finding=SEALED,
            rectify_due=RECTIFY_DUE,
        )
    )  # fmt: skip
    assert rating_of(tried.history) is RatingState.TO_RECTIFY
    assert running(tried.history) == {LimitKind.CONTACT, LimitKind.RECTIFY}
    due_at = deadline(tried.history, LimitKind.CONTACT, RATING).due.due_at
    for at, state in (
        (due_at - timedelta(minutes=1), DeadlineState.MET),
        (due_at, DeadlineState.LATE),
    ):
        reached = after(tried.history, CONTACT, at=at)
        assert deadline(reached, LimitKind.CONTACT, RATING).state is state


def test_a_second_call_gives_no_more_time_to_rectify():
    for call in (TRY, CONTACT):
        again = given(*TRIED).when(call, at=local("2026-03-09 10:00"))
        assert again.events[0].rectify_due is None
        assert deadline(again.history, LimitKind.RECTIFY, RATING).due == RECTIFY_DUE
        assert rating_of(again.history) is RatingState.TO_RECTIFY


def test_who_was_reached_is_not_called_again():
    given(*CONTACTED).when(TRY).then_refused("WRONG_RATING_STATE")
    given(*after(TRIED, CONTACT)).when(CONTACT).then_refused("WRONG_RATING_STATE")


@pytest.mark.parametrize("history", ["tried", "appealed"])
def test_whoever_is_reached_at_last_may_find_nothing_to_rectify(history):
    tried = {"tried": TRIED, "appealed": after(TRIED, APPEAL, OFFICER)}[history]
    explained = after(tried, replace(CONTACT, justified=False), at=local("2026-03-09 10:00"))
    assert rating_of(explained) is RatingState.EXPLAINED
    assert deadline(explained, LimitKind.CONTACT, RATING).state is DeadlineState.MET
    assert deadline(explained, LimitKind.RECTIFY, RATING).state is DeadlineState.RELEASED
    for act, by in ((RECTIFY, OFFICER), (EXCLUDE, None), (UPHOLD, None)):
        given(*explained).when(act, by).then_refused("WRONG_RATING_STATE")


def test_what_is_rectified_or_excluded_without_reaching_anybody_was_not_called_in_time():
    rectified = after(TRIED, RECTIFY, OFFICER)
    assert deadline(rectified, LimitKind.RECTIFY, RATING).state is DeadlineState.MET
    excluded = after(after(TRIED, APPEAL, OFFICER), EXCLUDE)
    for ended in (rectified, excluded):
        assert running(ended) == set()
        assert deadline(ended, LimitKind.CONTACT, RATING).state is DeadlineState.RELEASED
        given(*ended).when(CONTACT).then_refused("WRONG_RATING_STATE")


def test_an_appeal_waits_while_the_rater_is_called_again():
    appealed = after(TRIED, APPEAL, OFFICER)
    assert running(appealed) == {LimitKind.CONTACT, LimitKind.RECTIFY}
    reached = after(appealed, CONTACT)
    assert rating_of(reached) is RatingState.APPEALED
    upheld = after(reached, UPHOLD)
    assert running(upheld) == {LimitKind.RECTIFY}
    assert given(*upheld).when(RECTIFY, OFFICER).refusal is None


@pytest.mark.parametrize("history", [CONTACTED, UNNAMED], ids=["called", "unnamed"])
def test_the_unit_rectifies_and_tells_what_it_changed(history):
    rectified = given(*history).when(RECTIFY, OFFICER)
    rectified.then(RatingRectified(rating_id=RATING, measure=SEALED))
    assert rating_of(rectified.history) is RatingState.RECTIFIED
    assert deadline(rectified.history, LimitKind.RECTIFY, RATING).state is DeadlineState.MET


def test_rectification_after_its_time_is_late():
    late = after(CONTACTED, RECTIFY, OFFICER, at=local("2026-03-28 00:00"))
    assert deadline(late, LimitKind.RECTIFY, RATING).state is DeadlineState.LATE


@pytest.mark.parametrize("act", [RECTIFY, APPEAL], **NAME)
def test_only_the_unit_whose_item_it_was_rectifies_or_appeals(act):
    given(*CONTACTED).when(act, CO_OFFICER).then_refused("NOT_OWN_UNIT")
    assert given(*CONTACTED).when(act, HEAD).refusal is None


@pytest.mark.parametrize("act", [RECTIFY, APPEAL], **NAME)
def test_whoever_gave_a_name_is_called_before_anything_else(act):
    given(*NAMED).when(act, OFFICER).then_refused("WRONG_RATING_STATE")


def test_the_unit_appeals_with_its_ground():
    given(*CONTACTED).when(APPEAL, OFFICER).then(RatingAppealed(rating_id=RATING, ground=SEALED))


def test_while_an_appeal_waits_the_time_to_rectify_goes_on():
    assert running(APPEALED) == {LimitKind.RECTIFY}
    given(*APPEALED).when(RECTIFY, OFFICER).then_refused("WRONG_RATING_STATE")
    given(*APPEALED).when(APPEAL, OFFICER).then_refused("WRONG_RATING_STATE")


def test_an_appeal_that_is_right_excludes_the_rating_and_stops_its_deadline():
    excluded = given(*APPEALED).when(EXCLUDE)
    excluded.then(RatingExcluded(rating_id=RATING, ruling=SEALED))
    assert rating_of(excluded.history) is RatingState.EXCLUDED
    assert deadline(excluded.history, LimitKind.RECTIFY, RATING).state is DeadlineState.RELEASED


def test_one_that_is_wrong_leaves_everything_as_it_was_and_is_not_repeated():
    upheld = given(*APPEALED).when(UPHOLD)
    upheld.then(RatingUpheld(rating_id=RATING, ruling=SEALED))
    assert deadline(upheld.history, LimitKind.RECTIFY, RATING).due == RECTIFY_DUE
    given(*upheld.history).when(APPEAL, OFFICER).then_refused("RATING_APPEALED")
    assert given(*upheld.history).when(RECTIFY, OFFICER).refusal is None


@pytest.mark.parametrize("act", [EXCLUDE, UPHOLD], **NAME)
def test_nothing_is_ruled_upon_that_nobody_appealed(act):
    given(*CONTACTED).when(act).then_refused("WRONG_RATING_STATE")


@pytest.mark.parametrize("act", ACTS, **NAME)
def test_a_rating_that_is_not_there_is_not_followed_up(act):
    by = OFFICER if act in (RECTIFY, APPEAL) else None
    given(*a_delivered_case()).when(act, by).then_refused("RATING_NOT_FOUND", "rating_id")


def test_a_bad_rating_outlives_its_case():
    ended = after(rated(an_accepted_case()), terminating())
    assert running(ended) == {LimitKind.CONTACT}
    archived = after(after(ended, ArchiveCase(**C, archive_no="1")), CONTACT)
    assert given(*archived).when(RECTIFY, OFFICER).refusal is None


def test_a_card_outlives_its_case():
    red = RaiseWarning(
        matter_id=CASE_ID, kind=LimitKind.PROMISED, subject=CASE_ID, level=WarningLevel.RED
    )
    carded = after(an_accepted_case(), red, EFFICIENCY, at=local("2026-03-10 09:00"))
    ended = after(carded, terminating())
    assert running(ended) == {LimitKind.CARD_FEEDBACK}
