"""Windows and motor tariffs, and the renewal rate with its file (POL-4)."""

import csv
import io
from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from keyuan.kernel.codes import ProductKind
from keyuan.kernel.errors import Invalid, NotFound, Refused
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.permissions import EXPORT_RUN
from keyuan.platform.toasts import toast
from keyuan.policies import permissions
from keyuan.policies.forms.renewals import TariffForm, WindowForm
from keyuan.policies.forms.small import put_errors
from keyuan.policies.rules.renewals.windows import ANY, MATURING, window_for
from keyuan.policies.selectors.labels import PRODUCT_KINDS
from keyuan.policies.selectors.renewals import tariff_on, tariffs, window_rows, windows_in_force
from keyuan.policies.selectors.renewals.labels import GROUP_WORDS
from keyuan.policies.selectors.renewals.rates import DRILL, GROUPS, MOST_DAYS, Line, rates, total
from keyuan.policies.services.renewals.reporting import note_rate_file
from keyuan.policies.services.renewals.settings import NAMES, add_tariff, save_window

GET_OR_POST = require_http_methods(["GET", "POST"])
KINDS = (ANY, *(kind.value for kind in ProductKind if kind not in MATURING))


def _kind_word(kind: str) -> str:
    return str(PRODUCT_KINDS.get(kind, kind)) if kind else pgettext("renewal", "All other kinds")


@require_GET
@allow(permissions.RENEWAL_RULES)
def windows(request: StaffRequest) -> HttpResponse:
    """Show the windows by product kind and the motor tariffs."""
    found, rows = windows_in_force(), window_rows()
    context = {
        "windows": [(kind, _kind_word(kind), window_for(found, kind), rows.get(kind)) for kind in KINDS],
        "tariffs": tariffs(),
        "in_force": tariff_on(clock.today())[0],
    }
    return page(request, "policies/renewals/windows.html", context)


@GET_OR_POST
@allow(permissions.RENEWAL_RULES)
def window_edit(request: StaffRequest, window_kind: str) -> HttpResponse:
    """Change the days of one kind ("ANY": all without their own)."""
    key = ANY if window_kind == "ANY" else window_kind
    if key not in KINDS:
        raise NotFound("renewal.kind")
    window, row = window_for(windows_in_force(), key), window_rows().get(key)
    first = {name: getattr(window, name) for name in NAMES} | {"version": row.version if row else 0}
    form = WindowForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            version = form.cleaned_data["version"]
            save_window(actor=request.actor, kind=key, window=form.window(), version=version, now=clock.now())
        except Refused as error:
            put_errors(form, error)
        else:
            toast(request, _("Saved"))
            return redirect("policies:renewal-windows")
    return _settings_form(request, form, _kind_word(key))


@GET_OR_POST
@allow(permissions.RENEWAL_RULES)
def tariff_create(request: StaffRequest) -> HttpResponse:
    """Add a motor tariff from a day on, beginning with the one in force."""
    today = clock.today()
    form = TariffForm(request.POST or None, tariff=tariff_on(today)[1], initial={"valid_from": today})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            add_tariff(
                actor=request.actor, valid_from=values["valid_from"], tariff=form.made(), note=values["note"],
                now=clock.now(),
            )  # fmt: skip
        except Refused as error:
            parts = error.errors if isinstance(error, Invalid) else [error]
            placed = [Refused(part.code, field=form.place_of(part.field or ""), **part.params) for part in parts]
            put_errors(form, Invalid(placed))
        else:
            toast(request, _("Saved"))
            return redirect("policies:renewal-windows")
    return _settings_form(request, form, pgettext("renewal", "New motor tariff"))


def _settings_form(request: StaffRequest, form: Any, title: str) -> HttpResponse:
    context = {"form": form, "title": title, "back_url": reverse("policies:renewal-windows")}
    return page(request, "policies/renewals/setting.html", context, status=422 if form.is_bound else 200)


def _day(text: str, default: date) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return default


def _asked(request: StaffRequest) -> tuple[str, date, date]:
    """Return grouping and span; what makes no sense falls back to the last twelve months."""
    today = clock.today()
    last = _day(request.GET.get("to", ""), today)
    first = _day(request.GET.get("from", ""), last - timedelta(days=364))
    if first > last or (last - first).days > MOST_DAYS:
        first = last - timedelta(days=min(MOST_DAYS, 364))
    group = request.GET.get("by", "branch")
    return (group if group in GROUPS else "branch"), first, last


@require_GET
@allow(permissions.RENEW)
def renewal_rates(request: StaffRequest) -> HttpResponse:
    """Show the renewal rate by unit, channel or product; each line leads to its contracts."""
    group, first, last = _asked(request)
    lines = rates(request.actor, group, first, last)
    if request.GET.get("format") == "csv":
        return _file(request, group, lines, first, last)
    base = reverse("policies:renewals")
    span = f"expires.from={first.isoformat()}&expires.to={last.isoformat()}"
    context = {
        "lines": [(line, _drill(base, span, group, line)) for line in lines],
        "total": total(lines),
        "group": group,
        "groups": GROUP_WORDS.items(),
        "group_word": GROUP_WORDS[group],
        "first": first,
        "last": last,
        "may_export": request.actor.may(EXPORT_RUN),
    }
    return page(request, "policies/renewals/rates.html", context)


def _drill(base: str, span: str, group: str, line: Line) -> str:
    if group in DRILL:
        return f"{base}?view=all&{span}&{DRILL[group]}={line.key}"
    return f"{base}?view=all&{span}&{group}={line.key or ''}"


def _file(request: StaffRequest, group: str, lines: list[Line], first: date, last: date) -> HttpResponse:
    note_rate_file(actor=request.actor, group=group, first=first, last=last, now=clock.now())
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([
        str(GROUP_WORDS[group]), pgettext("renewal", "Expiring"), pgettext("renewal", "Not counted"),
        pgettext("renewal", "Renewed"), pgettext("renewal", "Not renewed"), pgettext("renewal", "In work"),
        _("Renewal rate"),
    ])  # fmt: skip
    for line in [*lines, total(lines)]:
        name = line.name or pgettext("renewal", "Total")
        # A name from outside must not begin a formula.
        safe = f"'{name}" if name[:1] in "=+-@\t\r" else name
        share = "" if line.rate is None else f"{line.rate / 100:.2f}%"
        writer.writerow([safe, line.expiring, line.excluded, line.won, line.lost, line.live, share])
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="renewal-rate-{first:%Y%m%d}-{last:%Y%m%d}.csv"'
    return response
