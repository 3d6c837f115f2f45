"""New customers in bulk: every row that `create_customer` would make, without model instances (PLT-9).

A test compares what stands here with what the service makes of the same values.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.utils import timezone

from keyuan.customers.events import CustomersChanged
from keyuan.customers.models import (
    Assignment,
    ContactPoint,
    Customer,
    CustomerSummary,
    IdentityDocument,
    NameGram,
    NameKey,
    OrganisationProfile,
    SourceKey,
)
from keyuan.customers.rules.intake import ORGANISATION, Identity
from keyuan.customers.services.child_rows import COLUMN_OF_KIND
from keyuan.customers.services.intake_places import place_columns
from keyuan.customers.services.name_index import KEY_LENGTH, gram_rows, key_rows
from keyuan.customers.services.sharing import ServingPlace
from keyuan.customers.services.summary import NEVER, birthday_key
from keyuan.kernel.names import pinyin_readings
from keyuan.platform.crypto import blind_index, seal, tail_index
from keyuan.platform.events import emit, in_events_of
from keyuan.platform.imports.bulk import Column, Same, insert, next_ids
from keyuan.platform.numbers import allocate

FROM_IMPORT, FROM_DOCUMENT = "IMPORT", "ID"
TEXT_COLUMNS = (
    "name", "former_name", "sex", "nationality", "ethnic_group", "occupation", "occupation_code", "occupation_class",
    "employer", "education", "marriage", "region_code", "note", "prospect_source",
)  # fmt: skip
OTHER_COLUMNS = ("birth_on", "income")
PROFILE_TEXTS = ("uscc", "legal_representative", "business_scope", "industry", "service_roles")
PROFILE_OTHERS = ("founded_on", "registered_capital", "employees")
#: Mapped field → kind of contact point, in the order in which lists prefer them.
CONTACT_FIELDS = {
    "mobile": "MOBILE",
    "mobile2": "MOBILE",
    "landline": "LANDLINE",
    "email": "EMAIL",
    "address": "ADDRESS",
    "wechat": "WECHAT",
}
PHONE_FIELDS = ("mobile", "mobile2", "landline")


@dataclass(slots=True)
class NewCustomers:
    """Customers to be made, by column: keys of the source, places, units of agents, identities and what was mapped."""

    source: str
    keys: Sequence[str]
    prints: Sequence[bytes | None]
    kinds: Sequence[str]
    places: Sequence[ServingPlace]
    agent_units: Sequence[int | None]
    columns: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    identities: Sequence[Identity | None] = ()

    def __len__(self) -> int:
        return len(self.keys)


def create_customers(
    new: NewCustomers, *, actor_id: int | None, now: datetime, summary: Mapping[str, Column] | None = None
) -> list[int]:
    """Insert ``new`` inside the caller's transaction, announce them and return their ids, in order.

    ``summary`` gives columns of the summary rows that contexts above know already.
    """
    count = len(new)
    if not count:
        return []
    ids, numbers = next_ids(Customer, count), allocate("customer", count)
    texts = {name: [value or "" for value in new.columns[name]] for name in TEXT_COLUMNS if name in new.columns}
    others = {name: new.columns[name] for name in OTHER_COLUMNS if name in new.columns}
    kinds = list(new.kinds)
    sources = field_sources(new.columns, new.identities, count)
    moments = {"created_at": Same(now), "updated_at": Same(now), "created_by_id": Same(actor_id)}
    insert(Customer, {"id": ids, "customer_no": numbers, "kind": kinds, **texts, **others, **sources, **moments}, count)
    keys: dict[str, Column] = {
        "source": Same(new.source),
        "key": new.keys,
        "customer_id": ids,
        "fingerprint": new.prints,
    }
    insert(SourceKey, keys, count)
    phones = _insert_contacts(new, ids, now)
    _insert_documents(new, ids, now)
    _insert_profiles(new, ids)
    names = texts.get("name", [""] * count)
    index_new_names(ids, names)
    _insert_assignments(new, ids, actor_id, now.date())
    _insert_summaries(new, ids, numbers, names, phones, now, summary or {})
    for some in in_events_of(ids):
        emit(CustomersChanged(some, "CREATE"))
    return ids


def field_sources(
    columns: Mapping[str, Sequence[Any]], identities: Sequence[Identity | None], count: int
) -> dict[str, Column]:
    """Return where each stated field of the head record comes from: this import, or an identity number."""
    names = [name for name in (*TEXT_COLUMNS, *OTHER_COLUMNS) if name in columns]
    if not names:
        return {}
    told = [identity is not None for identity in identities] or [False] * count
    stated = zip(*([value not in (None, "") for value in columns[name]] for name in names), strict=True)
    return {
        "field_sources": [_sources(tuple(names), row, by_number) for row, by_number in zip(stated, told, strict=True)]
    }


@lru_cache(maxsize=4096)
def _sources(names: tuple[str, ...], stated: tuple[bool, ...], by_number: bool) -> str:
    found = {name: FROM_IMPORT for name, is_stated in zip(names, stated, strict=True) if is_stated}
    if by_number:
        found |= {name: FROM_DOCUMENT for name in ("birth_on", "sex") if name in found}
    return json.dumps(found)


def contact_rows(kind: str, values: Sequence[str]) -> dict[str, list[Any]]:
    """Return the sealed column and the blind indexes of contact ``values`` of one kind."""
    column = COLUMN_OF_KIND.get(kind, "social_account")
    indexed, tailed = column != "address", column == "phone"
    return {
        column: [seal(column, value) for value in values],
        "value_index": [blind_index(column, value) if indexed else None for value in values],
        "tail_index": [tail_index(column, value) if tailed else None for value in values],
    }


def insert_contacts(
    kind: str, customer_ids: Sequence[int], values: Sequence[str], primary: bool, now: datetime
) -> list[int]:
    """Insert a contact point of ``kind`` for each customer and return the ids."""
    count = len(customer_ids)
    ids = next_ids(ContactPoint, count)
    columns: dict[str, Column] = {
        "id": ids,
        "customer_id": customer_ids,
        "kind": Same(kind),
        "source": Same(ContactPoint.Source.IMPORT.value),
        "is_primary": Same(primary),
        "created_at": Same(now),
    }
    insert(ContactPoint, {**columns, **contact_rows(kind, values)}, count)
    return ids


def _insert_contacts(new: NewCustomers, ids: list[int], now: datetime) -> dict[int, int]:
    """Insert all contacts; return the phone that lists show, by customer: the same as `summary.refresh` chooses."""
    phones: dict[int, int] = {}
    seen: set[tuple[int, str]] = set()
    for name, kind in CONTACT_FIELDS.items():
        column = new.columns.get(name)
        if column is None:
            continue
        primary = not any(CONTACT_FIELDS[other] == kind for other in _before(name) if other in new.columns)
        rows = [(pk, value) for pk, value in zip(ids, column, strict=True) if value and (pk, value) not in seen]
        seen.update(rows)
        owners = [pk for pk, _value in rows]
        contacts = insert_contacts(kind, owners, [value for _pk, value in rows], primary, now)
        if name in PHONE_FIELDS:
            for pk, contact in zip(owners, contacts, strict=True):
                phones.setdefault(pk, contact)
    return phones


def _before(name: str) -> list[str]:
    names = list(CONTACT_FIELDS)
    return names[: names.index(name)]


def _insert_documents(new: NewCustomers, ids: list[int], now: datetime) -> None:
    rows = [(pk, identity) for pk, identity in zip(ids, new.identities or (), strict=False) if identity is not None]
    insert_documents([pk for pk, _identity in rows], [identity for _pk, identity in rows], now)


def insert_documents(customer_ids: Sequence[int], identities: Sequence[Identity], now: datetime) -> None:
    """Insert an identity document for each customer."""
    count = len(customer_ids)
    if not count:
        return
    numbers = [identity.number for identity in identities]
    columns: dict[str, Column] = {
        "id": next_ids(IdentityDocument, count),
        "customer_id": customer_ids,
        "document_type": [identity.document_type for identity in identities],
        "identity_number": [seal("identity_number", number) for number in numbers],
        "number_index": [blind_index("identity_number", number) for number in numbers],
        "tail_index": [tail_index("identity_number", number) for number in numbers],
        "created_at": Same(now),
    }
    insert(IdentityDocument, columns, count)


def _insert_profiles(new: NewCustomers, ids: list[int]) -> None:
    chosen = [index for index, kind in enumerate(new.kinds) if kind == ORGANISATION]
    if not chosen:
        return
    columns: dict[str, Column] = {"customer_id": [ids[index] for index in chosen]}
    for name in (*PROFILE_TEXTS, *PROFILE_OTHERS):
        if name in new.columns:
            values = new.columns[name]
            blank = "" if name in PROFILE_TEXTS else None
            columns[name] = [values[index] or blank for index in chosen]
    insert(OrganisationProfile, columns, len(chosen))


def index_new_names(ids: Sequence[int], names: Sequence[str]) -> None:
    """Insert the search rows of customers who have none yet."""
    grams = [row for pk, name in zip(ids, names, strict=True) if name for row in gram_rows(pk, name)]
    if grams:
        texts, owners = zip(*grams, strict=True)
        insert(NameGram, {"gram": texts, "customer_id": owners}, len(grams))
    keys = [row for pk, name in zip(ids, names, strict=True) if name for row in key_rows(pk, name)]
    if keys:
        kinds, spellings, owners = zip(*keys, strict=True)
        insert(NameKey, {"kind": kinds, "key": spellings, "customer_id": owners}, len(keys))


def _insert_assignments(new: NewCustomers, ids: list[int], actor_id: int | None, today: date) -> None:
    rows = [
        (pk, place.servicing_agent_id, unit)
        for pk, place, unit in zip(ids, new.places, new.agent_units, strict=True)
        if unit is not None
    ]
    if not rows:
        return
    customers, agents, units = zip(*rows, strict=True)
    columns: dict[str, Column] = {
        "customer_id": customers,
        "agent_id": agents,
        "unit_id": units,
        "valid_from": Same(today),
        "reason": Same("IMPORT"),
        "assigned_by_id": Same(actor_id),
    }
    insert(Assignment, columns, len(rows))


def _insert_summaries(
    new: NewCustomers,
    ids: list[int],
    numbers: list[str],
    names: list[str],
    phones: dict[int, int],
    now: datetime,
    more: Mapping[str, Column],
) -> None:
    births = new.columns.get("birth_on") or [None] * len(ids)
    blank = [""] * len(ids)
    columns: dict[str, Column] = {
        "customer_id": ids,
        "customer_no": numbers,
        "kind": new.kinds,
        "name": names,
        "name_sort": [_sort_key(name) for name in names],
        "sex": [value or "" for value in new.columns.get("sex") or blank],
        "birth_on": births,
        "birth_md": [birthday_key(born) for born in births],
        "region_code": [value or "" for value in new.columns.get("region_code") or blank],
        "primary_phone_id": [phones.get(pk) for pk in ids],
        "has_contact": [pk in phones for pk in ids],
        "is_orphan": [place.servicing_agent_id is None for place in new.places],
        "opened_on": Same(timezone.localtime(now).date()),
        "last_contact_on": Same(NEVER),
        "state": Same("PROSPECT"),
        **place_columns(new.places),
        **more,
    }
    insert(CustomerSummary, columns, len(ids))


def _sort_key(name: str) -> str:
    readings = pinyin_readings(name) if name else None
    return readings[0][0][:KEY_LENGTH] if readings else ""
