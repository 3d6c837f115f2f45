"""What head office decides about money, read: limits, fee, and the ladder of reminders (POL-3)."""

from datetime import UTC, datetime

from keyuan.policies.models import MoneyRules
from keyuan.policies.rules.renewal_premiums import LADDER

ONLY = 1
NEVER = datetime(2000, 1, 1, tzinfo=UTC)


def money_rules(*, lock: bool = False) -> MoneyRules:
    """Return the rules in force; the defaults, unsaved, where nobody has changed them."""
    rows = MoneyRules.objects.select_for_update() if lock else MoneyRules.objects
    return rows.filter(pk=ONLY).first() or MoneyRules(pk=ONLY, version=0, updated_at=NEVER)


def ladder_in_force() -> tuple[int, ...]:
    """Return the days of the reminder ladder, as head office set them."""
    return tuple(sorted(money_rules().steps or LADDER))
