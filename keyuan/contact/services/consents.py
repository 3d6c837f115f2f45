"""Consent given and taken back (PLT-8; PIPL 13-16, 29, 31)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from keyuan.contact import permissions
from keyuan.contact.events import ConsentGiven, ConsentWithdrawn
from keyuan.contact.models import Consent, ConsentText, Permit
from keyuan.contact.rules.agreeing import ConsentDraft, consent_problems
from keyuan.contact.rules.judging import Facts, is_child
from keyuan.contact.rules.purposes import Terms
from keyuan.contact.selectors.terms import purposes, rules_in_force
from keyuan.contact.services.permits.locking import lock_budgets
from keyuan.contact.services.stopping import stop
from keyuan.customers.models import Customer, Relation
from keyuan.customers.selectors import access_customer
from keyuan.kernel.actor import Actor
from keyuan.kernel.codes import Relation as RelationCode
from keyuan.kernel.dates import add_months
from keyuan.kernel.errors import Conflict, Invalid, Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.events import emit

#: What somebody has to be to a child to consent for it.
GUARDIANS = (RelationCode.PARENT.value, RelationCode.GUARDIAN.value)
#: How a consent ends that a newer one of the same person takes the place of.
RENEWED = "RENEWED"


def give_consent(
    *, actor: Actor, customer_id: int, draft: ConsentDraft, now: datetime, has_file: bool = False
) -> list[Consent]:
    """Record that a customer consented to one purpose: a row for each channel, or one for any.

    A consent in force for the same purpose and channel is replaced and kept as history. Under 14 a guardian known by a
    relation gives it. Raises `Invalid` with everything that is missing, NotFound out of reach.
    """
    actor.require(permissions.CONSENT)
    terms = _purpose(draft.purpose)
    customer = access_customer(actor, customer_id, now=now)
    _check(draft, terms, customer, now=now, has_file=has_file)
    with transaction.atomic():
        lock_budgets([customer.pk])
        text = _use_text(draft, now)
        channels = draft.channels or ("",)
        _replace(customer.pk, draft.purpose, channels, now)
        rows = [_row(actor, customer.pk, draft, channel, text, now) for channel in channels]
        for row in rows:
            row.save(force_insert=True)
            after = {"purpose": row.purpose, "contact_channel": row.contact_channel, "source": row.source}
            subject = Subject("consent", row.pk)
            record(actor, Action.CREATE, subject, after=after, customer_id=customer.pk, now=now)
            emit(ConsentGiven((customer.pk,), row.purpose, row.contact_channel))
    return rows


def _purpose(key: str) -> Terms:
    terms = purposes().get(key)
    if terms is None:
        raise Refused("permit.no_such_purpose", field="purpose")
    return terms


def _check(draft: ConsentDraft, terms: Terms, customer: Customer, *, now: datetime, has_file: bool) -> None:
    today = timezone.localdate(now)
    errors = [
        Refused(code, field=name)
        for name, code in consent_problems(draft, terms, now=now, today=today, has_file=has_file)
    ]
    facts = Facts(is_person=customer.kind == Customer.Kind.PERSON, born_on=customer.birth_on)
    if is_child(facts, now) or draft.guardian_id:
        errors += _guardian_errors(draft, customer, now)
    if errors:
        raise errors[0] if len(errors) == 1 else Invalid(errors)


def _guardian_errors(draft: ConsentDraft, customer: Customer, now: datetime) -> list[Refused]:
    if draft.guardian_id is None:
        return [Refused("consent.no_guardian", field="guardian_id")]
    related = Relation.objects.filter(customer_id=draft.guardian_id, other=customer, kind__in=GUARDIANS)
    guardian = related.select_related("customer").first()
    if guardian is None:
        return [Refused("consent.not_guardian", field="guardian_id")]
    if is_child(Facts(born_on=guardian.customer.birth_on), now):
        return [Refused("consent.not_guardian", field="guardian_id")]
    return []


def _use_text(draft: ConsentDraft, now: datetime) -> ConsentText | None:
    """Return the wording that was agreed to, from now on unchangeable. Raises `Refused` for one of another purpose."""
    if draft.text_id is None:
        return None
    text = ConsentText.objects.select_for_update().filter(pk=draft.text_id, purpose=draft.purpose).first()
    if text is None:
        raise Refused("consent.text_of_another", field="text_id")
    if text.used_at is None:
        text.used_at = now
        text.save(update_fields=["used_at"])
    return text


def _replace(customer_id: int, purpose: str, channels: Sequence[str], now: datetime) -> None:
    old = Consent.objects.filter(
        customer_id=customer_id, purpose=purpose, contact_channel__in=channels, revoked_at__isnull=True
    )
    old.update(revoked_at=now, revoke_source=RENEWED)


def _row(
    actor: Actor, customer_id: int, draft: ConsentDraft, channel: str, text: ConsentText | None, now: datetime
) -> Consent:
    months = rules_in_force().consent_months
    ends = draft.expires_on or (add_months(timezone.localdate(draft.granted_at), months) if months else None)
    return Consent(
        customer_id=customer_id, purpose=draft.purpose, contact_channel=channel, text=text, source=draft.source,
        evidence=draft.evidence.strip()[:200], guardian_id=draft.guardian_id, granted_at=draft.granted_at,
        expires_on=ends, recorded_by_id=actor.id, recorded_by=actor.name[:40], created_at=now,
    )  # fmt: skip


def withdraw_consent(
    *, actor: Actor, customer_id: int, purpose: str, now: datetime, channel: str = "", source: str = "PHONE",
    note: str = "",
) -> int:  # fmt: skip
    """Take back a customer's consent to ``purpose``, for one channel or for all; it counts from this moment.

    Open permits that stood on it are cancelled, what is queued under them is stopped, in this transaction. Asks for no
    reason: withdrawing is as easy as giving (PIPL 15). Returns how many consents ended; raises `Conflict` for none.
    """
    actor.require(permissions.CONSENT)
    customer = access_customer(actor, customer_id, now=now)
    with transaction.atomic():
        lock_budgets([customer.pk])
        given = Consent.objects.filter(customer=customer, purpose=purpose, revoked_at__isnull=True)
        ended = [row for row in given if not channel or row.contact_channel in ("", channel)]
        if not ended:
            raise Conflict("consent.none_in_force")
        _keep_others(ended, channel, now)
        Consent.objects.filter(pk__in=[row.pk for row in ended]).update(
            revoked_at=now, revoke_source=source[:10], revoke_note=note[:200]
        )
        _announce(actor, customer.pk, ended, channel, now)
    return len(ended)


def _keep_others(ended: list[Consent], channel: str, now: datetime) -> None:
    """A consent for any channel that is taken back for one of them goes on for the others."""
    terms = purposes().get(ended[0].purpose)
    for row in ended:
        if channel and not row.contact_channel and terms is not None:
            rest = [other for other in terms.channels if other != channel]
            kept = {field: getattr(row, field) for field in KEPT}
            Consent.objects.bulk_create(Consent(**kept, contact_channel=other, created_at=now) for other in rest)


KEPT = (
    "customer_id", "purpose", "text_id", "source", "evidence", "guardian_id", "granted_at", "expires_on",
    "recorded_by_id", "recorded_by",
)  # fmt: skip


def _announce(actor: Actor, customer_id: int, ended: list[Consent], channel: str, now: datetime) -> None:
    purpose = ended[0].purpose

    def forbidden(permit: Permit) -> bool:
        return permit.purpose == purpose and (not channel or permit.contact_channel == channel)

    stop([customer_id], forbidden, reason="consent", now=now)
    for row in ended:
        before, after = {"revoked_at": None}, {"revoked_at": now.isoformat()}
        detail = {"purpose": purpose, "contact_channel": channel or row.contact_channel}
        record(
            actor, Action.UPDATE, Subject("consent", row.pk), before=before, after=after, detail=detail,
            customer_id=customer_id, now=now,
        )  # fmt: skip
    emit(ConsentWithdrawn((customer_id,), purpose, channel))
