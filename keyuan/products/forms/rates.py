"""Forms of rate tables and of the premium calculator."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keyuan.platform.choosing import offer
from keyuan.products.forms.inputs import YuanField, day
from keyuan.products.models import Product
from keyuan.products.rules.pricing import MODAL_FACTORS
from keyuan.products.rules.terms import parse_term, token_of
from keyuan.products.selectors.labels import DIMENSION_NAMES, PAY_MODES, RATE_BASES, RATE_KINDS, SEXES, term_words

FACTORS = ("02", "03", "04")


class RateUploadForm(forms.Form):
    """A spreadsheet of rates and what is said about it."""

    sections = [
        ("file", _("File"), ["file"]),
        ("table", _("Table"), ["label", "kind", "valid_from", "basis", "base"]),
        ("factors", _("Share of the yearly premium in percent"), [f"factor_{mode}" for mode in FACTORS]),
    ]  # fmt: skip

    file = forms.FileField(
        label=_("Spreadsheet"),
        help_text=_("CSV or XLSX, a rate a row: age, sex, terms, class, plan, rate; 男 and 女 may be two columns."),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
    )  # fmt: skip
    label = forms.CharField(label=_("Name of the table"), max_length=60)
    kind = forms.ChoiceField(label=_("What it tells"), choices=list(RATE_KINDS.items()))
    valid_from = day(_("Prices from"), required=True)
    basis = forms.ChoiceField(label=_("A rate is"), choices=list(RATE_BASES.items()))
    base = YuanField(label=_("Amount (yuan)"), initial=100_000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for mode in FACTORS:
            self.fields[f"factor_{mode}"] = forms.DecimalField(
                label=PAY_MODES[mode], min_value=0, max_value=200, decimal_places=2, required=False,
                initial=Decimal(MODAL_FACTORS[mode]) / 100, widget=forms.TextInput(attrs={"inputmode": "decimal"}),
            )  # fmt: skip

    def factors(self) -> dict[str, int]:
        """Return the shares that were stated, in basis points."""
        values = {mode: self.cleaned_data[f"factor_{mode}"] for mode in FACTORS}
        return {mode: int(value * 100) for mode, value in values.items() if value is not None}


class CalculatorForm(forms.Form):
    """Whom and what to price."""

    product = forms.TypedChoiceField(label=_("Product"), coerce=int)
    on = day(_("On"), required=True)
    birth_on = day(_("Birth date"), help_text=_("Or state the age."))
    age = forms.IntegerField(label=_("Age"), min_value=0, max_value=120, required=False)
    sex = forms.ChoiceField(label=_("Sex"), choices=[("", "--"), *SEXES.items()], required=False)
    sum_insured = YuanField(label=_("Sum insured (yuan)"))
    cover_term = forms.ChoiceField(label=_("Cover term"), required=False)
    pay_term = forms.ChoiceField(label=_("Payment term"), required=False)
    pay_mode = forms.ChoiceField(label=_("Payment frequency"), required=False)
    occupation = forms.ChoiceField(
        label=_("Occupation class"), choices=[("", "--"), *((str(n), str(n)) for n in range(1, 7))], required=False
    )
    plan = forms.CharField(label=DIMENSION_NAMES["plan"], max_length=20, required=False)

    def __init__(self, *args: Any, products: Iterable[Product], chosen: Product | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "product", ((one.pk, f"{one.name} {one.code}") for one in products), or_nothing=True)
        if chosen is not None:
            offer_terms(self, chosen)
        else:
            for name in ("cover_term", "pay_term", "pay_mode"):
                offer(self, name, [], or_nothing=True)


def offer_terms(form: forms.Form, product: Product) -> None:
    """Let the term fields of ``form`` offer what ``product`` offers."""
    for name, terms in (("cover_term", product.cover_terms), ("pay_term", product.pay_terms)):
        tokens = [token_of(str(unit), int(number or 0)) for unit, number in terms]
        offer(form, name, [(token, term_words(token)) for token in tokens] or [("", "--")])
    modes = [mode for mode in product.pay_modes if mode in PAY_MODES]
    offer(form, "pay_mode", [(mode, PAY_MODES[mode]) for mode in modes] or [("01", PAY_MODES["01"])])


def readable_term(text: str) -> str:
    """Return the token of a typed term, empty for nothing. Raises `Refused` term.unreadable."""
    return parse_term(text) if text.strip() else ""
