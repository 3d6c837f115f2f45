"""Bringing roles up to a new version: permissions that came with it reach roles nobody has edited (PLT-4 a)."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from keyuan.kernel.actor import Actor
from keyuan.organisation import permissions as p
from keyuan.organisation.models import Role, RolePermission
from keyuan.organisation.services.default_roles import DEFAULT_ROLES
from keyuan.organisation.services.facts import role_facts
from keyuan.platform.audit import Action, record
from keyuan.platform.catalogue import catalogue
from keyuan.platform.subjects import Subject


@dataclass(slots=True)
class Updates:
    """Role code → permissions: those added, and those only offered because somebody has edited the role."""

    added: dict[str, list[str]] = field(default_factory=dict)
    offered: dict[str, list[str]] = field(default_factory=dict)


def bring_roles_up_to_date(*, actor: Actor, now: datetime) -> Updates:
    """Give each built-in role what its description has gained since it was made or last brought up to date.

    A permission that was given once and taken away stays away. Roles that somebody edited get nothing; what they
    lack is returned once, for an administrator to decide on the role's page.
    """
    actor.require(p.ROLES_EDIT)
    updates = Updates()
    for role_id in (
        Role.objects.filter(is_builtin=True, code__in=DEFAULT_ROLES).order_by("pk").values_list("pk", flat=True)
    ):
        with transaction.atomic():
            _bring(actor, Role.objects.select_for_update().get(pk=role_id), updates, now)
    return updates


def given(keys: set[str] | frozenset[str]) -> str:
    """Return what stands in ``defaults_given`` for these permissions."""
    return " ".join(sorted(keys))


def _bring(actor: Actor, role: Role, updates: Updates, now: datetime) -> None:
    described = {key for key in DEFAULT_ROLES[role.code].all_permissions() if key in catalogue}
    held = set(role.grants.values_list("permission", flat=True))
    before = set(role.defaults_given.split())
    new = sorted(described - before - held)
    if described <= before:
        return
    if new and role.edited:
        updates.offered[role.code] = new
    elif new:
        facts = role_facts(role)
        RolePermission.objects.bulk_create([RolePermission(role=role, permission=key) for key in new])
        role.version += 1
        updates.added[role.code] = new
        detail = {"reason": "release"}
        after = role_facts(role)
        record(actor, Action.PERMISSION, Subject("role", role.pk), before=facts, after=after, detail=detail, now=now)
    role.defaults_given = given(before | described)
    role.save(update_fields=["defaults_given", "version"])
