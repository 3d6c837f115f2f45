"""Forms of allocation: the choice of a batch, a rule, an answer, what a person can take."""

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.customers.forms.assignment import wording
from keyuan.customers.forms.assignment.fields import find_agent, find_unit, minor, one_of, several, whole, yuan
from keyuan.customers.models import AllocationRule, ServiceProfile
from keyuan.customers.selectors import labels
from keyuan.kernel.actor import Actor
from keyuan.organisation.selectors.labels import LEVEL_NAMES
from keyuan.organisation.selectors.units import unit_names

RECEIVING: dict[str, Any] = {
    "sub_branch_id": LEVEL_NAMES[3],
    "section_id": LEVEL_NAMES[4],
    "team_id": LEVEL_NAMES[5],
}
Section = tuple[str, Any, list[str]]


class AllocationForm(forms.Form):
    """Which orphans, and how the batch is to run."""

    sections: ClassVar[list[Section]] = [
        ("choice", _("Which customers"),
         ["name", "reasons", "channels", "tiers", "unit", "least_premium", "in_force", "limit"]),
        ("terms", pgettext_lazy("allocation", "Terms"),
         ["receiving_level", "answer_days", "first_contact_days", "cooling_days", "licences"]),
    ]  # fmt: skip
    name = forms.CharField(
        label=pgettext_lazy("allocation", "Name"), max_length=80, required=False, help_text=_("Empty: the time of day")
    )
    reasons = several(_("Why nobody serves"), wording.ORPHAN_REASONS, help_text=_("None means all"))
    channels = several(_("Sales channel"), labels.SALES_CHANNELS)
    tiers = several(_("Tier"), labels.TIERS)
    unit = forms.CharField(label=_("Only in the unit"), max_length=60, required=False, help_text=_("Code or name"))
    least_premium = yuan(_("Annual premium from (CNY)"))
    in_force = forms.BooleanField(label=_("Only with a policy in force"), required=False)
    limit = whole(_("At most how many"), most=500_000, help_text=_("The most valuable first; empty: all"))
    receiving_level = one_of(_("Who accepts"), RECEIVING, initial="sub_branch_id")
    answer_days = forms.IntegerField(label=_("Days to answer"), min_value=1, max_value=30, initial=3)
    first_contact_days = forms.IntegerField(
        label=_("Days until the first contact"), min_value=1, max_value=60, initial=7,
        help_text=_("Key customers: three at most"),
    )  # fmt: skip
    cooling_days = forms.IntegerField(
        label=_("Cooling period in days"), min_value=0, max_value=365, initial=90,
        help_text=_("Nobody gets back whom they served within it"),
    )  # fmt: skip
    licences = forms.BooleanField(label=_("Only people with a valid licence"), required=False, initial=True)

    def __init__(self, data: Any = None, *, actor: Actor, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self._actor = actor

    def clean_unit(self) -> int | None:
        """Return the unit that the typed text means."""
        unit = find_unit(self._actor, self.cleaned_data["unit"])
        return unit.pk if unit else None

    def choice(self) -> dict[str, Any]:
        """Return which orphans, as the batch keeps it."""
        data = self.cleaned_data
        found = {
            "reasons": data["reasons"], "channels": data["channels"], "tiers": data["tiers"], "unit_id": data["unit"],
            "least_premium": minor(data["least_premium"]), "in_force": data["in_force"],
        }  # fmt: skip
        return {key: value for key, value in found.items() if value}

    def settings(self) -> dict[str, Any]:
        """Return how the batch runs."""
        keys = ("limit", "receiving_level", "answer_days", "first_contact_days", "cooling_days", "licences")
        return {key: self.cleaned_data[key] for key in keys}


class RuleForm(forms.Form):
    """One rule: what it applies to, where it looks, how it shares out."""

    sections: ClassVar[list[Section]] = [
        ("rule", _("Rule"), ["name", "is_active", "version"]),
        ("conditions", _("Applies to"),
         ["reasons", "channels", "tiers", "kinds", "regions", "languages", "least_premium", "most_premium"]),
        ("target", _("Goes to"),
         ["unit", "nearest", "farthest", "same_channel", "skill", "speaks_language", "method", "quota", "cap"]),
    ]  # fmt: skip
    name = forms.CharField(label=pgettext_lazy("allocation", "Name"), max_length=60)
    is_active = forms.BooleanField(label=pgettext_lazy("allocation rule", "In use"), required=False, initial=True)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=0)
    reasons = several(_("Why nobody serves"), wording.ORPHAN_REASONS, help_text=_("None means all"))
    channels = several(_("Sales channel"), labels.SALES_CHANNELS)
    tiers = several(_("Tier"), labels.TIERS)
    kinds = forms.CharField(
        label=_("Kinds of product"), max_length=200, required=False, help_text=_("Codes, with commas between")
    )
    regions = forms.CharField(
        label=_("Region codes begin with"), max_length=200, required=False, help_text=_("Codes, with commas between")
    )
    languages = several(_("Language of the customer"), wording.LANGUAGES)
    least_premium = yuan(_("Annual premium from (CNY)"))
    most_premium = yuan(_("Annual premium to (CNY)"))
    unit = forms.CharField(
        label=_("One unit for all"), max_length=60, required=False,
        help_text=_("Code or name, such as a unit that collects premiums; empty: near the customer"),
    )  # fmt: skip
    nearest = one_of(_("Nearest circle"), wording.LEVEL_WORDS, initial="team_id")
    farthest = one_of(_("Widest circle"), wording.LEVEL_WORDS, initial="sub_branch_id")
    same_channel = forms.BooleanField(label=_("Only people of the same sales channel"), required=False, initial=True)
    skill = one_of(_("Skill needed"), {"": "—", **wording.SKILLS})
    speaks_language = forms.BooleanField(label=_("Only who speaks the customer's language"), required=False)
    method = one_of(_("Shared out"), wording.METHODS, initial="EVEN_COUNT")
    quota = whole(_("Quota for one person in a batch"), help_text=_("Empty: no limit"))
    cap = whole(_("Most customers of one person"), help_text=_("Empty: no limit"))

    def __init__(self, data: Any = None, *, actor: Actor, rule: AllocationRule | None = None) -> None:
        super().__init__(data, initial=_rule_initial(rule) if rule else None)
        self._actor = actor
        for name in ("skill", "quota", "cap"):
            self.fields[name].required = False

    def clean_unit(self) -> Any:
        """Return the unit that the typed text means."""
        return find_unit(self._actor, self.cleaned_data["unit"])

    def conditions(self) -> dict[str, Any]:
        """Return what the rule applies to, as it is stored."""
        data = self.cleaned_data
        found = {key: data[key] for key in ("reasons", "channels", "tiers", "languages")}
        found |= {key: _codes(data[key]) for key in ("kinds", "regions")}
        found |= {key: minor(data[key]) for key in ("least_premium", "most_premium")}
        return {key: value for key, value in found.items() if value}

    def target(self) -> dict[str, Any]:
        """Return where the rule looks and how it shares out, as it is stored."""
        data = self.cleaned_data
        keys = ("nearest", "farthest", "same_channel", "skill", "speaks_language", "method")
        found = {key: data[key] for key in keys} | {key: data[key] or 0 for key in ("quota", "cap")}
        unit = data["unit"]
        if unit is not None:
            level = ("head_office", "branch", "sub_branch", "section", "team")[unit.level - 1]
            found |= {"unit_id": unit.pk, "unit_level": f"{level}_id"}
        return found


