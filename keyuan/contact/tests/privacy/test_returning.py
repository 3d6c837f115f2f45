"""Whom we forgot, no restored backup brings back (PLT-8; PIPL 47)."""

import json
from datetime import timedelta

import pytest

from keyuan.contact.models import Erasure
from keyuan.contact.services.privacy import erasing, ledger
from keyuan.contact.services.privacy.returning import take_out_again
from keyuan.contact.testing import MORNING
from keyuan.customers.models import Customer, CustomerSummary
from keyuan.customers.testing import make_customer
from keyuan.platform.backup.hooks import after_restore

pytestmark = pytest.mark.django_db
LATER = MORNING + timedelta(days=3)


@pytest.fixture(autouse=True)
def ledgers(settings, tmp_path):
    settings.ERASURE_LEDGERS = [tmp_path / "here.jsonl", tmp_path / "elsewhere" / "there.jsonl"]
    return settings.ERASURE_LEDGERS


@pytest.fixture
def forgotten(agent_actor):
    """A customer who was taken out, with the line in the ledger, and who stands in the book again."""
    customer = make_customer(agent_actor, "周国栋")
    erasing.erase_customers([customer.pk], now=MORNING)
    erasure = Erasure.objects.get()
    erasing.finish_outside(erasure.pk, MORNING)
    erasure.delete()
    Customer.objects.filter(pk=customer.pk).update(name="周国栋")
    CustomerSummary.objects.filter(pk=customer.pk).update(name="周国栋")
    return customer


def test_the_restored_are_taken_out_again_once(forgotten):
    assert [take_out_again(LATER), take_out_again(LATER)] == [1, 0]

    assert Customer.objects.get(pk=forgotten.pk).name == ""
    assert Erasure.objects.get().is_whole


def test_it_is_done_before_a_restored_book_is_served(forgotten):
    assert after_restore["erasures"].run(LATER) == 1


def test_one_ledger_is_enough_and_a_line_cut_short_does_no_harm(forgotten, ledgers):
    ledgers[0].write_text('{"customer": 1, "ent')

    assert take_out_again(LATER) == 1


def test_the_ledger_names_nobody(forgotten, ledgers):
    (line,) = [json.loads(text) for text in ledgers[1].read_text().splitlines()]

    assert sorted(line) == ["at", "customer", "entered", "whole"]
    assert ledgers[1].stat().st_mode & 0o777 == 0o600


def test_who_got_the_number_after_the_restore_stays(forgotten):
    Customer.objects.filter(pk=forgotten.pk).update(created_at=LATER)

    assert take_out_again(LATER) == 0
    assert Customer.objects.get(pk=forgotten.pk).name == "周国栋"


def test_a_legal_hold_of_the_restored_book_stands(forgotten, actor_as):
    actor = actor_as("compliance")
    erasing.place_hold(actor=actor, customer_id=forgotten.pk, reason="诉讼", case_no="", now=MORNING)

    assert take_out_again(LATER) == 0


def test_who_was_not_taken_out_is_not_touched(agent_actor):
    make_customer(agent_actor)

    assert (ledger.lines(), take_out_again(LATER)) == ([], 0)
