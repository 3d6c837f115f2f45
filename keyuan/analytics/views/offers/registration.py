"""What offers hang into the contexts below (ANA-7)."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from keyuan.analytics import permissions
from keyuan.analytics.forms.offers.words import LABEL, family_word
from keyuan.analytics.models import Offer
from keyuan.analytics.selectors.offers import segment_fields
from keyuan.analytics.selectors.offers.reading import access_offer, customer_of, offer_sources
from keyuan.analytics.services.offers import steps
from keyuan.analytics.services.offers.privacy import collect, erase
from keyuan.analytics.views.offers import explaining
from keyuan.analytics.views.offers.offer_list import OfferList
from keyuan.customers.extensions import MergeReference, Panel, merge_references, panels
from keyuan.kernel.actor import Actor
from keyuan.platform import clock
from keyuan.platform.help import add_help
from keyuan.platform.lists import lists
from keyuan.platform.navigation import NavItem, nav_items
from keyuan.platform.privacy import PrivacyPart, privacy_parts
from keyuan.platform.subjects import SubjectKind, subject_kinds
from keyuan.platform.wording import add_sentences

UPTAKE = _("Uptake of offers")
SENTENCES = {
    "offer.not_found": _("This offer does not stand any more. Open the customer to see the present ones."),
    "offer.reason": _("Choose why the customer does not want it."),
    "offer.due": _("Say when somebody talks to the customer: a moment to come."),
    "offer.until": _("Choose for how long it is not offered again."),
    "offer.paused_already": _("Somebody noted an answer meanwhile: not offered again until %(until)s."),
    "offer.resting": _("The customer is not interested at present."),
    "offer_terms.most": _("Offer between one and three things to a customer."),
    "offer_terms.depth": _("Take a part of the ranking above 0 and up to 100 per cent."),
    "offer_terms.least_lift": _("Type between 0 and 100 times the average."),
    "offer_terms.least_value": _("Type an amount of money from 0 on."),
    "offer_terms.held_back": _("Hold between 0 and 50 per cent back."),
    "offer_terms.counted_days": _("Let a purchase count within 7 to 365 days."),
    "offer_terms.refit_days": _("Fit models anew after 7 to 365 days."),
    "offer_terms.reason": _("Say why the terms change: the reason stays with the version."),
    "offer_terms.unchanged": _("Nothing was changed. Change a term, or leave the page."),
    "offer.blocked": _("The customer is not to be approached now."),
}
HELP = (
    (
        "analytics:offer-list",
        _(
            "What to propose to whom next, the highest expected margin first: how likely somebody buys, learnt from "
            "the book's own purchases, times what it would bring. Only what is on sale for the customer's age and "
            "channel, and suits. Whoever is not to be approached now stands in a view of their own, with the reason. "
            "One customer in ten is chosen for but not shown, so that the effect can be measured."
        ),
    ),
    (
        "analytics:offer-uptake",
        _(
            "Of the customers to whom something was offered, how many had a proposal of it and bought it in time, "
            "beside those who were chosen alike but shown to nobody. The difference is what offering did; where its "
            "bounds include 0, chance alone explains it."
        ),
    ),
    (
        "analytics:offer-terms",
        _(
            "How many offers a customer gets, from how far down the ranking, what they have to bring, and how many "
            "customers are held back to measure by. A change counts from the next night on."
        ),
    ),
    (
        "analytics:offer-decline",
        _(
            "Note why the customer does not want it. The kind of product is not offered again until the day chosen; "
            "the answer can be taken back in the panel of offers on the customer's page."
        ),
    ),
)


def register() -> None:
    """Fill the registries; called once when Django is ready."""
    steps.register()
    segment_fields.register()
    explaining.register()
    add_sentences(SENTENCES)
    add_help(HELP)
    # The night makes the survivor's offers anew; what was answered and measured goes with the person.
    merge_references.add(MergeReference("offer", "analytics.Offer", "customer", "rebuild"))
    merge_references.add(MergeReference("offer-spell", "analytics.OfferSpell", "customer", noted=True))
    merge_references.add(MergeReference("offer-answer", "analytics.OfferAnswer", "customer", label=LABEL))
    privacy_parts.add(PrivacyPart("offers", LABEL, collect, erase, order=42))
    lists.add(OfferList())
    panels.add(
        Panel("offers", LABEL, "analytics:customer-offers", permissions.OFFERS, "right", 30, organisations=False)
    )
    subject_kinds.add(SubjectKind("offer", LABEL, labels, address, access))
    nav_items.add(
        NavItem(
            "offer_uptake", UPTAKE, "analytics:offer-uptake", "chart-bar", permissions.VIEW, "analytics", 45
        )
    )  # fmt: skip
    nav_items.add(NavItem("offers", LABEL, "analytics:offer-list", "bulb", permissions.OFFERS, "customers", 44))


def labels(actor: Actor, ids: list[int]) -> dict[int, str]:
    """Name offers in reach by their family."""
    found: dict[int, str] = {}
    for part in offer_sources(actor, now=clock.now()):
        found |= {pk: family_word(family) for pk, family in part.filter(pk__in=ids).values_list("pk", "family")}
    return found


def address(offer_id: int) -> str:
    """Return where an offer is seen: its customer's page, or the list once it does not stand any more."""
    customer_id = customer_of(offer_id)
    return reverse("customers:customer", args=[customer_id]) if customer_id else reverse("analytics:offer-list")


def access(actor: Actor, offer_id: int) -> Offer:
    """Return the offer; raises NotFound out of reach."""
    return access_offer(actor, offer_id, now=clock.now())
