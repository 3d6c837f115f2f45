"""Entering and changing a customer's archive in one step: all of it or nothing (CUS-1, CUS-3)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from django.db import transaction

from keyuan.customers import permissions
from keyuan.customers.events import CustomersChanged
from keyuan.customers.models import Assignment, Customer, IdentityDocument, OrganisationProfile, SourceKey
from keyuan.customers.rules.archive import RESIDENT_NUMBERS, Verdict, judge, number_agrees
from keyuan.customers.rules.drafts import CustomerDraft
from keyuan.customers.selectors import access_customer
from keyuan.customers.services.child_rows import save_rows
from keyuan.customers.services.name_index import index_names
from keyuan.customers.services.summary import refresh
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Invalid, Refused
from keyuan.organisation.models import Unit
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.events import emit
from keyuan.platform.locks import hold
from keyuan.platform.numbers import allocate

#: Columns of the head record that a form may write; everything else is kept by services.
WRITABLE = frozenset(
    {
        "name", "former_name", "sex", "birth_on", "birth_is_lunar", "lunar_month", "lunar_day", "death_on",
        "nationality", "ethnic_group", "occupation", "occupation_code", "occupation_class", "employer", "income",
        "education", "marriage", "language", "preferred_contact", "preferred_time", "hobbies", "experience",
        "risk_appetite",
        "health_notes", "height_cm", "weight_kg", "note", "region_code", "prospect_source",
    }
)  # fmt: skip
#: Under this source stand the tokens of entry forms: a second sending of one form finds what the first one made.
ENTRY_FORM = "form"
#: Where a field of the head record comes from: an identity document, or what the customer said.
FROM_DOCUMENT, FROM_CUSTOMER = "ID", "SELF"
#: Read from a resident number that stands in the archive.
READ_FROM_NUMBER = ("birth_on", "sex")
MISMATCHES = {"birth_on": "resident_id.birth_mismatch", "sex": "resident_id.sex_mismatch"}
#: Seen and written only with the permission for health notes.
HEALTH_COLUMNS = frozenset({"health_notes", "height_cm", "weight_kg"})


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved customer and what was odd about the data (codes with fields)."""

    customer: Customer
    warnings: tuple[Refused, ...]


def _judged(draft: CustomerDraft, today: date) -> Verdict:
    verdict = judge(draft, today=today)
    if verdict.errors:
        raise Invalid(list(verdict.errors))
    return verdict


def entered_by_form(actor: Actor, token: str) -> int | None:
    """Return the customer that the actor's form with ``token`` made before, if it did."""
    if not token:
        return None
    keys = SourceKey.objects.filter(source=ENTRY_FORM, key=_form_key(actor, token))
    return keys.values_list("customer_id", flat=True).first()


def create_customer(
    *,
    actor: Actor,
    draft: CustomerDraft,
    now: datetime,
    agent_id: int | None = None,
    unit_id: int | None = None,
    token: str = "",
    also: Callable[[int], object] = lambda _customer_id: None,
) -> Saved:
    """Enter a customer, served by ``agent_id`` in ``unit_id`` (default: the actor's own).

    ``token`` names one attempt: sending it again returns the customer of the first time. ``also`` keeps what else was
    said, in the same transaction. Raises `Invalid` with one refusal per wrong field and `Forbidden`, and what ``also``
    raises; nothing is saved then.
    """
    actor.require(permissions.CREATE)
    verdict = _judged(draft, now.date())
    with transaction.atomic():
        hold(_form_key(actor, token))
        made = entered_by_form(actor, token)
        if made is not None:
            return Saved(Customer.objects.get(pk=made), verdict.warnings)
        customer = Customer(
            customer_no=allocate("customer", 1)[0],
            kind=draft.kind,
            created_at=now,
            updated_at=now,
            created_by_id=actor.id,
        )
        _set_fields(actor, customer, verdict.draft)
        customer.save(force_insert=True)
        _save_parts(customer, verdict.draft, now)
        if token:
            SourceKey.objects.create(source=ENTRY_FORM, key=_form_key(actor, token), customer=customer)
        _open_assignment(actor, customer, agent_id, unit_id, now.date())
        index_names([(customer.pk, customer.name)])
        refresh([customer.pk], now)
        subject = Subject("customer", customer.pk)
        record(actor, Action.CREATE, subject, after=_facts(customer), customer_id=customer.pk, now=now)
        emit(CustomersChanged((customer.pk,), "CREATE"))
        also(customer.pk)
    return Saved(customer, verdict.warnings)


def _form_key(actor: Actor, token: str) -> str:
    return f"{actor.id}:{token[:60]}"


def update_customer(*, actor: Actor, customer_id: int, draft: CustomerDraft, version: int, now: datetime) -> Saved:
    """Save a whole form over a customer read at ``version``.

    Raises `Conflict` when someone saved in between, `Invalid` with a refusal per wrong field, `NotFound` out of scope.
    """
    actor.require(permissions.EDIT)
    verdict = _judged(draft, now.date())
    with transaction.atomic():
        customer = access_customer(actor, customer_id, now=now, lock=True)
        if customer.version != version:
            raise Conflict("conflict", version=customer.version)
        _check_stored_numbers(customer, verdict.draft)
        before = _facts(customer)
        name = customer.name
        _set_fields(actor, customer, verdict.draft)
        changed_rows = _save_parts(customer, verdict.draft, now)
        if customer.name != name:
            index_names([(customer.pk, customer.name)])
        _bump(customer, now)
        refresh([customer.pk], now)
        record(
            actor,
            Action.UPDATE,
            Subject("customer", customer.pk),
            before=before,
            after=_facts(customer),
            customer_id=customer.pk,
            detail=changed_rows,
            now=now,
        )
        emit(CustomersChanged((customer.pk,), "UPDATE"))
    return Saved(customer, verdict.warnings)


