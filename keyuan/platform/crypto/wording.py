"""Sentences of sealed fields and their keys."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "reveal.forbidden": _("Your post does not show this field whole."),
    "reveal.reason": _("Choose why you need the whole value."),
    "reveal.quota": _("You have revealed %(quota)s values today, which is all your role allows. Ask your supervisor."),
    "reveal.system_only": _("Only background work may open sealed values in bulk."),
    "keys.rotating": _("A rotation is under way. Wait for it, or retry it on the jobs page."),
    "keys.rotation_started": _("Key %(version)s seals from now on; job %(job)s seals the rest anew."),
    "keys.rotation_stopped": _("Job %(job)s did not finish. See the jobs page for the reason."),
    "keys.retired": _("Retired keys: %(versions)s."),
}
