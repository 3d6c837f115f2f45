"""What the service desk hangs into the contexts below."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from keyuan.contact import permissions as contact_permissions
from keyuan.customers.extensions import (
    MergeReference,
    Panel,
    ReceiverBlock,
    RecordAction,
    merge_references,
    panels,
    receiver_blocks,
    record_actions,
)
from keyuan.kernel.actor import Actor
from keyuan.organisation.extensions import Leaving, OldRecord, OpenRecords, leavings, open_records
from keyuan.platform import clock
from keyuan.platform.audit.labels import name_programs
from keyuan.platform.clocks import ClockKind, clock_kinds
from keyuan.platform.lists import lists
from keyuan.platform.navigation import NavItem, nav_items
from keyuan.platform.numbers import NumberSeries, number_series
from keyuan.platform.subjects import SubjectKind, subject_kinds
from keyuan.platform.wording import add_sentences
from keyuan.service import permissions
from keyuan.service.extensions import QueueSource, queue_sources
from keyuan.service.forms import clusters, trail_words, words
from keyuan.service.models import WorkOrder
from keyuan.service.selectors.foreign import privacy_items
from keyuan.service.selectors.orders import access_order, forgotten_orders, orders_visible_to, own_open
from keyuan.service.services import deadlines, keeping_data
from keyuan.service.services.complaining import accused_agents
from keyuan.service.services.taking_in import NUMBERS
from keyuan.service.views import help as page_help
from keyuan.service.views.chat import registration as chat_registration
from keyuan.service.views.follow_ups import registration as follow_ups
from keyuan.service.views.lists import ArchiveList, QueueList
from keyuan.service.views.mail import registration as mail_registration

KIND = "work_order"
#: What works by itself, by the name under which it stands in the trail.
PROGRAMS = {"clocks": _("Clocks of work orders")}


def register() -> None:
    """Fill the registries; called once when Django is ready."""
    name_programs(PROGRAMS)
    words.register()
    add_sentences(clusters.SENTENCES)
    page_help.register()
    keeping_data.register()
    mail_registration.register()
    chat_registration.register()
    follow_ups.register()
    trail_words.register()
    lists.add(QueueList())
    lists.add(ArchiveList())
    number_series.add(NumberSeries(NUMBERS, "W", 9))
    clock_kinds.add(ClockKind(KIND, deadlines.announce, deadlines.follow))
    subject_kinds.add(SubjectKind(KIND, _("Work order"), labels, address, access))
    merge_references.add(MergeReference("work-order-customer", "service.WorkOrder", "customer", label=_("Work orders")))
    leavings.add(Leaving("service", _left))
    receiver_blocks.add(ReceiverBlock("complaint", "complaint", accused_agents))
    open_records.add(OpenRecords("work_orders", _("Open work orders"), permissions.VIEW, _forgotten, 20))
    queue_sources.add(QueueSource("privacy", _("Privacy requests"), contact_permissions.PRIVACY, privacy_items, 10))
    panels.add(
        Panel("work_orders", _("Work orders"), "service:customer-orders", permissions.VIEW, "right", 35, "work_orders")
    )
    record_actions.add(
        RecordAction(
            "work_order", _("Take in an order"), "ticket", "service:customer-order-new", permissions.CREATE, order=20
        )
    )
    for item in (
        NavItem("work_orders", _("Work orders"), "service:order-list", "ticket", permissions.VIEW, "service", 10,
                count=_mine),
        NavItem("service_board", _("Board of the desk"), "service:board", "dashboard", permissions.SUPERVISE, "service",
                11),
        NavItem("complaints", _("Complaint figures"), "service:complaint-figures", "chart-bar", permissions.SUPERVISE,
                "service", 12),
        NavItem("complaints_alike", _("Complaints that look alike"), "service:clusters", "copy", permissions.ALIKE,
                "service", 13),
        NavItem("service_settings", _("Set up the desk"), "service:settings", "settings", permissions.SETTINGS,
                "service", 90),
    ):  # fmt: skip
        nav_items.add(item)


def _mine(actor: Actor) -> int | None:
    return own_open(actor) or None


def _left(actor: Actor, user_id: int) -> None:
    keeping_data.give_back_all(actor, user_id, now=clock.now())


def _forgotten(actor: Actor, before: datetime, limit: int) -> list[OldRecord]:
    rows = forgotten_orders(actor, before, limit)
    return [OldRecord(row.number, address(row.pk), row.received_at, row.branch_id) for row in rows]


def labels(actor: Actor, ids: list[int]) -> dict[int, str]:
    """Name orders in reach by their number."""
    return dict(orders_visible_to(actor, now=clock.now()).filter(pk__in=ids).values_list("pk", "number"))


def address(order_id: int) -> str:
    """Return the page of an order."""
    return reverse("service:order", args=[order_id])


def access(actor: Actor, order_id: int) -> WorkOrder:
    """Return the order; raises NotFound out of reach."""
    return access_order(actor, order_id, now=clock.now())
