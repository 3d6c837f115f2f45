"""What the mart knows of work orders: one row each, of the customer where there is one (decision 21)."""

from keyuan.organisation.models import LEVEL_COLUMNS
from keyuan.platform.mart import Extract, extracts
from keyuan.service.models import WorkOrder

#: Columns of the order that go into the mart under their own names.
OWN = (
    "customer_id", "kind", "subtype", "status", "is_open", "mark", "contact_channel", "received_at", "closed_on",
    "sales_channel", "servicing_agent_id", *LEVEL_COLUMNS,
)  # fmt: skip


def register() -> None:
    """Give the orders' table to the mart."""
    extracts.add(Extract("work_orders", WorkOrder.objects.all, {"order_id": "pk"} | {name: name for name in OWN}))
