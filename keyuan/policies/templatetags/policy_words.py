"""Words for the codes of policies in templates; built in, so that no template loads them."""

from typing import Any

from django import template

from keyuan.platform.formats import MISSING
from keyuan.policies.selectors.labels import PARTY_ROLES, PAYMENT_METHODS, STATUSES

register = template.Library()


@register.filter
def party_role(code: str) -> Any:
    """Return the name of a role in a policy."""
    return PARTY_ROLES.get(code, code)


@register.filter
def payment_method(code: str) -> Any:
    """Return the name of a payment method; dashes when unknown."""
    return PAYMENT_METHODS.get(code, MISSING)


@register.filter
def policy_status(code: str) -> Any:
    """Return the name of a policy status."""
    return STATUSES[code][1] if code in STATUSES else MISSING
