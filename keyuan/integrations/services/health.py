"""What keeps a connector from working: written on it, told once (PLT-14)."""

from datetime import datetime

from django.urls import reverse

from keyuan.integrations import permissions
from keyuan.integrations.models import Connector
from keyuan.integrations.services.planning import plain_params
from keyuan.kernel.errors import Refused
from keyuan.platform.notices import notify_staff
from keyuan.platform.people import holders_of


def trouble(connector: Connector, error: Refused, now: datetime) -> None:
    """Write down why a connector cannot work, in the caller's transaction; its people are told when that is new."""
    held = Connector.objects.select_for_update().get(pk=connector.pk)
    is_new = held.error != error.code
    params = plain_params(error.params)
    changes = {"error": error.code, "error_params": params, "error_at": now if is_new else held.error_at}
    Connector.objects.filter(pk=held.pk).update(**changes)
    if is_new:
        url = reverse("integrations:connector", args=[held.pk])
        notify_staff(
            holders_of(permissions.MANAGE), "connector", "connector.trouble", {"connector": held.name}, url=url, now=now
        )
