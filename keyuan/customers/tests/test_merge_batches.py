"""Sure pairs merged in bulk: planned, approved, resumed after a kill, undone as a whole (CUS-8)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from keyuan.customers.models import Customer, DuplicatePair, Merge, MergeBatch, MergeChange
from keyuan.customers.services.merging import batches, running
from keyuan.customers.services.merging.batches import decide_batch, plan_batch, run_batch, undo_batch
from keyuan.customers.services.merging.merging import decide_distinct, merge_customers
from keyuan.customers.services.merging.pairs import FoundPair, store_pairs
from keyuan.customers.services.merging.rules import current_orders
from keyuan.customers.testing import NOW, make_customer
from keyuan.customers.tests.test_merging import book
from keyuan.kernel.errors import Conflict, Refused
from keyuan.platform.jobs import Progress
from keyuan.platform.jobs.drain import drain
from keyuan.platform.models import TrackedJob

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


@pytest.fixture
def manager(actor_as, tree):
    return actor_as("customer_resource_manager", unit=tree.head)


@pytest.fixture
def other_manager(actor_as, tree):
    return actor_as("customer_resource_manager", unit=tree.head)


def pairs(*couples, probability=0.9999):
    """Sure pairs."""
    store_pairs([FoundPair(a.pk, b.pk, 20.0, probability, "SURE") for a, b in couples], now=NOW)


@pytest.fixture
def clusters(manager):
    """One customer three times, another one twice, and a pair that is not sure."""
    people = [make_customer(manager, name) for name in ("周国栋", "周国栋", "周国栋", "李静", "李静", "王芳", "王芳")]
    pairs((people[0], people[1]), (people[1], people[2]), (people[3], people[4]))
    pairs((people[5], people[6]), probability=0.7)
    return people


def planned(manager, threshold=0.99):
    """A batch with its plan."""
    batch = plan_batch(actor=manager, threshold=threshold, reason="清理", now=LATER)
    drain()
    return MergeBatch.objects.get(pk=batch.pk)


def test_a_batch_merges_clusters_and_leaves_what_is_not_sure(manager, clusters):
    batch = planned(manager)
    assert (batch.status, batch.pairs, batch.clusters, batch.planned) == ("READY", 3, 2, 3)

    run_batch(actor=manager, batch_id=batch.pk, now=LATER)
    drain()

    batch.refresh_from_db()
    heads = list(Customer.objects.order_by("pk").values_list("merged_into_id", flat=True))
    first, fourth = clusters[0].pk, clusters[3].pk
    assert (batch.status, batch.merged) == ("DONE", 3)
    assert heads == [None, first, first, None, fourth, None, None]


def test_a_batch_is_undone_as_a_whole_to_the_letter(manager, clusters):
    before = book()
    batch = planned(manager)
    run_batch(actor=manager, batch_id=batch.pk, now=LATER)
    drain()

    undo_batch(actor=manager, batch_id=batch.pk, reason="规则有误", now=LATER)
    drain()

    batch.refresh_from_db()
    assert (batch.status, batch.undone) == ("UNDONE", 3)
    assert book() == before
    assert set(DuplicatePair.objects.values_list("status", flat=True)) == {"OPEN"}
    assert DuplicatePair.objects.filter(is_held=True).count() == 3


def test_what_was_undone_is_left_to_people(manager, clusters):
    batch = planned(manager)
    run_batch(actor=manager, batch_id=batch.pk, now=LATER)
    drain()
    undo_batch(actor=manager, batch_id=batch.pk, reason="规则有误", now=LATER)
    drain()

    with pytest.raises(Refused) as refused:
        plan_batch(actor=manager, threshold=0.99, reason="再来", now=LATER)

    assert refused.value.code == "merge.batch_empty"


def test_many_records_need_a_second_person(manager, other_manager, clusters, monkeypatch):
    monkeypatch.setattr(batches, "APPROVE_ABOVE", 2)
    batch = planned(manager)
    assert batch.status == "WAITING"

    with pytest.raises(Conflict):
        run_batch(actor=manager, batch_id=batch.pk, now=LATER)
    with pytest.raises(Refused) as refused:
        decide_batch(actor=manager, batch_id=batch.pk, approve=True, note="", now=LATER)
    assert refused.value.code == "merge.own_batch"

    decide_batch(actor=other_manager, batch_id=batch.pk, approve=True, note="已抽查", now=LATER)
    drain()
    batch.refresh_from_db()
    assert (batch.status, batch.merged, batch.decided_by_id) == ("DONE", 3, other_manager.id)


def test_a_cluster_with_two_persons_in_it_is_left_alone(manager, clusters):
    pair = DuplicatePair.objects.create(
        a_id=clusters[0].pk, b_id=clusters[2].pk, weight=1, probability=0.6, found_at=NOW
    )
    decide_distinct(actor=manager, pair_id=pair.pk, note="父子", now=NOW)

    batch = planned(manager)

    assert (batch.planned, batch.clusters, batch.skipped) == (1, 1, 1)


def test_the_plan_is_checked_again_when_it_is_carried_out(manager, clusters):
    batch = planned(manager)
    merge_customers(actor=manager, survivor_id=clusters[5].pk, loser_id=clusters[4].pk, reason="手工", now=NOW)

    run_batch(actor=manager, batch_id=batch.pk, now=LATER)
    drain()

    batch.refresh_from_db()
    left = Merge.objects.get(batch=batch, status="SKIPPED")
    assert (batch.merged, batch.skipped, left.skipped_because) == (2, 1, "merge.merged_already")


def test_a_form_sent_twice_makes_one_batch(manager, clusters):
    made = [plan_batch(actor=manager, threshold=0.99, reason="清理", now=LATER, token="t") for _ in range(2)]

    assert made[0].pk == made[1].pk


def test_a_chunk_costs_a_fixed_number_of_statements(manager):
    couples = [(make_customer(manager, "周国栋"), make_customer(manager, "周国栋")) for _ in range(6)]
    pairs(*couples)
    batch = planned(manager)
    counts = []
    for size in (1, 5):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            running.merge_some(manager, batch, current_orders(), size, LATER)
        counts.append(len(queries))

    assert counts[1] - counts[0] <= 4 * 8


class Killed(BaseException):
    """What ends a process in the middle of a chunk."""


@pytest.mark.parametrize("when", [1, 2])
def test_a_job_that_is_killed_goes_on_where_it_was(manager, clusters, monkeypatch, when):
    batch = planned(manager)
    run_batch(actor=manager, batch_id=batch.pk, now=LATER)
    job = TrackedJob.objects.get(pk=MergeBatch.objects.get().job_id)
    calls = []

    def killed(*args):
        calls.append(1)
        done = running.merge_some(*args)
        if len(calls) == when:
            raise Killed
        return done

    monkeypatch.setattr(batches, "merge_some", killed)
    with pytest.raises(Killed):
        batches.work_off(Progress(taken(job)), LATER)
    half_way = Merge.objects.filter(status="DONE").count()
    monkeypatch.undo()
    drain()

    batch.refresh_from_db()
    assert half_way == (0, 2)[when - 1]
    assert (batch.status, batch.merged) == ("DONE", 3)
    assert Merge.objects.filter(status="DONE").count() == 3
    assert MergeChange.objects.values("merge_id", "reference").distinct().count() == MergeChange.objects.count()


def taken(job):
    """The job in the hands of a worker."""
    TrackedJob.objects.filter(pk=job.pk).update(status=TrackedJob.Status.RUNNING, token="one")
    return TrackedJob.objects.get(pk=job.pk)
