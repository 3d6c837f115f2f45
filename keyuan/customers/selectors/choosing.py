"""Choosing one customer by what somebody typed: number, phone or identity number, name."""

from datetime import datetime

from keyuan.customers.models import CustomerSummary
from keyuan.customers.selectors.quick import summaries_matching
from keyuan.customers.selectors.scope import summary_sources
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused

SHOWN = 8


def customers_like(actor: Actor, text: str, *, now: datetime, limit: int = SHOWN) -> list[CustomerSummary]:
    """Return customers in reach who fit ``text``, at most ``limit``; exact names come first."""
    if not text.strip():
        return []
    found = [
        row
        for source in summary_sources(actor, now=now)
        for row in summaries_matching(source, text, None).order_by("name_sort", "pk")[:limit]
    ]
    found.sort(key=lambda row: row.name != text.strip())
    return found[:limit]


def chosen_customer(actor: Actor, text: str, *, now: datetime) -> CustomerSummary:
    """Return the one customer in reach whom ``text`` means.

    Raises `Refused` relation.no_such_customer for nobody, relation.several (``names``) for more than one.
    """
    found = customers_like(actor, text, now=now)
    exact = [row for row in found if text.strip() in (row.name, row.customer_no)]
    if len(exact) == 1:
        return exact[0]
    if not found:
        raise Refused("relation.no_such_customer", field="other")
    if len(found) > 1:
        numbers = "、".join(f"{row.name} {row.customer_no}" for row in found[:4])
        raise Refused("relation.several", field="other", names=numbers)
    return found[0]
