"""Roles: what posts may do and how much of personal fields they see (PLT-4 a, c)."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from keyuan.kernel.actor import FieldLevel, Reach
from keyuan.kernel.errors import Conflict, Refused
from keyuan.organisation import permissions as p
from keyuan.organisation.forms import RoleEditForm, RoleForm, explain
from keyuan.organisation.models import Role
from keyuan.organisation.selectors.labels import LEVEL_LABELS, REACH_LABELS, role_label
from keyuan.organisation.selectors.roles import access_role, powers_held, roles_with_posts
from keyuan.organisation.services.default_roles import NEVER_SHOWN
from keyuan.organisation.services.roles import RoleContents, add_role, against_default, edit_role
from keyuan.organisation.views.field_names import FIELD_NAMES
from keyuan.organisation.views.history import history_of, permission_label
from keyuan.platform import clock
from keyuan.platform.catalogue import catalogue
from keyuan.platform.confirming import confirmed
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast


@dataclass(frozen=True, slots=True)
class Tick:
    """One permission in the editor."""

    key: str
    label: Any
    sensitive: bool
    held: bool


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One personal field in the editor."""

    key: str
    label: Any
    choices: list[tuple[str, Any, bool]]


def ticks(held: frozenset[str]) -> list[tuple[str, list[Tick]]]:
    """Return the catalogue in groups, with what is held ticked."""
    groups: dict[str, list[Tick]] = {}
    for entry in catalogue:
        tick = Tick(entry.key, entry.label, entry.sensitive, entry.key in held)
        groups.setdefault(str(entry.group), []).append(tick)
    return list(groups.items())


def field_rows(levels: dict[str, str]) -> list[FieldRow]:
    """Return the personal fields with their level; those of authentication are shown to nobody and stay out."""
    masked = FieldLevel.MASKED.value
    return [
        FieldRow(key, label, [(level.value, word, levels.get(key, masked) == level) for level, word in LEVELS])
        for key, label in FIELD_NAMES.items()
        if key not in NEVER_SHOWN
    ]


LEVELS = list(LEVEL_LABELS.items())


def typed_powers(data: QueryDict) -> tuple[frozenset[str], dict[str, FieldLevel]]:
    """Return permissions and field levels as the editor sent them; unknown ones are left out."""
    permissions = frozenset(key for key in data.getlist("permission") if key in catalogue)
    known = {level.value: level for level in FieldLevel}
    chosen = {key: known.get(data.get(f"field-{key}", "")) for key in FIELD_NAMES if key not in NEVER_SHOWN}
    # Masked is what an absent row means.
    fields: dict[str, FieldLevel] = {
        key: level for key, level in chosen.items() if level is not None and level is not FieldLevel.MASKED
    }
    return permissions, fields


@allow(p.ROLES_EDIT)
@require_GET
def roles(request: StaffRequest) -> HttpResponse:
    """All roles with their posts and how they differ from set-up."""
    rows = []
    for role, posts in roles_with_posts(request.actor):
        permissions, fields = powers_held(role)
        rows.append(
            {
                "role": role,
                "label": role_label(role),
                "reach": REACH_LABELS[Reach(role.default_reach)],
                "permissions": len(permissions),
                "posts": posts,
                "changed": bool(against_default(role, permissions, fields)),
            }
        )
    return page(request, "organisation/roles.html", {"rows": rows})


def contents_of(data: dict[str, Any], request: StaffRequest) -> RoleContents:
    """Return a role's contents from form and ticks."""
    permissions, fields = typed_powers(request.POST)
    return RoleContents(
        name=data["name"],
        description=data["description"],
        default_reach=Reach(data["default_reach"]),
        outsourced=data["outsourced"],
        reveal_quota=data["reveal_quota"],
        requires_totp=data["requires_totp"],
        permissions=permissions,
        fields=fields,
    )


