"""Files of consents and refusals: what is taken, refused and left (PLT-8, PLT-9)."""

from datetime import date

import pytest
from django.db import transaction

from keyuan.contact.intake import CONSENTS, REFUSALS
from keyuan.contact.models import Consent, DoNotContact, Permit
from keyuan.contact.services.permits import permit
from keyuan.contact.testing import MORNING, agree
from keyuan.customers.testing import make_customer
from keyuan.organisation.testing import make_actor, small_tree
from keyuan.platform.imports import Chunk, ImportContext

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 10)


@pytest.fixture
def seller():
    return make_actor("agent")


def take(target, actor, **columns):
    size = len(next(iter(columns.values())))
    chunk = Chunk(list(range(size)), [str(number) for number in range(size)], columns, [b""] * size)
    context = ImportContext(1, actor, "x", "CNY", {}, {}, None, "", MORNING)
    outcome = target.check(chunk, context)
    with transaction.atomic():
        target.write(chunk, context, outcome)
    return outcome


def test_consents_come_in_once_and_count_at_once(seller):
    customer, stranger = make_customer(seller), make_customer(make_actor("agent", unit=small_tree().west))
    columns = {
        "customer_no": [customer.customer_no, stranger.customer_no, customer.customer_no, customer.customer_no],
        "purpose": ["MARKETING", "MARKETING", "HEALTH", "MARKETING"],
        "contact_channel": ["PHONE", "PHONE", "", "SMS"],
        "granted_on": [DAY, DAY, DAY, date(2026, 4, 1)],
        "evidence": ["表单 1", "表单 2", "表单 3", "表单 4"],
    }

    first, again = take(CONSENTS, seller, **columns), take(CONSENTS, seller, **columns)

    assert [(issue.index, issue.code) for issue in first.issues] == [
        (1, "consent.no_customer"), (2, "consent.no_text"), (3, "consent.in_future"),
    ]  # fmt: skip
    assert (first.created, again.created, again.unchanged) == (1, 0, 1)
    assert (Consent.objects.get().evidence, Consent.objects.get().source) == ("表单 1", "IMPORT")
    answer = permit(actor=seller, customer_id=customer.pk, channel="PHONE", purpose="MARKETING", now=MORNING)
    assert isinstance(answer, Permit)


def test_a_list_of_refusals_ends_open_permits(seller):
    customer, other = make_customer(seller, phone="13800000001"), make_customer(seller, phone="13800000002")
    for who in (customer, other):
        agree(who.pk)
        permit(actor=seller, customer_id=who.pk, channel="PHONE", purpose="MARKETING", now=MORNING)
    columns = {
        "customer_no": [customer.customer_no, None, None],
        "phone": [None, "13800000002", None],
        "refused_on": [DAY, DAY, DAY],
    }

    first, again = take(REFUSALS, seller, **columns), take(REFUSALS, seller, **columns)

    assert [(issue.index, issue.code) for issue in first.issues] == [(2, "refusal.nobody")]
    assert (first.created, again.created, again.unchanged) == (2, 0, 2)
    assert set(DoNotContact.objects.values_list("until", flat=True)) == {date(2026, 9, 10)}
    assert Permit.objects.filter(state="GRANTED").count() == 0
