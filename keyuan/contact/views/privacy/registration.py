"""What privacy requests tell platform and customers."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from keyuan.contact import permissions
from keyuan.contact.forms import privacy_words
from keyuan.contact.selectors.privacy.requests import (
    access_request,
    marks_of,
    overdue_count,
    requests_visible_to,
)
from keyuan.contact.services.privacy import parts
from keyuan.contact.views.privacy.lists import RequestList
from keyuan.customers.extensions import (
    HeadBadge,
    MergeReference,
    RecordAction,
    head_badges,
    merge_references,
    record_actions,
)
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound
from keyuan.platform import clock
from keyuan.platform.lists import lists
from keyuan.platform.navigation import NavItem, nav_items
from keyuan.platform.numbers import NumberSeries, number_series
from keyuan.platform.subjects import SubjectKind, subject_kinds


def register() -> None:
    """Add list, words, parts, buttons, badge, menu entries, subject, numbers and merge references."""
    privacy_words.register()
    parts.register()
    lists.add(RequestList())
    number_series.add(NumberSeries("privacy_request", "Y", 8))
    for model in ("PrivacyRequest", "Erasure", "LegalHold"):
        name = f"contact.{model}"
        merge_references.add(MergeReference(f"{name}.customer", name, "customer"))
    record_actions.add(
        RecordAction(
            "privacy",
            _("Take in a privacy request"),
            "shield-lock",
            "contact:privacy-new",
            permissions.PRIVACY,
            order=80,
        )
    )
    record_actions.add(
        RecordAction("hold", _("Place a legal hold"), "lock", "contact:hold-place", permissions.RETENTION, order=81)
    )
    head_badges.add(HeadBadge("privacy", _badges, 30))
    nav_items.add(
        NavItem(
            "privacy", _("Privacy requests"), "contact:privacy-requests", "shield-lock", permissions.PRIVACY,
            "contact", 70, count=_overdue,
        )
    )  # fmt: skip
    nav_items.add(
        NavItem("retention", _("Retention"), "contact:retention", "clock", permissions.RETENTION, "operations", 70)
    )
    subject_kinds.add(SubjectKind("privacy_request", _("Privacy request"), request_labels, _address, _access))
    # Files of copies stand apart: who works on requests may not read them.
    subject_kinds.add(SubjectKind("privacy_copy", _("Copies for customers"), request_labels, _address, _access_copy))


def _badges(actor: Actor, customer: Any) -> Iterable[tuple[str, Any, str]]:
    """Say beside the name that a record is locked or held, to whoever works on such requests."""
    if not actor.may(permissions.PRIVACY):
        return []
    found: list[tuple[str, Any, str]] = []
    marks = marks_of(customer.pk)
    if "erasure" in marks:
        found.append(("", _("Locked by a deletion"), "lock"))
    if "hold" in marks:
        found.append(("", _("Legal hold"), "lock"))
    return found


def _overdue(actor: Actor) -> int | None:
    return overdue_count(actor, clock.today()) or None


def request_labels(actor: Actor, ids: list[int]) -> dict[int, str]:
    """Return the numbers of requests in reach."""
    return dict(requests_visible_to(actor, now=clock.now()).filter(pk__in=ids).values_list("pk", "number"))


def _address(request_id: int) -> str:
    return reverse("contact:privacy-request", args=[request_id])


def _access(actor: Actor, request_id: int) -> object:
    return access_request(actor, request_id, now=clock.now())


def _access_copy(actor: Actor, request_id: int) -> object:
    if not actor.may(permissions.PRIVACY_COPY):
        raise NotFound("privacy.not_found")
    return access_request(actor, request_id, now=clock.now())
