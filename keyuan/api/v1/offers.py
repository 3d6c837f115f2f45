"""Next best offers for programs: what to propose to a customer, and the offers of a reach (ANA-7)."""

from datetime import date
from typing import Any

from pydantic import Field

from keyuan.analytics import permissions
from keyuan.analytics.models import Offer
from keyuan.analytics.rules.offers.terms import FAMILIES
from keyuan.analytics.selectors.objections import objects
from keyuan.analytics.selectors.offers.reading import offers_of
from keyuan.analytics.views.offers.acting import reasons_shown
from keyuan.api.kit.caller import ApiRequest
from keyuan.api.kit.paging import Page, parameters_of, read_list
from keyuan.api.kit.resource import Out, Resource, RowId
from keyuan.customers.selectors import access_customer
from keyuan.kernel.actor import Actor
from keyuan.platform import clock
from keyuan.platform.lists import lists

router = Resource("Next best offers")
OFFERS = lists["offers"]


class OfferOut(Out):
    """An offer; amounts in minor units of CNY, probabilities in basis points."""

    id: int
    customer_id: int
    family: str = Field(description=", ".join(FAMILIES))
    product_id: int
    product: str
    place: int = Field(description="1: to be proposed first")
    probability: int = Field(description="Of buying within half a year; 0 without a model")
    average: int = Field(description="Of the customers to whom it could be sold")
    premium: int = Field(description="Usual premium of a year")
    value: int = Field(description="Expected margin")
    reasons: list[str] = Field(description="In the caller's language, the strongest first")
    block: str = Field(description="Why the customer is not to be approached now; empty: may be approached")
    ways: list[str] = Field(description="Channels by which the customer may be approached")
    is_paused: bool = Field(description="The customer is not interested at present")
    model_number: int = Field(description="Version of the model; 0 without one")
    written_on: date


class OffersOut(Out):
    """What to propose to a customer; none to one who objects to decisions by programs."""

    objects: bool
    offers: list[OfferOut]


@router.get("/customers/{int:customer_id}/offers", permissions.OFFERS, OffersOut)
def get_customer_offers(request: ApiRequest, customer_id: RowId) -> Any:
    """Get the offers to a customer, the first to propose first."""
    access_customer(request.actor, customer_id, now=clock.now())
    objecting = objects(customer_id)
    rows = [] if objecting else offers_of(customer_id)
    return {"objects": objecting, "offers": [_offer(request.actor, row) for row in rows]}


@router.get("/offers", permissions.OFFERS, Page[OfferOut], parameters=parameters_of(OFFERS))
def list_offers(request: ApiRequest) -> Any:
    """List the offers in reach, the dearest first."""
    found = read_list(request, OFFERS)
    return {"rows": [_offer(request.actor, row) for row in found.records], **found.more}


def _offer(actor: Actor, row: Offer) -> dict[str, Any]:
    plain = set(OfferOut.model_fields) - {"product", "reasons", "ways"}
    return {name: getattr(row, name) for name in plain} | {
        "product": row.product.name,
        "reasons": reasons_shown(actor, row),
        "ways": row.ways.split(),
    }
