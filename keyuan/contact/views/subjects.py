"""Consents, refusals, permits and rules as subjects of audit and files (decision 12)."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from keyuan.contact import permissions
from keyuan.contact.selectors import subjects as selectors
from keyuan.contact.selectors.consents import access_consent
from keyuan.contact.selectors.permits import access_permit
from keyuan.contact.selectors.refusals import access_refusal
from keyuan.contact.selectors.reservations import access_reservation
from keyuan.customers.views.subjects import customer_url
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound
from keyuan.platform import clock
from keyuan.platform.subjects import SubjectKind, subject_kinds


def _of_customer(kind: str, word: Callable[[], str]) -> Callable[[Actor, list[int]], dict[int, str]]:
    def labels(actor: Actor, ids: list[int]) -> dict[int, str]:
        return dict.fromkeys(selectors.in_reach(kind, actor, ids, now=clock.now()), word())

    return labels


def _page_of_owner(kind: str) -> Callable[[int], str]:
    def url(row_id: int) -> str:
        owner = selectors.owner_of(kind, row_id)
        return f"{customer_url(owner)}?tab=contact" if owner else reverse("contact:refusal-list")

    return url


def _access_terms(actor: Actor, _row_id: int) -> object:
    if not actor.may(permissions.VIEW):
        raise NotFound
    return True


def register() -> None:
    """Put the kinds into the registry."""
    for key, label, word, access in (
        ("consent", _("Consent of a customer"), lambda: _t("Consent of a customer"), access_consent),
        ("refusal", _("Do-not-contact entry"), lambda: _t("Do-not-contact entry"), access_refusal),
        ("reservation", _("Reservation"), lambda: _t("Reservation"), access_reservation),
        ("permit", _("Contact permit"), lambda: _t("Contact permit"), access_permit),
    ):
        subject_kinds.add(SubjectKind(key, label, _of_customer(key, word), _page_of_owner(key), _timed(access)))
    for key, label, url_name in (
        ("contact_rules", _("Contact rules"), "contact:rules"),
        ("purpose", _("Purpose of processing"), "contact:purpose-list"),
        ("consent_text", _("Consent text"), "contact:purpose-list"),
    ):
        subject_kinds.add(SubjectKind(key, label, _named(label), _at(url_name), _access_terms))


def _named(word: Any) -> Callable[[Actor, list[int]], dict[int, str]]:
    def labels(_actor: Actor, ids: list[int]) -> dict[int, str]:
        return dict.fromkeys(ids, str(word))

    return labels


def _at(url_name: str) -> Callable[[int], str]:
    def url(_row_id: int) -> str:
        return reverse(url_name)

    return url


def _timed(access: Callable[..., object]) -> Callable[[Actor, int], object]:
    def timed(actor: Actor, row_id: int) -> object:
        return access(actor, row_id, now=clock.now())

    return timed
