"""Forms of groups of similar needs: a name, and the wish to have them found anew (ANA-4)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from keyuan.analytics.services.clusters.naming import LONGEST


class NameForm(forms.Form):
    """What people call a group, and the version that was read."""

    name = forms.CharField(
        label=_("Name of the group"), max_length=LONGEST, required=False,
        help_text=_("Empty: as suggested. A typed name stays when the groups are found anew."),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput)


class WishForm(forms.Form):
    """Why the groups should be found anew before they are due."""

    reason = forms.CharField(
        label=_("Why the groups are found anew"), max_length=200, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
