"""Tags on customers by hand: put on, changed, taken off and put back (CUS-6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from keyuan.customers import permissions
from keyuan.customers.events import CustomersChanged
from keyuan.customers.models import CustomerTag, Tag
from keyuan.customers.selectors import access_customer
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, NotFound, Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.events import emit

SURE = 10_000
HAND, RULE, MODEL = "HAND", "RULE", "MODEL"
#: What a rule sets: by facts, or by what a model reckoned.
BY_RULE = (RULE, MODEL)


@dataclass(frozen=True, slots=True)
class TagDraft:
    """What somebody says about a customer; ``confidence_bp`` in basis points, no expiry means the tag's own rule."""

    tag_id: int
    confidence_bp: int = SURE
    expires_on: date | None = None
    explanation: str = ""


def expiry_of(tag: Tag, today: date) -> date | None:
    """Return the last day of a tag put on today, None where it stays."""
    return today + timedelta(days=tag.valid_days) if tag.valid_days else None


def access_tag(tag_id: int, *, lock: bool = False) -> Tag:
    """Return a tag of the catalogue, or raise NotFound."""
    rows = Tag.objects.select_for_update() if lock else Tag.objects.all()
    found = rows.filter(pk=tag_id).first()
    if found is None:
        raise NotFound("tag.not_found")
    return found


@transaction.atomic
def put_tag(*, actor: Actor, customer_id: int, draft: TagDraft, today: date, now: datetime) -> CustomerTag:
    """Put a tag on a customer, or say anew what is known of it; a tag that a rule had set is by hand from now on.

    Raises `Refused` for a retired tag, a confidence outside 0–10,000 or an expiry in the past.
    """
    actor.require(permissions.EDIT)
    customer = access_customer(actor, customer_id, now=now, lock=True)
    tag = access_tag(draft.tag_id)
    if tag.retired_at is not None:
        raise Refused("tag.retired", field="tag")
    if not 0 < draft.confidence_bp <= SURE:
        raise Refused("segment.share", field="confidence")
    if draft.expires_on is not None and draft.expires_on < today:
        raise Refused("tag.expired", field="expires_on")
    facts: dict[str, Any] = {
        "source": HAND,
        "rule_id": None,
        "confidence_bp": draft.confidence_bp,
        "expires_on": draft.expires_on or expiry_of(tag, today),
        "explanation": draft.explanation.strip()[:200],
        "staff_name": actor.name[:40],
    }
    known = CustomerTag.objects.filter(customer=customer, tag=tag).first()
    row, _is_new = CustomerTag.objects.update_or_create(
        customer=customer, tag=tag, defaults=facts, create_defaults={**facts, "created_at": now}
    )
    before, subject = _said(known) if known else None, Subject("customer", customer.pk)
    record(actor, Action.UPDATE, subject, before=before, after=_said(row), customer_id=customer.pk, now=now)
    emit(CustomersChanged((customer.pk,), "TAG"))
    return row


def _said(row: CustomerTag) -> dict[str, Any]:
    expires = row.expires_on.isoformat() if row.expires_on else ""
    return {"tag": row.tag.code, "source": row.source, "confidence_bp": row.confidence_bp, "expires_on": expires}


@transaction.atomic
def take_off(*, actor: Actor, customer_id: int, tag_id: int, now: datetime) -> dict[str, Any]:
    """Take a tag off a customer and return what `put_back` needs. Raises NotFound where it is not on."""
    actor.require(permissions.EDIT)
    customer = access_customer(actor, customer_id, now=now, lock=True)
    row = CustomerTag.objects.select_related("tag").filter(customer=customer, tag_id=tag_id).first()
    if row is None:
        raise NotFound("tag.not_found")
    kept = {
        "source": row.source,
        "confidence_bp": row.confidence_bp,
        "explanation": row.explanation,
        "expires_on": row.expires_on.isoformat() if row.expires_on else "",
        "rule_id": row.rule_id,
        "staff_name": row.staff_name,
        "created_at": row.created_at.isoformat(),
    }
    record(
        actor, Action.UPDATE, Subject("customer", customer.pk), before=_said(row), customer_id=customer.pk, now=now,
        detail={"taken_off": row.tag.code},
    )  # fmt: skip
    row.delete()
    emit(CustomersChanged((customer.pk,), "TAG"))
    return kept


@transaction.atomic
def put_back(*, actor: Actor, customer_id: int, tag_id: int, kept: Mapping[str, Any], now: datetime) -> CustomerTag:
    """Undo `take_off`: the tag is on again as it was. Raises `Conflict` when somebody put it on in the meantime."""
    actor.require(permissions.EDIT)
    customer = access_customer(actor, customer_id, now=now, lock=True)
    tag = access_tag(tag_id)
    try:
        with transaction.atomic():
            row = CustomerTag.objects.create(
                customer=customer,
                tag=tag,
                **{key: kept[key] for key in ("source", "confidence_bp", "explanation", "rule_id", "staff_name")},
                expires_on=date.fromisoformat(kept["expires_on"]) if kept["expires_on"] else None,
                created_at=datetime.fromisoformat(kept["created_at"]),
            )
    except IntegrityError:
        raise Conflict("tag.on_already") from None
    record(
        actor, Action.UNDO, Subject("customer", customer.pk), after={"tag": tag.code}, customer_id=customer.pk, now=now
    )
    emit(CustomersChanged((customer.pk,), "TAG"))
    return row
