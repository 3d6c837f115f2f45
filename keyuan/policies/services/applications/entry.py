"""Entering and changing applications: people, product, price, need, declaration (POL-10)."""

import json
from datetime import datetime

from django.db import transaction

from keyuan.customers.models import Customer, CustomerSummary
from keyuan.customers.selectors import access_customer
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Invalid, Refused
from keyuan.organisation.models import LEVEL_COLUMNS, Agent
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.clocks.timetables import calendar_in_force
from keyuan.platform.locks import hold
from keyuan.platform.numbers import allocate
from keyuan.policies import permissions
from keyuan.policies.models import Application, ApplicationBeneficiary, ApplicationEvent
from keyuan.policies.rules.applications import declaration as declaring
from keyuan.policies.rules.applications.drafts import ApplicationDraft
from keyuan.policies.rules.applications.states import State
from keyuan.policies.rules.applications.suitability import mismatches
from keyuan.policies.rules.contract import beneficiary_problems
from keyuan.policies.selectors.agents import serving_agent
from keyuan.policies.selectors.applications import asked_about, made_by_key
from keyuan.policies.selectors.applications.suiting import age_on, need_of, offered_to
from keyuan.policies.services.applications.pricing import price
from keyuan.policies.services.applications.recording import locked, set_clocks
from keyuan.products.models import Package, Product
from keyuan.products.selectors.sale import refusals_for, seller_of

CHANGEABLE = (State.DRAFT, State.RETURNED)
PLAIN = (
    "relation", "plan", "occupation", "sum_insured", "pay_mode", "pay_term", "cover_term", "effective_on",
    "insist_note", "insured_agreed", "interest_agreed", "risk_sentence", "signed_on", "signed_how",
)  # fmt: skip


def save_application(
    *, actor: Actor, draft: ApplicationDraft, now: datetime, application_id: int | None = None, version: int = 0,
    token: str = "",
) -> Application:  # fmt: skip
    """Enter an application as a draft, or change one that was not handed in yet.

    ``token`` names one attempt: sending it again returns the application of the first time. Raises `Invalid` with all
    that is wrong (sale, seller's grade and licence, ages, beneficiaries, price), each with its field; `NotFound` for
    customers out of reach; `Refused` application.handed_in and `Conflict`. Nothing is saved then.
    """
    actor.require(permissions.APPLY)
    product, package = _offer(draft)
    holder = access_customer(actor, draft.holder_id, now=now)
    insured = access_customer(actor, draft.insured_id, now=now) if draft.insured_id else holder
    agent = _seller(actor, draft)
    _check(draft, product, insured, agent, now)
    with transaction.atomic():
        key = f"{actor.id}:{token}"[:80] if token else ""
        hold(f"application {key}")
        made = made_by_key(key) if application_id is None else None
        if made is not None:
            return made
        application = locked(actor, application_id, version) if application_id else _new(actor, now, key)
        if application.status not in CHANGEABLE:
            raise Refused("application.handed_in")
        _write(application, draft, product, package, (holder, insured), agent, now)
        _beneficiaries(application, draft)
        _note(actor, application, is_new=application_id is None, now=now)
    return application


def _offer(draft: ApplicationDraft) -> tuple[Product, Package | None]:
    product = Product.objects.filter(pk=draft.product_id).first()
    if product is None:
        raise Refused("policy.no_such_product", field="product")
    package = Package.objects.filter(pk=draft.package_id).first() if draft.package_id else None
    if draft.package_id and (package is None or package.sale_status != Package.SaleStatus.ON_SALE):
        raise Refused("application.no_such_package", field="package")
    return product, package


def _seller(actor: Actor, draft: ApplicationDraft) -> Agent | None:
    """Return who sells: the one named, or the salesperson who enters it."""
    own = actor.scope.agent_id
    if draft.agent_id is None or draft.agent_id == own:
        return Agent.objects.filter(pk=own).first() if own else None
    return serving_agent(actor, draft.agent_id, field="agent")


