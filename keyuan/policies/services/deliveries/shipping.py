"""Preparing, sending and following shipments; every step once, whoever tells of it (POL-8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.db import IntegrityError, transaction

from keyuan.contact.services.messages.queueing import Draft, NotSent, send
from keyuan.kernel.actor import Actor, system_actor
from keyuan.kernel.errors import Conflict, KeyuanError, Refused
from keyuan.organisation.models import LEVEL_COLUMNS
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.locks import hold
from keyuan.platform.numbers import allocate
from keyuan.policies import permissions
from keyuan.policies.models import Policy, Shipment, ShipmentEvent
from keyuan.policies.rules.deliveries.states import FAILED, Paper, State, is_old_news, may_follow
from keyuan.policies.selectors import access_policy
from keyuan.policies.selectors.applications import access_application
from keyuan.policies.selectors.deliveries import access_shipment, open_shipment_with, shipment_by_key
from keyuan.policies.selectors.deliveries.labels import CARRIERS
from keyuan.policies.selectors.sources import keeper_of
from keyuan.policies.selectors.templates import template_by_code
from keyuan.policies.services.changes import record_receipt

NUMBERS = "shipment"
TEMPLATE = "courier-sent"
SENDER = system_actor("couriers")
PLACE = (*LEVEL_COLUMNS, "sales_channel", "servicing_agent_id")
#: The day of each state.
DAYS = {
    State.SENT: "sent_on", State.DELIVERED: "delivered_on", State.SIGNED: "signed_on", State.RETURNED: "ended_on",
    State.LOST: "ended_on", State.CANCELLED: "ended_on",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ShipmentDraft:
    """An envelope: what it is about, what is in it, which failed one it replaces."""

    papers: tuple[str, ...]
    policy_id: int | None = None
    application_id: int | None = None
    replaces_id: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class News:
    """That a shipment came to a state on a day; ``source`` is STAFF, COURIER or IMPORT."""

    state: str
    on: date
    words: str = ""
    source: str = "STAFF"
    carrier: str = ""
    tracking_no: str = ""

    @property
    def fingerprint(self) -> str:
        """What makes the same word the same, however often it is told."""
        return sha256(f"{self.state}|{self.on.isoformat()}|{self.words}".encode()).hexdigest()


def prepare(*, actor: Actor, draft: ShipmentDraft, now: datetime, token: str = "") -> Shipment:
    """Make a shipment ready to be sent. ``token`` names one attempt: sending it again returns the first one's.

    Raises `Refused` shipment.no_papers, shipment.on_its_way (the same papers are out already), shipment.not_issued,
    shipment.receipt_known, shipment.no_holder, shipment.not_failed; `NotFound`.
    """
    actor.require(permissions.DELIVER)
    papers = tuple(dict.fromkeys(paper for paper in draft.papers if paper in set(Paper)))
    if not papers:
        raise Refused("shipment.no_papers", field="papers")
    about, customer_id = _about(actor, draft, papers, now)
    replaces = access_shipment(actor, draft.replaces_id, now=now) if draft.replaces_id else None
    if replaces is not None and replaces.state not in FAILED:
        raise Refused("shipment.not_failed")
    key = f"{actor.id}:{token}"[:80] if token else ""
    with transaction.atomic():
        hold(f"shipment {draft.policy_id}:{draft.application_id}")
        made = shipment_by_key(key)
        if made is not None:
            return made
        if open_shipment_with(draft.policy_id, draft.application_id, list(papers)) is not None:
            raise Refused("shipment.on_its_way", field="papers")
        shipment = Shipment.objects.create(
            shipment_no=allocate(NUMBERS, 1)[0], form_key=key or None, policy_id=draft.policy_id,
            application_id=draft.application_id, customer_id=customer_id, papers=list(papers),
            expects_receipt=Paper.RECEIPT in papers, replaces=replaces, note=draft.note.strip()[:200],
            created_on=now.date(), created_at=now, updated_at=now,
            **{name: getattr(about, name) for name in PLACE},
        )  # fmt: skip
        _event(actor, shipment, News(State.PREPARED, now.date()), now)
        after = {"papers": list(papers), "policy": draft.policy_id, "application": draft.application_id}
        record(
            actor, Action.CREATE, Subject("shipment", shipment.pk), after=after, customer_id=customer_id, now=now
        )  # fmt: skip
    return shipment


def _about(actor: Actor, draft: ShipmentDraft, papers: Sequence[str], now: datetime) -> tuple[Any, int]:
    """Return the contract or application the shipment is about, and to whom it goes."""
    if draft.policy_id is None:
        if draft.application_id is None:
            raise Refused("shipment.no_papers", field="papers")
        if set(papers) - {Paper.APPLICATION, Paper.NOTICE}:
            raise Refused("shipment.not_issued", field="papers")
        application = access_application(actor, draft.application_id)
        return application, application.holder_id
    policy = access_policy(actor, draft.policy_id, now=now)
    if policy.holder_id is None:
        raise Refused("shipment.no_holder")
    if {Paper.CONTRACT, Paper.RECEIPT} & set(papers) and policy.issued_on is None:
        raise Refused("shipment.not_issued", field="papers")
    if Paper.RECEIPT in papers and policy.receipt_signed_on is not None:
        raise Refused("shipment.receipt_known", field="papers")
    return policy, policy.holder_id


def tell(*, actor: Actor, shipment_id: int, news: News, version: int | None, now: datetime) -> Shipment:
    """Take in that a shipment came to a state; the same word again, or one that comes late, changes nothing.

    SENT asks for courier and number and tells the customer; SIGNED records the receipt, from which cooling-off counts.
    Raises `Refused` shipment.wrong_state, shipment.carrier, shipment.tracking_no, shipment.tracking_taken,
    shipment.day, and what `record_receipt` raises; `Conflict`.
    """
    actor.require(permissions.DELIVER)
    if news.on > now.date():
        raise Refused("policy.date_in_future", field="on")
    try:
        with transaction.atomic():
            shipment = access_shipment(actor, shipment_id, now=now, lock=True)
            if version is not None and shipment.version != version:
                raise Conflict("conflict", version=shipment.version)
            if ShipmentEvent.objects.filter(shipment=shipment, fingerprint=news.fingerprint).exists():
                return shipment
            _take_in(actor, shipment, news, now)
    except IntegrityError:
        raise Refused("shipment.tracking_taken", field="tracking_no") from None
    return shipment


def _take_in(actor: Actor, shipment: Shipment, news: News, now: datetime) -> None:
    if not may_follow(shipment.state, news.state):
        if news.source == "STAFF" or not is_old_news(shipment.state, news.state):
            raise Refused("shipment.wrong_state")
        _event(actor, shipment, news, now)
        return
    columns = [DAYS[State(news.state)]]
    _check_day(shipment, news)
    if news.state == State.SENT:
        _send(shipment, news, now)
        columns += ["carrier", "tracking_no", "asked_at", "notice_at", "notice_because"]
    before, shipment.state = shipment.state, news.state
    setattr(shipment, columns[0], news.on)
    shipment.version += 1
    shipment.updated_at = now
    if news.state == State.SIGNED:
        _receipt(actor, shipment, news.on, now)
    shipment.save(update_fields=[*columns, "state", "version", "updated_at"])
    _event(actor, shipment, news, now)
    record(
        actor, Action.UPDATE, Subject("shipment", shipment.pk), before={"state": before},
        after={"state": str(news.state), "on": news.on.isoformat(), "source": news.source},
        customer_id=shipment.customer_id, now=now,
    )  # fmt: skip


def _check_day(shipment: Shipment, news: News) -> None:
    first = shipment.sent_on or shipment.created_on
    if news.state != State.CANCELLED and news.on < first:
        raise Refused("shipment.day", field="on", first=first.isoformat())


def _send(shipment: Shipment, news: News, now: datetime) -> None:
    if news.carrier not in CARRIERS:
        raise Refused("shipment.carrier", field="carrier")
    number = news.tracking_no.strip().upper()
    if not (6 <= len(number) <= 40 and number.isascii() and number.isalnum()):
        raise Refused("shipment.tracking_no", field="tracking_no")
    if Shipment.objects.filter(carrier=news.carrier, tracking_no=number).exists():
        raise Refused("shipment.tracking_taken", field="tracking_no")
    shipment.carrier, shipment.tracking_no, shipment.asked_at = news.carrier, number, now
    _notify(shipment, now)


def _notify(shipment: Shipment, now: datetime) -> None:
    """Tell the customer what is on its way; what finds no way out stays on the page as unsent."""
    template = template_by_code(TEMPLATE)
    if template is None:
        shipment.notice_because = "no_template"
        return
    said = {"carrier": str(CARRIERS[shipment.carrier]), "tracking_no": shipment.tracking_no}
    draft = Draft(
        shipment.customer_id, values={name: said[name] for name in said if name in template[1]},
        key=f"shipment:{shipment.pk}:sent", subject=Subject("shipment", shipment.pk),
    )  # fmt: skip
    try:
        # Within its own savepoint: what is refused leaves nothing of a message behind.
        with transaction.atomic():
            answer = send(actor=SENDER, template_id=template[0], draft=draft, now=now)
    except KeyuanError as error:
        shipment.notice_because = error.code[:60]
        return
    if isinstance(answer, NotSent):
        shipment.notice_because = answer.code[:60]
    else:
        shipment.notice_at, shipment.notice_because = now, ""


def _receipt(actor: Actor, shipment: Shipment, on: date, now: datetime) -> None:
    """Record the signed receipt with the contract, unless it is known or its source keeps it."""
    if not shipment.expects_receipt or shipment.policy_id is None:
        raise Refused("shipment.no_receipt")
    policy = Policy.objects.get(pk=shipment.policy_id)
    if policy.receipt_signed_on is None and keeper_of(policy) is None:
        record_receipt(actor=actor, policy_id=policy.pk, signed_on=on, version=policy.version, now=now)


def _event(actor: Actor, shipment: Shipment, news: News, now: datetime) -> None:
    ShipmentEvent.objects.create(
        shipment=shipment, state=news.state, happened_on=news.on, at=now, source=news.source, words=news.words[:200],
        actor_name=actor.name[:40], fingerprint=news.fingerprint,
    )  # fmt: skip
