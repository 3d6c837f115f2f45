"""Two to four products side by side: cover, conditions, premium, cash flows; differences stand out (PRD-4)."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from keyuan.platform import clock, formats
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.wording import say
from keyuan.products import permissions
from keyuan.products.forms.compare import CompareForm
from keyuan.products.models import Product
from keyuan.products.selectors import access_product, benefits_of, products_on_sale
from keyuan.products.selectors.figures import Plan, plan_of
from keyuan.products.selectors.labels import CHANNELS, DESIGNS, KINDS, PAY_MODES, term_words
from keyuan.products.selectors.pricing import Wish

#: Years of the table; the chart draws all.
SHOWN = (1, 2, 3, 5, 10, 15, 20, 25, 30, 40, 50, 60)


@require_GET
@allow(permissions.VIEW)
def compare(request: StaffRequest) -> HttpResponse:
    """Compare for one person; ``print`` shows it as it goes on paper."""
    form = CompareForm(request.GET if "p1" in request.GET else None, products=products_on_sale())
    context: dict[str, Any] = {"form": form}
    if form.is_bound and form.is_valid():
        plans = _plans(form, clock.today())
        context |= _faces(plans) | {"today": clock.today(), "address": request.get_full_path()}
    template = "products/compare_print.html" if request.GET.get("print") else "products/compare.html"
    return page(request, template, context, status=422 if form.errors else 200)


def _plans(form: CompareForm, today: date) -> list[Plan]:
    values = form.cleaned_data
    wish = Wish(
        age=values["age"], sex=values["sex"], sum_insured=values["sum_insured"], pay_term=values["pay_term"],
        cover_term=values["cover_term"], occupation="1",
    )  # fmt: skip
    return [plan_of(access_product(pk), wish, on=today) for pk in form.chosen()]


def _faces(plans: list[Plan]) -> dict[str, Any]:
    rows = [(label, [value(plan) for plan in plans]) for label, value in _rows()]
    return {
        "plans": plans,
        "refusals": [(plan.product, say(plan.refusal)) for plan in plans if plan.refusal is not None],
        "rows": [(label, cells, len(set(cells)) > 1) for label, cells in rows],
        "benefits": [list(benefits_of(plan.product)) for plan in plans],
        "charts": [_chart(plans, "value"), _chart(plans, "income")],
        "years": [
            (year, [plan.years[year - 1] if len(plan.years) >= year else None for plan in plans])
            for year in SHOWN
            if any(len(plan.years) >= year for plan in plans)
        ],
    }


def _rows() -> list[tuple[Any, Callable[[Plan], str]]]:
    """Return the rows of the table: label and what stands in a column."""
    return [
        (_("Kind"), lambda plan: str(KINDS.get(plan.product.kind, plan.product.kind))),
        (_("Design"), lambda plan: str(DESIGNS.get(plan.product.design, "--"))),
        (_("Issue ages"), lambda plan: _ages(plan.product)),
        (_("Cover term"), lambda plan: term_words(plan.wish.cover_term)),
        (_("Payment term"), lambda plan: term_words(plan.wish.pay_term)),
        (_("Payment frequency"), lambda plan: str(PAY_MODES.get(plan.wish.pay_mode, ""))),
        (_("Waiting period (days)"), lambda plan: str(plan.product.waiting_days)),
        (_("Cooling-off period (days)"), lambda plan: str(plan.product.cooling_off_days)),
        (_("Sum insured (yuan)"), lambda plan: formats.money(plan.wish.sum_insured)),
        (_("Premium (yuan)"), lambda plan: formats.money(plan.quote.premium) if plan.quote else "--"),
        (_("All premiums (yuan)"), lambda plan: formats.money(plan.paid_in_all) if plan.quote else "--"),
        (_("Rate table"), lambda plan: f"{plan.quote.table} #{plan.quote.row_no}" if plan.quote else "--"),
        (_("Surrender no longer loses from year"), lambda plan: str(plan.break_even or "--")),
        (_("Sales channels"), lambda plan: "、".join(str(CHANNELS.get(c, c)) for c in plan.product.sales_channels)),
        (_("Exclusions"), lambda plan: plan.product.exclusions or "--"),
    ]


def _ages(product: Product) -> str:
    youngest, oldest = product.issue_age_min, product.issue_age_max
    return f"{'--' if youngest is None else youngest} ～ {'--' if oldest is None else oldest}"


def _chart(plans: list[Plan], what: str) -> dict[str, Any]:
    """Return a line chart over the years: cash values against premiums paid, or income in all."""
    most = max((len(plan.years) for plan in plans), default=0)
    series = [
        ({"name": plan.product.short_name or plan.product.name}, [_point(plan, what, at) for at in range(most)])
        for plan in plans
    ]
    title = _("Cash value at the end of the year") if what == "value" else _("Paid out in all while living")
    rows = [{"label": at + 1, "values": [line[at] for _name, line in series]} for at in range(most)]
    return {
        "key": f"compare-{what}", "title": title, "unit": _("yuan"), "kind": "line", "label": _("Policy year"),
        "series": [name for name, _line in series], "rows": rows,
    }  # fmt: skip


def _point(plan: Plan, what: str, at: int) -> float | None:
    if at >= len(plan.years):
        return None
    year = plan.years[at]
    found = year.value if what == "value" else year.income_total
    return None if found is None else found / 100
