"""Opening one sealed value of a request (PLT-5)."""

from datetime import datetime

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound
from keyuan.platform.crypto.reveal import reveal
from keyuan.policies import permissions
from keyuan.policies.rules.service_items.codes import SEALED_IN
from keyuan.policies.selectors.service_items import access_request
from keyuan.policies.services.service_items.recording import subject_of


def reveal_value(*, actor: Actor, request_id: int, column: str, reason: str, now: datetime) -> str:
    """Return a sealed value whole, and note who opened it and why.

    Raises NotFound out of reach or where there is nothing, and what `reveal` refuses: no right, no reason, no quota.
    """
    actor.require(permissions.VIEW)
    request = access_request(actor, request_id)
    sealed = getattr(request, column) if column in SEALED_IN.values() else None
    if sealed is None:
        raise NotFound("request.nothing_sealed")
    return reveal(
        actor=actor, sealed=sealed, subject=subject_of(request), customer_id=request.customer_id, reason=reason, now=now
    )
