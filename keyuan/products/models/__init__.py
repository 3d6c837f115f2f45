"""Tables of the catalogue."""

from keyuan.products.models.product import Product, ProductBenefit, ProductClause

__all__ = ["Product", "ProductBenefit", "ProductClause"]
