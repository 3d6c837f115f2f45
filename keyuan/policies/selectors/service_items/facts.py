"""What the checks look at, read from the contract and its people (POL-5)."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import F, Max, Sum
from django.utils import timezone

from keyuan.customers.models import Customer
from keyuan.kernel.codes import PayMode, PolicyStatus
from keyuan.policies.extensions import claim_facts
from keyuan.policies.models import BenefitOption, Instalment, Policy, PolicyParty, ServiceRequest
from keyuan.policies.rules.contract import DEATH_KINDS
from keyuan.policies.rules.drafts import PartyDraft
from keyuan.policies.rules.money import minor_cap
from keyuan.policies.rules.service_items.catalogue import Item
from keyuan.policies.rules.service_items.codes import State
from keyuan.policies.rules.service_items.facts import Facts
from keyuan.policies.rules.service_items.values import seen
from keyuan.policies.selectors.service_items import drafts_of, people_of, sealed_names
from keyuan.policies.selectors.service_items.money import money_facts
from keyuan.policies.selectors.values.quoting import is_compulsory

OPEN_DUES = (Instalment.Status.DUE, Instalment.Status.PART)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for, before it is kept or as it is kept: values as checks see them."""

    applicant_role: str = "HOLDER"
    applicant: Customer | None = None
    face: str = "COUNTER"
    consents: frozenset[str] = frozenset()
    parties: tuple[PartyDraft, ...] = ()
    new_person: int | None = None
    reverses: int | None = None
    received_on: date | None = None
    values: dict[str, Any] = field(default_factory=dict)


def wanted_of(request: ServiceRequest, item: Item) -> Wanted:
    """Return what a kept request asks for."""
    rows = people_of(request)
    people = [row for row in rows if row.field != "beneficiaries"]
    return Wanted(
        request.applicant_role, request.applicant, request.face,
        frozenset(request.consents.values_list("party", flat=True)),
        drafts_of([row for row in rows if row.field == "beneficiaries"]),
        people[0].customer_id if people else None,
        request.reverses_id,
        timezone.localdate(request.received_at),
        seen(item, request.asked, sealed_names(request)),
    )  # fmt: skip


def insured_of(policy: Policy) -> list[PolicyParty]:
    """Return the insured of today; without any the holder is the insured."""
    rows = PolicyParty.objects.filter(policy=policy, role=PolicyParty.Role.INSURED, valid_until__isnull=True)
    return list(rows.select_related("customer").order_by("pk"))


def facts_of(policy: Policy, item: Item, wanted: Wanted, now: datetime) -> Facts:
    """Return the contract as the checks of ``item`` see it."""
    today, product = now.date(), policy.product
    insured = [row.customer for row in insured_of(policy) if row.customer is not None]
    people = insured or ([policy.holder] if policy.holder is not None else [])
    first_birth = people[0].birth_on if people else None
    dues = Instalment.objects.filter(policy=policy, status__in=OPEN_DUES)
    owed = dues.filter(due_on__lte=today).aggregate(sum=Sum(F("amount") - F("paid_amount")))["sum"] or 0
    last = dues.aggregate(last=Max("due_on"))["last"]
    minor = minor_cap(first_birth, today) is not None and bool(people)
    return Facts(
        on=today, kind=policy.kind, status=policy.status, design=product.design, is_long_term=product.is_long_term,
        is_frozen=policy.is_frozen, is_lost=policy.is_lost, is_waived=policy.is_premium_waived,
        is_group=policy.is_group, is_compulsory=is_compulsory(policy),
        is_single_premium=policy.pay_mode not in ("", PayMode.MONTHLY, PayMode.QUARTERLY, PayMode.HALF_YEARLY,
                                                  PayMode.YEARLY),
        no_more_premiums=last is None or policy.is_paid_up or policy.is_reduced_paid_up or policy.is_premium_waived,
        arrears=owed, sum_insured=policy.sum_insured, pay_mode=policy.pay_mode, pay_modes=tuple(product.pay_modes),
        apl_elected=policy.apl_elected_on is not None, dividend_option=_dividend_option(policy),
        receipt_signed_on=policy.receipt_signed_on, cooling_off_until=policy.cooling_off_until,
        has_cooling_off=product.cooling_off_days > 0,
        claim_paid=any(facts.was_paid(policy.pk) for facts in claim_facts), suspended_on=policy.suspended_on,
        expires_on=policy.expires_on, effective_on=policy.effective_on, issued_on=policy.issued_on,
        received_on=wanted.received_on, holder_id=policy.holder_id,
        holder_name=policy.holder_name,
        holder_is_company=policy.holder is not None and policy.holder.kind == Customer.Kind.ORGANISATION,
        insured_ids=tuple(person.pk for person in people), insured_birth_on=first_birth,
        minor_sums=_other_death_cover(people[0].pk, policy) if minor else 0,
        issue_ages=(product.issue_age_min, product.issue_age_max), branch_id=policy.branch_id,
        applicant_role=wanted.applicant_role, applicant_id=wanted.applicant.pk if wanted.applicant else None,
        applicant_name=wanted.applicant.name if wanted.applicant else "", face=wanted.face, consents=wanted.consents,
        parties=wanted.parties, new_person=wanted.new_person, reversible=_reversible(wanted.reverses, policy),
        values=wanted.values, **money_facts(policy, item, wanted.values, today),
    )  # fmt: skip


def _dividend_option(policy: Policy) -> str:
    chosen = BenefitOption.objects.filter(policy=policy).values_list("option", flat=True).first()
    return str(chosen or BenefitOption.Option.ACCUMULATE)


def _other_death_cover(insured_id: int, policy: Policy) -> int:
    """Return what other contracts of ours in force pay on a minor's death (保监发〔2015〕90号)."""
    roles = PolicyParty.objects.filter(customer_id=insured_id, role=PolicyParty.Role.INSURED, valid_until__isnull=True)
    others = Policy.objects.filter(
        pk__in=roles.values("policy_id"), status=PolicyStatus.IN_FORCE, kind__in=list(DEATH_KINDS)
    ).exclude(pk=policy.pk)
    return int(others.aggregate(sum=Sum("sum_insured"))["sum"] or 0)


def reversible_requests(policy: Policy) -> list[ServiceRequest]:
    """Return the requests of a contract whose effect can be taken back, newest first."""
    rows = ServiceRequest.objects.filter(policy=policy, status=State.EFFECTIVE, is_reversed=False, sent_at__isnull=True)
    return list(rows.exclude(item="REVERSE").order_by("-effective_on", "-pk")[:20])


def _reversible(request_id: int | None, policy: Policy) -> bool:
    if request_id is None:
        return bool(reversible_requests(policy))
    rows = ServiceRequest.objects.filter(pk=request_id, policy=policy, status=State.EFFECTIVE, is_reversed=False)
    return rows.exclude(item="REVERSE").exists()


def insured_birth(policy: Policy) -> date | None:
    """Return the birth date of the first insured, where it is known."""
    rows = insured_of(policy)
    person = rows[0].customer if rows else policy.holder
    return person.birth_on if person is not None else None
