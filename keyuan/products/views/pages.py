"""A product's page in parts, its side panel and its form."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from keyuan.kernel.errors import Refused
from keyuan.platform import clock
from keyuan.platform.files import attachments_of, download_url
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.subjects import Subject
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say
from keyuan.products import permissions
from keyuan.products.forms.inputs import put_errors
from keyuan.products.forms.product import ProductForm, terms_text, terms_words
from keyuan.products.models import Product
from keyuan.products.rules.sale import ON_SALE, advice, gaps
from keyuan.products.selectors import access_product, benefits_of, clauses_of, questions_of, versions_of
from keyuan.products.selectors.labels import (
    CHANNELS,
    DESIGNS,
    FAMILIES,
    KINDS,
    NEEDS,
    PAPERS,
    PAY_MODES,
    QUESTION_KINDS,
    QUESTION_SECTIONS,
    RATE_KINDS,
    RATE_STATUSES,
    REQUEST_KINDS,
    REQUEST_STATES,
    SALE_STATUSES,
)
from keyuan.products.selectors.pricing import tables_of
from keyuan.products.selectors.sale import dossier_of, open_request_of, requests_of
from keyuan.products.services.catalogue import WRITABLE, save_product
from keyuan.products.services.sale import ask_change
from keyuan.products.views.changes import changes_between

FIRST_VALUES = {"waiting_days": 0, "cooling_off_days": 15, "grace_days": 60, "renewal_window_days": 40, "complexity": 1,
                "seller_rank": 1, "design": "ORDINARY", "family": "COMMON"}  # fmt: skip
TERMS = ("cover_terms", "pay_terms")


def head_of(request: StaffRequest, product: Product) -> dict[str, Any]:
    """Return what every part of the page shows."""
    may_edit = request.actor.may(permissions.EDIT)
    on_sale = product.sale_status == ON_SALE
    return {
        "product": product,
        "kind": KINDS.get(product.kind, product.kind),
        "design": DESIGNS.get(product.design, product.design),
        "family": FAMILIES.get(product.family, product.family),
        "sale": SALE_STATUSES[product.sale_status],
        "channels": [CHANNELS.get(code, code) for code in product.sales_channels],
        "needs": [NEEDS.get(code, code) for code in product.need_tags],
        "pay_modes": [PAY_MODES.get(code, code) for code in product.pay_modes],
        "cover_terms": terms_words(product.cover_terms),
        "pay_terms": terms_words(product.pay_terms),
        "can_edit": may_edit,
        "can_edit_parts": may_edit and not on_sale,
        "can_approve": request.actor.may(permissions.APPROVE),
        "on_sale": on_sale,
        "full_url": reverse("products:product-detail", args=[product.pk]),
    }


def _tabs(product: Product, active: str) -> list[dict[str, Any]]:
    names = (
        ("overview", _("Overview")), ("papers", _("Papers")), ("rates", _("Rates")), ("questions", _("Questions")),
        ("history", _("History")),
    )  # fmt: skip
    base = reverse("products:product-detail", args=[product.pk])
    return [{"label": label, "url": f"{base}?tab={key}", "active": key == active} for key, label in names]


@require_GET
@allow(permissions.VIEW)
def product_detail(request: StaffRequest, product_id: int) -> HttpResponse:
    product = access_product(product_id)
    context = head_of(request, product)
    if request.GET.get("panel"):
        return page(request, "products/product_panel.html", context | {"benefits": benefits_of(product)})
    tab = request.GET.get("tab", "overview")
    tab = tab if tab in PARTS else "overview"
    context |= {"tab": tab, "tabs": _tabs(product, tab)} | PARTS[tab](request, product) | _request(request, product)
    return page(request, "products/product_detail.html", context)


def _request(request: StaffRequest, product: Product) -> dict[str, Any]:
    waiting = open_request_of(product)
    if waiting is None:
        return {"waiting": None}
    own = waiting.asked_by_id == request.actor.id
    return {
        "waiting": waiting,
        "waiting_kind": REQUEST_KINDS.get(waiting.kind, waiting.kind),
        "waiting_changes": changes_between(product, waiting.fields),
        "is_own": own,
    }


def _overview(_request: StaffRequest, product: Product) -> dict[str, Any]:
    dossier = dossier_of(product.pk)
    return {
        "benefits": benefits_of(product),
        "gaps": [say(Refused(code)) for code in gaps(dossier)] if product.sale_status != ON_SALE else [],
        "advice": [say(Refused(code)) for code in advice(dossier)],
    }


def _papers(request: StaffRequest, product: Product) -> dict[str, Any]:
    rows = [
        {
            "clause": clause,
            "kind": PAPERS.get(clause.kind, clause.kind),
            "files": [
                (file, download_url(request.actor, file.pk))
                for file in attachments_of(request.actor, Subject("clause", clause.pk))[:20]
            ],
        }
        for clause in clauses_of(product)[:30]
    ]
    return {"papers": rows, "today": clock.today()}


def _rates(_request: StaffRequest, product: Product) -> dict[str, Any]:
    rows = [(table, RATE_KINDS[table.kind], RATE_STATUSES[table.status]) for table in tables_of(product)]
    return {"tables": rows}


def _questions(_request: StaffRequest, product: Product) -> dict[str, Any]:
    rows = [
        (row, QUESTION_SECTIONS.get(row.section, ""), QUESTION_KINDS.get(row.kind, ""))
        for row in questions_of(product, only_active=False)
    ]
    return {"questions": rows}


def _history(_request: StaffRequest, product: Product) -> dict[str, Any]:
    versions = list(versions_of(product)[:100])
    older: list[Any] = [*versions[1:], None]
    rows = [
        (version, changes_between(product, version.facts, former.facts if former else None) if former else [])
        for version, former in zip(versions, older, strict=True)
    ]
    requests = [(row, REQUEST_KINDS.get(row.kind, ""), REQUEST_STATES[row.state]) for row in requests_of(product)[:50]]
    return {"versions": rows, "requests": requests}


PARTS = {"overview": _overview, "papers": _papers, "rates": _rates, "questions": _questions, "history": _history}


@allow(permissions.EDIT)
def product_create(request: StaffRequest) -> HttpResponse:
    return _edit(request, None)


@allow(permissions.EDIT)
def product_edit(request: StaffRequest, product_id: int) -> HttpResponse:
    return _edit(request, access_product(product_id))


def _edit(request: StaffRequest, product: Product | None) -> HttpResponse:
    initial: dict[str, Any] = dict(FIRST_VALUES)
    if product is not None:
        initial = {name: getattr(product, name) for name in (*WRITABLE, "code", "version")}
        initial |= {name: terms_text(getattr(product, name)) for name in TERMS}
        initial["regions"] = ", ".join(product.regions)
    form = ProductForm(request.POST or None, initial=initial, product=product)
    if request.method == "POST" and form.is_valid():
        try:
            return _save(request, product, dict(form.cleaned_data))
        except Refused as error:
            put_errors(form, error)
    title = _("Change %(name)s") % {"name": product.name} if product else _("New product")
    back = reverse("products:product-detail", args=[product.pk]) if product else reverse("products:product-list")
    context = {"form": form, "title": title, "back_url": back}
    return page(request, "products/product_form.html", context, status=422 if form.is_bound else 200)


def _save(request: StaffRequest, product: Product | None, fields: dict[str, Any]) -> HttpResponse:
    version, reason, now = fields.pop("version") or 0, fields.pop("reason", ""), clock.now()
    if product is not None and product.sale_status == ON_SALE:
        ask_change(
            actor=request.actor, product_id=product.pk, version=version, fields=fields, reason=reason, now=now
        )  # fmt: skip
        toast(request, _("The change waits for another person's decision"))
        return redirect("products:product-detail", product_id=product.pk)
    saved = save_product(
        actor=request.actor,
        fields=fields,
        now=now,
        product_id=product.pk if product else None,
        version=version,
    )
    return redirect("products:product-detail", product_id=saved.pk)
