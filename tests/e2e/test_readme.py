"""What the README tells people to run does what it says."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from support.program import served_demo

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
STEPS = (
    "登记", "受理", "原因分析", "派发", "签收", "反馈结果", "回访", "核查通过", "销号",
    "提交申请", "收件", "办件受理", "作出决定", "制证", "通知领取", "送达", "好差评",
)  # fmt: skip


def test_the_demo_and_the_session_do_what_is_said(tmp_path: Path) -> None:
    # One test, because each worker of a run would have to start a demo of its own.
    with served_demo(tmp_path) as (folder, printed, address):
        check_printed(printed)
        check_session(folder, address)


def check_printed(printed: str) -> None:
    """Ledgers, warnings, trails and tokens."""
    for heading in (
        "办件台账",
        "办不成事工单台账",
        "限时看板",
        "预警台账",
        "一件事 BJ",
        "差评",
        "全程留痕 BJ",
        "全程留痕 BCS",
        "身份令牌",
    ):
        assert heading in printed
    assert len(re.findall(r"^[0-9A-Z]{32}$", printed, re.MULTILINE)) == 11


def check_session(folder: Path, address: str) -> None:
    """It takes a ticket and a case through."""
    session = re.findall(r"```python\n(.*?)```", README, re.DOTALL)[0]
    session = session.replace("http://127.0.0.1:8000", address)
    exported = README.split("export PATH")[1].split("```")[0]
    settings = dict(re.findall(r"(BANCHENG_\w+)=(\S+)", exported))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [sys.executable, "-c", session],
        cwd=folder, env=os.environ | settings | {"PATH": path},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "code" not in done.stdout
    for status in ("已销号", "已送达"):
        assert f"'statusLabel': '{status}'" in done.stdout
    trail = [line.split(" | ") for line in done.stdout.splitlines() if not line.startswith(" ")]
    acts = [line for line in trail if line[0] in STEPS]
    assert [line[0] for line in acts] == list(STEPS)
    told = {line[0]: line[1] for line in acts}
    assert told["收件"] == "窗口 W05,终端 W05-2"
    assert told["回访"] == "电话"
    (called,) = (line[5] for line in acts if line[0] == "回访")
    assert called == "政务服务中心 吴倩(回访核查岗)回访接通,反映人认为已解决,满意"
    assert not any(phone in done.stdout for phone in ("13800138000", "13900139000"))


@pytest.mark.parametrize("target", ["demo", "test", "check", "bench"])
def test_the_makefile_has_what_is_promised(target: str) -> None:
    assert re.search(rf"^{target}:.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)


def test_every_page_it_links_to_is_there() -> None:
    for link in re.findall(r"\]\(([\w/.-]+\.md)\)", README):
        assert (ROOT / link).is_file(), link
