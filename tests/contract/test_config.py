"""Configuration: every bad value is named with its rule, and no secret is ever shown."""

import base64
import os
import platform
import pwd
import subprocess
import sys
from pathlib import Path

import pytest

from bancheng.config import SETTINGS, Config, ConfigError, operator_account

SECRET = base64.b64encode(b"s" * 32).decode()


def test_nothing_need_be_set():
    assert Config.from_environment({"PATH": "/bin"}) == Config()
    assert Config().database_url == "sqlite:///var/bancheng.db"


def test_everything_can_be_set(tmp_path):
    book = tmp_path / "own.toml"
    book.touch()
    config = Config.from_environment(
        {
            "BANCHENG_DATABASE_URL": "postgresql://u:pw@db/hall",
            "BANCHENG_HALL": "KEQ-1",
            "BANCHENG_HALL_NAME": "科尔沁区政务服务大厅",
            "BANCHENG_MASTER_KEY": SECRET,
            "BANCHENG_RULEBOOK": str(book),
            "BANCHENG_LOG_FORMAT": "json",
            "BANCHENG_HOST": "0.0.0.0",
            "BANCHENG_PORT": "0",
            "BANCHENG_PROXIES": "10.0.0.1, 10.1.2.3/16",
            "BANCHENG_PUBLIC_URL": "https://hall.example:8443",
            "BANCHENG_SESSION_HOURS": "8.5",
            "BANCHENG_SESSION_IDLE_MINUTES": "15",
            "BANCHENG_PASSWORD_MEMORY_KIB": "131072",
            "BANCHENG_PASSWORD_PASSES": "4",
            "BANCHENG_WAIT_SECONDS": "0.5",
            "BANCHENG_HASH_ALGORITHM": "sm3",
            "BANCHENG_CIPHER": "sm4-gcm",
            "BANCHENG_REQUEST_BYTES_MAX": "2048",
            "BANCHENG_IMPORT_BYTES_MAX": "4096",
        }
    )
    assert config == Config(
        database_url="postgresql://u:pw@db/hall",
        hall="KEQ-1",
        hall_name="科尔沁区政务服务大厅",
        master_key=b"s" * 32,
        rulebook=str(book),
        log_format="json",
        host="0.0.0.0",
        port=0,
        proxies="10.0.0.1/32,10.1.0.0/16",
        public_url="https://hall.example:8443",
        session_hours=8.5,
        session_idle_minutes=15.0,
        password_memory_kib=131072,
        password_passes=4,
        wait_seconds=0.5,
        hash_algorithm="sm3",
        cipher="sm4-gcm",
        request_bytes_max=2048,
        import_bytes_max=4096,
    )