def _check(draft: ApplicationDraft, product: Product, insured: Customer, agent: Agent | None, now: datetime) -> None:
    wrong = refusals_for(product, seller_of(agent.pk if agent else None, "", now.date()), now.date())
    wrong += beneficiary_problems(draft.beneficiaries, product.kind)
    age = age_on(insured, draft.effective_on)
    youngest, oldest = product.issue_age_min, product.issue_age_max
    if age is not None and not (youngest or 0) <= age <= (120 if oldest is None else oldest):
        span = {"youngest": "--" if youngest is None else youngest, "oldest": "--" if oldest is None else oldest}
        wrong.append(Refused("policy.issue_age", field="insured", **span))
    if draft.signed_on and draft.signed_on > now.date():
        wrong.append(Refused("policy.date_in_future", field="signed_on"))
    if draft.effective_on < now.date():
        wrong.append(Refused("application.effective_passed", field="effective_on"))
    if draft.pay_mode and product.pay_modes and draft.pay_mode not in product.pay_modes:
        wrong.append(Refused("policy.pay_mode_not_offered", field="pay_mode"))
    if wrong:
        raise Invalid(wrong)


def _new(actor: Actor, now: datetime, key: str) -> Application:
    return Application(
        application_no=allocate("application", 1)[0], form_key=key or None, applied_on=now.date(), created_at=now,
        entered_by_id=actor.id, entered_by_name=actor.name[:40], version=0,
    )  # fmt: skip


def _write(
    application: Application, draft: ApplicationDraft, product: Product, package: Package | None,
    people: tuple[Customer, Customer], agent: Agent | None, now: datetime,
) -> None:  # fmt: skip
    application.product, application.package = product, package
    application.holder, application.insured = people
    application.agent_id = agent.pk if agent else None
    for name in PLAIN:
        setattr(application, name, getattr(draft, name))
    application.need = {
        "purposes": list(draft.need.purposes),
        "yearly_income": draft.need.yearly_income,
        "budget": draft.need.budget,
        "risk_level": draft.need.risk_level,
    }
    price(application, draft, now.date())
    application.mismatches = mismatches(need_of(application), offered_to(application, product, people[0]))
    if not application.mismatches:
        application.insist_note = ""
    _declare(application, draft, product, people[1], now)
    _place(application, people[0], agent)
    application.updated_at = now
    application.version += 1
    set_clocks(application, now, calendar_in_force())
    application.save()


def _declare(
    application: Application, draft: ApplicationDraft, product: Product, insured: Customer, now: datetime
) -> None:
    if not draft.answers:
        return
    kept = answers_of(application) | draft.answers
    questions = declaring.asked_of(asked_about(product), insured.sex)
    codes = {question.code for question in questions}
    answers = {code: answer for code, answer in kept.items() if code in codes}
    application.declaration = json.dumps(declaring.to_json(answers), ensure_ascii=False)
    application.declared_at = now
    application.adverse_count = len(declaring.adverse_codes(questions, answers))


def answers_of(application: Application) -> dict[str, declaring.Answer]:
    """Return the declaration for a rule to judge; nothing of it is shown to anybody here."""
    found: dict[str, declaring.Answer] = {}
    sealed = application.declaration
    if sealed is None or isinstance(sealed, str):
        return found

    def take(text: str) -> bool:
        found.update(declaring.from_json(json.loads(text)))
        return True

    sealed.satisfies(take)
    return found


def _place(application: Application, holder: Customer, agent: Agent | None) -> None:
    """Put the application where its seller works, or where its holder is served."""
    summary = CustomerSummary.objects.get(pk=holder.pk)
    place = agent or summary
    for column in LEVEL_COLUMNS:
        setattr(application, column, getattr(place, column))
    application.sales_channel = place.sales_channel
    application.servicing_agent_id = agent.pk if agent else summary.servicing_agent_id


def _beneficiaries(application: Application, draft: ApplicationDraft) -> None:
    ApplicationBeneficiary.objects.filter(application=application).delete()
    ApplicationBeneficiary.objects.bulk_create(
        ApplicationBeneficiary(
            application=application, customer_id=party.customer_id,
            name="" if party.customer_id else party.name.strip(), relation=party.relation_to_insured,
            order=party.order, share_bp=party.share_bp, is_statutory=party.is_statutory,
        )
        for party in draft.beneficiaries
    )  # fmt: skip


def _note(actor: Actor, application: Application, *, is_new: bool, now: datetime) -> None:
    after = {"product": application.product.code, "premium": application.premium, "status": application.status}
    action = Action.CREATE if is_new else Action.UPDATE
    subject = Subject("application", application.pk)
    record(actor, action, subject, after=after, customer_id=application.holder_id, now=now)
    ApplicationEvent.objects.create(
        application=application, act="ENTER" if is_new else "CHANGE", to_status=application.status, at=now,
        actor_id=actor.id, actor_name=actor.name[:40],
    )  # fmt: skip
