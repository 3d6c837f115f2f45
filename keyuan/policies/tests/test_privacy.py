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
from keyuan.policies.models import Policy
from keyuan.policies.services import privacy
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
