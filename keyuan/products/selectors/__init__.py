"""Reads of the catalogue; every member of staff who may see products sees all of them."""

from datetime import date

from django.db.models import QuerySet

from keyuan.kernel.errors import NotFound
from keyuan.products.models import (
    Package,
    Product,
    ProductBenefit,
    ProductClause,
    ProductQuestion,
    ProductVersion,
)


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


def questions_of(product: Product, *, only_active: bool = True) -> QuerySet[ProductQuestion]:
    """Return what an application for the product asks, in order."""
    questions = ProductQuestion.objects.filter(product=product)
    return (questions.filter(is_active=True) if only_active else questions).order_by("position", "pk")


def versions_of(product: Product) -> QuerySet[ProductVersion]:
    """Return what the product was, newest first."""
    return ProductVersion.objects.filter(product=product).order_by("-number")


def papers_on(product: Product, day: date) -> list[ProductClause]:
    """Return the papers in force on a day."""
    papers = ProductClause.objects.filter(product=product, valid_from__lte=day).order_by("kind", "-valid_from", "-pk")
    return [paper for paper in papers if paper.valid_until is None or paper.valid_until >= day]


def access_clause(clause_id: int) -> ProductClause:
    """Return one paper; raises `NotFound`."""
    clause = ProductClause.objects.filter(pk=clause_id).select_related("product").first()
    if clause is None:
        raise NotFound("product.part_not_found")
    return clause


def clause_names(ids: list[int]) -> dict[int, str]:
    """Return papers by id as product and version."""
    rows = ProductClause.objects.filter(pk__in=ids).values_list("pk", "product__name", "version_label")
    return {pk: f"{name} {version}" for pk, name, version in rows}


def every_package() -> QuerySet[Package]:
    """Return all packages."""
    return Package.objects.all()


def access_package(package_id: int) -> Package:
    """Return one package; raises `NotFound`."""
    package = Package.objects.filter(pk=package_id).first()
    if package is None:
        raise NotFound("package.not_found")
    return package


def package_names(ids: list[int]) -> dict[int, str]:
    """Return the names of packages by id."""
    return dict(Package.objects.filter(pk__in=ids).values_list("pk", "name"))
