"""What the clocks look at, read from the contracts as they stand now (POL-2)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import F

from keyuan.policies.models import Instalment, Policy
from keyuan.policies.rules.clocks import Due, Facts
from keyuan.policies.selectors.sources import keepers
from keyuan.products.models import Product

#: Fields of `Facts` that are columns of the contract under the same name.
SAME = (
    "status", "effective_on", "expires_on", "issued_on", "receipt_signed_on", "cooling_off_until", "in_cooling_off",
    "waiting_until", "next_due_on", "next_due_amount", "grace_until", "in_grace", "suspended_on", "terminated_on",
)  # fmt: skip
MORE = (
    "pk", "version", "next_clock_on", "product_id", "apl_elected_on", "cash_value", "debt", "holder_id", "source",
    "source_name",
)  # fmt: skip
ONE_DAY = timedelta(days=1)
OPEN = (Instalment.Status.DUE, Instalment.Status.PART)
#: Instalments that a premium loan may pay in one night at most.
LOANS = 24


@dataclass(frozen=True, slots=True)
class Terms:
    """Days that a product sets."""

    grace_days: int
    cooling_off_days: int
    waiting_days: int


@dataclass(frozen=True, slots=True)
class Clocked:
    """One contract before a night: what it is known by, and its facts."""

    pk: int
    version: int
    holder_id: int | None
    debt: int | None
    facts: Facts
    is_mirrored: bool = False


def terms_of_products(product_ids: Iterable[int]) -> dict[int, Terms]:
    """Return the days that each product sets."""
    columns = ("grace_days", "cooling_off_days", "waiting_days")
    rows = Product.objects.filter(pk__in=set(product_ids)).values_list("pk", *columns)
    return {pk: Terms(*days) for pk, *days in rows}


def facts_of(policy: Policy, *, since: date) -> Facts:
    """Return the facts of one contract; signals due before ``since`` were given already."""
    return Facts(
        **{name: getattr(policy, name) for name in SAME},
        has_cooling_off=policy.product.cooling_off_days > 0,
        grace_days=policy.product.grace_days,
        since=since,
    )


def due_until(night: date, limit: int, *, before: date) -> list[Clocked]:
    """Return contracts with something to do up to and on ``night``, the longest waiting first.

    ``before`` is the last night that was made: signals of days up to it are over, also where a clock stands further
    back, as in a book that was loaded from outside. The replay counts in the same way (decision 9).
    """
    found = Policy.objects.filter(next_clock_on__lte=night).order_by("next_clock_on", "pk")
    rows = [dict(row) for row in found.values(*SAME, *MORE)[:limit]]
    for row in rows:
        row["next_clock_on"] = max(row["next_clock_on"], before + ONE_DAY)
    return _clocked(rows)


def standing_after(pk: int, limit: int) -> list[tuple[Clocked, date | None]]:
    """Return the next contracts by key, whatever their clock says, each with the night that stands in it now.

    `Clocked.facts.since` is that night, or None: whoever winds the clock says from when on signals count.
    """
    rows = [dict(row) for row in Policy.objects.filter(pk__gt=pk).order_by("pk").values(*SAME, *MORE)[:limit]]
    return [(one, row["next_clock_on"]) for one, row in zip(_clocked(rows), rows, strict=True)]


def _clocked(rows: Sequence[dict[str, Any]]) -> list[Clocked]:
    terms = terms_of_products(row["product_id"] for row in rows)
    mirrored = mirrored_of(rows)
    dues = open_dues(row["pk"] for row in rows if row["apl_elected_on"])
    found = []
    for row in rows:
        days = terms[row["product_id"]]
        facts = Facts(
            **{name: row[name] for name in SAME},
            has_cooling_off=days.cooling_off_days > 0,
            grace_days=days.grace_days,
            funds=funds_of(row["apl_elected_on"], row["cash_value"], row["debt"]) if row["pk"] in dues else None,
            dues=tuple(dues.get(row["pk"], ())),
            since=row["next_clock_on"],
        )
        is_mirrored = row["source"] == Policy.Source.CORE and row["source_name"] in mirrored
        found.append(Clocked(row["pk"], row["version"], row["holder_id"], row["debt"], facts, is_mirrored))
    return found


def mirrored_of(rows: Sequence[dict[str, Any]]) -> set[str]:
    """Return the sources that keep their contracts themselves; nothing here may change those (POL-7)."""
    names = {row["source_name"] for row in rows if row["source"] == Policy.Source.CORE}
    return {name for name, keeper in keepers(names).items() if keeper.owns_policies} if names else set()


def funds_of(elected_on: date | None, cash_value: int | None, debt: int | None) -> int | None:
    """Return the cash value net of debt where an automatic premium loan is elected and the value is known."""
    return None if elected_on is None or cash_value is None else cash_value - (debt or 0)


def open_dues(policy_ids: Iterable[int]) -> dict[int, list[Due]]:
    """Return the open instalments of contracts, oldest first, as far as a premium loan could pay them."""
    ids = list(policy_ids)
    if not ids:
        return {}
    rows = Instalment.objects.filter(policy_id__in=ids, status__in=OPEN).order_by("policy_id", "number")
    found: dict[int, list[Due]] = {}
    for pk, number, on, left in rows.values_list("policy_id", "number", "due_on", F("amount") - F("paid_amount")):
        mine = found.setdefault(pk, [])
        if len(mine) < LOANS:
            mine.append(Due(number, on, left))
    return found
