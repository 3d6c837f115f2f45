"""Forms of tags: on a customer, in the catalogue, and the rule that sets one (CUS-6)."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keyuan.customers.models import Tag, TagRule
from keyuan.customers.selectors import labels
from keyuan.customers.selectors.segments.reading import offered_segments
from keyuan.customers.selectors.tags import tag_choices
from keyuan.customers.services.segments.catalogue import MOST_DAYS, RuleFacts, TagFacts
from keyuan.customers.services.segments.tagging import TagDraft
from keyuan.kernel.actor import Actor
from keyuan.platform.choosing import offer

PER_CENT = 100


def _confidence() -> forms.IntegerField:
    return forms.IntegerField(
        label=_("Confidence (per cent)"),
        min_value=1,
        max_value=100,
        initial=100,
        help_text=_("100 where it is certain"),
    )


def _days(label: Any, help_text: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=1, max_value=MOST_DAYS, required=False, help_text=help_text)


class PutTagForm(forms.Form):
    """Which tag, how sure, until when and why."""

    tag = forms.TypedChoiceField(label=_("Which tag"), coerce=int)
    confidence = _confidence()
    expires_on = forms.DateField(
        label=_("Valid until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Empty: as the catalogue says"),
    )
    note = forms.CharField(label=_("Why"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        offer(self, "tag", tag_choices())

    def draft(self) -> TagDraft:
        """Return what was said."""
        said = self.cleaned_data
        return TagDraft(said["tag"], said["confidence"] * PER_CENT, said["expires_on"], said["note"])


class TagFactsForm(forms.Form):
    """A tag of the catalogue."""

    name = forms.CharField(label=_("Name of the tag"), max_length=40)
    family = forms.ChoiceField(label=_("Family of tags"), choices=labels.choices_of(labels.TAG_FAMILIES, empty=False))
    note = forms.CharField(
        label=_("Meaning"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("When to put it on, and what follows from it"),
    )  # fmt: skip
    valid_days = _days(
        _("Valid for (days)"), _("A tag put on without a last day vanishes after so many; empty: it stays")
    )

    def facts(self) -> TagFacts:
        """Return what was said."""
        return TagFacts(**{key: self.cleaned_data[key] for key in ("name", "family", "note", "valid_days")})


class NewTagForm(TagFactsForm):
    """A new one needs a code, too."""

    code = forms.CharField(
        label=_("Tag code"), max_length=40, help_text=_("Capital letters, digits and underscores; it never changes")
    )
    field_order = ("code", "name", "family", "note", "valid_days")


class RuleForm(forms.Form):
    """The segment that a tag follows."""

    segment = forms.TypedChoiceField(label=_("Whoever is in the segment"), coerce=int)
    confidence = _confidence()
    valid_days = _days(
        _("Each setting holds (days)"), _("The rule renews it in time; empty: until the rule withdraws it")
    )
    explanation = forms.CharField(
        label=_("Explanation on the customer's record"), max_length=120, required=False,
        help_text=_("Empty: the segment's name"),
    )  # fmt: skip
    is_active = forms.BooleanField(label=_("Set and withdraw every night"), required=False, initial=True)

    def __init__(self, data: Any, actor: Actor, rule: TagRule | None, *, today: date) -> None:
        super().__init__(data, initial=_initial(rule))
        offered = [(segment.pk, segment.name) for segment in offered_segments(actor, today=today)]
        offer(self, "segment", offered, or_nothing=True)

    def facts(self) -> RuleFacts:
        """Return what was said."""
        said = self.cleaned_data
        return RuleFacts(
            segment_id=said["segment"],
            confidence_bp=said["confidence"] * PER_CENT,
            valid_days=said["valid_days"],
            explanation=said["explanation"],
            is_active=said["is_active"],
        )


def _initial(rule: TagRule | None) -> dict[str, Any]:
    if rule is None:
        return {}
    return {
        "segment": rule.segment_id,
        "confidence": rule.confidence_bp // PER_CENT,
        "valid_days": rule.valid_days,
        "explanation": rule.explanation,
        "is_active": rule.is_active,
    }


def initial_of(tag: Tag) -> dict[str, Any]:
    """Return the form's values for a tag that is there."""
    return {"name": tag.name, "family": tag.family, "note": tag.note, "valid_days": tag.valid_days}
