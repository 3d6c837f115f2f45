"""Saying who keeps the policies of a source (POL-7)."""

from datetime import datetime

from django.db import transaction

from keyuan.kernel.actor import Actor
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.permissions import SETTINGS_EDIT
from keyuan.policies.models import SourceSystem

FIELDS = ("label", "owns_policies", "note")


def set_source(*, actor: Actor, name: str, label: str, owns_policies: bool, note: str, now: datetime) -> SourceSystem:
    """Say whether a source keeps its policies itself, under which name pages show it and where to change them."""
    actor.require(SETTINGS_EDIT)
    values = {"label": label.strip() or name, "owns_policies": owns_policies, "note": note.strip()}
    with transaction.atomic():
        known = SourceSystem.objects.select_for_update().filter(name=name).first()
        before = {field: getattr(known, field) for field in FIELDS} if known else {}
        row, _created = SourceSystem.objects.update_or_create(name=name, defaults=values | {"updated_at": now})
        act = Action.UPDATE if known else Action.CREATE
        record(actor, act, Subject("source_system", row.pk), before=before, after={"source": name, **values}, now=now)
    return row
