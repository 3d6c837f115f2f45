"""The catalogue's inner parts: questions, premiums, requests for sale (PRD-1, PRD-2)."""

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
from keyuan.products.selectors import access_product, questions_of
from keyuan.products.selectors.labels import PAY_MODES, SEXES
from keyuan.products.selectors.pricing import Wish, quote
from keyuan.products.services.sale import ask_sale, decide_sale

router = Resource("Products")
REQUESTS = lists["sale-requests"]
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


def wish_of(body: PremiumIn) -> Wish:
    """Return what is to be priced."""
    return Wish(**{name: value for name, value in body.model_dump().items() if name != "on"})


@router.get("/products/{int:product_id}/questions", permissions.VIEW, Questions)
def list_product_questions(request: ApiRequest, product_id: RowId) -> Any:
    """List what an application for the product asks."""
    request.actor.require(permissions.VIEW)
    return {"rows": list(questions_of(access_product(product_id)))}


@router.post("/products/{int:product_id}/premium", permissions.VIEW, PremiumOut, status=200, reads=True)
def calculate_premium(request: ApiRequest, product_id: RowId, body: PremiumIn) -> Any:
    """Calculate an exact premium, naming table and row."""
    request.actor.require(permissions.VIEW)
    return quote(access_product(product_id), wish_of(body), on=body.on or clock.today())


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
