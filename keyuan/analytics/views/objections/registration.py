"""What objections to automated decisions hang into the contexts below (ANA-11; PIPL 24)."""

from django.utils.translation import gettext_lazy as _

from keyuan.analytics import permissions
from keyuan.analytics.extensions import Automated, automated
from keyuan.analytics.services.objections.privacy import collect, erase
from keyuan.analytics.views.objections import value
from keyuan.analytics.views.objections.objection_list import ObjectionList
from keyuan.customers.extensions import MergeReference, Panel, merge_references, panels
from keyuan.customers.services.scores.writing import drop_scores
from keyuan.platform.help import add_help
from keyuan.platform.lists import lists
from keyuan.platform.privacy import PrivacyPart, privacy_parts
from keyuan.platform.wording import add_sentences

LABEL = _("Automated decisions")
SENTENCES = {
    "objection.no_person": _("Only a natural person can object to automated decisions. Take the person concerned."),
    "objection.channel": _("Choose how the customer said it."),
    "objection.future": _("The day lies in the future. Type the day on which the customer said it."),
    "objection.before": _("The objection was made on %(day)s. Type that day or a later one."),
    "objection.words": _("Write down why the objection ends: the customer's words, or what was agreed."),
    "objection.none": _("The customer does not object at present: there is nothing to take back."),
}
HELP = (
    (
        "analytics:objections",
        _(
            "Who does not want to be judged by programs: since when, how it was said, who noted it, and whether it "
            "still stands. Programs make no score, no offer and no task for these customers. An objection ends when "
            "the customer takes it back; why stays with it."
        ),
    ),
    (
        "analytics:automated-explain",
        _(
            "What programs say of the customer, why, and what follows: read it to the customer, or print it. After an "
            "objection everything stored goes at once and nothing is made anew; price and service stay the same."
        ),
    ),
)


def register() -> None:
    """Fill the registries."""
    add_sentences(SENTENCES)
    lists.add(ObjectionList())
    reference = MergeReference(
        "automation-objection", "analytics.AutomationObjection", "customer", label=_("Objections to programs")
    )
    merge_references.add(reference)
    automated.add(Automated("value", value.explain, drop_scores))
    add_help(HELP)
    panels.add(
        Panel(
            "automated", LABEL, "analytics:customer-automated", permissions.OBJECTIONS, "right", 60, organisations=False
        )
    )
    privacy_parts.add(PrivacyPart("automated", LABEL, collect, erase, order=45))
