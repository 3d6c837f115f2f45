"""What the register of models and the customer hear of offers chosen by a program (ANA-11; PIPL 24)."""

from collections.abc import Sequence

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from keyuan.analytics.extensions import Automated, Judged, ModelKind, automated, model_kinds
from keyuan.analytics.forms.offers import words
from keyuan.analytics.rules.offers.terms import FAMILIES, WHOLE
from keyuan.analytics.selectors.offers.reading import offers_of
from keyuan.analytics.services.offers.choosing import CHANCES
from keyuan.analytics.services.offers.dropping import drop_offers_of
from keyuan.analytics.services.offers.kept import key_of
from keyuan.analytics.services.offers.learning import FACTS

EFFECT = _("Whoever serves the customer may propose it; nothing is refused, and no price depends on it.")
METHOD = _(
    "A score card: a logistic regression on bands of age, channel, time as a customer, purchases, contracts and "
    "contacts. It learns from three half years, is calibrated on the next one, and measured on the last."
)


def register() -> None:
    """Fill the registries."""
    for order, family in enumerate(FAMILIES):
        purpose = _("How likely a customer buys a product of this kind within half a year, for choosing offers")
        label = format_lazy(_("Next best offer: {kind}"), kind=words.KINDS[family])
        model_kinds.add(
            ModelKind(
                key_of(family), label, purpose, METHOD, EFFECT, table=FACTS, score_table=CHANCES, score=family.lower(),
                order=40 + order,
            )
        )  # fmt: skip
    automated.add(Automated("offers", explain, drop_offers_of, order=30))


def explain(customer_id: int) -> Sequence[Judged]:
    """Return the offers that stand for a customer, each with its reasons."""
    return [
        Judged(
            label=words.LABEL,
            verdict=f"{words.family_word(offer.family)} {offer.probability * 100 / WHOLE:.1f}%",
            reasons=[text for text in map(words.reason_word, offer.reasons) if text],
            model=key_of(offer.family),
            version=str(offer.model_number),
            on=offer.written_on,
            effect=EFFECT,
        )
        for offer in offers_of(customer_id)
    ]
