"""What the law does by itself when a limit runs out."""

from datetime import UTC, datetime, timedelta

import pytest

from bancheng.domain.item_types import PowerType
from bancheng.domain.time_limits.effects import deemed_acceptance
from bancheng.domain.time_limits.limit import decide_due
from bancheng.infra.calendars import national_calendar
from bancheng.infra.rulebooks import load_rulebook

RECEIVED = datetime(2026, 2, 12, 7, 30, tzinfo=UTC)  # Thursday before the Spring Festival
LIMIT = load_rulebook("national").limit_for("case.one_time_notice", item_type=PowerType.LICENCE)
assert LIMIT is not None
NOTICE = decide_due(LIMIT, RECEIVED, national_calendar(), rulebook_version="national")
JUST_BEFORE = NOTICE.due_at - timedelta(microseconds=1)


def test_the_fifth_working_day_ends_after_the_festival() -> None:
    assert str(NOTICE.due_date) == "2026-02-26"


def test_without_notice_the_matter_is_accepted_from_the_day_of_receipt() -> None:
    deemed = deemed_acceptance(NOTICE, noticed_at=None, at=NOTICE.due_at)
    assert deemed is not None
    assert (deemed.effective_at, deemed.since) == (RECEIVED, NOTICE.due_at)


def test_the_reason_names_the_article_and_the_days_that_counted() -> None:
    deemed = deemed_acceptance(NOTICE, noticed_at=None, at=NOTICE.due_at)
    assert deemed is not None
    told = "\n".join(deemed.lines())
    assert "行政许可法第三十二条" in told
    assert "春节" in told
    assert "2026-02-14" in told  # a Saturday that was worked


@pytest.mark.parametrize("noticed_at", [RECEIVED, JUST_BEFORE])
def test_a_notice_in_time_prevents_it(noticed_at: datetime) -> None:
    assert deemed_acceptance(NOTICE, noticed_at=noticed_at, at=NOTICE.due_at) is None


def test_a_late_notice_does_not_undo_it() -> None:
    assert deemed_acceptance(NOTICE, noticed_at=NOTICE.due_at, at=NOTICE.due_at) is not None


def test_nothing_happens_before_the_limit_has_run_out() -> None:
    assert deemed_acceptance(NOTICE, noticed_at=None, at=JUST_BEFORE) is None
