"""Files of consents and refusals: what is taken, refused and left (PLT-8, PLT-9)."""

from datetime import date

import pytest
from django.db import transaction

from keyuan.contact.intake import CONSENTS, REFUSALS
from keyuan.contact.models import Consent, DoNotContact, Permit
from keyuan.contact.services.permits import permit
from keyuan.contact.testing import MORNING, agree
from keyuan.customers.testing import make_customer
from keyuan.kernel.errors import Refused
from keyuan.organisation.testing import make_actor, small_tree
from keyuan.platform.imports import Chunk, ImportContext
from keyuan.platform.imports.direct import upsert_rows

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


def sent(target, actor, row):
    """Tell what becomes of a row that a program sends: the word of its answer, or the code of the whole call's."""
    try:
        (found,) = upsert_rows(actor=actor, target=target, source="x", rows=[row], unit=actor.unit_id, now=MORNING)
    except Refused as error:
        return error.code
    return found.result


def test_rows_of_a_program_are_taken_or_refused_each_by_itself():
    manager = make_actor("customer_resource_manager")
    customer = make_customer(manager)
    good = {"customer_no": customer.customer_no, "evidence": "表单 1", "purpose": "MARKETING", "granted_on": str(DAY)}
    wrong = [
        {"granted_on": "0001-01-01"}, {"granted_on": "-6.1e-05"}, {"granted_on": "4.5e+169"}, {"granted_on": ""},
        {"granted_on": "9999-12-31"}, {"purpose": "5.7e-46"}, {"customer_no": "1"}, {"customer_no": "4.5e+169"},
        {"evidence": "表单 2", "expires_on": "0001-01-01"}, {"contact_channel": "5.7e-46"}, {"evidence": ""},
        {"purpose": ""},
    ]  # fmt: skip

    rows = [good, *[good | {"contact_channel": "SMS"} | cells for cells in wrong]]
    results = [sent(CONSENTS, manager, row) for row in rows]

    assert results == ["created", *["refused"] * (len(wrong) - 1), "import.keys"]


def test_refusals_of_a_program_are_taken_or_refused_each_by_itself():
    manager = make_actor("customer_resource_manager")
    good = {"customer_no": make_customer(manager).customer_no, "refused_on": str(DAY)}
    wrong = [
        {"refused_on": "0001-01-01"}, {"refused_on": "-6.1e-05"}, {"until": "4.5e+169"}, {"customer_no": "1"},
        {"refused_on": "9999-12-31"}, {"scope": "5.7e-46"}, {"phone": "4.5e+169"}, {"until": "0000-00-00"},
    ]  # fmt: skip

    rows = [good, *[good | {"contact_channel": "SMS"} | cells for cells in wrong], {"customer_no": "", "phone": "1"}]
    results = [sent(REFUSALS, manager, row) for row in rows]

    assert results == ["created", *["refused"] * (len(wrong) + 1)]


def test_a_refusal_for_ever_forbids_without_a_moment_from_which_it_does_not():
    manager = make_actor("customer_resource_manager")
    customer = make_customer(manager, phone="13800000001")
    agree(customer.pk)

    result = sent(REFUSALS, manager, {"customer_no": customer.customer_no, "until": "9999-12-31"})

    answer = permit(actor=manager, customer_id=customer.pk, channel="PHONE", purpose="MARKETING", now=MORNING)
    assert result == "created"
    assert [(block.code, block.until) for block in answer.reasons] == [("do_not_contact", None)]
