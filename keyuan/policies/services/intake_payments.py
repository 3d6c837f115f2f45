"""Importing payments of policies that are there already (PLT-9, POL-3)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from keyuan.customers.extensions import recomputes
from keyuan.platform.events import emit, in_events_of
from keyuan.platform.imports import Chunk, ImportContext, Outcome, RowIssue
from keyuan.platform.imports.bulk import Column, Same, insert, update
from keyuan.policies.events import PremiumReceived
from keyuan.policies.models import Payment, Policy, PolicyKey
from keyuan.policies.services.intake import hidden_policies

COLUMNS = ("paid_on", "amount", "instalment_number", "method", "receipt_no", "reference", "result")
TEXTS = ("method", "receipt_no", "reference", "result")


@dataclass(slots=True)
class Plan:
    """Policies by row, new rows, and (row, payment) of changed ones."""

    policies: list[int | None]
    new: list[int] = field(default_factory=list)
    changed: list[tuple[int, int]] = field(default_factory=list)


def find_policies(chunk: Chunk, context: ImportContext, issues: list[RowIssue]) -> list[int | None]:
    """Return the policy of each row, by the source's key or by number; rows without one become issues."""
    keys, numbers = chunk.get("policy_key"), chunk.get("policy_no")
    by_key = _by_key(context.source, keys)
    by_number = _by_number(context.source, [number for number, key in zip(numbers, keys, strict=True) if not key])
    found = [by_key.get(key) if key else by_number.get(number or "") for key, number in zip(keys, numbers, strict=True)]
    hidden = hidden_policies((policy for policy in found if policy is not None), context)
    name = "policy_key" if chunk.has("policy_key") else "policy_no"
    for index, policy in enumerate(found):
        if policy is None or policy in hidden:
            # Whether it is absent or out of reach is nobody's business.
            issues.append(RowIssue(index, name, "import.policy_unknown"))
    return found


def _by_key(source: str, keys: Iterable[str | None]) -> dict[str, int]:
    wanted = {key for key in keys if key}
    return dict(PolicyKey.objects.filter(source=source, key__in=wanted).values_list("key", "policy_id"))


def _by_number(source: str, numbers: Iterable[str | None]) -> dict[str, int]:
    """Return policies by number: the source's own first, then whoever bears the number alone."""
    wanted = {number for number in numbers if number}
    rows = Policy.objects.filter(policy_no__in=wanted).values_list("policy_no", "source_name", "pk")
    found: dict[str, list[tuple[bool, int]]] = {}
    for number, name, pk in rows if wanted else ():
        found.setdefault(number, []).append((name == source, pk))
    return {number: single for number, pks in found.items() if (single := _single(pks)) is not None}


def _single(pks: list[tuple[bool, int]]) -> int | None:
    own = [pk for is_own, pk in pks if is_own]
    chosen = own or [pk for _own, pk in pks]
    return chosen[0] if len(chosen) == 1 else None


def check_payments(chunk: Chunk, context: ImportContext) -> Outcome:
    """Tell which rows are new, changed, unchanged or refused; reads only."""
    outcome = Outcome()
    plan = outcome.plan = Plan(find_policies(chunk, context, outcome.issues))
    refused = {issue.index for issue in outcome.issues}
    there = Payment.objects.filter(source_name=context.source, source_key__in=chunk.keys)
    known = {row[0]: row[1:] for row in there.values_list("source_key", "pk", "policy_id", *COLUMNS)}
    for index, key in enumerate(chunk.keys):
        if index in refused:
            continue
        if key not in known:
            plan.new.append(index)
        elif _differs(chunk, index, known[key][2:]) or known[key][1] != plan.policies[index]:
            plan.changed.append((index, known[key][0]))
        else:
            outcome.unchanged += 1
    outcome.created, outcome.updated = len(plan.new), len(plan.changed)
    return outcome


def _differs(chunk: Chunk, index: int, known: Sequence[Any]) -> bool:
    for name, old in zip(COLUMNS, known, strict=True):
        said = chunk.columns[name][index] if name in chunk.columns else None
        if said is not None and said != old:
            return True
    return False


def write_payments(chunk: Chunk, context: ImportContext, outcome: Outcome) -> None:
    """Write what the check planned, in the caller's transaction; the schedule of instalments is left as it is."""
    plan: Plan = outcome.plan
    part = chunk.only(plan.new)
    columns: dict[str, Column] = {
        name: [value or "" for value in part.get(name)] if name in TEXTS else part.get(name) for name in COLUMNS
    }
    fixed: dict[str, Column] = {
        "policy_id": [plan.policies[index] for index in plan.new],
        "currency": Same(context.currency),
        "source_name": Same(context.source),
        "source_key": part.keys,
        "recorded_at": Same(context.now),
    }
    insert(Payment, {**columns, **fixed}, len(part))
    for index, pk in plan.changed:
        said = {name: chunk.columns[name][index] for name in COLUMNS if chunk.has(name)}
        known = {name: Same(value) for name, value in said.items() if value is not None}
        update(Payment, [pk], {**known, "policy_id": Same(plan.policies[index])})
    rows = [*plan.new, *(index for index, _pk in plan.changed)]
    policies = sorted({policy for index in rows if (policy := plan.policies[index]) is not None})
    _refresh(policies, context)
    for some in in_events_of(policies):
        emit(PremiumReceived(some))


def _refresh(policy_ids: list[int], context: ImportContext) -> None:
    holders = Policy.objects.filter(pk__in=policy_ids, holder_id__isnull=False).values_list("holder_id", flat=True)
    ids = sorted({pk for pk in holders if pk is not None})
    for recompute in recomputes:
        recompute.run(ids, context.now)
