"""Counts and samples of conditions of rising difficulty on the mart, and live membership checks (CUS-6).

python -m benchmarks.inside.segmenting ROUNDS
"""

import random
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from benchmarks.inside.django_ready import answer
from benchmarks.inside.people import PEOPLE, actor_named, some_ids
from keyuan.customers.models import CustomerSummary
from keyuan.customers.rules.segments.language import read_condition
from keyuan.customers.selectors.segments.asking import count_condition
from keyuan.customers.selectors.segments.live import members_among
from keyuan.customers.selectors.segments.reading import tests_of
from keyuan.customers.selectors.segments.vocabulary import whole_vocabulary
from keyuan.kernel.actor import Actor
from keyuan.platform import clock
from keyuan.platform.mart import latest
from keyuan.platform.mart.building import build

Node = dict[str, Any]
CHECKED = 20_000
CHUNK = 1_000


def row(field: str, op: str, value: Any = None) -> Node:
    """Return a comparison."""
    return {"kind": "row", "field": field, "op": op, "value": value}


def group(join: str, *items: Node, negated: bool = False) -> Node:
    """Return a group."""
    return {"kind": "group", "join": join, "not": negated, "items": list(items)}


def has(entity: str, *items: Node, how: str = "at_least", amount: int = 1, measure: str = "") -> Node:
    """Return a question about records."""
    more = {"how": how, "amount": amount, "measure": measure}
    return {"kind": "has", "entity": entity, "join": "and", "items": list(items), **more}


IN_FORCE = row("policy.status", "in", ["IN_FORCE"])
CALLED = row("interaction.kind", "in", ["CALL", "VISIT"])
HARD = group(
    "or",
    group("and", row("tier", "in", ["DIAMOND"]), has("policy", IN_FORCE, how="none")),
    group("or", has("claim"), row("is_orphan", "yes"), negated=True),
    has("interaction", CALLED, amount=3),
)
#: From one column to everything at once.
CONDITIONS: dict[str, Node] = {
    "one column": group("and", row("tier", "in", ["GOLD"])),
    "three columns": group("and", row("tier", "in", ["GOLD"]), row("age", "ge", 40), row("is_orphan", "no")),
    "region and age, or birthday": group("or", row("region", "in", ["31"]), row("birthday", "next_days", 30)),
    "negated group": group("and", group("or", row("age", "le", 30), row("state", "in", ["GRACE"]), negated=True)),
    "has a policy": group("and", has("policy", IN_FORCE, row("policy.kind", "in", ["MEDICAL"]))),
    "has no policy of a kind": group("and", row("is_policyholder", "yes"), has("policy", IN_FORCE, how="none")),
    "three policies": group("and", has("policy", IN_FORCE, amount=3)),
    "premium adds up": group("and", has("policy", IN_FORCE, amount=2_000_000, measure="policy.annual_premium")),
    "claims of two years": group("and", has("claim", row("claim.reported_at", "last_days", 730))),
    "two calls in a quarter": group(
        "and", has("interaction", row("interaction.occurred_at", "last_days", 90), CALLED, amount=2)
    ),
    "policy, claim, contact, tag": group(
        "and", has("policy", IN_FORCE), has("claim", how="none"), has("interaction", CALLED),
        has("tag", row("tag.family", "in", ["NEED"])),
    ),
    "nested, all kinds": HARD,
}  # fmt: skip


def seconds(rounds: int, act: Callable[[], Any]) -> tuple[float, Any]:
    """Return the median seconds of some runs, and what the last gave."""
    times, given = [], None
    for _round in range(rounds):
        began = time.perf_counter()
        given = act()
        times.append(time.perf_counter() - began)
    return median(times), given


def counts(actor: Actor, rounds: int) -> dict[str, Any]:
    """Return milliseconds and totals of each condition."""
    found: dict[str, Any] = {}
    for name, root in CONDITIONS.items():
        tree = read_condition({"version": 1, "root": root}, whole_vocabulary())
        took, counted = seconds(rounds, lambda tree=tree: count_condition(tree, actor=actor, now=clock.now()))
        found[name] = {"ms": round(took * 1000), "total": counted.total}
    return found


def live(actor: Actor) -> dict[str, Any]:
    """Return live checks a second, in chunks and one by one, of the hardest condition."""
    tree = read_condition({"version": 1, "root": HARD}, whole_vocabulary())
    tests = tests_of(tree, today=clock.today())
    ids = some_ids(CustomerSummary.objects.all(), CHECKED, random.Random(5))
    began = time.perf_counter()
    for start in range(0, len(ids), CHUNK):
        members_among(tests, ids[start : start + CHUNK], actor=actor, now=clock.now())
    chunked = time.perf_counter() - began
    single = ids[:500]
    began = time.perf_counter()
    for pk in single:
        members_among(tests, [pk], actor=actor, now=clock.now())
    alone = time.perf_counter() - began
    return {"per_second": round(len(ids) / chunked), "one_ms": round(alone / max(1, len(single)) * 1000, 2)}


def main(rounds: int) -> None:
    """Answer with the counts of head office and of a branch, and the live checks."""
    if latest() is None:
        build(day=clock.today(), now=clock.now())
    whole, branch = actor_named(PEOPLE["head office"]), actor_named(PEOPLE["branch"])
    answer({"whole": counts(whole, rounds), "branch": counts(branch, rounds), "live": live(whole)})


if __name__ == "__main__":
    main(int(sys.argv[1]))
