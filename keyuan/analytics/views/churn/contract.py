"""The chances of one contract, as a tab of its page (ANA-6)."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from keyuan.analytics import permissions
from keyuan.analytics.forms.churn import words
from keyuan.analytics.rules.churn.outcomes import HORIZONS
from keyuan.analytics.selectors.churn.contracts import ContractChance, chance_of_contract
from keyuan.analytics.selectors.objections import objects
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.policies.selectors import access_policy


@require_GET
@allow(permissions.CHURN)
def policy_churn(request: StaffRequest, policy_id: int) -> HttpResponse:
    """Chances within 3, 6 and 12 months with the day they are of, whether the contract stands out, and why."""
    policy = access_policy(request.actor, policy_id, now=clock.now())
    objecting = objects(policy.holder_id)
    chance = None if objecting else chance_of_contract(policy.pk)
    context = {"policy": policy, "objects": objecting, "chance": shown(chance) if chance else None}
    return page(request, "analytics/churn/contract.html", context)


def shown(chance: ContractChance) -> dict[str, Any]:
    """Return the chances of a contract in words."""
    return {
        "outcome": words.outcome_word(chance.outcome),
        "rows": [
            (words.WITHIN[months], words.percent(one)) for months, one in zip(HORIZONS, chance.chances, strict=True)
        ],
        "level": words.LEVELS.get(chance.level),
        "reasons": words.told(chance.reasons),
        "advice": words.STRATEGIES.get(chance.outcome, "") if chance.level else "",
        "day": chance.day,
    }
