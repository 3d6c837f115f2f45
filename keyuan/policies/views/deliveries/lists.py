"""The list of deliveries: what is to be sent, on its way, came back, and which receipts are outstanding (POL-8)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.customers.models import CustomerSummary
from keyuan.customers.selectors import summaries_visible_to
from keyuan.customers.selectors.subjects import customer_label
from keyuan.kernel.actor import Actor
from keyuan.kernel.width import half_width
from keyuan.platform import clock
from keyuan.platform.lists import (
    BooleanFilter,
    BulkAction,
    Choice,
    ChoiceFilter,
    Column,
    DateRange,
    Empty,
    FilterContext,
    ListSpec,
    PageAction,
    Reason,
    Sort,
    Status,
    TextFilter,
    Toned,
    Verdict,
    View,
)
from keyuan.policies import permissions
from keyuan.policies.models import Shipment
from keyuan.policies.rules.deliveries.states import FAILED, State
from keyuan.policies.selectors.deliveries import shipment_sources, shipments_visible_to
from keyuan.policies.selectors.deliveries.labels import CARRIERS, PAPERS, STATES
from keyuan.policies.services.deliveries import many

DISPATCH = PageAction(
    label=pgettext_lazy("courier", "Send many"), url_name="policies:delivery-dispatch", icon="truck",
    permission=permissions.DELIVER, primary=True,
)  # fmt: skip
#: A receipt that is out for longer than this is red; the clocks chase it (docs/policies.md).
LATE_DAYS = 10


@dataclass(frozen=True, slots=True)
class Extras:
    """Who asks, the day, and the names."""

    actor: Actor
    today: date
    customers: dict[int, CustomerSummary]


def _customer(row: Shipment, extras: Extras) -> str:
    summary = extras.customers.get(row.customer_id)
    return customer_label(extras.actor, summary) if summary else ""


def _state(row: Shipment, _extras: Extras) -> Status:
    tone, word = STATES[row.state]
    return Status(word, tone)


def _papers(row: Shipment, _extras: Extras) -> str:
    return "、".join(str(PAPERS.get(code, code)) for code in row.papers)


def _courier(row: Shipment, _extras: Extras) -> str:
    return f"{CARRIERS.get(row.carrier, row.carrier)} {row.tracking_no}".strip()


def _receipt(row: Shipment, extras: Extras) -> Any:
    if not row.expects_receipt:
        return ""
    if row.signed_on is not None:
        return row.signed_on.isoformat()
    late = row.delivered_on is not None and (extras.today - row.delivered_on).days > LATE_DAYS
    return Toned(str(pgettext_lazy("courier", "outstanding")), "bad" if late else "warn")


def _by_number(rows: QuerySet[Shipment], value: Any, _context: FilterContext) -> QuerySet[Shipment]:
    typed = half_width(str(value)).strip().upper()
    return rows.filter(shipment_no=typed) if typed.startswith("SH") else rows.filter(tracking_no=typed)


def _in_state(*states: str, code: str) -> Any:
    def check(actor: Actor, ids: Sequence[int], now: datetime) -> Verdict:
        rows = shipments_visible_to(actor, now=now).filter(pk__in=list(ids), state__in=states)
        fit = set(rows.values_list("pk", flat=True))
        rest = tuple(pk for pk in ids if pk not in fit)
        return Verdict(tuple(pk for pk in ids if pk in fit), (Reason(code, rest),) if rest else ())

    return check


def _again(actor: Actor, ids: Sequence[int], _data: Mapping[str, Any], now: datetime) -> list[int]:
    return many.send_again(actor=actor, shipment_ids=ids, now=now)


def _undo_again(actor: Actor, payload: list[int], now: datetime) -> int:
    return many.cancel_many(actor=actor, shipment_ids=payload, now=now)


def _cancel(actor: Actor, ids: Sequence[int], _data: Mapping[str, Any], now: datetime) -> list[int]:
    many.cancel_many(actor=actor, shipment_ids=ids, now=now)
    return []


AGAIN = BulkAction(
    key="again",
    label=pgettext_lazy("courier", "Send again"),
    icon="repeat",
    permission=permissions.DELIVER,
    check=_in_state(*FAILED, code="shipment.not_failed"),
    run=_again,
    undo=_undo_again,
    consequence=_("A new envelope is prepared for each; the failed one stays on record."),
)
CANCEL = BulkAction(
    key="cancel",
    label=pgettext_lazy("courier", "Cancel"),
    icon="x",
    permission=permissions.DELIVER,
    check=_in_state(State.PREPARED, code="shipment.wrong_state"),
    run=_cancel,
    consequence=_("Only envelopes that have not gone out; they cannot be taken up again."),
    danger=True,
)


class DeliveryList(ListSpec):
    """Shipments within reach, the newest first."""

    key = "shipments"
    title = pgettext_lazy("courier", "Deliveries")
    permission = permissions.DELIVER
    url_name = "policies:deliveries"
    noun = pgettext_lazy("courier", "shipments")
    columns = (
        Column(key="no", label=pgettext_lazy("courier", "Shipment"), value="shipment_no", first=True, width=130),
        Column(key="customer", label=_("Customer"), value=_customer, width=110, phone=True),
        Column(key="papers", label=pgettext_lazy("courier", "Papers"), value=_papers, width=200),
        Column(key="state", label=_("State"), value=_state, kind="status", width=110, phone=True),
        Column(key="courier", label=pgettext_lazy("courier", "Courier"), value=_courier, width=190),
        Column(key="sent", label=pgettext_lazy("courier", "Sent on"), value="sent_on", kind="date", width=110,
               low_priority=True),
        Column(key="delivered", label=pgettext_lazy("courier", "Delivered on"), value="delivered_on", kind="date",
               width=110, low_priority=True),
        Column(key="receipt", label=pgettext_lazy("courier", "Receipt"), value=_receipt, width=110),
        Column(key="made", label=_("Made"), value="created_on", kind="date", width=110, sort="made"),
    )  # fmt: skip
    filters = (
        TextFilter(key="q", label=pgettext_lazy("courier", "Number"), primary=True, searches=True, apply=_by_number,
                   placeholder=pgettext_lazy("courier", "Shipment or tracking number")),
        ChoiceFilter(key="state", label=_("State"), field="state", primary=True,
                     choices=tuple(Choice(code, word) for code, (_tone, word) in STATES.items())),
        ChoiceFilter(key="carrier", label=pgettext_lazy("courier", "Courier"), field="carrier", dense=True,
                     choices=tuple(Choice(code, word) for code, word in CARRIERS.items())),
        BooleanFilter(key="receipt", label=pgettext_lazy("courier", "Receipt expected"), field="expects_receipt",
                      only_true=True, dense=True),
        DateRange(key="made", label=_("Made"), field="created_on"),
    )  # fmt: skip
    sorts = (Sort(key="made", label=_("Made"), field="created_on", descending=True),)
    default_sort = "-made"
    views = (
        View(key="send", label=pgettext_lazy("courier", "To be sent"), query=f"state={State.PREPARED}&sort=made"),
        View(key="way", label=pgettext_lazy("courier", "On its way"), query=f"state={State.SENT}&sort=made"),
        View(key="receipts", label=pgettext_lazy("courier", "Receipt outstanding"),
             query=f"state={State.DELIVERED}&receipt=1&sort=made"),
        View(key="failed", label=pgettext_lazy("courier", "Came back or lost"),
             query=f"state={State.RETURNED}&state={State.LOST}&sort=-made"),
        View(key="signed", label=pgettext_lazy("courier", "Receipt signed"), query=f"state={State.SIGNED}&sort=-made"),
        View(key="all", label=pgettext_lazy("courier", "All deliveries")),
    )  # fmt: skip
    bulk_actions = (AGAIN, CANCEL)
    page_actions = (DISPATCH,)
    empty = Empty(
        title=pgettext_lazy("courier", "No deliveries yet"),
        text=_("Prepare an envelope on the page of a contract or an application; it appears here to be sent."),
    )

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[Shipment]]:
        """Return the shipments served in scope."""
        return shipment_sources(actor, now=clock.now())

    def prepare(self, actor: Actor, rows: Sequence[Shipment], context: FilterContext) -> Extras:
        """Load the names of the customers within reach."""
        seen = summaries_visible_to(actor, now=clock.now()).filter(pk__in={row.customer_id for row in rows})
        return Extras(actor, context.today, {summary.pk: summary for summary in seen})

    def row_url(self, row: Shipment) -> str:
        """Return the page of a shipment."""
        return reverse("policies:delivery", args=[row.pk])

    def row_class(self, row: Shipment) -> str:
        """Mark what has to be sent again."""
        return "edge-warn" if row.state in FAILED else ""
