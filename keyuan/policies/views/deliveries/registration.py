"""What deliveries hang into the registries."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.kernel.actor import Actor
from keyuan.platform import clock
from keyuan.platform.audit.labels import name_programs
from keyuan.platform.help import add_help
from keyuan.platform.lists import lists
from keyuan.platform.navigation import NavItem, nav_items
from keyuan.platform.numbers import NumberSeries, number_series
from keyuan.platform.privacy import PrivacyPart, privacy_parts
from keyuan.platform.subjects import SubjectKind, subject_kinds
from keyuan.platform.wording import add_sentences
from keyuan.policies import permissions
from keyuan.policies.extensions import PolicyTab, policy_tabs
from keyuan.policies.models import Shipment
from keyuan.policies.selectors.deliveries import access_shipment, shipments_visible_to
from keyuan.policies.services.deliveries import privacy
from keyuan.policies.services.deliveries.shipping import NUMBERS
from keyuan.policies.views.deliveries.lists import DeliveryList

HELP = (
    (
        "policies:deliveries",
        _(
            "Contracts, forms and receipts on their way by courier. Prepare an envelope on the page of a contract, "
            "fetch the file for the courier, take in the numbers; couriers are asked every hour. The day of the signed "
            "receipt begins cooling-off; electronic policies are confirmed by a link instead."
        ),
    ),
)
SENTENCES = {
    "shipment.not_found": _("This shipment does not exist, or it is not within your reach."),
    "shipment.no_papers": _("Choose what goes into the envelope."),
    "shipment.on_its_way": _("An envelope with these papers is open already; wait for it, or cancel it."),
    "shipment.not_issued": _("The contract is not issued yet; only forms and notices can be sent."),
    "shipment.receipt_known": _("The receipt is signed already; leave it out."),
    "shipment.no_receipt": _("No receipt was in this envelope; record it with the contract instead."),
    "shipment.no_holder": _("The policyholder is not known here; enter the customer first."),
    "shipment.not_failed": _("Only what came back or was lost is sent again."),
    "shipment.wrong_state": _("This shipment has moved on; reload the page and look where it stands."),
    "shipment.carrier": _("Choose the courier."),
    "shipment.tracking_no": _("A tracking number has 6 to 40 letters and digits; check it."),
    "shipment.tracking_taken": _("Another shipment of this courier has this number; check it."),
    "shipment.day": _("This cannot have happened before %(first)s; correct the day."),
    "shipment.line": _("A line holds a shipment number and a tracking number, nothing else."),
    "shipment.unknown": _("There is no such shipment within your reach."),
    "shipment.too_many": _("At most %(most)s at once; split them."),
    "shipment.nothing_prepared": _("Nothing waits to be sent."),
    "policy.link_over": _("This link does not work any more; ask your service person for a new one."),
    "policy.link_days": _("A link works for 1 to %(most)s days; correct the number."),
}


def register() -> None:
    """Fill the registries."""
    name_programs(
        {
            "couriers": pgettext_lazy("program", "Couriers"),
            "e-policies": pgettext_lazy("program", "Electronic policies"),
            "e-policy reader": pgettext_lazy("program", "The customer, by the link to the e-policy"),
        }
    )
    add_sentences(SENTENCES)
    add_help(HELP)
    number_series.add(NumberSeries(NUMBERS, "SH", 10))
    lists.add(DeliveryList())
    nav_items.add(
        NavItem(
            "shipments", pgettext_lazy("courier", "Deliveries"), "policies:deliveries", "truck", permissions.DELIVER,
            "operations", 47,
        )
    )  # fmt: skip
    policy_tabs.add(
        PolicyTab("delivery", pgettext_lazy("policy tab", "Delivery"), "policies:policy-delivery", permissions.VIEW)
    )
    part = PrivacyPart("deliveries", pgettext_lazy("courier", "Deliveries"), privacy.collect, privacy.erase)
    privacy_parts.add(part)
    subject_kinds.add(SubjectKind("shipment", pgettext_lazy("courier", "Shipment"), labels, address, access))


def labels(actor: Actor, ids: list[int]) -> dict[int, str]:
    """Name shipments by their number, those out of reach left out."""
    rows = shipments_visible_to(actor, now=clock.now()).filter(pk__in=ids)
    return dict(rows.values_list("pk", "shipment_no"))


def address(shipment_id: int) -> str:
    """Return the page of a shipment."""
    return reverse("policies:delivery", args=[shipment_id])


def access(actor: Actor, shipment_id: int) -> Shipment:
    """Return the shipment; raises NotFound out of reach."""
    return access_shipment(actor, shipment_id, now=clock.now())
