"""Links by which a customer reads a proposal without sign-in, and the record of the reading (PRD-5)."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound, Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.policies import permissions
from keyuan.policies.models import Proposal, ProposalLink, ProposalReading, ProposalVersion
from keyuan.policies.selectors.proposals import access_proposal, access_version, hash_of, link_by_token

LONGEST_DAYS = 90
#: Readings kept a link: a robot must not fill the table.
MOST_READINGS = 200
BYTES = 32


def share(*, actor: Actor, proposal_id: int, number: int, days: int, now: datetime) -> tuple[ProposalLink, str]:
    """Make a link to one version that works for ``days``; return it with the token, which is shown once.

    Raises `Refused` proposal.days, proposal.not_ready.
    """
    actor.require(permissions.APPLY)
    if not 1 <= days <= LONGEST_DAYS:
        raise Refused("proposal.days", field="days", most=LONGEST_DAYS)
    token = secrets.token_urlsafe(BYTES)
    with transaction.atomic():
        proposal = access_proposal(actor, proposal_id, lock=True)
        version = access_version(proposal, number)
        if version.state != ProposalVersion.State.READY:
            raise Refused("proposal.not_ready")
        link = ProposalLink.objects.create(
            version=version, token_hash=hash_of(token), expires_at=now + timedelta(days=days),
            made_by_name=actor.name[:40], made_at=now,
        )  # fmt: skip
        detail = {"link": link.pk, "version": number, "days": days}
        subject = Subject("proposal", proposal.pk)
        record(actor, Action.UPDATE, subject, detail=detail, customer_id=proposal.customer_id, now=now)
    return link, token


def revoke(*, actor: Actor, proposal_id: int, link_id: int, now: datetime) -> None:
    """End a link at once; ending it twice changes nothing. Raises `NotFound`."""
    actor.require(permissions.APPLY)
    with transaction.atomic():
        proposal = access_proposal(actor, proposal_id, lock=True)
        link = ProposalLink.objects.filter(pk=link_id, version__proposal=proposal).first()
        if link is None:
            raise NotFound("proposal.link_over")
        if link.revoked_at is None:
            ProposalLink.objects.filter(pk=link.pk).update(revoked_at=now)
            subject = Subject("proposal", proposal.pk)
            detail = {"link": link.pk, "revoked": True}
            record(actor, Action.UPDATE, subject, detail=detail, customer_id=proposal.customer_id, now=now)


def note_reading(*, token: str, act: str, device: str, now: datetime) -> ProposalLink:
    """Keep that a link was opened (OPEN), its paper fetched (PDF) or the disclosures confirmed (CONFIRM).

    ``device`` is the browser's own name, cut; no address is kept. Raises `NotFound` for a link that is over.
    """
    link = link_by_token(token, now)
    with transaction.atomic():
        readings = ProposalReading.objects.filter(link=link)
        if act == "CONFIRM" and readings.filter(act=act).exists():
            return link
        if readings.count() < MOST_READINGS:
            ProposalReading.objects.create(link=link, act=act, at=now, device=device[:80])
        Proposal.objects.filter(pk=link.version.proposal_id, read_at__isnull=True).update(read_at=now)
    return link
