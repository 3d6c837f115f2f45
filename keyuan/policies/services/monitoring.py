"""Asking the claims watch list before a risk is taken on (CUS-10)."""

from collections.abc import Iterable
from datetime import datetime

from keyuan.customers.permissions import WATCH_DECIDE
from keyuan.customers.selectors.watching import effects_of
from keyuan.kernel.actor import Actor, ActorKind
from keyuan.platform.audit import Action, Subject, record
from keyuan.policies.models import Policy
from keyuan.policies.rules.monitoring import RISK_STEPS, check_monitoring


def ask_monitoring(actor: Actor, customer_ids: Iterable[int | None], step: str, finding: str) -> tuple[int, ...]:
    """Return the listings that monitor these people, once ``finding`` says what was checked.

    Raises `Refused` policy.monitored without a finding, policy.monitored_closed for a black listing unless the actor
    decides the list. The system's own clocks are not asked: they follow what people decided before. One query.
    """
    if step not in RISK_STEPS or actor.kind is ActorKind.SYSTEM:
        return ()
    ids = {pk for pk in customer_ids if pk is not None}
    effects = [effect for effect in effects_of(ids).values() if effect.monitors_underwriting]
    grades = [effect.grade for effect in effects]
    concerned = check_monitoring(grades, step, finding=finding, may_decide=actor.may(WATCH_DECIDE))
    return tuple(effect.listing_id for effect in effects) if concerned else ()


def note_monitoring(
    actor: Actor, policy: Policy, listings: tuple[int, ...], step: str, finding: str, now: datetime
) -> None:
    """Keep on the trail what was checked before the step, in the caller's transaction."""
    if listings:
        detail = {"monitored": list(listings), "step": step}
        record(
            actor, Action.UPDATE, Subject("policy", policy.pk), detail=detail, reason=finding.strip()[:200],
            customer_id=policy.holder_id, now=now,
        )  # fmt: skip
