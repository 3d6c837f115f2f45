"""Finding customers by anything one knows of them (CUS-4)."""

from keyuan.customers.selectors.search.engine import Found, search_customers

__all__ = ["Found", "search_customers"]
