"""What churn hangs into the contexts below (ANA-6)."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from keyuan.analytics import permissions
from keyuan.analytics.extensions import Automated, ModelKind, automated, model_kinds
from keyuan.analytics.forms.churn import words
from keyuan.analytics.models import ChurnCase
from keyuan.analytics.selectors.churn import segment_fields
from keyuan.analytics.selectors.churn.cases import access_case, case_labels, customer_of_case
from keyuan.analytics.services.churn import steps
from keyuan.analytics.services.churn.privacy import SUBJECT, collect, drop, erase
from keyuan.analytics.services.churn.scoring import SEEN
from keyuan.analytics.views.churn.case_list import CaseList
from keyuan.analytics.views.churn.occasions import OCCASION
from keyuan.analytics.views.churn.panel import explained
from keyuan.analytics.views.churn.watch_list import WatchList
from keyuan.customers.extensions import MergeReference, Panel, merge_references, occasions, panels
from keyuan.kernel.actor import Actor
from keyuan.platform import clock
from keyuan.platform.help import add_help
from keyuan.platform.lists import lists
from keyuan.platform.navigation import NavItem, nav_items
from keyuan.platform.privacy import PrivacyPart, privacy_parts
from keyuan.platform.subjects import SubjectKind, subject_kinds
from keyuan.platform.wording import add_sentences
from keyuan.policies.extensions import PolicyTab, policy_tabs

LABEL = _("Customers at risk")
HELP = (
    (
        "analytics:churn",
        _(
            "Customers with a contract that stands out: its chance of lapse, surrender or non-renewal is among the "
            "highest of the book. Premium at stake is a year's premium times the chance within twelve months. Choose "
            "customers and make retention tasks; a part of them is left alone by lot, so that the effect can be "
            "measured, and gets none."
        ),
    ),
    (
        "analytics:churn-effect",
        _(
            "Who stayed of those to be worked on and of those left alone, counted once the time is over. The "
            "difference has bounds of 95 %: where they include 0, chance alone explains it."
        ),
    ),
    (
        "analytics:churn-cases",
        _(
            "Customers who came to stand out, by the day; by lot most are worked on and the others left alone. Each "
            "case is followed for 400 days: the day on which the contract went stands beside it."
        ),
    ),
    (
        "analytics:churn-terms",
        _("From which level cases are opened, and who is left alone. A change counts from the next night on."),
    ),
)
SENTENCES = {
    "churn.control": _("Left alone to compare with: no retention task, so that the effect can be measured."),
    "churn.objecting": _("Objects to automated decisions: no retention task by program."),
    "churn.has_task": _("Has an open retention task already."),
    "churn_terms.control": _("Leave between 0 and 50 per cent alone."),
    "churn_terms.seed": _("Type a number of the lot from 0 on."),
    "churn_terms.reason": _("Say why the terms change: the reason stays with the version."),
    "churn_terms.unchanged": _("Nothing was changed. Change a term, or leave the page."),
}


def register() -> None:
    """Fill the registries; called once when Django is ready."""
    steps.register()
    segment_fields.register()
    add_help(HELP)
    add_sentences(SENTENCES)
    lists.add(WatchList())
    lists.add(CaseList())
    occasions.add(OCCASION)
    panels.add(Panel("churn", words.ABOUT, "analytics:customer-churn", permissions.CHURN, "right", 33))
    policy_tabs.add(PolicyTab("churn", words.ABOUT, "analytics:policy-churn", permissions.CHURN))
    subject_kinds.add(SubjectKind(SUBJECT, _("Case of retention"), labels, address, access))
    nav_items.add(NavItem("churn", LABEL, "analytics:churn", "user-minus", permissions.CHURN, "customers", 44))
    nav_items.add(
        NavItem(
            "churn-effect", _("Effect of retention"), "analytics:churn-effect", "scale", permissions.VIEW, "analytics",
            14,
        )
    )  # fmt: skip
    _register_duties()


def _register_duties() -> None:
    merge_references.add(MergeReference("churn-score", "analytics.ChurnScore", "customer", "rebuild"))
    merge_references.add(
        MergeReference("churn-case", "analytics.ChurnCase", "customer", noted=True, alone={"closed_on__isnull": True})
    )
    privacy_parts.add(PrivacyPart("churn", LABEL, collect, erase, order=43))
    automated.add(Automated("churn", explained, drop_now, order=20))
    for key, label in words.MODELS.items():
        model_kinds.add(
            ModelKind(
                f"churn.{key}",
                label,
                _("Says how likely a contract goes in this way within 3, 6 or 12 months: for calling in time."),
                _(
                    "A card of points: an additive logistic model of what was known on the day, learnt from the "
                    "book's own months, its level set by later ones."
                ),
                words.EFFECT,
                table=SEEN,
                score_table=SEEN,
            )
        )


def drop_now(customer_ids: Sequence[int]) -> int:
    """Take away at this moment what is stored of customers who object."""
    return drop(customer_ids, clock.now())


def labels(actor: Actor, ids: list[int]) -> dict[int, str]:
    """Name cases in reach by their customer."""
    return case_labels(actor, ids, now=clock.now())


def address(case_id: int) -> str:
    """Return the page of the customer whom a case is about."""
    return reverse("customers:customer", args=[customer_of_case(case_id)])


def access(actor: Actor, case_id: int) -> ChurnCase:
    """Return the case; raises NotFound where its customer is out of reach."""
    return access_case(actor, case_id, now=clock.now())
