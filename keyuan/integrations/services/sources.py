"""Handing the policies of a source over, from the core system to this one or back (POL-7)."""

from datetime import datetime

from keyuan.integrations import permissions
from keyuan.integrations.models import Connector
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.policies.models import SourceSystem
from keyuan.policies.services.sources import set_source


def change_source(
    *, actor: Actor, source: str, label: str, owns_policies: bool, note: str, now: datetime
) -> SourceSystem:
    """Say who keeps the policies of a source. Raises Refused connector.owned while a connector still brings them:
    what people change here, its next delivery would overwrite."""
    actor.require(permissions.MANAGE)
    if not owns_policies and Connector.objects.filter(source=source, is_active=True).exists():
        raise Refused("connector.owned", field="owns_policies")
    return set_source(actor=actor, name=source, label=label, owns_policies=owns_policies, note=note, now=now)
