"""What the rules of sale look at (PRD-1)."""

from datetime import date

from django.db.models import Q, QuerySet

from keyuan.kernel.errors import NotFound, Refused
from keyuan.organisation.models import Agent, Licence, Unit
from keyuan.products.models import Product, ProductBenefit, ProductClause, RateTable, SaleRequest
from keyuan.products.rules.sale import Dossier, SaleTerms, Seller, sale_refusals

#: Kinds whose subject is a thing, not a person.
PROPERTY_KINDS = frozenset({"MOTOR", "PROPERTY", "OTHER"})


def dossier_of(product_id: int) -> Dossier:
    """Return what stands in the catalogue about a product. Raises `NotFound`."""
    product = Product.objects.filter(pk=product_id).first()
    if product is None:
        raise NotFound("product.not_found")
    tables = RateTable.objects.filter(product=product, kind="PREMIUM", status=RateTable.Status.RELEASED)
    return Dossier(
        benefits=ProductBenefit.objects.filter(product=product).count(),
        documents=ProductClause.objects.filter(product=product, kind="CLAUSE").count(),
        channels=len(product.sales_channels),
        has_ages=product.issue_age_min is not None and product.issue_age_max is not None,
        has_rates=tables.exists(),
        covers_persons=product.kind not in PROPERTY_KINDS,
    )


def terms_of_sale(product: Product) -> SaleTerms:
    """Return where, when and by whom a product may be sold."""
    return SaleTerms(
        status=product.sale_status,
        sale_from=product.sale_from,
        sale_until=product.sale_until,
        channels=tuple(product.sales_channels),
        regions=tuple(product.regions),
        seller_rank=product.seller_rank,
    )


def seller_of(agent_id: int | None, channel: str, on: date) -> Seller:
    """Return the seller as the rules see one: grade, registration in force on the day, region of the unit."""
    agent = Agent.objects.filter(pk=agent_id).first() if agent_id else None
    if agent is None:
        return Seller(channel, "", None, licensed=False)
    registered = Licence.objects.filter(agent=agent, valid_from__lte=on).filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=on)
    )
    branch = Unit.objects.filter(pk=agent.branch_id or agent.unit_id).first()
    licensed = agent.status == Agent.Status.ACTIVE and registered.exists()
    region = branch.region_code if branch else ""
    return Seller(channel or agent.sales_channel, region, agent.seller_rank, licensed=licensed)


def refusals_for(product: Product, seller: Seller, on: date) -> list[Refused]:
    """Return everything that forbids this seller to sell this product on this day."""
    return sale_refusals(terms_of_sale(product), seller, on)


def requests_of(product: Product) -> QuerySet[SaleRequest]:
    """Return the requests about a product, newest first."""
    return SaleRequest.objects.filter(product=product).order_by("-pk")


def open_request_of(product: Product) -> SaleRequest | None:
    """Return the request that waits for a decision."""
    return SaleRequest.objects.filter(product=product, state=SaleRequest.State.ASKED).first()


def every_request() -> QuerySet[SaleRequest]:
    """Return the requests about all products."""
    return SaleRequest.objects.select_related("product")


def access_request(request_id: int) -> SaleRequest:
    """Return one request with its product. Raises `NotFound`."""
    request = every_request().filter(pk=request_id).first()
    if request is None:
        raise NotFound("product.request_not_found")
    return request
