"""Importing policies: found by their source's key, made with their holders where they are new (PLT-9, POL-9)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from keyuan.customers.extensions import recomputes
from keyuan.customers.models import CustomerSummary
from keyuan.customers.services.intake_creating import create_customers
from keyuan.customers.services.intake_places import PLACE_COLUMNS, agent_places, places_of, unknown_agents
from keyuan.customers.services.sharing import ServingPlace, keep_shares
from keyuan.kernel.actor import Reach
from keyuan.kernel.codes import PolicyStatus
from keyuan.organisation.models import LEVEL_COLUMNS
from keyuan.organisation.selectors import in_scope
from keyuan.platform.events import emit, in_events_of
from keyuan.platform.imports import Chunk, ImportContext, Outcome, RowIssue
from keyuan.policies.events import PoliciesChanged
from keyuan.policies.models import Policy, PolicyKey
from keyuan.policies.services.intake_holders import Holders, find_holders, holder_names, new_holders
from keyuan.policies.services.intake_products import product_issues, products_of
from keyuan.policies.services.intake_summary import HeldPolicy, summary_columns
from keyuan.policies.services.intake_updating import change_holders, update_policies
from keyuan.policies.services.intake_writing import (
    UNKNOWN_END,
    PolicyRows,
    annual_premiums,
    insert_policies,
    statuses,
)

#: Columns of a policy on which the summary of its holder depends.
SUMMARY_COLUMNS = ("status", "annual_premium", "currency", "next_due_on", "next_due_amount", "issued_on")


@dataclass(slots=True)
class Plan:
    """What the check found out for writing: rows of new policies, and (row, key's id, policy) of changed ones."""

    holders: Holders
    new: list[int] = field(default_factory=list)
    changed: list[tuple[int, int, int]] = field(default_factory=list)


def known_policies(source: str, keys: Iterable[str]) -> dict[str, tuple[int, int, bytes | None]]:
    """Return (key's id, policy, fingerprint) of the keys of ``source`` that are known."""
    rows = PolicyKey.objects.filter(source=source, key__in=list(keys))
    return {
        key: (pk, policy, bytes(said) if said is not None else None)
        for pk, key, policy, said in rows.values_list("pk", "key", "policy_id", "fingerprint")
    }


def hidden_policies(policy_ids: Iterable[int], context: ImportContext) -> set[int]:
    """Return those of ``policy_ids`` that are served outside the importing person's reach."""
    ids = set(policy_ids)
    if not ids or context.actor.scope.reach is Reach.ALL:
        return set()
    return ids - set(Policy.objects.filter(in_scope(context.actor), pk__in=ids).values_list("pk", flat=True))


def check_policies(chunk: Chunk, context: ImportContext) -> Outcome:
    """Tell which rows are new, changed, unchanged or refused; reads only."""
    outcome = Outcome()
    issues = outcome.issues
    issues += _date_issues(chunk)
    issues += product_issues(chunk, context)
    for name in ("agent_no", "selling_agent_no"):
        issues += unknown_agents(chunk.get(name), context, name)
    known = known_policies(context.source, chunk.keys)
    hidden = hidden_policies((policy for _pk, policy, _said in known.values()), context)
    issues += _number_issues(chunk, known, context)
    plan = outcome.plan = Plan(find_holders(chunk, context, issues))
    refused = {issue.index for issue in issues}
    for index, key in enumerate(chunk.keys):
        if index in refused:
            continue
        if key not in known:
            plan.new.append(index)
        elif known[key][1] in hidden:
            issues.append(RowIssue(index, "policy_key", "import.out_of_reach"))
        elif known[key][2] == chunk.prints[index]:
            outcome.unchanged += 1
        else:
            plan.changed.append((index, known[key][0], known[key][1]))
    outcome.created, outcome.updated = len(plan.new), len(plan.changed)
    return outcome


def _date_issues(chunk: Chunk) -> list[RowIssue]:
    starts, found = chunk.get("effective_on"), []
    for name, code in (("expires_on", "policy.ends_before_start"), ("terminated_on", "policy.ends_before_start")):
        if chunk.has(name) and chunk.has("effective_on"):
            pairs = zip(starts, chunk.columns[name], strict=True)
            found += [RowIssue(i, name, code) for i, (start, end) in enumerate(pairs) if start and end and end < start]
    return found


def _number_issues(
    chunk: Chunk, known: dict[str, tuple[int, int, bytes | None]], context: ImportContext
) -> list[RowIssue]:
    """Return an issue for each stated policy number that another policy of the source bears already."""
    if not chunk.has("policy_no"):
        return []
    numbers, insurers = chunk.columns["policy_no"], [code or "" for code in chunk.get("insurer_code")]
    stated = [number for number in numbers if number]
    rows = Policy.objects.filter(policy_no__in=stated, source_name=context.source)
    taken: dict[tuple[str, str], int | str] = {
        (number, code): pk for number, code, pk in rows.values_list("policy_no", "insurer_code", "pk")
    }
    found = []
    for index, (number, insurer, key) in enumerate(zip(numbers, insurers, chunk.keys, strict=True)):
        own = known[key][1] if key in known else key
        if number and taken.setdefault((number, insurer), own) != own:
            found.append(RowIssue(index, "policy_no", "import.policy_no_taken"))
    return found


def write_policies(chunk: Chunk, context: ImportContext, outcome: Outcome) -> None:
    """Write what the check planned, in the caller's transaction, and announce it."""
    plan: Plan = outcome.plan
    existing = {pk for index in plan.new if (pk := plan.holders.id_of(index)) is not None}
    fresh = _create_holders(chunk, context, plan, outcome)
    ids = _write_new(chunk, context, plan)
    # The summaries of new customers know the new policies already, but not those that came from another holder.
    _refresh(existing - fresh | _write_changed(chunk, context, plan), context)
    for some in in_events_of(ids):
        emit(PoliciesChanged(some, "CREATE"))
    for some in in_events_of([policy for _index, _key, policy in plan.changed]):
        emit(PoliciesChanged(some, "IMPORT"))


def _create_holders(chunk: Chunk, context: ImportContext, plan: Plan, outcome: Outcome) -> set[int]:
    """Make the holders that are new, with summaries that know their policies of this chunk; return their ids."""
    taken = {*plan.new, *(index for index, _key, _policy in plan.changed)}
    wanted: dict[str, int] = {}
    for index in sorted(taken):
        key = plan.holders.keys[index]
        if key in plan.holders.new:
            wanted.setdefault(key, index)
    if not wanted:
        return set()
    chosen = list(wanted.values())
    part = chunk.only(chosen)
    agents = part.get("agent_no")
    units = agent_places(agents, context)
    new = new_holders(
        plan.holders,
        chosen,
        places_of(agents, context),
        [units[number][1] if number else None for number in agents],
        context.source,
    )
    held = _held(chunk, context, plan, wanted)
    summary = summary_columns([held[key] for key in wanted], context.now.date())
    ids = create_customers(new, actor_id=context.actor.id, now=context.now, summary=summary)
    plan.holders.ids.update(zip(wanted, ids, strict=True))
    outcome.extras["customers_created"] += len(ids)
    return set(ids)


def _held(chunk: Chunk, context: ImportContext, plan: Plan, wanted: dict[str, int]) -> dict[str, list[HeldPolicy]]:
    held: dict[str, list[HeldPolicy]] = {key: [] for key in wanted}
    status, premiums = statuses(chunk), annual_premiums(chunk)
    dues, amounts, issued = chunk.get("next_due_on"), chunk.get("next_due_amount"), chunk.get("issued_on")
    for index in plan.new:
        policies = held.get(plan.holders.keys[index])
        if policies is not None:
            due = dues[index] or UNKNOWN_END
            policies.append(
                HeldPolicy(status[index], context.currency, premiums[index], due, amounts[index], issued[index])
            )
    return held


def _write_new(chunk: Chunk, context: ImportContext, plan: Plan) -> list[int]:
    if not plan.new:
        return []
    part = chunk.only(plan.new)
    names = holder_names(chunk, plan.holders)
    rows = PolicyRows(
        chunk=part,
        products=products_of(part, context),
        holder_ids=[plan.holders.id_of(index) for index in plan.new],
        holder_names=[names[index] for index in plan.new],
        places=places_of(part.get("agent_no"), context),
        sellers=_sellers(part.get("selling_agent_no"), context),
    )
    return insert_policies(rows, context, are_keyed=bool(part.has("policy_key")))


def _sellers(numbers: Sequence[str | None], context: ImportContext) -> list[int | None]:
    known = agent_places(numbers, context)
    return [known[number][0].servicing_agent_id if number else None for number in numbers]


def _write_changed(chunk: Chunk, context: ImportContext, plan: Plan) -> set[int]:
    """Update changed policies; return the customers whose summaries may have changed by it."""
    if not plan.changed:
        return set()
    indexes, key_ids, ids = (list(part) for part in zip(*plan.changed, strict=True))
    part = chunk.only(indexes)
    before = _summary_facts(ids)
    update_policies(ids, key_ids, part, products_of(part, context), context)
    holders = [plan.holders.id_of(index) for index in indexes]
    names = holder_names(chunk, plan.holders)
    lost = change_holders(ids, holders, [names[index] for index in indexes], part, context)
    after = _summary_facts(ids)
    moved = {row[0] for pk, row in after.items() if row != before[pk]}
    return {*lost, *(pk for pk in moved if pk is not None)}


def _summary_facts(ids: Sequence[int]) -> dict[int, tuple[Any, ...]]:
    """Return holder and what the holder's summary takes from each policy."""
    rows = Policy.objects.filter(pk__in=ids).values_list("pk", "holder_id", *SUMMARY_COLUMNS)
    return {row[0]: row[1:] for row in rows}


def _refresh(customer_ids: set[int], context: ImportContext) -> None:
    """Bring summaries and shares of customers who were there before up to date."""
    ids = sorted(customer_ids)
    for recompute in recomputes:
        recompute.run(ids, context.now)
    _keep_shares(ids)


def _keep_shares(ids: list[int]) -> None:
    """Let the units that serve a policy in force see its holder, too (decision 3)."""
    served = Policy.objects.filter(holder_id__in=ids, status=PolicyStatus.IN_FORCE)
    own = CustomerSummary.objects.filter(pk__in=ids)
    homes = {pk: tuple(row) for pk, *row in own.values_list("pk", *LEVEL_COLUMNS, "servicing_agent_id")}
    wanted: dict[int, set[ServingPlace]] = {}
    for holder, *row in served.values_list("holder_id", *PLACE_COLUMNS).distinct():
        place = ServingPlace(*row)
        if holder is not None and homes.get(holder) != (*row[:5], place.servicing_agent_id):
            wanted.setdefault(holder, set()).add(place)
    if wanted:
        keep_shares(wanted)
