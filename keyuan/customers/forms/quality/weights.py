"""The form of the weights: dimensions, findings, levels, terms, and what tasks are made for (CUS-11)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keyuan.customers.forms.quality.words import DIMENSIONS, FINDINGS
from keyuan.customers.rules.quality import CODES, Weights
from keyuan.customers.rules.quality import FINDINGS as RULES
from keyuan.customers.rules.quality.weights import BOUNDS

NUMBERS: dict[str, tuple[Any, Any]] = {
    "good_from": (_("Good from (score)"), ""),
    "fair_from": (_("Fair from (score)"), ""),
    "poor_from": (_("Poor from (score)"), _("Below that a record is bad")),
    "stale_months": (_("Long not confirmed after (months)"), _("Since the last confirmation or contact")),
    "failed_calls": (_("Calls in a row without an answer"), _("From here on the number counts as doubtful")),
    "shared_by": (_("Customers with the same mobile number"), _("From here on the number counts as shared")),
    "task_cap": (_("Open cleansing tasks a person"), _("0 makes none by night")),
    "task_pause_days": (_("Pause after a closed task (days)"), ""),
    "task_due_days": (_("Term of a task (days)"), ""),
}


class WeightsForm(forms.Form):
    """Every number, what tasks are made for, the reason, and the version that was read."""

    sections = (
        ("dimensions", _("What each dimension weighs in the score"), tuple(DIMENSIONS)),
        *(
            (name, label, tuple(finding.code for finding in RULES if finding.dimension == name))
            for name, label in DIMENSIONS.items()
        ),
        (
            "numbers",
            _("Levels and terms"),
            ("good_from", "fair_from", "poor_from", "stale_months", "failed_calls", "shared_by"),
        ),
        ("tasks", _("Cleansing tasks by night"), ("task_cap", "task_pause_days", "task_due_days", "task_findings")),
        ("reason", _("Reason"), ("reason",)),
    )
    task_findings = forms.MultipleChoiceField(
        label=_("Made for"), required=False, widget=forms.CheckboxSelectMultiple(), choices=[]
    )
    reason = forms.CharField(
        label=_("Why they change"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in DIMENSIONS.items():
            self.fields[name] = forms.IntegerField(label=label, min_value=0, max_value=100)
        for code in CODES:
            label, why, _remedy = FINDINGS[code]
            self.fields[code] = forms.IntegerField(label=label, help_text=why, min_value=0, max_value=100)
        for name, (label, hint) in NUMBERS.items():
            least, most = BOUNDS[name]
            self.fields[name] = forms.IntegerField(label=label, help_text=hint, min_value=least, max_value=most)
        chosen = self.fields["task_findings"]
        assert isinstance(chosen, forms.MultipleChoiceField)  # noqa: S101 - declared above
        chosen.choices = [(code, FINDINGS[code][0]) for code in CODES]

    def weights(self) -> Weights:
        """Return what was typed; only of a valid form."""
        data = self.cleaned_data
        return Weights(
            dimensions={name: data[name] for name in DIMENSIONS},
            findings={code: data[code] for code in CODES},
            **{name: data[name] for name in NUMBERS},
            task_findings=tuple(code for code in CODES if code in data["task_findings"]),
        )


def initial_of(weights: Weights, version: int) -> dict[str, Any]:
    """Return what the form begins with."""
    numbers = {name: getattr(weights, name) for name in NUMBERS}
    kept = {"task_findings": list(weights.task_findings), "version": version}
    return {**weights.dimensions, **weights.findings, **numbers, **kept}


def differences(before: Weights, after: Weights) -> list[tuple[Any, Any, Any]]:
    """Return what a version changed: label, old and new number."""
    labels: dict[str, Any] = {
        **DIMENSIONS,
        **{code: words[0] for code, words in FINDINGS.items()},
        **{name: label for name, (label, _hint) in NUMBERS.items()},
    }
    old, new = initial_of(before, 0), initial_of(after, 0)
    found = [(label, old[name], new[name]) for name, label in labels.items() if old[name] != new[name]]
    if old["task_findings"] != new["task_findings"]:
        spelled = [
            "、".join(str(FINDINGS[code][0]) for code in one["task_findings"] if code in FINDINGS) or "--"
            for one in (old, new)
        ]
        found.append((_("Made for"), spelled[0], spelled[1]))
    return found
