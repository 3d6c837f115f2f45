"""What a contract will pay while the insured lives: the schedule of the years to come (POL-6)."""

from datetime import date
from itertools import islice

from keyuan.kernel.codes import PolicyStatus
from keyuan.policies.models import Policy
from keyuan.policies.rules.benefits.schedule import Cover, Falling, falling
from keyuan.policies.selectors.benefits.candidates import offered_products, people_of

#: How many payments to come are shown.
SHOWN = 12


def ahead_of(policy: Policy, today: date) -> list[Falling]:
    """Return the next payments of a contract in the order of their days; dividends are not foretold."""
    offered = offered_products(policy.product_id).get(policy.product_id)
    if offered is None or policy.status not in (PolicyStatus.IN_FORCE, PolicyStatus.NOT_EFFECTIVE):
        return []
    cover = Cover(
        policy.effective_on, policy.expires_on, policy.sum_insured or 0, is_annuity=offered.is_annuity,
        birth_on=people_of([policy]).births.get(policy.pk),
    )  # fmt: skip
    rows: list[Falling] = []
    for benefit in offered.benefits:
        rows += islice(falling(cover, [benefit], date.fromordinal(today.toordinal() + 1), date.max), SHOWN)
    return sorted(rows, key=lambda row: row.due_on)[:SHOWN]
