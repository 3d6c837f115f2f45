"""Telling the higher unit of new claims of people on the watch list (CUS-10)."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from keyuan.claims import permissions
from keyuan.claims.models import Claim
from keyuan.customers.permissions import WATCH_VIEW
from keyuan.customers.selectors.watching import effects_of
from keyuan.organisation.models import Post
from keyuan.platform.notices import notify_staff
from keyuan.platform.people import holders_of

CHUNK = 2_000
#: The units that a claim can be passed to, from below; a claim goes to the one above where it is served.
LEVELS = ("sub_branch_id", "branch_id", "head_office_id")


def escalate_claims(claim_ids: Sequence[int], now: datetime) -> int:
    """Tell the unit above of those of these new claims that the watch list sends there; return how many.

    The listing of the insured counts, and the policyholder's. Only people who may see the list hear of it; where the
    unit above has none, the head office's do. Called once for each claim, inside the transaction that made it.
    """
    waiting: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for start in range(0, len(claim_ids), CHUNK):
        rows = Claim.objects.filter(pk__in=claim_ids[start : start + CHUNK])
        found = list(rows.values_list("pk", "customer_id", "policy__holder_id", *LEVELS))
        listed = _escalated({pk for row in found for pk in row[1:3] if pk is not None})
        for claim_id, insured, holder, *places in found:
            if insured in listed or holder in listed:
                waiting[_above(places)].append(claim_id)
    if waiting:
        may_hear = set(holders_of(permissions.VIEW)) & set(holders_of(WATCH_VIEW))
        for line, claims in waiting.items():
            _tell(line, claims, may_hear, now)
    return sum(len(claims) for claims in waiting.values())


def _escalated(people: set[int]) -> set[int]:
    """Return those whose listing in force escalates their claims."""
    ids = sorted(people)
    found = (effects_of(ids[start : start + CHUNK]) for start in range(0, len(ids), CHUNK))
    return {pk for effects in found for pk, effect in effects.items() if effect.escalates_claims}


def _above(places: Sequence[int | None]) -> tuple[int, ...]:
    """Return the units above the lowest one, the nearest first."""
    there = [place for place in places if place is not None]
    return tuple(there[1:] or there)


def _tell(line: Sequence[int], claims: list[int], may_hear: set[int], now: datetime) -> None:
    params, url = {"count": len(claims)}, "/claims/" if len(claims) > 1 else f"/claims/{claims[0]}/"
    for unit in line:
        here = Post.objects.filter(unit_id=unit, user_id__in=may_hear, valid_until__isnull=True)
        users = sorted(set(here.values_list("user_id", flat=True)))
        if users:
            notify_staff(users, "compliance", "claim.escalated", params, url=url, now=now)
            return
