"""Sums of a contract: annual premium, beneficiaries' shares, and the cap on a minor's death cover."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from keyuan.kernel.codes import PayMode
from keyuan.kernel.dates import completed_years
from keyuan.kernel.errors import Refused

WHOLE_BP = 10_000
#: 保监发〔2015〕90号: total death benefit of a minor, in 分, by age below which it holds.
MINOR_CAPS = ((10, 20_000_000), (18, 50_000_000))


def annual_premium(premium: int | None, mode: str) -> int | None:
    """Return a modal premium over a year, in the same minor units; a single one as it is."""
    if premium is None or not mode:
        return premium
    months = PayMode(mode).months
    return premium * (12 // months) if months else premium


@dataclass(frozen=True, slots=True)
class Share:
    """A beneficiary's order and share in basis points; None where nothing is stated (equal shares by law)."""

    order: int
    share_bp: int | None
    position: int = 0


def check_shares(shares: Iterable[Share]) -> None:
    """Raise `Refused` unless the shares of each order are all unstated or sum to 100 % (POL-1).

    Code policy.shares_sum with ``order``, ``sum`` and ``off`` (what it misses 100 by) in percent, field
    ``beneficiaries``; policy.share_range for one outside 0–100 %.
    """
    orders: dict[int, list[int | None]] = defaultdict(list)
    for share in shares:
        if share.share_bp is not None and not 0 < share.share_bp <= WHOLE_BP:
            raise Refused("policy.share_range", field=f"beneficiaries-{share.position}-share")
        orders[share.order].append(share.share_bp)
    for order, stated in sorted(orders.items()):
        if all(value is None for value in stated):
            continue
        total = sum(value or 0 for value in stated)
        if total != WHOLE_BP or None in stated:
            said = {"sum": f"{total / 100:g}", "off": f"{abs(WHOLE_BP - total) / 100:g}"}
            raise Refused("policy.shares_sum", field="beneficiaries", order=order, **said)


def minor_cap(birth_on: date | None, on: date) -> int | None:
    """Return the cap on a minor's total death benefit in 分; None for adults and unknown ages."""
    if birth_on is None or birth_on > on:
        return None
    age = completed_years(birth_on, on)
    return next((cap for below, cap in MINOR_CAPS if age < below), None)
