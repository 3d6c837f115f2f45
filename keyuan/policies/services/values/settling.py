"""Settling what contracts are valued by unless they say otherwise: one proposes, another releases (POL-5)."""

from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, NotFound, Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.locks import hold
from keyuan.policies import permissions
from keyuan.policies.models import ValueRules
from keyuan.policies.rules.values.defaults import Terms, check_terms
from keyuan.policies.selectors.values.terms import proposed, terms_in_force
from keyuan.policies.services.refunds.batches import require_whole_book

SUBJECT = "value_rules"


def propose_terms(*, actor: Actor, terms: Terms, note: str, version: int, now: datetime) -> ValueRules:
    """Propose other terms; a proposal that waits is replaced. ``version`` 0: none waited when the form was opened.

    Raises `Refused` values.terms_reason (field note), values.terms_same, what `check_terms` raises, and `Conflict`.
    """
    require_whole_book(actor, permissions.MONEY_ACT)
    check_terms(terms)
    if not note.strip():
        raise Refused("values.terms_reason", field="note")
    with transaction.atomic():
        hold("value rules")
        if terms == terms_in_force():
            raise Refused("values.terms_same")
        row = proposed()
        if (row.version if row else 0) != version:
            raise Conflict("conflict", version=row.version if row else 0)
        row = row or ValueRules(version=0)
        for name, value in asdict(terms).items():
            setattr(row, name, value)
        row.note, row.made_by_id, row.made_by_name, row.made_at = note.strip()[:200], actor.id, actor.name[:40], now
        row.version += 1
        row.save()
        record(actor, Action.UPDATE, Subject(SUBJECT, row.pk), after=asdict(terms), reason=row.note, now=now)
    return row


def release_terms(*, actor: Actor, rules_id: int, version: int, now: datetime) -> ValueRules:
    """Let proposed terms be in force from now on. Raises `Refused` values.terms_own, `Conflict`, NotFound."""
    require_whole_book(actor, permissions.MONEY_APPROVE)
    with transaction.atomic():
        hold("value rules")
        row = ValueRules.objects.select_for_update().filter(pk=rules_id, released_at__isnull=True).first()
        if row is None:
            raise NotFound("values.terms_not_found")
        if row.version != version:
            raise Conflict("conflict", version=row.version)
        if row.made_by_id == actor.id:
            raise Refused("values.terms_own")
        before = asdict(terms_in_force())
        row.released_by_id, row.released_by_name, row.released_at = actor.id, actor.name[:40], now
        row.version += 1
        row.save(update_fields=["released_by_id", "released_by_name", "released_at", "version"])
        after = {name: getattr(row, name) for name in before}
        record(actor, Action.UPDATE, Subject(SUBJECT, row.pk), before=before, after=after, reason=row.note, now=now)
    return row
