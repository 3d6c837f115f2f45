"""kill -9 in the middle of an import, and two imports of one file at the same moment (PLT-9, PLT-10)."""

import json
import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from django.conf import settings
from django.db import connection, connections

from keyuan.customers.models import Customer, CustomerSummary, SourceKey
from keyuan.customers.tests.books import OPERATOR, counts, csv_bytes, mapping_of, prepare, unit, work_off
from keyuan.kernel.errors import Refused
from keyuan.platform.imports import lifecycle
from keyuan.platform.jobs import TrackedJob
from keyuan.platform.models import ImportJob
from keyuan.policies.models import Policy, PolicyKey, PolicyParty

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 12_000
FIELDS = {
    "policy_key": {"column": "no"},
    "customer_key": {"column": "who"},
    "product_code": {"constant": "X"},
    "status": {"constant": "IN_FORCE"},
    "annual_premium": {"column": "premium"},
}
MAPPING = {"options": {"create_products": True}}


def book(rows):
    body = ([f"P{number}", f"C{number // 2}", f"{number % 997}.{number % 100:02}"] for number in range(rows))
    return csv_bytes(["no", "who", "premium"], *body)


def total(rows):
    return sum(number % 997 * 100 + number % 100 for number in range(rows))


@pytest.fixture
def worker():
    """Start real workers on the test's databases; they are gone afterwards."""
    started = []

    def start():
        names = json.dumps({alias: str(connections[alias].settings_dict["NAME"]) for alias in connections})
        own = {"KEYUAN_WORKERS": "1", "KEYUAN_VAR": str(settings.VAR_DIR)}
        command = [sys.executable, "-m", "keyuan.platform.tests.worker_process", names]
        started.append(subprocess.Popen(command, start_new_session=True, env=os.environ | own))
        return started[-1]

    yield start
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture(autouse=True)
def emptied():
    """Empty the large tables without asking for references: on SQLite the flush of the test would ask row by row."""
    yield
    if connection.vendor == "sqlite":
        with connection.constraint_checks_disabled(), connection.cursor() as cursor:
            for model in (PolicyParty, PolicyKey, Policy, CustomerSummary, SourceKey, Customer):
                cursor.execute(f"DELETE FROM {model._meta.db_table}")  # noqa: S608 - a table of ours


def wait_for(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def test_a_killed_import_goes_on_by_itself_with_no_row_lost_or_doubled(worker):
    unit("HQ")
    prepared = prepare(book(ROWS), mapping_of("policies", FIELDS, **MAPPING), "HQ")
    import_job = lifecycle.start_import(actor=OPERATOR, import_id=prepared.pk)
    first = worker()
    wait_for(lambda: ImportJob.objects.get(pk=import_job.pk).rows_read >= 2000)

    os.killpg(first.pid, signal.SIGKILL)
    first.wait()

    cut = ImportJob.objects.get(pk=import_job.pk)
    assert cut.rows_read < ROWS
    assert Policy.objects.count() == cut.created == cut.rows_read
    worker()
    wait_for(lambda: TrackedJob.objects.get(pk=import_job.job_id).status == "done")
    done = ImportJob.objects.get(pk=import_job.pk)
    assert counts(done) == (ROWS, ROWS, 0, 0, 0)
    assert Policy.objects.count() == PolicyKey.objects.count() == PolicyParty.objects.count() == ROWS
    assert Customer.objects.count() == SourceKey.objects.count() == CustomerSummary.objects.count() == ROWS // 2
    assert sum(Policy.objects.values_list("annual_premium", flat=True)) == total(ROWS)
    assert done.sums["annual_premium"]["taken"] == total(ROWS)
    assert sum(CustomerSummary.objects.values_list("annual_premium", flat=True)) == total(ROWS)


def test_of_two_imports_of_one_file_at_the_same_moment_one_is_refused():
    unit("HQ")
    jobs = [prepare(book(50), mapping_of("policies", FIELDS, **MAPPING), "HQ") for _ in range(2)]
    together = threading.Barrier(2)
    ends = []

    def begin(import_id):
        together.wait()
        try:
            lifecycle.start_import(actor=OPERATOR, import_id=import_id)
            ends.append("started")
        except Refused as refusal:
            ends.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=begin, args=(job.pk,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(ends) == ["import.busy", "started"]
    started = ImportJob.objects.exclude(lock_key=None).get()
    assert counts(work_off(started)) == (50, 50, 0, 0, 0)
