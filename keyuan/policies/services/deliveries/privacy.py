"""What envelopes and reading links know of a customer, and how it is taken out (PLT-8).

No address is kept with an envelope: it is read from the customer when it goes out, and goes with the customer.
"""

from collections.abc import Mapping
from datetime import datetime

from keyuan.platform.privacy import Table
from keyuan.policies.models import PolicyLink, Shipment, ShipmentEvent

COLUMNS = (
    "shipment_no", "policy__policy_no", "application__application_no", "papers", "state", "carrier", "tracking_no",
    "sent_on", "delivered_on", "signed_on", "note",
)  # fmt: skip
READ = ("policy__policy_no", "made_at", "opened_at", "opens", "confirmed_at", "device")


def collect(customer_id: int) -> Mapping[str, Table]:
    """Return what was sent to a customer, and which e-policies they opened and confirmed."""
    rows = Shipment.objects.filter(customer_id=customer_id).order_by("pk")
    links = PolicyLink.objects.filter(policy__holder_id=customer_id).order_by("pk")
    return {
        "shipments": [dict(row) for row in rows.values(*COLUMNS)],
        "e_policies": [dict(row) for row in links.values(*READ)],
    }


def erase(customer_id: int, whole: bool, _now: datetime) -> Mapping[str, int]:
    """With ``whole`` take out notes, tracking numbers, the courier's words and devices; days and papers stay."""
    if not whole:
        return {}
    rows = Shipment.objects.filter(customer_id=customer_id)
    ShipmentEvent.objects.filter(shipment__in=rows).update(words="")
    links = PolicyLink.objects.filter(policy__holder_id=customer_id)
    return {"shipment": rows.update(note="", tracking_no=""), "e_policy": links.update(device="")}
