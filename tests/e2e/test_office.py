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


def test_a_unit_that_has_staff_is_closed_at_the_command_line_with_a_successor(
    furnished: str,
) -> None:
    someone = ("--name", "赵敏", "--post", "窗口", "--unit", "NEW", "--role", "window_clerk")
    bancheng(furnished, "unit", "add", "NEW", "新单位")
    bancheng(furnished, "unit", "add", "NEXT", "承接单位")
    bancheng(furnished, "user", "add", "zhao", *someone)
    refused = bancheng(furnished, "unit", "close", "NEW", fails=True)
    assert "SUCCESSOR_MISSING" in refused.stderr
    assert "人员 1 项(如 赵敏)" in refused.stderr
    bancheng(furnished, "unit", "close", "NEW", "--successor", "NEXT")
    [line] = [
        one for one in bancheng(furnished, "unit", "list").stdout.splitlines() if "新单位" in one
    ]
    assert "停用" in line
    assert "NEXT" in line


def test_windows_are_kept_at_the_command_line(furnished: str) -> None:
    bancheng(furnished, "unit", "add", "NEW", "新单位")
    bancheng(furnished, "window", "add", "A01", "综合窗口一", "--unit", "NEW")
    unknown = bancheng(furnished, "window", "add", "A02", "综合窗口二", "--unit", "XX", fails=True)
    assert "UNIT_UNKNOWN" in unknown.stderr
    assert "综合窗口一" in bancheng(furnished, "window", "list").stdout
    bancheng(furnished, "window", "close", "A01")
    assert "停用" in bancheng(furnished, "window", "list").stdout
