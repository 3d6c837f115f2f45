"""What policies hang into the contexts below: panels, head facts, recompute, merge references, numbers, words."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.customers.extensions import (
    Fact,
    KeyLookup,
    MergeFollowUp,
    MergeReference,
    Panel,
    Recompute,
    head_facts,
    key_lookups,
    merge_follow_ups,
    merge_references,
    panels,
    recomputes,
)
from keyuan.kernel.actor import Actor
from keyuan.organisation.extensions import OpenRecords, open_records
from keyuan.platform import clock
from keyuan.platform.audit.labels import name_programs
from keyuan.platform.crypto.presenter import present
from keyuan.platform.formats import day
from keyuan.platform.numbers import NumberSeries, number_series
from keyuan.platform.palette import Hit, SearchProvider, search_providers
from keyuan.platform.subjects import SubjectKind, subject_kinds
from keyuan.platform.wording import add_sentences
from keyuan.policies import permissions
from keyuan.policies.models import Policy
from keyuan.policies.selectors import access_policy, occasions, policies_visible_to, segment_fields, worth
from keyuan.policies.selectors.amounts import in_currency
from keyuan.policies.selectors.contract import policy_number
from keyuan.policies.selectors.forgotten import forgotten_applications
from keyuan.policies.selectors.panels import household_premium
from keyuan.policies.selectors.search import by_number, by_plate, by_tail, by_vin, find_policies, numbers_of, plates_of
from keyuan.policies.services import privacy
from keyuan.policies.services.recording import keep_sight
from keyuan.policies.services.summary import recompute
from keyuan.policies.views import help as page_help
from keyuan.policies.views.wording import SENTENCES

NOTHING_DUE = date(9999, 12, 31)
#: What works by itself, by the name under which it stands in the trail.
PROGRAMS = {
    "Keyuan": _("Clocks of policies"),
    "keyuan clocks": _("Clocks of policies"),
    "direct debit": _("Direct debit"),
    "new business": _("New business"),
    "policies follow": _("Policies follow their holder"),
    "proposals": _("Proposals"),
    "shared proposal": _("The customer, by the link to a proposal"),
}


def register() -> None:
    """Fill the registries; called once when Django is ready."""
    page_help.register()
    name_programs(PROGRAMS)
    number_series.add(NumberSeries("policy", "P", 11))
    recomputes.add(Recompute("policies", recompute))
    open_records.add(
        OpenRecords("applications", _("Applications without progress"), permissions.VIEW, forgotten_applications, 20)
    )
    occasions.register()
    worth.register()
    segment_fields.register()
    add_sentences(SENTENCES)
    privacy.register()
    panels.add(
        Panel("policies", _("Policies"), "policies:customer-policies", permissions.VIEW, "right", 20, "policies")
    )
    panels.add(
        Panel("premiums", _("Premiums"), "policies:customer-premiums", permissions.VIEW, "right", 30, "premiums")
    )
    panels.add(Panel("cover", _("Cover in force"), "policies:customer-cover", permissions.VIEW, "right", 25))
    panels.add(
        Panel(
            "household-cover", _("Household cover"), "policies:household-cover", permissions.VIEW, "left", 40, "family"
        )
    )
    for key, model, field, label in (
        ("policy-holder", "policies.Policy", "holder", _("Policies")),
        ("policy-party", "policies.PolicyParty", "customer", _("Roles in policies")),
        ("group-member", "policies.GroupMember", "customer", _("Group memberships")),
        ("renewal-holder", "policies.Renewal", "holder", _("Renewals of cover")),
        ("shipment-customer", "policies.Shipment", "customer", pgettext_lazy("courier", "Deliveries")),
    ):
        merge_references.add(MergeReference(key, model, field, label=label))
    merge_follow_ups.add(MergeFollowUp("policy-shares", keep_sight))
    head_facts.add(Fact("next-due", next_due, 10))
    head_facts.add(Fact("grace", grace_end, 20))
    head_facts.add(Fact("household-premium", household_premium_fact, 30))
    key_lookups.add(KeyLookup("policy_no", _("Policy number"), by_number, numbers_of))
    key_lookups.add(KeyLookup("policy_tail", _("End of the policy number"), by_tail))
    key_lookups.add(KeyLookup("plate", _("Plate"), by_plate, plates_of))
    key_lookups.add(KeyLookup("vin", _("VIN"), by_vin))
    search_providers.add(SearchProvider("policies", _("Policies"), policy_hits, permissions.VIEW, 20))
    subject_kinds.add(SubjectKind("policy", _("Policy"), labels, address, access))


def next_due(actor: Actor, summary: Any) -> tuple[Any, str, str] | None:
    """Head fact: what falls due next."""
    if not actor.may(permissions.VIEW) or summary.next_due_on >= NOTHING_DUE:
        return None
    return _("Next due"), in_currency(summary.next_due_amount), "gold"


def grace_end(actor: Actor, summary: Any) -> tuple[Any, str, str] | None:
    """Head fact: when grace ends."""
    if not actor.may(permissions.VIEW) or summary.grace_until is None:
        return None
    return _("Grace ends"), _grace_words(summary.grace_until), "bad"


def _grace_words(ends: date) -> Any:
    left = (ends - clock.today()).days
    if left == 0:
        return _("today 24:00")
    return f"{day(ends)}"


def household_premium_fact(actor: Actor, summary: Any) -> tuple[Any, str, str] | None:
    """Head fact: what the household pays a year, where the customer lives in one."""
    if not actor.may(permissions.VIEW):
        return None
    total = household_premium(actor, summary.pk, now=clock.now())
    return None if not total else (_("Household premium a year"), in_currency(total), "")


def labels(actor: Actor, ids: list[int]) -> dict[int, str]:
    """Name policies by their number, those out of reach left out."""
    visible = policies_visible_to(actor, now=clock.now()).filter(pk__in=ids).only("pk", "policy_no")
    return {policy.pk: policy_number(actor, policy) for policy in visible}


def address(policy_id: int) -> str:
    """Return the page of a policy."""
    return reverse("policies:policy-detail", args=[policy_id])


def access(actor: Actor, policy_id: int) -> Policy:
    """Return the policy; raises NotFound out of reach."""
    return access_policy(actor, policy_id, now=clock.now())


def policy_hits(actor: Actor, text: str, limit: int) -> list[Hit]:
    """Find policies for the palette."""
    found = find_policies(actor, text, now=clock.now(), limit=limit)
    return [
        Hit(policy_number(actor, policy), address(policy.pk), "shield", _detail_of(actor, policy)) for policy in found
    ]


def _detail_of(actor: Actor, policy: Policy) -> str:
    holder = present(actor, policy.holder_name, "name") if policy.holder_name else ""
    return f"{policy.product.name} {holder}".strip()
