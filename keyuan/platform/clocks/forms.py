"""Forms of the calendars."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.platform.clocks.hours import Hours
from keyuan.platform.clocks.timetables import text_of
from keyuan.platform.wording import say_code

WEEKDAYS = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))
OFF, WORKED = "off", "worked"
WORDS = {
    "off": OFF, "休": OFF, "放假": OFF, "节假日": OFF, "holiday": OFF,
    "worked": WORKED, "班": WORKED, "上班": WORKED, "调休": WORKED, "workday": WORKED,
}  # fmt: skip
LINE = re.compile(r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[\s,;，；\t]+(\S+)")
MOST_BYTES = 64 * 1024


def read_days(text: str) -> tuple[list[date], list[date]]:
    """Return the days off and the days worked of a text, one on each line; empty lines and a heading are passed over.

    Raises ValidationError naming the line that cannot be read.
    """
    found: dict[str, list[date]] = {OFF: [], WORKED: []}
    for number, line in enumerate(text.splitlines(), 1):
        match = LINE.match(line.strip())
        if match is None and (not line.strip() or (number == 1 and not line.strip()[0].isdigit())):
            continue
        try:
            year, month, day, word = match.groups() if match else ("", "", "", "")
            found[WORDS[word.lower()]].append(date(int(year), int(month), int(day)))
        except (KeyError, ValueError) as error:
            raise forms.ValidationError(say_code("calendar.line", {"line": number})) from error
    return found[OFF], found[WORKED]


class YearForm(forms.Form):
    """The published table of a year: typed, pasted, or from a file."""

    year = forms.IntegerField(label=_("Year"))
    source = forms.CharField(
        label=_("Number of the notice"), max_length=80, required=False, help_text=_("As the State Council published it")
    )
    days = forms.CharField(
        label=pgettext_lazy("calendar", "Days"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("One day on each line with what it is: “2027-01-01 off” or “2027-02-06 worked”."),
    )
    file = forms.FileField(
        label=_("Or a text or CSV file"), required=False, help_text=_("Two columns: the day, and off or worked")
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Read the days of the text and of the file."""
        values: dict[str, Any] = super().clean() or {}
        off, worked = self._read("days", values.get("days") or "")
        upload = values.get("file")
        if upload is not None:
            try:
                text = upload.read(MOST_BYTES + 1).decode("utf-8-sig")
            except UnicodeDecodeError:
                text = ""
            if not text or upload.size > MOST_BYTES:
                self.add_error("file", say_code("calendar.file"))
            more_off, more_worked = self._read("file", text)
            off, worked = [*off, *more_off], [*worked, *more_worked]
        values["holidays"], values["working_days"] = off, worked
        return values

    def _read(self, field: str, text: str) -> tuple[list[date], list[date]]:
        try:
            return read_days(text)
        except forms.ValidationError as error:
            self.add_error(field, error)
            return [], []


class HoursForm(forms.Form):
    """Opening hours of a calendar: by weekday, on holidays, on special days."""

    def __init__(self, data: Any = None, *, hours: Hours, version: int) -> None:
        super().__init__(data)
        hint = _("Such as 08:30-12:00 13:30-17:30; empty is closed")
        for number, (label, windows) in enumerate(zip(WEEKDAYS, hours.week, strict=True)):
            self.fields[f"day_{number}"] = forms.CharField(
                label=label,
                max_length=80,
                required=False,
                initial=text_of(windows),
                help_text=hint if not number else "",
            )
        self.fields["holiday"] = forms.CharField(
            label=_("On days off"), max_length=80, required=False, initial=text_of(hours.holiday)
        )
        special = "\n".join(f"{day.isoformat()} {text_of(windows)}".strip() for day, windows in hours.days.items())
        self.fields["days"] = forms.CharField(
            label=_("Days with hours of their own"),
            required=False,
            initial=special,
            widget=forms.Textarea(attrs={"rows": 4}),
            help_text=_("One on each line, such as 2026-02-16 09:00-12:00; without hours it is closed."),
        )
        self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput, initial=version)

    def clean_days(self) -> dict[str, str]:
        """Read the special days."""
        found: dict[str, str] = {}
        for number, line in enumerate(str(self.cleaned_data["days"]).splitlines(), 1):
            day, _space, text = line.strip().partition(" ")
            if not day:
                continue
            try:
                found[date.fromisoformat(day).isoformat()] = text.strip()
            except ValueError as error:
                raise forms.ValidationError(say_code("calendar.line", {"line": number})) from error
        return found

    def week(self) -> Sequence[str]:
        """Return the hours of the seven weekdays."""
        return [str(self.cleaned_data[f"day_{number}"]).strip() for number in range(7)]
