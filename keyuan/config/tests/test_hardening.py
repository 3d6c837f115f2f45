"""What keeps the system from starting, and what it only warns of (PLT-13; domain.md E.7)."""

from types import SimpleNamespace

import pytest

from keyuan.config import cli, hardening, serving
from keyuan.config.settings import env, security


@pytest.fixture
def conf(tmp_path, monkeypatch):
    """A sound installation."""
    monkeypatch.delenv("KEYUAN_DEMO_OPEN", raising=False)
    tmp_path.chmod(0o700)
    for name in ("keyring.json", "secret.key"):
        (tmp_path / name).write_text("x")
        (tmp_path / name).chmod(0o600)
    return SimpleNamespace(
        VAR_DIR=tmp_path, KEYRING_PATH=tmp_path / "keyring.json", ALLOWED_HOSTS=["crm.example.cn"], DEBUG=False,
        HTTPS=True, TRUSTED_PROXIES=["127.0.0.1"],
    )  # fmt: skip


def test_a_sound_installation_starts_in_silence(conf):
    assert hardening.look(conf) == []


@pytest.mark.parametrize("name", ["keyring.json", "secret.key"])
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_keys_that_others_can_read_refuse_to_start(conf, name, mode):
    (conf.VAR_DIR / name).chmod(mode)

    with pytest.raises(hardening.Unsafe, match=f"chmod 600 .*{name}"):
        hardening.look(conf)


@pytest.mark.parametrize("change, word", [
    ({"DEBUG": True}, "KEYUAN_DEBUG"), ({"ALLOWED_HOSTS": ["*"]}, "KEYUAN_HOSTS"),
])  # fmt: skip
def test_what_gives_data_away_refuses_to_start(conf, change, word):
    vars(conf).update(change)

    with pytest.raises(hardening.Unsafe, match=word):
        hardening.look(conf)


def test_debugging_is_for_this_machine_only(conf):
    vars(conf).update(DEBUG=True, ALLOWED_HOSTS=["localhost", "127.0.0.1"])

    assert hardening.look(conf) == []


def test_demo_accounts_are_no_accounts_of_a_system_that_others_reach(conf, monkeypatch):
    (conf.VAR_DIR / "sign-ins.txt").write_text("10482")

    with pytest.raises(hardening.Unsafe, match="demo book"):
        hardening.look(conf)
    monkeypatch.setenv("KEYUAN_DEMO_OPEN", "1")
    assert hardening.look(conf) == []


def test_what_weakens_is_said(conf):
    conf.VAR_DIR.chmod(0o755)
    vars(conf).update(HTTPS=False)
    open_way = hardening.look(conf)
    vars(conf).update(HTTPS=True, TRUSTED_PROXIES=[])
    proxy = hardening.look(conf)

    assert [("chmod 700" in line, "KEYUAN_HTTPS" in line) for line in open_way] == [(True, False), (False, True)]
    assert "KEYUAN_TRUSTED_PROXIES" in proxy[1]


def test_a_secret_may_come_from_a_file_that_nobody_else_reads(conf, tmp_path, monkeypatch):
    secret = tmp_path / "signing"
    secret.write_text("from-a-file\n")
    secret.chmod(0o600)
    monkeypatch.setenv("KEYUAN_SECRET_KEY_FILE", str(secret))

    assert env.text("KEYUAN_SECRET_KEY") == "from-a-file"
    assert hardening.look(conf) == []
    secret.chmod(0o604)
    with pytest.raises(hardening.Unsafe, match="KEYUAN_SECRET_KEY_FILE"):
        hardening.look(conf)


def test_the_command_says_why_it_does_not_serve(monkeypatch, capsys):
    def unsafe(_conf):
        raise hardening.Unsafe(["a key lies open"])

    monkeypatch.setattr(cli.hardening, "look", unsafe)
    monkeypatch.setattr(serving, "serve", lambda *_arguments: pytest.fail("served"))

    assert cli.serve([]) == 1
    assert capsys.readouterr().err == "keyuan: refused: a key lies open\n"


def test_cookies_are_bound_to_the_host_where_people_come_by_https():
    names = {security.SESSION_COOKIE_NAME, security.CSRF_COOKIE_NAME}

    assert names == {f"{security.COOKIE_PREFIX}sessionid", f"{security.COOKIE_PREFIX}csrftoken"}
    assert security.SESSION_COOKIE_HTTPONLY is True
    assert security.SESSION_COOKIE_SAMESITE == security.CSRF_COOKIE_SAMESITE == "Lax"


def test_with_https_every_cookie_is_secure_and_bound(monkeypatch):
    import importlib

    monkeypatch.setenv("KEYUAN_HTTPS", "1")
    fresh = importlib.util.module_from_spec(importlib.util.find_spec("keyuan.config.settings.security"))
    fresh.__spec__.loader.exec_module(fresh)

    assert (fresh.SESSION_COOKIE_NAME, fresh.CSRF_COOKIE_NAME) == ("__Host-sessionid", "__Host-csrftoken")
    assert (fresh.SESSION_COOKIE_SECURE, fresh.CSRF_COOKIE_SECURE) == (True, True)
    assert fresh.HSTS_SECONDS == 31_536_000
