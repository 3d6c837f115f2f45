"""Processes share counters through numbered files, which the next one takes over (PLT-13)."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

from keyuan.platform.operations import slots

#: Counts to ``argv[1]``, prints its number, and waits for a line before it ends.
COUNTING = """
import os, sys
import django
django.setup()
from keyuan.platform.operations import metrics, slots
for _ in range(int(sys.argv[1])):
    metrics.count_job(job="keyuan.test", outcome="done", seconds=0.2)
metrics.count_stream(1)
print(slots.mine(), flush=True)
sys.stdin.readline()
"""
READING = """
import django
django.setup()
from keyuan.platform.operations import scrape
for metric in scrape.counters():
    for sample in metric.samples:
        if sample.name in ("keyuan_jobs_total", "keyuan_live_streams", "keyuan_job_seconds_count"):
            print(sample.name, sample.value)
"""


@pytest.fixture
def run(tmp_path):
    """Start a program with counters in a folder of its own."""
    environment = {
        **os.environ,
        "KEYUAN_METRICS_DIR": str(tmp_path / "metrics"),
        "DJANGO_SETTINGS_MODULE": "keyuan.config.settings",
    }
    started = []

    def start(program, *words):
        process = subprocess.Popen(
            [sys.executable, "-c", program, *words], cwd=settings.BASE_DIR, env=environment, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def sums(run):
    process = run(READING)
    return dict(line.split() for line in process.communicate()[0].splitlines())


def test_a_killed_process_leaves_its_counts_and_its_number_to_the_next(run):
    first = run(COUNTING, "3")
    number = first.stdout.readline()
    other = run(COUNTING, "5")
    assert other.stdout.readline() != number
    first.kill()
    first.wait()

    heir = run(COUNTING, "4")

    assert heir.stdout.readline() == number
    found = sums(run)
    assert (found["keyuan_jobs_total"], found["keyuan_job_seconds_count"]) == ("12.0", "12.0")
    assert found["keyuan_live_streams"] == "2.0"


def test_a_damaged_file_is_left_out_and_replaced(run, tmp_path):
    first = run(COUNTING, "3")
    first.stdout.readline()
    first.kill()
    first.wait()
    file = tmp_path / "metrics" / "counter_0.db"
    file.write_bytes(b"\xff\xff\x00\x00" + bytes(60))

    run(COUNTING, "2").stdout.readline()

    assert sums(run)["keyuan_jobs_total"] == "2.0"


def test_a_full_disk_keeps_counts_in_memory_instead(monkeypatch, tmp_path, settings):
    def full(*_arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(slots.os, "posix_fallocate", full)
    monkeypatch.setattr(slots._Claim, "pid", 0)
    settings.METRICS_DIR = tmp_path

    with pytest.raises(slots.NoRoom):
        slots.mine()
