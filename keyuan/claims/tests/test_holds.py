"""Open claims keep customers from being sold to, and a death gives the family peace (MKT-9; domain.md D.1)."""

from datetime import date, timedelta

import pytest

from keyuan.claims.models import Claim
from keyuan.claims.services.holds import push_holds
from keyuan.contact.models import Hold
from keyuan.contact.services.permits import Refusal, permit
from keyuan.contact.testing import MORNING, agree
from keyuan.customers.extensions import recomputes
from keyuan.customers.testing import make_customer
from keyuan.organisation.testing import make_actor
from keyuan.policies.models import Policy
from keyuan.products.models import Product

pytestmark = pytest.mark.django_db


@pytest.fixture
def seller():
    return make_actor("agent")


def claim_of(holder, insured, **more):
    product = Product.objects.create(code=f"P{holder.pk}", name="寿险", kind="LIFE")
    policy = Policy.objects.create(
        product=product, kind="LIFE", policy_no=f"P{holder.pk}", policy_no_tail="1", holder=holder, holder_name="",
        created_at=MORNING, updated_at=MORNING,
    )  # fmt: skip
    values = {"claim_no": f"C{holder.pk}", "kind": "MEDICAL", "status": "REPORTED", "created_at": MORNING, **more}
    return Claim.objects.create(policy=policy, customer=insured, **values)


def sell(seller, customer, at=MORNING):
    agree(customer.pk)
    return permit(actor=seller, customer_id=customer.pk, channel="PHONE", purpose="MARKETING", now=at)


def test_claims_are_told_with_every_change():
    assert recomputes["claim-holds"].run is push_holds


def test_an_open_claim_keeps_sellers_away_until_the_rest_is_over(seller):
    customer = make_customer(seller)
    claim = claim_of(customer, customer)

    push_holds([customer.pk], MORNING)
    push_holds([customer.pk], MORNING)

    assert sell(seller, customer).reason == "open_claim"
    assert Hold.objects.count() == 1
    Claim.objects.filter(pk=claim.pk).update(status="CLOSED", decided_on=date(2026, 3, 20))
    push_holds([customer.pk], MORNING + timedelta(days=4))
    refused = sell(seller, customer, MORNING + timedelta(days=6))
    assert isinstance(refused, Refusal)
    assert (refused.reason, refused.next_at.date()) == ("resting", date(2026, 4, 4))


def test_a_death_gives_the_policyholder_peace(seller):
    widow, husband = make_customer(seller), make_customer(seller)
    claim_of(widow, husband, kind="DEATH")

    push_holds([widow.pk, husband.pk], MORNING)

    assert sell(seller, widow, MORNING + timedelta(days=30)).reason == "bereaved"
    assert set(Hold.objects.values_list("customer_id", "kind")) == {(widow.pk, "BEREAVED"), (husband.pk, "CLAIM")}
