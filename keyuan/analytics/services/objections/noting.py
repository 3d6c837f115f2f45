"""Noting that a customer objects to decisions by programs, and that the objection was taken back (ANA-11; PIPL 24)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from keyuan.analytics import permissions
from keyuan.analytics.extensions import automated
from keyuan.analytics.models import AutomationObjection
from keyuan.customers.selectors import access_customer
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.platform.audit import Action, record
from keyuan.platform.locks import hold
from keyuan.platform.subjects import Subject

KIND = "customer"
#: Ways a customer says something, of `keyuan.contact.selectors.labels.SOURCES`.
WAYS = ("SIGNED", "PHONE", "PORTAL", "WECHAT", "COUNTER", "AGENT")
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Said:
    """What a customer said: on which day, in which way, in which words."""

    on: date
    channel: str
    words: str = ""


def note_objection(*, actor: Actor, customer_id: int, said: Said, now: datetime) -> AutomationObjection:
    """Note an objection; from this moment on nothing that a program judged of the customer stands.

    One that stands already is returned unchanged. Raises NotFound, Refused ``objection.no_person``,
    ``objection.channel``, ``objection.future``.
    """
    customer = _accessed(actor, customer_id, now)
    _check(said, now)
    with transaction.atomic():
        hold(f"objection {customer}")
        standing = AutomationObjection.objects.filter(customer_id=customer, withdrawn_at__isnull=True).first()
        if standing is not None:
            return standing
        made = AutomationObjection.objects.create(
            customer_id=customer, said_on=said.on, channel=said.channel, words=said.words.strip()[:LONGEST],
            recorded_by_id=actor.id, recorded_by=actor.name[:40], recorded_at=now,
        )  # fmt: skip
        dropped = {part.key: part.drop([customer]) for part in automated}
        after = {"objection_said_on": said.on.isoformat(), "objection_channel": said.channel}
        record(
            actor, Action.UPDATE, Subject(KIND, customer), after=after, detail=dropped, customer_id=customer, now=now
        )
    return made


def withdraw_objection(*, actor: Actor, customer_id: int, said: Said, now: datetime) -> AutomationObjection:
    """Note that the customer took the objection back; programs judge again from the next night on.

    The words say why: what stands against programs judging somebody does not end silently. Raises NotFound, Refused
    ``objection.none``, ``objection.channel``, ``objection.future``, ``objection.before``, ``objection.words``.
    """
    customer = _accessed(actor, customer_id, now)
    _check(said, now)
    if not said.words.strip():
        raise Refused("objection.words", field="note")
    with transaction.atomic():
        hold(f"objection {customer}")
        found = AutomationObjection.objects.filter(customer_id=customer, withdrawn_at__isnull=True).first()
        if found is None:
            raise Refused("objection.none")
        if said.on < found.said_on:
            raise Refused("objection.before", field="on", day=found.said_on.isoformat())
        found.withdrawn_on, found.withdrawn_channel = said.on, said.channel
        found.withdrawn_words, found.withdrawn_by = said.words.strip()[:LONGEST], actor.name[:40]
        found.withdrawn_at = now
        found.save()
        after = {"objection_withdrawn_on": said.on.isoformat(), "objection_withdrawn_channel": said.channel}
        record(actor, Action.UPDATE, Subject(KIND, customer), after=after, customer_id=customer, now=now)
    return found


def _accessed(actor: Actor, customer_id: int, now: datetime) -> int:
    actor.require(permissions.OBJECTIONS)
    customer = access_customer(actor, customer_id, now=now)
    if customer.kind != customer.Kind.PERSON:
        raise Refused("objection.no_person")
    return customer.pk


def _check(said: Said, now: datetime) -> None:
    if said.channel not in WAYS:
        raise Refused("objection.channel", field="channel")
    if said.on > timezone.localdate(now):
        raise Refused("objection.future", field="on")
