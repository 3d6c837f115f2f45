"""What opens follow-ups: events replayed, a killed night, days after purchase, closed claims and complaints (SRV-8)."""

from datetime import timedelta

import pytest

from keyuan.claims.models import Claim
from keyuan.customers.models import CustomerSummary
from keyuan.kernel.actor import system_actor
from keyuan.platform.events import Event
from keyuan.platform.jobs.chunks import run_job
from keyuan.platform.jobs.here import work_off
from keyuan.policies.events import PoliciesChanged
from keyuan.policies.testing import keep
from keyuan.service.handlers import follow_ups as handlers
from keyuan.service.models import FollowUp, FollowUpPlan, WorkOrder
from keyuan.service.rules.follow_ups import plans
from keyuan.service.services.follow_ups import causes, opening, sweeping
from keyuan.service.testing import MORNING, make_complaint
from keyuan.service.tests.follow_ups.conftest import TODAY, make_new_policy

pytestmark = pytest.mark.django_db
NIGHT = system_actor("follow-ups")


def in_force(code, **changes):
    """Put a shipped plan in force as its draft says."""
    row = FollowUpPlan.objects.get(code=code)
    content = (row.draft or row.content) | changes
    FollowUpPlan.objects.filter(pk=row.pk).update(
        content=content, draft=None, is_active=True, trigger=content["trigger"]
    )
    return row


def sweep(on=TODAY):
    job = sweeping.start_sweep(actor=NIGHT, today=on)
    work_off(job)
    job.refresh_from_db()
    return job


@pytest.fixture(autouse=True)
def _the_day(monkeypatch):
    monkeypatch.setattr("keyuan.service.handlers.follow_ups.clock.now", lambda: MORNING)


def test_a_replayed_event_opens_nothing_twice(desk, new_policy):
    event: Event = PoliciesChanged((new_policy.pk,), "RECEIPT")

    handlers.policies_changed(event)
    handlers.policies_changed(event)

    assert FollowUp.objects.count() == 1
    assert handlers.concerns_policies(PoliciesChanged((1,), "RECEIPT"))
    assert not handlers.concerns_policies(PoliciesChanged((1,), "BENEFICIARY"))


def test_the_night_opens_what_no_event_did_and_drops_what_ended(desk, agent_actor, holder):
    policies = [make_new_policy(agent_actor, holder) for _number in range(3)]
    FollowUp.objects.all().delete()

    first = sweep()
    keep(policies[0], status="TERMINATED", termination_reason="08", in_cooling_off=False)
    second = sweep()

    assert first.result == {"opened": 3, "dropped": 0}
    assert second.result == {"opened": 0, "dropped": 1}
    assert sorted(FollowUp.objects.values_list("status", flat=True)) == ["DROPPED", "WAITING", "WAITING"]


def test_a_killed_night_goes_on_where_it_was(desk, agent_actor, holder, monkeypatch):
    for _number in range(3):
        make_new_policy(agent_actor, holder)
    FollowUp.objects.all().delete()
    monkeypatch.setattr(sweeping, "CHUNK", 1)
    seen = []

    def dying(ids, *, now):
        seen.append(ids)
        if len(seen) == 2:
            raise ConnectionError
        return opening.open_callbacks(ids, now=now)

    monkeypatch.setattr(sweeping, "open_callbacks", dying)
    job = sweeping.start_sweep(actor=NIGHT, today=TODAY)
    run_job(job.pk, 0)
    run_job(job.pk, 0)
    job.refresh_from_db()

    assert seen[1] == seen[2]
    assert (job.status, job.result["opened"], FollowUp.objects.count()) == ("done", 3, 3)


