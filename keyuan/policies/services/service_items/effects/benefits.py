"""Benefits that are due and dividends: claimed, approved and chosen through the benefits' own services (POL-6)."""

from dataclasses import replace

from django.utils import timezone

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.policies import permissions
from keyuan.policies.models import BenefitDue
from keyuan.policies.rules.benefits.states import LARGE
from keyuan.policies.selectors.service_items.money import payable_benefits
from keyuan.policies.services.benefits.claiming import ClaimDraft, approve_benefit, claim_benefit, payee_name
from keyuan.policies.services.benefits.dividends import set_option
from keyuan.policies.services.service_items.effects.work import Work
from keyuan.policies.services.service_items.notices import ACTOR


def survival(work: Work) -> None:
    """Claim and approve benefits that are due, the oldest first, whole ones only; the bank pays them out.

    Whoever took the request in claims, whoever approves it decides. Raises `Refused` request.whole_benefits (field
    amount), benefit.too_large above the limit without the right, and what claiming and approving refuse.
    """
    rows = _whole_ones(work)
    if any(row.amount > LARGE for row in rows) and not work.actor.may(permissions.BENEFIT_LARGE):
        raise Refused("benefit.too_large")
    request, number = work.request, work.opened("bank_account", "policy_service")
    claimant = _as(request.entered_by_id, request.entered_by_name)
    decider = _as(work.actor.id, work.actor.name)
    for row in rows:
        draft = ClaimDraft(
            max(row.due_on, timezone.localdate(request.received_at)), str(work.values["proof"]),
            work.values["proof_on"], number, payee_name(row), str(work.values["payee_bank"]),
        )  # fmt: skip
        claimed = claim_benefit(actor=claimant, benefit_id=row.pk, version=row.version, draft=draft, now=work.now)
        approve_benefit(actor=decider, benefit_id=row.pk, version=claimed.version, now=work.now)
    # A maturity closes the contract's loans through its own copy of the row.
    work.policy.refresh_from_db()
    ids = [row.pk for row in rows]
    work.told["paid_out"] = sum(BenefitDue.objects.filter(pk__in=ids).values_list("payable", flat=True))


def _whole_ones(work: Work) -> list[BenefitDue]:
    """Return the benefits that the amount asked for pays; all of them belong to whoever the account belongs to."""
    left, found = int(work.values["amount"]), []
    for row in payable_benefits(work.policy, work.today):
        if row.payable > left:
            break
        left -= row.payable
        found.append(row)
    if left or not found:
        raise Refused("request.whole_benefits", field="amount")
    named = str(work.values.get("payee_name") or "").strip()
    if any(payee_name(row).strip() != named for row in found):
        raise Refused("benefit.account_not_own", field="payee_name")
    return found


def _as(person_id: int | None, name: str) -> Actor:
    """Return the program in the name of a person whose right this request has asked for already."""
    return replace(ACTOR, id=person_id, name=name)


def dividend_option(work: Work) -> None:
    """Set how dividends are taken that are declared from now on."""
    set_option(work.policy, str(work.values["dividend_option"]), by=work.actor.name, on=work.today)