@pytest.mark.parametrize(
    ("variable", "bad"),
    [
        ("DATABASE_URL", ["", "mysql://x/y", "postgres://x/y", "sqlite://"]),
        ("HALL", ["", "科尔沁", "lower", "A" * 33, "A B"]),
        ("HALL_NAME", ["", "a\nb", "名" * 61]),
        ("MASTER_KEY", ["", "x", SECRET[:-4], "é" * 44]),
        ("MASTER_KEY_FILE", ["", "/nowhere/at/all", "/"]),
        ("MASTER_KEY_NEXT", ["", "x", SECRET[:-4], "é" * 44]),
        ("MASTER_KEY_NEXT_FILE", ["", "/nowhere/at/all", "/"]),
        ("RULEBOOK", ["", "no/such/file.toml", "missing.toml", "A b"]),
        ("LOG_FORMAT", ["", "xml", "JSON"]),
        ("HOST", ["", "a b", "http://x"]),
        ("PORT", ["", "-1", "65536", "http", "1.5"]),
        ("PROXIES", ["", "*", "proxy", "10.0.0.0/33", "10.0.0.1,"]),
        ("PUBLIC_URL", ["", "hall.example", "https://hall/", "ftp://hall", "https://a b"]),
        ("OIDC_ISSUER", ["", "idp.example", "http://idp.example", "https://a b"]),
        ("OIDC_CLIENT_ID", ["", "a b", "x" * 201]),
        ("OIDC_CLIENT_SECRET_FILE", ["", "/nowhere/at/all", "/"]),
        ("OIDC_SCOPES", ["", "profile", "openidx"]),
        ("OIDC_STAFF_CLAIM", ["", "a b"]),
        ("OIDC_NAME", ["", "a\nb", "名" * 61]),
        ("CAS_URL", ["", "cas.example", "http://cas.example/cas", "https://a b"]),
        ("CAS_STAFF_ATTRIBUTE", ["", "a b"]),
        ("CAS_NAME", ["", "a\nb", "名" * 61]),
        ("STAFF_MAP", ["", "/nowhere/at/all.toml", "/"]),
        ("NOTICES", ["", "/nowhere/at/all.toml", "/"]),
        ("SESSION_HOURS", ["", "0", "25", "nan"]),
        ("SESSION_IDLE_MINUTES", ["", "0", "1441", "nan"]),
        ("PASSWORD_MEMORY_KIB", ["", "7", "1.5", "1048577"]),
        ("PASSWORD_PASSES", ["", "0", "21"]),
        ("WAIT_SECONDS", ["", "-1", "31", "nan", "inf"]),
        ("HASH_ALGORITHM", ["", "md5", "SM3"]),
        ("CIPHER", ["", "aes-128-gcm", "SM4-GCM"]),
        ("REQUEST_BYTES_MAX", ["", "0", "1k", "99999999999"]),
        ("IMPORT_BYTES_MAX", ["", "0", "1k", "99999999999"]),
    ],
)
def test_a_bad_value_names_variable_rule_and_remedy(variable, bad):
    setting = next(each for each in SETTINGS if each.variable == f"BANCHENG_{variable}")
    for value in bad:
        with pytest.raises(ConfigError) as caught:
            Config.from_environment({setting.variable: value})
        (fault,) = caught.value.faults
        assert setting.variable in fault
        assert setting.term in fault
        assert setting.rule.strip() in fault
        assert "请更正" in fault
        usual = getattr(Config(), setting.field)
        assert fault.endswith("请更正" if usual is None else f"请更正,或删除以用默认值「{usual}」")


def test_every_setting_has_its_bad_values_tested():
    (mark,) = test_a_bad_value_names_variable_rule_and_remedy.pytestmark
    assert {f"BANCHENG_{row[0]}" for row in mark.args[1]} == {each.variable for each in SETTINGS}


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        ({"OIDC_ISSUER": "https://idp.example", "PUBLIC_URL": "https://hall.example"},
         "OIDC_CLIENT_ID"),
        ({"OIDC_CLIENT_ID": "bancheng"}, "OIDC_ISSUER"),
        ({"OIDC_ISSUER": "https://idp.example", "OIDC_CLIENT_ID": "bancheng"}, "PUBLIC_URL"),
        ({"CAS_URL": "https://cas.example/cas"}, "PUBLIC_URL"),
    ],
)  # fmt: skip
def test_what_only_works_together_is_set_together(settings, wanted):
    with pytest.raises(ConfigError) as caught:
        Config.from_environment({f"BANCHENG_{name}": value for name, value in settings.items()})
    (fault,) = caught.value.faults
    assert f"还须设置 BANCHENG_{wanted}" in fault


def test_all_faults_are_told_at_once():
    with pytest.raises(ConfigError) as caught:
        Config.from_environment({"BANCHENG_PORT": "x", "BANCHENG_HALL": "x", "BANCHENG_PROT": "1"})
    assert len(caught.value.faults) == 3


def test_an_unknown_setting_is_an_error_and_not_ignored():
    with pytest.raises(ConfigError, match="BANCHENG_DATBASE_URL 不是本程序的配置项"):
        Config.from_environment({"BANCHENG_DATBASE_URL": "sqlite:///x"})


