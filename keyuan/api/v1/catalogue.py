"""The catalogue's inner parts: questions, rate tables, premiums, requests for sale, packages (PRD-1 to PRD-3)."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from keyuan.api.kit.caller import ApiRequest
from keyuan.api.kit.fields import Day, OneOf
from keyuan.api.kit.paging import Page, parameters_of, read_list
from keyuan.api.kit.resource import LARGEST, In, Out, Resource, RowId
from keyuan.platform import clock
from keyuan.platform.lists import lists
from keyuan.products import permissions
from keyuan.products.models import Package
from keyuan.products.selectors import access_package, access_product, questions_of
from keyuan.products.selectors.labels import PAY_MODES, SEXES
from keyuan.products.selectors.pricing import Wish, items_of, quote, quote_package, tables_of
from keyuan.products.services.sale import ask_sale, decide_sale

router = Resource("Products")
REQUESTS, PACKAGES = lists["sale-requests"], lists["packages"]
Amount = Annotated[int, Field(ge=0, le=LARGEST, strict=True)]
Term = Annotated[str, Field(max_length=4, pattern=r"^([YMDWA][1-9][0-9]{0,2}|[OSN])?$")]


class QuestionOut(Out):
    """What an application asks; ``adverse`` answers need underwriting."""

    id: int
    code: str
    section: str
    text: str
    kind: str
    options: list[str]
    adverse: list[str]
    low: int | None
    high: int | None
    asks_detail: bool
    sex: str


class Questions(Out):
    """All questions of a product, in order."""

    rows: list[QuestionOut]


class RateTableOut(Out):
    """A rate table; the released one that began last prices."""

    id: int
    kind: str
    label: str
    status: str
    valid_from: date
    basis: str
    base: int = Field(description="Minor units for which a rate holds")
    dimensions: list[str]
    row_count: int


class RateTables(Out):
    """The rate tables of a product, newest first, at most 100."""

    rows: list[RateTableOut]


class PremiumIn(In):
    """For whom and what. Terms are tokens: Y20, A60 (to age), O (whole life), S (single)."""

    on: Day | None = None
    age: Annotated[int, Field(ge=0, le=120, strict=True)] | None = None
    sex: Annotated[str, OneOf(SEXES)] = ""
    sum_insured: Amount = 0
    cover_term: Term = ""
    pay_term: Term = ""
    pay_mode: Annotated[str, OneOf(PAY_MODES, empty=False)] = "05"
    occupation: Annotated[str, Field(max_length=1)] = ""
    plan: Annotated[str, Field(max_length=20)] = ""


class PremiumOut(Out):
    """A premium in minor units, and the table and row it rests on."""

    product_id: int
    premium: int
    annual: int
    sum_insured: int
    table_id: int
    table: str
    valid_from: date
    row_no: int
    rate: int = Field(description="Millionths of a yuan")
    basis: str
    base: int
    factor_bp: int


class SaleRequestOut(Out):
    """A wish about a product's sale."""

    id: int
    product_id: int
    kind: str
    state: str
    reason: str
    asked_by_name: str
    asked_at: datetime
    decided_by_name: str
    decided_at: datetime | None
    note: str


class SaleRequestIn(In):
    """Ask to put a product on sale; ``version`` is the one that was read."""

    version: Annotated[int, Field(ge=1, le=2**31 - 1, strict=True)]
    reason: Annotated[str, Field(min_length=1, max_length=200)]


class CatalogueDecisionIn(In):
    """Approve or refuse; a refusal says why."""

    act: Annotated[str, OneOf(("approve", "refuse"), empty=False)]
    note: Annotated[str, Field(max_length=200)] = ""


class PackageRow(Out):
    """A package."""

    id: int
    code: str
    name: str
    audience: str
    is_tailored: bool
    discount_bp: int
    sale_status: str
    sale_from: date | None
    sale_until: date | None


class PackageItemOut(Out):
    """A product of a package."""

    product_id: int
    name: str
    sum_insured: int | None
    cover_term: str
    pay_term: str
    plan: str


