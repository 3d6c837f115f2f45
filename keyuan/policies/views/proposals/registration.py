"""What proposals hang into the platform: list, numbers, subject, words."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from keyuan.kernel.actor import Actor
from keyuan.platform.help import add_help
from keyuan.platform.lists import lists
from keyuan.platform.navigation import NavItem, nav_items
from keyuan.platform.numbers import NumberSeries, number_series
from keyuan.platform.subjects import SubjectKind, subject_kinds
from keyuan.platform.wording import add_sentences
from keyuan.policies import permissions
from keyuan.policies.models import Proposal
from keyuan.policies.selectors.proposals import access_proposal, proposals_visible_to
from keyuan.policies.views.proposals.lists import ProposalList

SENTENCES = {
    "proposal.not_found": _("This proposal does not exist, or it is not within your reach."),
    "proposal.link_over": _("This link does not work any more; ask your service person for a new one."),
    "proposal.words": _("The note uses words that sellers may not use: %(words)s. Say it otherwise."),
    "proposal.days": _("A link works for 1 to %(most)s days; correct the number."),
    "proposal.not_ready": _("The paper is still being typeset; try again in a moment."),
}
HELP = (
    (
        "policies:proposal-list",
        _(
            "Proposals within your reach. Each version keeps its figures; a link lets the customer read it without "
            "sign-in until it expires, and you see when it was read."
        ),
    ),
)


def register() -> None:
    """Fill the registries; called once when Django is ready."""
    add_sentences(SENTENCES)
    add_help(HELP)
    number_series.add(NumberSeries("proposal", "J", 11))
    lists.add(ProposalList())
    nav_items.add(
        NavItem(
            "proposals", _("Proposals"), "policies:proposal-list", "presentation", permissions.APPLY, "customers", 44
        )
    )
    subject_kinds.add(SubjectKind("proposal", _("Proposal"), labels, address, access))


def labels(actor: Actor, ids: list[int]) -> dict[int, str]:
    """Name proposals by their number, those out of reach left out."""
    return dict(proposals_visible_to(actor).filter(pk__in=ids).values_list("pk", "proposal_no"))


def address(proposal_id: int) -> str:
    """Return the page of a proposal."""
    return reverse("policies:proposal-detail", args=[proposal_id])


def access(actor: Actor, proposal_id: int) -> Proposal:
    """Return the proposal; raises NotFound out of reach."""
    return access_proposal(actor, proposal_id)
