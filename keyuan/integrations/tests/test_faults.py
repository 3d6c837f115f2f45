"""Workers killed in the middle, two clocks at once: nothing lost, nothing twice (PLT-14)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from keyuan.integrations.models import Connector, Delivery
from keyuan.integrations.services.runs import start_due, start_run
from keyuan.integrations.tests.world import counts, policy, run
from keyuan.platform import clock
from keyuan.platform.jobs.tests.test_kill import Worker, wait_for
from keyuan.platform.models import ImportJob, TrackedJob
from keyuan.policies.models import Policy

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 6000


@pytest.fixture
def workers(settings, monkeypatch):
    monkeypatch.setenv("KEYUAN_EXCHANGE_FOLDERS", str(settings.EXCHANGE_FOLDERS[0]))
    started = []

    def start():
        started.append(Worker())
        return started[-1]

    yield start
    for worker in started:
        if worker.process.poll() is None:
            worker.stop()


def test_a_worker_killed_in_the_middle_loses_nothing_and_doubles_nothing(folder, core, connector, workers):
    core.deliver(1, *(policy(number) for number in range(ROWS)), entry={"totals": {"期交保费": ROWS * 100_000}})
    start_run(connector.pk, looks=True)

    worker = workers()
    wait_for(lambda: ImportJob.objects.filter(rows_read__gt=0).exists(), 60)
    worker.kill()
    worker = workers()
    wait_for(lambda: ImportJob.objects.filter(stage="writing", rows_read__gt=0).exists(), 60)
    worker.kill()
    assert Policy.objects.count() < ROWS
    workers()

    wait_for(lambda: Delivery.objects.filter(state="loaded").exists(), 90)
    assert (counts(Delivery.objects.get()), Policy.objects.count()) == ((ROWS, ROWS, 0, 0, 0), ROWS)
    assert ImportJob.objects.count() == 1


def test_two_clocks_start_one_run(connector):
    Connector.objects.update(next_at=clock.wall() - timedelta(minutes=1))

    def tick(_number):
        try:
            return start_due(clock.wall())
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as clocks:
        started = sum(clocks.map(tick, range(4)))

    assert (started, TrackedJob.objects.filter(kind="connectors.run").count()) == (1, 1)


def test_a_run_holds_its_connector(core, connector):
    core.deliver(1, policy(1))

    assert (start_run(connector.pk, looks=True), start_run(connector.pk, looks=True)) == (True, False)
    run(connector)
    assert Delivery.objects.get().state == "loaded"


def test_work_that_lost_its_run_is_taken_up_by_the_minute(core, connector):
    from keyuan.integrations.services.runs import go_on
    from keyuan.platform.jobs.drain import drain

    core.deliver(1, policy(1))
    run(connector)
    Delivery.objects.update(state="loading", is_settled=False)

    assert go_on(clock.now()) == 1
    drain()

    assert Delivery.objects.get().state == "loaded"
