"""Which customers rows of a file may be: many rows at once, a few statements for all of them (CUS-8, PLT-9).

A phone alone is no sign here: families and agents share them, and nobody looks at each row as on entry.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connections, router

from keyuan.customers.models import ContactPoint, CustomerSummary, IdentityDocument, OrganisationProfile
from keyuan.customers.rules.intake import ORGANISATION, Identity
from keyuan.customers.selectors.duplicates import SAME_CODE, SAME_NAME_AND_BIRTH, SAME_NUMBER
from keyuan.kernel.names import pinyin_readings
from keyuan.platform.crypto import blind_index
from keyuan.platform.imports import Candidate

SAME_NAME_AND_PHONE, SAME_NAME_AND_EMAIL, SAME_REGISTERED_NAME = "name_phone", "name_email", "registered_name"
#: The strongest first.
STRENGTH = (
    SAME_NUMBER, SAME_CODE, SAME_NAME_AND_BIRTH, SAME_NAME_AND_PHONE, SAME_NAME_AND_EMAIL, SAME_REGISTERED_NAME
)  # fmt: skip
#: Signs that hold although the two say different document numbers.
PROVEN = frozenset({SAME_NUMBER, SAME_CODE})
#: A phone or mail address that more customers have says nothing about one of them.
MOST_OWNERS = 20
PHONES = ("mobile", "mobile2", "landline")


@dataclass(frozen=True, slots=True)
class Rows:
    """What the rows of a file say that can be looked for, by column; unknown values are None or empty."""

    kinds: Sequence[str]
    names: Sequence[str | None]
    births: Sequence[date | None]
    identities: Sequence[Identity | None]
    phones: Sequence[tuple[str, ...]]
    emails: Sequence[str | None]
    codes: Sequence[str | None]


Found = dict[int, dict[int, set[str]]]


def likely_customers(rows: Rows, wanted: Sequence[int]) -> dict[int, list[Candidate]]:
    """Return for the rows at ``wanted`` the living customers that share enough with them, the strongest first.

    The caller leaves out who is beyond the actor's reach.
    """
    found: Found = {index: {} for index in wanted}
    _by_number(rows, found)
    _by_code(rows, found)
    _by_birth(rows, found)
    _by_contact(rows, found)
    _by_registered_name(rows, found)
    met = {pk for signs in found.values() for pk in signs}
    kinds = dict(CustomerSummary.objects.filter(pk__in=met).values_list("pk", "kind"))
    contradicted = _contradicted(rows, found)
    return {
        index: ranked
        for index, signs in found.items()
        if (
            ranked := _ranked(
                {
                    pk: signs[pk]
                    for pk in signs
                    if kinds.get(pk) == rows.kinds[index] and ((index, pk) not in contradicted or signs[pk] & PROVEN)
                }
            )
        )
    }


def _ranked(signs: Mapping[int, set[str]]) -> list[Candidate]:
    found = [Candidate(pk, tuple(sign for sign in STRENGTH if sign in its)) for pk, its in signs.items()]
    return sorted(found, key=lambda one: (STRENGTH.index(one.signs[0]), -len(one.signs), one.record_id))


def _note(found: Found, index: int, customer: int, sign: str) -> None:
    found[index].setdefault(customer, set()).add(sign)


def _grouped(pairs: Iterable[tuple[Any, int]]) -> dict[Any, list[int]]:
    """Return value → rows that say it."""
    groups: dict[Any, list[int]] = {}
    for value, index in pairs:
        if value:
            groups.setdefault(value, []).append(index)
    return groups


def _by_number(rows: Rows, found: Found) -> None:
    tokens = _grouped(
        (blind_index("identity_number", identity.number), index)
        for index in found
        if (identity := rows.identities[index]) is not None
    )
    documents = IdentityDocument.objects.filter(number_index__in=list(tokens))
    for token, customer in documents.values_list("number_index", "customer_id"):
        for index in tokens[token]:
            _note(found, index, customer, SAME_NUMBER)


def _by_code(rows: Rows, found: Found) -> None:
    codes = _grouped((rows.codes[index], index) for index in found)
    if not codes:
        return
    profiles = OrganisationProfile.objects.filter(uscc__in=list(codes)).values_list("uscc", "customer_id")
    for code, customer in profiles:
        for index in codes[code]:
            _note(found, index, customer, SAME_CODE)


def _by_birth(rows: Rows, found: Found) -> None:
    births = _grouped(
        ((rows.births[index], rows.names[index]), index)
        for index in found
        if rows.births[index] is not None and rows.names[index]
    )
    keys = list(births)
    for at, customer in _born(keys):
        for index in births[keys[at]]:
            _note(found, index, customer, SAME_NAME_AND_BIRTH)


def _born(keys: Sequence[tuple[Any, Any]]) -> list[tuple[int, int]]:
    """Return (place in ``keys``, customer) of the customers of that birth date and name: one seek for each key.

    Dates and names asked for apart would read whoever was born on any of the days.
    """
    if not keys:
        return []
    connection = connections[router.db_for_read(CustomerSummary)]
    is_lite = connection.vendor == "sqlite"
    place = "(%s, %s, %s)" if is_lite else "(%s::int, %s::date, %s::text)"
    table = connection.ops.quote_name(CustomerSummary._meta.db_table)
    statement = (
        f"WITH wanted(at, birth_on, name) AS (VALUES {', '.join([place] * len(keys))}) "  # noqa: S608 - our own names
        f"SELECT wanted.at, there.customer_id FROM wanted CROSS JOIN {table} there "
        "WHERE there.birth_on = wanted.birth_on AND there.name = wanted.name"
    )
    values = [
        part for at, (birth, name) in enumerate(keys) for part in (at, birth.isoformat() if is_lite else birth, name)
    ]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [(int(at), int(customer)) for at, customer in cursor.fetchall()]


def _by_contact(rows: Rows, found: Found) -> None:
    """Look for the same phone or mail address with the same name."""
    phones = _grouped(
        (blind_index("phone", phone), index) for index in found if rows.names[index] for phone in rows.phones[index]
    )
    emails = _grouped(
        (blind_index("email", str(rows.emails[index])), index)
        for index in found
        if rows.names[index] and rows.emails[index]
    )
    tokens = {**dict.fromkeys(phones, SAME_NAME_AND_PHONE), **dict.fromkeys(emails, SAME_NAME_AND_EMAIL)}
    if not tokens:
        return
    owners: dict[int, set[int]] = {}
    for token, customer in ContactPoint.objects.filter(value_index__in=list(tokens)).values_list(
        "value_index", "customer_id"
    ):
        owners.setdefault(int(token or 0), set()).add(customer)
    few = {token: ids for token, ids in owners.items() if len(ids) <= MOST_OWNERS}
    names = dict(
        CustomerSummary.objects.filter(pk__in={pk for ids in few.values() for pk in ids}).values_list("pk", "name")
    )
    for token, ids in few.items():
        for index in (*phones.get(token, ()), *emails.get(token, ())):
            for pk in ids:
                if names.get(pk) == rows.names[index]:
                    _note(found, index, pk, tokens[token])


def _by_registered_name(rows: Rows, found: Found) -> None:
    """Look for organisations of the same registered name, which is theirs alone in a place."""
    names = _grouped((rows.names[index], index) for index in found if rows.kinds[index] == ORGANISATION)
    if not names:
        return
    keys = {readings[0][0][:60] for name in names if (readings := pinyin_readings(name))}
    same = CustomerSummary.objects.filter(name_sort__in=keys, kind=ORGANISATION, name__in=list(names))
    for pk, name in same.values_list("pk", "name"):
        for index in names[name]:
            _note(found, index, pk, SAME_REGISTERED_NAME)


def _contradicted(rows: Rows, found: Found) -> set[tuple[int, int]]:
    """Return (row, customer) that have documents of one type with different numbers."""
    met = {pk for index, signs in found.items() if rows.identities[index] is not None for pk in signs}
    if not met:
        return set()
    have: dict[tuple[int, str], set[int]] = {}
    documents = IdentityDocument.objects.filter(customer_id__in=met, number_index__isnull=False)
    for customer, kind, token in documents.values_list("customer_id", "document_type", "number_index"):
        have.setdefault((customer, kind), set()).add(int(token or 0))
    apart = set()
    for index, signs in found.items():
        identity = rows.identities[index]
        if identity is None or not signs:
            continue
        mine = blind_index("identity_number", identity.number) or 0
        apart |= {(index, pk) for pk in signs if mine not in have.get((pk, identity.document_type), {mine})}
    return apart
