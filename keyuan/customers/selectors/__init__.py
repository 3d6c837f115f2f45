"""Reads of customers; all start from `customers_visible_to`."""

from keyuan.customers.selectors.scope import (
    access_customer,
    customer_q,
    customers_visible_to,
    interaction_sources,
    interactions_visible_to,
    lent_rows,
    summaries_visible_to,
    summary_sources,
    visible_among,
)

__all__ = [
    "access_customer",
    "customer_q",
    "customers_visible_to",
    "interaction_sources",
    "interactions_visible_to",
    "lent_rows",
    "summaries_visible_to",
    "summary_sources",
    "visible_among",
]
