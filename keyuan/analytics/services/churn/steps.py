"""The steps of the night about churn (ANA-6)."""

from django.utils.translation import gettext_lazy as _

from keyuan.analytics.extensions import Step, steps
from keyuan.analytics.services.churn.cases import open_cases
from keyuan.analytics.services.churn.learning import learn_churn
from keyuan.analytics.services.churn.scoring import score_churn
from keyuan.analytics.services.churn.writing_back import write_churn
from keyuan.analytics.services.night.catalogue import BACK, SCORES


def register() -> None:
    """Put them into the night."""
    steps.add(Step("churn_learning", _("Learning who goes"), learn_churn, SCORES + 30))
    steps.add(Step("churn_scores", _("Chances of lapse, surrender and non-renewal"), score_churn, SCORES + 40))
    steps.add(Step("churn_back", _("Writing the watch list back"), write_churn, BACK + 30))
    steps.add(Step("churn_cases", _("Cases of retention"), open_cases, BACK + 40))
