"""Timeline entries as pages show them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from keyuan.customers.models import Interaction
from keyuan.customers.selectors import labels
from keyuan.kernel.actor import Actor
from keyuan.platform.formats import duration
from keyuan.platform.subjects import subject_kinds

#: Chips of the filter: key → (label, kinds).
CHIPS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "calls": (labels.INTERACTION_KINDS["CALL"], ("CALL",)),
    "visits": (labels.INTERACTION_KINDS["VISIT"], ("VISIT",)),
    "sms": (labels.INTERACTION_KINDS["SMS"], ("SMS",)),
    "wechat": (labels.INTERACTION_KINDS["WECHAT"], ("WECHAT", "CHAT")),
    "policies": (labels.INTERACTION_KINDS["POLICY"], ("POLICY",)),
    "payments": (labels.INTERACTION_KINDS["PAYMENT"], ("PAYMENT",)),
    "claims": (labels.INTERACTION_KINDS["CLAIM"], ("CLAIM",)),
    "work_orders": (labels.INTERACTION_KINDS["WORK_ORDER"], ("WORK_ORDER",)),
    "notes": (labels.INTERACTION_KINDS["NOTE"], ("NOTE", "EMAIL", "LETTER", "FAX", "EVENT", "PORTAL")),
}
TONES = {"NOT_REACHED": "", "REFUSED": "warn", "AGREED": "ok", "DONE": "ok", "FAILED": "bad", "PAID": "ok"}
OUT_OF_REACH = ("CALL", "NOT_REACHED")


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """What the component ``timeline_item`` draws; ``month`` heads a new month."""

    id: int
    icon: str
    kind: str
    title: str
    text: str
    at: datetime
    url: str = ""
    month: date | None = None
    detail: str = ""


def items_of(actor: Actor, entries: list[Interaction], *, after: datetime | None = None) -> list[TimelineItem]:
    """Return the entries with a head wherever a new month begins; ``after`` is the last moment shown above."""
    month = _month(after) if after else None
    items = []
    for entry in entries:
        begins = _month(entry.occurred_at)
        items.append(_item(actor, entry, begins if begins != month else None))
        month = begins
    return items


def _month(at: datetime) -> date:
    return timezone.localtime(at).date().replace(day=1)


def _item(actor: Actor, entry: Interaction, month: date | None) -> TimelineItem:
    kind = labels.label_of(labels.INTERACTION_KINDS, entry.kind)
    icon = (
        "phone-off"
        if (entry.kind, entry.outcome) == OUT_OF_REACH
        else labels.INTERACTION_ICONS.get(entry.kind, "point")
    )
    parts = [
        entry.staff_name,
        kind if entry.summary else "",
        labels.label_of(labels.PURPOSES, entry.purpose),
        str(labels.OUTCOMES.get(entry.outcome, "")),
        duration(entry.seconds) if entry.seconds else "",
    ]
    return TimelineItem(
        entry.pk,
        icon,
        TONES.get(entry.outcome, ""),
        entry.summary or kind,
        _(", ").join(part for part in parts if part),
        entry.occurred_at,
        _url(actor, entry),
        month,
        entry.detail,
    )


def _url(_actor: Actor, entry: Interaction) -> str:
    kind = subject_kinds.get(entry.subject_kind) if entry.subject_kind else None
    return kind.url(entry.subject_id) if kind and entry.subject_id and entry.subject_kind != "customer" else ""
