"""The mart and the book itself agree on who is in a segment, over the whole demo book (CUS-6, decision 21)."""

import json

import pytest

#: Builds the snapshot once and asks every condition both ways, for three posts.
BOTH_WAYS = """
import json
from datetime import date, datetime
from keyuan.customers.models import CustomerSummary
from keyuan.customers.rules.segments.language import read_condition
from keyuan.customers.selectors.segments.live import members_among
from keyuan.customers.selectors.segments.mart import find, ids_of
from keyuan.customers.selectors.segments.reading import tests_of
from keyuan.customers.selectors.segments.vocabulary import whole_vocabulary
from keyuan.kernel.actor import Actor, ActorKind, Reach, Scope
from keyuan.platform import clock
from keyuan.platform.mart import latest
from keyuan.platform.mart.building import build

now = clock.now()
snapshot = latest() or build(day=clock.today(), now=now)
everybody = list(CustomerSummary.objects.order_by("pk").values_list("pk", flat=True))
branch = CustomerSummary.objects.exclude(branch_id=None).values_list("branch_id", flat=True).first()
agent = CustomerSummary.objects.exclude(servicing_agent_id=None).values_list("servicing_agent_id", flat=True).first()
posts = {
    "whole": Scope(Reach.ALL),
    "branch": Scope(Reach.UNIT, branch, "branch"),
    "agent": Scope(Reach.SELF, agent_id=agent),
}
answer = []
for root in json.loads(CONDITIONS):
    tree = read_condition({"version": 1, "root": root}, whole_vocabulary())
    tests = tests_of(tree, today=snapshot.day)
    told = {}
    for name, scope in posts.items():
        actor = Actor(ActorKind.STAFF, 1, "test", scope=scope)
        found = find(snapshot, tests, actor=actor, now=now)
        mart = [int(pk) for pk in ids_of(snapshot, tests, actor=actor, now=now).to_pylist()]
        live = members_among(tests, everybody, actor=actor, now=now)
        told[name] = [len(mart), len(live), mart == live, found.total == len(mart), set(found.sample) <= set(mart)]
    answer.append(told)
"""


def row(field, op, value=None):
    return {"kind": "row", "field": field, "op": op, "value": value}


def group(join, *items, negated=False):
    return {"kind": "group", "join": join, "not": negated, "items": list(items)}


def has(entity, *items, how="at_least", amount=1, measure="", join="and"):
    return {
        "kind": "has",
        "entity": entity,
        "how": how,
        "amount": amount,
        "measure": measure,
        "join": join,
        "items": list(items),
    }


