"""Claims as an actor may read them."""

from keyuan.claims.models import Claim
from keyuan.claims.selectors.labels import BODILY
from keyuan.kernel.actor import Actor
from keyuan.platform.crypto.presenter import present


def cause_of(actor: Actor, claim: Claim) -> str:
    """Return the cause; what happened to a person's body is health, read only by those who may open it (PIPL 28)."""
    return present(actor, claim.cause, "health" if claim.kind in BODILY else None)