def test_the_test_runners_own_variables_may_be_there():
    assert Config.from_environment({"BANCHENG_TEST_BACKENDS": "sqlite"}) == Config()


def test_the_master_key_comes_from_one_place(tmp_path):
    path = tmp_path / "key"
    path.write_text(f"{SECRET}\n")
    named = {"BANCHENG_MASTER_KEY_FILE": str(path), "BANCHENG_MASTER_KEY_NEXT_FILE": str(path)}
    config = Config.from_environment(named)
    assert config.master_key == config.master_key_next == b"s" * 32
    for variable in ("BANCHENG_MASTER_KEY", "BANCHENG_MASTER_KEY_NEXT"):
        with pytest.raises(ConfigError, match=f"{variable}_FILE 只能设置一个"):
            Config.from_environment(named | {variable: SECRET})


def test_no_secret_is_shown(tmp_path):
    url = "postgresql://user:hunter2@db:5432/hall?password=hunter2"
    config = Config.from_environment({"BANCHENG_DATABASE_URL": url, "BANCHENG_MASTER_KEY": SECRET})
    for shown in (repr(config), str(config), config.database):
        assert "hunter2" not in shown
        assert "ssss" not in shown
        assert SECRET not in shown
    assert config.database == "postgresql://db:5432/hall"
    assert Config().database == "sqlite:///var/bancheng.db"


def test_a_bad_secret_is_not_shown(tmp_path):
    path = tmp_path / "key"
    path.write_text("almost-a-secret")
    bad = {
        "BANCHENG_DATABASE_URL": "postgres://user:hunter2@db/hall",
        "BANCHENG_MASTER_KEY": "almost-a-secret",
    }
    for env in (bad, {"BANCHENG_MASTER_KEY_FILE": str(path)}):
        with pytest.raises(ConfigError) as caught:
            Config.from_environment(env)
        assert "hunter2" not in str(caught.value)
        assert "almost-a-secret" not in str(caught.value)


def runs_as(monkeypatch, real: int, effective: int, **environment: str) -> str:
    """The account under which the program runs, without its machine."""
    for name in ("SUDO_USER", "LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(os, "getuid", lambda: real)
    monkeypatch.setattr(os, "geteuid", lambda: effective)
    account, _, machine = operator_account().rpartition("@")
    assert machine == platform.node()
    return account


NOBODY = pwd.getpwnam("nobody").pw_uid
UNNAMED = next(
    uid for uid in range(54_321, 60_000) if uid not in {p.pw_uid for p in pwd.getpwall()}
)


def test_the_account_is_the_one_that_the_machine_knows_and_not_what_it_calls_itself(monkeypatch):
    said = {"LOGNAME": "boss", "USER": "boss", "SUDO_USER": "boss"}
    assert runs_as(monkeypatch, NOBODY, NOBODY, **said) == "nobody"


def test_with_sudo_the_account_is_who_called_it(monkeypatch):
    assert runs_as(monkeypatch, 0, 0, SUDO_USER="wang") == "wang"
    assert runs_as(monkeypatch, 0, 0) == pwd.getpwuid(0).pw_name


def test_an_account_without_a_name_is_told_by_its_number(monkeypatch):
    assert runs_as(monkeypatch, UNNAMED, UNNAMED) == f"uid {UNNAMED}"


def test_the_program_starts_where_nobody_can_say_whose_account_it_is():
    # As under `docker run --user 54321`: what asked at import could not even print its help.
    unknown = "import pwd\ndef nobody(uid): raise KeyError(uid)\npwd.getpwuid = nobody\n"
    start = f"{unknown}import sys\nfrom bancheng.cli import app\napp(['--help'])"
    bare = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(
        [sys.executable, "-c", start], env=bare, cwd=Path.cwd(), capture_output=True, text=True,
        check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "calendar" in done.stdout
