"""Reads of the catalogue; every member of staff who may see products sees all of them."""

from django.db.models import QuerySet

from keyuan.kernel.errors import NotFound
from keyuan.products.models import Product


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
