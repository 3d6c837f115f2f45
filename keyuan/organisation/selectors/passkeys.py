"""One's own passkeys (PLT-5)."""

from keyuan.kernel.actor import Actor
from keyuan.organisation.models import Passkey
from keyuan.organisation.selectors.people import own_id


def own_passkeys(actor: Actor) -> list[Passkey]:
    """Return the person's passkeys, the newest first."""
    return list(Passkey.objects.filter(user_id=own_id(actor)).defer("public_key").order_by("-created_at", "-pk"))
