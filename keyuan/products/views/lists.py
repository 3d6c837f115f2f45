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
from keyuan.products.models import Package, Product, SaleRequest
from keyuan.products.selectors import every_package, every_product
from keyuan.products.selectors.labels import AUDIENCES, KINDS, REQUEST_KINDS, REQUEST_STATES, SALE_STATUSES
from keyuan.products.selectors.sale import every_request

NEW = PageAction(
    label=_("New product"), url_name="products:product-create", icon="plus", permission=permissions.EDIT, primary=True
)
CALCULATE = PageAction(
    label=_("Premium calculator"), url_name="products:calculator", icon="calculator", permission=permissions.VIEW
)
COMPARE = PageAction(
    label=_("Compare products"), url_name="products:compare", icon="layout-columns", permission=permissions.VIEW
)


def _sale(row: Product | Package, _extras: Any) -> Status:
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
        View(key="drafts", label=_("In the making"), query="sale=DRAFT"),
        View(key="stopped", label=_("Sale stopped"), query="sale=STOPPED"),
    )
    page_actions = (NEW, CALCULATE, COMPARE)
    empty = Empty(title=_("No products yet"), text=_("Enter the first product, or import policies."), action=NEW)

    def sources(self, _actor: Actor, _context: FilterContext) -> Sequence[QuerySet[Any]]:
        """The whole catalogue."""
        return [every_product()]

    def row_url(self, row: Product) -> str:
        """The product's page."""
        return reverse("products:product-detail", args=[row.pk])


class SaleRequestList(ListSpec):
    """Wishes to put products on sale or to change what is on sale, the newest first."""

    key = "sale-requests"
    title = _("Approvals of products")
    permission = permissions.VIEW
    url_name = "products:request-list"
    noun = _("requests")
    columns = (
        Column(key="product", label=_("Product"), value=lambda row, _extras: row.product.name, width=260, first=True),
        Column(key="kind", label=_("What is asked"), value=lambda row, _e: REQUEST_KINDS.get(row.kind, ""), width=160),
        Column(
            key="state", label=_("State"), kind="status", width=130, phone=True,
            value=lambda row, _extras: Status(REQUEST_STATES[row.state][1], REQUEST_STATES[row.state][0]),
        ),
        Column(key="reason", label=_("Reason"), value="reason", width=240),
        Column(key="asker", label=_("Asked by"), value="asked_by_name", width=100),
        Column(key="asked", label=_("Asked at"), value="asked_at", kind="moment", width=144, sort="asked"),
        Column(key="decider", label=_("Decided by"), value="decided_by_name", width=100, low_priority=True),
        Column(key="note", label=_("Reason of the decision"), value="note", width=200, low_priority=True),
    )  # fmt: skip
    filters = (
        ChoiceFilter(
            key="state", label=_("State"), field="state", primary=True,
            choices=tuple(Choice(code, words[1]) for code, words in REQUEST_STATES.items()),
        ),
    )  # fmt: skip
    sorts = (Sort(key="asked", label=_("Asked at"), field="asked_at", descending=True),)
    default_sort = "-asked"
    views = (
        View(key="waiting", label=_("To be decided"), query="state=ASKED&sort=-asked"),
        View(key="all", label=_("All requests")),
    )
    empty = Empty(
        title=_("Nothing was asked yet"),
        text=_("Whoever keeps the catalogue asks on a product's page; another person decides here."),
    )

    def sources(self, _actor: Actor, _context: FilterContext) -> Sequence[QuerySet[Any]]:
        """Return all requests."""
        return [every_request()]

    def row_url(self, row: SaleRequest) -> str:
        """Return the product's page, where the request is decided."""
        return reverse("products:product-detail", args=[row.product_id])


NEW_PACKAGE = PageAction(
    label=_("New package"), url_name="products:package-create", icon="plus", permission=permissions.EDIT, primary=True
)


class PackageList(ListSpec):
    """Packages by code."""

    key = "packages"
    title = _("Packages")
    permission = permissions.VIEW
    url_name = "products:package-list"
    noun = _("packages")
    columns = (
        Column(key="name", label=_("Package"), width=260, first=True, kind="link"),
        Column(key="code", label=_("Code"), width=110),
        Column(
            key="audience", label=_("Meant for"), value=lambda row, _e: AUDIENCES.get(row.audience, ""), width=110
        ),
        Column(key="sale", label=_("Sale"), value=_sale, kind="status", width=110, phone=True),
        Column(
            key="discount", label=_("Discount in percent"), width=110,
            value=lambda row, _extras: f"{row.discount_bp / 100:g}",
        ),
        Column(key="from", label=_("On sale from"), value="sale_from", kind="date", width=120, low_priority=True),
    )  # fmt: skip
    filters = (
        ChoiceFilter(
            key="sale", label=_("Sale"), field="sale_status", primary=True,
            choices=tuple(Choice(code, words[1]) for code, words in SALE_STATUSES.items()),
        ),
    )  # fmt: skip
    sorts = (Sort(key="code", label=_("Code"), field="code"),)
    default_sort = "code"
    views = (View(key="all", label=_("All")), View(key="on-sale", label=_("On sale"), query="sale=ON_SALE"))
    page_actions = (NEW_PACKAGE,)
    empty = Empty(
        title=_("No packages yet"), text=_("Put several products together under one price."), action=NEW_PACKAGE
    )

    def sources(self, _actor: Actor, _context: FilterContext) -> Sequence[QuerySet[Any]]:
        """Return all packages."""
        return [every_package()]

    def row_url(self, row: Package) -> str:
        """Return the package's page."""
        return reverse("products:package-detail", args=[row.pk])
