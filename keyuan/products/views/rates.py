"""Rate tables: reading one in, looking at what was found, releasing; the premium calculator (PRD-2)."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from keyuan.kernel.dates import completed_years
from keyuan.kernel.errors import NotFound, Refused
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.lists.views.small_files import mark_of, table_file
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say
from keyuan.products import permissions
from keyuan.products.forms.inputs import put_errors
from keyuan.products.forms.rates import CalculatorForm, RateUploadForm
from keyuan.products.models import Product, RateTable
from keyuan.products.rules.pricing import RATE_UNIT, RateKey
from keyuan.products.rules.rate_checks import ERROR
from keyuan.products.selectors import access_product, products_on_sale
from keyuan.products.selectors.labels import (
    DIMENSION_NAMES,
    PAY_MODES,
    RATE_BASES,
    RATE_KINDS,
    RATE_STATUSES,
    place_words,
)
from keyuan.products.selectors.pricing import Quote, Wish, access_table, first_rows, quote
from keyuan.products.services.rates import RateDraft, load_rates, release_table, withdraw_table

DECIMALS = len(str(RATE_UNIT)) - 1


@require_http_methods(["GET", "POST"])
@allow(permissions.EDIT)
def rates_upload(request: StaffRequest, product_id: int) -> HttpResponse:
    product = access_product(product_id)
    form = RateUploadForm(request.POST or None, request.FILES or None, initial={"valid_from": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            table = _load(request, product, form)
        except Refused as error:
            put_errors(form, error)
        else:
            errors = table.findings["errors"]
            good = _("The table was read; look at what was found, then let another person release it")
            toast(request, say(Refused("rates.has_errors", count=errors)) if errors else good, failed=bool(errors))
            return redirect("products:rates-detail", product_id=product.pk, table_id=table.pk)
    back = f"{request.path.rsplit('/rates/', 1)[0]}/?tab=rates"
    context = {"form": form, "title": _("Read in a rate table"), "back_url": back, "product": product}
    return page(request, "products/rates_form.html", context, status=422 if form.is_bound else 200)


def _load(request: StaffRequest, product: Product, form: RateUploadForm) -> RateTable:
    values = form.cleaned_data
    draft = RateDraft(
        values["label"], values["valid_from"], values["kind"], values["basis"], values["base"] or 0, form.factors()
    )
    upload = values["file"]
    return load_rates(
        actor=request.actor, product_id=product.pk, draft=draft, file=upload, name=upload.name, now=clock.now()
    )


@require_GET
@allow(permissions.VIEW)
def rates_detail(request: StaffRequest, product_id: int, table_id: int) -> HttpResponse:
    """A table with what was found in it and its first rows."""
    product, table = access_product(product_id), access_table(product_id, table_id)
    names = list(table.dimensions)
    rows = [
        [row.row_no, *(_cell(row, name) for name in names), rate_words(row.rate)] for row in first_rows(table)
    ]  # fmt: skip
    errors, warnings = _findings(table)
    context = {
        "product": product,
        "table": table,
        "status": RATE_STATUSES[table.status],
        "kind": RATE_KINDS[table.kind],
        "basis": RATE_BASES.get(table.basis, table.basis),
        "columns": [_("Row of the table"), *(DIMENSION_NAMES[name] for name in names), _("Rate (yuan)")],
        "rows": rows,
        "factors": [(PAY_MODES.get(mode, mode), value) for mode, value in sorted(table.factors.items())],
        "errors": errors,
        "warnings": warnings,
        "more": max(0, sum(table.findings.get("counts", {}).values()) - len(errors) - len(warnings)),
        "can_release": request.actor.may(permissions.APPROVE) and table.status == RateTable.Status.DRAFT,
        "can_withdraw": request.actor.may(permissions.EDIT) and table.status != RateTable.Status.WITHDRAWN,
        "is_own": table.made_by_id == request.actor.id,
    }
    return page(request, "products/rates_detail.html", context)


def _findings(table: RateTable) -> tuple[list[str], list[str]]:
    """Return the errors and the warnings of a table as sentences, in the order of its rows."""
    said: dict[bool, list[str]] = {True: [], False: []}
    for item in sorted(table.findings.get("kept", []), key=lambda item: item["params"].get("row", 0)):
        said[item["level"] == ERROR].append(say(Refused(item["code"], **item["params"])))
    return said[True], said[False]


@require_GET
@allow(permissions.VIEW)
def rates_findings(request: StaffRequest, product_id: int, table_id: int) -> HttpResponse:
    """Give what was found in a table as a spreadsheet, for whoever mends the file."""
    table = access_table(product_id, table_id)
    errors, warnings = _findings(table)
    rows = [[_("Error"), line] for line in errors] + [[_("Warning"), line] for line in warnings]
    mark = mark_of(request.actor, title=table.label, why="", conditions=table.file_name, now=clock.now())
    heads = [_("Kind"), _("What was found")]
    return table_file(f"rate-table-{table.pk}-findings", "xlsx", mark, heads=heads, widths=(90, 600), rows=rows)


def _cell(row: Any, name: str) -> Any:
    value = getattr(row, name)
    if name in ("age", "year"):
        return value
    words = place_words(RateKey(**{name: value}))
    return words.removeprefix(str(DIMENSION_NAMES[name])).strip() or "--"


def rate_words(rate: int) -> str:
    """Return a rate in yuan without needless zeros."""
    whole, part = divmod(rate, RATE_UNIT)
    decimals = f"{part:0{DECIMALS}d}".rstrip("0")
    return f"{whole:,}.{decimals:0<2}"


@require_POST
@allow(permissions.APPROVE)
def rates_release(request: StaffRequest, product_id: int, table_id: int) -> HttpResponse:
    access_table(product_id, table_id)
    try:
        release_table(actor=request.actor, table_id=table_id, version=_version(request), now=clock.now())
    except Refused as error:
        toast(request, say(error), failed=True)
    else:
        toast(request, _("The table prices from its first day on"))
    return redirect("products:rates-detail", product_id=product_id, table_id=table_id)


@require_POST
@allow(permissions.EDIT)
def rates_withdraw(request: StaffRequest, product_id: int, table_id: int) -> HttpResponse:
    access_table(product_id, table_id)
    reason = request.POST.get("reason", "")
    try:
        withdraw_table(
            actor=request.actor, table_id=table_id, version=_version(request), reason=reason, now=clock.now()
        )
    except Refused as error:
        toast(request, say(error), failed=True)
    else:
        toast(request, _("The table was withdrawn"))
    return redirect("products:rates-detail", product_id=product_id, table_id=table_id)


def _version(request: StaffRequest) -> int:
    typed = request.POST.get("version", "")
    return int(typed) if typed.isdecimal() and len(typed) < 10 else 0


@require_GET
@allow(permissions.VIEW)
def calculator(request: StaffRequest) -> HttpResponse:
    """Price one product for one person, naming table and row."""
    chosen = _chosen(request)
    asked = request.GET if "on" in request.GET else None
    first = {"product": chosen.pk if chosen else None, "on": clock.today(), "pay_mode": "05"}
    form = CalculatorForm(asked, products=products_on_sale(), chosen=chosen, initial=first)
    context: dict[str, Any] = {"form": form, "product": chosen}
    if form.is_bound and form.is_valid() and chosen is not None:
        try:
            context["quote"] = faces_of(quote(chosen, wish_of(form.cleaned_data), on=form.cleaned_data["on"]))
        except Refused as error:
            put_errors(form, error)
    part = "result" if request.GET.get("part") == "result" else None
    return page(request, "products/calculator.html", context, part=part, status=422 if form.errors else 200)


def _chosen(request: StaffRequest) -> Product | None:
    typed = request.GET.get("product", "")
    if not typed.isdecimal() or len(typed) > 18:
        return None
    try:
        return access_product(int(typed))
    except NotFound:
        return None


def wish_of(values: dict[str, Any]) -> Wish:
    """Return what is to be priced from the form's values; the age counts on the day of the price."""
    age = values["age"]
    if values["birth_on"] and values["birth_on"] <= values["on"]:
        age = completed_years(values["birth_on"], values["on"])
    return Wish(
        age=age, sex=values["sex"], sum_insured=values["sum_insured"] or 0, cover_term=values["cover_term"],
        pay_term=values["pay_term"], pay_mode=values["pay_mode"] or "05", occupation=values["occupation"],
        plan=values["plan"],
    )  # fmt: skip


def faces_of(found: Quote) -> dict[str, Any]:
    """Return a quote as pages show it."""
    return {
        "quote": found,
        "rate": rate_words(found.rate),
        "basis": RATE_BASES.get(found.basis, found.basis),
        "factor": f"{found.factor_bp / 100:g}",
    }