def change_field(*, actor: Actor, customer_id: int, field: str, value: Any, seen: Any, now: datetime) -> Customer:
    """Change one unsealed field in place, as inline edit does; ``seen`` is the value the editor saw.

    Raises `Conflict` (``now_there``) when the field holds something else by now, `Refused` for a field that is no
    free edit.
    """
    actor.require(permissions.EDIT)
    if field not in WRITABLE or field in HEALTH_COLUMNS:
        raise Refused("customer.not_editable", field=field)
    with transaction.atomic():
        customer = access_customer(actor, customer_id, now=now, lock=True)
        there = getattr(customer, field)
        if there != seen:
            raise Conflict("conflict", field=field, now_there=there)
        draft = CustomerDraft(kind=customer.kind, fields=_plain_fields(customer) | {field: value})
        if field == "birth_on":
            # The lunar birthday follows the new date.
            draft.fields.update(lunar_month=None, lunar_day=None)
        verdict = judge(draft, today=now.date())
        # What was odd elsewhere before is no reason to refuse this change.
        wrong = [error for error in verdict.errors if error.field == field]
        if wrong:
            raise Invalid(wrong)
        _check_stored_numbers(customer, draft)
        for name in (field, "lunar_month", "lunar_day"):
            _set_field(customer, name, verdict.draft.fields[name], draft)
        _bump(customer, now, field, "lunar_month", "lunar_day")
        if field == "name":
            index_names([(customer.pk, customer.name)])
        refresh([customer.pk], now)
        record(
            actor,
            Action.UPDATE,
            Subject("customer", customer.pk),
            before={field: there},
            after={field: getattr(customer, field)},
            customer_id=customer.pk,
            now=now,
        )
        emit(CustomersChanged((customer.pk,), "UPDATE"))
    return customer


def _check_stored_numbers(customer: Customer, draft: CustomerDraft) -> None:
    """Raise `Invalid` when birth date or sex contradict a resident number that the archive keeps (CUS-3).

    Only what this draft changes is judged: an old contradiction must not block everything else.
    """
    changed = [name for name in READ_FROM_NUMBER if draft.fields.get(name) != getattr(customer, name)]
    replaced = [row.id for row in draft.documents if row.id and (row.number is not None or row.remove)]
    if not changed:
        return
    documents = IdentityDocument.objects.filter(customer=customer, document_type__in=RESIDENT_NUMBERS)
    for document in documents.exclude(pk__in=replaced):
        for name in changed:
            if draft.fields.get(name) and not document.identity_number.satisfies(
                partial(number_agrees, name, draft.fields[name])
            ):
                raise Invalid([Refused(MISMATCHES[name], field=name)])


def _bump(customer: Customer, now: datetime, *fields: str) -> None:
    customer.version += 1
    customer.updated_at = now
    customer.save(update_fields=[*(fields or WRITABLE), "field_sources", "version", "updated_at"])


def _plain_fields(customer: Customer) -> dict[str, Any]:
    return {name: getattr(customer, name) for name in sorted(WRITABLE - HEALTH_COLUMNS)}


def _facts(customer: Customer) -> dict[str, Any]:
    return _plain_fields(customer) | {"kind": customer.kind, "health_notes": customer.health_notes}


def _set_fields(actor: Actor, customer: Customer, draft: CustomerDraft) -> None:
    for name, value in draft.fields.items():
        if name not in WRITABLE:
            raise Refused("customer.not_editable", field=name)
        if name in HEALTH_COLUMNS and not actor.may(permissions.HEALTH):
            continue
        _set_field(customer, name, value, draft)


def _set_field(customer: Customer, name: str, value: Any, draft: CustomerDraft) -> None:
    """Write one column and, where it changes, note where the value comes from."""
    if getattr(customer, name) == value:
        return
    setattr(customer, name, value)
    from_number = name in READ_FROM_NUMBER and any(row.number and not row.remove for row in draft.documents)
    customer.field_sources = {**customer.field_sources, name: FROM_DOCUMENT if from_number else FROM_CUSTOMER}


def _save_parts(customer: Customer, draft: CustomerDraft, now: datetime) -> dict[str, list[str]]:
    """Save profile and rows; return what changed by part, as words without values, for the trail."""
    if draft.kind == Customer.Kind.ORGANISATION:
        OrganisationProfile.objects.update_or_create(customer=customer, defaults=draft.organisation)
    return save_rows(customer, draft, now)


def _open_assignment(actor: Actor, customer: Customer, agent_id: int | None, unit_id: int | None, today: date) -> None:
    unit = unit_id or actor.unit_id
    if unit is None:
        root = Unit.objects.filter(level=Unit.Level.HEAD_OFFICE).order_by("pk").first()
        unit = root.pk if root else None
    if unit is None:
        raise Refused("customer.no_unit", field="unit")
    Assignment.objects.create(
        customer=customer,
        agent_id=agent_id or actor.scope.agent_id,
        unit_id=unit,
        valid_from=today,
        reason="ENTERED",
        assigned_by_id=actor.id,
    )
