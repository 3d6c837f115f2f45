"""Classification after events and for the whole book: same verdict, history, counts, nothing twice (CUS-5)."""

from datetime import date, timedelta

import pytest

from keyuan.customers.events import CustomersChanged, TasksChanged
from keyuan.customers.handlers import classify_by_appointment, classify_the_new
from keyuan.customers.models import (
    ClassChange,
    ClassCount,
    ClassFlow,
    ClassRules,
    ClassRun,
    Customer,
    CustomerSummary,
    Task,
)
from keyuan.customers.rules.classification import Thresholds, decode, to_json
from keyuan.customers.services.classification import bulk
from keyuan.customers.services.classification.events import reclassify
from keyuan.customers.services.summary import refresh
from keyuan.customers.testing import NOW, make_customer
from keyuan.customers.tests.books import unit
from keyuan.kernel.actor import system_actor
from keyuan.kernel.errors import Conflict
from keyuan.platform.jobs import Progress
from keyuan.platform.mart.testing import here
from keyuan.platform.models import TrackedJob

pytestmark = pytest.mark.django_db
SYSTEM = system_actor("test")
TODAY = NOW.date()


@pytest.fixture
def branch():
    """A head office and a branch."""
    return unit("BJ", 2, unit("HQ"))


def holder(branch, name="张三", **facts):
    """A policyholder of the branch whose facts stand in the summary."""
    customer = make_customer(SYSTEM, name)
    given = {"is_policyholder": True, "last_purchase_on": date(2025, 6, 1), "branch_id": branch.pk} | facts
    CustomerSummary.objects.filter(pk=customer.pk).update(sales_channel="INDIVIDUAL", **given)
    return customer.pk


def values(pk):
    return decode(CustomerSummary.objects.get(pk=pk).class_code)


def run(day=TODAY, cause="TIME"):
    """A whole run on the test's own connection."""
    job = bulk.start_run(actor=SYSTEM, cause=cause)
    TrackedJob.objects.filter(pk=job.pk).update(status="running", token="t")
    progress = Progress(TrackedJob.objects.get(pk=job.pk))
    now = NOW + (day - TODAY)
    while not progress.is_finished:
        bulk.run_chunk(progress, progress.state, now, here)
    TrackedJob.objects.filter(pk=job.pk).update(status="done")
    return progress.result


def test_a_customer_is_classified_when_entered():
    unit("HQ")

    customer = make_customer(SYSTEM, "张三", phone="13800138000", prospect_source="EVENT")

    summary = CustomerSummary.objects.get(pk=customer.pk)
    assert decode(summary.class_code) == {
        "standing": "PROSPECT", "source": "EVENT", "channel": "NONE", "service": "UNASSIGNED", "contact": "WITH",
        "activity": "NONE", "touch": "NONE", "near_vip": "NO", "mass_line": "NO",
    }  # fmt: skip
    assert (summary.prospect_source, summary.service_kind, summary.touch_point) == ("EVENT", "UNASSIGNED", None)
    assert not ClassChange.objects.exists()


def test_a_change_of_facts_is_noted_axis_by_axis(branch):
    pk = holder(branch)
    reclassify([pk], NOW)
    ClassChange.objects.all().delete()

    CustomerSummary.objects.filter(pk=pk).update(open_claims=1, has_contact=True)
    reclassify([pk], NOW + timedelta(days=3))
    reclassify([pk], NOW + timedelta(days=3))

    rows = ClassChange.objects.order_by("id").values_list("axis", "old", "new", "on", "cause")
    assert list(rows) == [
        ("contact", "WITHOUT", "WITH", TODAY + timedelta(days=3), "FACT"),
        ("touch", "NONE", "CLAIM", TODAY + timedelta(days=3), "FACT"),
    ]
    assert CustomerSummary.objects.get(pk=pk).touch_point == "CLAIM"


def test_the_whole_book_moves_by_time_and_only_what_moves_is_written(branch):
    old, young = holder(branch, last_purchase_on=TODAY - timedelta(days=730)), holder(branch)
    first = run()
    CustomerSummary.objects.filter(pk=young).update(activity="KEPT")

    second = run(TODAY + timedelta(days=5))
    third = run(TODAY + timedelta(days=5))

    assert (first["read"], first["moved"]) == (2, 2)
    assert (second["read"], second["moved"], third["moved"]) == (2, 1, 0)
    assert values(old)["activity"] == "HALF_DORMANT"
    assert CustomerSummary.objects.get(pk=old).activity == "HALF_DORMANT"
    assert CustomerSummary.objects.get(pk=young).activity == "KEPT"
    changes = ClassChange.objects.filter(axis="activity", old="ACTIVE")
    assert [(c.customer_id, c.new, c.cause) for c in changes] == [(old, "HALF_DORMANT", "TIME")]
    assert [(r.day, r.moved) for r in ClassRun.objects.order_by("id")][1:] == [
        (TODAY + timedelta(days=5), n) for n in (1, 0)
    ]


