"""Asking couriers about what is on its way; the file that goes to a courier (POL-8)."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from keyuan.kernel.actor import Actor, system_actor
from keyuan.kernel.errors import Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.crypto.reveal import open_for_system
from keyuan.policies import permissions
from keyuan.policies.drivers.couriers import Courier, Parcel, Told
from keyuan.policies.drivers.couriers.fake import FakeCourier
from keyuan.policies.drivers.couriers.folder import FolderCourier
from keyuan.policies.models import Shipment
from keyuan.policies.rules.deliveries.states import State
from keyuan.policies.selectors.deliveries import destination, on_their_way, shipments_visible_to
from keyuan.policies.selectors.deliveries.labels import CARRIERS, PAPERS
from keyuan.policies.services.deliveries.shipping import News, tell

#: Shipments asked about in one run of the job.
CHUNK = 200
#: Lines of one file for a courier.
MOST_LINES = 500
COURIERS = system_actor("couriers")


def courier_for(carrier: str) -> Courier:
    """Return how a courier is asked: the demonstration one by itself, the others by files in their folder."""
    if carrier == "FAKE":
        return FakeCourier()
    return FolderCourier(carrier, Path(settings.VAR_DIR) / "couriers" / carrier)


def ask_couriers(now: datetime) -> int:
    """Ask about one chunk of what is on its way and take in the news; returns how many were asked about.

    Asked outside of any transaction; a courier that cannot be asked is asked next time.
    """
    rows = on_their_way(now, CHUNK)
    by_carrier: dict[str, list[Shipment]] = {}
    for row in rows:
        by_carrier.setdefault(row.carrier, []).append(row)
    for carrier, some in by_carrier.items():
        told = _asked(carrier, some, now)
        for row in some:
            for one in told.get(row.tracking_no, []):
                _take(row, one, now)
    Shipment.objects.filter(pk__in=[row.pk for row in rows]).update(asked_at=now)
    return len(rows)


def _asked(carrier: str, rows: Sequence[Shipment], now: datetime) -> dict[str, list[Told]]:
    parcels = [Parcel(row.tracking_no, row.sent_on or row.created_on) for row in rows]
    found: dict[str, list[Told]] = {}
    try:
        for one in courier_for(carrier).track(parcels, now.date()):
            found.setdefault(one.tracking_no, []).append(one)
    except OSError:
        return {}
    return found


def _take(row: Shipment, told: Told, now: datetime) -> None:
    news = News(told.state, told.on, told.words, "COURIER")
    try:
        tell(actor=COURIERS, shipment_id=row.pk, news=news, version=None, now=now)
    except Refused:
        # A word that fits nothing (a day before it was sent) stops nobody else's news.
        return


def dispatch_file(*, actor: Actor, shipment_ids: Sequence[int], now: datetime) -> tuple[str, bytes]:
    """Return name and content of the file for a courier: name, phone and address of prepared shipments, in plain text.

    It is made when it is fetched and kept nowhere; each time stands on the trail. Raises `Refused`
    shipment.nothing_prepared, shipment.too_many.
    """
    actor.require(permissions.DELIVER_FILE)
    if len(shipment_ids) > MOST_LINES:
        raise Refused("shipment.too_many", most=MOST_LINES)
    seen = shipments_visible_to(actor, now=now).filter(pk__in=list(shipment_ids), state=State.PREPARED)
    rows = list(seen.select_related("customer").order_by("pk"))
    if not rows:
        raise Refused("shipment.nothing_prepared")
    with transaction.atomic():
        for row in rows:
            record(
                actor, Action.REVEAL, Subject("shipment", row.pk), detail={"face": "courier_file"},
                customer_id=row.customer_id, now=now,
            )  # fmt: skip
    return f"dispatch-{now:%Y%m%d-%H%M}.csv", _written(rows)


def _written(rows: Sequence[Shipment]) -> bytes:
    points = [destination(row.customer_id) for row in rows]
    addresses = open_for_system(COURIERS, [where.address if where else None for where, _phone in points], "courier")
    phones = open_for_system(COURIERS, [phone.phone if phone else None for _where, phone in points], "courier")
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["寄件编号", "收件人", "电话", "地址", "内件", "快递公司", "运单号"])
    for row, address, phone in zip(rows, addresses, phones, strict=True):
        papers = "、".join(str(PAPERS[paper]) for paper in row.papers)
        cells = [row.shipment_no, row.customer.name, phone or "", address or "", papers]
        writer.writerow([*(_plain(cell) for cell in cells), "", ""])
    return ("\ufeff" + text.getvalue()).encode()


def _plain(cell: str) -> str:
    # Nothing that a customer typed begins a formula.
    return f"'{cell}" if cell[:1] in "=+-@\t\r" else cell


def carriers() -> list[tuple[str, str]]:
    """Return the couriers as choices."""
    return [(code, str(word)) for code, word in CARRIERS.items()]
