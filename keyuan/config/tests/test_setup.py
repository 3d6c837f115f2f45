"""Set-up steps: done once, done again when their inputs change, exact in what they make (PLT-1)."""

import pytest

from keyuan.config import cli, setup_assets, setup_steps
from keyuan.config.stamps import fingerprint, once


def test_a_step_runs_once_until_its_inputs_change(tmp_path):
    done = []
    source, mark = tmp_path / "in", tmp_path / "stamps" / "mark"
    source.write_text("1")

    def due():
        return once(mark, fingerprint([source]), lambda: done.append(source.read_text()))

    assert [due(), due()] == [True, False]
    source.write_text("2")
    assert [due(), due()] == [True, False]
    assert done == ["1", "2"]


def test_a_step_runs_again_when_what_it_made_is_gone(tmp_path):
    made, mark = tmp_path / "out", tmp_path / "mark"

    assert once(mark, "x", made.touch, makes=[made])
    made.unlink()
    assert once(mark, "x", made.touch, makes=[made])
    assert not once(mark, "x", made.touch, makes=[made])


def test_a_failing_step_leaves_no_mark(tmp_path):
    with pytest.raises(ZeroDivisionError):
        once(tmp_path / "mark", "x", lambda: 1 / 0)

    assert not (tmp_path / "mark").exists()


def test_icons_become_symbols_without_their_bounds(tmp_path, monkeypatch):
    folder = tmp_path / "@tabler" / "icons" / "icons" / "outline"
    folder.mkdir(parents=True)
    shapes = '<path stroke="none" d="M0 0h24v24H0z" fill="none"/>\n  <path d="M1 2" />'
    (folder / "sun.svg").write_text(f'<!-- a remark -->\n<svg width="24">\n  {shapes}\n</svg>\n')
    monkeypatch.setattr(setup_assets, "NODE_MODULES", tmp_path)

    assert setup_assets.sprite(["sun"]) == (
        '<svg xmlns="http://www.w3.org/2000/svg">\n'
        '<symbol id="i-sun" viewBox="0 0 24 24"><path d="M1 2" /></symbol>\n</svg>\n'
    )


def test_an_icon_that_does_not_exist_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(setup_assets, "NODE_MODULES", tmp_path)

    with pytest.raises(setup_assets.AssetError, match="'nonsense'"):
        setup_assets.sprite(["nonsense"])


def test_icon_names_are_read_without_remarks():
    names = setup_assets.icon_names()

    assert "users" in names
    assert not [name for name in names if "#" in name or " " in name]


def test_the_overview_names_every_command(capsys):
    status = cli.main(["--help"])

    listed = capsys.readouterr().out
    assert status == 0
    assert all(f"  {name} " in listed for name in ("migrate", "serve", "setup", "start", "worker"))


def test_an_unknown_command_is_named_and_ends_with_status_2(capsys):
    status = cli.main(["fly"])

    assert status == 2
    assert "'fly'" in capsys.readouterr().err


def test_no_command_at_all_is_wrong_usage():
    assert cli.main([]) == 2


@pytest.mark.parametrize("command", ["start", "serve", "setup"])
def test_help_is_told_without_preparing_anything(capsys, monkeypatch, command):
    monkeypatch.setattr(setup_steps, "main", lambda: pytest.fail("set-up ran"))

    with pytest.raises(SystemExit) as end:
        cli.main([command, "--help"])

    assert end.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: keyuan {command} ")


@pytest.mark.parametrize("command", ["start", "setup"])
def test_a_wrong_argument_is_refused_before_anything_is_prepared(capsys, monkeypatch, command):
    monkeypatch.setattr(setup_steps, "main", lambda: pytest.fail("set-up ran"))

    with pytest.raises(SystemExit) as end:
        cli.main([command, "--wings"])

    assert end.value.code == 2
    assert "--wings" in capsys.readouterr().err


@pytest.fixture
def fresh_book(tmp_path, settings, monkeypatch):
    """An empty installation that has a ``demo`` command; what is started is only written down."""
    started = []
    settings.VAR_DIR = tmp_path
    monkeypatch.delenv("KEYUAN_DEMO", raising=False)
    monkeypatch.setattr(setup_steps, "get_commands", lambda: {"demo": "keyuan.setup"})
    monkeypatch.setattr(setup_steps, "has_people", lambda: bool(started))
    monkeypatch.setattr(setup_steps.subprocess, "call", lambda command, **_rest: started.append(command[3:]) or 0)
    return started


def test_the_demo_book_is_loaded_once_into_an_empty_book(fresh_book):
    assert [setup_steps.load_demo(), setup_steps.load_demo()] == [True, False]
    assert fresh_book == [["demo"]]


def test_a_demo_load_that_was_cut_short_is_started_over(fresh_book, monkeypatch):
    call = setup_steps.subprocess.call
    monkeypatch.setattr(setup_steps.subprocess, "call", lambda command, **_rest: call(command) + 1)
    with pytest.raises(setup_steps.SetupError):
        setup_steps.load_demo()
    monkeypatch.setattr(setup_steps.subprocess, "call", call)

    assert setup_steps.load_demo()
    assert fresh_book == [["demo"], ["demo"]]


def test_somebodys_book_is_never_filled(fresh_book, monkeypatch):
    monkeypatch.setattr(setup_steps, "has_people", lambda: True)

    assert not setup_steps.load_demo()
    assert fresh_book == []


def test_the_demo_book_can_be_declined(fresh_book, monkeypatch):
    monkeypatch.setenv("KEYUAN_DEMO", "0")

    assert not setup_steps.load_demo()
    assert fresh_book == []
