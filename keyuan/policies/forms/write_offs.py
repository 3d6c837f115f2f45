"""Forms of writing a premium off, and of taking that back."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from keyuan.kernel.money import Money, format_amount
from keyuan.policies.models import Instalment


class WriteOffForm(forms.Form):
    """Which premium is given up, and why. The choice carries what the person saw to be left."""

    token = forms.CharField(widget=forms.HiddenInput, max_length=40)
    instalment_number = forms.ChoiceField(label=pgettext_lazy("write-off", "Premium"))
    reason = forms.CharField(
        label=_("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What was tried to collect it, and why no more is tried."),
    )  # fmt: skip

    def __init__(self, *args: Any, premiums: Sequence[Instalment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["instalment_number"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(f"{row.number}:{row.amount - row.paid_amount}", _word(row)) for row in premiums]

    def draft(self) -> dict[str, Any]:
        """Return the values of a `WriteOffDraft` without the attempt's name."""
        number, left = self.cleaned_data["instalment_number"].split(":")
        return {"reason": self.cleaned_data["reason"], "instalment_number": int(number), "amount": int(left)}


def _word(row: Instalment) -> str:
    said = {"number": row.number, "day": date_format(row.due_on, "Y-m-d")}
    left = format_amount(Money(row.amount - row.paid_amount))
    return gettext("No. %(number)s, due on %(day)s: %(left)s yuan left") % (said | {"left": left})


class TakeBackForm(forms.Form):
    """Why a write-off is taken back."""

    reason = forms.CharField(label=_("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))
