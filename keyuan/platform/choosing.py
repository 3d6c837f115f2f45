"""What a choice of a form offers, where the page or the actor decides it."""

from collections.abc import Iterable
from typing import Any

from django import forms

#: The first choice of a field that may stay empty.
NOTHING = ("", "--")


def offer(form: forms.BaseForm, name: str, choices: Iterable[Any], *, or_nothing: bool = False) -> None:
    """Let the choice ``name`` of ``form`` offer ``choices``, pairs of code and word or groups of such pairs.

    ``or_nothing`` puts "--" before them. Raises TypeError for a field that is no choice.
    """
    field = form.fields[name]
    if not isinstance(field, forms.ChoiceField):
        raise TypeError(f"{name} of {type(form).__name__} is no choice")
    field.choices = [NOTHING, *choices] if or_nothing else list(choices)
