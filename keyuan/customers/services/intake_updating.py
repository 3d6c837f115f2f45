"""Customers that a source tells something new about: what it says is taken, what it leaves out stays (PLT-9)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from keyuan.customers.models import ContactPoint, Customer, IdentityDocument, OrganisationProfile
from keyuan.customers.rules.intake import Identity
from keyuan.customers.services.child_rows import COLUMN_OF_KIND
from keyuan.customers.services.intake_creating import (
    CONTACT_FIELDS,
    OTHER_COLUMNS,
    PROFILE_OTHERS,
    PROFILE_TEXTS,
    TEXT_COLUMNS,
    insert_contacts,
    insert_documents,
)
from keyuan.customers.services.name_index import index_names
from keyuan.platform.crypto import blind_index
from keyuan.platform.imports.bulk import Same, update

Columns = Mapping[str, Sequence[Any]]


def update_customers(
    ids: Sequence[int], columns: Columns, identities: Sequence[Identity | None], *, now: datetime
) -> None:
    """Write what ``columns`` say of customers ``ids`` inside the caller's transaction; unknown values change nothing.

    New phones, addresses and documents are added beside the known ones: a source that stops naming one does not prove
    that it is wrong.
    """
    names = [name for name in (*TEXT_COLUMNS, *OTHER_COLUMNS) if name in columns]
    _update_heads(ids, columns, names, now)
    _update_profiles(ids, columns)
    _add_contacts(ids, columns, now)
    _add_documents(ids, identities, now)


def _update_heads(ids: Sequence[int], columns: Columns, names: list[str], now: datetime) -> None:
    if not names:
        return
    known = {row[0]: row[1:] for row in Customer.objects.filter(pk__in=ids).values_list("pk", *names)}
    merged: list[list[Any]] = []
    renamed: list[tuple[int, str]] = []
    for index, pk in enumerate(ids):
        said = [columns[name][index] for name in names]
        row = [old if value is None else value for value, old in zip(said, known[pk], strict=True)]
        merged.append(row)
        if "name" in columns and row[names.index("name")] != known[pk][names.index("name")]:
            renamed.append((pk, row[names.index("name")]))
    values = {name: [row[place] for row in merged] for place, name in enumerate(names)}
    update(Customer, ids, {**values, "updated_at": Same(now)}, raised=("version",))
    if renamed:
        index_names(renamed)


def _update_profiles(ids: Sequence[int], columns: Columns) -> None:
    names = [name for name in (*PROFILE_TEXTS, *PROFILE_OTHERS) if name in columns]
    if not names:
        return
    for index, pk in enumerate(ids):
        said = {name: columns[name][index] for name in names if columns[name][index] is not None}
        if said:
            OrganisationProfile.objects.update_or_create(customer_id=pk, defaults=said)


def _add_contacts(ids: Sequence[int], columns: Columns, now: datetime) -> None:
    """Add the phones, e-mails and accounts that a customer does not have yet; of addresses the latest one counts."""
    points = ContactPoint.objects.filter(customer_id__in=ids)
    have = set(points.values_list("customer_id", "kind", "value_index"))
    kinds = {(pk, kind) for pk, kind, _index in have}
    for name, kind in CONTACT_FIELDS.items():
        if name not in columns:
            continue
        column = COLUMN_OF_KIND.get(kind, "social_account")
        rows = []
        for pk, value in zip(ids, columns[name], strict=True):
            if value and _is_new(pk, kind, column, value, have):
                rows.append((pk, value))
        for primary in (True, False):
            part = [(pk, value) for pk, value in rows if ((pk, kind) not in kinds) is primary]
            insert_contacts(kind, [pk for pk, _ in part], [value for _, value in part], primary, now)
        kinds |= {(pk, kind) for pk, _value in rows}


def _is_new(pk: int, kind: str, column: str, value: str, have: set[tuple[int, str, int | None]]) -> bool:
    token = blind_index(column, value) if column != "address" else None
    if column == "address":
        stored = ContactPoint.objects.filter(customer_id=pk, kind=kind)
        return not any(point.address is not None and point.address.equals(value) for point in stored)
    if (pk, kind, token) in have:
        return False
    have.add((pk, kind, token))
    return True


def _add_documents(ids: Sequence[int], identities: Sequence[Identity | None], now: datetime) -> None:
    wanted = [(pk, identity) for pk, identity in zip(ids, identities, strict=True) if identity is not None]
    have = set(
        IdentityDocument.objects.filter(customer_id__in=[pk for pk, _ in wanted]).values_list(
            "customer_id", "number_index"
        )
    )
    rows = [
        (pk, identity) for pk, identity in wanted if (pk, blind_index("identity_number", identity.number)) not in have
    ]
    insert_documents([pk for pk, _ in rows], [identity for _, identity in rows], now)
