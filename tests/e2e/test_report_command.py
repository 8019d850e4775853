"""The operator writes the report of a period into a file; the log has it."""

import hashlib

import docx
import pytest

from bancheng.domain.complaint.discover import AcceptTicket
from bancheng.infra.clock import FixedClock
from support import backends
from support.halls import MONDAY, act, hall, report
from support.program import bancheng

pytestmark = backends.ONCE


@pytest.fixture
def recorded(furnished: str) -> str:
    """A hall of one ticket, of Monday 2 March."""
    with hall(furnished, FixedClock(MONDAY)) as container:
        act(container, AcceptTicket(ticket_id=report(container)))
    return furnished


def test_a_report_is_written_and_the_log_has_what_it_was(recorded, tmp_path):
    target = tmp_path / "三月.docx"
    asked = ("report", "month", "2026-03-15", str(target), "--remark", "本月典型案例一则。")
    said = bancheng(recorded, *asked).stdout
    paper = docx.Document(target)
    assert "本月典型案例一则。" in [one.text for one in paper.paragraphs]
    rows = {row.cells[0].text: row.cells[1].text for row in paper.tables[0].rows}
    assert rows["办不成事工单总量"] == "1"
    digest = hashlib.sha256(target.read_bytes()).hexdigest()
    assert digest in "".join(said.split())
    kept = bancheng(recorded, "accesses", "--kind", "EXPORT_DONE").stdout
    assert "report:month.docx" in "".join(kept.split())


@pytest.mark.parametrize(
    ("asked", "name", "code"),
    [
        (("day", "2026-03-15"), "x.docx", "REPORT_KIND_UNKNOWN"),
        (("month", "2900-03-15"), "x.docx", "REPORT_TOO_EARLY"),
        (("month", "2026-03-15"), "there.docx", "FILE_EXISTS"),
    ],
)
def test_what_can_not_be_written_is_said_and_nothing_is(recorded, tmp_path, asked, name, code):
    (tmp_path / "there.docx").touch()
    run = bancheng(recorded, "report", *asked, str(tmp_path / name), fails=True)
    assert code in run.stderr
    assert [one.name for one in tmp_path.iterdir()] == ["there.docx"]
