"""The book's persons as columns for the linkage: names and birth dates as they are, sealed values as keyed tokens."""

from collections import defaultdict
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from keyuan.customers.models import ContactPoint, Customer, IdentityDocument

#: Customers of one part: bounded memory, and a step that commits within seconds.
PART = 50_000
_PHONES = (ContactPoint.Kind.MOBILE, ContactPoint.Kind.LANDLINE)
_KINDS = (*_PHONES, ContactPoint.Kind.EMAIL)


def write_part(folder: Path, after: int) -> tuple[int, int]:
    """Write the next persons behind customer ``after`` as Parquet; return how many, and the last one."""
    rows = list(
        Customer.objects.filter(pk__gt=after, kind=Customer.Kind.PERSON, merged_into__isnull=True)
        .order_by("pk")
        .values_list("pk", "name", "birth_on", "sex", "region_code")[:PART]
    )
    if not rows:
        return 0, after
    ids = [row[0] for row in rows]
    numbers = _numbers(ids[0], ids[-1])
    phones, emails = _contacts(ids[0], ids[-1])
    table = pa.table(
        {
            "customer_id": pa.array(ids, pa.int64()),
            "name": [row[1] or None for row in rows],
            "birth_on": pa.array([row[2].isoformat() if row[2] else None for row in rows], pa.string()),
            "sex": pa.array([row[3] or None for row in rows], pa.string()),
            "region_code": pa.array([row[4] or None for row in rows], pa.string()),
            "identity": pa.array([numbers.get(pk) for pk in ids], pa.string()),
            "phone": pa.array([_at(phones[pk], 0) for pk in ids], pa.string()),
            "other_phone": pa.array([_at(phones[pk], 1) for pk in ids], pa.string()),
            "email": pa.array([_at(emails[pk], 0) for pk in ids], pa.string()),
        }
    )
    pq.write_table(table, folder / f"people-{after:012d}.parquet")
    return len(ids), ids[-1]


def _at(values: list[str], place: int) -> str | None:
    return values[place] if place < len(values) else None


def _numbers(first: int, last: int) -> dict[int, str]:
    """Return the token of each customer's first document."""
    rows = (
        IdentityDocument.objects.filter(customer_id__gte=first, customer_id__lte=last, number_index__isnull=False)
        .order_by("customer_id", "pk")
        .values_list("customer_id", "number_index")
    )
    found: dict[int, str] = {}
    for pk, token in rows.iterator(chunk_size=10_000):
        found.setdefault(pk, str(token))
    return found


def _contacts(first: int, last: int) -> tuple[dict[int, list[str]], dict[int, list[str]]]:
    """Return the tokens of each customer's phones and mail addresses, each once, those in use first."""
    rows = (
        ContactPoint.objects.filter(
            customer_id__gte=first, customer_id__lte=last, value_index__isnull=False, kind__in=_KINDS
        )
        .order_by("customer_id", "invalid_at", "-is_primary", "pk")
        .values_list("customer_id", "kind", "value_index")
    )
    phones: dict[int, list[str]] = defaultdict(list)
    emails: dict[int, list[str]] = defaultdict(list)
    for pk, kind, token in rows.iterator(chunk_size=10_000):
        values = phones[pk] if kind in _PHONES else emails[pk]
        if str(token) not in values:
            values.append(str(token))
    return phones, emails
