"""What the register of models hangs into the registries (ANA-11)."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.analytics import permissions
from keyuan.analytics.extensions import Step, steps
from keyuan.analytics.services.night.catalogue import FIGURES
from keyuan.analytics.services.registry.watching import watch_models
from keyuan.analytics.views.registry import ruled, subjects
from keyuan.platform.help import add_help
from keyuan.platform.navigation import NavItem, nav_items
from keyuan.platform.wording import add_sentences

LABEL = pgettext_lazy("model", "Models")
SENTENCES = {
    "model.folder": _("The folder %(folder)s lies outside the data of the system. Keep models inside it."),
    "model.whole_book": _("Models score the whole book: only a post that reaches all of it decides about them."),
    "model.reason": _("Say why this version should be used: the reason stays with the proposal."),
    "model.champion": _("This version is in use already."),
    "model.artefact": _("The files of version %(number)d are gone, so it cannot score. Take another version."),
    "model.open": _("Version %(number)d is proposed by %(by)s. Wait for the decision, or have it taken back."),
    "model.answer": _("Say why you decide so: the answer stays with the proposal."),
    "model.own": _("You proposed this version: another person has to decide."),
    "model.not_own": _("Somebody else proposed this version: only they can take it back; you may decline it."),
    "model.decided": _("This proposal was decided by %(by)s meanwhile."),
    "model.owner": _("Choose somebody who may keep models."),
    "model.alarm": _("Type an index from %(least)s to %(most)s."),
    "model.card_reason": _("Say why owner or alarm change: the reason stays in the trail."),
    "model.card_same": _("Nothing was changed. Name another owner or alarm, or leave the page."),
    "model.proposed": _("%(by)s proposes version %(number)d of the model %(model)s: please decide"),
    "model.answered": _("%(by)s decided on version %(number)d of the model %(model)s"),
    "model.drift": _("Version %(number)d of the model %(model)s has drifted (index %(index)s): look at it"),
}
HELP = (
    (
        "analytics:models",
        _(
            "Every model that judges customers or contracts: trained ones with the version in use, and those of "
            "written rules. Open one for its versions, its figures, whom it treats differently, and how far the book "
            "has moved away from what it learned."
        ),
    ),
    (
        "analytics:model",
        _(
            "A newer version never comes into use by itself: one person proposes it with a reason, another decides. To "
            "undo it, propose the former version. The owner is told once when drift passes the alarm."
        ),
    ),
    (
        "analytics:model-version",
        _(
            "Figures come from rows that training had not seen. The curves compare what was promised with what came. "
            "Groups too small to tell of anything but single people are not shown."
        ),
    ),
)


def register() -> None:
    """Fill the registries."""
    add_sentences(SENTENCES)
    ruled.register()
    subjects.register()
    add_help(HELP)
    steps.add(Step("model_watch", _("Drift of the models in use"), watch_models, FIGURES + 50))
    nav_items.add(
        NavItem("models", LABEL, "analytics:models", "adjustments-horizontal", permissions.VIEW, "analytics", 85)
    )