@allow(p.ROLES_EDIT)
@require_http_methods(["GET", "POST"])
@confirmed
def role(request: StaffRequest, role_id: int) -> HttpResponse:
    """The role editor."""
    found = access_role(request.actor, role_id)
    permissions, fields = powers_held(found)
    names = ("name", "description", "default_reach", "reveal_quota", "outsourced", "requires_totp", "version")
    form = RoleEditForm(
        request.POST or None, initial={name: getattr(found, name) for name in names} | {"name": found.name}
    )
    context: dict[str, Any] = {"role": found, "label": role_label(found)}
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            edit_role(
                actor=request.actor,
                role_id=role_id,
                version=data["version"],
                contents=contents_of(data, request),
                reason=data["reason"],
                now=clock.now(),
            )
        except Refused as error:
            explain(form, error)
            context["theirs"] = power_words(request.POST, found) if isinstance(error, Conflict) else []
        else:
            toast(request, _("Saved; it counts from everybody's next click"))
            return HttpResponseRedirect(reverse("organisation:role", args=[role_id]))
    context["difference"] = difference_words(found, permissions, fields)
    context["history"] = history_of(request.actor, "role", role_id)
    return editor(request, form, context, permissions, fields)


def editor(
    request: StaffRequest, form: Any, context: dict[str, Any], permissions: frozenset[str], fields: dict[str, str]
) -> HttpResponse:
    """Render the editor; after an error with what was ticked, so that nothing is lost."""
    if request.method == "POST":
        typed, levels = typed_powers(request.POST)
        permissions, fields = typed, {key: level.value for key, level in levels.items()}
    context |= {"form": form, "groups": ticks(permissions), "fields": field_rows(fields)}
    return page(request, "organisation/role.html", context, status=422 if form.errors else 200)


def difference_words(found: Role, permissions: frozenset[str], fields: dict[str, str]) -> list[str]:
    """Say how a role differs from its default."""
    difference = against_default(found, permissions, fields)
    if not difference:
        return []
    words = [f"+{permission_label(key)}" for key in sorted(difference.added)]
    words += [f"−{permission_label(key)}" for key in sorted(difference.removed)]
    for key, (before, after) in difference.fields.items():
        pair = f"{LEVEL_LABELS[FieldLevel(before)]} → {LEVEL_LABELS[FieldLevel(after)]}"
        words.append(f"{FIELD_NAMES.get(key, key)}: {pair}")
    return words


def power_words(data: QueryDict, found: Role) -> list[str]:
    """Say how the stored powers differ from the typed ones, after somebody else saved."""
    permissions, fields = powers_held(found)
    typed, levels = typed_powers(data)
    words = [f"+{permission_label(key)}" for key in sorted(permissions - typed)]
    words += [f"−{permission_label(key)}" for key in sorted(typed - permissions)]
    masked = FieldLevel.MASKED.value
    for key, label in FIELD_NAMES.items():
        mine, stored = levels.get(key, FieldLevel.MASKED), FieldLevel(fields.get(key, masked))
        if mine is not stored:
            words.append(f"{label}: {LEVEL_LABELS[stored]}")
    return words


@allow(p.ROLES_EDIT)
@require_http_methods(["GET", "POST"])
@confirmed
def role_new(request: StaffRequest) -> HttpResponse:
    """Add a role, by default with nothing in it."""
    form = RoleForm(request.POST or None, initial={"default_reach": Reach.UNIT.value, "reveal_quota": 50})
    if request.method == "POST" and form.is_valid():
        try:
            made = add_role(
                actor=request.actor,
                code=form.cleaned_data["code"],
                contents=contents_of(form.cleaned_data, request),
            )
        except Refused as error:
            explain(form, error)
        else:
            toast(request, _("%(name)s was added") % {"name": made.name})
            return HttpResponseRedirect(reverse("organisation:role", args=[made.pk]))
    return editor(request, form, {"role": None, "label": _("New role")}, frozenset(), {})
