"""The catalogue as a list."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from keyuan.kernel.actor import Actor
from keyuan.platform.lists import (
    BooleanFilter,
    Choice,
    ChoiceFilter,
    Column,
    Empty,
    FilterContext,
    ListSpec,
    PageAction,
    Sort,
    Status,
    TextFilter,
    View,
)
from keyuan.products import permissions
from keyuan.products.models import Product
from keyuan.products.selectors import every_product
from keyuan.products.selectors.labels import KINDS, SALE_STATUSES

NEW = PageAction(
    label=_("New product"), url_name="products:product-create", icon="plus", permission=permissions.EDIT, primary=True
)


def _sale(row: Product, _extras: Any) -> Status:
    return Status(SALE_STATUSES[row.sale_status][1], SALE_STATUSES[row.sale_status][0])


class ProductList(ListSpec):
    """Every product, by code."""

    key = "products"
    title = _("Products")
    permission = permissions.VIEW
    url_name = "products:product-list"
    noun = _("products")
    columns = (
        Column(key="name", label=_("Product"), width=260, first=True, kind="link"),
        Column(key="code", label=_("Code"), width=110),
        Column(key="kind", label=_("Kind"), value=lambda row, _extras: KINDS.get(row.kind, row.kind), width=110),
        Column(key="sale", label=_("Sale"), value=_sale, kind="status", width=110),
        Column(key="cooling", label=_("Cooling-off (days)"), value="cooling_off_days", kind="number", width=120),
        Column(key="waiting", label=_("Waiting (days)"), value="waiting_days", kind="number", width=110),
        Column(key="rank", label=_("Seller rank"), value="seller_rank", kind="number", width=100, low_priority=True),
        Column(key="from", label=_("On sale from"), value="sale_from", kind="date", width=120, low_priority=True),
    )
    filters = (
        TextFilter(key="code", label=_("Code"), field="code", primary=True, placeholder=_("Product code")),
        ChoiceFilter(
            key="kind", label=_("Kind"), field="kind", primary=True,
            choices=tuple(Choice(code, label) for code, label in KINDS.items()),
        ),
        ChoiceFilter(
            key="sale", label=_("Sale"), field="sale_status", primary=True,
            choices=tuple(Choice(code, words[1]) for code, words in SALE_STATUSES.items()),
        ),
        BooleanFilter(key="rider", label=_("Rider"), field="is_rider", dense=True),
    )  # fmt: skip
    sorts = (
        Sort(key="code", label=_("Code"), field="code"),
        Sort(key="name", label=_("Product"), field="name"),
    )
    default_sort = "code"
    views = (
        View(key="all", label=_("All")),
        View(key="on-sale", label=_("On sale"), query="sale=ON_SALE"),
        View(key="stopped", label=_("Sale stopped"), query="sale=STOPPED"),
    )
    page_actions = (NEW,)
    empty = Empty(title=_("No products yet"), text=_("Enter the first product, or import policies."), action=NEW)

    def sources(self, _actor: Actor, _context: FilterContext) -> Sequence[QuerySet[Any]]:
        """The whole catalogue."""
        return [every_product()]

    def row_url(self, row: Product) -> str:
        """The product's page."""
        return reverse("products:product-detail", args=[row.pk])
