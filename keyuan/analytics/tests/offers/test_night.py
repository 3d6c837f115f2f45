"""The night and offers: who gets one, who none, whether to call; written once; what they are measured by (ANA-7)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from keyuan.analytics.models import (
    AutomationObjection,
    GapNeed,
    GapResult,
    Offer,
    OfferAnswer,
    OfferRules,
    OfferSpell,
    OfferUptake,
)
from keyuan.analytics.rules.offers.terms import TERMS, to_json
from keyuan.analytics.selectors.offers.uptake import uptake_of
from keyuan.analytics.services.following import PLACE
from keyuan.analytics.services.night.running import Ways, run_night
from keyuan.contact.models import Consent
from keyuan.customers.models import CustomerSummary
from keyuan.customers.selectors.classification.places import place_of
from keyuan.customers.testing import make_customer
from keyuan.kernel.actor import Reach, system_actor
from keyuan.organisation.testing import make_actor
from keyuan.platform import clock
from keyuan.platform.mart.followers import followers
from keyuan.platform.mart.testing import here
from keyuan.policies.models import Proposal
from keyuan.policies.testing import make_policy, make_product

pytestmark = pytest.mark.django_db
GAP = 50_000_000


@pytest.fixture(autouse=True)
def alone(settings, tmp_path, monkeypatch, db):
    """A mart of this test; nobody is held back unless a test says so."""
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(followers, "_items", {})
    hold_back(0)


def hold_back(share):
    """Put terms in force by which so many are held back, in basis points."""
    content = to_json(replace(TERMS, held_back=share))
    OfferRules.objects.create(
        number=OfferRules.objects.count() + 1, content=content, reason="试行", changed_at=clock.now()
    )


@pytest.fixture
def agent():
    return make_actor("agent")


@pytest.fixture
def product(agent):
    """Critical illness cover on sale, of which one was sold of late."""
    made = make_product(issue_age_min=18, issue_age_max=55)
    bought = clock.today() - timedelta(days=100)
    make_policy(agent, product=made, issued_on=bought, effective_on=bought, applied_on=bought, now=clock.now())
    return made


def person(agent, years=35, **more):
    """A customer of that age with an open gap of critical illness."""
    customer = make_customer(agent, birth_on=clock.today() - timedelta(days=366 * years), **more)
    CustomerSummary.objects.filter(pk=customer.pk).update(opened_on=clock.today() - timedelta(days=400))
    place = {name: getattr(customer.summary, name) for name in PLACE if name != "sales_channel"}
    result = GapResult.objects.create(customer=customer, made_at=clock.now(), life_stage="SINGLE", **place)
    GapNeed.objects.create(
        result=result, kind="CRITICAL_ILLNESS", position=1, method="x", need=GAP, cover=0, gap=GAP, detail={}
    )
    return customer


def agreed(customer):
    now = clock.now()
    Consent.objects.create(
        customer=customer, purpose="MARKETING", contact_channel="PHONE", granted_at=now, created_at=now
    )


def night(*, again=False):
    ways = Ways(lambda label, done, total: None, clock.now, here)
    return run_night(actor=system_actor("night run"), day=clock.today(), ways=ways, again=again)


def test_an_offer_closes_the_gap_of_whoever_may_have_it_and_is_written_once(agent, product):
    wanted, silent = person(agent), person(agent)
    agreed(wanted)
    others = [person(agent, years=16), person(agent, years=60), person(agent)]
    AutomationObjection.objects.create(
        customer=others[2], said_on=clock.today(), channel="PHONE", recorded_at=clock.now()
    )

    run = night()

    found = {offer.customer_id: offer for offer in Offer.objects.all()}
    assert set(found) == {wanted.pk, silent.pk}
    offer = found[wanted.pk]
    assert (offer.product_id, offer.gap, offer.place, offer.model_number) == (product.pk, GAP, 1, 0)
    assert (offer.block, offer.ways, found[silent.pk].block) == ("", "PHONE", "no_consent")
    assert run.steps.get(key="offer_write_back").changed == 2
    assert night(again=True).steps.get(key="offer_write_back").changed == 0
    assert OfferSpell.objects.filter(is_shown=True, ended_on__isnull=True).count() == 2


def test_an_answer_rests_an_offer_and_an_objection_takes_it_away(agent, product):
    resting, objecting = person(agent), person(agent)
    OfferAnswer.objects.create(
        customer=resting, family="CRITICAL_ILLNESS", reason="PRICE", until=clock.today(), made_at=clock.now()
    )
    night()
    AutomationObjection.objects.create(
        customer=objecting, said_on=clock.today(), channel="PHONE", recorded_at=clock.now()
    )

    night(again=True)

    assert list(Offer.objects.values_list("customer_id", "is_paused")) == [(resting.pk, True)]
    assert OfferSpell.objects.get(customer=objecting).ended_on == clock.today()


def test_who_is_held_back_is_chosen_but_not_shown(agent, product):
    hold_back(10_000)
    person(agent)

    night()

    assert Offer.objects.count() == 0
    assert OfferSpell.objects.get().is_shown is False


def test_uptake_counts_proposals_and_purchases_in_time_beside_those_held_back(agent, product):
    begun = clock.today() - timedelta(days=TERMS.counted_days + 30)
    bought, asked, idle, alike = (person(agent) for _number in range(4))
    for customer in (bought, asked, idle, alike):
        OfferSpell.objects.create(
            customer=customer, family="CRITICAL_ILLNESS", is_shown=customer is not alike, begun_on=begun
        )
    day = begun + timedelta(days=20)
    make_policy(agent, bought, product=product, issued_on=day, effective_on=day, applied_on=day, now=clock.now())
    at = clock.now() - timedelta(days=TERMS.counted_days)
    Proposal.objects.create(proposal_no="P1", customer=asked, product=product, title="x", created_at=at, updated_at=at)

    night()

    manager = make_actor("management", reach=Reach.ALL)
    whole, own = uptake_of(manager, place_of(manager, None))
    assert (whole.family, own.family) == ("", "CRITICAL_ILLNESS")
    assert (own.shown.count, own.proposed, own.shown.kept, own.held_back.count, own.held_back.kept) == (3, 1, 1, 1, 0)
    assert OfferUptake.objects.filter(unit_id=0).count() == 2
