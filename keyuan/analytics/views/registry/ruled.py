"""Models that reckon by written rules, described beside the trained ones (ANA-2, ANA-8, ANA-11)."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from keyuan.analytics.extensions import Edition, ModelKind, model_kinds
from keyuan.analytics.forms.terms import spoken
from keyuan.analytics.selectors.gap import edition_on, editions
from keyuan.analytics.selectors.terms import VALUE
from keyuan.analytics.views.gap.shown import assumptions_shown
from keyuan.platform import clock
from keyuan.policies.rules.gap.assumptions import as_json

NO_EFFECT = _("Orders lists and work; nothing is refused, priced or sold by it alone.")


def _value_edition() -> Edition:
    terms, version = VALUE.in_force()
    url = reverse("analytics:value-terms")
    if version is None:
        return Edition(0, None, "", "", spoken(terms), url)
    since = timezone.localdate(version.changed_at)
    return Edition(version.number, since, version.changed_by_name, version.reason, spoken(terms), url)


def _rank_edition() -> Edition:
    return Edition(0, None, "", "", ())


def _gap_edition() -> Edition:
    number, values = edition_on(clock.today())
    row = editions().filter(number=number).first()
    facts = [fact for _label, rows in assumptions_shown(as_json(values)) for fact in rows]
    url = reverse("analytics:gap-assumptions")
    if row is None:
        return Edition(0, None, "", "", facts, url)
    return Edition(number, row.valid_from, row.made_by_name, row.reason, facts, url)


RULED = (
    ModelKind(
        "value.lifetime",
        _("Lifetime value and value tier"),
        _("What a customer is expected to bring within the horizon; from it comes the value tier."),
        _(
            "Premiums still to come, each times its margin and the part of contracts that survive until then, "
            "discounted, less the cost of service. Survival is the book's own persistency where enough stands behind "
            "it."
        ),
        NO_EFFECT,
        edition=_value_edition,
        order=10,
    ),
    ModelKind(
        "value.abc",
        _("ABC classes"),
        _("Which customers make up most of the premium in force."),
        _("Customers ordered by yearly premium in force; the classes end where their shares of the sum are reached."),
        NO_EFFECT,
        edition=_value_edition,
        order=20,
    ),
    ModelKind(
        "value.rfm",
        _("Recency, frequency, monetary value, contact"),
        _("Which customers to keep, wake, hold or win back."),
        _("Fifths by rank within the line of business in which the customer pays most; groups follow from the fifths."),
        NO_EFFECT,
        edition=_rank_edition,
        order=30,
    ),
    ModelKind(
        "gap",
        _("Protection gap"),
        _("What a family would lack at death, illness, accident or in old age, with existing cover counted."),
        _("Needs by the methods named beside each result, from the customer's own answers and contracts."),
        _("Shown to the customer as a basis of advice; suitability is judged with the application."),
        edition=_gap_edition,
        order=40,
    ),
)


def register() -> None:
    """Put them beside the trained models."""
    for kind in RULED:
        model_kinds.add(kind)
