"""What bulk actions on customers ask."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from keyuan.customers.rules.deadlines import deadline_on
from keyuan.customers.selectors.tags import tag_choices
from keyuan.kernel.actor import Actor
from keyuan.organisation.selectors.agents import agent_options
from keyuan.platform.choosing import offer

USUAL_TERM = timedelta(days=3)


class TaskForm(forms.Form):
    """One task for each customer."""

    title = forms.CharField(label=_("What is to be done"), max_length=100)
    reason = forms.CharField(label=_("Why"), max_length=200, required=False)
    due_on = forms.DateField(label=_("Due by"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, data: Any, *, now: datetime) -> None:
        super().__init__(data, initial={"due_on": now.date() + USUAL_TERM})
        self._now = now

    def clean_due_on(self) -> str:
        """Return the deadline as JSON takes it."""
        day = self.cleaned_data["due_on"]
        if day < self._now.date():
            raise ValidationError(_("Choose today or a later day."))
        return deadline_on(day, self._now).isoformat()


class TagForm(forms.Form):
    """Which tag."""

    tag = forms.TypedChoiceField(label=_("Tag"), coerce=int)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        offer(self, "tag", tag_choices())


class AssignForm(forms.Form):
    """To whom, and why."""

    agent = forms.CharField(label=_("To whom"), max_length=60, help_text=_("Staff number, name or its spelling"))
    reason = forms.CharField(label=_("Reason"), max_length=20)

    def __init__(self, data: Any, *, actor: Actor) -> None:
        super().__init__(data)
        self._actor = actor

    def clean_agent(self) -> int:
        """Return the one working agent in scope whom the typed text means."""
        typed = self.cleaned_data["agent"].strip()
        found = agent_options(self._actor, typed, limit=6)
        exact = [agent for agent in found if typed.upper() == agent.agent_no or typed == agent.name]
        chosen = exact if len(exact) == 1 else found
        if not chosen:
            raise ValidationError(_("Nobody in your reach is called so. Check number or name."))
        if len(chosen) > 1:
            names = "、".join(f"{agent.name} {agent.agent_no}" for agent in chosen[:5])
            raise ValidationError(_("Several people fit: %(names)s. Type the staff number."), params={"names": names})
        return int(chosen[0].pk)
