"""A withdrawn consent counts at once in segments already built, in lists already made and in queues (PLT-8)."""

from datetime import timedelta

import pytest

from keyuan.contact.models import Message, Permit
from keyuan.contact.services.consents import withdraw_consent
from keyuan.contact.services.messages.queueing import Draft, send_many
from keyuan.contact.services.permits import Ask, permit_many
from keyuan.contact.testing import EVENING, MORNING, agree
from keyuan.contact.tests.messages.making import make_provider, make_template, reachable
from keyuan.customers.services.segments import is_member
from keyuan.customers.services.segments.saving import SegmentDraft, create_segment
from keyuan.organisation.testing import make_actor, small_tree

pytestmark = pytest.mark.django_db
TODAY = MORNING.date()


def row(field, op, value=None):
    return {"kind": "row", "field": field, "op": op, "value": value}


AGREED = {
    "version": 1,
    "root": {
        "kind": "group", "join": "and", "items": [
            {
                "kind": "has", "entity": "consent", "how": "at_least", "amount": 1, "measure": "", "join": "and",
                "items": [row("consent.purpose", "in", ["MARKETING"]), row("consent.revoked_at", "unknown")],
            }
        ],
    },
}  # fmt: skip


def test_withdrawn_from_segment_list_and_queue_in_one_moment(agent_actor):
    make_provider()
    template = make_template(purpose="MARKETING", code="offer")
    manager = make_actor("customer_resource_manager", unit=small_tree().east)
    stays, leaves = reachable(agent_actor, "周国栋"), reachable(agent_actor, "何美玲", "13812345679")
    for customer in (stays, leaves):
        agree(customer.pk)
    both = [stays.pk, leaves.pk]
    segment = create_segment(
        actor=manager, draft=SegmentDraft(name="可营销", condition=AGREED), today=TODAY, now=MORNING
    )
    built = is_member(segment, both, actor=manager, today=TODAY, now=MORNING)
    send_many(
        actor=agent_actor,
        template_id=template.pk,
        drafts=[Draft(pk, {"due_on": "2026-04-01"}) for pk in built],
        now=MORNING,
    )

    withdraw_consent(actor=agent_actor, customer_id=leaves.pk, purpose="MARKETING", now=MORNING + timedelta(minutes=1))

    later = MORNING + timedelta(minutes=2)
    asks = [Ask(pk, "PHONE", "MARKETING") for pk in built]
    answers = permit_many(actor=agent_actor, asks=asks, now=later)
    assert built == both
    assert is_member(segment, both, actor=manager, today=TODAY, now=EVENING) == [stays.pk]
    assert dict(Message.objects.values_list("customer_id", "status")) == {stays.pk: "QUEUED", leaves.pk: "CANCELLED"}
    assert isinstance(answers[0], Permit)
    assert answers[1].reason == "no_consent"
