"""What the program says of itself and of a wrong call: in Chinese, whole, in one line."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from socket import create_server
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from bancheng.cli import app
from support.program import MASTER_KEY, bancheng, logging_as_it_was

ROOT = Path(__file__).resolve().parents[2]
ENGLISH = re.compile(r"\b(?:Usage|Options|Commands|Arguments|Show|Invalid|Missing|Error|default)\b")
CHINESE = re.compile("[\u4e00-\u9fff]")


def commands(command: Any, *path: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield path, command
    for name, within in getattr(command, "commands", {}).items():
        yield from commands(within, *path, name)


ALL = list(commands(get_command(app)))


def call(*arguments: str, **env: str) -> tuple[int, str]:
    with logging_as_it_was():
        done = CliRunner(env=env).invoke(app, arguments, catch_exceptions=False)
    return done.exit_code, done.stdout + done.stderr


@pytest.mark.parametrize(("path", "command"), ALL, ids=[" ".join(path) for path, _ in ALL])
def test_every_command_explains_itself_in_chinese_and_whole(path, command):
    code, said = call(*path, "--help")
    assert code == 0
    assert not ENGLISH.search(said)
    told = re.sub(r"\s", "", said)
    assert "默认)" not in told
    for one in (command, *command.params, *getattr(command, "commands", {}).values()):
        assert CHINESE.search(one.help)
        assert re.sub(r"\s", "", one.help) in told


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("nosuch", "没有命令 nosuch(USAGE)"),
        ("serv", "没有命令 serv,是否为 serve"),
        ("calendar nosuch", "没有命令 nosuch(USAGE)。请看 bancheng calendar --help"),
        ("serve --prot 1", "没有选项 --prot,是否为 --host、--port"),
        ("serve --port", "选项 --port 须带值(USAGE)。请看 bancheng serve --help"),
        ("demo --serve=x", "选项 --serve 不带值(USAGE)。请看 bancheng demo --help"),
        ("calendar show --x", "请看 bancheng calendar show --help"),
        ("import messages f.csv --corrections x", "应为 refuse 列出而不导入、record "),
        ("serve --port abc", "应为 0 至 65535 的整数"),
        ("serve --port 65536", "应为 0 至 65535 的整数"),
        ("token zhao --hours x", "选项 --hours(有效小时数)的值不对,应为整数"),
        ("calendar show 1999", "参数 YEAR(年份,不填为今年)的值不对,应为 2004 至 2999 的整数"),
        ("rulebook show --on 2020-13-01", "应为年-月-日(USAGE)"),
        ("as-of matter X --at 2020-01-01T9", "应为年-月-日,或年-月-日 时:分[:秒](USAGE)"),
        ("unit add A", "缺少参数 NAME(名称)"),
        ("unit add A 甲 乙", "多出参数 乙"),
        ("user add z --name 赵 --post 岗 --unit A --role boss", "window_clerk 窗口人员、handler"),
    ],
)
def test_a_wrong_call_is_told_in_one_line_what_to_do(arguments, said):
    code, lines = call(*arguments.split())
    assert code == 2
    assert said in lines
    assert lines.startswith("用法有误: ")
    assert lines.count("\n") == 1
    assert "--help" in lines


def test_the_program_says_which_version_it_is_and_that_its_commit_is_not_known():
    assert call("--version") == (0, f"bancheng {version('bancheng')}(提交不明)\n")


def git(folder: Path, *arguments: str) -> str:
    who = ["-c", "user.name=t", "-c", "user.email=t@example", "-c", "commit.gpgsign=false"]
    done = subprocess.run(
        ["git", *who, *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def said_when_installed(sources: Path, to: Path) -> str:
    """What the program says that was built of ``sources`` as pip builds it."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(to)]
    subprocess.run(build, cwd=sources, check=True, capture_output=True)
    (wheel,) = to.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(to)
    call = [sys.executable, "-m", "bancheng", "--version"]
    done = subprocess.run(
        call, env=os.environ | {"PYTHONPATH": str(to)}, check=True, capture_output=True, text=True
    )
    return done.stdout


@pytest.mark.skipif(shutil.which("git") is None and "CI" not in os.environ, reason="needs git")
def test_an_installed_program_says_of_which_commit_it_is(tmp_path):
    sources = tmp_path / "sources"
    sources.mkdir()
    for name in ("pyproject.toml", "hatch_build.py", "README.md"):
        shutil.copy(ROOT / name, sources)
    shutil.copytree(ROOT / "src", sources / "src", ignore=shutil.ignore_patterns("__pycache__"))
    assert "(提交不明)" in said_when_installed(sources, tmp_path / "archive")
    git(sources, "init", "--quiet")
    git(sources, "add", ".")
    git(sources, "commit", "--quiet", "--message=x")
    commit = git(sources, "rev-parse", "HEAD")[:12]
    assert f"(提交 {commit})" in said_when_installed(sources, tmp_path / "commit")
    (sources / "README.md").write_text("changed", encoding="utf-8")
    assert f"(提交 {commit}-dirty)" in said_when_installed(sources, tmp_path / "changed")


def test_without_a_command_the_program_says_which_there_are():
    code, said = call()
    assert code == 2
    assert "命令:" in said


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite:///{}/var/bancheng.db", "请先建立文件夹"),
        ("sqlite:///{}/no.db", "它是否为本程序的数据库"),
        ("postgresql://wang:secret@127.0.0.1:1/hall", "postgresql://127.0.0.1:1/hall"),
    ],
)
@pytest.mark.parametrize("command", ["unit add A 甲", "unit list", "verify"])
def test_a_database_that_does_not_open_is_named_in_one_line(tmp_path, url, said, command):
    (tmp_path / "no.db").write_text("this is something else\n" * 100)
    if "add" not in command and "var" in url:
        said = "没有"  # to look is not to make
    done = bancheng(url.format(tmp_path), *command.split(), fails=True)
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert "secret" not in done.stderr


def test_a_port_that_is_taken_is_named(tmp_path):
    with create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, said = call(
            "serve",
            "--port",
            str(port),
            BANCHENG_DATABASE_URL=f"sqlite:///{tmp_path}/hall.db",
            BANCHENG_MASTER_KEY=MASTER_KEY,
        )
    assert code == 1
    assert f"不能在 127.0.0.1:{port} 上监听(端口已被占用)" in said
