"""All that serves is replaced by new code without a refused request; a broken version changes nothing (PLT-13)."""

import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from keyuan import __version__
from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[3]
#: Clients that ask on one connection for ever.
KEPT = 2
LEFT_OUT = frozenset({"KEYUAN_TEST_VAR", "DATABASE_URL", "KEYUAN_AS_OF", "KEYUAN_VAR"})

pytestmark = [
    pytest.mark.network,
    pytest.mark.sqlite_only("processes are replaced alike on both databases"),
]


class Served:
    """A copy of the program that serves, and that a test may change."""

    def __init__(self, folder):
        self.folder, self.port = folder, free_port()
        self.environment = {key: value for key, value in os.environ.items() if key not in LEFT_OUT}
        self.environment |= {"KEYUAN_VAR": str(folder / "var"), "DJANGO_SETTINGS_MODULE": "keyuan.config.settings"}
        unneeded = shutil.ignore_patterns("tests", "__pycache__", "static", "locale")
        shutil.copytree(ROOT / "keyuan", folder / "keyuan", ignore=unneeded)
        for context in (ROOT / "keyuan").glob("*/static"):
            (folder / context.relative_to(ROOT)).mkdir(parents=True)

    def command(self, *words):
        line = [sys.executable, "-m", "keyuan.config.cli", *words]
        return subprocess.run(line, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False)

    def start(self):
        words = ["serve", "--port", str(self.port), "--processes", "1", "--no-worker"]
        line = [sys.executable, "-m", "keyuan.config.cli", *words]
        self.process = subprocess.Popen(
            line, cwd=self.folder, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert "ready" in self.process.stdout.readline()

    def version(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", "/metrics")
        text = connection.getresponse().read().decode()
        return text.partition('database="sqlite",version="')[2].partition('"')[0]

    def say_version(self, text):
        (self.folder / "keyuan" / "__init__.py").write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    found = Served(tmp_path_factory.mktemp("served"))
    assert found.command("migrate").returncode == 0
    found.start()
    yield found
    found.process.send_signal(signal.SIGTERM)
    try:
        found.process.wait(timeout=30)
    finally:
        found.process.kill()


class Load:
    """Clients that ask without a pause: some on one connection for ever, some on a new one for each request."""

    def __init__(self, port):
        self.port, self.stopped = port, threading.Event()
        self.answered, self.failed, self.closed = 0, [], 0
        self.threads = [threading.Thread(target=self.ask, args=(keep,)) for keep in (True,) * KEPT + (False,) * 2]

    def ask(self, keep):
        connection = None
        while not self.stopped.is_set():
            is_kept = connection is not None
            connection = connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            try:
                connection.request("GET", "/health/live")
                answer = connection.getresponse()
                answer.read()
            except OSError as error:
                # A kept connection may be closed in the moment in which the next request sets out: browsers and
                # proxies ask again on a new one (RFC 9112, 9.3.1). A new one that fails is a request refused.
                self.closed += is_kept
                self.failed += [] if is_kept else [repr(error)]
                connection = None
                continue
            self.answered += 1
            self.failed += [answer.status] if answer.status != 200 else []
            if not keep:
                connection.close()
                connection = None

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_arguments):
        self.stopped.set()
        for thread in self.threads:
            thread.join()


def test_a_restart_under_load_loads_new_code_and_refuses_nobody(served):
    before = served.version()
    served.say_version('"""Keyuan."""\n\n__version__ = "new"\n')

    with Load(served.port) as load:
        time.sleep(0.5)
        done = served.command("restart", "--port", str(served.port))

    assert (done.returncode, done.stdout) == (0, "keyuan: everything was replaced\n")
    assert load.failed == []
    assert load.closed <= KEPT, "each kept connection may meet the end of its process once"
    assert load.answered > 100
    assert (before, served.version()) == (__version__, "new")


def test_a_version_that_does_not_start_leaves_the_old_one_serving(served):
    before = served.version()
    served.say_version("raise SystemExit('broken')\n")

    done = subprocess.run(
        [sys.executable, "-m", "keyuan.config.cli", "restart", "--port", str(served.port)],
        cwd=ROOT, env=served.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 1
    assert "the old one serves on" in done.stderr
    assert served.version() == before


def test_no_server_to_restart_is_said(tmp_path):
    environment = {**os.environ, "KEYUAN_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "keyuan.config.settings"}
    line = [sys.executable, "-m", "keyuan.config.cli", "restart", "--port", "1"]

    done = subprocess.run(line, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (1, f"keyuan: no server of {tmp_path} runs on port 1\n")


def test_the_mark_says_who_serves(served):
    told = json.loads((served.folder / "var" / f"serve-{served.port}.json").read_text())

    assert told["pid"] == served.process.pid
    assert told["state"] in {"serving", "restarted", "refused"}