def test_a_run_counts_the_day_for_the_book_and_its_branches(branch):
    holder(branch)
    holder(branch, is_policyholder=False, last_purchase_on=None)
    run()
    run()

    counted = {
        (row.branch_id, row.value): row.customers for row in ClassCount.objects.filter(day=TODAY, axis="standing")
    }

    assert counted == {
        (0, "POLICYHOLDER"): 1,
        (0, "PROSPECT"): 1,
        (branch.pk, "POLICYHOLDER"): 1,
        (branch.pk, "PROSPECT"): 1,
    }
    holders = ClassFlow.objects.filter(branch_id=branch.pk, axis="standing").values_list("old", "new", "moves")
    assert list(holders) == [("PROSPECT", "POLICYHOLDER", 1)]


def test_new_thresholds_move_customers_with_their_cause(branch):
    pk = holder(branch, last_purchase_on=TODAY - timedelta(days=400))
    run()
    ClassRules.objects.create(number=1, content=to_json(Thresholds(active_months=12)), reason="试行", changed_at=NOW)

    run(cause="RULES")

    change = ClassChange.objects.get(customer_id=pk, cause="RULES")
    assert (change.axis, change.old, change.new) == ("activity", "ACTIVE", "HALF_DORMANT")
    assert ClassRun.objects.latest("id").rules.number == 1


def test_two_runs_at_once_are_refused(branch):
    bulk.start_run(actor=SYSTEM)

    with pytest.raises(Conflict) as refused:
        bulk.start_run(actor=SYSTEM)

    assert refused.value.code == "classify.running"


def test_merged_customers_are_left_alone(branch):
    kept, gone = holder(branch), holder(branch)
    Customer.objects.filter(pk=gone).update(status="MERGED", merged_into_id=kept)
    CustomerSummary.objects.filter(pk=gone).update(open_claims=1)

    assert run()["read"] == 1


def test_an_appointment_touches_and_a_kept_one_no_longer(branch):
    pk = holder(branch)
    refresh([pk], NOW)
    task = Task.objects.create(
        customer_id=pk, kind="VISIT", title="拜访", due_at=NOW + timedelta(days=2), created_at=NOW
    )

    classify_by_appointment(TasksChanged((task.pk,)))
    reclassify([pk], NOW)
    first = values(pk)["touch"]
    Task.objects.filter(pk=task.pk).update(status="DONE", closed_at=NOW)
    reclassify([pk], NOW)

    assert (first, values(pk)["touch"]) == ("APPOINTMENT", "NONE")
    assert CustomerSummary.objects.get(pk=pk).appointment_on is None


def test_those_whom_an_import_brought_are_classified_when_it_is_announced(branch):
    pk = holder(branch)
    CustomerSummary.objects.filter(pk=pk).update(class_code=None, service_kind=None)

    classify_the_new(CustomersChanged((pk,), "CREATE"))
    classify_the_new(CustomersChanged((pk,), "CREATE"))

    assert values(pk)["service"] == "UNASSIGNED"
    assert not ClassChange.objects.filter(axis="service").exists()


def test_a_run_that_was_cut_short_goes_on_behind_the_last_customer(branch, monkeypatch):
    first, second = holder(branch), holder(branch)
    monkeypatch.setattr(bulk, "READ", 1)
    job = bulk.start_run(actor=SYSTEM)
    TrackedJob.objects.filter(pk=job.pk).update(status="running", token="t")
    cut = Progress(TrackedJob.objects.get(pk=job.pk))
    moments = iter([True, False])
    monkeypatch.setattr(cut, "time_left", lambda: next(moments))

    bulk.run_chunk(cut, cut.state, NOW, here)
    kept = TrackedJob.objects.get(pk=job.pk).state
    again = Progress(TrackedJob.objects.get(pk=job.pk))
    bulk.run_chunk(again, again.state, NOW, here)

    assert (kept["after"], kept["read"], kept["moved"]) == (first, 1, 1)
    assert again.result == {"read": 2, "moved": 2}
    assert CustomerSummary.objects.get(pk=second).class_code is not None
