"""The e-policy that its holder reads and confirms by a link; the confirmation is the receipt (POL-8, domain §A.3)."""

import json
import secrets
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import F
from django.urls import reverse

from keyuan.contact.selectors.messages.providers import policy as message_policy
from keyuan.contact.services.messages.queueing import Draft, NotSent, send
from keyuan.kernel.actor import Actor, system_actor
from keyuan.kernel.codes import PolicyStatus
from keyuan.kernel.errors import KeyuanError, NotFound, Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.policies import permissions
from keyuan.policies.models import Coverage, Policy, PolicyLink
from keyuan.policies.selectors import access_policy
from keyuan.policies.selectors.contract import known
from keyuan.policies.selectors.deliveries import hash_of, policy_link_by_token
from keyuan.policies.selectors.labels import term_text
from keyuan.policies.selectors.sources import keeper_of
from keyuan.policies.selectors.templates import template_by_code
from keyuan.policies.services.changes import record_receipt

#: The version of the page around the document (templates/policies/deliveries/shared.html): raise it with its wording.
PAGE_VERSION = "2026-11-1"
TEMPLATE = "e-policy"
LONGEST_DAYS = 90
DEFAULT_DAYS = 30
MOST_OPENS = 10_000
BYTES = 32
#: Contracts issued longer ago are not sent by themselves: a book that is imported was delivered before.
FRESH_DAYS = 7
READER = system_actor("e-policy reader")
SENDER = system_actor("e-policies")


def share_policy(*, actor: Actor, policy_id: int, days: int, now: datetime) -> tuple[PolicyLink, str]:
    """Make a link to the e-policy that works for ``days``; return it with the token, which is shown once.

    Raises `Refused` policy.link_days, shipment.not_issued, policy.ended.
    """
    actor.require(permissions.DELIVER)
    if not 1 <= days <= LONGEST_DAYS:
        raise Refused("policy.link_days", field="days", most=LONGEST_DAYS)
    policy = access_policy(actor, policy_id, now=now)
    with transaction.atomic():
        return _made(actor, policy, days, now)


def _made(actor: Actor, policy: Policy, days: int, now: datetime) -> tuple[PolicyLink, str]:
    if policy.issued_on is None:
        raise Refused("shipment.not_issued")
    if policy.status == PolicyStatus.TERMINATED:
        raise Refused("policy.ended")
    token = secrets.token_urlsafe(BYTES)
    document = document_of(policy)
    link = PolicyLink.objects.create(
        policy=policy, token_hash=hash_of(token), document=document, sha256=digest(document),
        page_version=PAGE_VERSION, expires_at=now + timedelta(days=days), made_by_name=actor.name[:40], made_at=now,
    )  # fmt: skip
    detail = {"e_policy_link": link.pk, "days": days}
    subject = Subject("policy", policy.pk)
    record(actor, Action.UPDATE, subject, detail=detail, customer_id=policy.holder_id, now=now)
    return link, token


def document_of(policy: Policy) -> dict[str, Any]:
    """Return what the page shows: the contract without name, full number or contact of anybody."""
    product = policy.product
    covers = Coverage.objects.filter(policy=policy).order_by("is_rider", "pk")[:30]
    return {
        "number": f"…{policy.policy_no[-6:]}",
        "product": product.name,
        "effective_on": _said(policy.effective_on),
        "expires_on": _said(policy.expires_on),
        "issued_on": _said(policy.issued_on),
        "sum_insured": policy.sum_insured,
        "premium": policy.premium,
        "currency": policy.currency,
        "pay_mode": policy.pay_mode,
        "pay_term": term_text(policy.pay_term, policy.pay_term_unit),
        "cover_term": term_text(policy.cover_term, policy.cover_term_unit),
        "waiting_until": _said(policy.waiting_until),
        "cooling_off_days": product.cooling_off_days,
        "exclusions": product.exclusions,
        "covers": [
            {"name": one.name or one.code, "sum_insured": one.sum_insured, "deductible": one.deductible}
            for one in covers
        ],
    }


def _said(day: date | None) -> str:
    found = known(day)
    return found.isoformat() if found else ""


def digest(document: dict[str, Any]) -> str:
    """Return the SHA-256 of a document in its one spelling, with the version of the page around it."""
    spelled = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(f"{PAGE_VERSION}\n{spelled}".encode()).hexdigest()


