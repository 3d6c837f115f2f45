"""From an accepted quote to the new contract: seamless, paid first, linked to the former one (domain.md §A.8)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.platform.events import emit
from keyuan.policies import permissions
from keyuan.policies.events import RenewalsClosed
from keyuan.policies.models import Coverage, Policy, PolicyParty, Renewal, RenewalQuote, Vehicle
from keyuan.policies.rules.drafts import PolicyDraft
from keyuan.policies.rules.renewals.stages import Stage
from keyuan.policies.rules.renewals.underwriting import AtOnce
from keyuan.policies.rules.renewals.windows import is_seamless
from keyuan.policies.selectors.renewals import accepted_quote, open_application
from keyuan.policies.selectors.sources import keeper_of
from keyuan.policies.services.contracts import create_policy
from keyuan.policies.services.payments import PaymentDraft, record_payment
from keyuan.policies.services.recording import share_holders
from keyuan.policies.services.renewals.applying import why_at_once
from keyuan.policies.services.renewals.people import agent_who_works, people_in
from keyuan.policies.services.renewals.recording import locked, take

#: Columns of a vehicle that pass to the next contract; its NCD factor is that of the new quote.
VEHICLE = (
    "plate", "vin", "make", "model", "kind", "usage", "fuel", "engine_ml", "power_kw", "speed_kmh", "mass_kg", "seats",
    "value", "age_years", "registered_on", "region_code",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Paid:
    """The premium as it came in: no cover is issued before (见费出单)."""

    paid_on: date
    method: str = ""
    reference: str = ""
    monitored: str = ""


def issue_renewal(*, actor: Actor, renewal_id: int, version: int | None, paid: Paid, now: datetime) -> Policy:
    """Make the contract of the accepted quote and settle its premium; sending it twice makes one.

    Seamless cover begins at 0:00 after the former's last day and has no waiting period. Raises `Refused`
    renewal.by_application where underwriting decides, renewal.asked_since where it did not have to when the quote was
    accepted but does now, renewal.quote_started (that day has passed: quote anew),
    renewal.paid_before_quote (field ``paid_on``), policy.mirrored, renewal.wrong_stage, `Conflict`, and what
    `create_policy` and `record_payment` raise; nothing is made then.
    """
    actor.require(permissions.EDIT)
    with transaction.atomic():
        renewal = locked(actor, renewal_id, None, now=now)
        if renewal.stage == Stage.WON and renewal.new_policy is not None:
            return renewal.new_policy
        renewal = locked(actor, renewal_id, version, now=now)
        quote = accepted_quote(renewal)
        if quote is None:
            raise Refused("renewal.wrong_stage")
        if open_application(renewal) is not None:
            raise Refused("renewal.by_application")
        at_once = why_at_once(renewal, quote)
        if at_once is None:
            raise Refused("renewal.asked_since")
        _check(renewal, quote, paid.paid_on, now.date())
        draft = _draft(actor, renewal, quote, paid, now)
        policy = create_policy(actor=actor, draft=draft, now=now, token=f"renewal {renewal.pk}")
        _complete(policy, renewal, quote, at_once)
        money = PaymentDraft(quote.premium, paid.paid_on, paid.method, paid.reference or f"renewal {renewal.pk}")
        record_payment(actor=actor, policy_id=policy.pk, draft=money, now=now)
        renewal.new_policy, renewal.new_premium = policy, quote.premium
        take(actor, renewal, "ISSUE", now, columns=("new_policy", "new_premium"), detail={"policy": policy.pk})
        if renewal.is_assigned and renewal.holder_id:
            share_holders([renewal.holder_id])
        emit(RenewalsClosed((renewal.policy_id,), str(Stage.WON)))
    return policy


def _check(renewal: Renewal, quote: RenewalQuote, paid_on: date, today: date) -> None:
    keeper = keeper_of(renewal.policy)
    if keeper is not None:
        raise Refused("policy.mirrored", system=keeper.label)
    if renewal.stopped_on is not None:
        raise Refused("renewal.stopped")
    if quote.starts_on < today:
        raise Refused("renewal.quote_started")
    quoted_on = timezone.localdate(quote.made_at)
    if paid_on < quoted_on:
        raise Refused("renewal.paid_before_quote", field="paid_on", day=quoted_on.isoformat())
    if renewal.holder_id is None:
        raise Refused("renewal.no_holder")


def _draft(actor: Actor, renewal: Renewal, quote: RenewalQuote, paid: Paid, now: datetime) -> PolicyDraft:
    former = renewal.policy
    vehicle = Vehicle.objects.filter(policy=former).first()
    return PolicyDraft(
        product_id=quote.product_id,
        holder_id=renewal.holder_id or 0,
        effective_on=quote.starts_on,
        expires_on=quote.ends_on,
        premium=quote.premium,
        # One premium for one term of a year or less.
        pay_mode="01",
        pay_term_unit="S",
        cover_term=former.cover_term or 1,
        cover_term_unit=former.cover_term_unit if former.cover_term else "Y",
        sum_insured=quote.sum_insured or None,
        applied_on=now.date(),
        issued_on=now.date(),
        servicing_agent_id=agent_who_works(actor, former.servicing_agent_id),
        selling_agent_id=agent_who_works(actor, renewal.servicing_agent_id),
        previous_policy_id=former.pk,
        waives_waiting=is_seamless(former.expires_on, quote.starts_on),
        insured=people_in(former, PolicyParty.Role.INSURED),
        beneficiaries=people_in(former, PolicyParty.Role.BENEFICIARY),
        vehicle={name: getattr(vehicle, name) for name in VEHICLE} if vehicle else {},
        monitored=paid.monitored,
    )


def _complete(policy: Policy, renewal: Renewal, quote: RenewalQuote, at_once: AtOnce) -> None:
    """Put the quoted covers with sums and deductibles into the contract, and the new NCD factor on the vehicle.

    The contract keeps which quote it came from, and why nobody underwrote it (POL-10).
    """
    Coverage.objects.filter(policy=policy).delete()
    Coverage.objects.bulk_create(
        Coverage(policy=policy, status=policy.status, **{name: cover[name] for name in _COVER})
        for cover in quote.covers
    )
    if "ncd_bp" in quote.basis:
        Vehicle.objects.filter(policy=policy).update(bonus_malus_bp=quote.basis["ncd_bp"])
    policy.facts = {**policy.facts, "renewal_id": renewal.pk, "quote": quote.number, "at_once": str(at_once)}
    Policy.objects.filter(pk=policy.pk).update(facts=policy.facts)


_COVER = ("code", "name", "product_id", "is_rider", "sum_insured", "deductible", "premium")
