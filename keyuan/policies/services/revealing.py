"""Opening the sealed account of a policy (PLT-5, PLT-7)."""

from datetime import datetime

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound
from keyuan.platform.audit import Subject
from keyuan.platform.crypto.reveal import reveal
from keyuan.policies import permissions
from keyuan.policies.selectors import access_policy


def reveal_account(*, actor: Actor, policy_id: int, reason: str, now: datetime) -> str:
    """Return the account from which premiums are taken, whole, and note who opened it and why.

    Raises NotFound out of reach or without an account, and what `reveal` refuses: no reason, no quota left.
    """
    actor.require(permissions.VIEW)
    policy = access_policy(actor, policy_id, now=now)
    if policy.debit_account is None:
        raise NotFound("policy.no_account")
    subject = Subject("policy", policy.pk)
    return reveal(
        actor=actor, sealed=policy.debit_account, subject=subject, customer_id=policy.holder_id, reason=reason, now=now
    )
