"""Next best offers for programs: what to propose to a customer, and the offers of a reach (ANA-7)."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any

from pydantic import Field

from keyuan.analytics import permissions
from keyuan.analytics.models import Offer
from keyuan.analytics.rules.offers.terms import FAMILIES, REASONS
from keyuan.analytics.selectors.objections import objects
from keyuan.analytics.selectors.offers.reading import access_offer, offers_of
from keyuan.analytics.services.offers.answering import decline_offer, restore_offer, task_of_offer
from keyuan.analytics.views.offers.acting import accepted_title, reasons_shown, task_title
from keyuan.api.kit.caller import ApiRequest
from keyuan.api.kit.fields import Day, Moment, OneOf
from keyuan.api.kit.paging import Page, parameters_of, read_list
from keyuan.api.kit.resource import In, Out, Resource, RowId
from keyuan.customers.selectors import access_customer
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.platform import clock
from keyuan.platform.lists import lists

router = Resource("Next best offers")
OFFERS = lists["offers"]
ACCEPTED, REMIND, DECLINED = "ACCEPTED", "REMIND", "DECLINED"
ANSWERS = (ACCEPTED, REMIND, DECLINED)


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


class OfferAnswerIn(In):
    """What the customer said: accepted (a proposal is to be prepared), to be reminded later, or declined."""

    answer: Annotated[str, OneOf(ANSWERS, empty=False)]
    reason: Annotated[str, OneOf(REASONS)] = Field("", description="Why it was declined")
    until: Day | None = Field(None, description="Declined: the last day on which its kind is not offered")
    due_at: Moment | None = Field(
        None, description="To remind: when somebody talks to the customer; accepted: by when, tomorrow without it"
    )
    note: Annotated[str, Field(max_length=200)] = ""


class OfferAnsweredOut(Out):
    """What became of an answer: a rest of the kind of product, or a task for whoever serves the customer."""

    offer_id: int
    answer_id: int | None = Field(description="Of an offer that was declined; by it the answer is taken back")
    until: date | None
    task_id: int | None
    due_at: datetime | None


class OfferRestoredOut(Out):
    """An answer that was taken back: the kind of product may be offered again."""

    answer_id: int
    family: str


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


@router.post("/offers/{int:offer_id}/answer", permissions.OFFER_WORK, OfferAnsweredOut)
def answer_offer(request: ApiRequest, offer_id: RowId, body: OfferAnswerIn) -> Any:
    """Keep what the customer said. The same answer again changes nothing: there is one rest, and one open task."""
    if body.answer == DECLINED:
        return _declined(request.actor, offer_id, body)
    now = clock.now()
    if body.answer == REMIND and body.due_at is None:
        raise Refused("offer.due", field="due_at")
    due_at = body.due_at or now + timedelta(days=1)
    if due_at <= now:
        raise Refused("offer.due", field="due_at")
    offer = access_offer(request.actor, offer_id, now=now)
    title = accepted_title(offer.family) if body.answer == ACCEPTED else task_title(offer.family)
    reason = body.note or "；".join(reasons_shown(request.actor, offer))
    task = task_of_offer(
        actor=request.actor, offer_id=offer.pk, title=title, reason=reason, due_at=due_at, now=now
    )  # fmt: skip
    return {"offer_id": offer.pk, "answer_id": None, "until": None, "task_id": task.pk, "due_at": task.due_at}


def _declined(actor: Actor, offer_id: int, body: OfferAnswerIn) -> dict[str, Any]:
    today = clock.today()
    if body.until is None or body.until <= today:
        raise Refused("offer.until", field="until")
    made = decline_offer(
        actor=actor, offer_id=offer_id, reason=body.reason, until=body.until, today=today, now=clock.now(),
        note=body.note,
    )  # fmt: skip
    return {"offer_id": offer_id, "answer_id": made.pk, "until": made.until, "task_id": None, "due_at": None}


@router.post("/offers/answers/{int:offer_answer_id}/restore", permissions.OFFER_WORK, OfferRestoredOut)
def restore_declined_offer(request: ApiRequest, offer_answer_id: RowId) -> Any:
    """Take an answer back: its kind may be offered again. A second time nothing changes."""
    made = restore_offer(actor=request.actor, answer_id=offer_answer_id, today=clock.today(), now=clock.now())
    return {"answer_id": made.pk, "family": made.family}


def _offer(actor: Actor, row: Offer) -> dict[str, Any]:
    plain = set(OfferOut.model_fields) - {"product", "reasons", "ways"}
    return {name: getattr(row, name) for name in plain} | {
        "product": row.product.name,
        "reasons": reasons_shown(actor, row),
        "ways": row.ways.split(),
    }
