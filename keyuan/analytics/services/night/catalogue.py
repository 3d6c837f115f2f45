"""The tables and steps that the system comes with; others hang theirs in from their own modules (ANA-1)."""

from django.utils.translation import gettext_lazy as _

from keyuan.analytics.extensions import Feature, Step, features, steps
from keyuan.analytics.rules.clusters.features import protection
from keyuan.analytics.rules.external.joining import surroundings
from keyuan.analytics.rules.features.behaviour import behaviour
from keyuan.analytics.rules.features.rates import rate_members, rates
from keyuan.analytics.rules.persistency.measuring import persistency, premium_years
from keyuan.analytics.services.boards.counting import count_boards
from keyuan.analytics.services.clusters.placing import place_customers
from keyuan.analytics.services.labels.setting import set_labels
from keyuan.analytics.services.night.cells import (
    count_clusters,
    count_labels,
    count_persistency,
    count_rates,
    count_regions,
    count_value,
)
from keyuan.analytics.services.night.valuing import reckon_lifetime, reckon_scores
from keyuan.analytics.services.night.writing_back import write_back

#: Tables of the book's facts come first, then scores, what is written back, and figures of units.
FACTS, SCORES, BACK, FIGURES = 100, 300, 500, 700


def register() -> None:
    """Put them into the registries."""
    features.add(
        Feature(
            "behaviour",
            _("Purchases, premiums and contacts"),
            ("customers", "policies", "payments", "interactions"),
            behaviour,
            FACTS,
        )
    )
    premiums = ("cohorts", "later_premiums")
    features.add(Feature("premium_years", _("Premiums by policy year"), premiums, premium_years, FACTS + 10))
    features.add(
        Feature("persistency", _("Persistency by unit and month"), ("premium_years",), persistency, FACTS + 20)
    )
    held = ("customers", "policies")
    features.add(Feature("rate_members", _("Who stayed, came back and was brought"), held, rate_members, FACTS + 30))
    features.add(Feature("rates", _("Retention, renewal and growth"), ("rate_members",), rates, FACTS + 31))
    features.add(Feature("protection", _("Stage of life and cover"), held, protection, FACTS + 40))
    outside = Feature("surroundings", _("Figures from outside"), ("external_figures",), surroundings, FACTS + 50)
    features.add(outside)
    for step in (
        Step("clusters", _("Groups of similar needs"), place_customers, SCORES - 10),
        Step("lifetime", _("Lifetime value"), reckon_lifetime, SCORES),
        Step("scores", _("Scores, classes and tiers"), reckon_scores, SCORES + 10),
        Step("write_back", _("Writing scores back to customers"), write_back, BACK),
        Step("persistency_cells", _("Figures of persistency"), count_persistency, FIGURES),
        Step("rate_cells", _("Figures of retention"), count_rates, FIGURES + 5),
        Step("board_cells", _("Figures of boards"), count_boards, FIGURES + 90),
        Step("region_cells", _("Figures by province"), count_regions, FIGURES + 20),
        Step("value_cells", _("Figures of value"), count_value, FIGURES + 10),
        Step("labels", _("Labels by rules and models"), set_labels, BACK + 20),
        Step("label_cells", _("Figures of labels"), count_labels, FIGURES + 16),
        Step("cluster_cells", _("Figures of groups of needs"), count_clusters, FIGURES + 15),
    ):
        steps.add(step)
