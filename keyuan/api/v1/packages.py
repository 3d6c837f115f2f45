"""Packages: list, look, price, put together, change, release, stop (PRD-3)."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any

from pydantic import Field

from keyuan.api.kit.caller import ApiRequest
from keyuan.api.kit.fields import Day, Flag, OneOf
from keyuan.api.kit.paging import Page, parameters_of, read_list
from keyuan.api.kit.resource import Id, In, Out, Resource, RowId
from keyuan.api.kit.tags import expected_version
from keyuan.api.v1.applications import Version
from keyuan.api.v1.catalogue import Amount, PremiumIn, PremiumOut, Term, wish_of
from keyuan.platform import clock
from keyuan.platform.lists import lists
from keyuan.products import permissions
from keyuan.products.forms.packages import PLACES
from keyuan.products.models import Package, PackageItem
from keyuan.products.selectors import access_package
from keyuan.products.selectors.labels import AUDIENCES
from keyuan.products.selectors.pricing import items_of, quote_package
from keyuan.products.services.packages import (
    DEEPEST_BP,
    FEWEST,
    FIELDS,
    ItemDraft,
    release_package,
    save_package,
    stop_package,
)

router = Resource("Products")
LIST = lists["packages"]
ACTS = ("release", "stop")
ITEM = ("product_id", "sum_insured", "cover_term", "pay_term", "plan")


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


class PackageItemIn(In):
    """A product of a package, with its sum in minor units and its terms as tokens."""

    product_id: Id
    sum_insured: Amount | None = None
    cover_term: Term = ""
    pay_term: Term = ""
    plan: Annotated[str, Field(max_length=20)] = ""


#: As many as the page holds, so that whoever changes the package there loses none.
Items = Annotated[list[PackageItemIn], Field(min_length=FEWEST, max_length=PLACES)]


class PackageChange(In):
    """Fields to change; what is left out stays as it is, and ``items`` replaces all products."""

    name: Annotated[str, Field(max_length=80)] = ""
    audience: Annotated[str, OneOf(AUDIENCES, empty=False)] = "ANY"
    is_tailored: Flag = False
    description: Annotated[str, Field(max_length=2_000)] = ""
    discount_bp: Annotated[int, Field(ge=0, le=DEEPEST_BP, strict=True)] = 0
    sale_from: Day | None = None
    sale_until: Day | None = None
    items: Items | None = None


class PackageIn(PackageChange):
    """A new package; the code is set once."""

    code: Annotated[str, Field(min_length=1, max_length=30)]
    name: Annotated[str, Field(min_length=1, max_length=80)]
    items: Items


class PackageActIn(In):
    """Put a package of another person on sale, or stop its sale with a reason; ``version`` is the one that was read."""

    act: Annotated[str, OneOf(ACTS, empty=False)]
    version: Version
    reason: Annotated[str, Field(max_length=200)] = ""


def _drafts(items: Iterable[PackageItemIn | PackageItem]) -> tuple[ItemDraft, ...]:
    return tuple(ItemDraft(**{name: getattr(item, name) for name in ITEM}) for item in items)


def package_out(request: ApiRequest, package: Package) -> dict[str, Any]:
    """Return a package with its products and its version."""
    request.record_version = package.version
    rows = [{name: getattr(item, name) for name in ITEM} | {"name": item.product.name} for item in items_of(package)]
    return {name: getattr(package, name) for name in PackageOut.model_fields if name != "items"} | {"items": rows}


@router.get("/packages", permissions.VIEW, Page[PackageRow], parameters=parameters_of(LIST))
def list_packages(request: ApiRequest) -> Any:
    """List packages."""
    found = read_list(request, LIST)
    return {"rows": list(found.records), **found.more}


@router.get("/packages/{int:package_id}", permissions.VIEW, PackageOut, tagged=True)
def get_package(request: ApiRequest, package_id: RowId) -> Any:
    """Get a package with its products."""
    return package_out(request, access_package(package_id))


@router.post("/packages", permissions.EDIT, PackageOut, tagged=True)
def create_package(request: ApiRequest, body: PackageIn) -> Any:
    """Put a package together as a draft; another person releases it."""
    fields = {name: getattr(body, name) for name in (*FIELDS, "code")}
    saved = save_package(actor=request.actor, fields=fields, items=_drafts(body.items), now=clock.now())
    return package_out(request, saved)


@router.patch("/packages/{int:package_id}", permissions.EDIT, PackageOut, tagged=True)
def change_package(request: ApiRequest, package_id: RowId, body: PackageChange) -> Any:
    """Change some fields, or all products, of a package that is not on sale."""
    package = access_package(package_id)
    version = expected_version(request, package.version)
    kept = {name: getattr(package, name) for name in FIELDS}
    saved = save_package(
        actor=request.actor, fields=kept | body.model_dump(exclude_unset=True, exclude={"items"}),
        items=_drafts(items_of(package) if body.items is None else body.items), now=clock.now(),
        package_id=package.pk, version=version,
    )  # fmt: skip
    return package_out(request, saved)


@router.post("/packages/{int:package_id}/acts", permissions.VIEW, PackageOut, status=200, tagged=True)
def act_on_package(request: ApiRequest, package_id: RowId, body: PackageActIn) -> Any:
    """Put a package of another person on sale, or stop its sale; each asks for its own permission."""
    access_package(package_id)
    who: dict[str, Any] = {
        "actor": request.actor,
        "package_id": package_id,
        "version": body.version,
        "now": clock.now(),
    }
    saved = release_package(**who) if body.act == "release" else stop_package(reason=body.reason, **who)
    return package_out(request, saved)


@router.post("/packages/{int:package_id}/premium", permissions.VIEW, PackagePriceOut, status=200, reads=True)
def calculate_package(request: ApiRequest, package_id: RowId, body: PremiumIn) -> Any:
    """Calculate the one price of a package."""
    request.actor.require(permissions.VIEW)
    found = quote_package(access_package(package_id), wish_of(body), on=body.on or clock.today())
    return {
        "price": found.price,
        "full": found.full,
        "parts": [one for _item, one, _share in found.parts],
        "shares": [share for _item, _one, share in found.parts],
    }
