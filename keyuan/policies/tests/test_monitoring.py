"""The claims watch list before a risk is taken on: grey asks for a finding, black closes the step (CUS-10)."""

import json
from datetime import date, timedelta

import pytest

from keyuan.customers.models import WatchListing
from keyuan.customers.testing import make_customer
from keyuan.kernel.actor import Reach, system_actor
from keyuan.kernel.errors import Refused
from keyuan.organisation.testing import client_of, make_actor, small_tree
from keyuan.platform.models import AuditEvent
from keyuan.policies.models import Policy
from keyuan.policies.rules.drafts import PolicyDraft
from keyuan.policies.rules.monitoring import check_monitoring
from keyuan.policies.services.contracts import create_policy
from keyuan.policies.services.transitions import transit_policy
from keyuan.policies.testing import NOW, TODAY, keep, make_policy, make_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    """Who serves the customer."""
    return make_actor("agent")


@pytest.fixture
def clerk():
    """Who enters contracts and takes their steps."""
    return make_actor("policy_clerk", unit=small_tree().head, reach=Reach.ALL)


def listed(customer, grade="GREY", **effects):
    """Put a customer on the watch list."""
    return WatchListing.objects.create(
        customer=customer, grade=grade, criterion="FORGED_PAPERS", reason="伪造病历", status="IN_FORCE",
        proposed_at=NOW, review_on=TODAY + timedelta(days=90), **effects,
    )  # fmt: skip


def waiting(agent, customer, clerk):
    """An application of this customer."""
    policy = make_policy(agent, customer, issued_on=None, effective_on=date(2026, 3, 1))
    return policy, {"actor": clerk, "policy_id": policy.pk, "kind": "ISSUE", "on": TODAY, "now": NOW}


@pytest.mark.parametrize(
    "_case, grades, step, finding, decides, code",
    [
        ("nobody listed", [], "ISSUE", "", False, None),
        ("grey, nothing checked", ["GREY"], "ISSUE", " ", False, "policy.monitored"),
        ("grey, checked", ["GREY"], "ISSUE", "体检已复核", False, None),
        ("black closes", ["GREY", "BLACK"], "CREATE", "体检已复核", False, "policy.monitored_closed"),
        ("black, decided by head office", ["BLACK"], "CREATE", "体检已复核", True, None),
        ("leaving is never held up", ["BLACK"], "SURRENDER", "", False, None),
    ],
)
def test_each_grade_asks_what_it_should(_case, grades, step, finding, decides, code):
    said = None
    try:
        check_monitoring(grades, step, finding=finding, may_decide=decides)
    except Refused as error:
        said = error.code

    assert said == code


def test_a_grey_policyholder_is_issued_only_with_a_finding_that_is_kept(agent, clerk):
    customer = make_customer(agent)
    policy, step = waiting(agent, customer, clerk)
    listing = listed(customer)

    with pytest.raises(Refused, match=r"policy\.monitored"):
        transit_policy(**step)
    transit_policy(**step, monitored="体检已复核，按标准体承保")

    policy.refresh_from_db()
    kept = AuditEvent.objects.filter(subject_kind="policy", reason="体检已复核，按标准体承保").get()
    assert policy.status == "IN_FORCE"
    assert json.loads(kept.detail)["monitored"] == [listing.pk]


def test_a_black_one_is_taken_on_by_nobody_below_those_who_decide(agent, clerk):
    customer = make_customer(agent)
    listed(customer, "BLACK")
    known = Policy.objects.count()
    draft = PolicyDraft(make_product().pk, customer.pk, TODAY, 1_000_00, "01", monitored="核查过", cover_term_unit="O")

    with pytest.raises(Refused, match=r"policy\.monitored_closed"):
        create_policy(actor=clerk, draft=draft, now=NOW)

    assert Policy.objects.count() == known


def test_a_listing_that_only_escalates_claims_and_the_nightly_clocks_hold_nothing_up(agent, clerk):
    customer = make_customer(agent)
    _policy, step = waiting(agent, customer, clerk)
    other = make_customer(agent)
    early, clocks = waiting(agent, other, clerk)
    listed(customer, "BLACK", monitors_underwriting=False)
    listed(other, "BLACK")

    transit_policy(**step)
    transit_policy(**{**clocks, "actor": system_actor("clocks")})

    early.refresh_from_db()
    assert early.status == "IN_FORCE"


def test_the_page_asks_beside_its_field_and_keeps_what_was_typed(agent):
    client, clerk = client_of("policy_clerk", unit=small_tree().head, reach=Reach.ALL)
    customer = make_customer(agent)
    policy, _step = waiting(agent, customer, clerk)
    keep(policy, version=1)
    listed(customer)
    typed = {"on": TODAY.isoformat(), "reason": "资料齐全", "target": "", "version": policy.version}

    page = client.post(f"/policies/{policy.pk}/steps/ISSUE/", typed)

    assert page.status_code == 422
    assert "monitored" in page.context["form"].errors
    assert "资料齐全" in page.content.decode()
    assert "伪造病历" not in page.content.decode()
