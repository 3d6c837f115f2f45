"""Forms and words of complaints that look alike."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.service.forms.orders import area, one_of
from keyuan.service.rules import likeness

KINDS = {
    likeness.TEXT: _("Letters of one template"),
    likeness.PHONE: _("One number behind several customers"),
    likeness.PROXY: _("One proxy for several customers"),
}
STATES = {
    likeness.OPEN: (pgettext_lazy("cluster of complaints", "To be looked at"), "warn"),
    likeness.GROUP: (_("One group"), "bad"),
    likeness.DISMISSED: (_("Nothing in common"), ""),
}
SENTENCES = {
    "cluster.status": _("Choose what these complaints are."),
    "cluster.moved_on": _("%(by)s has decided on this meanwhile. Look at it again."),
    "cluster.customers": _("Enter two customers or more, up to %(most)s."),
    "cluster.days": _("Enter one day or more, up to %(most)s."),
    "complaint.alike": _("Complaints of %(count)s customers look alike, the last one is %(number)s."),
    "complaint.major": _(
        "Complaints of %(count)s customers belong together: a major event, the last one is %(number)s."
    ),
}


class DecideClusterForm(forms.Form):
    """What a cluster is, and why."""

    status = one_of(
        _("What they are"),
        [
            (likeness.GROUP, _("One group: give all of them its size and level")),
            (likeness.DISMISSED, _("Nothing in common: take the sign away")),
            (likeness.OPEN, _("Not decided: open it again")),
        ],
    )
    reason = area(_("Reason"), longest=500)
    version = forms.IntegerField(widget=forms.HiddenInput)


class ThresholdForm(forms.Form):
    """From when on a likeness is told."""

    customers = forms.IntegerField(label=_("Customers at least"))
    days = forms.IntegerField(label=_("Within days"))
    version = forms.IntegerField(widget=forms.HiddenInput)
