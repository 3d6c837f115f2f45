"""Consents are recorded while a customer is entered: with the customer or not at all (PLT-8)."""

import pytest

from keyuan.contact.models import Consent
from keyuan.customers.models import Customer
from keyuan.organisation.testing import client_of, small_tree

pytestmark = pytest.mark.django_db
NEW = "/customers/enter/"
PERSON = {
    "kind": "P", "name": "周国栋", "idempotency": "t-1", "contacts-TOTAL_FORMS": "0", "contacts-INITIAL_FORMS": "0",
}  # fmt: skip
AGREED = {
    "consent-purposes": ["MARKETING", "REFERRAL"], "consent-channels": ["PHONE", "SMS"], "consent-source": "SIGNED",
    "consent-evidence": "TY-2026-001",
}  # fmt: skip


@pytest.fixture
def client():
    return client_of("agent", unit=small_tree().team_a)[0]


def test_what_was_agreed_to_is_recorded_with_the_customer(client):
    client.post(NEW, PERSON | AGREED)
    client.post(NEW, PERSON | AGREED)

    customer = Customer.objects.get()
    found = Consent.objects.filter(customer=customer).order_by("purpose", "contact_channel")
    marketing = [(row.contact_channel, row.evidence) for row in found if row.purpose == "MARKETING"]
    assert marketing == [("PHONE", "TY-2026-001"), ("SMS", "TY-2026-001")]
    assert {row.purpose for row in found} == {"MARKETING", "REFERRAL"}


def test_without_a_word_about_consent_none_is_recorded(client):
    client.post(NEW, PERSON)

    assert (Customer.objects.count(), Consent.objects.count()) == (1, 0)


@pytest.mark.parametrize(
    "_case, changes, sentence",
    [
        ("no proof", {"consent-evidence": " "}, "请填写凭证所在"),
        ("no such purpose", {"consent-purposes": ["HEALTH"]}, "consent-purposes"),
        ("a child without a guardian", {"birth_on": "2020-01-01"}, "监护人"),
    ],
)
def test_a_consent_that_does_not_count_enters_nobody_and_loses_nothing(client, _case, changes, sentence):
    answer = client.post(NEW, PERSON | AGREED | changes)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "周国栋" in answer.content.decode()
    assert (Customer.objects.count(), Consent.objects.count()) == (0, 0)


def test_who_may_not_record_consents_is_not_asked(client):
    asked = client.get(NEW).content.decode()
    outsider = client_of("outsourced_caller", unit=small_tree().team_a)[0].get(NEW)

    assert 'id="customer-consent"' in asked
    assert 'id="customer-consent"' not in outsider.content.decode()