class PackageOut(PackageRow):
    """A package with its products."""

    version: int
    description: str
    items: list[PackageItemOut]


class PackagePriceOut(Out):
    """One price in minor units, and how it falls to the parts."""

    price: int
    full: int
    parts: list[PremiumOut]
    shares: list[int]


def _wish(body: PremiumIn) -> Wish:
    return Wish(**{name: value for name, value in body.model_dump().items() if name != "on"})


@router.get("/products/{int:product_id}/questions", permissions.VIEW, Questions)
def list_product_questions(request: ApiRequest, product_id: RowId) -> Any:
    """List what an application for the product asks."""
    request.actor.require(permissions.VIEW)
    return {"rows": list(questions_of(access_product(product_id)))}


@router.get("/products/{int:product_id}/rate-tables", permissions.VIEW, RateTables)
def list_rate_tables(request: ApiRequest, product_id: RowId) -> Any:
    """List the rate tables of a product."""
    request.actor.require(permissions.VIEW)
    return {"rows": tables_of(access_product(product_id))}


@router.post("/products/{int:product_id}/premium", permissions.VIEW, PremiumOut, status=200, reads=True)
def calculate_premium(request: ApiRequest, product_id: RowId, body: PremiumIn) -> Any:
    """Calculate an exact premium, naming table and row."""
    request.actor.require(permissions.VIEW)
    return quote(access_product(product_id), _wish(body), on=body.on or clock.today())


@router.post("/products/{int:product_id}/sale-requests", permissions.EDIT, SaleRequestOut)
def ask_for_sale(request: ApiRequest, product_id: RowId, body: SaleRequestIn) -> Any:
    """Ask that a product be put on sale; another person decides."""
    product = access_product(product_id)
    return ask_sale(actor=request.actor, product_id=product.pk, now=clock.now(), **body.model_dump())


@router.get("/sale-requests", permissions.VIEW, Page[SaleRequestOut], parameters=parameters_of(REQUESTS))
def list_sale_requests(request: ApiRequest) -> Any:
    """List the requests about the sale of products."""
    found = read_list(request, REQUESTS)
    return {"rows": list(found.records), **found.more}


@router.post("/sale-requests/{int:sale_request_id}/decision", permissions.APPROVE, SaleRequestOut, status=200)
def decide_sale_request(request: ApiRequest, sale_request_id: RowId, body: CatalogueDecisionIn) -> Any:
    """Approve or refuse a request of another person."""
    return decide_sale(
        actor=request.actor,
        request_id=sale_request_id,
        approve=body.act == "approve",
        note=body.note,
        now=clock.now(),
    )


def _package(package: Package) -> dict[str, Any]:
    rows = [
        {name: getattr(item, name) for name in ("product_id", "sum_insured", "cover_term", "pay_term", "plan")}
        | {"name": item.product.name}
        for item in items_of(package)
    ]
    return {name: getattr(package, name) for name in PackageOut.model_fields if name != "items"} | {"items": rows}


@router.get("/packages", permissions.VIEW, Page[PackageRow], parameters=parameters_of(PACKAGES))
def list_packages(request: ApiRequest) -> Any:
    """List packages."""
    found = read_list(request, PACKAGES)
    return {"rows": list(found.records), **found.more}


@router.get("/packages/{int:package_id}", permissions.VIEW, PackageOut, tagged=True)
def get_package(request: ApiRequest, package_id: RowId) -> Any:
    """Get a package with its products."""
    package = access_package(package_id)
    request.record_version = package.version
    return _package(package)


@router.post("/packages/{int:package_id}/premium", permissions.VIEW, PackagePriceOut, status=200, reads=True)
def calculate_package(request: ApiRequest, package_id: RowId, body: PremiumIn) -> Any:
    """Calculate the one price of a package."""
    request.actor.require(permissions.VIEW)
    found = quote_package(access_package(package_id), _wish(body), on=body.on or clock.today())
    return {
        "price": found.price,
        "full": found.full,
        "parts": [one for _item, one, _share in found.parts],
        "shares": [share for _item, _one, share in found.parts],
    }
