"""Proposals: figures, disclosures, refused words, versions, links that expire and tell of reading (PRD-4, PRD-5)."""

from datetime import date, timedelta

import pytest
from django.test import Client

from keyuan.customers.testing import make_customer
from keyuan.kernel.actor import system_actor
from keyuan.kernel.errors import Conflict, Invalid, NotFound, Refused
from keyuan.organisation.models import Agent
from keyuan.organisation.testing import client_of, make_actor, small_tree
from keyuan.platform import clock
from keyuan.platform.files import open_file
from keyuan.policies.models import Proposal, ProposalLink, ProposalReading, ProposalVersion
from keyuan.policies.rules.proposals.disclosures import Facts, disclosures
from keyuan.policies.selectors.proposals import hash_of, link_by_token
from keyuan.policies.services.proposals.making import ProposalDraft, add_version, make_proposal
from keyuan.policies.services.proposals.rendering import render
from keyuan.policies.services.proposals.sharing import revoke, share
from keyuan.policies.testing import make_product
from keyuan.products.models import ProductBenefit
from keyuan.products.rules.figures import BenefitFacts, PlanFacts, break_even, figures
from keyuan.products.rules.pricing import RateKey
from keyuan.products.rules.rate_checks import RateLine
from keyuan.products.services.rates import RateDraft, keep_table, release_table


def titles(**facts):
    base = {"cooling_off_days": 15, "waiting_days": 0, "exclusions": "战争", "design": "ORDINARY"}
    found = disclosures(Facts(**{**base, "is_long_term": True, "has_cash_values": True, **facts}))
    return [one.title for one in found]


@pytest.mark.parametrize("_case, facts, there, absent", [
    ("long term", {}, {"责任免除", "犹豫期", "退保损失"}, {"等待期", "利益不确定"}),
    ("one year", {"is_long_term": False, "cooling_off_days": 0}, {"责任免除"}, {"犹豫期", "退保损失"}),
    ("illness", {"waiting_days": 90}, {"等待期"}, set()),
    ("participating", {"design": "PARTICIPATING"}, {"利益不确定"}, set()),
])  # fmt: skip
def test_each_product_says_what_it_has_to(_case, facts, there, absent):
    said = set(titles(**facts))

    assert there | {"重要提示", "如实告知", "亲自签署"} <= said
    assert not absent & said


def test_years_add_up_and_break_even_is_found():
    plan = PlanFacts(age=58, sum_insured=1_000_000, yearly_premium=10_000, pay_years=3, cover_years=5)
    benefits = [BenefitFacts("DEATH", 10_000), BenefitFacts("ANNUITY", 500, None, True, 60, "A", 2)]

    rows = figures(plan, benefits, [5_000, 12_000, 31_000, None])

    assert [row.paid for row in rows] == [10_000, 20_000, 30_000, 30_000, 30_000]
    assert [row.income for row in rows] == [0, 0, 50_000, 50_000, 0]
    assert [row.death for row in rows] == [1_000_000] * 5
    assert [row.value for row in rows] == [5_000, 12_000, 31_000, None, None]
    assert break_even(rows) == 3


@pytest.fixture
def agent():
    return make_actor("agent")


@pytest.fixture
def product():
    made = make_product(
        kind="LIFE", pay_modes=["05"], pay_terms=[["Y", 20]], cover_terms=[["O", 0]], exclusions="战争、自杀"
    )
    ProductBenefit.objects.create(product=made, code="DEATH", name="身故保险金", amount_bp=10_000)
    lines = [RateLine(age, RateKey(age=age), 20_000_000) for age in range(18, 71)]
    table = keep_table(system_actor("a"), made, RateDraft("2026 版", date(2020, 1, 1)), lines, ["age"], clock.now())
    release_table(actor=system_actor("b"), table_id=table.pk, version=1, now=clock.now())
    return made


@pytest.fixture
def customer(agent):
    return make_customer(agent, "周国栋", sex="1", birth_on=clock.today() - timedelta(days=366 * 40))


def draft_for(product, customer, **more):
    values = {"sum_insured": 10_000_000, "pay_term": "Y20", "cover_term": "O"} | more
    return ProposalDraft(product.pk, customer.pk, **values)


@pytest.mark.django_db
def test_a_proposal_keeps_each_version_and_its_paper(agent, product, customer):
    now = clock.now()
    made = [make_proposal(actor=agent, draft=draft_for(product, customer), now=now, token="t") for _time in range(2)]
    proposal = made[0]
    add_version(
        actor=agent, proposal_id=proposal.pk, draft=draft_for(product, customer, sum_insured=20_000_000), version=1,
        now=now,
    )  # fmt: skip
    with pytest.raises(Conflict):
        add_version(actor=agent, proposal_id=proposal.pk, draft=draft_for(product, customer), version=1, now=now)
    first = ProposalVersion.objects.get(number=1)
    rendered = [render(first.pk, now), render(first.pk, now)]
    first.refresh_from_db()
    _file, blocks = open_file(agent, first.attachment_id)

    assert (made[1].pk, Proposal.objects.count(), rendered) == (proposal.pk, 1, [True, False])
    assert b"".join(blocks).startswith(b"%PDF")
    assert [version.document["premium"] for version in ProposalVersion.objects.order_by("number")] == [200_000, 400_000]
    assert first.document["customer"] == "周先生"
    assert "国栋" not in str(first.document)
    assert first.document["table"].startswith("2026 版 #")


