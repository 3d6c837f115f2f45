"""Importing claims history of policies that are there already (PLT-9)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from keyuan.claims.events import ClaimsChanged
from keyuan.claims.models import Claim
from keyuan.claims.services.escalating import escalate_claims
from keyuan.customers.extensions import recomputes
from keyuan.customers.services.intake_places import PLACE_COLUMNS
from keyuan.platform import clock
from keyuan.platform.events import emit, in_events_of
from keyuan.platform.imports import Chunk, ImportContext, Outcome, RowIssue
from keyuan.platform.imports.bulk import Column, Same, insert, next_ids, update
from keyuan.policies.models import Policy
from keyuan.policies.services.intake_payments import find_policies

TEXTS = ("kind", "cause", "period_label")
PLAIN = ("claimed_amount", "paid_amount", "occurred_on", "decided_on", "paid_on")
NUMBER_LIMIT = 60


@dataclass(slots=True)
class Plan:
    """Policies by row, new rows, and (row, claim) of changed ones."""

    policies: list[int | None]
    new: list[int] = field(default_factory=list)
    changed: list[tuple[int, int]] = field(default_factory=list)


def check_claims(chunk: Chunk, context: ImportContext) -> Outcome:
    """Tell which rows are new, changed, unchanged or refused; reads only. The policy must be there."""
    outcome = Outcome()
    plan = outcome.plan = Plan(find_policies(chunk, context, outcome.issues))
    refused = {issue.index for issue in outcome.issues}
    there = Claim.objects.filter(source_name=context.source, claim_no__in=chunk.keys)
    known = {
        number: (pk, bytes(said) if said is not None else None)
        for number, pk, said in there.values_list("claim_no", "pk", "fingerprint")
    }
    for index, key in enumerate(chunk.keys):
        if index in refused:
            continue
        if len(key) > NUMBER_LIMIT:
            outcome.issues.append(RowIssue(index, "claim_key", "import.key_long", {"limit": NUMBER_LIMIT}))
        elif key not in known:
            plan.new.append(index)
        elif known[key][1] == chunk.prints[index]:
            outcome.unchanged += 1
        else:
            plan.changed.append((index, known[key][0]))
    outcome.created, outcome.updated = len(plan.new), len(plan.changed)
    return outcome


def write_claims(chunk: Chunk, context: ImportContext, outcome: Outcome) -> None:
    """Write what the check planned, in the caller's transaction, and announce it."""
    plan: Plan = outcome.plan
    new = next_ids(Claim, len(plan.new))
    holders = _insert(chunk.only(plan.new), new, [plan.policies[index] for index in plan.new], context)
    holders |= _update(chunk, plan)
    escalate_claims(new, context.now)
    ids = sorted(holders)
    for recompute in recomputes:
        recompute.run(ids, context.now)
    for kind, claims in (("CREATE", new), ("IMPORT", [pk for _index, pk in plan.changed])):
        for some in in_events_of(claims):
            emit(ClaimsChanged(some, kind))


def _columns(chunk: Chunk) -> dict[str, Column]:
    columns: dict[str, Column] = {name: [value or "" for value in chunk.get(name)] for name in TEXTS if chunk.has(name)}
    columns |= {name: chunk.columns[name] for name in PLAIN if chunk.has(name)}
    if chunk.has("count"):
        columns["count"] = [1 if value is None else value for value in chunk.columns["count"]]
    if chunk.has("status"):
        columns["status"] = [value or "REPORTED" for value in chunk.columns["status"]]
    if chunk.has("reported_on"):
        columns["reported_at"] = [_moment(day) for day in chunk.columns["reported_on"]]
    return columns


def _moment(day: date | None) -> Any:
    return clock.start_of(day) if day else None


def _places(policy_ids: Sequence[int | None]) -> dict[int, tuple[Any, ...]]:
    """Return holder and place of each policy: a claim is seen where its policy is served."""
    rows = Policy.objects.filter(pk__in=set(policy_ids)).values_list("pk", "holder_id", *PLACE_COLUMNS)
    return {row[0]: row[1:] for row in rows}


def _insert(part: Chunk, ids: Sequence[int], policy_ids: Sequence[int | None], context: ImportContext) -> set[int]:
    if not len(part):
        return set()
    places = _places(policy_ids)
    rows = [places[pk] for pk in policy_ids if pk is not None]
    columns: dict[str, Column] = {
        "id": ids,
        "claim_no": part.keys,
        "source_name": Same(context.source),
        "policy_id": policy_ids,
        "customer_id": [row[0] for row in rows],
        "currency": Same(context.currency),
        "fingerprint": part.prints,
        "created_at": Same(context.now),
        **{name: [row[place] for row in rows] for place, name in enumerate(PLACE_COLUMNS, 1)},
        **_columns(part),
    }
    insert(Claim, columns, len(part))
    return {row[0] for row in rows if row[0] is not None}


def _update(chunk: Chunk, plan: Plan) -> set[int]:
    """Write what the source says of known claims; unknown values change nothing."""
    if not plan.changed:
        return set()
    part, ids = chunk.only([index for index, _pk in plan.changed]), [pk for _index, pk in plan.changed]
    policy_ids = [plan.policies[index] for index, _pk in plan.changed]
    said = _columns(part)
    names = [name for name in said if name not in TEXTS]
    there = {row[0]: row[1:] for row in Claim.objects.filter(pk__in=ids).values_list("pk", *names)}
    for place, name in enumerate(names):
        values: Any = said[name]
        said[name] = [there[pk][place] if value is None else value for pk, value in zip(ids, values, strict=True)]
    update(Claim, ids, {**said, "policy_id": policy_ids, "fingerprint": part.prints})
    return {row[0] for row in _places(policy_ids).values() if row[0] is not None}
