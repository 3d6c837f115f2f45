"""Offers in a copy of a person's data, and out of the book with the person (PIPL 45, 47)."""

from collections.abc import Mapping
from datetime import datetime

from keyuan.analytics.models import Offer, OfferAnswer, OfferSpell
from keyuan.platform.privacy import Table

OFFERED = ("family", "place", "probability", "premium", "reasons", "written_on")
ANSWERED = ("family", "reason", "note", "until", "made_at", "undone_at")


def collect(customer_id: int) -> Mapping[str, Table]:
    """Return what was to be proposed to a customer, and what they said to it."""
    offers = Offer.objects.filter(customer_id=customer_id).order_by("place")
    answers = OfferAnswer.objects.filter(customer_id=customer_id).order_by("pk")
    return {
        "offers": [dict(row) for row in offers.values(*OFFERED)],
        "offer_answers": [dict(row) for row in answers.values(*ANSWERED)],
    }


def erase(customer_id: int, _whole: bool, _now: datetime) -> Mapping[str, int]:
    """Take out offers, spells and answers: nothing obliges to keep them."""
    found = {}
    for name, model in (("offer", Offer), ("offer_spell", OfferSpell), ("offer_answer", OfferAnswer)):
        found[name], _by_table = model._default_manager.filter(customer_id=customer_id).delete()
    return found
