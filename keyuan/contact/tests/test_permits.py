"""Permits: granted, refused, replayed, used, given back, counted (MKT-9)."""

from datetime import timedelta

import pytest

from keyuan.contact.models import DoNotContact, Hold, Permit, Reservation
from keyuan.contact.services.permits import (
    Ask,
    Refusal,
    cancel_permit,
    expire_permits,
    permit,
    permit_many,
    use_permit,
)
from keyuan.contact.testing import EVENING, MORNING, agree
from keyuan.customers.testing import make_customer
from keyuan.kernel.errors import Conflict, Forbidden, NotFound, Refused
from keyuan.organisation.testing import make_actor, small_tree

pytestmark = pytest.mark.django_db


@pytest.fixture
def seller():
    return make_actor("agent")


@pytest.fixture
def customer(seller):
    customer = make_customer(seller, phone="13800000001")
    agree(customer.pk)
    return customer


def ask(actor, customer, at=MORNING, **more):
    values = {"channel": "PHONE", "purpose": "MARKETING", **more}
    return permit(actor=actor, customer_id=customer.pk, now=at, **values)


def test_a_willing_customer_may_be_called(seller, customer):
    answer = ask(seller, customer, campaign="spring")

    row = Permit.objects.get()
    assert isinstance(answer, Permit)
    assert (row.state, row.kind, row.campaign, row.unit_id) == ("GRANTED", "SALES", "spring", seller.unit_id)
    assert row.expires_at == MORNING.replace(hour=13)
    assert row.servicing_agent_id == seller.scope.agent_id


def test_service_asks_for_no_consent(seller):
    customer = make_customer(seller)

    assert isinstance(ask(seller, customer, EVENING, purpose="SERVICE", channel="SMS"), Permit)


def test_a_refusal_names_every_reason_and_stays_in_the_ledger(seller):
    customer = make_customer(seller)
    Hold.objects.create(customer=customer, kind="CLAIM", source_kind="claim", source_id=1, started_at=MORNING)

    answer = ask(seller, customer, EVENING)

    assert isinstance(answer, Refusal)
    assert [block.code for block in answer.reasons] == ["no_consent", "open_claim", "quiet_hours"]
    assert answer.next_at is None
    row = Permit.objects.get(pk=answer.permit_id)
    assert (row.state, row.reason) == ("REFUSED", "no_consent")
    assert [reason["code"] for reason in row.reasons] == ["no_consent", "open_claim", "quiet_hours"]


def test_the_fourth_call_of_a_week_is_refused_and_allowed_the_week_after(seller, customer):
    for hour in range(3):
        assert isinstance(ask(seller, customer, MORNING + timedelta(hours=hour)), Permit)

    refused = ask(seller, customer, MORNING + timedelta(hours=3))

    assert refused.reason == "over_budget"
    assert refused.next_at == MORNING + timedelta(days=7, hours=0)
    assert isinstance(ask(seller, customer, MORNING + timedelta(days=7, hours=1)), Permit)


def test_unused_permits_stop_counting_when_they_run_out(seller, customer):
    for hour in range(3):
        ask(seller, customer, MORNING + timedelta(hours=hour))
    next_day = MORNING + timedelta(days=1)

    assert expire_permits(now=next_day) == 3
    assert isinstance(ask(seller, customer, next_day), Permit)


def test_a_permit_given_back_stops_counting(seller, customer):
    granted = [ask(seller, customer, MORNING + timedelta(hours=hour)) for hour in range(3)]

    cancel_permit(actor=seller, permit_id=granted[0].pk, now=MORNING + timedelta(hours=3))
    cancel_permit(actor=seller, permit_id=granted[0].pk, now=MORNING + timedelta(hours=3))

    assert isinstance(ask(seller, customer, MORNING + timedelta(hours=3)), Permit)


def test_a_permit_is_used_once(seller, customer):
    granted = ask(seller, customer)

    use_permit(actor=seller, permit_id=granted.pk, now=MORNING, interaction_id=5)
    use_permit(actor=seller, permit_id=granted.pk, now=MORNING, interaction_id=5)

    with pytest.raises(Conflict):
        use_permit(actor=seller, permit_id=granted.pk, now=MORNING)
    with pytest.raises(Conflict):
        cancel_permit(actor=seller, permit_id=granted.pk, now=MORNING)
    assert Permit.objects.get().state == "USED"


def test_a_permit_that_ran_out_cannot_be_used(seller, customer):
    granted = ask(seller, customer)

    with pytest.raises(Conflict) as caught:
        use_permit(actor=seller, permit_id=granted.pk, now=EVENING)

    assert caught.value.code == "permit.run_out"


def test_the_same_key_gets_the_same_permit(seller, customer):
    first, again = ask(seller, customer, key="m-1"), ask(seller, customer, key="m-1")

    assert first.pk == again.pk
    assert Permit.objects.count() == 1


