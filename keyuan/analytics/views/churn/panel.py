"""Churn on the customer's page: chances, why, what to do, and from when (ANA-6)."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from keyuan.analytics import permissions
from keyuan.analytics.extensions import Judged
from keyuan.analytics.forms.churn import words
from keyuan.analytics.models import ChurnScore
from keyuan.analytics.selectors.churn.watched import churn_of
from keyuan.analytics.selectors.objections import objects
from keyuan.customers.selectors import access_customer
from keyuan.kernel.actor import Actor
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.policies import permissions as policy_permissions
from keyuan.policies.selectors import policies_visible_to


@require_GET
@allow(permissions.CHURN)
def customer_churn(request: StaffRequest, customer_id: int) -> HttpResponse:
    """The panel of the 360° page."""
    customer = access_customer(request.actor, customer_id, now=clock.now())
    row = None if objects(customer.pk) else churn_of(customer.pk)
    context: dict[str, Any] = {"customer": customer, "row": row, "objects": row is None and objects(customer.pk)}
    if row is not None:
        context |= {
            "level": words.LEVELS.get(row.level),
            "outcome": words.outcome_word(row.outcome),
            "reasons": words.told(row.reasons),
            "advice": words.STRATEGIES.get(row.outcome, ""),
            "contracts": contracts_shown(request.actor, row),
        }
    return page(request, "analytics/churn/panel.html", context)


def contracts_shown(actor: Actor, row: ChurnScore) -> list[dict[str, Any]]:
    """Return the contracts in reach with their chances, the most endangered first."""
    seen: dict[int, Any] = {}
    if actor.may(policy_permissions.VIEW):
        ids = [one["policy"] for one in row.contracts]
        rows = policies_visible_to(actor, now=clock.now()).filter(pk__in=ids).select_related("product")
        seen = {policy.pk: policy for policy in rows}
    return [
        {
            "policy": seen[one["policy"]],
            "outcome": words.outcome_word(one["outcome"]),
            "chances": [words.percent(chance) for chance in one["chances"]],
            "tone": words.LEVELS[one["level"]][1] if one["level"] in words.LEVELS else "",
        }
        for one in row.contracts
        if one["policy"] in seen
    ]


def explained(customer_id: int) -> list[Judged]:
    """Return what programs say of a customer, for explaining it to them (PIPL 24)."""
    row = churn_of(customer_id)
    if row is None:
        return []
    verdict = f"{words.outcome_word(row.outcome)} {words.percent(row.chance_12)}"
    told = words.told(row.reasons)
    return [Judged(words.ABOUT, verdict, told, row.model, str(row.model_number), row.scored_on, words.EFFECT)]
