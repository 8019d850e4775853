"""`bancheng rulebook`: check, preview, publish, show and history, at the command line."""

import re

from bancheng.infra.clock import FixedClock
from support.halls import MONDAY, hall, report
from support.program import bancheng

OURS = """
version = "本厅-cli"
basis = "本厅规定第三条"
[limits.accept]
purpose = "accept"
amount = 4
unit = "working_days"
label = "4个工作日内决定是否受理"
basis = "本厅规定第三条"
"""


def test_a_rule_book_is_checked_previewed_and_published_at_the_command_line(furnished, tmp_path):
    whole, ours = tmp_path / "whole.toml", tmp_path / "ours.toml"
    whole.write_text('extends = "default"\n' + OURS, encoding="utf-8")
    ours.write_text(OURS, encoding="utf-8")

    with hall(furnished, FixedClock(MONDAY)) as container:
        report(container)
    assert "无误" in bancheng(furnished, "rulebook", "check", str(whole)).output
    told = bancheng(furnished, "rulebook", "preview", str(ours)).output
    assert "limits.accept" in told
    assert "发布不移动任何正在计时的时限" in told
    assert re.search(
        r"2026\.1\S* .*1 .*1 ", told
    )  # the ticket's acceptance stays under the old one
    assert "自生效之日起才起算的时限依新版「本厅-cli」" in told
    assert re.search(r"受理 .*1 .*0 ", told)
    assert "未办结的办件 0 件、办不成事工单 1 件" in told
    bancheng(furnished, "rulebook", "publish", str(ours))
    assert "4个工作日内决定是否受理" in bancheng(furnished, "rulebook", "show").output
    history = bancheng(furnished, "rulebook", "history").output
    # What the hall had gone by so far is the first publication.
    assert "2026.1" in history
    assert "本厅-cli" in history


def test_a_book_whose_extension_nobody_can_grant_is_refused_at_the_check(furnished, tmp_path):
    faulty = tmp_path / "faulty.toml"
    faulty.write_text(
        'extends = "default"\nversion = "x"\nbasis = "b"\n[extensions.resolve]\namount = 5\n'
        'unit = "working_days"\napprover_role = "government_head"\nbasis = "b"',
        encoding="utf-8",
    )
    refused = bancheng(furnished, "rulebook", "check", str(faulty), fails=True)
    assert "extensions.resolve.approver_role" in refused.output


def test_a_file_in_another_encoding_is_said_plainly(furnished, tmp_path):
    file = tmp_path / "gbk.toml"
    file.write_text('extends = "default"\n' + OURS, encoding="gbk")
    for act in ("check", "preview", "publish"):
        refused = bancheng(furnished, "rulebook", act, str(file), fails=True)
        assert "ENCODING_UNKNOWN" in refused.output
