"""What claims hang into the contexts below."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from keyuan.claims import permissions
from keyuan.claims.models import Claim
from keyuan.claims.selectors import access_claim, claims_visible_to, paid_days, segment_fields, was_paid
from keyuan.claims.selectors.forgotten import forgotten_claims
from keyuan.claims.selectors.search import by_claim_no
from keyuan.claims.services import privacy
from keyuan.claims.services.holds import push_holds
from keyuan.claims.services.summary import recompute
from keyuan.claims.views import help as page_help
from keyuan.claims.views.lists import ClaimList
from keyuan.customers.extensions import (
    KeyLookup,
    MergeReference,
    Panel,
    Recompute,
    key_lookups,
    merge_references,
    panels,
    recomputes,
)
from keyuan.kernel.actor import Actor
from keyuan.organisation.extensions import OpenRecords, open_records
from keyuan.platform import clock
from keyuan.platform.lists import lists
from keyuan.platform.navigation import NavItem, nav_items
from keyuan.platform.subjects import SubjectKind, subject_kinds
from keyuan.platform.wording import add_sentences
from keyuan.policies.extensions import (
    ClaimFacts,
    ClaimHistory,
    PolicyTab,
    claim_facts,
    claim_histories,
    policy_tabs,
)


def register() -> None:
    """Fill the registries; called once when Django is ready."""
    page_help.register()
    open_records.add(OpenRecords("claims", _("Open claims without progress"), permissions.VIEW, forgotten_claims, 10))
    add_sentences(
        {
            "claim.not_found": _("This claim does not exist, or it is not within your reach."),
            "claim.escalated": _("New claims that the watch list sends to your unit: %(count)s"),
        }
    )
    segment_fields.register()
    privacy.register()
    lists.add(ClaimList())
    nav_items.add(
        NavItem("claims", _("Claims"), "claims:claim-list", "file-plus", permissions.VIEW, group="service", order=30)
    )
    panels.add(Panel("claims", _("Claims"), "claims:customer-claims", permissions.VIEW, "right", 40, "claims"))
    policy_tabs.add(PolicyTab("claims", _("Claims"), "claims:policy-claims", permissions.VIEW))
    merge_references.add(MergeReference("claim-customer", "claims.Claim", "customer", label=_("Claims")))
    recomputes.add(Recompute("claim-holds", push_holds, 60))
    recomputes.add(Recompute("claims", recompute, 10))
    claim_facts.add(ClaimFacts("claims", was_paid))
    claim_histories.add(ClaimHistory("claims", paid_days))
    key_lookups.add(KeyLookup("claim_no", _("Claim number"), by_claim_no))
    subject_kinds.add(SubjectKind("claim", _("Claim"), labels, address, access))


def labels(actor: Actor, ids: list[int]) -> dict[int, str]:
    """Name claims by their number, those out of reach left out."""
    return dict(claims_visible_to(actor, now=clock.now()).filter(pk__in=ids).values_list("pk", "claim_no"))


def address(claim_id: int) -> str:
    """Return the page of a claim."""
    return reverse("claims:claim-detail", args=[claim_id])


def access(actor: Actor, claim_id: int) -> Claim:
    """Return the claim; raises NotFound out of reach."""
    return access_claim(actor, claim_id, now=clock.now())
