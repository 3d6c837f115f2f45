"""What allocation and hand-over hang into the registries when the system starts."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from keyuan.customers import permissions
from keyuan.customers.extensions import (
    HandoverPart,
    KeyCustomers,
    ReceiverBlock,
    TaskKind,
    handover_parts,
    key_customers,
    receiver_blocks,
    task_kinds,
)
from keyuan.customers.forms.assignment import wording
from keyuan.customers.models import Task
from keyuan.customers.selectors.allocation.facts import key_by_tier, with_complaints
from keyuan.customers.services.handover import parts
from keyuan.customers.views.assignment import handover_lists
from keyuan.customers.views.assignment import lists as assignment_lists
from keyuan.kernel.actor import Actor
from keyuan.organisation.extensions import Leaving, PersonAction, leavings, person_actions
from keyuan.platform import clock
from keyuan.platform.lists import lists
from keyuan.platform.notices import notify_staff
from keyuan.platform.people import holders_of, names_of


def say_outstanding(actor: Actor, user_id: int) -> None:
    """Tell those who hand over that an account was closed otherwise: what it held waits."""
    holders = [pk for pk in holders_of(permissions.HANDOVER) if pk != actor.id]
    name = names_of([user_id]).get(user_id, "")
    url = f"/customers/handovers/new/?person={user_id}"
    notify_staff(holders, "task", "handover.outstanding", {"name": name}, url=url, now=clock.now())


def _contact_url(task: Task) -> str:
    return f"{reverse('customers:interaction-add', args=[task.customer_id])}?task={task.pk}"


def _profile_url(agent_id: int | None, _user_id: int | None) -> str:
    return reverse("customers:service-profile", args=[agent_id or 0])


def _handover_url(agent_id: int | None, user_id: int | None) -> str:
    query = f"agent={agent_id}" if agent_id else f"person={user_id}"
    return f"{reverse('customers:handover-create')}?{query}"


def register() -> None:
    """Fill the registries."""
    wording.register()
    for spec in (*assignment_lists.SPECS, *handover_lists.SPECS):
        lists.add(spec)
    assignment_lists.register_navigation()
    key_customers.add(KeyCustomers("tier", key_by_tier))
    receiver_blocks.add(ReceiverBlock("complaint-tasks", "COMPLAINT", with_complaints))
    task_kinds.add(TaskKind("FIRST_CONTACT", _("First contact"), "user-plus", _("Contact"), _contact_url))
    person_actions.add(
        PersonAction(
            "service-profile", _("What the person can take"), "adjustments", permissions.ALLOCATE, _profile_url, 10
        )
    )
    person_actions.add(
        PersonAction(
            "handover",
            _("Hand over and end access"),
            "user-minus",
            permissions.HANDOVER,
            _handover_url,
            20,
            of_people=True,
        )
    )
    leavings.add(Leaving("handover", say_outstanding))
    for part in (
        HandoverPart(
            "customers", _("Customers served"), "users", parts.held_customers, parts.count_customers,
            parts.move_customers, 10,
        ),
        HandoverPart(
            "tasks", _("Open tasks"), "list-check", parts.held_tasks, parts.count_tasks, parts.move_tasks, 30
        ),
        HandoverPart(
            "backups", _("Second contact of key customers"), "user-star", parts.held_backups, parts.count_backups,
            parts.move_backups, 40, follows=False,
        ),
        HandoverPart(
            "grants", _("Leaves to see single customers"), "key", parts.held_grants, parts.count_grants,
            parts.end_grants, 90, ends=True,
        ),
    ):  # fmt: skip
        handover_parts.add(part)
