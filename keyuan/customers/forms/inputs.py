"""Form fields of the archive: dates, amounts, sealed values, places; wrong ones get the sentence of the rules."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from keyuan.customers.forms.display import amount
from keyuan.customers.forms.fields import parse_amount, parse_day
from keyuan.kernel.errors import Refused
from keyuan.platform.wording import say


class DayField(forms.DateField):
    """A date, typed or picked."""

    def __init__(self, **more: Any) -> None:
        more.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(**{"required": False, **more})

    def to_python(self, value: Any) -> date | None:
        """Return the date; the rules' sentence for what is none."""
        if isinstance(value, date) or value in self.empty_values:
            return value or None
        found: date | None = _parsed(parse_day, str(value))
        return found


class AmountField(forms.Field):
    """An amount in yuan, kept in minor units."""

    def __init__(self, **more: Any) -> None:
        more.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "maxlength": "24"}))
        super().__init__(**{"required": False, **more})

    def to_python(self, value: Any) -> Any:
        """Return minor units, or None."""
        return _parsed(parse_amount, str(value)) if value not in self.empty_values else None

    def prepare_value(self, value: Any) -> Any:
        """Show stored minor units as an amount; typed text as it was typed."""
        return amount(value) if isinstance(value, int) else value


class SealedText(forms.CharField):
    """A sealed value: its mask stands as placeholder, an empty field leaves it as it is (decision 4)."""

    def __init__(self, **more: Any) -> None:
        widget = forms.TextInput(attrs={"data-sealed": "", "autocomplete": "off", "spellcheck": "false"})
        super().__init__(**{"required": False, "widget": widget, **more})


def _parsed(parse: Callable[[str, str], Any], text: str) -> Any:
    try:
        return parse(text, "")
    except Refused as error:
        raise ValidationError(say(error), code=error.code) from error


def short(label: Any, length: int, **more: Any) -> forms.CharField:
    """Return a line of text that may be empty."""
    return forms.CharField(label=label, max_length=length, required=False, **more)


def whole(label: Any, most: int) -> forms.IntegerField:
    """Return a whole number that may be unknown."""
    return forms.IntegerField(label=label, min_value=0, max_value=most, required=False)


def choice(label: Any, choices: list[tuple[str, Any]], *, required: bool = False) -> forms.ChoiceField:
    """Return a choice."""
    return forms.ChoiceField(label=label, choices=choices, required=required)
