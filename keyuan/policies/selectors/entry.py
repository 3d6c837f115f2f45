"""Whether a form made its contract already, so that sending it twice makes one."""

from keyuan.kernel.actor import Actor
from keyuan.policies.models import Policy, PolicyKey

ENTRY_FORM = "entry form"


def form_key(actor: Actor, token: str) -> str:
    """Return the key under which the actor's form with ``token`` is remembered."""
    return f"{actor.id}:{token[:60]}"


def made_by_form(actor: Actor, token: str) -> Policy | None:
    """Return the policy that the actor's form with ``token`` made before, if it did."""
    if not token:
        return None
    keys = PolicyKey.objects.filter(source=ENTRY_FORM, key=form_key(actor, token)).select_related("policy__product")
    found = keys.first()
    return found.policy if found else None
