"""Searching the knowledge base on its own page (SRV-6)."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast
from keyuan.products.selectors import products_on_sale
from keyuan.service import permissions
from keyuan.service.forms import knowledge as f
from keyuan.service.forms.orders import indented
from keyuan.service.models import Article
from keyuan.service.rules.knowledge import life
from keyuan.service.selectors.knowledge import articles as read
from keyuan.service.selectors.knowledge.search import Hit, Wish, search_articles
from keyuan.service.services.knowledge.reading import note_miss
from keyuan.service.services.knowledge.setting_up import seed
from keyuan.service.views.leading import to

SHOWN, OFFERED, LONGEST = 20, 6, 100


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 12 else None


def _wish(request: StaffRequest, nodes: list[Any]) -> Wish:
    category = _number(request.GET.get("category", ""))
    audience, kind = request.GET.get("audience", ""), request.GET.get("kind", "")
    return Wish(
        clock.today(), audience if audience in life.AUDIENCES else "",
        tuple(read.with_those_below(category, nodes)) if category else (),
        _number(request.GET.get("product", "")), kind if kind in life.KINDS else "",
    )  # fmt: skip


def inserted(article: Article) -> str:
    """Return what an article puts into a reply: an official answer whole, of others the answer in short."""
    if article.kind == life.ANSWER:
        return article.plain
    return article.summary or article.plain[:200]


def shown(hit: Hit) -> dict[str, Any]:
    """Return a hit as pages show it."""
    return {
        "hit": hit, "article": hit.article, "kind": f.KINDS[hit.article.kind], "text": inserted(hit.article),
        "is_answer": hit.article.kind == life.ANSWER, "url": reverse("service:article", args=[hit.article.pk]),
    }  # fmt: skip


@require_safe
@allow(permissions.KNOWLEDGE)
def knowledge(request: StaffRequest) -> HttpResponse:
    """Search articles; without a question what is new and much used. What finds nothing is counted when it is sent."""
    seed()
    nodes, today = read.categories(), clock.today()
    typed = request.GET.get("q", "").strip()[:LONGEST]
    wish = _wish(request, nodes)
    found = search_articles(typed, wish, limit=SHOWN) if typed else None
    if found is not None and not found.hits and not request.GET.get("live"):
        note_miss(typed=typed, today=today)
    actor = request.actor
    context = {
        "typed": typed, "found": found, "hits": [shown(hit) for hit in found.hits] if found else [],
        "categories": indented(nodes), "category": _number(request.GET.get("category", "")),
        "kinds": list(f.KINDS.items()), "kind": wish.kind, "audiences": list(f.AUDIENCES.items()),
        "audience": wish.audience, "product": wish.product_id,
        "products": list(products_on_sale().values_list("pk", "name")[:300]),
        "newest": read.newest(today, OFFERED) if not typed else [],
        "used": read.most_used(today, OFFERED) if not typed else [],
        "may": {"write": actor.may(permissions.KNOWLEDGE_WRITE)},
    }  # fmt: skip
    return page(request, "service/knowledge/search.html", context, part="hits" if request.GET.get("live") else None)


@require_POST
@allow(permissions.KNOWLEDGE)
def missed(request: StaffRequest) -> HttpResponse:
    """Say that nothing of what was found answers the question."""
    note_miss(typed=request.POST.get("q", "")[:LONGEST], today=clock.today())
    toast(request, _("Thank you. The editors see what was looked for, not who asked."))
    return to(request, reverse("service:knowledge"))
