"""Importing customers: found by their source's key or their identity number, made where they are new (PLT-9, CUS-1)."""

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from keyuan.customers.events import CustomersChanged
from keyuan.customers.models import Customer, CustomerSummary, IdentityDocument, SourceKey
from keyuan.customers.rules.intake import Identity, check_birth, kind_of, read_document
from keyuan.customers.services.intake_creating import NewCustomers, create_customers
from keyuan.customers.services.intake_likely import candidates_of_rows, note_lookalikes
from keyuan.customers.services.intake_places import agent_places, places_of, unknown_agents
from keyuan.customers.services.intake_purpose import drop_excess
from keyuan.customers.services.intake_updating import update_customers
from keyuan.customers.services.summary import refresh
from keyuan.kernel.actor import Reach
from keyuan.kernel.errors import Refused
from keyuan.organisation.selectors import in_scope
from keyuan.platform.crypto import blind_index
from keyuan.platform.events import emit, in_events_of
from keyuan.platform.imports import Candidate, Chunk, ImportContext, Likeness, Outcome, RowIssue
from keyuan.platform.imports.bulk import Same, insert, update

CREATE, UPDATE = "create", "update"


@dataclass(slots=True)
class Plan:
    """What the check found out for writing: indexes of new rows, (index, customer) of changed and of adopted ones."""

    identities: list[Identity | None]
    new: list[int] = field(default_factory=list)
    changed: list[tuple[int, int]] = field(default_factory=list)
    adopted: list[tuple[int, int]] = field(default_factory=list)
    lookalikes: dict[int, list[Candidate]] = field(default_factory=dict)
    key_ids: dict[str, int] = field(default_factory=dict)


def known_keys(source: str, keys: Iterable[str]) -> dict[str, tuple[int, int, bytes | None]]:
    """Return (row id, customer, fingerprint) of the keys of ``source`` that are known."""
    rows = SourceKey.objects.filter(source=source, key__in=list(keys))
    return {
        key: (pk, customer, bytes(said) if said is not None else None)
        for pk, key, customer, said in rows.values_list("pk", "key", "customer_id", "fingerprint")
    }


def out_of_reach(customer_ids: Iterable[int], context: ImportContext) -> set[int]:
    """Return those of ``customer_ids`` that the importing person may not see, or that were merged away."""
    ids = set(customer_ids)
    if not ids:
        return set()
    living = Customer.objects.filter(pk__in=ids).exclude(status=Customer.Status.MERGED).values_list("pk", flat=True)
    seen = set(living)
    if context.actor.scope.reach is not Reach.ALL:
        seen &= set(CustomerSummary.objects.filter(in_scope(context.actor), pk__in=ids).values_list("pk", flat=True))
    return ids - seen


def check_customers(chunk: Chunk, context: ImportContext) -> Outcome:
    """Tell which rows are new, changed, unchanged or refused; reads only."""
    outcome = Outcome()
    drop_excess(chunk, outcome)
    issues = outcome.issues
    outcome.plan = Plan(judge_people(chunk, context.now.date(), issues))
    issues += unknown_agents(chunk.get("agent_no"), context)
    refused = {issue.index for issue in issues}
    known = known_keys(context.source, chunk.keys)
    hidden = out_of_reach((customer for _pk, customer, _said in known.values()), context)
    matches = match_identities(chunk.keys, known, outcome.plan.identities, context)
    for index, key in enumerate(chunk.keys):
        if index in refused:
            continue
        _sort_row(index, key, chunk, known, hidden, matches, outcome)
    settle_likely(chunk, context, outcome)
    return outcome


def _sort_row(
    index: int,
    key: str,
    chunk: Chunk,
    known: dict[str, tuple[int, int, bytes | None]],
    hidden: set[int],
    matches: dict[int, int],
    outcome: Outcome,
) -> None:
    plan: Plan = outcome.plan
    if key not in known:
        if index in matches:
            plan.adopted.append((index, matches[index]))
            outcome.updated += 1
        else:
            plan.new.append(index)
            outcome.created += 1
        return
    pk, customer, said = known[key]
    if customer in hidden:
        outcome.issues.append(RowIssue(index, "customer_key", "import.out_of_reach"))
    elif said == chunk.prints[index]:
        outcome.unchanged += 1
    else:
        plan.changed.append((index, customer))
        plan.key_ids[key] = pk
        outcome.updated += 1


def settle_likely(chunk: Chunk, context: ImportContext, outcome: Outcome) -> None:
    """Do with each new row that looks like a customer in reach what was decided: create it, update the customer, or
    leave it out. A row whose customer is not like it any more is refused (import.likely_gone)."""
    plan: Plan = outcome.plan
    found = candidates_of_rows(chunk, plan.identities, plan.new, context, out_of_reach)
    new = []
    for index in plan.new:
        candidates, answer = found.get(index, []), context.answer(chunk.numbers[index])
        decided = chunk.numbers[index] in context.answers
        ids = [one.record_id for one in candidates]
        if decided and answer.decision == UPDATE and (not ids or (answer.record_id or ids[0]) not in ids):
            outcome.issues.append(RowIssue(index, "", "import.likely_gone"))
            outcome.created -= 1
            continue
        if candidates:
            outcome.likely[index] = Likeness(tuple(candidates), answer.decision)
        if not candidates or answer.decision == CREATE:
            new.append(index)
            continue
        outcome.created -= 1
        if answer.decision == UPDATE:
            outcome.updated += 1
            plan.adopted.append((index, answer.record_id or ids[0]))
    plan.lookalikes = {index: found[index] for index in new if index in found}
    plan.new = new


