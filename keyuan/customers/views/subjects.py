"""Customers, entries and tasks as subjects of tasks, files, audit and recent visits (decision 12)."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from keyuan.customers.selectors import access_customer
from keyuan.customers.selectors import subjects as selectors
from keyuan.customers.selectors.tasks import access_task
from keyuan.kernel.actor import Actor
from keyuan.platform import clock
from keyuan.platform.subjects import SubjectKind, subject_kinds


def customer_url(customer_id: int) -> str:
    """Return the address of a customer's page."""
    return reverse("customers:customer", args=[customer_id])


def address(url_name: str, customer_id: int) -> str:
    """Return the address of something that is done with a customer."""
    return reverse(url_name, args=[customer_id])


def _url_of_owner(customer_id: int | None) -> str:
    return customer_url(customer_id) if customer_id else reverse("customers:home")


def _customer_labels(actor: Actor, ids: list[int]) -> dict[int, str]:
    return selectors.customer_labels(actor, ids, now=clock.now())


def _access_customer(actor: Actor, customer_id: int) -> object:
    return access_customer(actor, customer_id, now=clock.now())


def _interaction_labels(actor: Actor, ids: list[int]) -> dict[int, str]:
    return selectors.interaction_labels(actor, ids, now=clock.now())


def _interaction_url(interaction_id: int) -> str:
    return _url_of_owner(selectors.customer_of_interaction(interaction_id))


def _access_interaction(actor: Actor, interaction_id: int) -> object:
    return selectors.access_interaction(actor, interaction_id, now=clock.now())


def _task_labels(actor: Actor, ids: list[int]) -> dict[int, str]:
    return selectors.task_labels(actor, ids, now=clock.now())


def _task_url(task_id: int) -> str:
    return _url_of_owner(selectors.customer_of_task(task_id))


def _access_task(actor: Actor, task_id: int) -> object:
    return access_task(actor, task_id, now=clock.now())


def register() -> None:
    """Put the kinds of customers into the registry."""
    subject_kinds.add(SubjectKind("customer", _("Customer"), _customer_labels, customer_url, _access_customer))
    subject_kinds.add(
        SubjectKind(
            "interaction", _("Contact with a customer"), _interaction_labels, _interaction_url, _access_interaction
        )
    )
    subject_kinds.add(SubjectKind("task", _("Task"), _task_labels, _task_url, _access_task))
