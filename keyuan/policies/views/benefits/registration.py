"""What benefits hang into the registries."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.customers.extensions import MergeReference, Occasion, Panel, merge_references, occasions, panels
from keyuan.kernel.actor import Actor
from keyuan.organisation.extensions import RoleGrants, role_grants
from keyuan.platform import clock
from keyuan.platform.audit.labels import name_programs
from keyuan.platform.catalogue import Permission, describe
from keyuan.platform.help import add_help
from keyuan.platform.lists import lists
from keyuan.platform.navigation import NavItem, nav_items
from keyuan.platform.privacy import PrivacyPart, privacy_parts
from keyuan.platform.subjects import SubjectKind, subject_kinds
from keyuan.platform.wording import add_sentences
from keyuan.policies import permissions
from keyuan.policies.extensions import PolicyTab, policy_tabs
from keyuan.policies.models import BenefitDue
from keyuan.policies.selectors.benefits import access_benefit, benefits_visible_to, uncollected_on
from keyuan.policies.selectors.benefits.labels import KINDS
from keyuan.policies.selectors.occasions import PLACES, words
from keyuan.policies.services.benefits.privacy import collect, erase
from keyuan.policies.views.benefits.lists import BenefitList

HELP = _(
    "Survival benefits, annuities, maturities and dividends, opened by themselves before they fall due. A claim takes "
    "proof of life and an account of the payee's own; another person approves it and the bank pays it out."
)
RATES_HELP = _("What participating products pay for a year. One person proposes a rate, another one releases it.")
SENTENCES = {
    "benefit.not_found": _("This benefit does not exist, or it is not within your reach."),
    "benefit.wrong_state": _("The benefit has moved on meanwhile; reload the page."),
    "benefit.not_due": _("The benefit falls due on %(day)s; it can be claimed from that day on."),
    "benefit.in_future": _("The claim lies in the future; enter today or an earlier day."),
    "benefit.payee_dead": _("The payee died before the benefit fell due; open a death claim instead."),
    "benefit.no_proof": _("Choose how it was proven that the payee is alive."),
    "benefit.proof_date": _("Life must be proven between %(day)s and the day of the claim; enter that day."),
    "benefit.no_account": _("Enter the account number: 8 to 30 digits."),
    "benefit.account_not_own": _("The account must run under the payee's own name; ask for an account of their own."),
    "benefit.reason": _("Enter what is missing or wrong; whoever took the claim reads it."),
    "benefit.own_claim": _("You took this claim: another person has to approve it."),
    "benefit.too_large": _("This benefit is above the limit of your post: head office approves it."),
    "benefit.whole_book": _("This concerns the whole book; ask a post of head office."),
    "benefit.span_order": _("The last day lies before the first; correct one of them."),
    "benefit.span_range": _("Choose at most %(most)s days, ending at the latest a month from now."),
    "benefit.no_payee_in_reach": _("The payee is unknown, deceased or not within your reach"),
    "dividend.not_found": _("This rate does not exist."),
    "dividend.not_participating": _("Only participating products pay dividends; choose one of them."),
    "dividend.year_range": _("Enter a year between %(first)s and %(last)s."),
    "dividend.rate_range": _("Enter a rate above 0 and of at most %(most)s %%."),
    "dividend.released": _("The rate of this product and year is released already and stays."),
    "dividend.own_rate": _("You proposed this rate: another person has to release it."),
    "dividend.changed": _("The rate was changed meanwhile; look at it again."),
    "dividend.option": _("Choose how dividends are taken."),
    "benefit.no_template": _("no approved template"),
    "benefit.no_customer": _("the payee is no customer"),
}
GRANTS = {
    "policy_clerk": frozenset({permissions.BENEFIT_CLAIM, permissions.BENEFIT_APPROVE, permissions.BENEFIT_RUN}),
    "contact_centre": frozenset({permissions.BENEFIT_CLAIM}),
    "management": frozenset({permissions.BENEFIT_APPROVE, permissions.BENEFIT_LARGE, permissions.BENEFIT_RUN}),
}


def register() -> None:
    """Fill the registries."""
    _rights()
    for key, field, label in (
        ("benefit-holder", "holder", _("Benefits of own policies")),
        ("benefit-payee", "payee", _("Benefits to receive")),
    ):
        merge_references.add(MergeReference(key, "policies.BenefitDue", field, label=label))
    lists.add(BenefitList())
    add_sentences(SENTENCES)
    name_programs({"benefits": _("Benefits due")})
    policy_tabs.add(PolicyTab("benefits", _("Benefits due"), "policies:policy-benefits", permissions.VIEW))
    panels.add(
        Panel("benefits", _("Benefits due"), "policies:customer-benefits", permissions.VIEW, "right", 35, "policies")
    )
    nav_items.add(
        NavItem("benefits", _("Benefits due"), "policies:benefits", "gift", permissions.VIEW, "operations", 42)
    )
    subject_kinds.add(SubjectKind("benefit", pgettext_lazy("benefit", "Benefit"), labels, address, access))
    occasions.add(
        Occasion(
            "BENEFIT", _("Benefit not collected"), "benefit", "MATURITY", uncollected_on,
            ("pk", "payee_id", "payable", "product__name", "payable", "due_on"), words, "payee", "payee__summary__",
            PLACES, 35,
        )
    )  # fmt: skip
    privacy_parts.add(PrivacyPart("benefits", _("Benefits due"), collect, erase))
    add_help((("policies:benefits", HELP), ("policies:dividend-rates", RATES_HELP)))


def _rights() -> None:
    role_grants.add(RoleGrants("policies-benefits", GRANTS))
    group = _("Policies")
    describe(
        Permission(permissions.BENEFIT_CLAIM, _("Take claims of benefits"), group, sensitive=True),
        Permission(permissions.BENEFIT_APPROVE, _("Approve benefits"), group, sensitive=True),
        Permission(permissions.BENEFIT_LARGE, _("Approve large benefits"), group, sensitive=True),
        Permission(permissions.BENEFIT_RUN, _("Declare dividends and look at benefits again"), group, sensitive=True),
    )


def labels(actor: Actor, ids: list[int]) -> dict[int, str]:
    """Name benefits by kind and day."""
    rows = benefits_visible_to(actor, now=clock.now()).filter(pk__in=ids).values_list("pk", "kind", "due_on")
    return {pk: f"{KINDS[kind]} {due_on.isoformat()}" for pk, kind, due_on in rows}


def address(benefit_id: int) -> str:
    """Return the page of a benefit."""
    return reverse("policies:benefit", args=[benefit_id])


def access(actor: Actor, benefit_id: int) -> BenefitDue:
    """Return the benefit; raises NotFound out of reach."""
    return access_benefit(actor, benefit_id, now=clock.now())
