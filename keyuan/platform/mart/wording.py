"""Sentences about the mart."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "mart.busy": _("The mart is being built. Wait for its end, then try again."),
    "mart.none": _("There is no snapshot of the mart yet. It is taken every night, or by keyuan mart build."),
    "mart.future": _("%(day)s has not come yet: a snapshot shows the book as it is. Leave --date out."),
}
