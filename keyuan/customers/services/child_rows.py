"""Saving the rows that hang on a customer: contacts, documents, accounts and the unsealed lists."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import models

from keyuan.customers.models import (
    BankAccount,
    ContactPoint,
    Customer,
    Feedback,
    IdentityDocument,
    LifeEvent,
    Need,
    OrganisationYear,
    OtherCover,
)
from keyuan.customers.rules.drafts import AccountDraft, ContactDraft, CustomerDraft, DocumentDraft, RowDraft
from keyuan.kernel.errors import Conflict
from keyuan.platform.crypto import blind_index, tail_index

#: The sealed column that holds a contact of each kind; kinds not named are social accounts.
COLUMN_OF_KIND = {"MOBILE": "phone", "LANDLINE": "phone", "FAX": "phone", "EMAIL": "email", "ADDRESS": "address"}
LISTS: dict[str, type[models.Model]] = {
    "needs": Need,
    "other_covers": OtherCover,
    "life_events": LifeEvent,
    "feedback": Feedback,
    "organisation_years": OrganisationYear,
}
Changes = dict[str, list[str]]


def contact_columns(kind: str, value: str) -> dict[str, Any]:
    """Return the sealed column and blind indexes that hold ``value``, a normalised contact of ``kind``."""
    column = COLUMN_OF_KIND.get(kind, "social_account")
    indexed = column != "address"
    return {
        "phone": None,
        "email": None,
        "address": None,
        "social_account": None,
        column: value,
        "value_index": blind_index(column, value) if indexed else None,
        "tail_index": tail_index(column, value) if column == "phone" else None,
    }


def save_rows(customer: Customer, draft: CustomerDraft, now: datetime) -> Changes:
    """Bring the customer's rows to what ``draft`` says; return part → added, changed, removed (no values)."""
    changes = {
        "contacts": _save(customer, ContactPoint, draft.contacts, _contact_values, now),
        "documents": _save(customer, IdentityDocument, draft.documents, _document_values, now),
        "accounts": _save(customer, BankAccount, draft.accounts, _account_values, now),
    }
    for name, rows in draft.lists.items():
        changes[name] = _save(customer, LISTS[name], rows, _list_values, now)
    _keep_one_primary(customer, draft.contacts)
    return {part: done for part, done in changes.items() if done}


def _save(customer: Customer, model: Any, rows: Iterable[Any], values_of: Any, now: datetime) -> list[str]:
    known = {row.pk: row for row in model.objects.filter(customer=customer)}
    done = []
    for draft in rows:
        if draft.id is not None and draft.id not in known:
            raise Conflict("conflict", field=model._meta.model_name)
        if draft.remove:
            if draft.id is not None:
                known[draft.id].delete()
                done.append("removed")
            continue
        row = known.get(draft.id) or model(customer=customer)
        if _apply(row, values_of(_without_known_value(row, draft)), now):
            done.append("changed" if draft.id else "added")
    return done


def _without_known_value(row: Any, draft: Any) -> Any:
    """Return ``draft`` without a sealed value that the row holds already: typed again, it stays verified."""
    if row.pk is None:
        return draft
    if isinstance(draft, ContactDraft) and draft.value is not None and draft.kind == row.kind:
        held = getattr(row, COLUMN_OF_KIND.get(row.kind, "social_account"))
        return replace(draft, value=None) if held is not None and held.equals(draft.value) else draft
    if isinstance(draft, DocumentDraft) and draft.number is not None and row.identity_number is not None:
        return replace(draft, number=None) if row.identity_number.equals(draft.number) else draft
    return draft


def _apply(row: Any, values: dict[str, Any], now: datetime) -> bool:
    """Write ``values`` onto ``row`` and save it when anything differs; tell whether it did."""
    is_new = row.pk is None
    changed = is_new
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)
            changed = True
    if is_new and hasattr(row, "created_at"):
        row.created_at = now
    if changed:
        row.save()
    return changed


def _contact_values(draft: ContactDraft) -> dict[str, Any]:
    values: dict[str, Any] = {
        "kind": draft.kind,
        "label": draft.label,
        "region_code": draft.region_code,
        "postcode": draft.postcode,
        "is_primary": draft.is_primary,
        "source": draft.source,
    }
    if draft.value is not None:
        # A new value is unverified, whatever was known of the old one.
        values |= contact_columns(draft.kind, draft.value) | {"verified_at": None, "invalid_at": None}
    return values


def _document_values(draft: DocumentDraft) -> dict[str, Any]:
    values: dict[str, Any] = {
        "document_type": draft.document_type,
        "issuer": draft.issuer,
        "valid_from": draft.valid_from,
        "valid_until": draft.valid_until,
        "is_long_term": draft.is_long_term,
    }
    if draft.number is not None:
        values |= {
            "identity_number": draft.number,
            "number_index": blind_index("identity_number", draft.number),
            "tail_index": tail_index("identity_number", draft.number),
            "verified_at": None,
        }
    return values


def _account_values(draft: AccountDraft) -> dict[str, Any]:
    values: dict[str, Any] = {"bank_name": draft.bank_name, "valid_until": draft.valid_until}
    if draft.number is not None:
        values |= {
            "bank_account": draft.number,
            "number_index": blind_index("bank_account", draft.number),
            "tail_index": tail_index("bank_account", draft.number),
        }
    return values


def _list_values(draft: RowDraft) -> dict[str, Any]:
    return draft.values


def _keep_one_primary(customer: Customer, drafts: tuple[ContactDraft, ...]) -> None:
    """Leave one primary contact of each kind: the one this form marked, else the newest."""
    primary = ContactPoint.objects.filter(customer=customer, is_primary=True)
    for kind in {draft.kind for draft in drafts}:
        ids = list(primary.filter(kind=kind).order_by("-pk").values_list("pk", flat=True))
        marked = [draft.id for draft in drafts if draft.kind == kind and draft.is_primary and draft.id in ids]
        keep = [*marked, *ids][:1]
        primary.filter(kind=kind).exclude(pk__in=keep).update(is_primary=False)
