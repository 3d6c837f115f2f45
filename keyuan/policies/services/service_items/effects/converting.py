"""Conversion (转换): the contract ends, its value pays the premiums of a new one that begins the same day."""

from datetime import datetime
from typing import Any

from keyuan.kernel.errors import Refused
from keyuan.policies.models import Instalment, Payment, Policy, PolicyParty, ServiceRequest
from keyuan.policies.rules.drafts import PartyDraft, PolicyDraft
from keyuan.policies.rules.ledger import Account, EntryKind
from keyuan.policies.selectors.service_items.pricing import target_of, terms_of
from keyuan.policies.services.contracts import create_policy
from keyuan.policies.services.payments import OPEN, PaymentDraft, take_payment
from keyuan.policies.services.recording import note_event, touch
from keyuan.policies.services.service_items.effects.money import end_contract
from keyuan.policies.services.service_items.effects.paying import pay_out
from keyuan.policies.services.service_items.effects.work import Work
from keyuan.policies.services.service_items.notices import ACTOR
from keyuan.policies.services.transitions import COLUMNS, step_locked
from keyuan.products.rules.terms import unit_and_number

Role = PolicyParty.Role
#: Money that moves inside the house.
INTERNAL = "99"


def convert(work: Work) -> None:
    """End the contract, make the new one for the same people, and pay its premiums from the value, the oldest first.

    The premium is the one that the review settled. What is left of the value is owed to the holder. Raises what
    `create_policy` refuses of the new contract, and `Refused` request.premium_needed without a premium.
    """
    if work.request.new_premium is None:
        raise Refused("request.premium_needed", field="new_premium")
    old, debit_account = work.policy, work.policy.debit_account
    people = {role: _parties(old, role) for role in (Role.INSURED, Role.BENEFICIARY)}
    value = end_contract(work, "CONVERT", "SURRENDER", Account.ADVANCE)
    made = create_policy(actor=ACTOR, draft=_draft(work, people), now=work.now, token=f"convert {work.request.pk}")
    if debit_account is not None:
        made.debit_account, made.debit_account_index = debit_account, old.debit_account_index
        touch(made, work.now, "debit_account", "debit_account_index")
    rows = Instalment.objects.filter(policy=made, status__in=OPEN).values_list("amount", flat=True)
    paid = min(value, sum(rows))
    if paid:
        draft = PaymentDraft(paid, work.today, INTERNAL, work.request.request_no)
        take_payment(actor=work.actor, policy=made, draft=draft, now=work.now, against=Account.ADVANCE)
    if value > paid:
        pay_out(work, "SURRENDER", EntryKind.REFUND_OWED, Account.ADVANCE, value - paid, "-left")
    work.told |= {"new_policy": made.policy_no, "carried": paid, "premium": work.request.new_premium}
    work.image["made_policy"] = made.pk


def _parties(policy: Policy, role: str) -> tuple[PartyDraft, ...]:
    rows = PolicyParty.objects.filter(policy=policy, role=role, valid_until__isnull=True).order_by("order", "pk")
    return tuple(
        PartyDraft(
            row.customer_id, row.name, row.relation_to_insured, row.order, row.share_bp, row.benefit_type or "1",
            row.is_statutory,
        )
        for row in rows
    )  # fmt: skip


def _draft(work: Work, people: dict[Any, tuple[PartyDraft, ...]]) -> PolicyDraft:
    old, product = work.policy, target_of(work.values)
    if product is None or old.holder_id is None:
        raise Refused("policy.no_such_product", field="target_product")
    terms = terms_of(old, product)
    pay_unit, pay_term = unit_and_number(terms["pay_term"])
    cover_unit, cover_term = unit_and_number(terms["cover_term"])
    single = terms["pay_mode"] == "01" or pay_unit == "S"
    return PolicyDraft(
        product_id=product.pk, holder_id=old.holder_id, effective_on=work.today, premium=work.request.new_premium,
        pay_mode="01" if single else terms["pay_mode"],
        sum_insured=int(work.values.get("new_sum") or old.sum_insured or 0) or None, applied_on=work.today,
        issued_on=work.today, pay_term=1 if single else pay_term, pay_term_unit="S" if single else pay_unit,
        cover_term=cover_term, cover_term_unit=cover_unit or "O", previous_policy_id=old.pk,
        # Cover goes on without a break, so nobody waits for it anew.
        waives_waiting=True, insured=people[Role.INSURED], beneficiaries=people[Role.BENEFICIARY],
    )  # fmt: skip


def convert_back(work: Work, former: ServiceRequest) -> None:
    """End the contract that a conversion made; its premiums go back onto the account they came from.

    The entries of both contracts are mirrored. Raises `Refused` request.changed_since where it lived on meanwhile.
    """
    made = Policy.objects.select_for_update(of=("self",)).select_related("product").get(pk=former.image["made_policy"])
    own = Payment.objects.filter(policy=made, reference=former.request_no).first()
    if _lived_on(made, former.decided_at, own):
        raise Refused("request.changed_since", what=made.policy_no)
    status = made.status
    if own is not None:
        draft = PaymentDraft(-own.amount, work.today, INTERNAL, f"{work.request.request_no}-{own.pk}")
        take_payment(actor=work.actor, policy=made, draft=draft, now=work.now, against=Account.ADVANCE)
    step_locked(made, "CONVERT", work.today, work.today, reason=work.request.request_no)
    touch(made, work.now, *COLUMNS)
    note_event(work.actor, made, "CONVERT", work.now, from_status=status, reason=work.request.request_no)


def _lived_on(made: Policy, since: datetime | None, own: Payment | None) -> bool:
    others = Payment.objects.filter(policy=made)
    if own is not None:
        others = others.exclude(pk=own.pk)
    asked = ServiceRequest.objects.filter(policy=made, decided_at__gte=since, status="EFFECTIVE")
    return made.status not in ("IN_FORCE", "NOT_EFFECTIVE") or others.exists() or asked.exists()
