"""The form of a task rule, and rules as pages show them (CUS-13)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from keyuan.customers.extensions import occasions, task_kinds
from keyuan.customers.models import TaskRule
from keyuan.customers.rules.task_rules import FARTHEST, LONGEST_TERM, RuleDraft
from keyuan.customers.selectors import labels
from keyuan.customers.selectors.agenda import Forecast

ASSIGNEES = {
    "SERVICE": gettext_lazy("Whoever serves the customer"),
    "TEAM": gettext_lazy("The team's queue"),
}
SIDES = (("-1", gettext_lazy("before")), ("1", gettext_lazy("after")))


class RuleForm(forms.Form):
    """What a rule says. The distance is typed as a number of days and a side of the occasion."""

    name = forms.CharField(label=gettext_lazy("Name of the rule"), max_length=60)
    occasion = forms.ChoiceField(label=gettext_lazy("Occasion"))
    days = forms.IntegerField(label=gettext_lazy("Days from the occasion"), min_value=0, max_value=FARTHEST)
    side = forms.ChoiceField(label=gettext_lazy("Before or after"), choices=SIDES, initial="-1")
    kind = forms.ChoiceField(label=gettext_lazy("Category"))
    title = forms.CharField(label=gettext_lazy("What is to be done"), max_length=100)
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=200, required=False)
    due_days = forms.IntegerField(
        label=gettext_lazy("Due after days"), min_value=0, max_value=LONGEST_TERM, initial=7,
        help_text=gettext_lazy("Counted from the night that makes the task, by 18:00"),
    )  # fmt: skip
    assignee = forms.ChoiceField(label=gettext_lazy("For whom"), choices=list(ASSIGNEES.items()))
    tiers = forms.MultipleChoiceField(
        label=gettext_lazy("Only these tiers"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked means all"),
    )  # fmt: skip
    channels = forms.MultipleChoiceField(
        label=gettext_lazy("Only these sales channels"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked means all"),
    )  # fmt: skip
    skip_open_claims = forms.BooleanField(
        label=gettext_lazy("Not while the customer has an open claim"), required=False
    )
    is_active = forms.BooleanField(label=gettext_lazy("Makes tasks every night"), required=False, initial=True)
    change_reason = forms.CharField(label=gettext_lazy("Reason of the change"), max_length=200)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, rule: TaskRule | None = None) -> None:
        super().__init__(data, initial=initial_of(rule) if rule else None)
        fields: Any = self.fields
        fields["occasion"].choices = [(entry.key, entry.label) for entry in occasions]
        fields["kind"].choices = [(kind.key, kind.label) for kind in task_kinds]
        fields["tiers"].choices = labels.choices_of(labels.TIERS, empty=False)
        fields["channels"].choices = labels.choices_of(labels.SALES_CHANNELS, empty=False)
        fields["title"].help_text = places_text()
        if rule is None:
            del self.fields["change_reason"]

    def draft(self) -> RuleDraft:
        """Return what the service takes."""
        values = {name: value for name, value in self.cleaned_data.items() if name not in NOT_CONTENT}
        values["days"] = values["days"] * int(self.cleaned_data["side"])
        return RuleDraft(**{**values, "tiers": tuple(values["tiers"]), "channels": tuple(values["channels"])})


NOT_CONTENT = frozenset({"side", "change_reason", "version", "code"})


class NewRuleForm(RuleForm):
    """A rule and the code by which it is known."""

    code = forms.CharField(
        label=gettext_lazy("Code"), max_length=40, help_text=gettext_lazy("Small letters, digits and hyphens")
    )
    field_order = ("code",)


def initial_of(rule: TaskRule) -> dict[str, Any]:
    """Return what the form begins with."""
    names = ("name", "occasion", "kind", "title", "reason", "due_days", "assignee", "tiers", "channels",
             "skip_open_claims", "is_active", "version")  # fmt: skip
    values = {name: getattr(rule, name) for name in names}
    return values | {"days": abs(rule.days), "side": "1" if rule.days > 0 else "-1"}


def places_text() -> str:
    """Return which places the texts of each occasion may use."""
    parts = [f"{entry.label} " + " ".join(f"{{{place}}}" for place in entry.places) for entry in occasions]
    return _("Places that are filled in: %(places)s") % {"places": "；".join(parts)}


def distance_text(days: int) -> str:
    """Return how far from its occasion a rule looks, in words."""
    if days == 0:
        return _("on the day")
    count = abs(days)
    if days < 0:
        return ngettext("%(count)d day before", "%(count)d days before", count) % {"count": count}
    return ngettext("%(count)d day after", "%(count)d days after", count) % {"count": count}


def condition_text(content: Mapping[str, Any]) -> str:
    """Return what narrows a rule, in words; empty when nothing does."""
    parts = [labels.label_of(labels.TIERS, tier) for tier in labels.TIERS if tier in content["tiers"]]
    parts += [labels.label_of(labels.SALES_CHANNELS, channel) for channel in content["channels"]]
    if content["skip_open_claims"]:
        parts.append(_("no open claim"))
    return "、".join(parts)


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule on the page of rules."""

    id: int
    name: str
    occasion: Any
    icon: str
    distance: str
    condition: str
    assignee: Any
    due: int
    is_active: bool


def row_of_rule(rule: TaskRule) -> RuleRow:
    """Return a rule as the page shows it."""
    occasion, kind = occasions.get(rule.occasion), task_kinds.get(rule.kind)
    content = {"tiers": rule.tiers, "channels": rule.channels, "skip_open_claims": rule.skip_open_claims}
    return RuleRow(
        rule.pk,
        rule.name,
        occasion.label if occasion else rule.occasion,
        kind.icon if kind else "checkbox",
        distance_text(rule.days),
        condition_text(content),
        ASSIGNEES[rule.assignee],
        rule.due_days,
        rule.is_active,
    )


#: The chart of a forecast, in its own units.
CHART_HEIGHT, BAR_PITCH = 60, 10


@dataclass(frozen=True, slots=True)
class Bar:
    """One night of a forecast as a rectangle of the chart."""

    day: Any
    count: int
    x: int
    y: int
    height: int


def bars_of(found: Forecast) -> list[Bar]:
    """Return a forecast as bars; the fullest night fills the chart."""
    bars = []
    for place, (day, count) in enumerate(found.days):
        height = max(1, round(CHART_HEIGHT * count / found.most)) if count else 0
        bars.append(Bar(day, count, place * BAR_PITCH, CHART_HEIGHT - height, height))
    return bars


CHANGED_NAMES = {
    "name": gettext_lazy("Name of the rule"),
    "occasion": gettext_lazy("Occasion"),
    "days": gettext_lazy("Days from the occasion"),
    "kind": gettext_lazy("Category"),
    "title": gettext_lazy("What is to be done"),
    "reason": gettext_lazy("Why"),
    "assignee": gettext_lazy("For whom"),
    "tiers": gettext_lazy("Only these tiers"),
    "channels": gettext_lazy("Only these sales channels"),
    "skip_open_claims": gettext_lazy("Not while the customer has an open claim"),
    "due_days": gettext_lazy("Due after days"),
    "is_active": gettext_lazy("Makes tasks every night"),
}


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """Return what changed between two versions of a rule, in words."""
    parts = [
        f"{label}：{before.get(name) or '--'} → {after.get(name) or '--'}"
        for name, label in CHANGED_NAMES.items()
        if before.get(name) != after.get(name)
    ]
    return "；".join(parts)
