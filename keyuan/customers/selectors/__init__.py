"""Reads of customers; all start from `customers_visible_to`."""

from keyuan.customers.selectors.scope import (
    access_customer,
    customer_q,
    customers_visible_to,
    interactions_visible_to,
    summaries_visible_to,
    summary_sources,
)

__all__ = [
    "access_customer",
    "customer_q",
    "customers_visible_to",
    "interactions_visible_to",
    "summaries_visible_to",
    "summary_sources",
]
