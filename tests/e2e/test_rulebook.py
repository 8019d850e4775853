"""`bancheng rulebook`: check, preview, publish, show and history, at the command line."""

import re
from pathlib import Path

import pytest

from bancheng.infra import database
from bancheng.infra.clock import FixedClock
from bancheng.infra.rulebooks import load_rulebook, rulebook_text
from bancheng.projections import publications
from support.halls import MONDAY, hall, report
from support.program import bancheng

GUIDE = Path(__file__).parents[2] / "docs" / "operations.md"
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


@pytest.mark.parametrize(
    ("version", "entry"), [("本厅-2", "second_factor"), ("本厅-3", "searches.by_phone")]
)
def test_the_changes_of_rules_in_the_guide_can_be_published(furnished, tmp_path, version, entry):
    example = rf'```toml\n(version = "{version}".*?)```'
    (ours,) = re.findall(example, GUIDE.read_text("utf-8"), re.DOTALL)
    rules = tmp_path / "rules.toml"
    rules.write_text(ours, encoding="utf-8")
    assert entry in bancheng(furnished, "rulebook", "preview", str(rules)).output
    bancheng(furnished, "rulebook", "publish", str(rules))
    assert version in bancheng(furnished, "rulebook", "history").output


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


def test_a_version_that_the_configured_book_has_is_refused_and_nothing_is_published(
    furnished, tmp_path
):
    taken, ours = tmp_path / "taken.toml", tmp_path / "ours.toml"
    taken.write_text(OURS.replace("本厅-cli", load_rulebook("default").version), encoding="utf-8")
    ours.write_text(OURS, encoding="utf-8")
    for act in (["preview", taken], ["publish", taken], ["publish", ours, "--from", "2020-01-01"]):
        refused = bancheng(furnished, "rulebook", *map(str, act), fails=True)
        said = "RULEBOOK_DAY_PAST" if "--from" in act else "RULEBOOK_VERSION_TAKEN"
        assert said in refused.stderr
        with hall(furnished, FixedClock(MONDAY)) as container:
            assert versions(container) == []
    taken.write_text('extends = "default"\n' + taken.read_text("utf-8"), encoding="utf-8")
    refused = bancheng(furnished, "rulebook", "check", str(taken), fails=True)
    assert "RULEBOOK_VERSION_TAKEN" in refused.stderr


def test_a_version_that_was_published_is_told_at_the_preview(furnished, tmp_path):
    ours = tmp_path / "ours.toml"
    ours.write_text(OURS, encoding="utf-8")
    bancheng(furnished, "rulebook", "publish", str(ours))
    refused = bancheng(furnished, "rulebook", "preview", str(ours), fails=True)
    assert "RULEBOOK_VERSION_TAKEN" in refused.stderr


def test_the_configured_book_itself_is_checked_previewed_and_published_once(furnished, tmp_path):
    file = tmp_path / "default.toml"
    file.write_text(rulebook_text("default"), encoding="utf-8")
    for act in ("check", "preview", "publish"):
        bancheng(furnished, "rulebook", act, str(file))
    with hall(furnished, FixedClock(MONDAY)) as container:
        assert versions(container) == [load_rulebook("default").version]


def versions(container):
    with database.read(container.database) as connection:
        return publications.rulebook_versions(connection)
