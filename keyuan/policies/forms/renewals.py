"""Forms of renewal: contact, loss, stop, payment at issue, quote, windows, tariff (POL-4)."""

from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.customers.forms.inputs import AmountField, DayField
from keyuan.kernel.codes import ProductKind
from keyuan.policies.forms.choosing import monitored_field
from keyuan.policies.rules.renewals.motor import LEAST_GRADE, REGIONS, Record, Tariff
from keyuan.policies.rules.renewals.stages import CHOSEN, GONE
from keyuan.policies.rules.renewals.windows import Window
from keyuan.policies.selectors.labels import PAYMENT_METHODS
from keyuan.policies.selectors.renewals.facts import OldCover, Past, is_compulsory
from keyuan.policies.selectors.renewals.labels import CONTACT_RESULTS, REASONS, STOP_WAYS
from keyuan.policies.services.renewals.pricing import CoverDraft, MotorDraft, QuoteDraft
from keyuan.products.models import Product

BP = 10_000
NOTE = forms.Textarea(attrs={"rows": 2})


class ContactForm(forms.Form):
    """One contact about a renewal."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    channel = forms.ChoiceField(
        label=_("Channel"),
        choices=[("PHONE", pgettext_lazy("renewal", "Call")), ("VISIT", _("Visit")), ("WECHAT", _("WeChat"))],
    )
    result = forms.ChoiceField(label=_("Result"), choices=list(CONTACT_RESULTS.items()))
    note = forms.CharField(label=_("Note"), max_length=150, required=False, widget=NOTE)
    follow_up_on = DayField(label=pgettext_lazy("renewal", "Come back to it on"), required=False)


class LoseForm(forms.Form):
    """Why a contract is not renewed."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.ChoiceField(label=_("Reason"))
    note = forms.CharField(label=_("Note"), max_length=200, required=False, widget=NOTE)

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fitting = [code for code in CHOSEN if kind == ProductKind.MOTOR or code not in GONE]
        self.fields["reason"] = forms.ChoiceField(
            label=_("Reason"), choices=[("", "--"), *((code, REASONS[code]) for code in fitting)]
        )


class StopForm(forms.Form):
    """How the customer asked for no renewal."""

    how = forms.ChoiceField(label=pgettext_lazy("renewal", "How the customer said so"), choices=list(STOP_WAYS.items()))
    note = forms.CharField(label=_("Note"), max_length=200, required=False, widget=NOTE)


