"""kill -9 of a real worker: nothing lost, nothing doubled, it goes on by itself (PLT-10)."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.db import connections

from keyuan.kernel.actor import system_actor
from keyuan.platform.jobs import enqueue, start_tracked
from keyuan.platform.jobs.tests.workload import TOTAL, counted

pytestmark = pytest.mark.django_db(transaction=True)
WORK = "keyuan.platform.jobs.tests.workload"


class Worker:
    """A worker command in a process group of its own."""

    def __init__(self, module: str = "keyuan.platform.tests.worker_process") -> None:
        names = json.dumps({alias: str(connections[alias].settings_dict["NAME"]) for alias in connections})
        command = [sys.executable, "-m", module, names]
        own = {"KEYUAN_WORKERS": "1", "KEYUAN_VAR": str(settings.VAR_DIR)}
        self.process = subprocess.Popen(command, start_new_session=True, env=os.environ | own)

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self.kill()


@pytest.fixture
def workers():
    started = []

    def start():
        started.append(Worker())
        return started[-1]

    yield start
    for worker in started:
        if worker.process.poll() is None:
            worker.stop()


def wait_for(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def status(job):
    job.refresh_from_db()
    return job.status


def test_a_killed_worker_loses_nothing_and_doubles_nothing(workers):
    job = start_tracked(system_actor("test"), "test.chunks", series="a", pause=0.2)
    first = workers()
    wait_for(lambda: counted("a") >= 10)

    first.kill()
    done = counted("a")
    assert done < TOTAL
    workers()

    wait_for(lambda: status(job) == "done")
    assert (counted("a"), job.done) == (TOTAL, TOTAL)


def test_the_job_of_a_killed_process_is_given_to_the_next_at_once(workers):
    """The pool's process alone is killed; its worker command lives on and notices."""
    enqueue(f"{WORK}.slow_add", series="a")
    command = workers()
    wait_for(lambda: counted("a.began") == 1)

    os.kill(pool_process(command.process.pid), signal.SIGKILL)

    wait_for(lambda: counted("a") == 1, seconds=20)
    assert counted("a.began") == 2


def test_killing_the_command_alone_leaves_no_worker_behind(workers):
    command = workers()
    wait_for(lambda: len(descendants(command.process.pid)) >= 4)
    family = descendants(command.process.pid)

    os.kill(command.process.pid, signal.SIGKILL)
    command.process.wait()

    wait_for(lambda: not any(is_running(pid) for pid in family), seconds=5)


def pool_process(pid):
    """The process that runs the job: it says so in its claim."""
    from keyuan.platform.models import JobRun

    return JobRun.objects.get(path=f"{WORK}.slow_add").pid


def descendants(pid):
    children = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    ).stdout.split()
    found = [int(child) for child in children]
    return found + [below for child in found for below in descendants(child)]


def is_running(pid):
    """Tell whether a process runs; one that is only waiting to be buried does not."""
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.strip()
    return bool(state) and not state.startswith("Z")


def test_killing_a_process_that_only_waits_does_not_stop_the_others(workers):
    command = workers().process
    wait_for(lambda: len(descendants(command.pid)) == 4)
    job = start_tracked(system_actor("test"), "test.chunks", series="idle", pause=0)
    wait_for(lambda: status(job) == "done")

    # It waits for work, and holds the lock of the pipe meanwhile.
    for pid in descendants(command.pid)[1:]:
        os.kill(pid, signal.SIGKILL)
        wait_for(lambda gone=pid: not is_running(gone) and len(descendants(command.pid)) == 4)

    after = start_tracked(system_actor("test"), "test.chunks", series="after", pause=0)
    wait_for(lambda: status(after) == "done", seconds=20)


def test_a_worker_told_to_end_with_all_that_it_started_does_end(workers):
    command = workers().process
    wait_for(lambda: len(descendants(command.pid)) == 4)

    os.killpg(command.pid, signal.SIGTERM)

    command.wait(timeout=15)
