"""Whom open claims keep from being sold to, pushed down into contacting (MKT-9; domain.md D.1)."""

from datetime import datetime, timedelta

from django.db.models import Q

from keyuan.claims.models import Claim
from keyuan.claims.selectors.labels import ENDED
from keyuan.contact.rules.terms import BEREAVED, CLAIM
from keyuan.contact.services.holds import HoldDraft, sync_holds
from keyuan.platform import clock

#: Claims that ended longer ago keep nobody away any more.
HELD_FOR = timedelta(days=366)
#: Kinds of claims that mean a death in the policyholder's family.
DEATHS = frozenset({"DEATH"})


def push_holds(customer_ids: list[int], now: datetime) -> None:
    """Make the holds of these customers follow their claims, in the caller's transaction.

    The insured is held while a claim is open; after a death the policyholder is bereaved. Called with every change
    of claims (as a recompute), so telling the same again changes nothing.
    """
    about = Q(customer_id__in=customer_ids) | Q(kind__in=DEATHS, policy__holder_id__in=customer_ids)
    claims = Claim.objects.filter(about).filter(Q(decided_on__isnull=True) | Q(decided_on__gte=(now - HELD_FOR).date()))
    rows = claims.values_list(
        "pk", "customer_id", "policy__holder_id", "kind", "status", "reported_at", "created_at", "decided_on", "paid_on"
    )
    drafts: list[HoldDraft] = []
    for pk, insured, holder, kind, status, reported, created, decided, paid in rows:
        since = reported or created
        last = paid or decided
        ended = None if status not in ENDED else (clock.end_of(last) if last else since)
        if insured is not None:
            drafts.append(HoldDraft(insured, CLAIM, "claim", pk, since, ended))
        if kind in DEATHS and holder != insured:
            drafts.append(HoldDraft(holder, BEREAVED, "claim", pk, since, since))
    wanted = set(customer_ids)
    sync_holds(
        source_kind="claim", customer_ids=customer_ids,
        drafts=[draft for draft in drafts if draft.customer_id in wanted], now=now,
    )  # fmt: skip
