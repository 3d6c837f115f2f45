"""Reads of proposals: which ones an actor sees, and what a shared link opens (PRD-5)."""

import hashlib
from datetime import datetime

from django.db.models import QuerySet

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound
from keyuan.organisation.selectors import in_scope
from keyuan.policies.models import Proposal, ProposalLink, ProposalReading, ProposalVersion


def proposals_visible_to(actor: Actor) -> QuerySet[Proposal]:
    """Return every proposal within the actor's scope. All reads start here."""
    return Proposal.objects.filter(in_scope(actor))


def access_proposal(actor: Actor, proposal_id: int, *, lock: bool = False) -> Proposal:
    """Return one proposal the actor may see, row-locked when it is about to change. Raises `NotFound`."""
    rows = proposals_visible_to(actor).select_related("product")
    found = (rows.select_for_update(of=("self",)) if lock else rows).filter(pk=proposal_id).first()
    if found is None:
        raise NotFound("proposal.not_found")
    return found


def made_by_key(key: str) -> Proposal | None:
    """Return the proposal that a form made before."""
    return Proposal.objects.filter(form_key=key).first() if key else None


def versions_of(proposal: Proposal) -> QuerySet[ProposalVersion]:
    """Return the versions, newest first."""
    return ProposalVersion.objects.filter(proposal=proposal).order_by("-number")


def access_version(proposal: Proposal, number: int) -> ProposalVersion:
    """Return one version. Raises `NotFound`."""
    found = ProposalVersion.objects.filter(proposal=proposal, number=number).select_related("proposal").first()
    if found is None:
        raise NotFound("proposal.not_found")
    return found


def links_of(proposal: Proposal) -> QuerySet[ProposalLink]:
    """Return the links to a proposal's versions, newest first, with their readings."""
    links = ProposalLink.objects.filter(version__proposal=proposal).select_related("version")
    return links.prefetch_related("readings").order_by("-pk")


def hash_of(token: str) -> str:
    """Return what is kept of a token: it has 256 random bits, so a plain digest gives nothing away."""
    return hashlib.sha256(token.encode()).hexdigest()


def link_by_token(token: str, now: datetime) -> ProposalLink:
    """Return the link of a token that still opens its version. Raises `NotFound` for every other token alike."""
    found = (
        ProposalLink.objects.filter(token_hash=hash_of(token), revoked_at__isnull=True, expires_at__gt=now)
        .select_related("version__proposal__product")
        .first()
    )
    if found is None:
        raise NotFound("proposal.link_over")
    return found


def has_confirmed(link: ProposalLink) -> bool:
    """Tell whether the reader confirmed the disclosures."""
    return ProposalReading.objects.filter(link=link, act="CONFIRM").exists()
