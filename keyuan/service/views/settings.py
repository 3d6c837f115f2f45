"""Setting the desk up: desks with their people, routing, targets, categories, canned answers (SRV-1 to SRV-3)."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keyuan.kernel.errors import Refused
from keyuan.organisation.forms import explain
from keyuan.organisation.selectors.units import open_units
from keyuan.platform import clock
from keyuan.platform.choosing import offer
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.people import names_of
from keyuan.platform.toasts import toast
from keyuan.service import permissions
from keyuan.service.forms import setting_up as f
from keyuan.service.forms import words
from keyuan.service.rules.kinds import DEFAULTS
from keyuan.service.selectors import setup
from keyuan.service.selectors.desks import categories, desks, macros, members_of, rules, targets
from keyuan.service.services import setting_up

FORMS: dict[str, tuple[type[f.SetupForm], Any]] = {
    "desk": (f.DeskForm, gettext_lazy("Desk")),
    "rule": (f.RuleForm, gettext_lazy("Routing rule")),
    "category": (f.CategoryForm, gettext_lazy("Category")),
    "macro": (f.MacroForm, gettext_lazy("Canned answer")),
}
UNITS_SHOWN = 3


@require_safe
@allow(permissions.SETTINGS)
def settings(request: StaffRequest) -> HttpResponse:
    """Everything by which the desk works."""
    setting_up.seed(clock.now())
    rows = []
    for desk in setup.all_desks():
        members = members_of(desk.pk)
        names = names_of(
            [*(member.user_id for member in members), *([desk.supervisor_id] if desk.supervisor_id else [])]
        )
        rows.append({"desk": desk, "people": [names.get(m.user_id, "") for m in members],
                     "supervisor": names.get(desk.supervisor_id or 0, "")})  # fmt: skip
    context = {
        "desks": rows,
        "rules": [{"rule": rule, "kinds": [words.word(words.KINDS, kind) for kind in rule.kinds]} for rule in rules()],
        "targets": [{"row": row, "kind": words.word(words.KINDS, row.kind)} for row in targets()],
        "usual": [(words.word(words.KINDS, kind), target) for kind, target in DEFAULTS.items()],
        "target_form": f.TargetForm(),
        "categories": [{"row": row, "kind": words.word(words.KINDS, row.kind)} for row in categories(active=False)],
        "macros": macros(active=False),
    }
    return page(request, "service/settings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allow(permissions.SETTINGS)
def entry_new(request: StaffRequest, setup_part: str) -> HttpResponse:
    """Make an entry of a part of the set-up."""
    return _edit(request, setup_part, None)


@require_http_methods(["GET", "HEAD", "POST"])
@allow(permissions.SETTINGS)
def entry_edit(request: StaffRequest, setup_part: str, entry_id: int) -> HttpResponse:
    """Change an entry of a part of the set-up."""
    return _edit(request, setup_part, entry_id)


def _edit(request: StaffRequest, part: str, pk: int | None) -> HttpResponse:
    if part not in FORMS:
        raise Http404(part)
    row = setup.entry(part, pk) if pk else None
    kind, label = FORMS[part]
    form = kind(request.POST or None, initial=_initial(part, row) if row else None)
    _offer(part, form, request)
    if request.method == "POST" and form.is_valid():
        try:
            SAVE[part](request, pk, form.cleaned_data)
        except Refused as error:
            explain(form, error)
        else:
            toast(request, _("Saved"))
            return HttpResponseRedirect(reverse("service:settings"))
    context = {"form": form, "title": row or label, "label": label}
    return page(request, "service/setting.html", context, status=422 if form.errors else 200)


def _offer(part: str, form: f.SetupForm, request: StaffRequest) -> None:
    if part == "desk":
        units = open_units(request.actor).filter(level__lte=UNITS_SHOWN)
        offer(form, "unit", ((unit.pk, unit.name) for unit in units))
    if part == "rule":
        offer(form, "desk", ((desk.pk, desk.name) for desk in desks()))
    if part == "category":
        offer(form, "parent", ((row.pk, row.name) for row in categories()), or_nothing=True)


def _initial(part: str, row: Any) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in ("name", "version", "is_active")}
    if part == "desk":
        people = {"supervisor": setup.staff_no_of(row.supervisor_id), "members": setup.members_text(row.pk)}
        return values | people | {"unit": row.unit_id}
    if part == "rule":
        lists = {"categories": ",".join(row.categories), "tiers": ",".join(row.tiers)}
        same = {name: getattr(row, name) for name in ("position", "kinds", "channels", "is_pushed")}
        return values | lists | same | {"desk": row.desk_id}
    if part == "category":
        return values | {"parent": row.parent_id, "kind": row.kind}
    return values | {"body": row.body, "is_reply": row.is_reply}


def _save_desk(request: StaffRequest, pk: int | None, data: dict[str, Any]) -> object:
    return setting_up.save_desk(
        actor=request.actor, desk_id=pk, name=data["name"], unit_id=int(data["unit"]),
        supervisor_id=setup.user_of(data["supervisor"]), is_active=data["is_active"],
        members=setup.read_members(data["members"]), version=data["version"], now=clock.now(),
    )  # fmt: skip


def _codes(text: str) -> list[str]:
    return [part.strip().upper() for part in text.replace("，", ",").split(",") if part.strip()]


def _save_rule(request: StaffRequest, pk: int | None, data: dict[str, Any]) -> object:
    values = {name: data[name] for name in ("name", "position", "kinds", "channels", "is_pushed", "is_active")}
    values |= {"categories": _codes(data["categories"]), "tiers": _codes(data["tiers"]), "desk_id": int(data["desk"])}
    return setting_up.save_rule(
        actor=request.actor, rule_id=pk, values=values, version=data["version"], now=clock.now()
    )


def _save_category(request: StaffRequest, pk: int | None, data: dict[str, Any]) -> object:
    return setting_up.save_category(
        actor=request.actor, category_id=pk, name=data["name"], parent_id=int(data["parent"] or 0) or None,
        kind=data["kind"], is_active=data["is_active"], version=data["version"], now=clock.now(),
    )  # fmt: skip


def _save_macro(request: StaffRequest, pk: int | None, data: dict[str, Any]) -> object:
    return setting_up.save_macro(actor=request.actor, macro_id=pk, now=clock.now(), **data)


SAVE: dict[str, Callable[[StaffRequest, int | None, dict[str, Any]], object]] = {
    "desk": _save_desk, "rule": _save_rule, "category": _save_category, "macro": _save_macro,
}  # fmt: skip


@require_POST
@allow(permissions.SETTINGS)
def target_save(request: StaffRequest) -> HttpResponse:
    """Set the terms of a kind, category and tier."""
    form = f.TargetForm(request.POST)
    if form.is_valid():
        try:
            setting_up.save_target(actor=request.actor, now=clock.now(), **form.cleaned_data)
        except Refused as error:
            explain(form, error)
        else:
            toast(request, _("Saved"))
            return HttpResponseRedirect(reverse("service:settings"))
    context: dict[str, forms.Form | str] = {"form": form, "title": _("Terms of service"), "label": ""}
    return page(request, "service/setting.html", context, status=422)


@require_POST
@allow(permissions.SETTINGS)
def target_drop(request: StaffRequest, target_id: int) -> HttpResponse:
    """Take terms out again."""
    setting_up.drop_target(actor=request.actor, target_id=target_id, now=clock.now())
    toast(request, _("Saved"))
    return HttpResponseRedirect(reverse("service:settings"))
