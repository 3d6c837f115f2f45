"""Changing purposes, consent texts and the contact rules; every state is kept (PLT-8, MKT-9)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from keyuan.contact import permissions
from keyuan.contact.models import ConsentText, Purpose, PurposeChange, RuleVersion
from keyuan.contact.rules.purposes import BASES, CHANNELS, CONSENT, KINDS, SALES, SENSITIVE, USE, Terms, unknown_fields
from keyuan.contact.rules.terms import Rules, problems, to_json
from keyuan.contact.selectors.terms import latest_rules, purposes
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Invalid, Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.locks import hold

KEY_LENGTH = 20


def save_rules(*, actor: Actor, rules: Rules, reason: str, version: int, now: datetime) -> RuleVersion:
    """Put new contact rules in force from now on. Raises `Invalid` with what is wrong, `Conflict` when outdated."""
    actor.require(permissions.RULES)
    errors = [Refused(code, field=name, **params) for name, code, params in problems(rules)]
    if not reason.strip():
        errors.append(Refused("rules.reason_missing", field="reason"))
    if errors:
        raise Invalid(errors)
    with transaction.atomic():
        hold("contact-terms")
        latest = latest_rules()
        current = latest.version if latest else 0
        if current != version:
            raise Conflict("conflict", version=current)
        data = to_json(rules)
        row = RuleVersion.objects.create(
            version=current + 1, rules=data, reason=reason.strip()[:200], staff_id=actor.id,
            staff_name=actor.name[:40], made_at=now,
        )  # fmt: skip
        before = latest.rules if latest else {}
        subject = Subject("contact_rules", row.pk)
        record(actor, Action.UPDATE, subject, before=before, after=data, reason=reason, now=now)
    return row


def save_purpose(*, actor: Actor, terms: Terms, reason: str, version: int, now: datetime) -> Purpose:
    """Change a purpose or add one; its former state is kept. Raises `Invalid`, `Conflict` on a newer version."""
    actor.require(permissions.PURPOSES)
    known = purposes().get(terms.key)
    _check_purpose(terms, known, reason)
    with transaction.atomic():
        hold("contact-terms")
        row = Purpose.objects.select_for_update().filter(key=terms.key).first()
        current = row.version if row else 0
        if current != version:
            raise Conflict("conflict", version=current)
        row = row or Purpose(key=terms.key, version=0)
        before = purpose_facts(known) if known else None
        after = purpose_facts(terms)
        for name, value in after.items():
            setattr(row, name, value)
        row.version, row.updated_at = row.version + 1, now
        row.save()
        PurposeChange.objects.create(
            purpose=row, version=row.version, terms=after, reason=reason.strip()[:200], staff_id=actor.id,
            staff_name=actor.name[:40], changed_at=now,
        )  # fmt: skip
        action = Action.UPDATE if known else Action.CREATE
        record(actor, action, Subject("purpose", row.pk), before=before, after=after, reason=reason, now=now)
    return row


def purpose_facts(terms: Terms) -> dict[str, object]:
    """Return a purpose as it is kept."""
    return {
        "kind": terms.kind, "basis": terms.basis, "fields": sorted(terms.fields), "channels": list(terms.channels),
        "is_separate": terms.is_separate, "priority": terms.priority, "name": terms.name, "note": terms.note,
        "is_active": terms.is_active,
    }  # fmt: skip


def _check_purpose(terms: Terms, known: Terms | None, reason: str) -> None:
    wrong = [
        (not terms.key.isascii() or not terms.key.isidentifier() or len(terms.key) > KEY_LENGTH, "key", "purpose.key"),
        (terms.kind not in KINDS, "kind", "purpose.kind"),
        (terms.basis not in BASES, "basis", "purpose.basis"),
        (terms.kind == SALES and terms.basis != CONSENT, "basis", "purpose.sales_need_consent"),
        (terms.kind != USE and not terms.channels, "channels", "purpose.no_channel"),
        (bool(set(terms.channels) - set(CHANNELS)), "channels", "permit.no_such_channel"),
        (bool(unknown_fields(terms.fields)), "fields", "purpose.fields"),
        (bool(terms.fields & SENSITIVE) and terms.kind == SALES, "fields", "purpose.sensitive"),
        (known is None and not terms.name.strip(), "name", "purpose.no_name"),
        (not reason.strip(), "reason", "rules.reason_missing"),
    ]
    errors = [Refused(code, field=name) for is_wrong, name, code in wrong if is_wrong]
    if errors:
        raise Invalid(errors)


@dataclass(frozen=True, slots=True)
class TextDraft:
    """A wording of a consent in one language, from a day on."""

    purpose: str
    language: str
    title: str
    body: str
    effective_on: date


def add_text(*, actor: Actor, draft: TextDraft, today: date, now: datetime) -> ConsentText:
    """Add the next version of a consent text; the version before ends the day before. Raises `Refused` or `Invalid`."""
    actor.require(permissions.PURPOSES)
    errors = [
        Refused(code, field=name)
        for is_wrong, name, code in (
            (not draft.title.strip(), "title", "text.no_title"),
            (not draft.body.strip(), "body", "text.no_body"),
            (draft.effective_on < today, "effective_on", "text.in_past"),
            (draft.purpose not in purposes(), "purpose", "permit.no_such_purpose"),
        )
        if is_wrong
    ]
    if errors:
        raise Invalid(errors)
    with transaction.atomic():
        hold("contact-terms")
        same = ConsentText.objects.filter(purpose=draft.purpose, language=draft.language)
        version = (same.aggregate(highest=Max("version"))["highest"] or 0) + 1
        _end_before(draft)
        row = ConsentText.objects.create(
            purpose=draft.purpose, language=draft.language, version=version, title=draft.title.strip()[:100],
            body=draft.body.strip(), effective_on=draft.effective_on, staff_id=actor.id,
            staff_name=actor.name[:40], created_at=now,
        )  # fmt: skip
        after = {"purpose": row.purpose, "language": row.language, "version": version, "title": row.title}
        record(actor, Action.CREATE, Subject("consent_text", row.pk), after=after, now=now)
    return row


def _end_before(draft: TextDraft) -> None:
    """Let the wordings in force end the day before the new one begins; their words are never touched."""
    last = date.fromordinal(draft.effective_on.toordinal() - 1)
    before = ConsentText.objects.filter(purpose=draft.purpose, language=draft.language, ends_on__isnull=True)
    for row in before:
        row.ends_on = max(last, row.effective_on)
        row.save(update_fields=["ends_on"])


def change_text(*, actor: Actor, text_id: int, title: str, body: str, now: datetime) -> ConsentText:
    """Change a wording that nobody has agreed to yet. Raises `Conflict` once somebody has: then add a version."""
    actor.require(permissions.PURPOSES)
    with transaction.atomic():
        row = ConsentText.objects.select_for_update().filter(pk=text_id).first()
        if row is None:
            raise Refused("text.not_found")
        if row.used_at is not None:
            raise Conflict("text.used")
        before = {"title": row.title, "body": row.body}
        row.title, row.body = title.strip()[:100], body.strip()
        row.save(update_fields=["title", "body"])
        after = {"title": row.title, "body": row.body}
        record(actor, Action.UPDATE, Subject("consent_text", row.pk), before=before, after=after, now=now)
    return row