def test_a_refused_key_may_ask_again_and_keeps_its_row(seller):
    customer = make_customer(seller)
    refused = ask(seller, customer, key="m-1")
    agree(customer.pk)

    granted = ask(seller, customer, key="m-1")

    assert granted.pk == refused.permit_id
    assert (Permit.objects.get().state, Permit.objects.get().reason) == ("GRANTED", "")


def test_a_key_stands_for_one_ask(seller, customer):
    ask(seller, customer, key="m-1")

    with pytest.raises(Conflict) as caught:
        ask(seller, customer, key="m-1", channel="SMS")

    assert caught.value.code == "permit.key_reused"


def test_a_batch_counts_what_it_granted_itself(seller, customer):
    other = make_customer(seller)
    asks = [Ask(customer.pk, "PHONE", "MARKETING")] * 4 + [Ask(other.pk, "SMS", "SERVICE")]

    answers = permit_many(actor=seller, asks=asks, now=MORNING)

    assert [isinstance(answer, Permit) for answer in answers] == [True, True, True, False, True]
    assert answers[3].reason == "over_budget"


def test_a_key_twice_in_a_batch_is_one_permit(seller, customer):
    bare = make_customer(seller)
    asks = [Ask(customer.pk, "PHONE", "MARKETING", key="a")] * 2 + [Ask(bare.pk, "PHONE", "MARKETING", key="b")] * 2

    answers = permit_many(actor=seller, asks=asks, now=MORNING)

    assert answers[0].pk == answers[1].pk
    assert answers[2].permit_id == answers[3].permit_id
    assert Permit.objects.count() == 2


def test_one_number_of_two_customers_has_one_budget(seller, customer):
    other = make_customer(seller, phone="13800000001")
    agree(other.pk)
    for hour in range(3):
        ask(seller, customer, MORNING + timedelta(hours=hour))

    assert ask(seller, other, MORNING + timedelta(hours=3)).reason == "over_budget"


def test_a_number_that_refused_binds_whoever_has_it(seller, customer):
    number = customer.contact_points.get().value_index
    DoNotContact.objects.create(
        number_index=number, scope="SALES", source="IMPORT", refused_at=MORNING, until="2026-09-16", created_at=MORNING
    )

    assert ask(seller, customer).reason == "do_not_contact"


def test_a_number_of_somebody_else_is_no_way_to_reach_a_customer(seller, customer):
    other = make_customer(seller, phone="13800000002")

    with pytest.raises(Refused) as caught:
        ask(seller, customer, contact_point_id=other.contact_points.get().pk)

    assert caught.value.code == "permit.no_such_number"


def test_who_serves_takes_the_unused_permit_of_another_unit(seller, customer):
    rival = make_actor("customer_resource_manager", unit=small_tree().east)
    taken = ask(rival, customer)

    assert isinstance(ask(seller, customer, MORNING + timedelta(hours=1)), Permit)

    taken.refresh_from_db()
    assert (taken.state, taken.close_note) == ("CANCELLED", "outranked")
    assert ask(rival, customer, MORNING + timedelta(hours=2)).reason == "other_unit"


def test_a_reserved_customer_is_left_to_who_reserved(seller, customer):
    rival = make_actor("customer_resource_manager", unit=small_tree().east)
    Reservation.objects.create(
        customer=customer, unit_id=seller.unit_id, reason="x", starts_at=MORNING, until=MORNING + timedelta(days=5)
    )

    refused = ask(rival, customer)

    assert (refused.reason, refused.next_at) == ("reserved", MORNING + timedelta(days=5))
    assert isinstance(ask(seller, customer), Permit)


def test_out_of_reach_is_not_found(customer):
    stranger = make_actor("agent", unit=small_tree().west)

    with pytest.raises(NotFound):
        ask(stranger, customer)
    answers = permit_many(actor=stranger, asks=[Ask(customer.pk, "PHONE", "SERVICE")], now=MORNING)

    assert answers[0].reason == "not_found"
    assert Permit.objects.count() == 0


def test_without_the_permission_nothing_is_asked(customer):
    with pytest.raises(Forbidden):
        ask(make_actor("quality_inspector"), customer)

    assert Permit.objects.count() == 0


@pytest.mark.parametrize("more, code", [
    ({"purpose": "NONSENSE"}, "permit.no_such_purpose"), ({"channel": "PIGEON"}, "permit.no_such_channel"),
    ({"key": "x" * 81}, "permit.key_long"),
])  # fmt: skip
def test_what_cannot_be_asked(seller, customer, more, code):
    with pytest.raises(Refused) as caught:
        ask(seller, customer, **more)

    assert caught.value.code == code


def test_a_batch_takes_a_constant_number_of_queries(seller, django_assert_max_num_queries):
    ids = [make_customer(seller).pk for _number in range(6)]
    permit_many(actor=seller, asks=[Ask(ids[0], "PHONE", "SERVICE")], now=MORNING)

    with django_assert_max_num_queries(19):
        permit_many(actor=seller, asks=[Ask(pk, "PHONE", "SERVICE") for pk in ids], now=MORNING)
