"""The editor of an edition, and editions and entitlements as pages show them (CUS-14)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from keyuan.customers.rules.standards import BASE, TERMS, Cell, Item, Standard, Star, Tier
from keyuan.customers.selectors import labels
from keyuan.platform import formats

FEN = 100
HOUR, DAY = 60, 24 * 60
TERM_LABELS = {
    "SINGLE": gettext_lazy("Single premium"),
    "SHORT": gettext_lazy("Paid for less than 5 years"),
    "MIDDLE": gettext_lazy("Paid for 5 to 9 years"),
    "LONG": gettext_lazy("Paid for 10 years or more"),
}
STAR_PARTS = {
    "vip": gettext_lazy("VIP premium (yuan)"),
    "single": gettext_lazy("Single premium"),
    "steady": gettext_lazy("Yearly premium paid for three years"),
}
CELL_PARTS = {
    "cell": gettext_lazy("Service"),
    "quota": gettext_lazy("Times a year"),
    "minutes": gettext_lazy("Minutes"),
}
#: The channel for which an edition may have lower thresholds.
MULTI_CHANNEL = "BROKERAGE"


def yuan_field(label: Any, *, required: bool = True) -> forms.DecimalField:
    """Return a field for an amount in yuan."""
    return forms.DecimalField(label=label, min_value=0, max_digits=14, decimal_places=2, required=required)


class StandardForm(forms.Form):
    """Every figure and word of an edition; the fields follow the tiers and items that it has."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    months = forms.IntegerField(label=gettext_lazy("Length of a membership in months"), min_value=1, max_value=60)
    is_pooled = forms.BooleanField(label=gettext_lazy("Count a household's premiums together"), required=False)
    new_tier = forms.ChoiceField(label=gettext_lazy("Add a tier"), required=False)
    new_threshold = yuan_field(gettext_lazy("Its VIP premium (yuan)"), required=False)
    new_item = forms.CharField(label=gettext_lazy("Add an item"), max_length=40, required=False)

    def __init__(self, data: Any = None, *, standard: Standard, version: int) -> None:
        super().__init__(data, initial={"version": version, **initial_of(standard)})
        self.standard = standard
        used = {tier.code for tier in standard.tiers}
        free: Any = self.fields["new_tier"]
        free.choices = [("", "--"), *((code, word) for code, word in labels.TIERS.items() if code not in used)]
        for tier in standard.tiers:
            usual = _("Name of %(tier)s (empty: the usual word)") % {"tier": tier_name(tier.code)}
            self.fields[f"name-{tier.code}"] = forms.CharField(label=usual, max_length=20, required=False)
            self.fields[f"name-{tier.code}"].widget.attrs["aria-label"] = usual
        for tier in standard.tiers[1:]:
            self.fields[f"retire-{tier.code}"] = forms.BooleanField(label=_("Retire this tier"), required=False)
            self.fields[f"threshold-{tier.code}"] = yuan_field(tier_name(tier.code))
            special = f"{tier_name(tier.code)}（{labels.label_of(labels.SALES_CHANNELS, MULTI_CHANNEL)}）"
            self.fields[f"channel-{tier.code}"] = yuan_field(special, required=False)
            self.fields[f"threshold-{tier.code}"].widget.attrs["aria-label"] = tier_name(tier.code)
            self.fields[f"channel-{tier.code}"].widget.attrs["aria-label"] = special
        for count in range(1, len(standard.stars) + 1):
            for part, words in STAR_PARTS.items():
                self.fields[f"star-{count}-{part}"] = yuan_field(f"{'★' * count} {words}", required=part == "vip")
        for term in TERMS:
            self.fields[f"factor-{term}"] = forms.DecimalField(
                label=TERM_LABELS[term], min_value=0, max_value=1000, decimal_places=2
            )
        for item in standard.items:
            self._add_item(item.code)

    def _add_item(self, code: str) -> None:
        self.fields[f"item-{code}"] = forms.CharField(label=_("Item"), max_length=40)
        self.fields[f"retire-item-{code}"] = forms.BooleanField(label=_("Retire this item"), required=False)
        for tier in self.standard.tiers:
            label = tier_name(tier.code)
            self.fields[f"cell-{code}-{tier.code}"] = forms.CharField(label=label, max_length=100, required=False)
            self.fields[f"quota-{code}-{tier.code}"] = forms.IntegerField(label=label, min_value=1, required=False)
            self.fields[f"minutes-{code}-{tier.code}"] = forms.IntegerField(label=label, min_value=1, required=False)
            for part, words in CELL_PARTS.items():
                attrs = self.fields[f"{part}-{code}-{tier.code}"].widget.attrs
                attrs.update({"aria-label": f"{label} {words}", "placeholder": str(words)})

    def clean(self) -> dict[str, Any]:
        """A tier that is added needs the premium from which it begins."""
        values = super().clean() or {}
        if values.get("new_tier") and not values.get("new_threshold"):
            self.add_error("new_threshold", _("Enter the VIP premium from which the new tier begins."))
        return values

    def result(self) -> Standard:
        """Return the edition that was typed: without what is retired, with what is added, tiers by their threshold."""
        values = self.cleaned_data
        old = self.standard
        items = tuple(self._item_of(item) for item in old.items if not values[f"retire-item-{item.code}"])
        return replace(
            old,
            tiers=self._tiers(),
            stars=tuple(
                Star(*(_fen(values.get(f"star-{count}-{part}")) for part in ("vip", "single", "steady")))
                for count in range(1, len(old.stars) + 1)
            ),
            factors={term: int(values[f"factor-{term}"] * FEN) for term in TERMS},
            months=values["months"],
            is_pooled=values["is_pooled"],
            items=(*items, *self._new_item()),
        )

    def _tiers(self) -> tuple[Tier, ...]:
        values, old = self.cleaned_data, self.standard
        kept = [_tier_of(tier.code, values) for tier in old.tiers[1:] if not values[f"retire-{tier.code}"]]
        if not values["new_tier"]:
            return (replace(old.tiers[0], name=values[f"name-{BASE}"].strip()), *kept)
        kept.append(Tier(values["new_tier"], _fen(values["new_threshold"])))
        kept.sort(key=lambda tier: tier.threshold)
        return (replace(old.tiers[0], name=values[f"name-{BASE}"].strip()), *kept)

    def _new_item(self) -> tuple[Item, ...]:
        """Return the item that is added: nobody has anything of it yet; its code is the next free number."""
        name = self.cleaned_data["new_item"].strip()
        known = {item.code for item in self.standard.items}
        code = next(code for number in range(1, len(known) + 2) if (code := f"ITEM_{number}") not in known)
        return (Item(code, name, {}),) if name else ()

    def _item_of(self, item: Item) -> Item:
        values, cells = self.cleaned_data, {}
        for tier in self.standard.tiers:
            if values.get(f"retire-{tier.code}"):
                continue
            place = f"{item.code}-{tier.code}"
            words = values[f"cell-{place}"].strip()
            if words:
                cells[tier.code] = Cell(words, values[f"quota-{place}"], values[f"minutes-{place}"])
        return Item(item.code, values[f"item-{item.code}"], cells)

    def tier_rows(self) -> Iterator[tuple[Any, list[Any]]]:
        """Yield each tier's word and its fields: name, the two thresholds, whether it is retired."""
        for tier in self.standard.tiers[1:]:
            names = ("name", "threshold", "channel", "retire")
            yield tier_name(tier.code), [self[f"{name}-{tier.code}"] for name in names]

    @property
    def base_word(self) -> Any:
        """What the tier in which everybody begins is called."""
        return tier_name(BASE)

    @property
    def base_name(self) -> Any:
        """The name of the tier in which everybody begins."""
        return self[f"name-{BASE}"]

    def star_rows(self) -> Iterator[tuple[str, list[Any]]]:
        """Yield the three fields of each star."""
        for count in range(1, len(self.standard.stars) + 1):
            yield "★" * count, [self[f"star-{count}-{part}"] for part in ("vip", "single", "steady")]

    def factor_fields(self) -> list[Any]:
        """Return the fields of the factors."""
        return [self[f"factor-{term}"] for term in TERMS]

    def item_rows(self) -> Iterator[tuple[Any, Any, list[tuple[Any, Any, Any]]]]:
        """Yield each item's name, whether it is retired and, for each tier, words, quota and minutes."""
        for item in self.standard.items:
            cells = [
                tuple(self[f"{part}-{item.code}-{tier.code}"] for part in ("cell", "quota", "minutes"))
                for tier in self.standard.tiers
            ]
            yield self[f"item-{item.code}"], self[f"retire-item-{item.code}"], cells  # type: ignore[misc]  # three fields each


