"""Customers beside the rows of a file that they may be: as the importing person may see them (CUS-8, PLT-9)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from keyuan.customers.forms.archive_panel import value_of_contact
from keyuan.customers.forms.display import shown_value
from keyuan.customers.forms.likeness import SIGNS
from keyuan.customers.selectors import customers_visible_to
from keyuan.customers.selectors.likely_rows import SAME_NAME_AND_EMAIL, SAME_NAME_AND_PHONE, SAME_REGISTERED_NAME
from keyuan.customers.selectors.subjects import customer_label
from keyuan.kernel.actor import Actor
from keyuan.platform.crypto.presenter import present
from keyuan.platform.imports import Card, Matching

WORDS: Mapping[str, Any] = SIGNS | {
    SAME_NAME_AND_PHONE: _("same name and phone"),
    SAME_NAME_AND_EMAIL: _("same name and e-mail address"),
    SAME_REGISTERED_NAME: _("same registered name"),
}
#: Field of the target → kinds of contact points.
CONTACTS = {"mobile": ("MOBILE",), "landline": ("LANDLINE",), "email": ("EMAIL",), "address": ("ADDRESS",)}


def cards_of(actor: Actor, ids: Sequence[int], now: datetime) -> dict[int, Card]:
    """Return those of ``ids`` that the actor sees."""
    rows = customers_visible_to(actor, now=now).filter(pk__in=list(ids)).select_related("organisation_profile")
    rows = rows.prefetch_related("documents", "contact_points")
    return {row.pk: Card(_label(actor, row), reverse("customers:customer", args=[row.pk]), _texts(actor, row))
            for row in rows}  # fmt: skip


def _label(actor: Actor, row: Any) -> str:
    label = customer_label(actor, row)
    return label if label == row.customer_no else f"{label} {row.customer_no}"


def _texts(actor: Actor, row: Any) -> dict[str, str]:
    texts = {"name": customer_label(actor, row)}
    texts |= {name: shown_value(actor, row, name) for name in ("sex", "birth_on")}
    texts["identity_number"] = _joined(actor, [one.identity_number for one in row.documents.all()])
    for field, kinds in CONTACTS.items():
        texts[field] = _joined(actor, [value_of_contact(one) for one in row.contact_points.all() if one.kind in kinds])
    profile = getattr(row, "organisation_profile", None)
    texts["uscc"] = profile.uscc if profile else ""
    return {name: text for name, text in texts.items() if text}


def _joined(actor: Actor, values: Sequence[Any]) -> str:
    return "、".join(dict.fromkeys(present(actor, value) for value in values if value))


MATCHING = Matching(
    fields=("name", "sex", "birth_on", "identity_number", "mobile", "landline", "email", "address", "uscc"),
    signs=WORDS,
    cards=cards_of,
)
