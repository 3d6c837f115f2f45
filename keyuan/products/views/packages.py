"""Packages: list, page with one price, form, release (PRD-3)."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from keyuan.kernel.errors import Refused
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say
from keyuan.products import permissions
from keyuan.products.forms.inputs import put_errors
from keyuan.products.forms.packages import PackageForm, values_of
from keyuan.products.models import Package
from keyuan.products.selectors import access_package, every_product
from keyuan.products.selectors.labels import AUDIENCES, SALE_STATUSES, SEXES, term_words
from keyuan.products.selectors.pricing import Wish, items_of, quote_package
from keyuan.products.services.packages import release_package, save_package, stop_package

DEFAULT_AGE = 30


@require_GET
@allow(permissions.VIEW)
def package_detail(request: StaffRequest, package_id: int) -> HttpResponse:
    """A package, and its price for a person of the age and sex asked for."""
    package = access_package(package_id)
    items = items_of(package)
    typed = request.GET.get("age", "")
    age = int(typed) if typed.isdecimal() and len(typed) < 4 else DEFAULT_AGE
    sex = request.GET.get("sex", "1")
    context: dict[str, Any] = {
        "package": package,
        "audience": AUDIENCES.get(package.audience, ""),
        "sale": SALE_STATUSES[package.sale_status],
        "items": [(item, term_words(item.cover_term), term_words(item.pay_term)) for item in items],
        "age": age,
        "sex": sex,
        "sexes": SEXES.items(),
        "can_edit": request.actor.may(permissions.EDIT),
        "can_approve": request.actor.may(permissions.APPROVE),
        "full_url": reverse("products:package-detail", args=[package.pk]),
    }
    try:
        found = quote_package(package, Wish(age=age, sex=sex), on=clock.today(), items=items)
        context["quote"] = found
        context["saved"] = found.full - found.price
    except Refused as error:
        context["refusal"] = say(error)
    template = "products/package_panel.html" if request.GET.get("panel") else "products/package_detail.html"
    return page(request, template, context)


@require_http_methods(["GET", "POST"])
@allow(permissions.EDIT)
def package_create(request: StaffRequest) -> HttpResponse:
    return _edit(request, None)


@require_http_methods(["GET", "POST"])
@allow(permissions.EDIT)
def package_edit(request: StaffRequest, package_id: int) -> HttpResponse:
    return _edit(request, access_package(package_id))


def _edit(request: StaffRequest, package: Package | None) -> HttpResponse:
    initial = values_of(package, items_of(package)) if package else {"audience": "ANY"}
    products = every_product().order_by("code")
    form = PackageForm(request.POST or None, products=products, package=package, initial=initial)
    if request.method == "POST" and form.is_valid():
        fields = dict(form.cleaned_data)
        fields["discount_bp"] = fields.pop("discount") or 0
        try:
            saved = save_package(
                actor=request.actor, fields=fields, items=form.items(), now=clock.now(),
                package_id=package.pk if package else None, version=fields.pop("version") or 0,
            )  # fmt: skip
        except Refused as error:
            put_errors(form, error)
        else:
            return redirect("products:package-detail", package_id=saved.pk)
    title = _("Change %(name)s") % {"name": package.name} if package else _("New package")
    back = reverse("products:package-detail", args=[package.pk]) if package else reverse("products:package-list")
    context = {"form": form, "title": title, "back_url": back}
    return page(request, "products/product_form.html", context, status=422 if form.is_bound else 200)


@require_POST
@allow(permissions.APPROVE)
def package_release(request: StaffRequest, package_id: int) -> HttpResponse:
    package = access_package(package_id)
    try:
        release_package(actor=request.actor, package_id=package.pk, version=_version(request), now=clock.now())
    except Refused as error:
        toast(request, say(error), failed=True)
    else:
        toast(request, _("The package is on sale"))
    return redirect("products:package-detail", package_id=package.pk)


@require_POST
@allow(permissions.EDIT)
def package_stop(request: StaffRequest, package_id: int) -> HttpResponse:
    package = access_package(package_id)
    reason = request.POST.get("reason", "")
    try:
        stop_package(
            actor=request.actor, package_id=package.pk, version=_version(request), reason=reason, now=clock.now()
        )
    except Refused as error:
        toast(request, say(error), failed=True)
    else:
        toast(request, _("The sale was stopped"))
    return redirect("products:package-detail", package_id=package.pk)


def _version(request: StaffRequest) -> int:
    typed = request.POST.get("version", "")
    return int(typed) if typed.isdecimal() and len(typed) < 10 else 0