def _tier_of(code: str, values: Mapping[str, Any]) -> Tier:
    special = _fen(values.get(f"channel-{code}"))
    by_channel = {MULTI_CHANNEL: special} if special else {}
    return Tier(code, _fen(values[f"threshold-{code}"]), by_channel, values[f"name-{code}"].strip())


def _fen(value: Decimal | None) -> int:
    return int(value * FEN) if value else 0


def _yuan(value: int) -> Decimal | None:
    return Decimal(value) / FEN if value else None


def initial_of(standard: Standard) -> dict[str, Any]:
    """Return what the editor begins with."""
    found: dict[str, Any] = {"months": standard.months, "is_pooled": standard.is_pooled}
    found |= {f"name-{tier.code}": tier.name for tier in standard.tiers}
    for tier in standard.tiers[1:]:
        found[f"threshold-{tier.code}"] = _yuan(tier.threshold)
        found[f"channel-{tier.code}"] = _yuan(tier.by_channel.get(MULTI_CHANNEL, 0))
    for count, star in enumerate(standard.stars, start=1):
        for part, value in zip(
            ("vip", "single", "steady"), (star.vip_premium, star.single_premium, star.three_years), strict=True
        ):
            found[f"star-{count}-{part}"] = _yuan(value)
    found |= {f"factor-{term}": Decimal(factor) / FEN for term, factor in standard.factors.items()}
    for item in standard.items:
        found[f"item-{item.code}"] = item.name
        for tier_code, cell in item.cells.items():
            place = f"{item.code}-{tier_code}"
            found[f"cell-{place}"], found[f"quota-{place}"] = cell.service, cell.quota
            found[f"minutes-{place}"] = cell.response_minutes
    return found


