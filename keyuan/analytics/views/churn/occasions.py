"""The occasion of retention: a customer came to stand out the night before, and is to be worked on (ANA-6, CUS-13)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from keyuan.analytics.forms.churn import words
from keyuan.analytics.selectors.churn.cases import worked_on
from keyuan.analytics.selectors.churn.watched import KIND
from keyuan.analytics.services.churn.privacy import SUBJECT
from keyuan.customers.extensions import Occasion


def said(facts: Sequence[Any], day: date) -> Mapping[str, str]:
    """Return what a rule's text may name of a case: facts are outcome and chance."""
    outcome, chance = facts
    return {
        "date": f"{day:%m-%d}",
        "outcome": words.outcome_word(outcome),
        "chance": words.percent(chance),
        "advice": str(words.STRATEGIES.get(outcome, "")),
    }


OCCASION = Occasion(
    "CHURN",
    _("Customer at risk of leaving"),
    SUBJECT,
    KIND,
    worked_on,
    ("pk", "customer_id", "at_stake", "outcome", "chance"),
    said,
    places=("date", "outcome", "chance", "advice"),
    order=90,
)
