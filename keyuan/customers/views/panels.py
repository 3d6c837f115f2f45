"""Our own panels of the 360° page; each answers a card and stands for itself (CUS-7)."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from keyuan.customers import permissions
from keyuan.customers.forms.archive_panel import archive_of, sealed_line, value_of_contact
from keyuan.customers.forms.assignment import wording
from keyuan.customers.forms.tasks import rows_of
from keyuan.customers.forms.timeline import items_of
from keyuan.customers.forms.trail import change_row, look_row
from keyuan.customers.models import Customer
from keyuan.customers.selectors import archive as selectors
from keyuan.customers.selectors import labels
from keyuan.customers.selectors.allocation.people import backups_of, pairings_of
from keyuan.customers.selectors.archive import Rows
from keyuan.customers.selectors.tasks import tasks_of_customer
from keyuan.customers.selectors.timeline import timeline_of
from keyuan.customers.selectors.trail import changes_of, looks_at
from keyuan.customers.views.opened import is_whole, opened, panel_context
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow

RECENT = 2


def panel(request: StaffRequest, name: str, customer_id: int, **more: Any) -> HttpResponse:
    """Answer panel ``name``."""
    return render(request, f"customers/panels/{name}.html", panel_context(request, customer_id, **more))


@require_GET
@allow(permissions.VIEW)
def archive(request: StaffRequest, customer_id: int) -> HttpResponse:
    """The archive: sealed values with an eye, fields edited in place."""
    customer = opened(request, customer_id)
    rows = Rows(
        contacts=selectors.contacts_of(customer),
        documents=selectors.documents_of(customer),
        accounts=selectors.accounts_of(customer),
    )
    profile = selectors.profile_of(customer) if customer.kind == Customer.Kind.ORGANISATION else None
    built = archive_of(request.actor, customer, rows, profile, whole=is_whole(request))
    return panel(request, "archive", customer_id, archive=built)


@require_GET
@allow(permissions.VIEW)
def contacts(request: StaffRequest, customer_id: int) -> HttpResponse:
    """Every way to reach the customer, with its state and what can be noted about it."""
    customer = opened(request, customer_id)
    rows = [
        {
            "row": row,
            "line": sealed_line(
                request.actor,
                customer,
                row.label or labels.label_of(labels.CONTACT_KINDS, row.kind),
                value_of_contact(row),
                "contact",
                row.pk,
                verified=row.verified_at is not None,
                source=labels.label_of(labels.SOURCES, row.source) if is_whole(request) else "",
            ),
            "invalid": labels.label_of(labels.INVALID_REASONS, row.invalid_reason) if row.invalid_at else "",
        }
        for row in selectors.contacts_of(customer)
    ]
    reasons = labels.choices_of(labels.INVALID_REASONS, empty=False)
    return panel(request, "contacts", customer_id, rows=rows, reasons=reasons)


@require_GET
@allow(permissions.VIEW)
def next_steps(request: StaffRequest, customer_id: int) -> HttpResponse:
    """What to do next: the open tasks with reason, stake and verb."""
    customer = opened(request, customer_id)
    tasks = tasks_of_customer(customer)
    shown = tasks if is_whole(request) else tasks[:3]
    rows = rows_of(request.actor, shown, now=clock.now())
    return panel(request, "next_steps", customer_id, tasks=rows, more=len(tasks) - len(shown))


@require_GET
@allow(permissions.VIEW)
def recent(request: StaffRequest, customer_id: int) -> HttpResponse:
    """The last entries of the timeline, for side panels."""
    page = timeline_of(opened(request, customer_id), limit=RECENT)
    return panel(request, "recent", customer_id, items=items_of(request.actor, page.entries))


@require_GET
@allow(permissions.VIEW)
def needs(request: StaffRequest, customer_id: int) -> HttpResponse:
    """Needs, cover elsewhere, life events and opinions."""
    customer = opened(request, customer_id)
    parts = {
        "needs": [(labels.label_of(labels.NEED_KINDS, row.kind), row) for row in selectors.needs_of(customer)],
        "covers": [(labels.label_of(labels.NEED_KINDS, row.kind), row) for row in selectors.other_covers_of(customer)],
        "events": [(labels.label_of(labels.LIFE_EVENTS, row.kind), row) for row in selectors.life_events_of(customer)],
        "opinions": selectors.feedback_of(customer),
        "years": selectors.years_of(customer),
    }
    return panel(request, "needs", customer_id, parts=parts, any=any(parts.values()))


@require_GET
@allow(permissions.VIEW)
def service(request: StaffRequest, customer_id: int) -> HttpResponse:
    """Who serves the customer, and who did before."""
    customer = opened(request, customer_id)
    history = [
        (row, labels.label_of(labels.ASSIGNMENT_REASONS, row.reason)) for row in selectors.service_history(customer)
    ]
    ties = [(row, wording.PAIRINGS[row.kind]) for row in pairings_of(customer)]
    return panel(request, "service", customer_id, history=history, ties=ties, backups=backups_of(customer))


@require_GET
@allow(permissions.HEALTH)
def health(request: StaffRequest, customer_id: int) -> HttpResponse:
    """Body and health notes, for those who may see them."""
    customer = opened(request, customer_id)
    line = sealed_line(request.actor, customer, "", customer.health_notes, "health", 0)
    return panel(request, "health", customer_id, line=line)


@require_GET
@allow(permissions.VIEW)
def changes(request: StaffRequest, customer_id: int) -> HttpResponse:
    """What was changed, by whom, before and after."""
    events = changes_of(opened(request, customer_id))
    return panel(request, "changes", customer_id, events=[change_row(request.actor, event) for event in events])


@require_GET
@allow(permissions.WHO_LOOKED)
def looks(request: StaffRequest, customer_id: int) -> HttpResponse:
    """Who opened the page or revealed a value, when and why."""
    events = looks_at(opened(request, customer_id))
    return panel(request, "looks", customer_id, events=[look_row(event) for event in events])
