"""The contact rules as a form, and back (MKT-9)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keyuan.contact.rules.purposes import CHANNELS
from keyuan.contact.rules.terms import (
    ANY,
    CUSTOMER,
    HOLDS,
    LIMITED,
    MAIN_CHANNEL,
    NUMBER,
    QUIET_KINDS,
    SERVING,
    Cap,
    Quiet,
    Rest,
    Rules,
    is_general,
    quiet_channel,
)
from keyuan.contact.selectors import labels

#: Ways that lead to a number, so that a cap may count by it.
NUMBERED = ("PHONE", "SMS")
SPARE_ROWS = 2
WEEKDAYS = (
    ("0", _("Mon")), ("1", _("Tue")), ("2", _("Wed")), ("3", _("Thu")), ("4", _("Fri")), ("5", _("Sat")),
    ("6", _("Sun")),
)  # fmt: skip


def cap_places() -> Iterator[tuple[str, str]]:
    """Yield kind and channel of every cap that can be set; the empty channel is all of them together."""
    yield ANY, ""
    for kind in LIMITED:
        for channel in (*CHANNELS, ""):
            yield kind, channel


def _clock(label: Any, *, required: bool = False) -> forms.TimeField:
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, widget=widget, required=required)


def _count(label: Any, *, most: int, required: bool = False) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=most, required=required)


@dataclass(frozen=True, slots=True)
class CapRow:
    """One cap of the page: whose it is, and its fields."""

    label: Any
    most: Any
    days: Any
    per_number: Any = None


class RulesForm(forms.Form):
    """Caps, quiet hours, local hours, rest days, conflicts and terms; an empty cap is none."""

    conflict_days = _count(_("Days that another unit's contact keeps others away"), most=366, required=True)
    first_rank = forms.ChoiceField(
        label=_("Who goes first"),
        choices=((SERVING, _("Who serves the customer")), (MAIN_CHANNEL, _("The customer's main sales channel"))),
    )
    permit_hours = _count(_("Hours that a permit is good"), most=744, required=True)
    dnc_months = _count(_("Months that a refusal binds"), most=1200, required=True)
    reservation_days = _count(_("Longest reservation in days"), most=366, required=True)
    consent_months = _count(_("Months that a consent lasts, 0: until withdrawn"), most=1200, required=True)
    reason = forms.CharField(label=_("Why the rules change"), max_length=200)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any, *, rules: Rules, version: int, units: list[tuple[int, str]]) -> None:
        super().__init__(data, initial={**_scalars(rules), "version": version})
        self._caps(rules)
        self._quiet(rules)
        self._rests(rules)
        self._local(rules, units)

    def _caps(self, rules: Rules) -> None:
        known = {(cap.kind, cap.channel): cap for cap in rules.caps}
        for kind, channel in cap_places():
            name, cap = f"cap_{kind}_{channel or 'ALL'}", known.get((kind, channel))
            self.fields[f"{name}_most"] = _count(_("Contacts"), most=999)
            self.fields[f"{name}_days"] = _count(_("Days"), most=366)
            if channel in NUMBERED:
                self.fields[f"{name}_per"] = forms.BooleanField(label=_("by number"), required=False)
                self.initial[f"{name}_per"] = cap is not None and cap.per == NUMBER
            self.initial.update({f"{name}_most": cap.most, f"{name}_days": cap.days} if cap else {f"{name}_days": 7})

    def _quiet(self, rules: Rules) -> None:
        for kind in QUIET_KINDS:
            found = next((quiet for quiet in rules.quiet if is_general(quiet) and quiet.kind == kind), None)
            needed = kind not in LIMITED
            self.fields[f"quiet_{kind}_starts"] = _clock(_("Quiet from"), required=needed)
            self.fields[f"quiet_{kind}_ends"] = _clock(_("Quiet to"), required=needed)
            if found:
                self.initial.update({f"quiet_{kind}_starts": found.starts, f"quiet_{kind}_ends": found.ends})

    def _rests(self, rules: Rules) -> None:
        known = {(rest.hold, rest.kind): rest.days for rest in rules.rests}
        for hold in HOLDS:
            for kind in LIMITED:
                self.fields[f"rest_{hold}_{kind}"] = _count(labels.KINDS[kind], most=3660)
                self.initial[f"rest_{hold}_{kind}"] = known.get((hold, kind))

    def _local(self, rules: Rules, units: list[tuple[int, str]]) -> None:
        rows = [quiet for quiet in rules.quiet if not is_general(quiet)]
        count = len(rows) + SPARE_ROWS
        if self.is_bound:
            count = min(max(count, _number(self.data.get("local_rows"))), 60)
        self.local_count = count
        places = [("", _("The whole company")), *((str(pk), name) for pk, name in units)]
        kinds = [(kind, quiet_label(kind)) for kind in QUIET_KINDS]
        for number in range(count):
            name, row = f"local_{number}", rows[number] if number < len(rows) else None
            self.fields[f"{name}_unit"] = forms.ChoiceField(label=_("Where"), choices=places, required=False)
            self.fields[f"{name}_kind"] = forms.ChoiceField(label=_("For what"), choices=kinds, required=False)
            self.fields[f"{name}_weekdays"] = forms.MultipleChoiceField(
                label=_("Weekdays"), choices=WEEKDAYS, required=False, widget=forms.CheckboxSelectMultiple
            )
            self.fields[f"{name}_starts"] = _clock(_("Quiet from"))
            self.fields[f"{name}_ends"] = _clock(_("Quiet to"))
            if row:
                self.initial.update({
                    f"{name}_unit": str(row.unit_id or ""), f"{name}_kind": row.kind, f"{name}_starts": row.starts,
                    f"{name}_ends": row.ends, f"{name}_weekdays": [str(day) for day in row.weekdays],
                })  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Refuse a half-entered cap or a local window without both times."""
        values = super().clean() or self.cleaned_data
        for number in range(self.local_count):
            starts, ends = values.get(f"local_{number}_starts"), values.get(f"local_{number}_ends")
            if (starts is None) != (ends is None):
                name = f"local_{number}_{'ends' if ends is None else 'starts'}"
                self.add_error(name, _("Enter both times, or none to leave the row out."))
        for kind, channel in cap_places():
            name = f"cap_{kind}_{channel or 'ALL'}"
            if values.get(f"{name}_most") is not None and not values.get(f"{name}_days"):
                self.add_error(f"{name}_days", _("Enter the days within which the contacts are counted."))
        return values

    def rules(self) -> Rules:
        """Return the rules that were entered."""
        values = self.cleaned_data
        return Rules(
            caps=tuple(self._entered_caps()), quiet=tuple(self._entered_quiet()), rests=tuple(self._entered_rests()),
            **{name: values[name] for name in SCALARS},
        )  # fmt: skip

    def _entered_caps(self) -> Iterator[Cap]:
        for kind, channel in cap_places():
            name = f"cap_{kind}_{channel or 'ALL'}"
            most, days = self.cleaned_data.get(f"{name}_most"), self.cleaned_data.get(f"{name}_days")
            if most is not None:
                per = NUMBER if self.cleaned_data.get(f"{name}_per") else CUSTOMER
                yield Cap(kind, channel, most, days or 0, per)

    def _entered_quiet(self) -> Iterator[Quiet]:
        values = self.cleaned_data
        for kind in QUIET_KINDS:
            starts, ends = values.get(f"quiet_{kind}_starts"), values.get(f"quiet_{kind}_ends")
            if starts is not None and ends is not None:
                yield Quiet(kind, starts, ends, channel=quiet_channel(kind))
        for number in range(self.local_count):
            name = f"local_{number}"
            starts, ends = values.get(f"{name}_starts"), values.get(f"{name}_ends")
            if isinstance(starts, time) and isinstance(ends, time):
                days = tuple(sorted(int(day) for day in values.get(f"{name}_weekdays") or ()))
                unit = values.get(f"{name}_unit") or ""
                kind = values.get(f"{name}_kind") or LIMITED[0]
                yield Quiet(kind, starts, ends, days, quiet_channel(kind), int(unit) if unit else None)

    def _entered_rests(self) -> Iterator[Rest]:
        for hold in HOLDS:
            for kind in LIMITED:
                days = self.cleaned_data.get(f"rest_{hold}_{kind}")
                if days is not None:
                    yield Rest(hold, kind, days)

    def cap_rows(self) -> list[CapRow]:
        """Return the caps as rows of the page."""
        rows = []
        for kind, channel in cap_places():
            name = f"cap_{kind}_{channel or 'ALL'}"
            per = self[f"{name}_per"] if f"{name}_per" in self.fields else None
            rows.append(CapRow(cap_label(kind, channel), self[f"{name}_most"], self[f"{name}_days"], per))
        return rows

    def quiet_rows(self) -> list[tuple[Any, Any, Any]]:
        """Return the general quiet hours as rows of the page."""
        return [(quiet_label(kind), self[f"quiet_{kind}_starts"], self[f"quiet_{kind}_ends"]) for kind in QUIET_KINDS]

    def rest_rows(self) -> list[tuple[Any, list[Any]]]:
        """Return the rest days as rows of the page."""
        return [(labels.HOLDS[hold], [self[f"rest_{hold}_{kind}"] for kind in LIMITED]) for hold in HOLDS]

    def local_rows(self) -> list[dict[str, Any]]:
        """Return the local hours as rows of the page."""
        parts = ("unit", "kind", "weekdays", "starts", "ends")
        return [{part: self[f"local_{number}_{part}"] for part in parts} for number in range(self.local_count)]

    def scalar_fields(self) -> list[Any]:
        """Return the single figures."""
        return [self[name] for name in SCALARS]


SCALARS = ("conflict_days", "first_rank", "permit_hours", "dnc_months", "reservation_days", "consent_months")


def _number(text: str | None) -> int:
    """Return the number of rows that the page says it has; anything else is none."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 4 else 0


def _scalars(rules: Rules) -> dict[str, Any]:
    return {name: getattr(rules, name) for name in SCALARS}


def quiet_label(kind: str) -> str:
    """Return what quiet hours keep away."""
    channel = quiet_channel(kind)
    return f"{labels.KINDS[kind]} · {labels.CHANNELS[channel]}" if channel else str(labels.KINDS[kind])


def cap_label(kind: str, channel: str) -> str:
    """Return what a cap limits."""
    if kind == ANY:
        return str(_("Selling and care together, every channel"))
    where = str(labels.CHANNELS[channel]) if channel else str(_("every channel together"))
    return f"{labels.KINDS[kind]} · {where}"


#: Where the service's complaint about a part of the rules is shown.
PLACES = {"quiet_SALES": "quiet_SALES_starts"}


def place_of(name: str | None) -> str | None:
    """Return the form's field for a part of the rules."""
    if name and name.startswith("cap_"):
        return f"{name}_most"
    return PLACES.get(name or "", name)
