"""What the planner must know of customers and people, read in bulk (domain.md §A.9)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, Sum

from keyuan.customers.extensions import grade_sources, key_customers, receiver_blocks
from keyuan.customers.models import (
    Assignment,
    Customer,
    CustomerSummary,
    OrphanCase,
    ServicePairing,
    ServiceProfile,
    Task,
)
from keyuan.customers.rules.allocation.facts import LEVELS, AgentFacts, CustomerFacts, Rule, rule_of
from keyuan.customers.selectors.allocation.rules import active_rules
from keyuan.organisation.models import Agent, Licence

#: Days in which nobody gets back a customer they served, and a served customer is not moved again (GK).
COOLING_DAYS = 90
CHUNK = 2000
TIERS_OF_KEY_CUSTOMERS = ("PLATINUM", "DIAMOND")
#: Assignments that do not count as somebody's decision: the customer may be moved at once.
NO_DECISION = ("ENTERED", "IMPORT", "ORPHANED", "UNDO", "RETURNED")
SUMMARY = (
    "pk", "annual_premium", "sales_channel", "region_code", "tier", "is_orphan", "customer__language", *LEVELS,
)  # fmt: skip


def rules_for_planning() -> list[Rule]:
    """Return the active rules in their order."""
    return [rule_of(rule.pk, rule.conditions, rule.target) for rule in active_rules()]


def customer_facts(ids: Sequence[int], *, today: date, cooling_days: int = COOLING_DAYS) -> dict[int, CustomerFacts]:
    """Return what planning needs of ``ids``; read in chunks, absent customers are left out."""
    found: dict[int, CustomerFacts] = {}
    for start in range(0, len(ids), CHUNK):
        found |= _chunk(list(ids[start : start + CHUNK]), today - timedelta(days=cooling_days))
    return found


def _chunk(ids: list[int], cool_since: date) -> dict[int, CustomerFacts]:
    rows = CustomerSummary.objects.filter(pk__in=ids, customer__status=Customer.Status.ACTIVE).values_list(*SUMMARY)
    reasons = dict(
        OrphanCase.objects.filter(customer_id__in=ids, closed_at__isnull=True).values_list("customer_id", "reason")
    )
    pairs = _pairings(ids)
    lately = _lately(ids, cool_since)
    held: dict[int, tuple[int, frozenset[str]]] = {}
    for source in grade_sources:
        for pk, (grade, kinds) in source.read(ids).items():
            before = held.get(pk, (0, frozenset[str]()))
            held[pk] = (max(grade, before[0]), kinds | before[1])
    keys = key_among(ids)
    found = {}
    for pk, premium, channel, region, tier, is_orphan, language, *units in rows:
        former, decided = lately.get(pk, (frozenset[int](), False))
        wishes = pairs.get(pk, {})
        grade, kinds = held.get(pk, (0, frozenset[str]()))
        found[pk] = CustomerFacts(
            id=pk, premium=premium, channel=channel, region_code=region, tier=tier, language=language,
            reason=reasons.get(pk, ""), grade=grade, kinds=kinds, is_key=pk in keys,
            units=dict(zip(LEVELS, units, strict=True)),
            preferred=wishes.get("PREFERRED", frozenset()), unwanted=wishes.get("REFUSED", frozenset()),
            relatives=wishes.get("RELATIVE", frozenset()), former=former,
            cools=decided and not is_orphan and pk not in reasons,
        )  # fmt: skip
    return found


def _pairings(ids: list[int]) -> dict[int, dict[str, frozenset[int]]]:
    grouped: dict[int, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for customer, agent, kind in ServicePairing.objects.filter(customer_id__in=ids).values_list(
        "customer_id", "agent_id", "kind"
    ):
        grouped[customer][kind].add(agent)
    return {pk: {kind: frozenset(agents) for kind, agents in kinds.items()} for pk, kinds in grouped.items()}


def _lately(ids: list[int], since: date) -> dict[int, tuple[frozenset[int], bool]]:
    """Return who served each customer until lately, and whether somebody decided lately who serves now."""
    former: dict[int, set[int]] = defaultdict(set)
    decided: set[int] = set()
    rows = Assignment.objects.filter(customer_id__in=ids).filter(
        Q(valid_until__gte=since) | Q(valid_until__isnull=True, valid_from__gte=since)
    )
    for customer, agent, until, reason in rows.values_list("customer_id", "agent_id", "valid_until", "reason"):
        if until is not None and agent is not None:
            former[customer].add(agent)
        elif until is None and reason not in NO_DECISION:
            decided.add(customer)
    return {pk: (frozenset(former[pk]), pk in decided) for pk in {*former, *decided}}


def key_among(ids: Sequence[int]) -> set[int]:
    """Return which of ``ids`` are key customers, by the registry."""
    return {pk for source in key_customers for pk in source.among(list(ids))}


def key_by_tier(ids: list[int]) -> set[int]:
    """Return which of ``ids`` stand in the highest tiers."""
    rows = CustomerSummary.objects.filter(pk__in=ids, tier__in=TIERS_OF_KEY_CUSTOMERS)
    return set(rows.values_list("pk", flat=True))


def with_complaints(agent_ids: list[int]) -> set[int]:
    """Return those against whom a complaint is open: they have the task to answer it."""
    open_ones = Task.objects.filter(agent_id__in=agent_ids, status=Task.Status.OPEN, kind="COMPLAINT")
    return {pk for pk in open_ones.values_list("agent_id", flat=True) if pk is not None}


def agent_facts(where: Q, *, today: date, licences: bool = True) -> list[AgentFacts]:
    """Return the working people that ``where`` names, with what they serve now and what keeps them from more."""
    agents = list(
        Agent.objects.filter(where, status=Agent.Status.ACTIVE)
        .order_by("pk")
        .values_list("pk", "sales_channel", "seller_rank", "partner__contract_until", *LEVELS)
    )
    ids = [row[0] for row in agents]
    profiles = ServiceProfile.objects.in_bulk()
    loads = _loads(where)
    blocked = _blocked(ids, today, licences=licences)
    found = []
    for pk, channel, rank, contract_until, *units in agents:
        profile = profiles.get(pk)
        load, value = loads.get(pk, (0, 0))
        code = blocked.get(pk, "")
        if contract_until is not None and contract_until < today:
            code = "LICENCE"
        if profile is not None and not profile.receives:
            code = "PAUSED"
        found.append(
            AgentFacts(
                id=pk, units=dict(zip(LEVELS, units, strict=True)), channel=channel, rank=rank,
                languages=frozenset(profile.languages if profile else ()),
                skills=frozenset(profile.skills if profile else ()),
                districts=tuple(profile.districts if profile else ()), cap=profile.load_cap if profile else None,
                load=load, value=value, blocked=code,
            )
        )  # fmt: skip
    return found


def _loads(where: Q) -> dict[int, tuple[int, int]]:
    """Return how many customers each person serves, and their premium a year.

    ``where`` filters columns that agents and summaries share; customers served from elsewhere do not count here.
    """
    rows = CustomerSummary.objects.filter(where, servicing_agent_id__isnull=False).values_list("servicing_agent_id")
    counted = rows.annotate(load=Count("pk"), value=Sum("annual_premium")).order_by()
    return {pk: (load, value or 0) for pk, load, value in counted if pk is not None}


def _blocked(ids: list[int], today: date, *, licences: bool) -> dict[int, str]:
    found: dict[int, str] = {}
    for start in range(0, len(ids), 5000):
        group = ids[start : start + 5000]
        if licences:
            valid = Licence.objects.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=today), agent_id__in=group)
            licensed = set(valid.filter(valid_from__lte=today).values_list("agent_id", flat=True))
            found |= {pk: "LICENCE" for pk in group if pk not in licensed}
        for block in receiver_blocks:
            found |= dict.fromkeys(block.among(group), block.code)
    return found


def places_around(units: Iterable[dict[str, Any]], rules: Sequence[Rule]) -> Q:
    """Return the filter for people who could take customers of ``units``: their branches and the rules' own units."""
    branches = sorted({row["branch_id"] for row in units if row.get("branch_id")})
    where = Q(branch_id__in=branches)
    for rule in rules:
        if rule.unit_id:
            where |= Q(**{rule.unit_level: rule.unit_id})
    return where
