"""Reads of policies; all start from `policies_visible_to`."""

from keyuan.policies.selectors.scope import access_policy, policies_of_customer, policies_visible_to, policy_sources

__all__ = ["access_policy", "policies_of_customer", "policies_visible_to", "policy_sources"]
