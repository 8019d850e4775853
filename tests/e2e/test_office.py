"""What the operator does at the command line is recorded as done there."""

from bancheng.config import operator_account
from bancheng.domain.events import Channel
from bancheng.domain.office.calendars import CalendarPublished
from bancheng.domain.office.staff import StaffDismissed, StaffRegistered
from bancheng.domain.office.unit import UnitClosed, UnitRegistered
from bancheng.infra.clock import FixedClock
from support.halls import EXTRA_HOLIDAY, MONDAY, hall
from support.program import bancheng


def test_acts_at_the_command_line_say_that_they_were_done_there(furnished: str, tmp_path) -> None:
    notice = tmp_path / "notice.toml"
    notice.write_text(EXTRA_HOLIDAY, encoding="utf-8")
    someone = ("--name", "赵敏", "--post", "窗口", "--unit", "NEW", "--role", "window_clerk")
    with hall(furnished, FixedClock(MONDAY)) as container:
        before = container.store.head()

    bancheng(furnished, "unit", "add", "NEW", "新单位")
    bancheng(furnished, "user", "add", "zhao", *someone)
    bancheng(furnished, "user", "dismiss", "zhao")
    bancheng(furnished, "unit", "close", "NEW")
    bancheng(furnished, "calendar", "import", str(notice))

    with hall(furnished, FixedClock(MONDAY)) as container:
        done = container.store.read(before, 10)
    assert [type(one.event) for one in done] == [
        UnitRegistered, StaffRegistered, StaffDismissed, UnitClosed, CalendarPublished,
    ]  # fmt: skip
    for one in done:
        envelope = one.envelope
        assert (envelope.actor.id, envelope.channel) == ("operator", Channel.CONSOLE)
        assert envelope.terminal == operator_account()[:60]


def test_a3_what_the_operator_types_is_checked_as_over_the_api(furnished: str) -> None:
    someone = ("--name", "赵" * 61, "--post", "窗口", "--unit", "NEW", "--role", "window_clerk")
    bancheng(furnished, "unit", "add", "NEW", "新单位")
    for arguments, field in (
        (("unit", "add", "N" * 41, "新单位"), "单位编码"),
        (("unit", "add", "NEW", ""), "单位名称"),
        (("user", "add", "赵 敏", *someone), "工号"),
        (("user", "add", "zhao", *someone), "姓名"),
    ):
        refused = bancheng(furnished, *arguments, fails=True)
        assert f"{field}:" in refused.stderr
        assert "FIELD_INVALID" in refused.stderr
