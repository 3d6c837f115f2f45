"""Finding customers by anything one knows of them (CUS-4)."""

from keyuan.customers.selectors.search.engine import Found, phones_of, search_customers

__all__ = ["Found", "phones_of", "search_customers"]
