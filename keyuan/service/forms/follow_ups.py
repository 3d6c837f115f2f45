"""Forms of call-backs: what came of a call, and ending one that was never reached (SRV-8)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keyuan.platform.choosing import offer
from keyuan.service.forms import follow_up_words as words
from keyuan.service.forms.orders import area
from keyuan.service.rules.follow_ups.results import results_from

MOMENT = "%Y-%m-%dT%H:%M"


class ResultForm(forms.Form):
    """What came of a call or a letter; the results are those that exist where the follow-up stands."""

    result = forms.ChoiceField(label=_("What came of it"), widget=forms.RadioSelect)
    note = area(_("What was said"), required=False, rows=3, longest=500)
    appointed_at = forms.DateTimeField(
        label=_("Call again at"), required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT),
    )  # fmt: skip
    is_misselling = forms.BooleanField(
        label=_("The customer was misled"), required=False,
        help_text=_("People who do not sell settle it within 15 working days"),
    )  # fmt: skip
    letter_no = forms.CharField(label=_("Number of the letter"), max_length=40, required=False)
    recording = forms.CharField(
        label=_("Number of the recording"),
        max_length=80,
        required=False,
        help_text=_("As the telephone system says it"),
    )
    seconds = forms.IntegerField(label=_("Length in seconds"), required=False, min_value=0, max_value=36_000)
    token = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, data: Any = None, *, status: str, **more: Any) -> None:
        super().__init__(data, **more)
        offered = [(key, words.RESULTS[key]) for key in results_from(status)]
        offer(self, "result", offered)


class UnreachedForm(forms.Form):
    """Why it ends without anybody having been reached."""

    reason = area(_("Reason"), rows=2, longest=200)
