"""Changing the rules of signing in (PLT-5; domain.md E.7)."""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict
from keyuan.organisation.models import SignInPolicy
from keyuan.organisation.services.facts import policy_facts
from keyuan.platform.audit import Action, record
from keyuan.platform.permissions import SETTINGS_EDIT
from keyuan.platform.subjects import Subject


@dataclass(frozen=True, slots=True)
class SignInRules:
    """The rules as one page edits them; see `SignInPolicy`."""

    min_length: int = 8
    min_classes: int = 3
    history: int = 5
    max_age_days: int | None = None
    lock_failures: int = 5
    lock_minutes: int = 30
    session_hours: int = 12
    single_session: bool = False
    stale_days: int | None = None
    help_line: str = ""


#: What 等级保护三级 is usually audited against: the optional rules switched on.
MLPS_3 = SignInRules(max_age_days=90, session_hours=8, single_session=True, stale_days=90)


def update_policy(*, actor: Actor, version: int, rules: SignInRules, now: datetime) -> SignInPolicy:
    """Change the rules; they count from the next password, sign-in or night on. Raises Conflict."""
    actor.require(SETTINGS_EDIT)
    with transaction.atomic():
        row = SignInPolicy.objects.select_for_update().filter(pk=1).first() or SignInPolicy(pk=1)
        if row.version != version:
            raise Conflict("conflict", version=row.version, theirs=policy_facts(row))
        before = policy_facts(row)
        for name, value in asdict(rules).items():
            setattr(row, name, value.strip() if isinstance(value, str) else value)
        row.version += 1
        row.save()
        subject = Subject("sign_in_policy", 1)
        record(actor, Action.UPDATE, subject, before=before, after=policy_facts(row), now=now)
    return row
