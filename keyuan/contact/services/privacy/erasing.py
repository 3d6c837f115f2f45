"""Taking a person out: what may go goes, what must stay is named with its law and day (PIPL 47, PLT-8).

While a term still runs the identity stays and is used for nothing else: consents end, nobody may sell to the customer,
what was volunteered goes. When no term runs, everything that names the person goes. A legal hold lets nothing go.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from keyuan.contact import permissions
from keyuan.contact.models import Consent, DoNotContact, Erasure, LegalHold, PrivacyRequest
from keyuan.contact.rules.agreeing import RefusalDraft
from keyuan.contact.rules.privacy import requests as rules
from keyuan.contact.rules.privacy.retention import Kept, effective_until, locking
from keyuan.contact.selectors.privacy.requests import access_request, open_holds
from keyuan.contact.selectors.privacy.retention import kept_of
from keyuan.contact.services.consents import withdraw_consent
from keyuan.contact.services.privacy.ledger import write_line
from keyuan.contact.services.privacy.requests import add_step
from keyuan.contact.services.refusals import refuse_contact
from keyuan.customers.selectors import access_customer
from keyuan.kernel.actor import Actor, system_actor
from keyuan.kernel.errors import Conflict, Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.files import vault
from keyuan.platform.mart import erasing as mart
from keyuan.platform.models.attachment import Attachment
from keyuan.platform.privacy import privacy_parts

ERASER = system_actor("privacy-erasure")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a deletion would do: everything, or with the reasons that keep the identity until a day (None: open)."""

    customer_id: int
    reasons: tuple[Kept, ...]
    holds: tuple[LegalHold, ...]
    until: date | None = None

    @property
    def is_whole(self) -> bool:
        """Tell whether everything that names the person may go."""
        return not self.reasons

    @property
    def is_held(self) -> bool:
        """Tell whether a legal hold lets nothing go."""
        return bool(self.holds)


def plan_of(customer_id: int, today: date) -> Plan:
    """Return what a deletion would do today."""
    reasons = locking(kept_of([customer_id], today)[customer_id], today)
    until = effective_until(reasons, today) if reasons else None
    return Plan(customer_id, tuple(reasons), tuple(open_holds(customer_id)), until)


def erase_for_request(*, actor: Actor, request_id: int, reason: str, now: datetime) -> Erasure:
    """Take out what may go for a request to delete; a second person than the one who checked the identity decides.

    Raises Conflict before the identity was checked, Refused ``privacy.held`` under a legal hold or without a reason.
    """
    actor.require(permissions.PRIVACY_ERASE)
    if not reason.strip():
        raise Refused("privacy.reason", field="reason")
    with transaction.atomic():
        request = access_request(actor, request_id, now=now, lock=True)
        if request.kind not in (rules.DELETE, rules.DECEASED) or request.status != rules.WORKING:
            raise Conflict("privacy.not_identified")
        plan = plan_of(request.customer_id, now.date())
        if plan.is_held:
            raise Refused("privacy.held")
        erasure = _erase(actor, plan, now, request=request)
        add_step(actor, request, "erased", now, note=reason)
    return erasure


def erase_customers(customer_ids: Sequence[int], *, now: datetime) -> int:
    """Take customers out whose terms are all over, in the caller's transaction: the nightly run; returns how many."""
    done = 0
    for pk in customer_ids:
        plan = plan_of(pk, now.date())
        if plan.is_whole and not plan.is_held:
            _erase(ERASER, plan, now)
            done += 1
    return done


def erase_again(customer_id: int, *, is_whole: bool, now: datetime) -> bool:
    """Take out anew whom a restored backup brought back, in the caller's transaction; returns whether it did.

    What was taken out whole goes whole: the terms were over already. A legal hold of the restored book lets nothing go.
    """
    plan = plan_of(customer_id, now.date())
    if plan.is_held:
        return False
    _erase(ERASER, Plan(customer_id, (), ()) if is_whole else plan, now)
    return True


