"""The supervisor mends what dies and leaves nothing behind (PLT-1, architecture §6)."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from keyuan.config.service import listening
from keyuan.config.serving import Options, Taken, greeting, open_sockets
from keyuan.config.supervisor import FIRST_PAUSE, HEALTHY_AFTER, LONGEST_PAUSE, Child
from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[3]
#: A supervised program that starts another one, and writes down both.
PARENT_OF_ONE = """
import os, pathlib, subprocess, sys, time
inner = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
pathlib.Path(sys.argv[1], f"{os.getpid()}.pids").write_text(f"{os.getpid()} {inner.pid}")
time.sleep(60)
"""
SUPERVISE = """
import sys
from keyuan.config.supervisor import Child, Supervisor
child = Child("sleeper", [sys.executable, "-c", sys.argv[1], sys.argv[2]])
Supervisor([child], say=print, grace=2.0).run(lambda: None)
"""


def wait_for(condition, seconds=10.0):
    """Return the first true answer of ``condition``; fail after ``seconds``."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    pytest.fail("waited in vain")


def is_alive(pid):
    """Tell whether a process runs; one that only waits to be reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def answers(port):
    """Tell whether something accepts connections there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def families(folder):
    """The pairs of processes that were ever started, oldest first."""
    files = sorted(folder.glob("*.pids"), key=lambda file: file.stat().st_mtime)
    return [tuple(map(int, file.read_text().split())) for file in files if file.read_text()]


@pytest.fixture
def supervised(tmp_path):
    process = subprocess.Popen([sys.executable, "-c", SUPERVISE, PARENT_OF_ONE, str(tmp_path)], cwd=ROOT)
    yield process, tmp_path
    process.kill()
    process.wait()
    for pid in [pid for family in families(tmp_path) for pid in family if is_alive(pid)]:
        os.kill(pid, signal.SIGKILL)


def test_a_killed_child_comes_back_and_its_own_children_are_gone(supervised):
    _process, folder = supervised
    first, inner = wait_for(lambda: families(folder))[0]

    os.kill(first, signal.SIGKILL)

    second = wait_for(lambda: families(folder)[1:])[0][0]
    assert is_alive(second)
    assert not is_alive(first)
    wait_for(lambda: not is_alive(inner))


def test_a_polite_end_leaves_no_process_behind(supervised):
    process, folder = supervised
    family = wait_for(lambda: families(folder))[0]

    process.send_signal(signal.SIGTERM)

    assert process.wait(timeout=10) == 0
    assert [pid for pid in family if is_alive(pid)] == []


def test_a_killed_supervisor_takes_its_children_along(supervised):
    process, folder = supervised
    first, _inner = wait_for(lambda: families(folder))[0]

    process.kill()

    wait_for(lambda: not is_alive(first))


@pytest.mark.parametrize("_case, lived, deaths_before, pause", [
    ("first death", 1.0, 0, FIRST_PAUSE),
    ("third in a row", 1.0, 2, FIRST_PAUSE * 4),
    ("many in a row", 1.0, 20, LONGEST_PAUSE),
    ("after a healthy life", HEALTHY_AFTER + 1, 5, FIRST_PAUSE),
])  # fmt: skip
def test_the_pause_before_a_restart_grows_with_deaths_in_a_row(_case, lived, deaths_before, pause):
    child = Child("brief", [sys.executable, "-c", ""], deaths=deaths_before)
    child.start(now=100.0)
    child.process.wait()

    child.bury(now=100.0 + lived)

    assert child.restart_at == pytest.approx(100.0 + lived + pause)


def test_an_answer_does_not_wait_for_an_acknowledgement():
    with listening("127.0.0.1", 0, 5) as server, socket.create_connection(server.getsockname()):
        server.setblocking(True)
        accepted, _peer = server.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 1


def test_serving_tells_its_address_and_ends_with_status_0(tmp_path):
    port = free_port()
    (tmp_path / "sign-ins.txt").write_text("agent 10001 secret\n", encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "keyuan.config.cli",
        "serve",
        "--port",
        str(port),
        "--processes",
        "1",
        "--no-worker",
    ]
    environment = {**os.environ, "KEYUAN_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "keyuan.config.settings"}
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        told = [server.stdout.readline(), server.stdout.readline()]
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/static/absent", timeout=10)
        server.send_signal(signal.SIGTERM)
        status = server.wait(timeout=15)
    finally:
        server.kill()

    assert told == [f"客源 Keyuan is ready: http://127.0.0.1:{port}/    (Ctrl-C ends it)\n", "agent 10001 secret\n"]
    assert status == 0
    assert not answers(port)


def test_a_taken_port_is_named_before_anything_starts():
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]

        with pytest.raises(Taken, match=str(port)):
            open_sockets(Options("127.0.0.1", port, 1, 1, worker=False, grace=1.0))


def test_the_greeting_names_an_address_that_a_browser_can_open(tmp_path):
    options = Options("0.0.0.0", 8000, 2, 4, worker=True, grace=1.0)

    assert "http://127.0.0.1:8000/" in greeting(options, tmp_path / "absent")
