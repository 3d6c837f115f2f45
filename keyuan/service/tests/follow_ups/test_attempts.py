"""Attempts to surrender: one talk each, by request or word, and none in the request's way (SRV-8; domain.md §A.6)."""

import pytest

from keyuan.policies.events import ServiceRequestsMoved
from keyuan.policies.models import ServiceRequest
from keyuan.service.events import WorkOrdersMoved, WorkOrdersTaken
from keyuan.service.handlers import follow_ups as handlers
from keyuan.service.models import FollowUp, FollowUpPlan, Questionnaire, QuestionnaireVersion, WorkOrder
from keyuan.service.services.follow_ups.histories import purpose_of
from keyuan.service.services.follow_ups.seeding import seed
from keyuan.service.services.follow_ups.taking import take
from keyuan.service.testing import MORNING, make_order
from keyuan.service.tests.follow_ups.conftest import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _the_day(monkeypatch, desk):
    monkeypatch.setattr("keyuan.service.handlers.follow_ups.clock.now", lambda: MORNING)


def request_of(policy, item="CT", **more):
    place = {name: getattr(policy, name) for name in ("branch_id", "servicing_agent_id")}
    values = {
        "request_no": f"B{ServiceRequest.objects.count()}", "policy": policy, "customer_id": policy.holder_id,
        "item": item, "status": "WAITING", "received_at": MORNING, "created_at": MORNING, "updated_at": MORNING,
    }  # fmt: skip
    return ServiceRequest.objects.create(**values | place | more)


def moved(request, kind="RECEIVED"):
    for _time in range(2):
        handlers.requests_moved(ServiceRequestsMoved((request.pk,), kind))


def talks():
    return list(FollowUp.objects.filter(plan__code="SURRENDER_TRY").order_by("pk"))


@pytest.mark.parametrize("item, opened", [("CT", 1), ("WT", 1), ("CONTACT", 0)])
def test_a_request_to_surrender_opens_one_talk_at_once(new_policy, item, opened):
    moved(request_of(new_policy, item))

    found = talks()
    assert len(found) == opened
    for row in found:
        assert (row.kind, row.policy_id, row.start_on, row.status) == ("VISIT", new_policy.pk, TODAY, "WAITING")
        assert purpose_of(row) == "SERVICE"


def test_what_was_said_and_the_request_that_follows_are_one_attempt(worker, new_policy, holder):
    order = make_order(worker, holder.pk, category="AS_SURRENDER", kind="REQUEST", policy_id=new_policy.pk)
    handlers.orders_taken(WorkOrdersTaken((order.pk,)))
    handlers.orders_moved(WorkOrdersMoved((order.pk,), "classify"))
    moved(request_of(new_policy))

    assert [row.key.rpartition(":")[2] for row in talks()] == [f"W{order.pk}"]


def test_another_attempt_later_is_another_talk(new_policy):
    first = request_of(new_policy)
    moved(first)
    ServiceRequest.objects.filter(pk=first.pk).update(status="VOID")
    moved(first, "VOID")
    moved(request_of(new_policy))

    assert [(row.status, row.end_reason) for row in talks()] == [("DROPPED", "settled"), ("WAITING", "")]


def test_whoever_is_being_talked_to_is_not_cut_off(worker, new_policy):
    request = request_of(new_policy)
    moved(request)
    take(actor=worker, follow_up_id=talks()[0].pk, now=MORNING)

    moved(request, "EFFECTIVE")

    assert talks()[0].is_open


def test_the_plan_says_what_counts(worker, new_policy, holder):
    row = FollowUpPlan.objects.get(code="SURRENDER_TRY")
    content = row.content | {"items": ["WT"], "categories": ["COMPLAINT"]}
    FollowUpPlan.objects.filter(pk=row.pk).update(content=content)
    moved(request_of(new_policy))
    assert talks() == []

    # A category below the one named counts, too.
    order = make_order(worker, holder.pk, category="C_SURRENDER", kind="COMPLAINT")
    handlers.orders_taken(WorkOrdersTaken((order.pk,)))
    FollowUpPlan.objects.filter(pk=row.pk).update(is_active=False)
    moved(request_of(new_policy, "WT"))

    assert (len(talks()), WorkOrder.objects.count()) == (1, 1)


def test_a_book_from_before_gets_the_new_plan_and_none_that_was_dropped():
    for code in ("SURRENDER_TRY", "DORMANT"):
        FollowUpPlan.objects.get(code=code).delete()
    QuestionnaireVersion.objects.filter(questionnaire__code="RETENTION").delete()
    Questionnaire.objects.filter(code="RETENTION").delete()

    for _time in range(2):
        seed(MORNING)

    assert set(FollowUpPlan.objects.filter(code__in=("SURRENDER_TRY", "DORMANT")).values_list("code", "is_active")) == {
        ("SURRENDER_TRY", True)
    }
    assert QuestionnaireVersion.objects.filter(questionnaire__code="RETENTION", status="PUBLISHED").count() == 1