@pytest.mark.django_db
def test_promises_and_what_may_not_be_sold_are_refused(agent, product, customer):
    with pytest.raises(Invalid) as words:
        make_proposal(actor=agent, draft=draft_for(product, customer, note="保本又稳赚"), now=clock.now())
    type(product).objects.filter(pk=product.pk).update(seller_rank=5)
    with pytest.raises(Invalid) as grade:
        make_proposal(actor=agent, draft=draft_for(product, customer), now=clock.now())

    assert [error.code for error in words.value.errors] == ["proposal.words"]
    assert [error.code for error in grade.value.errors] == ["sale.rank"]
    assert Proposal.objects.count() == 0


def shared(agent, product, customer, days=7):
    now = clock.now()
    proposal = make_proposal(actor=agent, draft=draft_for(product, customer), now=now)
    with pytest.raises(Refused):
        share(actor=agent, proposal_id=proposal.pk, number=1, days=days, now=now)
    render(ProposalVersion.objects.get(proposal=proposal).pk, now)
    return proposal, *share(actor=agent, proposal_id=proposal.pk, number=1, days=days, now=now)


@pytest.mark.django_db
def test_a_link_opens_without_sign_in_tells_of_reading_and_ends(agent, product, customer):
    proposal, link, token = shared(agent, product, customer)
    anybody, base = Client(), f"/policies/proposals/read/{token}/"

    page = anybody.get(base)
    paper = anybody.get(f"{base}paper/")
    confirmed = [anybody.post(f"{base}confirm/").status_code for _time in range(2)]
    text = page.content.decode()
    revoke(actor=agent, proposal_id=proposal.pk, link_id=link.pk, now=clock.now())

    assert (page.status_code, paper["Content-Type"], confirmed) == (200, "application/pdf", [302, 302])
    assert "周先生" in text
    assert "犹豫期" in text
    assert not any(word in text for word in ("国栋", customer.customer_no, str(customer.birth_on)))
    assert sorted(ProposalReading.objects.values_list("act", flat=True)) == ["CONFIRM", "OPEN", "PDF"]
    assert Proposal.objects.get().read_at is not None
    assert [anybody.get(address).status_code for address in (base, f"{base}paper/")] == [404, 404]
    unknown = anybody.get("/policies/proposals/read/unknown/")
    assert (unknown.status_code, "此链接已失效" in unknown.content.decode()) == (404, True)


@pytest.mark.django_db
def test_only_the_hash_is_kept_and_a_link_expires(agent, product, customer):
    _proposal, link, token = shared(agent, product, customer, days=1)

    assert ProposalLink.objects.get().token_hash == hash_of(token) != token
    assert link_by_token(token, clock.now()).pk == link.pk
    with pytest.raises(NotFound):
        link_by_token(token, clock.now() + timedelta(days=1, seconds=1))


@pytest.mark.django_db
def test_pages_make_show_and_share(agent, product, customer):
    browser = client_of("agent", agent=Agent.objects.get(pk=agent.scope.agent_id))[0]
    stranger = client_of("policy_clerk", unit=small_tree().west)[0]
    form = {
        "customer": f"{customer.name} {customer.customer_no}", "sum_insured": "100000", "cover_term": "O",
        "pay_term": "Y20", "pay_mode": "05", "idempotency": "one",
    }  # fmt: skip

    chooser = browser.get("/policies/proposals/new/").content.decode()
    made = browser.post(f"/policies/proposals/new/?product={product.pk}", form)
    second = form | {"note": "保证 收益", "idempotency": "two"}
    wrong = browser.post(f"/policies/proposals/new/?product={product.pk}", second)
    proposal = Proposal.objects.get()
    base = f"/policies/proposals/{proposal.pk}/"
    render(ProposalVersion.objects.get().pk, clock.now())
    browser.post(f"{base}versions/1/link/", {"days": 7})
    seen = browser.get(base).content.decode()
    again = browser.get(base).content.decode()

    assert product.name in chooser
    assert (made.status_code, wrong.status_code) == (302, 422)
    assert "保证收益" in wrong.content.decode()
    assert ("proposals/read/" in seen, "proposals/read/" in again) == (True, False)
    parts = ("?panel=1", "?part=versions", "versions/new/")
    assert [browser.get(f"{base}{more}").status_code for more in parts] == [200, 200, 200]
    assert browser.get("/policies/proposals/").status_code == 200
    assert stranger.get(base).status_code == 404
    applied = f"/policies/applications/new/?product={product.pk}&holder={customer.pk}&proposal={proposal.pk}"
    assert applied.replace("&", "&amp;") in seen
    assert browser.get(applied).context["form"].initial["sum_insured"] == 10_000_000
    assert stranger.get(applied).status_code == 404
    asked = {"p1": product.pk, "p2": make_product(kind="LIFE").pk, "age": 30, "sex": "1", "sum_insured": "100000"}
    compared = browser.get("/products/compare/", asked)
    assert (compared.status_code, 'id="comparison"' in compared.content.decode()) == (200, True)
