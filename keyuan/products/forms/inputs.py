"""Fields that the catalogue's forms share: days, amounts in yuan, terms, shares."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from keyuan.kernel.errors import Invalid, Refused
from keyuan.kernel.money import Money, format_amount, parse_money
from keyuan.platform.wording import say
from keyuan.products.services.catalogue import terms_from


class DayInput(forms.DateInput):
    """The browser's own date picker."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class YuanField(forms.Field):
    """An amount in yuan, kept in minor units."""

    def __init__(self, **more: Any) -> None:
        more.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "maxlength": "24"}))
        super().__init__(**{"required": False, **more})

    def to_python(self, value: Any) -> Any:
        """Return minor units, or None."""
        if value in self.empty_values:
            return None
        try:
            return parse_money(str(value)).amount_minor
        except Refused as error:
            raise ValidationError(say(error), code=error.code) from error

    def prepare_value(self, value: Any) -> Any:
        """Show stored minor units as an amount; typed text as it was typed."""
        return format_amount(Money(value)) if isinstance(value, int) else value


class TermsField(forms.CharField):
    """Terms as people write them, apart by commas: 10年, 至60岁, 终身."""

    def to_python(self, value: Any) -> Any:
        """Return [unit, number] pairs."""
        try:
            return terms_from(super().to_python(value) or "", "terms")
        except Refused as error:
            raise ValidationError(say(error), code=error.code) from error


class ShareField(forms.DecimalField):
    """A share in percent with two decimals, kept in basis points."""

    def __init__(self, **more: Any) -> None:
        more.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal"}))
        super().__init__(**{"required": False, "decimal_places": 2, "min_value": 0, "max_value": 10_000, **more})

    def clean(self, value: Any) -> Any:
        """Return basis points, or None."""
        found: Decimal | None = super().clean(value)
        return None if found is None else int(found * 100)

    def prepare_value(self, value: Any) -> Any:
        """Show stored basis points in percent; typed text as it was typed."""
        return f"{Decimal(value) / 100:f}" if isinstance(value, int) else value


def day(label: Any, **more: Any) -> forms.DateField:
    """Return a day that may be empty."""
    return forms.DateField(label=label, widget=DayInput(), **{"required": False, **more})


def put_errors(form: forms.Form, error: Refused) -> None:
    """Show a refusal at its field, or over the form."""
    for part in error.errors if isinstance(error, Invalid) else [error]:
        form.add_error(part.field if part.field in form.fields else None, say(part))


class ReasonForm(forms.Form):
    """The reason of an act."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(max_length=200, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, label: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = label
