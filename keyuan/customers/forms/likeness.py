"""Likely duplicates as the form shows them: masked like everything else, with what they have in common."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from keyuan.customers import permissions
from keyuan.customers.forms.display import region_name
from keyuan.customers.selectors.duplicates import (
    SAME_CODE,
    SAME_NAME_AND_BIRTH,
    SAME_NUMBER,
    SAME_PHONE,
    Likeness,
)
from keyuan.customers.selectors.service import agent_name
from keyuan.customers.selectors.subjects import customer_label
from keyuan.kernel.actor import Actor

SIGNS: dict[str, Any] = {
    SAME_NUMBER: _("same document number"),
    SAME_CODE: _("same credit code"),
    SAME_NAME_AND_BIRTH: _("same name and birth date"),
    SAME_PHONE: _("same phone"),
}


@dataclass(frozen=True, slots=True)
class LikeRow:
    """A customer who may be the same one."""

    label: str
    url: str
    signs: list[Any]
    place: str
    served_by: str
    customer_no: str
    edit_url: str = ""


def rows_of_likeness(actor: Actor, found: Iterable[Likeness]) -> list[LikeRow]:
    """Return likely duplicates as rows."""
    return [
        LikeRow(
            customer_label(actor, likeness.summary),
            reverse("customers:customer", args=[likeness.summary.pk]),
            [SIGNS[sign] for sign in likeness.signs],
            region_name(likeness.summary.region_code, short=True),
            agent_name(likeness.summary.servicing_agent_id),
            likeness.summary.customer_no,
            reverse("customers:customer-edit", args=[likeness.summary.pk]) if actor.may(permissions.EDIT) else "",
        )
        for likeness in found
    ]