class IssueForm(forms.Form):
    """The premium that came in before the new contract is issued."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    paid_on = DayField(label=_("Paid on"), required=True)
    method = forms.ChoiceField(label=_("Method"), choices=list(PAYMENT_METHODS.items()))
    reference = forms.CharField(label=_("Reference"), max_length=80, required=False)
    monitored = monitored_field()


class QuoteForm(forms.Form):
    """A quote: product, covers with sum and deductible, what the price asks for, how long it holds."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    product = forms.ChoiceField(label=_("Product"))
    premium = AmountField(label=_("Premium (yuan)"), help_text=_("Only where no rate table prices the product."))
    years = forms.IntegerField(
        label=pgettext_lazy("renewal", "Insured years without a gap"), min_value=0, max_value=30, required=False
    )
    accidents_0 = forms.IntegerField(
        label=pgettext_lazy("renewal", "Accidents in the last year"), min_value=0, max_value=20, required=False,
        help_text=pgettext_lazy("renewal", "As our claims tell it; check it against the motor platform."),
    )  # fmt: skip
    accidents_1 = forms.IntegerField(
        label=pgettext_lazy("renewal", "Accidents in the year before"), min_value=0, max_value=20, required=False
    )
    accidents_2 = forms.IntegerField(
        label=pgettext_lazy("renewal", "Accidents two years before"), min_value=0, max_value=20, required=False
    )
    accidents_3 = forms.IntegerField(
        label=pgettext_lazy("renewal", "Accidents three years before"), min_value=0, max_value=20, required=False
    )
    is_fatal = forms.BooleanField(label=pgettext_lazy("renewal", "A fatal accident at fault"), required=False)
    is_transferred = forms.BooleanField(label=pgettext_lazy("renewal", "Vehicle has a new owner"), required=False)
    break_months = forms.IntegerField(
        label=pgettext_lazy("renewal", "Months without cover"), min_value=0, max_value=120, required=False
    )
    last_grade = forms.IntegerField(
        label=pgettext_lazy("renewal", "NCD grade of the last contract"), min_value=-4, max_value=5, required=False,
        help_text=pgettext_lazy("renewal", "Only after a break of three to six months."),
    )  # fmt: skip
    seats = forms.IntegerField(label=_("Seats"), min_value=1, max_value=60, required=False)
    base = AmountField(label=pgettext_lazy("renewal", "Base premium (yuan)"))
    own = forms.DecimalField(
        label=pgettext_lazy("renewal", "Self-pricing factor"), decimal_places=4, max_digits=6, required=False
    )
    traffic = forms.DecimalField(
        label=pgettext_lazy("renewal", "Traffic violation factor"), decimal_places=4, max_digits=6, required=False
    )
    valid_days = forms.IntegerField(label=pgettext_lazy("renewal", "Holds for (days)"), min_value=1, max_value=90)
    note = forms.CharField(
        label=_("Note to the customer"), max_length=200, required=False, widget=NOTE,
        help_text=_("Promises and superlatives are refused."),
    )  # fmt: skip

    #: Only for motor, and only for commercial motor.
    MOTOR = (
        "years", "accidents_0", "accidents_1", "accidents_2", "accidents_3", "is_fatal", "is_transferred",
        "break_months", "seats",
    )  # fmt: skip
    COMMERCIAL = ("base", "own", "traffic", "last_grade")

    def __init__(self, *args: Any, offers: list[Product], covers: list[OldCover], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.covers = covers
        choices = [(str(product.pk), product.name) for product in offers]
        self.fields["product"] = forms.ChoiceField(label=_("Product"), choices=choices)
        product = offers[0] if offers else None
        is_motor = product is not None and product.kind == ProductKind.MOTOR
        commercial = is_motor and product is not None and not is_compulsory(product)
        unused = [*(() if is_motor else self.MOTOR), *(() if commercial else self.COMMERCIAL)]
        if is_motor:
            unused.append("premium")
        for name in unused:
            del self.fields[name]
        names = self._add_covers()
        self.sections = [
            ("product", _("Product"), ["version", "product", "premium"]),
            ("covers", _("Covers"), names),
            ("vehicle", pgettext_lazy("renewal", "The vehicle's past"), list(self.MOTOR)),
            ("factors", pgettext_lazy("renewal", "Factors"), list(self.COMMERCIAL)),
            ("words", pgettext_lazy("renewal", "Term of the quote"), ["valid_days", "note"]),
        ]

    def _add_covers(self) -> list[str]:
        names = []
        for place, cover in enumerate(self.covers):
            word = {"name": cover.name or cover.code}
            keep = forms.BooleanField(label=_("Keep %(name)s") % word, required=False, initial=True)
            total = AmountField(label=_("%(name)s: sum insured (yuan)") % word)
            own = AmountField(label=_("%(name)s: deductible (yuan)") % word)
            total.initial, own.initial = cover.sum_insured, cover.deductible
            parts: dict[str, forms.Field] = {f"sum_{place}": total, f"deductible_{place}": own}
            if len(self.covers) > 1:
                parts = {f"keep_{place}": keep, **parts}
            self.fields.update(parts)
            names += list(parts)
        return names

    def draft(self) -> QuoteDraft:
        """Return what was typed as the service takes it; call on a valid form."""
        values = self.cleaned_data
        kept = [at for at in range(len(self.covers)) if values.get(f"keep_{at}", True)]
        covers = tuple(
            CoverDraft(
                cover.code, cover.name, cover.product_id if cover.is_rider else int(values["product"]),
                cover.is_rider, values.get(f"sum_{at}") or 0, values.get(f"deductible_{at}"), cover.premium or 0,
            )
            for at, cover in enumerate(self.covers)
            if at in kept
        )  # fmt: skip
        return QuoteDraft(
            int(values["product"]), covers, values.get("premium"), self._motor(values), values["valid_days"],
            values["note"],
        )  # fmt: skip

    def _motor(self, values: dict[str, Any]) -> MotorDraft:
        record = Record(
            accidents=tuple(values.get(f"accidents_{at}") or 0 for at in range(4)),
            insured_years=values.get("years") or 0,
            is_transferred=bool(values.get("is_transferred")),
            break_months=values.get("break_months") or 0,
            is_fatal=bool(values.get("is_fatal")),
            last_grade=values.get("last_grade"),
        )
        return MotorDraft(
            record, values.get("seats") or 5, values.get("base") or 0, _bp(values.get("own")),
            _bp(values.get("traffic")),
        )  # fmt: skip


def _bp(factor: Any) -> int:
    return BP if factor is None else int(factor * BP)


def first_of(past: Past | None) -> dict[str, Any]:
    """Return what the form of a motor quote shows first: the past as our own records tell it."""
    if past is None:
        return {}
    record, vehicle = past.record, past.vehicle
    years = (*record.accidents, 0, 0, 0, 0)[:4]
    return {
        "years": record.insured_years, "break_months": record.break_months, "base": past.base or None,
        "seats": (vehicle.seats if vehicle else None) or 5, "own": 1, "traffic": 1,
        **{f"accidents_{at}": count for at, count in enumerate(years)},
    }  # fmt: skip


class WindowForm(forms.Form):
    """The days of one product kind."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    opens = forms.IntegerField(label=pgettext_lazy("renewal", "On the list (days before the end)"))
    quotes = forms.IntegerField(label=pgettext_lazy("renewal", "Quotes (days before the end)"))
    calls = forms.IntegerField(label=pgettext_lazy("renewal", "Calls (days before the end)"))
    lapses = forms.IntegerField(label=pgettext_lazy("renewal", "Counts as lost (days after the end)"))
    validity = forms.IntegerField(label=pgettext_lazy("renewal", "Quotes hold for (days)"))

    def window(self) -> Window:
        """Return the days; call on a valid form."""
        return Window(**{name: self.cleaned_data[name] for name in ("opens", "quotes", "calls", "lapses", "validity")})


CLEAN = tuple(f"clean_{region}_{years}" for region in REGIONS for years in (1, 2, 3))
GRADES = tuple(f"ncd_{at}" for at in range(10))
FACTORS = (
    ("one_accident", pgettext_lazy("tariff", "One accident in the last year")),
    ("more_accidents", pgettext_lazy("tariff", "Two accidents and more")),
    ("fatal", pgettext_lazy("tariff", "A fatal accident")),
    ("own_least", pgettext_lazy("tariff", "Self-pricing factor: least")),
    ("own_most", pgettext_lazy("tariff", "Self-pricing factor: most")),
    ("traffic_least", pgettext_lazy("tariff", "Traffic violation factor: least")),
    ("traffic_most", pgettext_lazy("tariff", "Traffic violation factor: most")),
)


class TariffForm(forms.Form):
    """A motor tariff from a day on: bases in yuan, factors as decimals."""

    valid_from = DayField(label=_("Valid from"), required=True)
    base_small = AmountField(label=pgettext_lazy("tariff", "Compulsory base below 6 seats (yuan)"), required=True)
    base_large = AmountField(label=pgettext_lazy("tariff", "Compulsory base from 6 seats (yuan)"), required=True)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, tariff: Tariff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tariff = tariff
        self.initial.update({"base_small": tariff.base_small, "base_large": tariff.base_large})
        for name, label in FACTORS:
            self._factor(name, label, getattr(tariff, name))
        for region in REGIONS:
            for years in (1, 2, 3):
                word = {"region": region, "years": years}
                words = _("Region %(region)s, claim-free years: %(years)s") % word
                self._factor(f"clean_{region}_{years}", words, tariff.clean[region][years - 1])
        for at in range(len(tariff.ncd)):
            self._factor(f"ncd_{at}", _("NCD grade %(grade)s") % {"grade": at + LEAST_GRADE}, tariff.ncd[at])
        self.sections = [
            ("day", pgettext_lazy("tariff", "Validity"), ["valid_from", "note"]),
            ("compulsory", pgettext_lazy("tariff", "Compulsory cover"),
             ["base_small", "base_large", "one_accident", "more_accidents", "fatal", *CLEAN]),
            ("commercial", pgettext_lazy("tariff", "Commercial cover"),
             [*GRADES, "own_least", "own_most", "traffic_least", "traffic_most"]),
        ]  # fmt: skip

    def _factor(self, name: str, label: Any, value: int) -> None:
        self.fields[name] = forms.DecimalField(
            label=label, decimal_places=4, max_digits=6, min_value=0, initial=f"{value / BP:g}"
        )

    def made(self) -> Tariff:
        """Return the tariff as typed; call on a valid form."""
        values = self.cleaned_data
        return replace(
            self.tariff, base_small=values["base_small"], base_large=values["base_large"],
            clean={region: [_bp(values[f"clean_{region}_{years}"]) for years in (1, 2, 3)] for region in REGIONS},
            ncd=[_bp(values[f"ncd_{at}"]) for at in range(10)],
            **{name: _bp(values[name]) for name, _label in FACTORS},
        )  # fmt: skip

    def place_of(self, name: str) -> str:
        """Return the field that shows what is wrong with a part of the tariff."""
        return {"ncd": GRADES[0]}.get(name, f"{name}_1" if name.startswith("clean_") else name)
