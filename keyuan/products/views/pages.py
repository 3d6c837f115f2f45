"""A product's page and its form."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from keyuan.kernel.errors import Invalid, Refused
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.wording import say
from keyuan.products import permissions
from keyuan.products.forms import ProductForm
from keyuan.products.models import Product
from keyuan.products.selectors import access_product, benefits_of, clauses_of
from keyuan.products.selectors.labels import CHANNELS, KINDS, PAY_MODES, SALE_STATUSES
from keyuan.products.services.catalogue import WRITABLE, save_product

FIRST_VALUES = {"waiting_days": 0, "cooling_off_days": 15, "grace_days": 60, "renewal_window_days": 40, "complexity": 1,
                "seller_rank": 1, "sale_status": "ON_SALE"}  # fmt: skip


@require_GET
@allow(permissions.VIEW)
def product_detail(request: StaffRequest, product_id: int) -> HttpResponse:
    product = access_product(product_id)
    context = {
        "product": product,
        "kind": KINDS.get(product.kind, product.kind),
        "sale": SALE_STATUSES[product.sale_status],
        "channels": [CHANNELS.get(code, code) for code in product.sales_channels],
        "pay_modes": [PAY_MODES.get(code, code) for code in product.pay_modes],
        "benefits": benefits_of(product),
        "clauses": clauses_of(product),
        "can_edit": request.actor.may(permissions.EDIT),
        "full_url": reverse("products:product-detail", args=[product.pk]),
    }
    template = "products/product_panel.html" if request.GET.get("panel") else "products/product_detail.html"
    return page(request, template, context)


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
    form = ProductForm(request.POST or None, initial=initial)
    form.fields["code"].disabled = product is not None
    if request.method == "POST" and form.is_valid():
        fields = dict(form.cleaned_data)
        version = fields.pop("version") or 0
        try:
            saved = save_product(
                actor=request.actor,
                fields=fields,
                now=clock.now(),
                product_id=product.pk if product else None,
                version=version,
            )
        except Refused as error:
            for part in error.errors if isinstance(error, Invalid) else [error]:
                form.add_error(part.field if part.field in form.fields else None, say(part))
        else:
            return redirect("products:product-detail", product_id=saved.pk)
    title = _("Change %(name)s") % {"name": product.name} if product else _("New product")
    back = reverse("products:product-detail", args=[product.pk]) if product else reverse("products:product-list")
    context = {"form": form, "title": title, "back_url": back}
    return page(request, "products/product_form.html", context, status=422 if form.is_bound else 200)
