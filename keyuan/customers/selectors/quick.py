"""The quick filter of lists: a name, its spelling, a customer number, or digits of a phone or identity number.

It narrows the rows that the list shows anyway; ranking, typing errors and other books are the search box's business.
"""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from keyuan.customers.models import ContactPoint, Customer, CustomerSummary, IdentityDocument, NameGram, NameKey
from keyuan.kernel.names import search_form
from keyuan.kernel.width import half_width
from keyuan.organisation.selectors.typing_ahead import begins
from keyuan.platform.crypto import blind_index, tail_index

TAIL = 4
RESIDENT_NUMBER = 18
#: Longest name piece that is looked for; the rest of what was typed cannot narrow further.
LONGEST = 16
#: Up to this many candidates are named one by one.
FEW = 5_000


def _by_digits(text: str) -> Q:
    """Rows with a phone or identity number that ends in the typed four, or is the typed one."""
    if len(text) == TAIL:
        phones = ContactPoint.objects.filter(tail_index=tail_index("phone", text))
        papers = IdentityDocument.objects.filter(tail_index=tail_index("identity_number", text))
    else:
        phones = ContactPoint.objects.filter(value_index=blind_index("phone", text))
        papers = IdentityDocument.objects.filter(number_index=blind_index("identity_number", text))
    # A union, not an OR: with an OR PostgreSQL reads the whole table.
    return Q(pk__in=phones.values("customer_id").union(papers.values("customer_id")))


def _candidates(rows: QuerySet[Any]) -> list[int] | None:
    """Return the customers of search rows, or None where they are too many to be looked up one by one."""
    found = list(rows.order_by().values_list("customer_id", flat=True)[: FEW + 1])
    return found if len(found) <= FEW else None


def _by_name(text: str) -> Q:
    """Rows whose name holds the typed characters one after the other: every pair of them is a gram of the name.

    Few candidates are named one by one. A frequent surname has too many for that, and then the list finds a page of
    them soon by asking each row.
    """
    form = search_form(text)[:LONGEST]
    pairs = [form] if len(form) == 1 else [form[place : place + 2] for place in range(len(form) - 1)]
    first, *others = dict.fromkeys(pairs)
    matching = NameGram.objects.filter(gram=first)
    for pair in others:
        matching = matching.filter(Exists(NameGram.objects.filter(gram=pair, customer_id=OuterRef("customer_id"))))
    ids = _candidates(matching)
    if ids is not None:
        return Q(pk__in=ids)
    return Q(Exists(matching.filter(customer_id=OuterRef("pk"))))


def _by_spelling(text: str) -> Q:
    """Rows whose pinyin or initials begin with the typed letters."""
    matching = NameKey.objects.filter(begins("key", text), kind__in=("F", "I"))
    ids = _candidates(matching)
    if ids is not None:
        return Q(pk__in=ids) | _by_name(text)
    return Q(Exists(matching.filter(customer_id=OuterRef("pk"))))


def summaries_matching(rows: QuerySet[CustomerSummary], text: Any, _context: Any) -> QuerySet[CustomerSummary]:
    """Keep the rows that fit what was typed."""
    typed = half_width(str(text)).strip().replace(" ", "")
    if not search_form(typed):
        return rows
    upper = typed.upper()
    if upper.startswith("C") and upper[1:].isdigit():
        return rows.filter(pk__in=Customer.objects.filter(customer_no=upper).values("pk"))
    if typed.isdigit() or (len(typed) == RESIDENT_NUMBER and upper[:-1].isdigit()):
        return rows.filter(_by_digits(upper))
    return rows.filter(_by_spelling(typed.lower()) if typed.isascii() else _by_name(typed))