def _codes(text: str) -> list[str]:
    return [part.strip() for part in text.replace("，", ",").split(",") if part.strip()]


def _rule_initial(rule: AllocationRule) -> dict[str, Any]:
    found = {"name": rule.name, "is_active": rule.is_active, "version": rule.version, **rule.conditions, **rule.target}
    for key in ("kinds", "regions"):
        found[key] = ", ".join(found.get(key) or ())
    for key in ("least_premium", "most_premium"):
        found[key] = Decimal(found[key]) / 100 if found.get(key) else None
    for key in ("quota", "cap"):
        found[key] = found.get(key) or None
    found["unit"] = unit_names([found.get("unit_id")]).get(found.get("unit_id") or 0, "")
    return found


class ReturnForm(forms.Form):
    """Why customers are returned, and which."""

    reason = one_of(_("Why"), wording.RETURN_REASONS)
    note = forms.CharField(label=_("In words"), max_length=100, required=False)


class ProfileForm(forms.Form):
    """What a service person can take."""

    receives = forms.BooleanField(label=_("Receives customers"), required=False, initial=True)
    pause_reason = forms.CharField(label=_("Why not"), max_length=100, required=False)
    load_cap = whole(_("Most customers"), help_text=_("Empty: the limit of the rule"))
    skills = several(pgettext_lazy("service person", "Skills"), wording.SKILLS)
    languages = several(_("Languages"), wording.LANGUAGES)
    districts = forms.CharField(
        label=_("Districts"), max_length=200, required=False,
        help_text=_("Beginnings of region codes, with commas between"),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=0)

    def __init__(self, data: Any = None, *, profile: ServiceProfile | None = None) -> None:
        names = ("receives", "pause_reason", "load_cap", "skills", "languages", "version")
        initial = {name: getattr(profile, name) for name in names} if profile else {}
        if profile:
            initial["districts"] = ", ".join(profile.districts)
        super().__init__(data, initial=initial)

    def clean_districts(self) -> list[str]:
        """Return the codes one by one."""
        return _codes(self.cleaned_data["districts"])


class PersonForm(forms.Form):
    """One working person in reach."""

    agent = forms.CharField(label=_("To whom"), max_length=60, help_text=_("Staff number, name or its spelling"))

    def __init__(self, data: Any = None, *, actor: Actor) -> None:
        super().__init__(data)
        self._actor = actor

    def clean_agent(self) -> int:
        """Return the person that the typed text means."""
        agent = find_agent(self._actor, self.cleaned_data["agent"])
        return agent.pk if agent else 0


class PairingForm(PersonForm):
    """What stands between a customer and a person."""

    kind = one_of(pgettext_lazy("service pairing", "The customer"), wording.PAIRINGS)
    note = forms.CharField(label=_("Note"), max_length=100, required=False)

    def __init__(self, data: Any = None, *, actor: Actor) -> None:
        super().__init__(data, actor=actor)
        self.order_fields(["kind", "agent", "note"])
