"""What the operator does at the command line is recorded as done there."""

from bancheng.domain.events import Channel, Place
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
        place = Place(envelope.channel, envelope.window, envelope.terminal)
        assert (envelope.actor.id, place) == ("operator", Place(Channel.CONSOLE))