def tier_name(code: str) -> str:
    """Return what a tier is called."""
    return labels.label_of(labels.TIERS, code or BASE)


def time_text(minutes: int | None) -> str:
    """Return a time to an answer in the unit that reads best; empty for none."""
    if not minutes:
        return ""
    if minutes % DAY == 0:
        count = minutes // DAY
        return ngettext("%(count)d day", "%(count)d days", count) % {"count": count}
    if minutes % HOUR == 0:
        count = minutes // HOUR
        return ngettext("%(count)d hour", "%(count)d hours", count) % {"count": count}
    return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}


def quota_text(quota: int | None) -> str:
    """Return how often a year; empty for as often as needed."""
    if quota is None:
        return ""
    return ngettext("%(count)d time a year", "%(count)d times a year", quota) % {"count": quota}


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A cell of the catalogue."""

    service: str
    quota: str
    time: str


def catalogue(standard: Standard) -> dict[str, Any]:
    """Return an edition as the page of the catalogue shows it: tiers with thresholds, items with their cells."""
    tiers = [
        {
            "code": tier.code,
            "name": tier.name or tier_name(tier.code),
            "threshold": formats.wan_yuan(tier.threshold) if tier.threshold else "",
            "special": formats.wan_yuan(tier.by_channel[MULTI_CHANNEL]) if tier.by_channel.get(MULTI_CHANNEL) else "",
        }
        for tier in standard.tiers
    ]
    rows = [
        {
            "name": item.name,
            "cells": [_shown(item.cells.get(tier.code)) for tier in standard.tiers],
        }
        for item in standard.items
    ]
    factors = [(TERM_LABELS[term], f"{Decimal(standard.factors[term]) / FEN:g}%") for term in TERMS]
    stars = [
        ("★" * count, *(formats.wan_yuan(value) for value in (star.vip_premium, star.single_premium, star.three_years)))
        for count, star in enumerate(standard.stars, start=1)
    ]
    return {"tiers": tiers, "rows": rows, "factors": factors, "stars": stars, "months": standard.months,
            "is_pooled": standard.is_pooled}  # fmt: skip


def _shown(cell: Cell | None) -> ShownCell | None:
    return ShownCell(cell.service, quota_text(cell.quota), time_text(cell.response_minutes)) if cell else None


def movement(standard: Standard, moves: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return what a preview counted: how many rise, stay and fall out of each tier, and where they would stand."""
    rows = []
    for name, count in sorted(moves.items(), key=lambda pair: -pair[1]):
        before, _arrow, after = name.partition(">")
        change = standard.rank(after) - standard.rank(before)
        tone = "ok" if change > 0 else "bad" if change < 0 else ""
        rows.append({"before": tier_name(before), "after": tier_name(after), "count": count, "tone": tone})
    return rows


REASONS = {
    "UPGRADED": gettext_lazy("The VIP premium reached the threshold"),
    "RENEWED": gettext_lazy("The membership ended and was renewed"),
    "DOWNGRADED": gettext_lazy("The membership ended; the VIP premium no longer reaches the threshold"),
    "STARS": gettext_lazy("The stars follow the premiums"),
    "IMPORT": gettext_lazy("Taken over from the former system"),
}


class ExceptionForm(forms.Form):
    """What is asked beyond the tier."""

    item = forms.ChoiceField(label=gettext_lazy("Item"))
    service = forms.CharField(label=gettext_lazy("Service asked for"), max_length=100)
    quota = forms.IntegerField(
        label=gettext_lazy("Times a year (empty: as often as needed)"), min_value=1, required=False
    )
    response_minutes = forms.IntegerField(
        label=gettext_lazy("First answer within minutes (empty: as the tier)"), min_value=1, required=False
    )
    valid_from = forms.DateField(label=gettext_lazy("From"), widget=forms.DateInput(attrs={"type": "date"}))
    valid_until = forms.DateField(label=gettext_lazy("Until"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data: Any = None, *, standard: Standard, today: date) -> None:
        super().__init__(data, initial={"valid_from": today, "valid_until": today.replace(month=12, day=31)})
        fields: Any = self.fields
        fields["item"].choices = [(item.code, item.name) for item in standard.items]


class NoteForm(forms.Form):
    """Why something is decided so."""

    note = forms.CharField(label=gettext_lazy("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class IssueForm(forms.Form):
    """From which day an edition holds, and why it was changed."""

    valid_from = forms.DateField(label=gettext_lazy("In force from"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label=gettext_lazy("Reason of the change"), max_length=200)
