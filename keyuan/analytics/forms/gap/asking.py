"""One step of the questionnaire as a form: only what is open, or all of a group (ANA-8)."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keyuan.analytics.forms.gap import words
from keyuan.customers.forms.inputs import AmountField
from keyuan.platform.wording import say_code
from keyuan.policies.rules.gap.questions import BIRTH_YEARS, CHOICE, MONEY, Known, Question, value_of

NO_CHILDREN, REST, TOLD = "no_children", "rest_unsaid", "told"
AGES = re.compile(r"[,，、\s]+")


class AgesField(forms.CharField):
    """Ages of children, kept as years of birth."""

    def __init__(self, *, today: date, **more: Any) -> None:
        self.today = today
        widget = forms.TextInput(attrs={"inputmode": "text", "autocomplete": "off"})
        super().__init__(max_length=80, required=False, widget=widget, **more)

    def to_python(self, value: Any) -> Any:
        """Return years of birth, or None for an empty field."""
        parts = [part for part in AGES.split(str(value or "").strip()) if part]
        if not parts:
            return None
        if not all(part.isdecimal() and int(part) <= 60 for part in parts):
            raise forms.ValidationError(say_code("gap.children", {"most": 12}), code="gap.children")
        return sorted(self.today.year - int(part) for part in parts)

    def clean(self, value: Any) -> Any:
        """Return years of birth; nothing else is checked, since they are no text any more."""
        return self.to_python(value)

    def prepare_value(self, value: Any) -> Any:
        """Show stored years of birth as ages."""
        return ", ".join(str(self.today.year - year) for year in reversed(value)) if isinstance(value, list) else value


class StepForm(forms.Form):
    """The questions of one step; ``answers`` are what was said, None for what the customer does not say."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, questions: Sequence[Question], known: Known, today: date, reads_money: bool,
        asks_agreement: bool, version: int,
    ) -> None:  # fmt: skip
        super().__init__(data, initial={"version": version})
        self.questions, self.known = questions, known
        if asks_agreement:
            self.fields[TOLD] = forms.BooleanField(
                label=_("The customer knows that these answers serve only to work out the protection gap, and agrees"),
                required=False,
            )  # fmt: skip
        for question in questions:
            shown = reads_money or not question.private
            self.fields[question.key] = _field(question, today)
            self.initial[question.key] = value_of(known, question.key) if shown else None
            if not shown and question.key in known:
                self.fields[question.key].widget.attrs["placeholder"] = _("Kept; type here to replace it")
            if question.kind == BIRTH_YEARS:
                none = value_of(known, question.key) == []
                self.fields[NO_CHILDREN] = forms.BooleanField(label=_("No children"), required=False, initial=none)
        self.fields[REST] = forms.BooleanField(
            label=_("The customer does not say the rest"), required=False,
            help_text=_("What was left empty is not asked again until answers go stale."),
        )  # fmt: skip
        self.reads_money = reads_money

    def clean(self) -> dict[str, Any]:
        """Refuse what was left empty without a word about it."""
        cleaned: dict[str, Any] = super().clean() or {}
        for question in self.questions:
            if question.key in self.errors or self._answer(question, cleaned) is not None:
                continue
            if not cleaned.get(REST) and not self._is_kept(question):
                self.add_error(question.key, say_code("gap.unanswered"))
        return cleaned

    @property
    def answers(self) -> dict[str, Any]:
        """What is to be kept; hidden answers that were not replaced are left alone."""
        return {
            question.key: self._answer(question, self.cleaned_data)
            for question in self.questions
            if not (self._is_kept(question) and self._answer(question, self.cleaned_data) is None)
        }

    def _answer(self, question: Question, cleaned: dict[str, Any]) -> Any:
        value = cleaned.get(question.key)
        if question.kind == BIRTH_YEARS and value is None and cleaned.get(NO_CHILDREN):
            return []
        return None if value == "" else value

    def _is_kept(self, question: Question) -> bool:
        return question.private and not self.reads_money and question.key in self.known


def _field(question: Question, today: date) -> forms.Field:
    label = words.QUESTIONS[question.key]
    hint = words.HINTS.get(question.key, "")
    if question.kind == MONEY:
        return AmountField(label=label, help_text=hint)
    if question.kind == CHOICE:
        choices = [(code, words.OPTIONS[question.key][code]) for code in question.options]
        return forms.ChoiceField(
            label=label, choices=choices, required=False, widget=forms.RadioSelect, help_text=hint
        )  # fmt: skip
    if question.kind == BIRTH_YEARS:
        return AgesField(label=label, help_text=hint, today=today)
    return forms.IntegerField(label=label, required=False, help_text=hint)
