"""The quick filter of lists: a name, its spelling, a customer number, or digits of a phone or identity number.

It narrows the rows that the list shows anyway; ranking, typing errors and other books are the search box's business.
"""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from keyuan.customers.models import ContactPoint, CustomerSummary, IdentityDocument, NameGram, NameKey
from keyuan.kernel.names import search_form
from keyuan.kernel.width import half_width
from keyuan.organisation.selectors.agents import begins
from keyuan.platform.crypto import blind_index, tail_index

TAIL = 4
MOBILE, RESIDENT_NUMBER = 11, 18
#: Longest name piece that is looked for; the rest of what was typed cannot narrow further.
LONGEST = 16


def _by_digits(text: str) -> Q:
    """Rows with a phone or identity number that ends in the typed four, or is the typed one."""
    if len(text) == TAIL:
        phones = ContactPoint.objects.filter(tail_index=tail_index("phone", text))
        papers = IdentityDocument.objects.filter(tail_index=tail_index("identity_number", text))
    else:
        phones = ContactPoint.objects.filter(value_index=blind_index("phone", text))
        papers = IdentityDocument.objects.filter(number_index=blind_index("identity_number", text))
    return Q(pk__in=phones.values("customer_id")) | Q(pk__in=papers.values("customer_id"))


def _by_name(text: str) -> Q:
    """Rows whose name holds the typed characters one after the other: every pair of them is a gram of the name."""
    form = search_form(text)[:LONGEST]
    pairs = [form] if len(form) == 1 else [form[place : place + 2] for place in range(len(form) - 1)]
    found = Q()
    for pair in dict.fromkeys(pairs):
        found &= Exists(NameGram.objects.filter(gram=pair, customer_id=OuterRef("pk")))
    return found


def _by_spelling(text: str) -> Q:
    """Rows whose pinyin or initials begin with the typed letters."""
    keys = NameKey.objects.filter(Q(kind="F") & begins("key", text) | Q(kind="I") & begins("key", text))
    return Q(pk__in=keys.values("customer_id")) | _by_name(text)


def summaries_matching(rows: QuerySet[CustomerSummary], text: Any, _context: Any) -> QuerySet[CustomerSummary]:
    """Keep the rows that fit what was typed."""
    typed = half_width(str(text)).strip().replace(" ", "")
    if not typed:
        return rows
    upper = typed.upper()
    if upper.startswith("C") and upper[1:].isdigit():
        return rows.filter(customer_no=upper)
    if typed.isdigit() or (len(typed) == RESIDENT_NUMBER and upper[:-1].isdigit()):
        return rows.filter(_by_digits(upper))
    return rows.filter(_by_spelling(typed.lower()) if typed.isascii() else _by_name(typed))