def _erase(actor: Actor, plan: Plan, now: datetime, *, request: PrivacyRequest | None = None) -> Erasure:
    _stop_use(plan.customer_id, now)
    counts: dict[str, int] = {}
    for part in privacy_parts:
        if part.erase is not None:
            counts |= {
                f"{part.key}_{name}": count for name, count in part.erase(plan.customer_id, plan.is_whole, now).items()
            }
    erasure = Erasure.objects.create(
        customer_id=plan.customer_id,
        request=request,
        is_whole=plan.is_whole,
        kept=[_reason(reason) for reason in plan.reasons],
        counts={key: count for key, count in counts.items() if count},
        kept_until=plan.until,
        done_at=now,
        staff_id=actor.id,
        staff_name=actor.name[:80],
    )
    detail: dict[str, Any] = {"whole": plan.is_whole, "counts": erasure.counts}
    subject = Subject("customer", plan.customer_id)
    record(actor, Action.DELETE, subject, customer_id=plan.customer_id, detail=detail, now=now)
    return erasure


def _reason(reason: Kept) -> dict[str, Any]:
    return {"key": reason.key, "until": reason.until.isoformat() if reason.until else None, "law": reason.law}


def _stop_use(customer_id: int, now: datetime) -> None:
    """End every use but keeping: consents, permits, queued messages (PIPL 47)."""
    given = Consent.objects.filter(customer_id=customer_id, revoked_at__isnull=True)
    for purpose in sorted(set(given.values_list("purpose", flat=True))):
        withdraw_consent(
            actor=ERASER, customer_id=customer_id, purpose=purpose, now=now, source="PORTAL", note="erasure"
        )
    standing = DoNotContact.objects.filter(
        customer_id=customer_id, scope="ALL", contact_channel="", lifted_at__isnull=True, until__gte=date(2999, 1, 1)
    )
    if not standing.exists():
        draft = RefusalDraft("PORTAL", now, "", "ALL", "erasure", date(2999, 12, 31))
        refuse_contact(actor=ERASER, customer_id=customer_id, draft=draft, now=now)


def finish_outside(erasure_id: int, now: datetime) -> bool:
    """Reach what stands outside the database: ledger, files, snapshots; outside of any transaction.

    Done again after a kill; returns whether there was something left to do.
    """
    erasure = Erasure.objects.filter(pk=erasure_id, outside_at__isnull=True).first()
    if erasure is None:
        return False
    write_line(erasure)
    if erasure.is_whole:
        for kind, pk in _files_of(erasure.customer_id):
            for row in Attachment.objects.filter(subject_kind=kind, subject_id=pk):
                vault.remove(row.storage_name)
                row.delete()
        mart.forget([erasure.customer_id])
    Erasure.objects.filter(pk=erasure.pk).update(outside_at=now)
    return True


def _files_of(customer_id: int) -> list[tuple[str, int]]:
    return [pair for part in privacy_parts if part.files is not None for pair in part.files(customer_id)]


def place_hold(*, actor: Actor, customer_id: int, reason: str, case_no: str, now: datetime) -> LegalHold:
    """Let nothing of a customer go from now on: a lawsuit, an inquiry.

    Raises Refused without a reason, NotFound for a customer out of reach.
    """
    actor.require(permissions.RETENTION)
    if not reason.strip():
        raise Refused("privacy.reason", field="reason")
    access_customer(actor, customer_id, now=now)
    with transaction.atomic():
        hold = LegalHold.objects.create(
            customer_id=customer_id,
            reason=reason.strip()[:200],
            case_no=case_no.strip()[:60],
            placed_at=now,
            placed_by=actor.name[:80],
        )
        subject = Subject("customer", customer_id)
        detail = {"legal_hold": hold.pk}
        record(actor, Action.UPDATE, subject, reason=reason, customer_id=customer_id, detail=detail, now=now)
    return hold


def lift_hold(*, actor: Actor, hold_id: int, reason: str, now: datetime) -> LegalHold:
    """End a legal hold.

    Raises Refused without a reason, NotFound for a customer out of reach, Conflict when it was lifted before.
    """
    actor.require(permissions.RETENTION)
    if not reason.strip():
        raise Refused("privacy.reason", field="reason")
    with transaction.atomic():
        hold = LegalHold.objects.select_for_update().filter(pk=hold_id).first()
        if hold is not None:
            access_customer(actor, hold.customer_id, now=now)
        if hold is None or hold.lifted_at is not None:
            raise Conflict("privacy.hold_lifted")
        hold.lifted_at, hold.lifted_by, hold.lift_reason = now, actor.name[:80], reason.strip()[:200]
        hold.save(update_fields=["lifted_at", "lifted_by", "lift_reason"])
        subject = Subject("customer", hold.customer_id)
        detail = {"legal_hold": hold.pk}
        record(actor, Action.UPDATE, subject, reason=reason, customer_id=hold.customer_id, detail=detail, now=now)
    return hold
