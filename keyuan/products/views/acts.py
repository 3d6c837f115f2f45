"""Acts on a product: sale, requests, benefits, papers with their files, questions (PRD-1)."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from keyuan.kernel.errors import NotFound, Refused
from keyuan.platform import clock
from keyuan.platform.files import access_attachment, delete_attachment, store
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.subjects import Subject
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say
from keyuan.products import permissions
from keyuan.products.forms.inputs import ReasonForm, put_errors
from keyuan.products.forms.parts import FORMS
from keyuan.products.models import Product
from keyuan.products.selectors import access_clause, access_product
from keyuan.products.selectors.sale import access_request
from keyuan.products.services.parts import COLUMNS, access_part, remove_part, save_part
from keyuan.products.services.sale import ask_sale, decide_sale, stop_sale, withdraw_request

GET_OR_POST = require_http_methods(["GET", "POST"])
TITLES: dict[str, Any] = {
    "benefit": gettext_lazy("Benefit"),
    "clause": gettext_lazy("Paper"),
    "question": gettext_lazy("Question"),
}
TAB_OF = {"benefit": "overview", "clause": "papers", "question": "questions"}


def back_to(product_id: int, tab: str = "") -> HttpResponse:
    """Return to a part of the product's page."""
    address = reverse("products:product-detail", args=[product_id])
    return HttpResponseRedirect(f"{address}?tab={tab}" if tab else address)


def work_off(
    request: StaffRequest, product: Product, form: forms.Form, act: Callable[[dict[str, Any]], object], *,
    title: Any, done: Any, tab: str = "", verb: Any = "",
) -> HttpResponse:  # fmt: skip
    """Show ``form`` about ``product``, or run ``act`` with what it holds and return to its page."""
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data)
        except Refused as error:
            put_errors(form, error)
        else:
            toast(request, done)
            return back_to(product.pk, tab)
    back = reverse("products:product-detail", args=[product.pk]) + (f"?tab={tab}" if tab else "")
    context = {"form": form, "title": title, "back_url": back, "product": product, "verb": verb}
    return page(request, "products/product_form.html", context, status=422 if form.is_bound else 200)


@GET_OR_POST
@allow(permissions.EDIT)
def sale_ask(request: StaffRequest, product_id: int) -> HttpResponse:
    product = access_product(product_id)
    form = ReasonForm(request.POST or None, initial={"version": product.version}, label=_("Reason"))

    def act(values: dict[str, Any]) -> object:
        return ask_sale(actor=request.actor, product_id=product.pk, now=clock.now(), **values)

    return work_off(
        request, product, form, act, title=_("Ask to put it on sale"), verb=_("Submit for approval"),
        done=_("The request waits for another person's decision"),
    )  # fmt: skip


@GET_OR_POST
@allow(permissions.EDIT)
def sale_stop(request: StaffRequest, product_id: int) -> HttpResponse:
    product = access_product(product_id)
    form = ReasonForm(request.POST or None, initial={"version": product.version}, label=_("Reason"))

    def act(values: dict[str, Any]) -> object:
        return stop_sale(actor=request.actor, product_id=product.pk, now=clock.now(), **values)

    title = _("Stop selling %(name)s") % {"name": product.name}
    return work_off(request, product, form, act, title=title, done=_("The sale was stopped"), verb=_("Stop the sale"))


@require_POST
@allow(permissions.APPROVE)
def request_decide(request: StaffRequest, sale_request_id: int) -> HttpResponse:
    """Approve or refuse: ``act`` is approve or refuse, ``reason`` the words."""
    asked = access_request(sale_request_id)
    approve = request.POST.get("act") == "approve"
    try:
        decide_sale(
            actor=request.actor, request_id=sale_request_id, approve=approve, note=request.POST.get("reason", ""),
            now=clock.now(),
        )  # fmt: skip
    except Refused as error:
        toast(request, say(error), failed=True)
    else:
        toast(request, _("The request was approved") if approve else _("The request was refused"))
    return back_to(asked.product_id, "history")


@require_POST
@allow(permissions.EDIT)
def request_withdraw(request: StaffRequest, sale_request_id: int) -> HttpResponse:
    asked = access_request(sale_request_id)
    try:
        withdraw_request(actor=request.actor, request_id=sale_request_id, now=clock.now())
    except Refused as error:
        toast(request, say(error), failed=True)
    else:
        toast(request, _("The request was withdrawn"))
    return back_to(asked.product_id, "history")


@GET_OR_POST
@allow(permissions.EDIT)
def part_create(request: StaffRequest, product_id: int, part: str) -> HttpResponse:
    return _part(request, product_id, part, None)


@GET_OR_POST
@allow(permissions.EDIT)
def part_edit(request: StaffRequest, product_id: int, part: str, part_id: int) -> HttpResponse:
    return _part(request, product_id, part, part_id)


def _part(request: StaffRequest, product_id: int, part: str, part_id: int | None) -> HttpResponse:
    product = access_product(product_id)
    if part not in FORMS:
        raise NotFound("product.part_not_found")
    initial: dict[str, Any] = {"valid_from": clock.today()}
    if part_id is not None:
        row = access_part(product_id, part, part_id)
        initial = {name: getattr(row, name) for name in COLUMNS[part]}
    form = FORMS[part](request.POST or None, initial=initial)

    def act(values: dict[str, Any]) -> object:
        return save_part(
            actor=request.actor, product_id=product_id, kind=part, fields=values, part_id=part_id, now=clock.now()
        )

    return work_off(request, product, form, act, title=TITLES[part], done=_("Saved"), tab=TAB_OF[part])


@require_POST
@allow(permissions.EDIT)
def part_remove(request: StaffRequest, product_id: int, part: str, part_id: int) -> HttpResponse:
    access_product(product_id)
    try:
        remove_part(actor=request.actor, product_id=product_id, kind=part, part_id=part_id, now=clock.now())
    except Refused as error:
        toast(request, say(error), failed=True)
    else:
        toast(request, _("Removed"))
    return back_to(product_id, TAB_OF.get(part, ""))


@require_POST
@allow(permissions.EDIT)
def paper_file_add(request: StaffRequest, clause_id: int) -> HttpResponse:
    """Keep a file with a version of a paper."""
    clause = access_clause(clause_id)
    upload = request.FILES.get("file")
    try:
        if upload is None:
            raise Refused("file.empty", field="file")
        subject = Subject("clause", clause.pk)
        name = upload.name or ""
        store(actor=request.actor, subject=subject, name=name, file=upload, now=clock.now(), kind=clause.kind)
    except Refused as error:
        toast(request, say(error), failed=True)
    else:
        toast(request, _("The file was kept"))
    return redirect(reverse("products:product-detail", args=[clause.product_id]) + "?tab=papers")


@require_POST
@allow(permissions.EDIT)
def paper_file_remove(request: StaffRequest, clause_id: int, file_id: int) -> HttpResponse:
    """Delete a file while the product is not on sale."""
    clause = access_clause(clause_id)
    attachment = access_attachment(request.actor, file_id)
    if (attachment.subject_kind, attachment.subject_id) != ("clause", clause.pk):
        raise NotFound
    if clause.product.sale_status == Product.SaleStatus.ON_SALE:
        toast(request, say(Refused("product.part_on_sale")), failed=True)
    else:
        reason = request.POST.get("reason", "")
        delete_attachment(actor=request.actor, attachment_id=file_id, reason=reason, now=clock.now())
        toast(request, _("The file was deleted"))
    return back_to(clause.product_id, "papers")
