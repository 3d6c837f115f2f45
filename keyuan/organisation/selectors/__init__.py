"""Reads of the organisation that other contexts use."""

from keyuan.organisation.selectors.scoping import in_scope, scope_q

__all__ = ["in_scope", "scope_q"]
