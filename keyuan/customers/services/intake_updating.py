"""Customers that a source tells something new about: what it says is taken, what it leaves out stays (PLT-9)."""

import json
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
    field_sources,
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
    if names:
        _update_heads(ids, columns, identities, names, now)
    _update_profiles(ids, columns)
    _add_contacts(ids, columns, now)
    _add_documents(ids, identities, now)


def _update_heads(
    ids: Sequence[int], columns: Columns, identities: Sequence[Identity | None], names: list[str], now: datetime
) -> None:
    rows = Customer.objects.filter(pk__in=ids).values_list("pk", "field_sources", *names)
    before = {row[0]: row[1] for row in rows}
    known = {row[0]: row[2:] for row in rows}
    merged: list[list[Any]] = []
    renamed: list[tuple[int, str]] = []
    for index, pk in enumerate(ids):
        said = [columns[name][index] for name in names]
        row = [old if value is None else value for value, old in zip(said, known[pk], strict=True)]
        merged.append(row)
        if "name" in columns and row[names.index("name")] != known[pk][names.index("name")]:
            renamed.append((pk, row[names.index("name")]))
    values = {name: [row[place] for row in merged] for place, name in enumerate(names)}
    said_now: Any = field_sources(columns, identities, len(ids))["field_sources"]
    sources = [json.dumps(before[pk] | json.loads(new)) for pk, new in zip(ids, said_now, strict=True)]
    update(Customer, ids, {**values, "field_sources": sources, "updated_at": Same(now)}, raised=("version",))
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
    """Add the contacts that a customer does not have yet, beside the known ones."""
    if not any(name in columns for name in CONTACT_FIELDS):
        return
    have, kinds = _known_contacts(ids, with_addresses="address" in columns)
    for name, kind in CONTACT_FIELDS.items():
        rows = []
        for pk, value in zip(ids, columns.get(name, ()), strict=False):
            if value and (pk, kind, value_key(kind, value)) not in have:
                have.add((pk, kind, value_key(kind, value)))
                rows.append((pk, value))
        for primary in (True, False):
            part = [(pk, value) for pk, value in rows if ((pk, kind) not in kinds) is primary]
            insert_contacts(kind, [pk for pk, _ in part], [value for _, value in part], primary, now)
        kinds |= {(pk, kind) for pk, _value in rows}


def value_key(kind: str, value: str) -> int | None:
    """Return what tells two contacts of one kind apart: the blind index, or a digest of an address."""
    column = COLUMN_OF_KIND.get(kind, "social_account")
    return hash(value) if column == "address" else blind_index(column, value)


def _known_contacts(
    ids: Sequence[int], *, with_addresses: bool
) -> tuple[set[tuple[int, str, int | None]], set[tuple[int, str]]]:
    """Return the contacts of ``ids`` as (customer, kind, key), and which kinds each customer has."""
    points = ContactPoint.objects.filter(customer_id__in=ids)
    found: list[tuple[int, str, int | None]] = list(points.values_list("customer_id", "kind", "value_index"))
    have = set(found)
    if with_addresses:
        # An address has no blind index; what is compared is a digest, the text goes nowhere.
        addresses: Any = points.filter(kind="ADDRESS").values_list("customer_id", "address")
        for owner, address in addresses:
            if address is not None:
                have.add((owner, "ADDRESS", int(address.keyed_digest(_digest))))
    return have, {(pk, kind) for pk, kind, _index in found}


def _digest(text: str) -> str:
    return str(hash(text))


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
