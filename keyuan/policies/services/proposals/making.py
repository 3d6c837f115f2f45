"""Making a proposal and its versions: figures, disclosures, the seller's words; the paper follows in a job (PRD-5)."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from keyuan.contact.rules.messages.words import prohibited_in
from keyuan.contact.selectors.messages.providers import prohibited_words
from keyuan.contact.services.messages.filling import salutation
from keyuan.customers.models import Customer, CustomerSummary
from keyuan.customers.selectors import access_customer
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Invalid, Refused
from keyuan.organisation.models import LEVEL_COLUMNS, Agent
from keyuan.organisation.selectors.agents import licences_of
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.jobs import enqueue
from keyuan.platform.locks import hold
from keyuan.platform.numbers import allocate
from keyuan.policies import permissions
from keyuan.policies.models import Proposal, ProposalVersion
from keyuan.policies.rules.proposals.disclosures import Facts, disclosures
from keyuan.policies.selectors.applications.suiting import age_on
from keyuan.policies.selectors.proposals import access_proposal, made_by_key
from keyuan.products.models import Product
from keyuan.products.selectors import benefits_of
from keyuan.products.selectors.figures import Plan, plan_of
from keyuan.products.selectors.labels import term_words
from keyuan.products.selectors.pricing import Wish
from keyuan.products.selectors.sale import refusals_for, seller_of

RENDER = "keyuan.policies.jobs.render_proposal"
#: Years printed one by one, then every fifth.
EACH_UNTIL, STEP = 10, 5


@dataclass(frozen=True, slots=True)
class ProposalDraft:
    """What is proposed; amounts in minor units, terms as tokens, ``age`` where the birth date is not known."""

    product_id: int
    customer_id: int
    sum_insured: int
    pay_term: str = ""
    cover_term: str = ""
    pay_mode: str = "05"
    plan: str = ""
    occupation: str = ""
    age: int | None = None
    note: str = ""


def make_proposal(*, actor: Actor, draft: ProposalDraft, now: datetime, token: str = "") -> Proposal:
    """Make a proposal with its first version; its paper is rendered right after.

    ``token`` names one attempt: sending it again returns the proposal of the first time. Raises `NotFound` for a
    customer out of reach, `Invalid` with what forbids the sale or the price, `Refused` proposal.words (forbidden
    words in the note).
    """
    actor.require(permissions.APPLY)
    product, customer = _checked(actor, draft, now)
    plan = _plan(product, customer, draft, now.date())
    with transaction.atomic():
        key = f"{actor.id}:{token}"[:80] if token else ""
        hold(f"proposal {key}")
        made = made_by_key(key)
        if made is not None:
            return made
        proposal = _new(actor, product, customer, key, now)
        _version(actor, proposal, customer, plan, draft, now)
        after = {"product": product.code, "sum_insured": draft.sum_insured}
        subject = Subject("proposal", proposal.pk)
        record(actor, Action.CREATE, subject, after=after, customer_id=customer.pk, now=now)
    return proposal


def add_version(
    *, actor: Actor, proposal_id: int, draft: ProposalDraft, version: int, now: datetime
) -> ProposalVersion:
    """Add a version with other terms; the ones before stay as they were read. Raises as `make_proposal`, `Conflict`."""
    actor.require(permissions.APPLY)
    product, customer = _checked(actor, draft, now)
    plan = _plan(product, customer, draft, now.date())
    with transaction.atomic():
        proposal = access_proposal(actor, proposal_id, lock=True)
        if proposal.version != version:
            raise Conflict("conflict", version=proposal.version)
        proposal.product, proposal.title = product, product.name[:80]
        made = _version(actor, proposal, customer, plan, draft, now)
        detail = {"number": made.number}
        record(
            actor, Action.UPDATE, Subject("proposal", proposal.pk), detail=detail, customer_id=customer.pk, now=now
        )  # fmt: skip
    return made


def _checked(actor: Actor, draft: ProposalDraft, now: datetime) -> tuple[Product, Customer]:
    product = Product.objects.filter(pk=draft.product_id).first()
    if product is None:
        raise Refused("policy.no_such_product", field="product")
    customer = access_customer(actor, draft.customer_id, now=now)
    agent_id = actor.scope.agent_id or CustomerSummary.objects.get(pk=customer.pk).servicing_agent_id
    # Whoever may not sell a product may not propose it, either (销售办法 21).
    wrong = refusals_for(product, seller_of(agent_id, "", now.date()), now.date())
    words = prohibited_in(draft.note, prohibited_words())
    if words:
        wrong.append(Refused("proposal.words", field="note", words="、".join(words)))
    if wrong:
        raise Invalid(wrong)
    return product, customer


def _plan(product: Product, customer: Customer, draft: ProposalDraft, today: date) -> Plan:
    age = age_on(customer, today)
    wish = Wish(
        age=draft.age if age is None else age, sex=customer.sex if customer.sex in ("1", "2") else "",
        sum_insured=draft.sum_insured, cover_term=draft.cover_term, pay_term=draft.pay_term, pay_mode=draft.pay_mode,
        occupation=draft.occupation or customer.occupation_class, plan=draft.plan,
    )  # fmt: skip
    plan = plan_of(product, wish, on=today)
    if plan.refusal is not None:
        raise Invalid([plan.refusal])
    return plan


def _new(actor: Actor, product: Product, customer: Customer, key: str, now: datetime) -> Proposal:
    summary = CustomerSummary.objects.get(pk=customer.pk)
    agent = Agent.objects.filter(pk=actor.scope.agent_id or summary.servicing_agent_id or 0).first()
    place: Any = agent or summary
    return Proposal(
        proposal_no=allocate("proposal", 1)[0], form_key=key or None, customer=customer, product=product,
        title=product.name[:80], agent_id=agent.pk if agent else None, made_by_id=actor.id,
        made_by_name=actor.name[:40], created_at=now, updated_at=now, version=0,
        sales_channel=place.sales_channel, servicing_agent_id=agent.pk if agent else None,
        **{column: getattr(place, column) for column in LEVEL_COLUMNS},
    )  # fmt: skip


def _version(
    actor: Actor, proposal: Proposal, customer: Customer, plan: Plan, draft: ProposalDraft, now: datetime
) -> ProposalVersion:
    proposal.last_version += 1
    proposal.version += 1
    proposal.updated_at = now
    proposal.save()
    terms = {name: value for name, value in asdict(draft).items() if name not in ("customer_id", "note")}
    made = ProposalVersion.objects.create(
        proposal=proposal, number=proposal.last_version, terms=terms, note=draft.note.strip()[:300],
        document=document_of(proposal, customer, plan, now.date()), made_by_name=actor.name[:40], made_at=now,
    )  # fmt: skip
    enqueue(RENDER, version_id=made.pk)
    return made


def document_of(proposal: Proposal, customer: Customer, plan: Plan, today: date) -> dict[str, Any]:
    """Return everything that the paper says, as JSON: no personal data beyond form of address, age and sex."""
    product, found = plan.product, plan.quote
    if found is None:
        raise Refused("rates.no_table", product=product.name)
    has_values = any(year.value is not None for year in plan.years)
    facts = Facts(
        product.cooling_off_days, product.waiting_days, product.exclusions, product.design, product.is_long_term,
        has_values,
    )  # fmt: skip
    return {
        "number": proposal.proposal_no,
        "version": proposal.last_version,
        "on": today.isoformat(),
        "title": product.name,
        "customer": salutation(customer.name, customer.sex, customer.kind == "P", "zh-hans"),
        "age": plan.wish.age,
        "seller": _seller(proposal.agent_id),
        "sum_insured": found.sum_insured,
        "premium": found.premium,
        "pay_mode": plan.wish.pay_mode,
        "pay_term": plan.wish.pay_term,
        "pay_words": term_words(plan.wish.pay_term),
        "cover_term": plan.wish.cover_term,
        "cover_words": term_words(plan.wish.cover_term),
        "paid_in_all": plan.paid_in_all,
        "table": f"{found.table} #{found.row_no}",
        "benefits": [[row.name, _share(row.amount_bp, row.amount), row.condition] for row in benefits_of(product)],
        "years": [
            [year.year, year.age, year.premium, year.paid, year.income, year.death, year.value]
            for year in plan.years
            if year.year <= EACH_UNTIL or year.year % STEP == 0 or year.year == len(plan.years)
        ],
        "has_values": has_values,
        "break_even": plan.break_even,
        "disclosures": [[one.title, one.text] for one in disclosures(facts)],
    }


def _share(basis_points: int | None, amount: int | None) -> str:
    if amount is not None:
        return f"{amount / 100:,.2f}"
    return "" if basis_points is None else f"{basis_points / 100:g}%"


def _seller(agent_id: int | None) -> dict[str, str]:
    """Return who proposes: name, number, registration (销售办法 24)."""
    agent = Agent.objects.filter(pk=agent_id or 0).select_related("unit").first()
    if agent is None:
        return {"name": "", "number": "", "licence": "", "unit": ""}
    licences = licences_of(agent)
    return {
        "name": agent.name,
        "number": agent.agent_no,
        "licence": licences[0].licence_no if licences else "",
        "unit": agent.unit.name,
    }
