"""What head office decides about money: limits, the fee, the ladder of reminders, what is held back (POL-3, POL-6)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Forbidden, Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.policies import permissions
from keyuan.policies.rules.benefits.holding import DEBTS, HOLDABLE
from keyuan.policies.rules.renewal_premiums import check_ladder
from keyuan.policies.rules.values.defaults import MOST_DOCUMENT_FEE
from keyuan.policies.selectors.ledger.rules import money_rules
from keyuan.policies.services.refunds.batches import require_whole_book


@dataclass(frozen=True, slots=True)
class LimitsDraft:
    """Limits in 分, and which benefits are held back for which debts."""

    suspense_limit: int
    document_fee: int
    write_off_alone: int = 1_000
    write_off_small: int = 5_000
    held_kinds: Sequence[str] = ()
    held_for: Sequence[str] = ()


def set_limits(*, actor: Actor, limits: LimitsDraft, version: int, now: datetime) -> None:
    """Change limits, fee and what is held back. Raises `Conflict`, `Refused` money.limit_range, money.held."""
    if not (actor.may(permissions.MONEY_APPROVE) and actor.may(permissions.MONEY_ACT)):
        raise Forbidden("forbidden", permission=permissions.MONEY_APPROVE)
    for name in ("suspense_limit", "write_off_alone", "write_off_small"):
        if getattr(limits, name) < 0:
            raise Refused("money.limit_range", field=name)
    if not 0 <= limits.document_fee <= MOST_DOCUMENT_FEE:
        raise Refused("money.limit_range", field="document_fee")
    if set(limits.held_kinds) - set(HOLDABLE) or set(limits.held_for) - set(DEBTS):
        raise Refused("money.held", field="held_kinds")
    if bool(limits.held_kinds) != bool(limits.held_for):
        raise Refused("money.held", field="held_for" if limits.held_kinds else "held_kinds")
    values = asdict(limits) | {"held_kinds": sorted(limits.held_kinds), "held_for": sorted(limits.held_for)}
    _change(actor, values, version, now)


def set_ladder(
    *, actor: Actor, days: Sequence[int], version: int, now: datetime, steps: Sequence[int] | None = None
) -> None:
    """Set the days of the ladder (None: as they are), and on which of them the night reminds by itself.

    Raises `Conflict`, and what `rules.renewal_premiums.check_ladder` raises.
    """
    rules = money_rules()
    wanted = sorted(set(rules.steps or ()) if steps is None else set(steps))
    check_ladder(wanted, days)
    _change(actor, {"steps": wanted or None, "ladder": sorted(set(days))}, version, now)


def _change(actor: Actor, values: Mapping[str, Any], version: int, now: datetime) -> None:
    require_whole_book(actor, permissions.MONEY_APPROVE)
    with transaction.atomic():
        rules = money_rules(lock=True)
        if rules.version != version:
            raise Conflict("conflict", version=rules.version)
        before = {name: getattr(rules, name) for name in values}
        for name, value in values.items():
            setattr(rules, name, value)
        rules.version, rules.updated_at, rules.updated_by_name = version + 1, now, actor.name[:40]
        rules.save()
        subject = Subject("money_rules", rules.pk)
        record(actor, Action.UPDATE, subject, before=before, after=dict(values), now=now)
