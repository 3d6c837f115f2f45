"""Purposes and consent texts as forms (PLT-8)."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keyuan.contact.rules.purposes import BASES, CHANNELS, FIELD_GROUPS, KINDS, Terms
from keyuan.contact.selectors import labels
from keyuan.contact.selectors.field_names import FIELD_NAMES, GROUP_NAMES
from keyuan.contact.services.terms import TextDraft

LANGUAGES = (("zh-hans", _("Simplified Chinese")), ("zh-hant", _("Traditional Chinese")), ("en", _("English")))


class PurposeForm(forms.Form):
    """What data is processed for, on which basis, through which channels, with which fields."""

    key = forms.CharField(label=_("Code"), max_length=20, help_text=_("Latin letters, such as EVENT"))
    name = forms.CharField(label=_("Name of the purpose"), max_length=60, required=False)
    kind = forms.ChoiceField(label=_("What it is to the customer"), choices=[(key, labels.KINDS[key]) for key in KINDS])
    basis = forms.ChoiceField(label=_("Lawful basis"), choices=[(key, labels.BASES[key]) for key in BASES])
    is_separate = forms.BooleanField(label=_("Needs a separate consent"), required=False)
    channels = forms.MultipleChoiceField(
        label=_("Channels"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=[(code, labels.CHANNELS[code]) for code in CHANNELS],
    )  # fmt: skip
    priority = forms.IntegerField(
        label=_("Rank among purposes"), min_value=0, max_value=99, help_text=_("The higher one goes first.")
    )
    note = forms.CharField(
        label=_("Explanation"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    is_active = forms.BooleanField(label=_("May be used"), required=False, initial=True)
    reason = forms.CharField(label=_("Why the purpose changes"), max_length=200)
    version = forms.IntegerField(widget=forms.HiddenInput, initial=0)

    def __init__(self, data: Any, *, terms: Terms | None) -> None:
        super().__init__(data, initial=self._initial(terms))
        for group, fields in FIELD_GROUPS.items():
            self.fields[f"fields_{group}"] = forms.MultipleChoiceField(
                label=GROUP_NAMES[group], required=False, widget=forms.CheckboxSelectMultiple,
                choices=[(name, FIELD_NAMES[name]) for name in fields],
            )  # fmt: skip
            if terms:
                self.initial[f"fields_{group}"] = [name for name in fields if name in terms.fields]
        self.order_fields(
            ["key", "name", "kind", "basis", "is_separate", "channels", *self.field_groups, "priority", "note",
             "is_active", "reason"]
        )  # fmt: skip
        if terms:
            del self.fields["key"]
        self._key = terms.key if terms else ""

    field_groups = [f"fields_{group}" for group in FIELD_GROUPS]

    @staticmethod
    def _initial(terms: Terms | None) -> dict[str, Any]:
        if terms is None:
            return {}
        names = ("kind", "basis", "is_separate", "priority", "note", "is_active", "version", "name")
        return {"channels": list(terms.channels), **{name: getattr(terms, name) for name in names}}

    def terms(self) -> Terms:
        """Return the purpose that was entered."""
        values = self.cleaned_data
        fields = frozenset(name for group in self.field_groups for name in values[group])
        return Terms(
            self._key or values["key"].strip().upper(), values["kind"], values["basis"], fields,
            tuple(values["channels"]), values["is_separate"], values["priority"], values["name"].strip(),
            values["note"], values["is_active"],
        )  # fmt: skip


class TextForm(forms.Form):
    """A wording of a consent in one language, from a day on."""

    language = forms.ChoiceField(label=_("Language of the text"), choices=LANGUAGES)
    title = forms.CharField(label=_("Heading"), max_length=100)
    body = forms.CharField(label=_("Wording"), widget=forms.Textarea(attrs={"rows": 8}))
    effective_on = forms.DateField(label=_("Used from"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, data: Any, *, today: date) -> None:
        super().__init__(data, initial={"effective_on": today})

    def draft(self, purpose: str) -> TextDraft:
        """Return what the service adds."""
        return TextDraft(purpose, **self.cleaned_data)
