"""Quality after events and for the whole book: one verdict, counts, nothing twice (CUS-11)."""

from datetime import date, timedelta

import pytest

from keyuan.customers.models import (
    Cleansing,
    ContactPoint,
    Customer,
    CustomerSummary,
    DuplicatePair,
    IdentityDocument,
    Interaction,
    OrganisationProfile,
    QualityCount,
    QualityRules,
    QualityRun,
    RecordQuality,
    SourceKey,
    SupplierCount,
    Task,
)
from keyuan.customers.rules.quality import Weights, codes_of, to_json
from keyuan.customers.services.contact_points import mark_invalid, restore_contact
from keyuan.customers.services.quality import bulk
from keyuan.customers.services.quality.events import requalify_now
from keyuan.customers.services.summary import refresh
from keyuan.customers.services.tasks import reopen_task
from keyuan.customers.testing import NOW, make_customer
from keyuan.kernel.actor import system_actor
from keyuan.kernel.errors import Conflict
from keyuan.kernel.identifiers.resident_id import make_resident_id
from keyuan.organisation.testing import make_actor
from keyuan.platform.jobs import Progress
from keyuan.platform.mart.testing import here
from keyuan.platform.models import TrackedJob

pytestmark = pytest.mark.django_db
SYSTEM = system_actor("test")
TODAY = NOW.date()
NUMBER = "11010519491231002X"


def codes(pk):
    return set(codes_of(RecordQuality.objects.get(pk=pk).findings))


def run(day=TODAY):
    """A whole run on the test's own connection."""
    job = bulk.start_run(actor=SYSTEM)
    TrackedJob.objects.filter(pk=job.pk).update(status="running", token="t")
    progress = Progress(TrackedJob.objects.get(pk=job.pk))
    while not progress.is_finished:
        bulk.run_chunk(progress, progress.state, NOW + (day - TODAY), here)
    TrackedJob.objects.filter(pk=job.pk).update(status="done")
    return progress.result


@pytest.fixture
def agent():
    """An agent."""
    return make_actor("agent")


def test_a_record_is_judged_when_it_is_entered(agent):
    pk = make_customer(agent, "张三", phone="13800138000").pk

    row = RecordQuality.objects.get(pk=pk)
    assert codes(pk) == {"NO_ADDRESS", "NO_BIRTHDAY", "NO_DOCUMENT", "NO_OCCUPATION", "UNVERIFIED"}
    assert (row.complete, row.valid, row.fresh, row.score, row.level) == (25, 100, 70, 74, "POOR")
    assert row.servicing_agent_id == agent.scope.agent_id
    assert row.has_no_address
    assert not row.has_no_phone


def test_a_dead_number_counts_at_once_and_until_it_is_taken_back(agent):
    pk = make_customer(agent, "张三", phone="13800138000").pk
    point = ContactPoint.objects.get(customer_id=pk)
    before = RecordQuality.objects.get(pk=pk).score

    mark_invalid(actor=SYSTEM, contact_id=point.pk, reason="EMPTY_NUMBER", now=NOW)

    assert {"DEAD_NUMBER", "NO_PHONE"} <= codes(pk)
    assert RecordQuality.objects.get(pk=pk).score < before
    restore_contact(actor=SYSTEM, contact_id=point.pk, now=NOW)
    assert RecordQuality.objects.get(pk=pk).score == before


def various(agent):
    """Records with one of everything that can be wrong."""
    made = {name: make_customer(agent, name, phone="13800138000").pk for name in ("甲", "乙", "丙", "丁")}
    good = make_customer(agent, "李四", identity_number=NUMBER, birth_on=date(1949, 12, 31), sex="2").pk
    clash = make_customer(agent, "王五", identity_number=make_resident_id("110105", date(1980, 5, 5), 12)).pk
    Customer.objects.filter(pk=clash).update(birth_on=date(1950, 1, 1))
    odd = make_customer(agent, "测试", prospect_source="PURCHASED").pk
    Customer.objects.filter(pk=odd).update(birth_on=date(1850, 1, 1))
    company = make_customer(agent, "某公司", kind="O").pk
    profile = {"uscc": "91350100M000100Y40", "legal_representative": "赵六"}
    OrganisationProfile.objects.update_or_create(customer_id=company, defaults=profile)
    IdentityDocument.objects.filter(customer_id=good).update(valid_until=TODAY - timedelta(days=1))
    CustomerSummary.objects.filter(pk=odd).update(opened_on=TODAY - timedelta(days=900))
    Customer.objects.filter(pk=odd).update(created_at=NOW - timedelta(days=900))
    Customer.objects.filter(pk=clash).update(death_on=TODAY)
    for kind in ("EMAIL", "ADDRESS"):
        ContactPoint.objects.create(customer_id=good, kind=kind, invalid_at=NOW, created_at=NOW)
    DuplicatePair.objects.create(a_id=good, b_id=clash, weight=9, probability=0.99, band="SURE", found_at=NOW)
    DuplicatePair.objects.create(a_id=odd, b_id=company, weight=1, probability=0.3, band="POSSIBLE", found_at=NOW)
    for days in (1, 2, 3):
        at = NOW + timedelta(days=days)
        call = {"kind": "CALL", "direction": "OUT", "outcome": "NOT_REACHED", "occurred_at": at}
        Interaction.objects.create(customer_id=made["甲"], **call)
    SourceKey.objects.create(source="HIS", key="1", customer_id=company)
    return {**made, "good": good, "clash": clash, "odd": odd, "company": company}


