"""Importing consents and the do-not-contact list: many at once, each effective with its chunk (PLT-8, PLT-9)."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone

from keyuan.contact.models import Consent, DoNotContact, Permit
from keyuan.contact.rules.judging import Asked, Refusal, binds
from keyuan.contact.rules.purposes import Terms
from keyuan.contact.selectors.facts import PLACE
from keyuan.contact.selectors.terms import purposes, rules_in_force
from keyuan.contact.services.permits.locking import lock_budgets
from keyuan.contact.services.stopping import stop
from keyuan.customers.models import ContactPoint, CustomerSummary
from keyuan.customers.selectors import visible_among
from keyuan.kernel.dates import add_months
from keyuan.platform import clock
from keyuan.platform.crypto import blind_index
from keyuan.platform.imports import Chunk, ImportContext, Outcome, RowIssue

SOURCE = "IMPORT"


@dataclass(slots=True)
class Plan:
    """Customers by row, and the rows that are new; what was said is added to, never changed."""

    customers: dict[int, int] = field(default_factory=dict)
    new: list[int] = field(default_factory=list)
    changed: tuple[tuple[int], ...] = ()


def _customers(chunk: Chunk, context: ImportContext, outcome: Outcome, *, required: bool) -> dict[int, int]:
    """Return row → customer by customer number; rows that name nobody in reach are refused."""
    numbers = chunk.get("customer_no")
    wanted = {str(number) for number in numbers if number}
    rows = CustomerSummary.objects.filter(customer__customer_no__in=wanted).values_list("customer_no", "pk")
    known = dict(rows)
    seen = set(visible_among(context.actor, list(known.values()), now=context.now))
    found = {}
    for index, number in enumerate(numbers):
        pk = known.get(str(number)) if number else None
        if pk in seen and pk is not None:
            found[index] = pk
        elif number or required:
            outcome.issues.append(RowIssue(index, "customer_no", "consent.no_customer"))
    return found


def check_consents(chunk: Chunk, context: ImportContext) -> Outcome:
    """Tell which consents are new, there already or refused; reads only."""
    outcome, terms = Outcome(), purposes()
    plan = outcome.plan = Plan(_customers(chunk, context, outcome, required=True))
    refused = {issue.index for issue in outcome.issues}
    ids = set(plan.customers.values())
    there = set(
        Consent.objects.filter(customer_id__in=ids, revoked_at__isnull=True).values_list(
            "customer_id", "purpose", "contact_channel", "evidence"
        )
    )
    for index, pk in plan.customers.items():
        purpose, channel = chunk.get("purpose")[index], chunk.get("contact_channel")[index] or ""
        problem = _consent_problem(chunk, index, terms.get(purpose), channel, context)
        if problem:
            outcome.issues.append(RowIssue(index, *problem))
        elif index in refused or (pk, purpose, channel, str(chunk.get("evidence")[index])[:200]) in there:
            outcome.unchanged += 1
        else:
            plan.new.append(index)
    outcome.created = len(plan.new)
    return outcome


def _consent_problem(
    chunk: Chunk, index: int, terms: Terms | None, channel: str, context: ImportContext
) -> tuple[str, str] | None:
    if terms is None or not terms.needs_consent:
        return "purpose", "consent.not_needed"
    if terms.is_separate:
        return "purpose", "consent.no_text"
    if channel and channel not in terms.channels:
        return "contact_channel", "consent.channel"
    today = timezone.localdate(context.now)
    if chunk.get("granted_on")[index] > today:
        return "granted_on", "consent.in_future"
    expires = chunk.get("expires_on")[index]
    return ("expires_on", "consent.expired") if expires and expires < today else None


def write_consents(chunk: Chunk, context: ImportContext, outcome: Outcome) -> None:
    """Write the new consents; those they take the place of are kept as history."""
    plan: Plan = outcome.plan
    rows = [_consent(chunk, index, plan.customers[index], context) for index in plan.new if index < len(chunk)]
    lock_budgets(row.customer_id for row in rows)
    keys = {(row.customer_id, row.purpose, row.contact_channel) for row in rows}
    old = Consent.objects.filter(customer_id__in={key[0] for key in keys}, revoked_at__isnull=True)
    replaced = [
        pk for pk, *key in old.values_list("pk", "customer_id", "purpose", "contact_channel") if tuple(key) in keys
    ]
    Consent.objects.filter(pk__in=replaced).update(revoked_at=context.now, revoke_source="RENEWED")
    Consent.objects.bulk_create(rows, batch_size=500)


def _consent(chunk: Chunk, index: int, customer_id: int, context: ImportContext) -> Consent:
    return Consent(
        customer_id=customer_id, purpose=chunk.get("purpose")[index],
        contact_channel=chunk.get("contact_channel")[index] or "", source=SOURCE,
        evidence=str(chunk.get("evidence")[index])[:200], granted_at=clock.start_of(chunk.get("granted_on")[index]),
        expires_on=chunk.get("expires_on")[index], recorded_by_id=context.actor.id,
        recorded_by=context.actor.name[:40], created_at=context.now,
    )  # fmt: skip


def check_refusals(chunk: Chunk, context: ImportContext) -> Outcome:
    """Tell which refusals are new, there already or refused; reads only. A row names a customer or a number."""
    outcome = Outcome()
    plan = outcome.plan = Plan(_customers(chunk, context, outcome, required=False))
    refused = {issue.index for issue in outcome.issues}
    phones, today = chunk.get("phone"), timezone.localdate(context.now)
    known = _known(plan, [blind_index("phone", phone) for phone in phones if phone], today)
    for index in range(len(chunk)):
        if index in refused:
            continue
        number = blind_index("phone", phones[index]) if phones[index] else None
        said = chunk.get("refused_on")[index]
        if index not in plan.customers and number is None:
            outcome.issues.append(RowIssue(index, "phone", "refusal.nobody"))
        elif said and said > today:
            outcome.issues.append(RowIssue(index, "refused_on", "consent.in_future"))
        elif (plan.customers.get(index), number, chunk.get("contact_channel")[index] or "") in known:
            outcome.unchanged += 1
        else:
            plan.new.append(index)
    outcome.created = len(plan.new)
    return outcome


def _known(plan: Plan, numbers: list[int | None], today: date) -> set[tuple[int | None, int | None, str]]:
    binding = DoNotContact.objects.filter(lifted_at__isnull=True, until__gte=today)
    columns = ("customer_id", "number_index", "contact_channel")
    rows = list(binding.filter(customer_id__in=set(plan.customers.values())).values_list(*columns))
    return {*rows, *binding.filter(number_index__in=numbers).values_list(*columns)}


def write_refusals(chunk: Chunk, context: ImportContext, outcome: Outcome) -> None:
    """Write the new refusals; open permits that they forbid end in the same transaction."""
    plan: Plan = outcome.plan
    months = rules_in_force().dnc_months
    ids = {plan.customers[index] for index in plan.new if index in plan.customers}
    places = {row.pop("pk"): row for row in CustomerSummary.objects.filter(pk__in=ids).values("pk", *PLACE)}
    rows = [_refusal(chunk, index, plan.customers.get(index), context, months, places) for index in plan.new]
    numbers = [row.number_index for row in rows if row.number_index is not None]
    owners = dict(ContactPoint.objects.filter(value_index__in=numbers).values_list("customer_id", "value_index"))
    everybody = sorted({*ids, *owners})
    lock_budgets(everybody)
    DoNotContact.objects.bulk_create(rows, batch_size=500)
    _stop(everybody, rows, context.now)


def _refusal(
    chunk: Chunk, index: int, customer_id: int | None, context: ImportContext, months: int,
    places: dict[int, dict[str, object]],
) -> DoNotContact:  # fmt: skip
    phone = chunk.get("phone")[index]
    said = chunk.get("refused_on")[index] or timezone.localdate(context.now)
    least = add_months(said, months)
    number = blind_index("phone", phone) if phone else None
    return DoNotContact(
        customer_id=customer_id, phone=phone or None, contact_channel=chunk.get("contact_channel")[index] or "",
        scope=chunk.get("scope")[index] or "SALES", source=SOURCE,
        words=str(chunk.get("words")[index] or "")[:200],
        refused_at=min(clock.start_of(said), context.now), until=max(least, chunk.get("until")[index] or least),
        recorded_by_id=context.actor.id, recorded_by=context.actor.name[:40], created_at=context.now,
        **{"number_index": number, **places.get(customer_id or 0, {})},
    )  # fmt: skip


def _stop(customer_ids: list[int], rows: list[DoNotContact], now: datetime) -> None:
    terms = purposes()
    by_customer: dict[int | None, list[DoNotContact]] = {}
    by_number: dict[int | None, list[DoNotContact]] = {}
    for row in rows:
        by_customer.setdefault(row.customer_id, []).append(row)
        by_number.setdefault(row.number_index, []).append(row)

    def forbidden(permit: Permit) -> bool:
        known = terms.get(permit.purpose)
        own = by_customer.get(permit.customer_id, [])
        shared = by_number.get(permit.number_index, []) if permit.number_index is not None else []
        return known is not None and any(
            binds(Refusal(row.scope, row.contact_channel, row.until), Asked(known, permit.contact_channel), permit.at)
            for row in [*own, *shared]
        )

    if customer_ids:
        stop(customer_ids, forbidden, reason="refusal", now=now)
