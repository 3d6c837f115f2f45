"""The contact rules: read by all who see permits, changed with a preview, every version kept (MKT-9)."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from keyuan.contact import permissions
from keyuan.contact.forms.rules import RulesForm, cap_label, place_of, quiet_label
from keyuan.contact.forms.wording import reason_word
from keyuan.contact.rules.terms import MAIN_CHANNEL, Quiet, Rules
from keyuan.contact.selectors import labels
from keyuan.contact.selectors.preview import Preview, preview_of
from keyuan.contact.selectors.terms import latest_rules, rule_versions, rules_in_force
from keyuan.contact.services.terms import save_rules
from keyuan.kernel.errors import Invalid, Refused
from keyuan.organisation.selectors.units import open_units, unit_names
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
#: Levels of units that local hours are set for: head office, branches, sub-branches.
LOCAL_LEVELS = 3


@require_GET
@allow(permissions.VIEW)
def rules(request: StaffRequest) -> HttpResponse:
    """Show the rules in force and their history."""
    current = rules_in_force()
    latest = latest_rules()
    context = {
        "caps": [(cap_label(cap.kind, cap.channel), cap) for cap in current.caps],
        "quiet": _quiet_rows(current.quiet),
        "rests": [
            (labels.label_of(labels.HOLDS, rest.hold), labels.KINDS[rest.kind], rest.days) for rest in current.rests
        ],
        "rules": current,
        "first": _("The customer's main sales channel")
        if current.first_rank == MAIN_CHANNEL
        else _("Who serves the customer"),
        "version": latest.version if latest else 0,
        "history": rule_versions(),
        "may_edit": request.actor.may(permissions.RULES),
    }
    return page(request, "contact/rules.html", context)


def _quiet_rows(quiet: tuple[Quiet, ...]) -> list[dict[str, Any]]:
    names = unit_names(row.unit_id for row in quiet)
    return [
        {
            "kind": quiet_label(row.kind),
            "hours": f"{row.starts:%H:%M} – {row.ends:%H:%M}",
            "where": names.get(row.unit_id or 0, "") if row.unit_id else _("The whole company"),
            "days": row.weekdays,
        }
        for row in quiet
    ]


@require_http_methods(["GET", "POST"])
@allow(permissions.RULES)
def rules_edit(request: StaffRequest) -> HttpResponse:
    """Change the rules; ``preview`` shows what they would have answered to the latest asks."""
    latest = latest_rules()
    units = [(unit.pk, unit.name) for unit in open_units(request.actor).filter(level__lte=LOCAL_LEVELS)]
    form = RulesForm(request.POST or None, rules=rules_in_force(), version=latest.version if latest else 0, units=units)
    preview = None
    if request.method == "POST" and form.is_valid():
        if "preview" in request.POST:
            preview = _preview_words(preview_of(rules_in_force(), form.rules()))
        elif _saved(request, form, form.rules()):
            return HttpResponseRedirect(reverse("contact:rules"))
    context = {"form": form, "preview": preview, "title": _("Change the contact rules")}
    return page(request, "contact/rules_edit.html", context, status=422 if form.errors else 200)


def _saved(request: StaffRequest, form: RulesForm, entered: Rules) -> bool:
    values = form.cleaned_data
    try:
        save_rules(
            actor=request.actor, rules=entered, reason=values["reason"], version=values["version"], now=clock.now()
        )
    except Refused as error:
        for part in error.errors if isinstance(error, Invalid) else [error]:
            name = place_of(part.field)
            form.add_error(name if name in form.fields else None, say(part))
        return False
    toast(request, _("The rules are in force from now on"))
    return True


def _preview_words(found: Preview) -> dict[str, Any]:
    codes = sorted({*found.reasons_now, *found.reasons_then})
    rows = [(reason_word(code), found.reasons_now[code], found.reasons_then[code]) for code in codes]
    return {"found": found, "rows": rows}
