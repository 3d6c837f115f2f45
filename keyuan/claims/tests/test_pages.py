"""Claims as records: list, page, panels, scope, masks, what they tell other contexts (POL-2, CUS-7, PLT-4)."""

from datetime import date

import pytest

from keyuan.claims.models import Claim
from keyuan.claims.selectors import was_paid
from keyuan.customers.models import CustomerSummary
from keyuan.customers.services.summary import refresh
from keyuan.customers.testing import make_customer
from keyuan.kernel.actor import Reach
from keyuan.kernel.errors import Refused
from keyuan.organisation.models import LEVEL_COLUMNS
from keyuan.organisation.testing import client_of, make_actor, make_agent, small_tree
from keyuan.platform.lists import FilterContext, lists
from keyuan.platform.lists.testing import assert_list_uses_indexes
from keyuan.policies.services.transitions import transit_policy
from keyuan.policies.testing import NOW, TODAY, make_policy

pytestmark = pytest.mark.django_db
VALUES = {
    "no": "C1",
    "state": ("IN_REVIEW",),
    "kind": ("MEDICAL",),
    "occurred": ("2026-01-01", "2026-02-01"),
}


@pytest.fixture
def agent():
    return make_actor("agent")


@pytest.fixture
def holder(agent):
    return make_customer(agent, "周国栋")


@pytest.fixture
def claim(agent, holder):
    """A medical claim under review, of which 4,236.80 yuan was paid in advance."""
    policy = make_policy(agent, holder)
    return Claim.objects.create(
        claim_no="CLM20260001",
        policy=policy,
        customer=holder,
        kind="MEDICAL",
        cause="急性阑尾炎",
        status="IN_REVIEW",
        claimed_amount=500_000,
        paid_amount=423_680,
        occurred_on=date(2026, 2, 1),
        created_at=NOW,
        servicing_agent_id=policy.servicing_agent_id,
        **{column: getattr(policy, column) for column in LEVEL_COLUMNS},
    )


@pytest.fixture
def handler():
    """A claims handler's browser."""
    return client_of("claims_handler", unit=small_tree().east)[0]


def text(response):
    return response.content.decode()


def addresses(claim):
    return (
        "/claims/",
        f"/claims/{claim.pk}/",
        f"/claims/{claim.pk}/?panel=1",
        f"/claims/of-customer/{claim.customer_id}/",
        f"/claims/of-policy/{claim.policy_id}/",
    )


def test_claim_shows_on_list_page_and_panels(handler, claim):
    for address in addresses(claim):
        response = handler.get(address)

        assert response.status_code == 200
        assert "CLM20260001" in text(response)
        assert "审核中" in text(response)
    assert "4,236.80" in text(handler.get(f"/claims/{claim.pk}/"))


def test_claim_of_another_branch_is_not_there(claim):
    stranger = client_of("claims_handler", unit=small_tree().west)[0]

    assert "CLM20260001" not in text(stranger.get("/claims/"))
    for address in addresses(claim)[1:]:
        assert stranger.get(address).status_code == 404


def test_illness_is_told_to_those_who_may_know_it(handler, claim):
    agents = client_of("customer_resource_manager", unit=small_tree().east)[0]

    for address in addresses(claim)[1:3]:
        assert "急性阑尾炎" in text(handler.get(address))
        assert "急性阑尾炎" not in text(agents.get(address))


def test_outsourced_staff_read_the_name_masked(claim):
    browser = client_of("outsourced_caller", agent=make_agent(), reach=Reach.UNIT, unit=small_tree().team_a)[0]

    page = text(browser.get(f"/claims/{claim.pk}/"))

    assert "周国栋" not in page
    assert "周*栋" in page
    assert "急性阑尾炎" not in page


def test_open_claims_are_counted_in_the_summary(claim, holder):
    refresh([holder.pk], NOW)
    before = CustomerSummary.objects.get(pk=holder.pk).open_claims
    Claim.objects.update(status="CLOSED")
    refresh([holder.pk], NOW)

    assert (before, CustomerSummary.objects.get(pk=holder.pk).open_claims) == (1, 0)


def test_paid_claim_closes_the_way_out_by_cooling_off(agent, claim):
    clerk = make_actor("policy_clerk", unit=small_tree().east)

    with pytest.raises(Refused) as refusal:
        transit_policy(
            actor=clerk, policy_id=claim.policy_id, kind="COOLING_OFF_CANCEL", on=TODAY, now=NOW, reason="后悔"
        )

    assert refusal.value.code == "policy.claim_paid"
    assert was_paid(claim.policy_id)


def test_claim_leads_to_its_customer_by_number(handler, claim):
    found = text(handler.get("/customers/search/?q=CLM20260001"))

    assert "周国栋" in found


@pytest.mark.sqlite_only
@pytest.mark.parametrize("role, unit, reach", [
    ("customer_resource_manager", "head", Reach.ALL),
    ("claims_handler", "east", Reach.UNIT),
    ("claims_handler", "east_city", Reach.UNIT),
    ("agent", "team_a", Reach.SELF),
])  # fmt: skip
def test_every_order_and_filter_has_its_index(role, unit, reach):
    actor = client_of(role, unit=getattr(small_tree(), unit), reach=reach)[1]
    small = ("clm_sec", "clm_team", "clm_agent", "claim_no_once", "_customer_id_")

    values = VALUES | {"unit": str(small_tree().east.pk)}
    assert_list_uses_indexes(lists["claims"], actor, FilterContext(actor, TODAY), values, small=small)
