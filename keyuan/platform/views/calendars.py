"""Business calendars: published years, opening hours, loading a year, setting hours (SRV-2)."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from keyuan.kernel.calendars import builtin_years
from keyuan.kernel.errors import Refused
from keyuan.platform import clock
from keyuan.platform.clocks.calendars import load_year, set_hours
from keyuan.platform.clocks.forms import WEEKDAYS, HoursForm, YearForm
from keyuan.platform.clocks.timetables import calendar_defaults, loaded_years, text_of, timetables, version_of
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.permissions import SETTINGS_EDIT
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say


@require_safe
@allow(SETTINGS_EDIT)
def calendars(request: StaffRequest) -> HttpResponse:
    """Which years are known, and when which calendar is open."""
    tables, today = timetables(), clock.today()
    loaded = {row.year: row for row in loaded_years()}
    shipped = {item.year: item for item in builtin_years()}
    years = [
        {
            "year": year,
            "row": loaded.get(year),
            "off": len(loaded[year].holidays if year in loaded else shipped[year].holidays),
            "worked": len(loaded[year].working_days if year in loaded else shipped[year].working_days),
        }
        for year in sorted({*loaded, *shipped}, reverse=True)[:6]
    ]
    context = {
        "years": years,
        "missing": [year for year in (today.year, today.year + 1) if not tables.calendar.is_known(year)],
        "calendars": [_shown(item, tables.of(item.key)) for item in calendar_defaults],
    }
    return page(request, "clocks/calendars.html", context)


def _shown(item: Any, hours: Any) -> dict[str, Any]:
    rows = [(label, text_of(windows)) for label, windows in zip(WEEKDAYS, hours.week, strict=True)]
    return {"item": item, "rows": rows, "holiday": text_of(hours.holiday), "days": len(hours.days)}


@require_http_methods(["GET", "HEAD", "POST"])
@allow(SETTINGS_EDIT)
def calendar_year(request: StaffRequest, year: int) -> HttpResponse:
    """Load the table of a year."""
    row = next((row for row in loaded_years() if row.year == year), None)
    known = next((item for item in builtin_years() if item.year == year), None)
    off = row.holidays if row else sorted(day.isoformat() for day in known.holidays) if known else []
    worked = row.working_days if row else sorted(day.isoformat() for day in known.working_days) if known else []
    words = pgettext("calendar line", "off"), pgettext("calendar line", "worked")
    lines = sorted([f"{day} {words[0]}" for day in off] + [f"{day} {words[1]}" for day in worked])
    source, version = (row.source, row.version) if row else ("", 0)
    initial = {"year": year, "days": "\n".join(lines), "source": source, "version": version}
    form = YearForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = {key: value for key, value in form.cleaned_data.items() if key not in ("days", "file")}
        try:
            load_year(actor=request.actor, now=clock.now(), **values)
        except Refused as error:
            form.add_error(error.field if error.field in form.fields else None, say(error))
        else:
            toast(request, _("The calendar of %(year)s is in force; deadlines are worked out anew") % {"year": year})
            return redirect("platform:calendars")
    context = {"form": form, "title": _("Calendar of %(year)s") % {"year": year}}
    return page(request, "clocks/edit.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@allow(SETTINGS_EDIT)
def calendar_hours(request: StaffRequest, key: str) -> HttpResponse:
    """Set the opening hours of a calendar."""
    item = calendar_defaults.get(key)
    if item is None:
        raise Http404(key)
    form = HoursForm(request.POST or None, hours=timetables().of(key), version=version_of(key))
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        more = {"holiday": values["holiday"], "days": values["days"], "version": values["version"]}
        try:
            set_hours(actor=request.actor, key=key, week=form.week(), now=clock.now(), **more)
        except Refused as error:
            form.add_error(error.field if error.field in form.fields else None, say(error))
        else:
            toast(request, _("The opening hours are in force; deadlines are worked out anew"))
            return redirect("platform:calendars")
    context = {"form": form, "title": _("Opening hours: %(name)s") % {"name": item.label}}
    return page(request, "clocks/edit.html", context, status=422 if form.errors else 200)
