"""Words for the codes and amounts of policies in templates; built in, so that no template loads them."""

from typing import Any

from django import template
from django.utils.translation import ngettext

from keyuan.platform.formats import MISSING
from keyuan.policies.selectors.amounts import in_currency, short_in_currency
from keyuan.policies.selectors.contract import State
from keyuan.policies.selectors.labels import PARTY_ROLES, PAYMENT_METHODS, STATUSES

register = template.Library()
register.filter("amount", in_currency)
register.filter("short_amount", short_in_currency)


@register.filter
def days_left(state: State) -> str:
    """Return how long grace or cooling-off still runs, such as "13 days left"."""
    days = state.days_left or 0
    return ngettext("%(days)d day left", "%(days)d days left", days) % {"days": days}


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
