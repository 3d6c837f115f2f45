"""What renewal of cover hangs into the registries."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.kernel.actor import Actor
from keyuan.platform import clock
from keyuan.platform.audit.labels import name_programs
from keyuan.platform.crypto.presenter import present
from keyuan.platform.help import add_help
from keyuan.platform.lists import lists
from keyuan.platform.navigation import NavItem, nav_items
from keyuan.platform.privacy import PrivacyPart, privacy_parts
from keyuan.platform.subjects import SubjectKind, subject_kinds
from keyuan.platform.wording import add_sentences
from keyuan.policies import permissions
from keyuan.policies.extensions import PolicyTab, policy_tabs
from keyuan.policies.models import Renewal
from keyuan.policies.selectors.renewals import access_renewal, calling, renewals_visible_to
from keyuan.policies.services.renewals import privacy
from keyuan.policies.views.deliveries import registration as deliveries
from keyuan.policies.views.renewals.lists import RenewalList

HELP = (
    (
        "policies:renewals",
        _(
            "Contracts of a year or less that are about to end, each once, as soon as its window opens. Call, quote "
            "and accept on the page of a renewal; hand out, remind and make tasks for many at once. What is not "
            "renewed when its window has passed is closed by itself."
        ),
    ),
    (
        "policies:renewal-windows",
        _(
            "From when on contracts are listed, quoted and called about, by kind of product, and the motor tariff with "
            "NCD grades and region factors. Calls before a window get no permit."
        ),
    ),
)
SENTENCES = {
    "renewal.not_found": _("This renewal does not exist, or it is not within your reach."),
    "renewal.wrong_stage": _("This renewal has moved on; reload the page and look where it stands."),
    "renewal.over": _("Already closed"),
    "renewal.no_quote": _("This quote does not exist."),
    "renewal.quotes_closed": _("Quotes open on %(on)s; come back then."),
    "renewal.quote_over": _("This quote no longer holds; make a new one."),
    "renewal.paid_before_quote": _("The quote is of %(day)s: its premium cannot have been paid before. Check the day."),
    "renewal.quote_started": _("The day on which the quoted cover was to begin has passed; make a new quote."),
    "renewal.too_many": _("There are %(most)s quotes already; choose one of them."),
    "renewal.no_covers": _("Keep at least one cover."),
    "renewal.deductible": _("The deductible cannot be higher than the sum insured; correct it."),
    "renewal.validity": _("A quote holds for 1 to %(most)s days; correct the number."),
    "renewal.words": _("Renewal of short-term health cover may not be promised: leave out %(words)s."),
    "renewal.base_missing": _("Enter the base premium."),
    "renewal.own_factor": _("The self-pricing factor lies between %(least)s and %(most)s; correct it."),
    "renewal.traffic_factor": _("The traffic violation factor lies between %(least)s and %(most)s; correct it."),
    "renewal.no_holder": _("The policyholder is not known here; enter the customer first."),
    "renewal.result": _("Choose what came of the contact."),
    "renewal.follow_up_passed": _("Enter today or a later day."),
    "renewal.too_early": _("Calls about this contract open on %(on)s. Until then choose another way."),
    "renewal.reason": _("Choose why it was not renewed."),
    "renewal.no_apply_right": _("This cover is underwritten: ask a post that enters applications to accept the quote."),
    "renewal.asked_since": _(
        "The product asks a declaration by now: take the acceptance back and accept again, so that it is applied for."
    ),
    "renewal.by_application": _("This cover is being underwritten: the contract is issued from its application."),
    "renewal.application_open": _("Application %(number)s was handed in; withdraw it there first."),
    "renewal.vehicle_only": _("Only a motor contract can end for this reason; choose another."),
    "renewal.note_missing": _("Say what the other reason is."),
    "renewal.stopped": _("The customer asked for no renewal; only the customer can take that back."),
    "renewal.not_stopped": _("The customer did not stop this renewal; reload the page."),
    "renewal.window_passed": _("The window of this contract has passed; new cover needs an application."),
    "renewal.how": _("Choose how the customer said so."),
    "renewal.not_short": _("Only contracts of a year or less are renewed as cover; this one pays renewal premiums."),
    "renewal.no_template": _("No approved message template cover-renewal; have one approved first."),
    "renewal.kind": _("There is no such kind of product."),
    "renewal.window_days": _("Enter at most %(most)s days; quotes and calls cannot open before the list does."),
    "renewal.motor_calls": _("Motor calls begin at most %(most)s days before the end; enter fewer days."),
    "tariff.in_past": _("A tariff begins today or later: what priced already stays."),
    "tariff.same_day": _("A tariff begins on this day already; choose another day."),
    "tariff.number": _("This number cannot be: factors lie between 0.1 and 5 and fall with better records."),
}


def register() -> None:
    """Fill the registries."""
    name_programs({"renewals": _("Renewals of cover")})
    add_sentences(SENTENCES)
    add_help(HELP)
    calling.register()
    # What is issued anew has to reach its holder: the next department of the same desk.
    deliveries.register()
    lists.add(RenewalList())
    nav_items.add(
        NavItem(
            "renewals", _("Renewals of cover"), "policies:renewals", "repeat", permissions.RENEW, "customers", 34,
            phone=True,
        )
    )  # fmt: skip
    nav_items.add(
        NavItem(
            "renewal-windows", _("Renewal windows"), "policies:renewal-windows", "calendar-stats",
            permissions.RENEWAL_RULES, "operations", 46,
        )
    )  # fmt: skip
    policy_tabs.add(
        PolicyTab("renewal", pgettext_lazy("policy tab", "Renewal"), "policies:policy-renewal", permissions.RENEW)
    )
    privacy_parts.add(PrivacyPart("renewals", _("Renewals of cover"), privacy.collect, privacy.erase))
    subject_kinds.add(SubjectKind("renewal", pgettext_lazy("subject", "Renewal"), labels, address, access))


def labels(actor: Actor, ids: list[int]) -> dict[int, str]:
    """Name renewals by the number of their contract, those out of reach left out."""
    rows = renewals_visible_to(actor, now=clock.now()).filter(pk__in=ids).values_list("pk", "policy_no")
    return {pk: present(actor, number, "policy_no") for pk, number in rows}


def address(renewal_id: int) -> str:
    """Return the page of a renewal."""
    return reverse("policies:renewal", args=[renewal_id])


def access(actor: Actor, renewal_id: int) -> Renewal:
    """Return the renewal; raises NotFound out of reach."""
    return access_renewal(actor, renewal_id, now=clock.now())
