"""What the night's value says of a customer, in words for the customer (ANA-2, ANA-11)."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from keyuan.analytics.extensions import Judged
from keyuan.analytics.selectors.terms import VALUE
from keyuan.analytics.views.registry.ruled import NO_EFFECT
from keyuan.customers.forms import score_words as words
from keyuan.customers.selectors.scores import score_of
from keyuan.customers.views.scores.panel import reasons_of


def explain(customer_id: int) -> Sequence[Judged]:
    """Return value group and tier with what they stand on; nothing where the customer has no scores."""
    row = score_of(customer_id)
    if row is None:
        return ()
    _terms, version = VALUE.in_force()
    tier = words.TIERS.get(row.value_tier, row.value_tier)
    verdict = _("%(group)s, value tier: %(tier)s") % {"group": words.group_word(row.value_group), "tier": tier}
    reasons = [
        _("%(score)s: %(why)s") % {"score": f"{word} {score or ''}".strip(), "why": why}
        for word, score, why in reasons_of(row)
    ]
    number = str(version.number) if version else ""
    return (Judged(_("Value group and tier"), verdict, reasons, "value.rfm", number, row.scored_on, NO_EFFECT),)