@pytest.mark.parametrize("dies_at", [1, 2, 3])
def test_a_night_killed_within_a_day_neither_loses_nor_doubles(desk, agent_actor, holder, monkeypatch, dies_at):
    row = in_force("DAY_30", active_from="2026-01-01", ways=["PHONE"])
    for _number in range(3):
        keep(make_new_policy(agent_actor, holder), effective_on=TODAY - timedelta(days=30), in_cooling_off=False)
    FollowUp.objects.all().delete()
    monkeypatch.setattr(sweeping, "CHUNK", 1)
    chunks = []

    def dying(plan, content, causes, *, now):
        made = opening.open_many(plan, content, causes, now=now)
        chunks.append(len(causes))
        if len(chunks) == dies_at:
            raise ConnectionError
        return made

    monkeypatch.setattr(sweeping, "open_many", dying)
    job = sweeping.start_sweep(actor=NIGHT, today=TODAY)
    run_job(job.pk, 0)
    assert FollowUp.objects.count() == dies_at - 1
    run_job(job.pk, 0)
    job.refresh_from_db()

    row.refresh_from_db()
    assert (job.status, FollowUp.objects.filter(plan=row).count(), row.swept_until) == ("done", 3, TODAY)
    assert chunks == [1] * 4 + [0]


def test_days_after_the_purchase_each_day_once(desk, agent_actor, holder):
    row = in_force("DAY_30", active_from="2026-01-01")
    policy = make_new_policy(agent_actor, holder)
    begun = TODAY - timedelta(days=31)
    keep(policy, effective_on=begun, in_cooling_off=False)

    sweep()
    assert not FollowUp.objects.filter(plan=row).exists()
    FollowUpPlan.objects.filter(pk=row.pk).update(swept_until=TODAY - timedelta(days=3))
    sweep()
    sweep()

    visit = FollowUp.objects.get(plan=row)
    assert (visit.kind, visit.start_on, visit.due_on) == ("VISIT", begun, begun + timedelta(days=45))


def test_who_was_not_spoken_to_is_called(desk, holder):
    row = in_force("DORMANT", active_from="2026-01-01")
    CustomerSummary.objects.filter(pk=holder.pk).update(
        is_policyholder=True, last_contact_on=TODAY - timedelta(days=365)
    )

    sweep()
    sweep()

    assert FollowUp.objects.get(plan=row).customer_id == holder.pk


def test_what_was_closed_is_asked_about_once(desk, worker, new_policy, holder):
    for code in ("CLAIM", "SURRENDER"):
        in_force(code, active_from="2026-01-01")
    complaint = make_complaint(worker, holder.pk)
    WorkOrder.objects.filter(pk=complaint.pk).update(status="CLOSED", is_open=False, closed_on=TODAY)
    claim = Claim.objects.create(
        claim_no="C1", policy=new_policy, customer=holder, status="CLOSED", decided_on=TODAY, created_at=MORNING
    )
    keep(new_policy, status="TERMINATED", termination_reason="03", terminated_on=TODAY)

    for _time in range(2):
        made = [
            causes.orders_closed([complaint.pk], now=MORNING),
            causes.claims_closed([claim.pk], now=MORNING),
            causes.surrendered([new_policy.pk], now=MORNING),
        ]

    assert made == [0, 0, 0]
    assert sorted(FollowUp.objects.values_list("plan__code", flat=True)) == ["CLAIM", "COMPLAINT", "SURRENDER"]


@pytest.mark.parametrize(
    "changes, opened",
    [({"kinds": ["LIFE"]}, 0), ({"least_premium": 99_999_999}, 0), ({"sales_channels": ["ONLINE"]}, 0), ({}, 1)],
)
def test_a_plan_takes_its_audience_only(desk, new_policy, changes, opened):
    FollowUp.objects.all().delete()
    row = FollowUpPlan.objects.get(code="NEW_CONTRACT")
    FollowUpPlan.objects.filter(pk=row.pk).update(content=row.content | changes)

    assert opening.open_callbacks([new_policy.pk], now=MORNING) == FollowUp.objects.count() == opened
    assert plans.read(row.content).kind == "CALLBACK"
