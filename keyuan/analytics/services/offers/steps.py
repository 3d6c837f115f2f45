"""The steps of offers in the night (ANA-7)."""

from django.utils.translation import gettext_lazy as _

from keyuan.analytics.extensions import Feature, Step, features, steps
from keyuan.analytics.rules.offers.facts import facts_at
from keyuan.analytics.services.night.catalogue import BACK, FACTS, FIGURES, SCORES
from keyuan.analytics.services.offers.choosing import choose_offers
from keyuan.analytics.services.offers.learning import SOURCES, learn_cards
from keyuan.analytics.services.offers.measuring import count_uptake
from keyuan.analytics.services.offers.writing import write_offers


def register() -> None:
    """Put them into the registries; offers are worth what the assumptions of value say, so they come behind these."""
    features.add(Feature("offer_facts", _("Facts for offers"), SOURCES, facts_at, FACTS + 50))
    for step in (
        Step("offer_cards", _("Score cards of offers"), learn_cards, SCORES + 20),
        Step("next_offers", _("Next best offers"), choose_offers, SCORES + 30),
        Step("offer_write_back", _("Writing offers back to customers"), write_offers, BACK + 10),
        Step("offer_uptake", _("Uptake of offers"), count_uptake, FIGURES + 20),
    ):
        steps.add(step)
