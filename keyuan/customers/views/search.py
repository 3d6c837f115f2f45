"""The search page and what the search box shows while typing (CUS-4)."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from keyuan.customers import permissions
from keyuan.customers.extensions import key_lookups
from keyuan.customers.models import CustomerSummary
from keyuan.customers.selectors import labels
from keyuan.customers.selectors.search import Found, phones_of, search_customers
from keyuan.customers.selectors.subjects import customer_label
from keyuan.customers.services.visits import note_search
from keyuan.customers.views.subjects import customer_url
from keyuan.kernel.actor import Actor
from keyuan.kernel.identifiers.regions import find_region
from keyuan.organisation.selectors.agents import agent_names
from keyuan.platform import clock
from keyuan.platform.crypto.presenter import present
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.palette import Hit, SearchProvider, search_providers

LIMIT = 50
LONGEST = 100
#: Why a customer was found, in words.
REASONS: dict[str, Any] = {
    "customer_no": gettext_lazy("customer number"),
    "identity": gettext_lazy("identity number"),
    "phone": gettext_lazy("phone"),
    "exact": gettext_lazy("name"),
    "prefix": gettext_lazy("name begins so"),
    "substring": gettext_lazy("part of the name"),
    "phone_tail": gettext_lazy("end of the phone number"),
    "identity_tail": gettext_lazy("end of the identity number"),
    "mixed": gettext_lazy("characters and pinyin"),
    "pinyin": gettext_lazy("pinyin"),
    "initials": gettext_lazy("pinyin initials"),
    "pinyin_prefix": gettext_lazy("pinyin begins so"),
    "region": gettext_lazy("place"),
    "homophone": gettext_lazy("sounds alike"),
    "one_wrong": gettext_lazy("one character differs"),
    "typing_error": gettext_lazy("one letter differs"),
}


def reason(why: str) -> Any:
    """Return the words for why a customer was found; numbers of contexts above bring their own."""
    if why in key_lookups:
        return key_lookups[why].label
    return REASONS.get(why, "")


def place_of(summary: CustomerSummary) -> str:
    """Return the city or county of a customer, empty when unknown."""
    region = find_region(summary.region_code) if summary.region_code else None
    return region.name if region else ""


def customer_hits(actor: Actor, text: str, limit: int) -> list[Hit]:
    """Find customers for the box; the last line leads to all of them."""
    found = search_customers(actor, text, now=clock.now(), limit=limit + 1)
    hits = [_hit(actor, hit) for hit in found[:limit]]
    if len(found) > limit:
        more = f"{reverse('customers:search')}?{urlencode({'q': text})}"
        hits.append(Hit(_("All matching customers"), more, "search"))
    return hits


def _hit(actor: Actor, hit: Found) -> Hit:
    place = place_of(hit.summary)
    detail = " ".join(str(part) for part in (reason(hit.why), place) if part)
    icon = "building" if hit.summary.kind == "O" else "user"
    return Hit(customer_label(actor, hit.summary), customer_url(hit.summary.pk), icon, detail)


@require_GET
@allow(permissions.VIEW)
def search(request: StaffRequest) -> HttpResponse:
    typed = request.GET.get("q", "").strip()[:LONGEST]
    now = clock.now()
    found = search_customers(request.actor, typed, now=now, limit=LIMIT) if typed else []
    if typed:
        note_search(actor=request.actor, typed=typed, hits=len(found), now=now)
    context = {"typed": typed, "rows": _rows(request.actor, found), "limit": LIMIT, "full": len(found) == LIMIT}
    return page(request, "customers/search/search.html", context, part="results")


def _rows(actor: Actor, found: list[Found]) -> list[dict[str, Any]]:
    phones = phones_of([hit.summary.pk for hit in found])
    agents = agent_names([hit.summary.servicing_agent_id for hit in found if hit.summary.servicing_agent_id])
    return [
        {
            "summary": hit.summary,
            "name": customer_label(actor, hit.summary),
            "url": customer_url(hit.summary.pk),
            "why": reason(hit.why),
            "place": place_of(hit.summary),
            "phone": present(actor, phones.get(hit.summary.pk)),
            "tier": labels.label_of(labels.TIERS, hit.summary.tier) if hit.summary.tier else "",
            "agent": agents.get(hit.summary.servicing_agent_id or 0, ""),
        }
        for hit in found
    ]


def register() -> None:
    """Offer customers in the search box and the palette."""
    search_providers.add(SearchProvider("customers", gettext_lazy("Customers"), customer_hits, permissions.VIEW, 10))
