"""The 360° page of a customer: head, tabs, and panels that come with it or load by themselves (CUS-7)."""

from copy import copy
from dataclasses import dataclass
from typing import Any, cast

from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import ResolverMatch, resolve, reverse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_GET

from keyuan.customers import permissions
from keyuan.customers.extensions import Panel, panels
from keyuan.customers.forms.head import Head, head_of, may_of
from keyuan.customers.models import Customer
from keyuan.customers.selectors.service import agent_name
from keyuan.customers.services.visits import note_opening
from keyuan.customers.views.merging.merges import twins_of
from keyuan.customers.views.opened import opened
from keyuan.kernel.actor import Actor
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow

COLUMNS = ("left", "middle", "right")
#: So many panels of each column come with the first response; the rest load when they scroll into view.
AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Slot:
    """A panel's place on the page: its address, and what it shows already."""

    key: str
    url: str
    content: SafeString | None = None
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab of the page."""

    label: Any
    url: str
    active: bool
    count: int | None = None


def panels_for(actor: Actor, customer: Customer) -> list[Panel]:
    """Return the panels that this post may see of this kind of customer."""
    is_person = customer.kind == Customer.Kind.PERSON
    return [
        panel
        for panel in panels
        if actor.may(panel.permission) and (panel.persons if is_person else panel.organisations)
    ]


def slot_of(request: StaffRequest, panel: Panel, customer_id: int, *, at_once: bool, whole: bool = False) -> Slot:
    """Return a panel's place; one that fails leaves the rest of the page alone."""
    address = reverse(panel.url_name, args=[customer_id])
    url = address + ("?whole=1" if whole else "")
    if not at_once:
        return Slot(panel.key, url)
    match: ResolverMatch = resolve(address)
    asked = copy(request)
    # The panel sees what it would be asked for by itself, not the page's own parameters.
    asked.GET = QueryDict("whole=1" if whole else "")
    # Django's own boundary: whatever the panel raises is logged and becomes a response.
    guarded = convert_exception_to_response(lambda inner: match.func(inner, *match.args, **match.kwargs))
    response = cast(HttpResponse, guarded(asked))
    if response.status_code != 200:
        return Slot(panel.key, url, failed=True)
    return Slot(panel.key, url, mark_safe(response.content.decode()))


def tabs_of(request: StaffRequest, customer: Customer, found: list[Panel], current: str) -> list[Tab]:
    """Return the tabs: the overview, then every panel that opens whole."""
    address = reverse("customers:customer", args=[customer.pk])
    rows = {"": Tab(None, address, current == "")}
    for panel in found:
        # Several panels may share a tab; the first one names it.
        if panel.tab and panel.tab not in rows:
            count = panel.count(request.actor, customer) if panel.count else None
            rows[panel.tab] = Tab(panel.label, f"{address}?tab={panel.tab}", current == panel.tab, count)
    return list(rows.values())


def overview(request: StaffRequest, customer: Customer, found: list[Panel]) -> list[tuple[str, list[Slot]]]:
    """Return the columns with their panels."""
    columns = []
    for column in COLUMNS:
        mine = [panel for panel in found if panel.column == column]
        slots = [
            slot_of(request, panel, customer.pk, at_once=position < AT_ONCE) for position, panel in enumerate(mine)
        ]
        columns.append((column, slots))
    return columns


def head_for(request: StaffRequest, customer: Customer) -> Head:
    """Return the head of a customer's page."""
    return head_of(request.actor, customer, agent_name(customer.summary.servicing_agent_id), today=clock.today())


@require_GET
@allow(permissions.VIEW)
def customer_page(request: StaffRequest, customer_id: int) -> HttpResponse:
    """Show a customer: the whole page, one of its tabs, or the side panel of a list."""
    customer = opened(request, customer_id)
    if request.GET.get("panel"):
        return side_panel(request, customer)
    found = panels_for(request.actor, customer)
    current = request.GET.get("tab", "")
    whole = [panel for panel in found if panel.tab and panel.tab == current]
    note_opening(actor=request.actor, customer=customer, face=current[:20] or "page", now=clock.now())
    context: dict[str, Any] = {
        "customer": customer,
        "may": may_of(request.actor),
        "head": head_for(request, customer),
        "twins": twins_of(request.actor, customer),
        "tabs": tabs_of(request, customer, found, current if whole else ""),
        "columns": [] if whole else overview(request, customer, found),
        "whole": [slot_of(request, panel, customer.pk, at_once=True, whole=True) for panel in whole],
    }
    return render(request, "customers/customer_page.html", context)


#: What the side panel of a list shows, in this order.
SIDE = ("next_steps", "policies", "contacts", "recent")


def side_panel(request: StaffRequest, customer: Customer) -> HttpResponse:
    """Show a customer beside the list: the head, and the panels that matter on the phone."""
    note_opening(actor=request.actor, customer=customer, face="panel", now=clock.now())
    found = {panel.key: panel for panel in panels_for(request.actor, customer)}
    slots = [slot_of(request, found[key], customer.pk, at_once=True) for key in SIDE if key in found]
    context = {
        "customer": customer,
        "may": may_of(request.actor),
        "head": head_for(request, customer),
        "slots": slots,
        "full_url": reverse("customers:customer", args=[customer.pk]),
    }
    return render(request, "customers/customer_side.html", context)
