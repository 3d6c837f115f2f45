"""Rate tables: list, read one in as a draft with findings, release by another person, withdraw (PRD-2)."""

from datetime import date, datetime
from typing import Annotated, Any

from ninja import File, Query
from ninja.files import UploadedFile
from pydantic import Field

from keyuan.api.kit.caller import ApiRequest
from keyuan.api.kit.fields import Day, OneOf
from keyuan.api.kit.resource import LARGEST, In, Out, Resource, RowId
from keyuan.api.v1.applications import Version
from keyuan.kernel.errors import Refused
from keyuan.platform import clock
from keyuan.platform.wording import say
from keyuan.products import permissions
from keyuan.products.forms.rates import FACTORS
from keyuan.products.models import RateTable
from keyuan.products.selectors import access_product
from keyuan.products.selectors.labels import RATE_BASES, RATE_KINDS
from keyuan.products.selectors.pricing import access_table, tables_of
from keyuan.products.services.rates import RateDraft, load_rates, release_table, withdraw_table

router = Resource("Products")
ACTS = ("release", "withdraw")
Spreadsheet = Annotated[UploadedFile, File(description="CSV or XLSX, at most 20 MB; a rate a row")]
Factor = Annotated[int, Field(ge=1, le=20_000, description="Share of the yearly premium in basis points")]


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


class RateFinding(Out):
    """What was found in a table: an `error` keeps it from being released, a `warning` asks for a look."""

    level: str
    code: str
    text: str


class RateTableWhole(RateTableOut):
    """A rate table with what was found in it; `errors` counts also those that are not listed."""

    version: int
    product_id: int
    factors: dict[str, int]
    errors: int
    findings: list[RateFinding]
    file_name: str
    made_by_name: str
    made_at: datetime
    released_by_name: str
    released_at: datetime | None


class RateTableIn(In):
    """What is said about a table besides its rows."""

    label: Annotated[str, Field(min_length=1, max_length=60)]
    valid_from: Day
    kind: Annotated[str, OneOf(RATE_KINDS, empty=False)] = "PREMIUM"
    basis: Annotated[str, OneOf(RATE_BASES, empty=False)] = "SUM"
    base: Annotated[int, Field(ge=0, le=LARGEST, description="Minor units for which a rate holds")] = 100_000
    factor_02: Factor | None = None
    factor_03: Factor | None = None
    factor_04: Factor | None = None

    def draft(self) -> RateDraft:
        """Return what the service takes."""
        stated = {mode: getattr(self, f"factor_{mode}") for mode in FACTORS}
        factors = {mode: share for mode, share in stated.items() if share is not None}
        return RateDraft(self.label, self.valid_from, self.kind, self.basis, self.base, factors)


class RateTableActIn(In):
    """Release a draft of another person, or withdraw a table with a reason; ``version`` is the one that was read."""

    act: Annotated[str, OneOf(ACTS, empty=False)]
    version: Version
    reason: Annotated[str, Field(max_length=200)] = ""


def table_out(request: ApiRequest, table: RateTable) -> dict[str, Any]:
    """Return a table with its findings in words, and its version."""
    request.record_version = table.version
    own = {name: getattr(table, name) for name in RateTableWhole.model_fields if hasattr(table, name)}
    kept = table.findings.get("kept", [])
    return own | {
        "errors": table.findings.get("errors", 0),
        "findings": [
            {"level": one["level"], "code": one["code"], "text": say(Refused(one["code"], **one["params"]))}
            for one in kept
        ],
    }  # fmt: skip


@router.get("/products/{int:product_id}/rate-tables", permissions.VIEW, RateTables)
def list_rate_tables(request: ApiRequest, product_id: RowId) -> Any:
    """List the rate tables of a product."""
    request.actor.require(permissions.VIEW)
    return {"rows": tables_of(access_product(product_id))}


@router.post("/products/{int:product_id}/rate-tables", permissions.EDIT, RateTableWhole, tagged=True)
def read_in_rate_table(request: ApiRequest, product_id: RowId, file: Spreadsheet, terms: Query[RateTableIn]) -> Any:
    """Read a spreadsheet in as a draft, with what was found in it.

    Nobody is charged by a draft: another person releases it, once nothing in it is wrong.
    """
    product = access_product(product_id)
    table = load_rates(
        actor=request.actor, product_id=product.pk, draft=terms.draft(), file=file, name=file.name or "",
        now=clock.now(),
    )  # fmt: skip
    return table_out(request, table)


@router.get("/products/{int:product_id}/rate-tables/{int:table_id}", permissions.VIEW, RateTableWhole, tagged=True)
def get_rate_table(request: ApiRequest, product_id: RowId, table_id: RowId) -> Any:
    """Get a rate table with what was found in it."""
    request.actor.require(permissions.VIEW)
    return table_out(request, access_table(product_id, table_id))


@router.post(
    "/products/{int:product_id}/rate-tables/{int:table_id}/acts", permissions.VIEW, RateTableWhole, status=200,
    tagged=True,
)  # fmt: skip
def act_on_rate_table(request: ApiRequest, product_id: RowId, table_id: RowId, body: RateTableActIn) -> Any:
    """Release a table that another person read in, or withdraw one; each asks for its own permission."""
    access_table(product_id, table_id)
    who: dict[str, Any] = {"actor": request.actor, "table_id": table_id, "version": body.version, "now": clock.now()}
    table = release_table(**who) if body.act == "release" else withdraw_table(reason=body.reason, **who)
    return table_out(request, table)
