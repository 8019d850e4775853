"""`bancheng calendar`: what a notice would change is told first, day by day and limit by limit."""

import re
from pathlib import Path

from bancheng.infra.clock import FixedClock
from support.halls import EXTRA_HOLIDAY, MONDAY, hall, report
from support.program import bancheng

GUIDE = Path(__file__).parents[2] / "docs" / "operations.md"


def test_a4_the_example_of_the_guide_works(furnished, tmp_path):
    (example,) = re.findall(r"```toml\n(version.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
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
    assert "改动 1 日,将移动 1 个未结时限" in told
    assert re.search(r"BCS\S+ .*受理.*2026-03-03.*2026-03-04", told)
    said = bancheng(furnished, "calendar", "import", str(notice)).stdout
    assert "重新定期 1 个时限" in said


def test_a_faulty_notice_is_said_plainly(furnished, tmp_path):
    notice = tmp_path / "notice.toml"
    notice.write_text(
        'version = "2027"\nsource = "通知"\nannounced_through = 2027-12-31\n', "utf-8"
    )
    refused = bancheng(furnished, "calendar", "preview", str(notice), fails=True)
    assert "days.2027-02-05: 法定节假日「春节」未列为放假" in refused.stderr
