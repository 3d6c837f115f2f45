"""From rows of the outbox to what leaves: addresses and values opened for one chunk, on record (PLT-7, PLT-11)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.signing import Signer
from django.db import transaction

from keyuan.contact.drivers.senders import Parcel
from keyuan.contact.models import Message
from keyuan.contact.rules.messages.composing import EMAIL, Composed, compose, is_promotion
from keyuan.contact.selectors.messages.providers import policy
from keyuan.contact.selectors.messages.templates import variables_of
from keyuan.contact.selectors.terms import purposes
from keyuan.contact.services.messages.house import house
from keyuan.contact.services.messages.losing import tell_lost
from keyuan.contact.services.messages.sealing import read_values
from keyuan.customers.models import ContactPoint
from keyuan.kernel.actor import system_actor
from keyuan.platform.crypto.reveal import open_for_system

SENDER = system_actor("messages")
COLUMN = {ContactPoint.Kind.MOBILE: "phone", ContactPoint.Kind.EMAIL: "email"}


def parcels_of(messages: Sequence[Message], now: datetime) -> dict[int, Parcel]:
    """Return what leaves for each message that has an address; the others are failed by `Message.Status.FAILED`.

    One audit event says how many values were opened.
    """
    reachable = [row for row in messages if row.contact_point is not None and row.contact_point.invalid_at is None]
    lost = [row.pk for row in messages if row not in reachable]
    if lost:
        gone = Message.objects.filter(pk__in=lost, status=Message.Status.QUEUED)
        with transaction.atomic():
            gone.update(status=Message.Status.FAILED, because="no_address", claimed_by="")
            tell_lost(lost)
    addresses = open_for_system(SENDER, [_address(row.contact_point) for row in reachable], "message")
    values = open_for_system(SENDER, [row.values for row in reachable], "message")
    found = {}
    for row, address, text in zip(reachable, addresses, values, strict=True):
        composed = composed_of(row, read_values(text))
        found[row.pk] = Parcel(
            row.key, now, address or "", composed.subject, composed.body, row.language, way_out_url(row)
        )
    return found


def _address(point: Any) -> Any:
    return getattr(point, COLUMN.get(point.kind, "social_account"))


def composed_of(message: Message, values: dict[str, str]) -> Composed:
    """Return a message as it leaves, from its opened values."""
    version = message.template_version
    terms = purposes().get(message.purpose)
    return compose(
        message.channel,
        version.text_of(message.language),
        variables_of(version),
        values,
        house(),
        promotion=bool(terms and is_promotion(terms.kind)),
        url=way_out_url(message),
    )


def way_out_url(message: Message) -> str:
    """Return the address by which a reader of marketing mail leaves the list; empty without a public address."""
    base = policy().public_url.rstrip("/")
    terms = purposes().get(message.purpose)
    if not base or message.channel != EMAIL or terms is None or not is_promotion(terms.kind):
        return ""
    return f"{base}/contact/leave/{Signer(salt='keyuan.leave').sign(str(message.pk))}/"