def revoke_policy_link(*, actor: Actor, policy_id: int, link_id: int, now: datetime) -> None:
    """End a link at once; ending it twice changes nothing. Raises `NotFound`."""
    actor.require(permissions.DELIVER)
    policy = access_policy(actor, policy_id, now=now)
    with transaction.atomic():
        link = PolicyLink.objects.select_for_update(of=("self",)).filter(pk=link_id, policy=policy).first()
        if link is None:
            raise NotFound("policy.link_over")
        if link.revoked_at is None:
            PolicyLink.objects.filter(pk=link.pk).update(revoked_at=now)
            detail = {"e_policy_link": link.pk, "revoked": True}
            subject = Subject("policy", policy.pk)
            record(actor, Action.UPDATE, subject, detail=detail, customer_id=policy.holder_id, now=now)


def note_opened(*, token: str, now: datetime) -> PolicyLink:
    """Keep that the e-policy was opened. Raises `NotFound` for a link that is over."""
    link = policy_link_by_token(token, now)
    rows = PolicyLink.objects.filter(pk=link.pk)
    if link.opened_at is None:
        rows.filter(opened_at__isnull=True).update(opened_at=now)
    if link.opens < MOST_OPENS:
        rows.update(opens=F("opens") + 1)
    return link


def confirm_reading(*, token: str, seen: str, device: str, now: datetime) -> PolicyLink:
    """Keep that the holder read and received the e-policy; from this day cooling-off counts. Twice changes nothing.

    ``seen`` is the hash of what the reader had before them. Raises `NotFound` for a link that is over or another text.
    """
    link = policy_link_by_token(token, now)
    if seen != link.sha256:
        raise NotFound("policy.link_over")
    with transaction.atomic():
        link = PolicyLink.objects.select_for_update(of=("self",)).select_related("policy").get(pk=link.pk)
        if link.confirmed_at is not None:
            return link
        link.confirmed_at, link.device = now, device[:80]
        link.save(update_fields=["confirmed_at", "device"])
        policy = link.policy
        detail = {"e_policy_link": link.pk, "sha256": link.sha256, "page_version": link.page_version}
        subject = Subject("policy", policy.pk)
        record(READER, Action.UPDATE, subject, detail=detail, customer_id=policy.holder_id, now=now)
        open_to_receipt = policy.receipt_signed_on is None and policy.status != PolicyStatus.TERMINATED
        if open_to_receipt and keeper_of(policy) is None:
            record_receipt(
                actor=READER, policy_id=policy.pk, signed_on=now.date(), version=policy.version, now=now
            )  # fmt: skip
    return link


def send_e_policy(policy_id: int, now: datetime) -> PolicyLink | None:
    """Send the holder of a fresh contract of our own the link to the e-policy, once; None where there is nothing to do.

    Without a public address or an approved template nothing is sent and nothing is made: the panel says so.
    """
    policy = Policy.objects.filter(pk=policy_id).select_related("product").first()
    template = template_by_code(TEMPLATE)
    base = message_policy().public_url.rstrip("/")
    if policy is None or template is None or not base or not _is_due(policy, now.date()):
        return None
    with transaction.atomic():
        Policy.objects.select_for_update(of=("self",)).get(pk=policy.pk)
        if PolicyLink.objects.filter(policy=policy).exists():
            return None
        link, token = _made(SENDER, policy, DEFAULT_DAYS, now)
        said = {"product": policy.product.name, "link": base + reverse("policies:shared-policy", args=[token])}
        values = {name: said[name] for name in said if name in template[1]}
        draft = Draft(
            policy.holder_id or 0, values=values, key=f"e-policy:{policy.pk}", subject=Subject("policy", policy.pk)
        )  # fmt: skip
        _send(link, template[0], draft, now)
    return link


def _send(link: PolicyLink, template_id: int, draft: Draft, now: datetime) -> None:
    try:
        with transaction.atomic():
            answer = send(actor=SENDER, template_id=template_id, draft=draft, now=now)
    except KeyuanError as error:
        link.not_sent_because = error.code[:60]
    else:
        if isinstance(answer, NotSent):
            link.not_sent_because = answer.code[:60]
        else:
            link.message_id = answer.pk
    link.save(update_fields=["message_id", "not_sent_because"])


def _is_due(policy: Policy, today: date) -> bool:
    fresh = policy.issued_on is not None and today - policy.issued_on <= timedelta(days=FRESH_DAYS)
    return bool(
        fresh
        and policy.holder_id
        and policy.receipt_signed_on is None
        and policy.source == Policy.Source.LOCAL
        and policy.status in (PolicyStatus.IN_FORCE, PolicyStatus.NOT_EFFECTIVE)
    )
