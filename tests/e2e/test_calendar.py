"""`bancheng calendar`: what a notice would change is told first, day by day and limit by limit."""

import re
from pathlib import Path

from bancheng.infra.clock import FixedClock
from support.halls import EXTRA_HOLIDAY, MONDAY, hall, report
from support.program import bancheng

GUIDE = Path(__file__).parents[2] / "docs" / "operations.md"


def test_a4_the_example_of_the_guide_works(furnished, tmp_path):
    (example,) = re.findall(
        r'```toml\n(version = "2027".*?)```', GUIDE.read_text("utf-8"), re.DOTALL
    )
    notice = tmp_path / "2027.toml"
    notice.write_text(example, encoding="utf-8")
    told = bancheng(furnished, "calendar", "preview", str(notice)).stdout
    assert re.search(r"2027-02-20 .*周末.*春节调休上班", told)
    assert "2027-06-09" not in told  # off by the law alone already
    assert "已发布日历「2027」" in bancheng(furnished, "calendar", "import", str(notice)).stdout
    shown = bancheng(furnished, "calendar", "show", "2027").stdout
    assert "放假安排已公布至 2027-12-31" in shown
    assert re.search(r"2027-02-20 .*调休上班.*国务院办公厅关于2027年", shown)
    assert "2026-10-01" in bancheng(furnished, "calendar", "show", "2026").stdout


def test_what_would_move_is_told_with_its_number_and_days(furnished, tmp_path):
    with hall(furnished, FixedClock(MONDAY)) as container:
        report(container)
    notice = tmp_path / "notice.toml"
    notice.write_text(EXTRA_HOLIDAY, encoding="utf-8")
    told = bancheng(furnished, "calendar", "preview", str(notice)).stdout
    assert re.search(r"2026-03-03 .*工作日.*加放一天.*本市通知", told)
    assert "改动 1 日、0 项设置" in told
    assert "将重新定期 1 个未结时限" in told
    assert re.search(r"BCS\S+ .*受理.*2026-03-03.*2026-03-04.*到期时间、预警时间", told)
    said = bancheng(furnished, "calendar", "import", str(notice)).stdout
    assert told in said  # the same is told once more, then it is done
    assert "重新定期 1 个时限" in said


def test_h5_what_new_opening_hours_move_is_told_and_then_done(furnished, tmp_path):
    with hall(furnished, FixedClock(MONDAY)) as container:
        report(container)
    summer = tmp_path / "summer.toml"
    days = "\n".join(f'{day} = ["08:30-12:00"]' for day in ("mon", "tue", "wed", "thu", "fri"))
    summer.write_text(f'version = "夏令"\nsource = "本厅"\n[hours]\n{days}\n', encoding="utf-8")
    told = bancheng(furnished, "calendar", "preview", str(summer)).stdout
    assert re.search(r"每周三办公时段 .*09:00-12:00、13:00-17:00.*08:30-12:00", told)
    assert "改动 0 日、5 项设置" in told
    assert re.search(r"BCS\S+ .*受理.*2026-03-03.*2026-03-03.*预警时间", told)
    assert "重新定期 1 个时限" in bancheng(furnished, "calendar", "import", str(summer)).stdout


def test_what_was_said_of_a_day_on_purpose_is_shown(furnished, tmp_path):
    notice = tmp_path / "notice.toml"
    notice.write_text(
        'version = "x"\nsource = "本厅通知"\n[days]\n2026-06-06 = { kind = "make_up_workday", '
        'name = "防汛", reason = "全员抗洪[值守]" }\n',
        encoding="utf-8",
    )
    bancheng(furnished, "calendar", "import", str(notice))
    shown = bancheng(furnished, "calendar", "show", "2026").stdout
    assert re.search(r"2026-06-06 .*防汛调休上班.*全员抗洪\[值守\].*本厅通知", shown)
    assert re.search(r"2026-10-01 .*国务院办公厅历年", shown)


def test_a_file_that_is_not_there_or_too_long_is_said_plainly(furnished, tmp_path):
    missing, long = tmp_path / "nowhere.toml", tmp_path / "long.toml"
    long.write_text("#" * 200_001, encoding="utf-8")
    for room in ("calendar", "rulebook"):
        refused = bancheng(furnished, room, "preview", str(missing), fails=True)
        assert "FILE_NOT_FOUND" in refused.stderr
        refused = bancheng(furnished, room, "preview", str(long), fails=True)
        assert "长度不得超过 200000" in refused.stderr


def test_a_faulty_notice_is_said_plainly(furnished, tmp_path):
    notice = tmp_path / "notice.toml"
    notice.write_text(
        'version = "2027"\nsource = "通知"\nannounced_through = 2027-12-31\n', "utf-8"
    )
    refused = bancheng(furnished, "calendar", "preview", str(notice), fails=True)
    assert "days.2027-02-05: 法定节假日「春节」未列为放假" in refused.stderr
