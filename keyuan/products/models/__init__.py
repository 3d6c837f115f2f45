"""Tables of the catalogue."""

from keyuan.products.models.history import ProductVersion, SaleRequest
from keyuan.products.models.package import Package, PackageItem
from keyuan.products.models.product import Product, ProductBenefit, ProductClause
from keyuan.products.models.question import ProductQuestion
from keyuan.products.models.rate import RateRow, RateTable

__all__ = [
    "Package",
    "PackageItem",
    "Product",
    "ProductBenefit",
    "ProductClause",
    "ProductQuestion",
    "ProductVersion",
    "RateRow",
    "RateTable",
    "SaleRequest",
]
