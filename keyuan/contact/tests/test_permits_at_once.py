"""Under real parallel writers a budget of one is granted once, and a key means one permit (MKT-9)."""

from datetime import timedelta

import pytest

from keyuan.contact.models import Permit
from keyuan.contact.services.consents import withdraw_consent
from keyuan.contact.services.permits import Ask, permit, permit_many
from keyuan.contact.testing import MORNING, agree
from keyuan.customers.testing import make_customer
from keyuan.organisation.testing import make_actor
from keyuan.platform.testing import at_once

WRITERS = 6

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_budget_of_one_is_granted_once():
    """Of three calls a week two are used: six writers want the third."""
    seller = make_actor("agent")
    customers = [make_customer(seller).pk for _number in range(3)]
    for pk in customers:
        agree(pk)
    for hour in range(2):
        asks = [Ask(pk, "PHONE", "MARKETING") for pk in customers]
        permit_many(actor=seller, asks=asks, now=MORNING + timedelta(hours=hour))

    def ask(place):
        turned = customers[place % 3 :] + customers[: place % 3]
        asks = [Ask(pk, "PHONE", "MARKETING") for pk in turned]
        return permit_many(actor=seller, asks=asks, now=MORNING + timedelta(hours=3))

    answers, errors = at_once(*(lambda place=place: ask(place) for place in range(WRITERS)))

    assert errors == []
    granted = [answer for batch in answers for answer in batch if isinstance(answer, Permit)]
    assert sorted(answer.customer_id for answer in granted) == sorted(customers)
    assert Permit.objects.filter(state="GRANTED").count() == 9
    assert Permit.objects.filter(state="REFUSED", reason="over_budget").count() == 15


def test_a_key_asked_for_at_once_is_one_permit():
    seller = make_actor("agent")
    customer = make_customer(seller)

    def ask():
        answer = permit(actor=seller, customer_id=customer.pk, channel="SMS", purpose="SERVICE", key="m-1", now=MORNING)
        return answer.pk

    answers, errors = at_once(*[ask] * WRITERS)

    assert errors == []
    assert len(set(answers)) == 1
    assert Permit.objects.count() == 1


def test_no_permit_outlives_a_withdrawal_at_the_same_moment():
    seller = make_actor("agent")
    customer = make_customer(seller)
    agree(customer.pk)

    def ask():
        return permit(actor=seller, customer_id=customer.pk, channel="PHONE", purpose="MARKETING", now=MORNING)

    def withdraw():
        return withdraw_consent(actor=seller, customer_id=customer.pk, purpose="MARKETING", now=MORNING)

    _answers, errors = at_once(ask, withdraw, ask)

    assert errors == []
    assert Permit.objects.filter(state="GRANTED").count() == 0
    assert Permit.objects.count() == 2