YOUNG = row("age", "between", [25, 40])
CONDITIONS = {
    "tier": group("and", row("tier", "in", ["GOLD", "PLATINUM", "DIAMOND"])),
    "not this tier, unknown ones included": group("and", row("tier", "not_in", ["GOLD"])),
    "nobody's tier": group("and", row("tier", "unknown")),
    "age and sex": group("and", YOUNG, row("sex", "in", ["2"])),
    "neither young nor known": group("and", group("or", YOUNG, row("sex", "known"), negated=True)),
    "age unknown": group("and", row("age", "unknown")),
    "birthday soon": group("or", row("birthday", "next_days", 40), row("birthday", "in", ["2", "12"])),
    "region": group("and", row("region", "in", ["11", "3101", "44"])),
    "outside the region": group("and", row("region", "not_in", ["11", "3101", "44"])),
    "money and days": group("and", row("annual_premium", "ge", 1_000_000), row("next_due_on", "next_days", 60)),
    "never contacted": group("and", row("last_contact_on", "unknown")),
    "long silence": group("and", row("last_contact_on", "older_days", 180), row("is_policyholder", "yes")),
    "archive": group("and", row("marriage", "in", ["10", "20"]), row("education", "known")),
    "no archive": group("and", row("marriage", "not_in", ["20"]), row("occupation_class", "unknown")),
    "policies of one kind": group(
        "and", has("policy", row("policy.kind", "in", ["MEDICAL"]), row("policy.status", "in", ["IN_FORCE"]))
    ),
    "no policy of a kind": group(
        "and", row("is_policyholder", "yes"), has("policy", row("policy.kind", "in", ["LIFE"]), how="none")
    ),
    "three policies": group("and", has("policy", how="at_least", amount=3)),
    "at most two": group("and", has("policy", row("policy.status", "in", ["IN_FORCE"]), how="at_most", amount=2)),
    "exactly one long": group("and", has("policy", row("policy.is_long_term", "yes"), how="exactly", amount=1)),
    "premium adds up": group(
        "and",
        has(
            "policy",
            row("policy.status", "in", ["IN_FORCE"]),
            how="at_least",
            amount=2_000_000,
            measure="policy.annual_premium",
        ),
    ),
    "little premium": group("and", has("policy", how="at_most", amount=500_000, measure="policy.annual_premium")),
    "either policy": group(
        "and",
        has(
            "policy",
            row("policy.in_grace", "yes"),
            group("or", row("policy.expires_on", "next_days", 90), row("policy.expires_on", "unknown")),
            join="or",
        ),
    ),
    "claimed": group(
        "and", has("claim", row("claim.reported_at", "last_days", 720), row("claim.status", "not_in", ["PAID"]))
    ),
    "paid much": group(
        "or", has("claim", how="at_least", amount=100_000, measure="claim.paid_amount"), row("open_claims", "ge", 1)
    ),
    "spoken with": group(
        "and",
        has(
            "interaction",
            row("interaction.occurred_at", "last_days", 90),
            row("interaction.kind", "in", ["CALL", "VISIT"]),
            how="at_least",
            amount=2,
        ),
    ),
    "not reached": group(
        "and",
        has(
            "interaction",
            row("interaction.outcome", "in", ["NOT_REACHED"]),
            row("interaction.occurred_at", "between", ["2026-01-01", "2026-11-24"]),
        ),
    ),
    "tagged": group("and", has("tag", row("tag.family", "in", ["NEED"]))),
    "surely tagged": group(
        "and", has("tag", row("tag.confidence", "ge", 8_000), row("tag.source", "in", ["HAND", "RULE", "MODEL"]))
    ),
    "agreed": group(
        "and", has("consent", row("consent.purpose", "in", ["MARKETING"]), row("consent.revoked_at", "unknown"))
    ),
    "refused": group("or", has("refusal", row("refusal.scope", "in", ["SALES", "ALL"])), row("is_orphan", "yes")),
    "axes": group(
        "and", row("service", "in", ["SERVED"]), row("touch", "in", ["NONE", "CLAIM"]), row("near_vip", "no")
    ),
    "other axes": group(
        "or", row("service", "not_in", ["SERVED"]), row("mass_line", "yes"), row("matures_on", "next_days", 400)
    ),
    "paid lately": group(
        "and",
        has(
            "payment",
            row("payment.paid_on", "last_days", 200),
            row("payment.amount", "ge", 100_000),
            row("payment.method", "in", ["30", "22"]),
        ),
    ),
    "paid in all": group(
        "and",
        has("payment", row("payment.paid_on", "last_days", 400), amount=500_000, measure="payment.amount"),
    ),
    "in arrears": group("and", has("arrears", row("arrears.due_on", "older_days", 0), how="at_least", amount=1)),
    "much owed": group(
        "and",
        has("arrears", row("arrears.number", "ge", 2), amount=200_000, measure="arrears.open_amount"),
        has("payment", row("payment.paid_on", "last_days", 30), how="none"),
    ),
    "everything at once": group(
        "or",
        group(
            "and",
            row("sales_channel", "in", ["INDIVIDUAL"]),
            YOUNG,
            has("policy", row("policy.kind", "in", ["CRITICAL_ILLNESS"]), how="none"),
        ),
        group("and", row("is_orphan", "yes"), group("or", row("tier", "in", ["DIAMOND"]), has("claim"), negated=True)),
        has("interaction", row("interaction.direction", "in", ["IN"]), how="at_least", amount=4),
    ),
}


@pytest.fixture(scope="module")
def told(demo_book):
    stored = json.dumps(list(CONDITIONS.values()))
    answers = demo_book.ask(f"CONDITIONS = {stored!r}\n{BOTH_WAYS}")
    return dict(zip(CONDITIONS, answers, strict=True))


@pytest.mark.parametrize("name", CONDITIONS)
def test_the_mart_and_the_book_name_the_same_customers(name, told):
    for post, (mart, live, same, counted, sampled) in told[name].items():
        assert (post, mart, same, counted, sampled) == (post, live, True, True, True)


def test_the_conditions_tell_customers_apart(told):
    sizes = {name: posts["whole"][0] for name, posts in told.items()}

    assert [name for name, size in sizes.items() if not 0 < size < 2_100] == []
