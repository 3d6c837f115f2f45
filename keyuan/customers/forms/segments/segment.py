"""The builder's form, and the small forms of a segment's page (CUS-6)."""

import json
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keyuan.customers.models import Segment
from keyuan.customers.services.segments.saving import NAME_LENGTH, NOTE_LENGTH, SegmentDraft

#: A condition is data of a few kilobytes; more was not built here.
LONGEST = 60_000


class SegmentForm(forms.Form):
    """Name, remark, sharing, last day, and the condition as the script of the page holds it."""

    name = forms.CharField(label=_("Name of the segment"), max_length=NAME_LENGTH)
    note = forms.CharField(
        label=_("What it is for"),
        max_length=NOTE_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    valid_until = forms.DateField(
        label=_("Valid until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("After this day nobody is in it any more. Empty: for good."),
    )
    shared = forms.BooleanField(label=_("Share with my unit and the units below it"), required=False)
    condition = forms.CharField(widget=forms.HiddenInput, max_length=LONGEST, required=False)

    def clean_condition(self) -> Any:
        """Read the JSON; what it says is judged by the service."""
        try:
            return json.loads(self.cleaned_data["condition"] or "null")
        except ValueError:
            return None

    def draft(self) -> SegmentDraft:
        """Return what was asked for."""
        return SegmentDraft(
            **{key: self.cleaned_data[key] for key in ("name", "condition", "note", "shared", "valid_until")}
        )


def initial_of(segment: Segment) -> dict[str, Any]:
    """Return the form's values for a segment that is there."""
    return {
        "name": segment.name,
        "note": segment.note,
        "valid_until": segment.valid_until,
        "shared": segment.shared_unit_id is not None,
        "condition": json.dumps(segment.condition, ensure_ascii=False),
    }


class NameForm(forms.Form):
    """The name of a clone or of a frozen copy."""

    name = forms.CharField(label=_("Name of the segment"), max_length=NAME_LENGTH)
