"""The catalogue: list, look, enter, change (PRD-1)."""

from datetime import date
from typing import Annotated, Any

from pydantic import Field

from keyuan.api.kit.caller import ApiRequest
from keyuan.api.kit.fields import Day, Flag, OneOf
from keyuan.api.kit.paging import Page, parameters_of, read_list
from keyuan.api.kit.resource import LARGEST, In, Out, Resource, RowId
from keyuan.api.kit.tags import expected_version
from keyuan.platform import clock
from keyuan.platform.lists import lists
from keyuan.products import permissions
from keyuan.products.models import Product
from keyuan.products.selectors import access_product, benefits_of, clauses_of
from keyuan.products.selectors.labels import CHANNELS, DESIGNS, FAMILIES, KINDS, NEEDS, PAY_MODES
from keyuan.products.services.catalogue import save_product

router = Resource("Products")
LIST = lists["products"]
Age = Annotated[int, Field(ge=0, le=120, strict=True)]
Days = Annotated[int, Field(ge=0, le=365, strict=True)]
Grade = Annotated[int, Field(ge=1, le=5, strict=True)]
Amount = Annotated[int, Field(ge=0, le=LARGEST, strict=True)]
Text30 = Annotated[str, Field(min_length=1, max_length=30)]
Text80 = Annotated[str, Field(min_length=1, max_length=80)]
EXAMPLE = {"code": "L2026", "name": "守护一生终身寿险", "kind": "LIFE", "pay_modes": ["01", "05"]}


class ProductRow(Out):
    """A product. Ages in years, periods in days."""

    id: int
    code: str
    name: str
    short_name: str
    kind: str
    is_rider: bool
    is_group: bool
    is_long_term: bool
    sale_status: str
    sale_from: date | None
    sale_until: date | None
    waiting_days: int
    cooling_off_days: int
    seller_rank: int


class ProductBenefitOut(Out):
    """What is paid, when; ``amount_bp`` in basis points of the sum insured."""

    code: str
    name: str
    condition: str
    amount_bp: int | None


class ClauseOut(Out):
    """A version of the clauses."""

    version_label: str
    filing_no: str
    valid_from: date
    valid_until: date | None
    text: str


class ProductOut(ProductRow):
    """A product with its terms, benefits and clauses."""

    version: int
    design: str
    issue_age_min: int | None
    issue_age_max: int | None
    pay_modes: list[str]
    grace_days: int
    renewal_window_days: int
    exclusions: str
    sales_channels: list[str]
    regions: list[str]
    family: str
    need_tags: list[str]
    sum_min: int | None
    sum_max: int | None
    complexity: int
    benefits: list[ProductBenefitOut]
    clauses: list[ClauseOut]


class ProductChange(In):
    """Fields to change; what is left out stays as it is."""

    name: Annotated[str, Field(max_length=80)] = ""
    short_name: Annotated[str, Field(max_length=40)] = ""
    kind: Annotated[str, OneOf(KINDS, empty=False)] = "OTHER"
    is_rider: Flag = False
    is_group: Flag = False
    is_long_term: Flag = False
    design: Annotated[str, OneOf(DESIGNS)] = ""
    family: Annotated[str, OneOf(FAMILIES, empty=False)] = "COMMON"
    need_tags: Annotated[list[Annotated[str, OneOf(NEEDS, empty=False)]], Field(max_length=12)] = []
    sum_min: Amount | None = None
    sum_max: Amount | None = None
    issue_age_min: Age | None = None
    issue_age_max: Age | None = None
    pay_modes: Annotated[list[Annotated[str, OneOf(PAY_MODES, empty=False)]], Field(max_length=10)] = []
    waiting_days: Annotated[int, Field(ge=0, le=3650, strict=True)] = 0
    cooling_off_days: Days = 15
    grace_days: Days = 60
    renewal_window_days: Days = 40
    exclusions: Annotated[str, Field(max_length=20_000)] = ""
    sale_from: Day | None = None
    sale_until: Day | None = None
    sales_channels: Annotated[list[Annotated[str, OneOf(CHANNELS, empty=False)]], Field(max_length=10)] = []
    complexity: Grade = 1
    seller_rank: Grade = 1


class ProductIn(ProductChange):
    """A new product; the code is set once."""

    code: Text30
    name: Text80
    kind: Annotated[str, OneOf(KINDS, empty=False)]


def product_out(request: ApiRequest, product: Product) -> dict[str, Any]:
    """Return a product with its parts and its version."""
    request.record_version = product.version
    parts = {"benefits": list(benefits_of(product)), "clauses": list(clauses_of(product))}
    return {name: getattr(product, name) for name in ProductOut.model_fields if name not in parts} | parts


@router.get("/products", permissions.VIEW, Page[ProductRow], parameters=parameters_of(LIST))
def list_products(request: ApiRequest) -> Any:
    """List the catalogue."""
    found = read_list(request, LIST)
    return {"rows": list(found.records), **found.more}


@router.get("/products/{int:product_id}", permissions.VIEW, ProductOut, tagged=True)
def get_product(request: ApiRequest, product_id: RowId) -> Any:
    """Get a product with its benefits and clauses."""
    return product_out(request, access_product(product_id))


@router.post("/products", permissions.EDIT, ProductOut, tagged=True, example=EXAMPLE)
def create_product(request: ApiRequest, body: ProductIn) -> Any:
    """Enter a product as a draft; `POST /products/{id}/sale-requests` asks to put it on sale."""
    return product_out(request, save_product(actor=request.actor, fields=body.model_dump(), now=clock.now()))


@router.patch("/products/{int:product_id}", permissions.EDIT, ProductOut, tagged=True)
def change_product(request: ApiRequest, product_id: RowId, body: ProductChange) -> Any:
    """Change some fields of a product that is not on sale."""
    product = access_product(product_id)
    version = expected_version(request, product.version)
    kept = {name: getattr(product, name) for name in ProductChange.model_fields}
    fields = kept | body.model_dump(exclude_unset=True)
    saved = save_product(actor=request.actor, fields=fields, now=clock.now(), product_id=product_id, version=version)
    return product_out(request, saved)
