"""Words of deliveries, and the couriers that are known."""

from typing import Any

from django.utils.translation import pgettext_lazy

from keyuan.policies.rules.deliveries.states import Paper, State

STATES: dict[str, tuple[str, Any]] = {
    State.PREPARED: ("warn", pgettext_lazy("courier", "Prepared")),
    State.SENT: ("accent", pgettext_lazy("courier", "On its way")),
    State.DELIVERED: ("accent", pgettext_lazy("courier", "Delivered")),
    State.SIGNED: ("ok", pgettext_lazy("courier", "Receipt signed")),
    State.RETURNED: ("bad", pgettext_lazy("courier", "Came back")),
    State.LOST: ("bad", pgettext_lazy("courier", "Lost")),
    State.CANCELLED: ("off", pgettext_lazy("courier", "Cancelled")),
}
PAPERS: dict[str, Any] = {
    Paper.APPLICATION: pgettext_lazy("courier", "Application form"),
    Paper.CONTRACT: pgettext_lazy("courier", "Insurance contract"),
    Paper.RECEIPT: pgettext_lazy("courier", "Receipt to be signed"),
    Paper.NOTICE: pgettext_lazy("courier", "Notice"),
}
SOURCES: dict[str, Any] = {
    "STAFF": pgettext_lazy("courier", "Recorded by staff"),
    "COURIER": pgettext_lazy("courier", "Told by the courier"),
    "IMPORT": pgettext_lazy("courier", "From a file"),
}
CARRIERS: dict[str, Any] = {
    "EMS": pgettext_lazy("courier", "EMS"),
    "SF": pgettext_lazy("courier", "SF Express"),
    "JD": pgettext_lazy("courier", "JD Logistics"),
    "ZTO": pgettext_lazy("courier", "ZTO Express"),
    "FAKE": pgettext_lazy("courier", "Demo courier (answers by itself)"),
}
