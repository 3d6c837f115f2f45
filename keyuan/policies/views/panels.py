"""Panels of the customer's 360° page: policies, premiums, cover by kind, household."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from keyuan.customers.selectors import access_customer, summaries_visible_to
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.policies import permissions
from keyuan.policies.selectors.panels import CARD_LIMIT, cards, cover_by_kind, household_totals, premium_situation

ENDED = ("TERMINATED",)


@require_GET
@allow(permissions.VIEW)
def customer_policies(request: StaffRequest, customer_id: int) -> HttpResponse:
    access_customer(request.actor, customer_id, now=clock.now())
    every = cards(request.actor, customer_id, now=clock.now())
    whole = bool(request.GET.get("whole"))
    live = [card for card in every if card.policy.status not in ENDED]
    shown = every if whole else (live or every)[:CARD_LIMIT]
    context = {
        "cards": shown,
        "customer_id": customer_id,
        "live_count": sum(card.policy.status == "IN_FORCE" for card in every),
        "ended_count": len(every) - len(live),
        "more": len(every) - len(shown),
        "whole": whole,
        "can_enter": request.actor.may(permissions.EDIT),
    }
    return page(request, "policies/panels/policies.html", context)


@require_GET
@allow(permissions.VIEW)
def customer_premiums(request: StaffRequest, customer_id: int) -> HttpResponse:
    access_customer(request.actor, customer_id, now=clock.now())
    today = clock.today()
    context = {"situation": premium_situation(customer_id, today), "today": today}
    return page(request, "policies/panels/premiums.html", context)


@require_GET
@allow(permissions.VIEW)
def customer_cover(request: StaffRequest, customer_id: int) -> HttpResponse:
    access_customer(request.actor, customer_id, now=clock.now())
    totals = cover_by_kind(customer_id)
    most = max((total.sum_insured for total in totals), default=0)
    return page(request, "policies/panels/cover.html", {"totals": totals, "most": most})


@require_GET
@allow(permissions.VIEW)
def household_cover(request: StaffRequest, customer_id: int) -> HttpResponse:
    now = clock.now()
    access_customer(request.actor, customer_id, now=now)
    rows = household_totals(request.actor, customer_id, summaries_visible_to(request.actor, now=now))
    context = {
        "rows": rows,
        "premium": sum(row.annual_premium for row in rows),
        "total": sum(row.sum_insured for row in rows),
    }
    return page(request, "policies/panels/household.html", context)
