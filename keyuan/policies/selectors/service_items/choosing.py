"""Which items a contract can be asked for, and what stands in the way of the others (POL-5)."""

from dataclasses import replace
from datetime import datetime

from keyuan.kernel.errors import Refused
from keyuan.policies.models import Policy
from keyuan.policies.rules.service_items.catalogue import BY_CODE, ITEMS
from keyuan.policies.rules.service_items.checks import exists, obstacle
from keyuan.policies.rules.service_items.facts import Facts
from keyuan.policies.selectors.service_items import open_items, settled_rules
from keyuan.policies.selectors.service_items.facts import Wanted, facts_of
from keyuan.policies.selectors.service_items.money import account_value, payable_benefits


def items_now(policy: Policy, now: datetime) -> dict[str, Refused | None]:
    """Return the items that exist for this contract and are offered, each with why it cannot be taken in now."""
    facts, settled, busy = _facts(policy, now), settled_rules(), open_items(policy.pk)
    offered = [item for item in ITEMS if item.code not in settled or settled[item.code].is_offered]
    return {
        item.code: obstacle(item, facts) or (Refused("request.open_already") if item.code in busy else None)
        for item in offered
        if exists(item, facts)
    }


def _facts(policy: Policy, now: datetime) -> Facts:
    """Return what every item looks at: repaying reads worth and debt, the account and benefits are added."""
    facts = facts_of(policy, BY_CODE["REPAY"], Wanted(), now)
    due = sum(row.payable for row in payable_benefits(policy, now.date()))
    return replace(facts, account_value=account_value(policy), benefit_payable=due)
