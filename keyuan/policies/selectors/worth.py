"""What customers' contracts are worth to the tiers: in force and past cooling-off, by term of payment (CUS-14)."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date

from keyuan.customers.extensions import Worth, WorthSource, worth_sources
from keyuan.customers.rules.standards import WHOLE_BP, term_of
from keyuan.kernel.codes import PayMode, PolicyStatus
from keyuan.kernel.dates import add_years
from keyuan.policies.models import Policy

#: A contract counts among those paid for three years when what is due next lies so far behind its beginning.
STEADY_YEARS = 3
COLUMNS = ("holder_id", "annual_premium", "pay_mode", "pay_term", "pay_term_unit", "effective_on", "next_due_on")


def weigh(customer_ids: Collection[int], factors: Mapping[str, int], on: date) -> dict[int, Worth]:
    """Return the worth of those who hold such contracts; one query by the holder's index, CNY only."""
    held = Policy.objects.filter(
        holder_id__in=list(customer_ids), status=PolicyStatus.IN_FORCE, in_cooling_off=False, currency="CNY"
    )
    vip: dict[int, int] = defaultdict(int)
    single: dict[int, int] = defaultdict(int)
    steady: dict[int, int] = defaultdict(int)
    for holder, premium, mode, term, unit, begun, due in held.values_list(*COLUMNS):
        if holder is None or not premium:
            continue
        is_single = mode == PayMode.SINGLE
        years = term if unit == "Y" else None
        vip[holder] += premium * factors.get(term_of(years, is_single=is_single), WHOLE_BP) // WHOLE_BP
        if is_single:
            single[holder] += premium
        elif begun <= on and due >= add_years(begun, STEADY_YEARS):
            steady[holder] += premium
    return {pk: Worth(value, single[pk], steady[pk]) for pk, value in vip.items()}


def register() -> None:
    """Put the contracts' worth into the customers' registry."""
    worth_sources.add(WorthSource("policies", weigh))
