"""What the catalogue hangs into the platform: list, navigation, subject kind, words."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from keyuan.kernel.actor import Actor
from keyuan.platform.lists import lists
from keyuan.platform.navigation import NavItem, nav_items
from keyuan.platform.subjects import SubjectKind, subject_kinds
from keyuan.platform.wording import add_sentences
from keyuan.products import permissions
from keyuan.products.models import Product
from keyuan.products.selectors import access_product, product_names
from keyuan.products.views.lists import ProductList
from keyuan.products.views.wording import SENTENCES


def register() -> None:
    """Fill the registries; called once when Django is ready."""
    add_sentences(SENTENCES)
    lists.add(ProductList())
    nav_items.add(
        NavItem("products", _("Products"), "products:product-list", "book", permissions.VIEW, group="support", order=20)
    )
    subject_kinds.add(SubjectKind("product", _("Product"), labels, address, access))


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