def judge_people(chunk: Chunk, today: date, issues: list[RowIssue], prefix: str = "") -> list[Identity | None]:
    """Return each row's identity document, and bring what it tells into empty birth dates and sexes of ``chunk``.

    What is wrong becomes an issue on the field, named with ``prefix``.
    """
    identities: list[Identity | None] = [None] * len(chunk)
    if not (chunk.has("birth_on") or chunk.has("identity_number")):
        return identities
    births, sexes = list(chunk.get("birth_on")), list(chunk.get("sex"))
    types, numbers = chunk.get("document_type"), chunk.get("identity_number")
    for index, number in enumerate(numbers):
        try:
            if births[index] is not None:
                check_birth(births[index], today)
            if number:
                found = read_document(types[index], number, sex=sexes[index], birth_on=births[index], today=today)
                identities[index], births[index], sexes[index] = found, found.birth_on, found.sex
        except Refused as error:
            issues.append(RowIssue(index, f"{prefix}{error.field or ''}", error.code, error.params))
    chunk.columns["birth_on"], chunk.columns["sex"] = births, sexes
    return identities


def match_identities(
    keys: Sequence[str],
    known: Container[str],
    identities: Sequence[Identity | None],
    context: ImportContext,
) -> dict[int, int]:
    """Return row → customer within reach for rows with a new key but the identity number of one customer we have."""
    tokens = {
        index: blind_index("identity_number", identity.number)
        for index, identity in enumerate(identities)
        if identity is not None and keys[index] and keys[index] not in known
    }
    if not tokens:
        return {}
    owners: dict[int, set[int]] = {}
    documents = IdentityDocument.objects.filter(number_index__in=set(tokens.values()))
    for token, customer in documents.values_list("number_index", "customer_id"):
        owners.setdefault(token or 0, set()).add(customer)
    hidden = out_of_reach((pk for found in owners.values() for pk in found), context)
    single = {token: found - hidden for token, found in owners.items()}
    return {
        index: next(iter(single[token]))
        for index, token in tokens.items()
        if token is not None and len(single.get(token, ())) == 1
    }


def write_customers(chunk: Chunk, context: ImportContext, outcome: Outcome) -> None:
    """Write what the check planned, in the caller's transaction, and announce it."""
    plan: Plan = outcome.plan
    part = chunk.only(plan.new)
    new = NewCustomers(
        source=context.source,
        keys=part.keys,
        prints=part.prints,
        kinds=_kinds(part),
        places=places_of(part.get("agent_no"), context),
        agent_units=_agent_units(part.get("agent_no"), context),
        columns=part.columns,
        identities=[plan.identities[index] for index in plan.new],
    )
    ids = create_customers(new, actor_id=context.actor.id, now=context.now)
    note_lookalikes(dict(zip(plan.new, ids, strict=True)), plan.lookalikes, now=context.now)
    changed = _write_changes(chunk, context, plan)
    for some in in_events_of(changed):
        emit(CustomersChanged(some, "IMPORT"))


def _kinds(part: Chunk) -> list[str]:
    return [kind_of(stated, uscc) for stated, uscc in zip(part.get("kind"), part.get("uscc"), strict=True)]


def _agent_units(numbers: Sequence[str | None], context: ImportContext) -> list[int | None]:
    known = agent_places(numbers, context)
    return [known[number][1] if number else None for number in numbers]


def _in_turns(rows: Sequence[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    """Yield (index, customer) so that no turn holds a customer twice: a later row finds what an earlier one wrote."""
    left = list(rows)
    while left:
        taken: dict[int, tuple[int, int]] = {}
        for row in left:
            taken.setdefault(row[1], row)
        yield list(taken.values())
        left = [row for row in left if taken[row[1]] is not row]


def _write_changes(chunk: Chunk, context: ImportContext, plan: Plan) -> list[int]:
    rows = sorted([*plan.changed, *plan.adopted])
    if not rows:
        return []
    for turn in _in_turns(rows):
        part, owners = chunk.only([index for index, _customer in turn]), [customer for _index, customer in turn]
        update_customers(owners, part.columns, [plan.identities[index] for index, _c in turn], now=context.now)
    ids = list(dict.fromkeys(customer for _index, customer in rows))
    if plan.changed:
        key_ids = [plan.key_ids[chunk.keys[index]] for index, _customer in plan.changed]
        update(SourceKey, key_ids, {"fingerprint": [chunk.prints[index] for index, _customer in plan.changed]})
    if plan.adopted:
        columns: dict[str, Any] = {
            "source": Same(context.source),
            "key": [chunk.keys[index] for index, _customer in plan.adopted],
            "customer_id": [customer for _index, customer in plan.adopted],
            "fingerprint": [chunk.prints[index] for index, _customer in plan.adopted],
        }
        insert(SourceKey, columns, len(plan.adopted))
    refresh(ids, context.now)
    return ids
