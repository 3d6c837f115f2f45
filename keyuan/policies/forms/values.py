"""The day on which a contract is valued, and what it is valued by."""

from dataclasses import asdict
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keyuan.customers.forms.inputs import DayField
from keyuan.policies.rules.values.defaults import Terms

#: Cover that anybody asks about lies between these years.
EARLIEST, LATEST = date(1980, 1, 1), date(2150, 12, 31)


class DayForm(forms.Form):
    """One day, past or to come."""

    on = DayField(label=_("Values on"), required=True)

    def clean_on(self) -> date:
        """Refuse days that no contract knows."""
        day: date = self.cleaned_data["on"]
        if not EARLIEST <= day <= LATEST:
            raise forms.ValidationError(_("Enter a day between 1980 and 2150."))
        return day


def _percent(label: Any) -> forms.DecimalField:
    widget = forms.TextInput(attrs={"inputmode": "decimal"})
    return forms.DecimalField(label=label, min_value=0, max_value=100, decimal_places=2, widget=widget)


class TermsForm(forms.Form):
    """What contracts are valued by where product and contract say nothing; shares and rates in percent."""

    version = forms.IntegerField(widget=forms.HiddenInput, initial=0)
    loan_share_bp = _percent(_("Most that is lent, of the cash value (%)"))
    loan_months = forms.IntegerField(label=_("Months of a loan"), min_value=1)
    loan_rate_bp = _percent(_("Yearly interest on policy loans (%)"))
    apl_rate_bp = _percent(_("Yearly interest on premium loans (%)"))
    arrears_rate_bp = _percent(_("Yearly interest on arrears of a reinstatement (%)"))
    accumulation_rate_bp = _percent(_("Yearly interest on money left with the insurer (%)"))
    handling_fee_bp = _percent(_("Handling fee before property cover begins (%)"))
    short_expense_bp = _percent(_("Expenses of a short personal cover (%)"))
    fallback_bp = forms.CharField(
        label=_("Cash value without a table, of the premiums paid, year by year (%)"), max_length=600,
        help_text=_("One number a year, with blanks between; the last one holds on."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    term_cost = forms.CharField(
        label=_("Yearly cost of 10,000 yuan of term cover, by age"), max_length=600,
        help_text=_("One line each: age from which it holds, and yuan. The first line begins at 0."),
        widget=forms.Textarea(attrs={"rows": 7}),
    )  # fmt: skip
    note = forms.CharField(label=_("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))
    sections = [
        ("loans", _("Loans and interest"), [
            "loan_share_bp", "loan_months", "loan_rate_bp", "apl_rate_bp", "arrears_rate_bp", "accumulation_rate_bp",
        ]),
        ("fees", _("Fees and expenses"), ["handling_fee_bp", "short_expense_bp"]),
        ("tables", _("Where no table tells"), ["fallback_bp", "term_cost"]),
        ("note", _("Reason"), ["note"]),
    ]  # fmt: skip

    def clean_fallback_bp(self) -> tuple[int, ...]:
        """Return shares in basis points."""
        return tuple(_hundredths(word) for word in self.cleaned_data["fallback_bp"].split())

    def clean_term_cost(self) -> tuple[tuple[int, int], ...]:
        """Return ages with the cost in 分."""
        rows = [line.split() for line in self.cleaned_data["term_cost"].splitlines() if line.strip()]
        if any(len(row) != 2 or not row[0].isdecimal() or len(row[0]) > 3 for row in rows):
            raise forms.ValidationError(_("Each line holds an age and an amount, with a blank between."))
        return tuple((int(age), _hundredths(cost)) for age, cost in rows)

    def terms(self) -> Terms:
        """Return what was typed as the rules take it."""
        typed = {name: value for name, value in self.cleaned_data.items() if name in Terms.__dataclass_fields__}
        values: dict[str, Any] = {
            name: int(value * 100) if isinstance(value, Decimal) else value for name, value in typed.items()
        }
        return Terms(**values)


def _hundredths(word: str) -> int:
    try:
        return int(Decimal(word) * 100)
    except (InvalidOperation, ValueError, OverflowError):
        raise forms.ValidationError(_("“%(word)s” is no number; enter it like 12.5.") % {"word": word[:20]}) from None


def typed_terms(terms: Terms) -> dict[str, Any]:
    """Return terms as the form shows them."""
    found: dict[str, Any] = {
        name: Decimal(value) / 100 if name.endswith("_bp") else value
        for name, value in asdict(terms).items()
        if name not in ("fallback_bp", "term_cost")
    }
    found["fallback_bp"] = " ".join(f"{share / 100:g}" for share in terms.fallback_bp)
    found["term_cost"] = "\n".join(f"{age} {cost / 100:g}" for age, cost in terms.term_cost)
    return found
