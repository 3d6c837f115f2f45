"""Forms of a hand-over: who leaves, and who takes over."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keyuan.customers.forms.assignment.fields import find_agent
from keyuan.kernel.actor import Actor


class LeaverForm(forms.Form):
    """Who leaves."""

    agent = forms.CharField(label=_("Who leaves"), max_length=60, help_text=_("Agent number, name or its spelling"))

    def __init__(self, data: Any = None, *, actor: Actor) -> None:
        super().__init__(data)
        self._actor = actor

    def clean_agent(self) -> int:
        """Return the person that the typed text means."""
        agent = find_agent(self._actor, self.cleaned_data["agent"])
        return agent.pk if agent else 0


class HandoverForm(forms.Form):
    """When, why, and to whom: one successor for all or a rule, and another for single parts."""

    left_on = forms.DateField(
        label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Access ends at once, whatever day stands here."),
    )  # fmt: skip
    reason = forms.CharField(label=_("Reason"), max_length=200)
    successor = forms.CharField(
        label=_("Successor for everything"), max_length=60, required=False,
        help_text=_("Number or name; empty: the rules of allocation choose, else whoever is nearest and has least."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, actor: Actor, parts: Sequence[tuple[str, Any]], today: date) -> None:
        super().__init__(data, initial={"left_on": today})
        self._actor = actor
        self._keys = [key for key, _label in parts]
        for key, label in parts:
            self.fields[f"for_{key}"] = forms.CharField(
                label=_("%(part)s to") % {"part": label}, max_length=60, required=False,
                help_text=_("Empty: as for everything"),
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Turn typed people into their ids."""
        cleaned = super().clean() or {}
        for name in ("successor", *(f"for_{key}" for key in self._keys)):
            try:
                agent = find_agent(self._actor, cleaned.get(name) or "")
            except forms.ValidationError as error:
                self.add_error(name, error)
            else:
                cleaned[name] = agent.pk if agent else None
        return cleaned

    def plan(self) -> dict[str, Any]:
        """Return how successors are chosen, as the hand-over keeps it."""
        named = {"*": self.cleaned_data["successor"]} | {key: self.cleaned_data[f"for_{key}"] for key in self._keys}
        return {key: {"way": "PERSON", "agent_id": pk} for key, pk in named.items() if pk}
