"""The customer of a request: accessed once, however many panels of the page ask for it."""

from typing import Any

from django.http import HttpRequest

from keyuan.customers.forms.head import may_of
from keyuan.customers.models import Customer
from keyuan.customers.selectors import access_customer
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest

KEPT = "_opened_customers"


def opened(request: StaffRequest, customer_id: int) -> Customer:
    """Return a customer, read with the summary, whom the request's actor may see; raises NotFound otherwise."""
    kept: dict[int, Customer] = getattr(request, KEPT, {})
    if customer_id not in kept:
        kept[customer_id] = access_customer(request.actor, customer_id, now=clock.now())
        setattr(request, KEPT, kept)
    return kept[customer_id]


def is_whole(request: HttpRequest) -> bool:
    """Tell whether a panel is asked for as a tab of its own, with everything it has."""
    return request.GET.get("whole") == "1"


def panel_context(request: StaffRequest, customer_id: int, **more: Any) -> dict[str, Any]:
    """Return what every panel's template needs."""
    may = may_of(request.actor)
    return {"customer": opened(request, customer_id), "whole": is_whole(request), "may": may, **more}