def rows():
    names = [field.attname for field in RecordQuality._meta.concrete_fields]
    return {row["customer_id"]: row for row in RecordQuality.objects.values(*names)}


def day_counts():
    return list(QualityCount.objects.order_by("unit_id", "sales_channel").values_list("unit_id", "records", "sums"))


def test_every_finding_is_found_alike_one_by_one_and_in_bulk(agent):
    made = various(agent)
    day = TODAY + timedelta(days=5)
    RecordQuality.objects.all().delete()
    refresh(made.values(), NOW + timedelta(days=5))
    one_by_one = rows()

    RecordQuality.objects.all().delete()
    result = run(day)

    assert rows() == one_by_one
    assert result == {"read": 8, "changed": 8, "tasks": 5}
    assert {"SHARED_NUMBER", "UNREACHED"} <= codes(made["甲"])
    assert "SHARED_NUMBER" in codes(made["丁"])
    assert {"DOCUMENT_EXPIRED", "EMAIL_BOUNCED", "ADDRESS_RETURNED", "DUPLICATE", "NO_PHONE"} <= codes(made["good"])
    assert "IDENTITY_CLASH" not in codes(made["good"])
    assert {"IDENTITY_CLASH", "DEATH_CLASH", "DUPLICATE"} <= codes(made["clash"])
    assert {"NAME_ODD", "BIRTHDAY_ODD", "STALE"} <= codes(made["odd"])
    assert "DUPLICATE" not in codes(made["odd"])
    assert codes(made["company"]) == {"NO_PHONE", "NO_ADDRESS", "USCC_WRONG"}
    suppliers = [RecordQuality.objects.get(pk=made[name]).supplier for name in ("company", "odd", "good")]
    assert suppliers == ["key:HIS", "from:PURCHASED", ""]


def test_a_second_run_changes_nothing_and_makes_nothing(agent):
    various(agent)
    day = TODAY + timedelta(days=5)
    run(day)
    before, counts = rows(), day_counts()
    tasks = Task.objects.count()

    result = run(day)

    assert result == {"read": 8, "changed": 0, "tasks": 0}
    assert rows() == before
    assert day_counts() == counts
    assert Task.objects.count() == tasks
    assert QualityRun.objects.count() == 2
    assert SupplierCount.objects.filter(branch_id=0).count() == 2


def test_a_killed_run_goes_on_where_it_was(agent, monkeypatch):
    various(agent)
    RecordQuality.objects.all().delete()
    monkeypatch.setattr(bulk, "READ", 3)
    monkeypatch.setattr(bulk, "WRITE", 2)
    job = bulk.start_run(actor=SYSTEM)
    TrackedJob.objects.filter(pk=job.pk).update(status="running", token="t")
    first = Progress(TrackedJob.objects.get(pk=job.pk))
    monkeypatch.setattr(first, "time_left", iter([True, False]).__next__)
    bulk.run_chunk(first, first.state, NOW, here)
    assert RecordQuality.objects.count() == 3

    second = Progress(TrackedJob.objects.get(pk=job.pk))
    bulk.run_chunk(second, second.state, NOW, here)

    assert second.is_finished
    assert RecordQuality.objects.count() == 8
    assert QualityCount.objects.filter(unit_id=0).get().records == 8


def test_new_weights_judge_the_book_anew(agent):
    pk = make_customer(agent, "张三", phone="13800138000").pk
    light = Weights(findings={**Weights().findings, "NO_DOCUMENT": 0, "NO_BIRTHDAY": 0})
    QualityRules.objects.create(number=1, content=to_json(light), reason="试", changed_at=NOW)

    run()

    assert RecordQuality.objects.get(pk=pk).complete == 70


def test_who_died_or_was_merged_is_judged_no_more(agent):
    pk = make_customer(agent, "张三").pk
    Customer.objects.filter(pk=pk).update(status="DECEASED")

    run()

    assert not RecordQuality.objects.filter(pk=pk).exists()


def test_nightly_tasks_keep_to_the_cap_and_end_by_themselves(agent):
    made = [make_customer(agent, f"客{number}号").pk for number in "一二三"]
    rules = Weights(task_cap=2)
    QualityRules.objects.create(number=1, content=to_json(rules), reason="试", changed_at=NOW)

    assert run()["tasks"] == 2

    tasks = Task.objects.filter(kind="CLEANSING")
    assert {(task.agent_id, task.status) for task in tasks} == {(agent.scope.agent_id, "OPEN")}
    assert Cleansing.objects.count() == 2
    assert run(TODAY + timedelta(days=1))["tasks"] == 0
    task = tasks.order_by("pk").first()
    ContactPoint.objects.create(customer_id=task.customer_id, kind="MOBILE", created_at=NOW)
    refresh([task.customer_id], NOW)
    task.refresh_from_db()
    assert (task.status, task.outcome) == ("DONE", "CLEANSED")
    with pytest.raises(Conflict):
        reopen_task(actor=SYSTEM, task_id=task.pk, now=NOW)
    assert run(TODAY + timedelta(days=1))["tasks"] == 1
    assert set(Cleansing.objects.values_list("pk", flat=True)) == set(made)


def test_records_follow_their_customers(agent):
    other = make_actor("agent")
    pk = make_customer(agent, "张三").pk
    CustomerSummary.objects.filter(pk=pk).update(servicing_agent_id=other.scope.agent_id)

    requalify_now([pk], NOW)

    assert RecordQuality.objects.get(pk=pk).servicing_agent_id == other.scope.agent_id
