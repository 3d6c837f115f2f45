"""What pages say of webhooks: states, errors, refusals."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from keyuan.api.events import BY_NAME, TEST
from keyuan.api.models import WebhookDelivery, WebhookEndpoint
from keyuan.platform.lists import Status

ENDPOINT_STATES = {
    WebhookEndpoint.Status.ACTIVE: (_("At work"), "ok"),
    WebhookEndpoint.Status.PAUSED: (_("Held back"), "warn"),
    WebhookEndpoint.Status.DISABLED: (_("Switched off"), "off"),
}
FAILING = (_("Failing"), "bad")
BECAUSE = {
    "gone": _("The receiver asked for no more events (410)."),
    "failing": _("The receiver did not take anything for days."),
    "person": _("Switched off by hand."),
}
DELIVERY_STATES = {
    WebhookDelivery.Status.PENDING: (_("Waits to be sent"), "accent"),
    WebhookDelivery.Status.TAKEN: (_("Arrived"), "ok"),
    WebhookDelivery.Status.FAILED: (_("Did not arrive"), "bad"),
}
#: Errors of the driver → what happened.
ERRORS = {
    "address": _("The name leads to an address that is not public"),
    "url": _("The address is no longer allowed"),
    "name": _("The name of the receiver is unknown"),
    "tls": _("The certificate or the encryption is not in order"),
    "timeout": _("No answer in time"),
    "connect": _("No connection"),
    "broken": _("The connection broke"),
    "protocol": _("The answer is not HTTP"),
}
SENTENCES = {
    "webhook.url": _("This is no address of a receiver. Example: https://erp.example.cn/keyuan"),
    "webhook.scheme": _("Events go by https only; operations can allow a host inside your network."),
    "webhook.port": _("Port %(port)s is closed to events; use 443 or 8443, or let operations allow the host."),
    "webhook.private": _("This address is not on the public internet; operations can allow it."),
    "webhook.event": _("%(name)s is not an event."),
    "webhook.unit": _("Choose a unit in your reach."),
    "webhook.not_active": _("The receiver is not at work. Let it go on first."),
    "webhook.moved_on": _("Somebody changed the receiver in the meantime. Look at where it stands now."),
    "webhook.waiting": _("It still waits to be sent."),
    "webhook.policy_reach": _("Only a post over the whole company may change this."),
    "webhook.off_gone": _("Events no longer go to %(name)s: the receiver asked for no more."),
    "webhook.off_failing": _("Events no longer go to %(name)s: it has not taken any for days."),
}


def endpoint_state(endpoint: WebhookEndpoint) -> Status:
    """Say where an endpoint stands; one at work that takes nothing is failing."""
    is_failing = endpoint.status == WebhookEndpoint.Status.ACTIVE and endpoint.failing_since is not None
    return Status(*(FAILING if is_failing else ENDPOINT_STATES[WebhookEndpoint.Status(endpoint.status)]))


def delivery_state(delivery: WebhookDelivery) -> Status:
    """Say where a delivery stands."""
    return Status(*DELIVERY_STATES[WebhookDelivery.Status(delivery.status)])


def event_word(name: str) -> Any:
    """Return an event's name for people."""
    return _("Test event") if name == TEST else BY_NAME[name].label if name in BY_NAME else name


def error_word(delivery: WebhookDelivery) -> Any:
    """Say what came back: the code, or why there was none."""
    return outcome(delivery.last_code, delivery.last_error)


def outcome(code: int | None, error: str) -> Any:
    """Say what came of one try."""
    return f"HTTP {code}" if code is not None else ERRORS.get(error, error)
