"""The settings of notices: every fault is named with its remedy, and no secret is shown."""

from pathlib import Path

import pytest

from bancheng.domain.notices.hours import Quiet, ReceivingHours
from bancheng.domain.notices.terms import NoticeChannel
from bancheng.domain.people import Role
from bancheng.infra.notice_settings import (
    ROUTES_MAX,
    NoticeSettings,
    NoticeSettingsError,
    parse_notice_settings,
)
from support import noticing

EVERYTHING = {
    "sms": "https://sms.example/send",
    "webhook": "https://12345.example/in",
    "wecom": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=geheim",
    "dingtalk": "https://oapi.dingtalk.com/robot/send?access_token=geheim",
    "smtp": 587,
    "tls": "starttls",
}


def faults(text: str) -> list[str]:
    with pytest.raises(NoticeSettingsError) as wrong:
        parse_notice_settings(text)
    return list(wrong.value.problems)


def test_nothing_need_be_set_up():
    assert parse_notice_settings("") == NoticeSettings()
    assert NoticeSettings().routes.quiet == Quiet(since=20 * 60, until=8 * 60)


def test_everything_can_be_set_up(tmp_path: Path):
    settings = parse_notice_settings(Path(noticing.settings(tmp_path, **EVERYTHING)).read_text())
    by_name = {one.name: one for one in settings.routes.out}
    assert list(by_name) == ["sms", "email:人社局", "robot:处理", "robot:人社", "webhook:12345"]
    sms, mailbox, group, unit, system = by_name.values()
    assert (sms.citizens, sms.hours) == (True, ReceivingHours.DAYTIME)
    assert (mailbox.units, mailbox.hours) == ({"RS"}, ReceivingHours.OFFICE)
    assert (group.posts, group.hours) == ({Role.HANDLER}, ReceivingHours.ANY)
    assert unit.slots == (11 * 60, 16 * 60)
    assert (system.channel, system.topics) == (NoticeChannel.WEBHOOK, ("complaint.",))
    assert settings.outlets["webhook:12345"].secret == noticing.SECRET


def test_no_secret_is_shown(tmp_path: Path):
    text = Path(noticing.settings(tmp_path, **EVERYTHING)).read_text()
    shown = repr(parse_notice_settings(text))
    for secret in ("geheim", noticing.TOKEN, noticing.ROBOT_KEY, str(noticing.SECRET)):
        assert secret not in shown
    (tmp_path / "secret").write_text("whsec_geheim")
    (fault,) = faults(text)
    assert fault.startswith("webhook[0].secret_file: 内容不合要求")
    assert "geheim" not in fault


WRONG = {
    "[sms]\nurl = 'http://sms.example/'": ["sms.url: 地址不合要求"],
    "[sms]\nurl = 'https://sms.example/'\ntoken_file = '/none'": ["sms.token_file: 读不了文件"],
    "[telegram]": ["telegram: 未知的项"],
    "robot = 3": ["robot: 应为表的列表"],
    "[[mailbox]]\nname = 'a'\nto = ['a@b.example']\nunits = ['RS']": ["mailbox: 没有设置邮件"],
    "[mail]\nhost = 'smtp.example'\nsender = 'x'\ntls = 'none'": [
        "mail.tls: 值 'none' 不合要求", "mail.sender: 不是邮件地址",
    ],
    "[quiet]\nstarts = '25:00'\nends = 'x'": ["quiet.starts: 值", "quiet.ends: 值"],
    "ca_file = '/none'": ["ca_file: 没有文件"],
    "[sms": ["TOML 语法错误"],
}  # fmt: skip


@pytest.mark.parametrize("text", WRONG)
def test_everything_that_is_wrong_is_named(text: str):
    assert [one[: len(begin)] for one, begin in zip(faults(text), WRONG[text], strict=True)] == (
        WRONG[text]
    )


def test_a_robot_that_is_wrong_in_every_way(tmp_path: Path):
    (tmp_path / "url").write_text("ftp://geheim\n")
    text = f"""
[[robot]]
name = "a"
url_file = "{tmp_path}/url"
hours = "never"
posts = ["janitor"]
digest = ["noon"]
[[robot]]
name = "a"
url_file = "{tmp_path}/url"
"""
    found = faults(text)
    assert [one.partition(":")[0] for one in found] == [
        "robot[0].url_file", "robot[0].hours", "robot[0].posts", "robot[0].digest",
        "robot[1].url_file", "robot[1]", "robot[1].name",
    ]  # fmt: skip
    assert "geheim" not in " ".join(found)


def test_there_are_only_so_many_routes(tmp_path: Path):
    (tmp_path / "url").write_text("https://a.example/")
    text = "".join(
        f"[[robot]]\nname = 'r{n}'\nurl_file = '{tmp_path}/url'\nunits = ['RS']\n"
        for n in range(ROUTES_MAX + 1)
    )
    (fault,) = faults(text)
    assert f"线路共 {ROUTES_MAX + 1} 条" in fault
