"""What the catalogue hangs into the platform: list, navigation, subject kind, words."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from keyuan.kernel.actor import Actor
from keyuan.platform.lists import lists
from keyuan.platform.navigation import NavItem, nav_items
from keyuan.platform.subjects import SubjectKind, subject_kinds
from keyuan.platform.wording import add_sentences
from keyuan.products import permissions
from keyuan.products.models import Package, Product, ProductClause
from keyuan.products.selectors import (
    access_clause,
    access_package,
    access_product,
    clause_names,
    package_names,
    product_names,
)
from keyuan.products.views.lists import PackageList, ProductList, SaleRequestList
from keyuan.products.views.wording import SENTENCES


def register() -> None:
    """Fill the registries; called once when Django is ready."""
    add_sentences(SENTENCES)
    for spec in (ProductList(), SaleRequestList(), PackageList()):
        lists.add(spec)
    nav_items.add(
        NavItem("products", _("Products"), "products:product-list", "book", permissions.VIEW, group="support", order=20)
    )
    nav_items.add(
        NavItem("packages", _("Packages"), "products:package-list", "package", permissions.VIEW, "support", order=21)
    )
    nav_items.add(
        NavItem("sale-requests", _("Approvals of products"), "products:request-list", "circle-check",
                permissions.APPROVE, "support", order=22)
    )  # fmt: skip
    subject_kinds.add(SubjectKind("product", _("Product"), labels, address, access))
    subject_kinds.add(SubjectKind("clause", _("Paper"), paper_labels, paper_address, paper_access))
    subject_kinds.add(SubjectKind("package", _("Package"), package_labels, package_address, package_access))


def labels(actor: Actor, ids: list[int]) -> dict[int, str]:
    """Name products for posts that may see them."""
    if not actor.may(permissions.VIEW):
        return {}
    return product_names(ids)


def address(product_id: int) -> str:
    """Return the page of a product."""
    return reverse("products:product-detail", args=[product_id])


def access(actor: Actor, product_id: int) -> Product:
    """Return the product; raises NotFound or Forbidden."""
    actor.require(permissions.VIEW)
    return access_product(product_id)


def paper_labels(actor: Actor, ids: list[int]) -> dict[int, str]:
    """Name papers for posts that may see products."""
    return clause_names(ids) if actor.may(permissions.VIEW) else {}


def paper_address(clause_id: int) -> str:
    """Return the page on which a paper stands."""
    return reverse("products:product-detail", args=[access_clause(clause_id).product_id]) + "?tab=papers"


def paper_access(actor: Actor, clause_id: int) -> ProductClause:
    """Return the paper; raises NotFound or Forbidden."""
    actor.require(permissions.VIEW)
    return access_clause(clause_id)


def package_labels(actor: Actor, ids: list[int]) -> dict[int, str]:
    """Name packages for posts that may see products."""
    return package_names(ids) if actor.may(permissions.VIEW) else {}


def package_address(package_id: int) -> str:
    """Return the page of a package."""
    return reverse("products:package-detail", args=[package_id])


def package_access(actor: Actor, package_id: int) -> Package:
    """Return the package; raises NotFound or Forbidden."""
    actor.require(permissions.VIEW)
    return access_package(package_id)
