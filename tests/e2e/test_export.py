"""The operator writes a whole ledger into a file, of now or of a moment; the log has it."""

import csv
import hashlib
from datetime import timedelta

import openpyxl
import pytest

from bancheng.domain.complaint.discover import AcceptTicket
from bancheng.infra.clock import FixedClock
from support import backends
from support.halls import MONDAY, act, hall, report
from support.program import bancheng

pytestmark = backends.ONCE
MANY = 250  # more than a page


@pytest.fixture
def recorded(furnished: str) -> str:
    """A ticket of nine o'clock, and many others at noon."""
    clock = FixedClock(MONDAY)
    with hall(furnished, clock) as container:
        act(container, AcceptTicket(ticket_id=report(container)))
        clock.advance(timedelta(hours=3))
        for _ in range(MANY):
            report(container)
    return furnished


def test_a_whole_ledger_is_written_and_the_log_has_what_it_was(recorded, tmp_path):
    target = tmp_path / "台账.xlsx"
    said = bancheng(recorded, "export", "tickets", str(target)).stdout
    sheet = openpyxl.load_workbook(target)["办不成事工单台账"]
    assert sheet.max_row == MANY + 2
    digest = hashlib.sha256(target.read_bytes()).hexdigest()
    assert digest in said
    kept = bancheng(recorded, "accesses", "--kind", "EXPORT_DONE").stdout
    assert "export:tickets.xlsx" in "".join(kept.split())


def test_of_a_moment_it_is_written_as_it_was(recorded, tmp_path):
    target = tmp_path / "then.csv"
    then = ("--at", "2026-03-02 10:00", "--encoding", "gb18030")
    bancheng(recorded, "export", "tickets", str(target), *then)
    with target.open(encoding="gb18030", newline="") as file:
        (line,) = csv.DictReader(file)
    assert line["状态"] == "待分析"


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (("tickets", "x.pdf"), "EXPORT_FORM_UNKNOWN"),
        (("tickets", "x.csv", "--encoding", "latin1"), "ENCODING_UNKNOWN"),
        (("tickets", "there.csv"), "FILE_EXISTS"),
        (("nothing", "x.csv"), "LEDGER_NOT_FOUND"),
    ],
)
def test_what_can_not_be_written_is_refused_and_leaves_no_file(
    recorded, tmp_path, monkeypatch, asked, code
):
    (tmp_path / "there.csv").write_text("mine")
    monkeypatch.chdir(tmp_path)
    done = bancheng(recorded, "export", *asked, fails=True)
    assert code in done.stderr
    assert [one.name for one in tmp_path.iterdir()] == ["there.csv"]
    assert (tmp_path / "there.csv").read_text() == "mine"
