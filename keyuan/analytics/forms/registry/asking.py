"""Forms of the register: proposing, deciding, naming the owner (ANA-11)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.analytics import permissions
from keyuan.analytics.models import ModelCard
from keyuan.analytics.services.registry.carding import HIGHEST, LOWEST
from keyuan.analytics.services.registry.promoting import LONGEST
from keyuan.organisation.selectors.actors import user_names
from keyuan.platform import people

THOUSAND = 1000


def _because(label: Any, hint: Any = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, max_length=LONGEST, required=False, widget=widget, help_text=hint)


def _owner(choices: list[tuple[Any, Any]]) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=pgettext_lazy("model", "Owner"), choices=choices, required=False, coerce=int, empty_value=None,
        help_text=_("Whoever answers for the model is told when it drifts. Only those who keep models can be named."),
    )  # fmt: skip


class ProposeForm(forms.Form):
    """Why a version should score the book."""

    reason = _because(
        pgettext_lazy("model", "Why this version"),
        _("What is better, by which figures, and what was looked at besides."),
    )


class DecideForm(forms.Form):
    """The second person's answer."""

    approves = forms.ChoiceField(
        label=pgettext_lazy("model", "Decision"),
        choices=[
            ("1", pgettext_lazy("model", "Approve: it scores from the next night on")),
            ("0", pgettext_lazy("model", "Decline: all stays as it is")),
        ],
        widget=forms.RadioSelect,
    )
    answer = _because(pgettext_lazy("model", "Why"))


class CardForm(forms.Form):
    """Owner and alarm of a model, with the version that was read."""

    field_order = ("owner", "alarm", "reason")
    alarm = forms.DecimalField(
        label=_("Alarm from an index of"), min_value=LOWEST / THOUSAND, max_value=HIGHEST / THOUSAND, decimal_places=3,
        max_digits=5, help_text=_("Population stability index: from 0.1 look at it, from 0.25 it is another book."),
    )  # fmt: skip
    reason = _because(_("Reason of the change"))
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, card: ModelCard) -> None:
        first = {"owner": card.owner_id or "", "alarm": card.alarm / THOUSAND, "version": card.version}
        super().__init__(data, initial=first)
        names = user_names([*people.holders_of(permissions.RUN), *([card.owner_id] if card.owner_id else [])])
        nobody = [("", pgettext_lazy("model", "Nobody"))]
        owners = sorted(names.items(), key=lambda pair: pair[1])
        self.fields["owner"] = _owner([*nobody, *owners])
        self.order_fields(self.field_order)

    @property
    def alarm_thousandths(self) -> int:
        """The alarm as it is stored."""
        return int(self.cleaned_data["alarm"] * THOUSAND)
