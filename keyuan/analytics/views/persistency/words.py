"""What the ratios of the last year are called (ANA-10)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy, pgettext_lazy

#: What each ratio is called, and of whom it tells.
RATE_WORDS: Mapping[str, tuple[Any, Any]] = {
    "second_purchase": (
        gettext_lazy("Second purchase"),
        gettext_lazy("Of holders of long-term contracts a year ago, who bought another one since"),
    ),
    "retention": (
        pgettext_lazy("ratio of customers", "Retention"),
        gettext_lazy("Of holders a year ago, who still holds something"),
    ),
    "renewal": (
        gettext_lazy("Renewal of cover"),
        gettext_lazy("Of yearly contracts that ran out within the year, which were followed by another"),
    ),
    "referral": (
        pgettext_lazy("ratio of customers", "Referral"),
        gettext_lazy("Of customers new within the year, who came by a referral"),
    ),
    "growth": (gettext_lazy("Growth"), gettext_lazy("Holders now against holders a year ago")),
}
