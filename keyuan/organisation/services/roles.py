"""Editing roles: permissions, field levels, quota (PLT-4 a, c)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from keyuan.kernel.actor import Actor, FieldLevel, Reach
from keyuan.kernel.errors import Conflict
from keyuan.organisation import permissions as p
from keyuan.organisation.models import Role
from keyuan.organisation.selectors.roles import access_role
from keyuan.organisation.services.authority import (
    require_administrators_left,
    require_editable,
    require_grantable,
)
from keyuan.organisation.services.default_roles import DEFAULT_ROLES
from keyuan.organisation.services.facts import role_facts
from keyuan.organisation.services.provision import check_known, create_role, write_powers
from keyuan.platform.audit import Action, record
from keyuan.platform.subjects import Subject


@dataclass(frozen=True, slots=True)
class RoleContents:
    """Everything about a role that the editor shows."""

    name: str
    description: str
    default_reach: Reach
    outsourced: bool
    reveal_quota: int
    requires_totp: bool
    permissions: frozenset[str]
    fields: Mapping[str, FieldLevel]


def edit_role(
    *, actor: Actor, role_id: int, version: int, contents: RoleContents, reason: str = "", now: datetime
) -> Role:
    """Replace what a role holds; it counts from everybody's next request on.

    Raises Conflict when somebody else saved in the meantime, Refused for one's own role, for permissions beyond one's
    own, and when nobody could edit roles any more.
    """
    actor.require(p.ROLES_EDIT)
    check_known(contents.permissions, contents.fields)
    require_editable(actor, access_role(actor, role_id))
    with transaction.atomic():
        role = Role.objects.select_for_update().get(pk=role_id)
        if role.version != version:
            names = ("name", "description", "default_reach", "reveal_quota")
            theirs = {name: getattr(role, name) for name in names}
            raise Conflict("conflict", version=role.version, theirs=theirs)
        before = role_facts(role)
        require_grantable(actor, contents.permissions - set(before["permissions"]))
        write_contents(role, contents)
        require_administrators_left()
        after = role_facts(role)
        subject = Subject("role", role.pk)
        record(actor, Action.PERMISSION, subject, before=before, after=after, reason=reason, now=now)
    return role


def write_contents(role: Role, contents: RoleContents) -> None:
    """Store ``contents`` and raise the version, by which processes notice."""
    role.name, role.description = contents.name.strip(), contents.description.strip()
    role.default_reach, role.outsourced = contents.default_reach.value, contents.outsourced
    role.reveal_quota, role.requires_totp = contents.reveal_quota, contents.requires_totp
    role.version += 1
    role.edited = True
    role.save()
    write_powers(role, contents.permissions, contents.fields)


def add_role(*, actor: Actor, code: str, contents: RoleContents) -> Role:
    """Add a role of one's own making. Raises Refused for permissions beyond one's own and for a code in use."""
    actor.require(p.ROLES_EDIT)
    require_grantable(actor, contents.permissions)
    return create_role(
        actor=actor,
        code=code,
        name=contents.name,
        permissions=contents.permissions,
        fields=contents.fields,
        description=contents.description,
        default_reach=contents.default_reach,
        outsourced=contents.outsourced,
        reveal_quota=contents.reveal_quota,
        requires_totp=contents.requires_totp,
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """How a role differs from its default."""

    added: frozenset[str]
    removed: frozenset[str]
    fields: Mapping[str, tuple[str, str]]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.fields)


def against_default(role: Role, permissions: Iterable[str], fields: Mapping[str, str]) -> Difference | None:
    """Return what was changed since set-up, or None for a role that has no default."""
    default = DEFAULT_ROLES.get(role.code)
    if default is None:
        return None
    held, given = frozenset(permissions), default.all_permissions()
    wanted = {key: level.value for key, level in default.fields.items()}
    masked = FieldLevel.MASKED.value
    changed = {
        key: (wanted.get(key, masked), fields.get(key, masked))
        for key in sorted(wanted.keys() | fields.keys())
        if wanted.get(key, masked) != fields.get(key, masked)
    }
    return Difference(held - given, given - held, changed)
