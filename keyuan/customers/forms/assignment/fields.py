"""Fields that the forms of allocation and hand-over share."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from keyuan.kernel.actor import Actor
from keyuan.organisation.models import Agent, Unit
from keyuan.organisation.selectors.agents import agent_options
from keyuan.organisation.selectors.units import unit_options


def several(label: Any, words: Mapping[str, Any], *, help_text: Any = "") -> forms.MultipleChoiceField:
    """Return check boxes for some of a few codes; none means any."""
    choices = [(code, word[0] if isinstance(word, tuple) else word) for code, word in words.items()]
    widget = forms.CheckboxSelectMultiple
    return forms.MultipleChoiceField(label=label, choices=choices, widget=widget, required=False, help_text=help_text)


def one_of(label: Any, words: Mapping[str, Any], *, initial: str = "", help_text: Any = "") -> forms.ChoiceField:
    """Return a choice of one code."""
    return forms.ChoiceField(label=label, choices=list(words.items()), initial=initial, help_text=help_text)


def whole(label: Any, *, most: int = 100_000, help_text: Any = "") -> forms.IntegerField:
    """Return a field for a whole number; empty means no limit."""
    return forms.IntegerField(label=label, min_value=0, max_value=most, required=False, help_text=help_text)


def yuan(label: Any) -> forms.DecimalField:
    """Return a field for an amount in yuan; empty means any."""
    return forms.DecimalField(label=label, min_value=0, max_digits=14, decimal_places=2, required=False)


def minor(value: Any) -> int:
    """Return yuan in minor units; 0 where nothing was typed."""
    return int(value * 100) if value else 0


def find_agent(actor: Actor, typed: str) -> Agent | None:
    """Return the one working person in scope whom ``typed`` means, None for nothing; raises ValidationError."""
    text = typed.strip()
    if not text:
        return None
    found = agent_options(actor, text, limit=6)
    exact = [agent for agent in found if text.upper() == agent.agent_no or text == agent.name]
    chosen = exact if len(exact) == 1 else found
    if not chosen:
        raise ValidationError(_("Nobody in your reach is called so. Check number or name."))
    if len(chosen) > 1:
        names = "、".join(f"{agent.name} {agent.agent_no}" for agent in chosen[:5])
        raise ValidationError(_("Several people fit: %(names)s. Type the staff number."), params={"names": names})
    return chosen[0]


def find_unit(actor: Actor, typed: str) -> Unit | None:
    """Return the one open unit in reach whom ``typed`` means, None for nothing; raises ValidationError."""
    text = typed.strip()
    if not text:
        return None
    found = unit_options(actor, text, limit=6)
    exact = [unit for unit in found if text.upper() == unit.code or text == unit.name]
    chosen = exact if len(exact) == 1 else found
    if not chosen:
        raise ValidationError(_("No unit in your reach is called so. Check code or name."))
    if len(chosen) > 1:
        names = "、".join(f"{unit.name} {unit.code}" for unit in chosen[:5])
        raise ValidationError(_("Several units fit: %(names)s. Type the code."), params={"names": names})
    return chosen[0]
