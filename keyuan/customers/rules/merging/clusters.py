"""Which record of a cluster survives, and which clusters must be left to people (CUS-8)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

#: A cluster of more records than this is more likely a mistake of the comparison than one person (GK).
LARGEST = 8
#: Why a cluster is left to people.
TOO_LARGE, DISTINCT, KINDS, NUMBERS = "cluster_too_large", "decided_distinct", "kinds_differ", "numbers_differ"


@dataclass(frozen=True, slots=True)
class Standing:
    """What speaks for a record as the survivor."""

    pk: int
    kind: str
    policies_in_force: int
    policies_total: int
    is_served: bool
    opened_on: date

    @property
    def rank(self) -> tuple[Any, ...]:
        """The survivor is the one with the greatest rank: more contracts, somebody serves it, the older one."""
        age = -self.opened_on.toordinal()
        return (self.policies_in_force, self.policies_total, self.is_served, age, -self.pk)


def survivor_of(records: Iterable[Standing]) -> Standing:
    """Return the record that the others go into."""
    return max(records, key=lambda record: record.rank)


@dataclass(slots=True)
class Plan:
    """Couples (survivor, loser) by round, in which every survivor stands once; clusters left alone with the reason."""

    rounds: list[list[tuple[int, int]]] = field(default_factory=list)
    clusters: int = 0
    left: list[tuple[tuple[int, ...], str]] = field(default_factory=list)


def clusters_of(pairs: Iterable[tuple[int, int]]) -> list[tuple[int, ...]]:
    """Return the connected groups of ``pairs``, each sorted."""
    parent: dict[int, int] = {}

    def root(pk: int) -> int:
        parent.setdefault(pk, pk)
        while parent[pk] != pk:
            parent[pk] = parent[parent[pk]]
            pk = parent[pk]
        return pk

    for a, b in pairs:
        one, other = root(a), root(b)
        if one != other:
            parent[max(one, other)] = min(one, other)
    groups: dict[int, list[int]] = {}
    for pk in parent:
        groups.setdefault(root(pk), []).append(pk)
    return [tuple(sorted(group)) for _root, group in sorted(groups.items())]


def plan_of(
    pairs: Iterable[tuple[int, int]],
    standings: Mapping[int, Standing],
    *,
    distinct: frozenset[tuple[int, int]] = frozenset(),
    differing: frozenset[tuple[int, int]] = frozenset(),
    largest: int = LARGEST,
) -> Plan:
    """Return what a batch would do with ``pairs``.

    ``distinct`` are pairs that people said are not one person, ``differing`` those whose document numbers contradict:
    a cluster that holds one of them is left alone as a whole.
    """
    plan = Plan()
    barred = frozenset(pk for pair in (*distinct, *differing) for pk in pair)
    for cluster in clusters_of(pairs):
        members = [standings[pk] for pk in cluster if pk in standings]
        reason = _objection(cluster, members, distinct, differing, barred, largest)
        if len(members) < 2:
            continue
        if reason:
            plan.left.append((cluster, reason))
            continue
        plan.clusters += 1
        head = survivor_of(members)
        losers = sorted((record for record in members if record.pk != head.pk), key=lambda one: one.rank, reverse=True)
        for at, loser in enumerate(losers):
            if at == len(plan.rounds):
                plan.rounds.append([])
            plan.rounds[at].append((head.pk, loser.pk))
    return plan


def _objection(
    cluster: tuple[int, ...],
    members: list[Standing],
    distinct: frozenset[tuple[int, int]],
    differing: frozenset[tuple[int, int]],
    barred: frozenset[int],
    largest: int,
) -> str:
    if len(cluster) > largest:
        return TOO_LARGE
    if len({record.kind for record in members}) > 1:
        return KINDS
    if not any(pk in barred for pk in cluster):
        return ""
    inside = [(a, b) for at, a in enumerate(cluster) for b in cluster[at + 1 :]]
    if any(pair in distinct for pair in inside):
        return DISTINCT
    return NUMBERS if any(pair in differing for pair in inside) else ""
