"""Rating customers by the edition in force: up at once, down only when a membership ends (CUS-14, domain.md §I.1)."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Max, Sum

from keyuan.customers.events import CustomersChanged
from keyuan.customers.extensions import Worth, worth_sources
from keyuan.customers.models import Customer, CustomerSummary, HouseholdMember, Membership, TierChange
from keyuan.customers.rules.standards import BASE, Rated, Standard, rate
from keyuan.kernel.dates import add_months
from keyuan.platform.events import emit, in_events_of
from keyuan.platform.imports.bulk import Same, insert, update

#: Customers of one transaction, and keys looked through for candidates at once.
CHUNK, WINDOW = 2_000, 20_000
UPGRADED, RENEWED, DOWNGRADED, STARRED = "UPGRADED", "RENEWED", "DOWNGRADED", "STARS"
NOTHING = Worth()


@dataclass(frozen=True, slots=True)
class Edition:
    """The edition that rates, with its number."""

    number: int
    standard: Standard


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a customer stands now; a customer without membership stands in the base tier."""

    tier: str = BASE
    stars: int = 0
    since: date | None = None
    until: date | None = None
    vip_premium: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where a customer stands after a night, and why that is a step (empty: it is none)."""

    standing: Standing
    reason: str = ""


def last_customer() -> int:
    """Return the greatest key of a summary."""
    return CustomerSummary.objects.aggregate(top=Max("pk"))["top"] or 0


def candidates(standard: Standard, after: int, until: int) -> list[int]:
    """Return those in (after, until] who may move: with enough premium to be a star, or with a membership.

    With pooling those of households whose premiums together are enough.
    """
    window = {"pk__gt": after, "pk__lte": until}
    rich = CustomerSummary.objects.filter(annual_premium__gte=standard.floor, **window)
    found = set(rich.values_list("pk", flat=True)) | set(
        Membership.objects.filter(**window).values_list("pk", flat=True)
    )
    if standard.is_pooled:
        found |= _pooled(standard.floor, after, until)
    return sorted(found)


def _pooled(floor: int, after: int, until: int) -> set[int]:
    members = HouseholdMember.objects.filter(left_on__isnull=True)
    here = members.filter(customer_id__gt=after, customer_id__lte=until)
    sums = (
        members.filter(household_id__in=here.values("household_id"))
        .values_list("household_id")
        .annotate(premium=Sum("customer__summary__annual_premium"))
        .filter(premium__gte=floor)
    )
    households = [row[0] for row in sums.order_by()]
    found: set[int] = set()
    for start in range(0, len(households), CHUNK):
        found.update(
            here.filter(household_id__in=households[start : start + CHUNK]).values_list("customer_id", flat=True)
        )
    return found


def worths(standard: Standard, ids: Collection[int], on: date) -> dict[int, Worth]:
    """Return what customers (≤ 2,000) are worth; with pooling each has the worth of the whole household."""
    if not standard.is_pooled:
        return _weighed(standard, ids, on)
    of = dict(
        HouseholdMember.objects.filter(customer_id__in=list(ids), left_on__isnull=True).values_list(
            "customer_id", "household_id"
        )
    )
    everyone: dict[int, list[int]] = defaultdict(list)
    rows = HouseholdMember.objects.filter(household_id__in=set(of.values()), left_on__isnull=True)
    for household, member in rows.values_list("household_id", "customer_id"):
        everyone[household].append(member)
    single = _weighed(standard, {*ids, *(pk for members in everyone.values() for pk in members)}, on)
    return {pk: _sum(single, everyone.get(of.get(pk, 0)) or [pk]) for pk in ids}


def _weighed(standard: Standard, ids: Collection[int], on: date) -> dict[int, Worth]:
    found: dict[int, Worth] = {}
    for source in worth_sources:
        for pk, worth in source.weigh(ids, standard.factors, on).items():
            found[pk] = _add(found.get(pk, NOTHING), worth)
    return found


def _sum(single: Mapping[int, Worth], ids: Sequence[int]) -> Worth:
    total = NOTHING
    for pk in ids:
        total = _add(total, single.get(pk, NOTHING))
    return total


def _add(one: Worth, other: Worth) -> Worth:
    return Worth(
        one.vip_premium + other.vip_premium,
        one.single_premium + other.single_premium,
        one.three_years + other.three_years,
    )


def judge(standard: Standard, now_at: Standing, rated: Rated, vip: int, on: date) -> Verdict:
    """Return where a customer stands after the night of ``on``: the rule of the club in one place.

    A higher tier comes at once and lasts a full term; a lower one only after the last day of the membership; the
    same one is renewed then. Stars follow the figures every night.
    """
    term = add_months(on, standard.months) - timedelta(days=1)
    higher = standard.rank(rated.tier) > standard.rank(now_at.tier)
    ended = now_at.until is not None and now_at.until < on
    if higher or (ended and now_at.tier != BASE):
        down = standard.rank(rated.tier) < standard.rank(now_at.tier)
        reason = UPGRADED if higher else DOWNGRADED if down else RENEWED
        return Verdict(Standing(rated.tier, rated.stars, on, term, vip), reason)
    stars = rated.stars if now_at.tier == BASE else 0
    since, until = now_at.since or on, now_at.until or term
    reason = STARRED if stars != now_at.stars else ""
    return Verdict(Standing(now_at.tier, stars, since, until, vip), reason)


def verdicts(standard: Standard, ids: Sequence[int], on: date) -> Iterator[tuple[int, Standing, Rated, Verdict]]:
    """Yield customer, where they stand, what the figures say and where they stand after the night; reads only.

    Only active customers are rated.
    """
    held = {row.pk: row for row in Membership.objects.filter(pk__in=ids)}
    active = CustomerSummary.objects.filter(pk__in=ids, customer__status=Customer.Status.ACTIVE)
    channels = dict(active.values_list("pk", "sales_channel"))
    worth = worths(standard, list(channels), on)
    for pk, channel in channels.items():
        row = held.get(pk)
        before = Standing(row.tier, row.stars, row.since, row.until, row.vip_premium) if row else Standing()
        value = worth.get(pk, NOTHING)
        rated = rate(
            standard,
            vip=value.vip_premium,
            single=value.single_premium,
            three_years=value.three_years,
            channel=channel,
        )
        yield pk, before, rated, judge(standard, before, rated, value.vip_premium, on)


def rate_chunk(edition: Edition, ids: Sequence[int], on: date, now: datetime) -> dict[str, int]:
    """Rate customers (≤ 2,000) in the caller's transaction; return how many steps of each reason were made.

    Running a night again makes no second step: whoever was moved stands where the figures say already.
    """
    new, moved, steps = [], [], []
    for pk, before, _rated, verdict in verdicts(edition.standard, ids, on):
        after = verdict.standing
        if before.since is None:
            if after.tier != BASE or after.stars:
                new.append((pk, after, verdict.reason))
        elif after != before:
            moved.append((pk, after, verdict.reason))
        if verdict.reason:
            steps.append((pk, before, after, verdict.reason))
    _write_new(edition, new, on)
    _write_moved(edition, moved, on)
    _write_steps(edition, steps, on, now)
    counts: dict[str, int] = defaultdict(int)
    for *_rest, reason in steps:
        counts[reason] += 1
    return dict(counts)


def _write_new(edition: Edition, rows: Sequence[Any], on: date) -> None:
    columns = {"customer_id": [row[0] for row in rows], **_columns(edition, rows, on)}
    columns["reason"] = [row[2] or STARRED for row in rows]
    insert(Membership, columns, len(rows), unless_exists=True)


def _write_moved(edition: Edition, rows: Sequence[Any], on: date) -> None:
    stepped = [row for row in rows if row[2]]
    columns = {**_columns(edition, stepped, on), "reason": [row[2] for row in stepped]}
    update(Membership, [row[0] for row in stepped], columns)
    rest = [row for row in rows if not row[2]]
    figures: dict[str, Any] = {"vip_premium": [row[1].vip_premium for row in rest], "computed_on": Same(on)}
    update(Membership, [row[0] for row in rest], figures)


def _columns(edition: Edition, rows: Sequence[Any], on: date) -> dict[str, Any]:
    found: dict[str, Any] = {
        name: [getattr(row[1], name) for row in rows] for name in ("tier", "stars", "since", "until", "vip_premium")
    }
    return found | {
        "standard_no": Same(edition.number),
        "is_pooled": Same(edition.standard.is_pooled),
        "computed_on": Same(on),
    }


def _write_steps(edition: Edition, steps: Sequence[Any], on: date, now: datetime) -> None:
    """Keep the steps and bring the tier of the summaries along."""
    insert(
        TierChange,
        {
            "customer_id": [step[0] for step in steps],
            "changed_on": Same(on),
            "from_tier": [step[1].tier for step in steps],
            "to_tier": [step[2].tier for step in steps],
            "stars": [step[2].stars for step in steps],
            "reason": [step[3] for step in steps],
            "vip_premium": [step[2].vip_premium for step in steps],
            "standard_no": Same(edition.number),
            "recorded_at": Same(now),
        },
        len(steps),
        unless_exists=True,
    )
    turned = [step for step in steps if step[1].tier != step[2].tier or step[3] == UPGRADED]
    ids = [step[0] for step in turned]
    update(CustomerSummary, ids, {"tier": [step[2].tier for step in turned]})
    for some in in_events_of(ids):
        emit(CustomersChanged(some, "TIER"))
