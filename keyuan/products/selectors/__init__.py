"""Reads of the catalogue; every member of staff who may see products sees all of them."""

from django.db.models import QuerySet

from keyuan.kernel.errors import NotFound
from keyuan.products.models import Product, ProductBenefit, ProductClause


def access_product(product_id: int) -> Product:
    """Return one product; raises `NotFound`."""
    product = Product.objects.filter(pk=product_id).first()
    if product is None:
        raise NotFound("product.not_found")
    return product


def products_on_sale(kind: str = "") -> QuerySet[Product]:
    """Return what can be sold now, main covers and riders, by code."""
    products = Product.objects.filter(sale_status=Product.SaleStatus.ON_SALE)
    return (products.filter(kind=kind) if kind else products).order_by("code")


def every_product() -> QuerySet[Product]:
    """Return the whole catalogue."""
    return Product.objects.all()


def benefits_of(product: Product) -> QuerySet[ProductBenefit]:
    """Return the benefits in the order of the clauses."""
    return ProductBenefit.objects.filter(product=product).order_by("position", "pk")


def clauses_of(product: Product) -> QuerySet[ProductClause]:
    """Return the versions of the clauses, newest first."""
    return ProductClause.objects.filter(product=product).order_by("-valid_from", "-pk")


def product_names(ids: list[int]) -> dict[int, str]:
    """Return the names of products by id."""
    return dict(Product.objects.filter(pk__in=ids).values_list("pk", "name"))
