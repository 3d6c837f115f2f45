"""Notes for colleagues, answers to and words of the customer, canned answers (SRV-1)."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Refused
from keyuan.platform import people
from keyuan.service import permissions
from keyuan.service.models import Follower, OrderEntry, WorkOrder
from keyuan.service.selectors.orders import access_order
from keyuan.service.services import deadlines
from keyuan.service.services.histories import note_change, tell_followers, tell_people, write

LONGEST = 4000
#: Kinds of lines that people write.
KINDS = frozenset({OrderEntry.Kind.NOTE, OrderEntry.Kind.REPLY, OrderEntry.Kind.INBOUND})
MENTION = "@"


def say(*, actor: Actor, order_id: int, kind: str, text: str, now: datetime) -> OrderEntry:
    """Write a note, what the customer was told, or what the customer said; the first answer stops its clock.

    In a note, ``@`` with a colleague's staff number or name gives them notice. Raises Refused for an empty text or
    one that is too long, Conflict where the order is over and somebody would answer in it.
    """
    actor.require(permissions.WORK if kind != OrderEntry.Kind.NOTE else permissions.VIEW)
    if kind not in KINDS:
        raise Refused("order.line", field="kind")
    if not text.strip():
        raise Refused("order.text", field="text")
    if len(text) > LONGEST:
        raise Refused("order.text_long", field="text", most=LONGEST)
    with transaction.atomic():
        order = access_order(actor, order_id, now=now, lock=True)
        if kind == OrderEntry.Kind.REPLY:
            if not order.is_open:
                raise Conflict("order.moved_on", status=order.status)
            _answered(actor, order, now)
        line = write(actor, order, kind, text=text, now=now)
        note_change(actor, order, {}, {"line": kind}, now)
        tell_followers(actor, order, now)
        if kind == OrderEntry.Kind.NOTE:
            tell_people(actor, order, "order.mentioned", mentioned(actor, text), now)
    return line


def _answered(actor: Actor, order: WorkOrder, now: datetime) -> None:
    if order.responded_at is None:
        order.responded_at = now
        order.save(update_fields=["responded_at"])
        deadlines.stop(order, (deadlines.FIRST,), actor=actor, now=now)


def mentioned(actor: Actor, text: str) -> list[int]:
    """Return the people whom a text names behind ``@``, five at most."""
    found: list[int] = []
    for part in text.split(MENTION)[1:6]:
        word = part.split()[0][:40] if part.split() else ""
        hits = people.search(actor, word) if word else []
        if len(hits) == 1:
            found.append(hits[0][0])
    return found


def filled(body: str, places: Mapping[str, str]) -> str:
    """Return a canned answer with its places filled; unknown places stay as they are, for people to see."""
    for name, value in places.items():
        body = body.replace("{" + name + "}", value)
    return body


def set_following(*, actor: Actor, order_id: int, follow: bool, now: datetime) -> None:
    """Follow an order of a colleague, or leave it; twice is once."""
    actor.require(permissions.VIEW)
    with transaction.atomic():
        order = access_order(actor, order_id, now=now, lock=True)
        rows = Follower.objects.filter(order=order, user_id=actor.id or 0)
        if follow and not rows.exists():
            Follower.objects.create(order=order, user_id=actor.id or 0)
        elif not follow:
            rows.delete()
        note_change(actor, order, {"followed": not follow}, {"followed": follow}, now)
