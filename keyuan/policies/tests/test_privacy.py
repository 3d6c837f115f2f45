"""Contracts keep a person's identity as long as the law says, and are told in the copy (PLT-8; domain.md E.6)."""

from datetime import date

import pytest

from keyuan.contact.models import DoNotContact
from keyuan.contact.selectors.privacy.retention import kept_of
from keyuan.contact.services.privacy import copying, erasing
from keyuan.contact.services.privacy import requests as services
from keyuan.contact.testing import MORNING
from keyuan.customers.models import Customer, Need
from keyuan.customers.testing import make_customer
from keyuan.organisation.testing import small_tree
from keyuan.platform.privacy import privacy_parts
from keyuan.policies.models import Policy, Renewal, RenewalEvent, Shipment, ShipmentEvent
from keyuan.policies.services import privacy
from keyuan.policies.services.deliveries import privacy as delivery_privacy
from keyuan.policies.services.renewals import privacy as renewal_privacy
from keyuan.policies.testing import keep, make_policy

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 16)


@pytest.fixture
def compliance(actor_as):
    return actor_as("compliance", unit=small_tree().head)


@pytest.fixture
def customer(agent_actor):
    return make_customer(agent_actor, "周国栋", phone="13812345678")


def end(policy, effective_on, ended_on):
    keep(policy, status="TERMINATED", effective_on=effective_on, expires_on=ended_on, terminated_on=ended_on)


def erase(compliance, customer):
    request = services.receive_request(
        actor=compliance, customer_id=customer.pk, kind="DELETE", source="PHONE", received_at=MORNING, now=MORNING
    )
    services.check_identity(actor=compliance, request_id=request.pk, how="DOCUMENT", now=MORNING)
    return erasing.erase_for_request(actor=compliance, request_id=request.pk, reason="客户要求", now=MORNING)


def test_a_policyholder_is_locked_and_told_why(compliance, agent_actor, customer):
    make_policy(agent_actor, customer)
    Need.objects.create(customer=customer, kind="MEDICAL", created_at=MORNING)

    erasure = erase(compliance, customer)

    assert not erasure.is_whole
    assert {row["key"] for row in erasure.kept} >= {"identity"}
    assert all(row["law"] for row in erasure.kept)
    assert erasure.kept_until is None
    assert Customer.objects.get(pk=customer.pk).name == "周国栋"
    assert not Need.objects.filter(customer=customer).exists()
    assert DoNotContact.objects.get(customer=customer).until == date(2999, 12, 31)


def test_terms_run_from_the_end_of_the_contract(agent_actor, customer):
    end(make_policy(agent_actor, customer), date(2020, 1, 1), date(2020, 12, 31))

    kept = {reason.key: reason.until for reason in kept_of([customer.pk], TODAY)[customer.pk]}

    assert kept["contract_short"] == date(2025, 12, 31)
    assert kept["identity"] == date(2030, 12, 31)
    assert "contract_long" not in kept


def test_when_every_term_is_over_the_person_goes_and_figures_stay(compliance, agent_actor, customer):
    policy = make_policy(agent_actor, customer)
    end(policy, date(2000, 1, 1), date(2005, 1, 1))

    erasure = erase(compliance, customer)

    assert erasure.is_whole
    assert Customer.objects.get(pk=customer.pk).name == ""
    assert Policy.objects.get(pk=policy.pk).holder_name == ""


def test_the_nightly_run_finds_whose_terms_are_over(agent_actor, customer):
    end(make_policy(agent_actor, customer), date(2000, 1, 1), date(2005, 1, 1))
    summary = customer.summary
    summary.is_policyholder, summary.policies_in_force = True, 0
    summary.save()

    assert privacy.over(date(2016, 3, 16), 0, 100) == [customer.pk]
    assert privacy.over(date(2004, 3, 16), 0, 100) == []


def test_the_copy_names_contracts(agent_actor, customer):
    policy = make_policy(agent_actor, customer)

    tables = copying.collect(customer.pk)

    assert [row["policy_no"] for row in tables["policy_contracts"]] == [policy.policy_no]


def test_copies_and_erasure_reach_renewals_and_envelopes(agent_actor, customer):
    policy = make_policy(agent_actor, customer)
    place = {name: getattr(policy, name) for name in ("head_office_id", "branch_id", "sub_branch_id", "sales_channel")}
    renewal = Renewal.objects.create(
        policy=policy, policy_no=policy.policy_no, holder=customer, holder_name="周国栋", product=policy.product,
        expires_on=TODAY, quotes_from=TODAY, calls_from=TODAY, lapses_on=TODAY, note="客户称价高", opened_at=MORNING,
        updated_at=MORNING, **place,
    )  # fmt: skip
    RenewalEvent.objects.create(renewal=renewal, act="CONTACT", stage="OPEN", at=MORNING, note="周国栋要求回电")
    shipment = Shipment.objects.create(
        shipment_no="SH1", policy=policy, customer=customer, papers=["CONTRACT"], carrier="EMS", tracking_no="EA1",
        note="放门卫", created_on=TODAY, created_at=MORNING, updated_at=MORNING, **place,
    )  # fmt: skip
    ShipmentEvent.objects.create(
        shipment=shipment,
        state="SENT",
        happened_on=TODAY,
        at=MORNING,
        source="STAFF",
        words="周国栋签收",
        fingerprint="1",
    )

    told = renewal_privacy.collect(customer.pk) | delivery_privacy.collect(customer.pk)
    untouched = renewal_privacy.erase(customer.pk, False, MORNING)
    counts = renewal_privacy.erase(customer.pk, True, MORNING) | delivery_privacy.erase(customer.pk, True, MORNING)

    assert (told["renewals"][0]["note"], told["shipments"][0]["tracking_no"]) == ("客户称价高", "EA1")
    assert (untouched, counts) == ({}, {"renewal": 1, "shipment": 1, "e_policy": 0})
    renewal.refresh_from_db()
    shipment.refresh_from_db()
    assert (renewal.holder_name, renewal.note, renewal.events.get().note) == ("", "", "")
    assert (shipment.note, shipment.tracking_no, shipment.events.get().words) == ("", "", "")
    assert {"renewals", "deliveries"} <= {part.key for part in privacy_parts}
