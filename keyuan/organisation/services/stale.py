"""Locking accounts that nobody has used for long (等级保护三级; PLT-5)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce, Greatest

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.organisation import permissions as p
from keyuan.organisation.models import User
from keyuan.organisation.selectors.policy import policy_row
from keyuan.organisation.services.authority import require_administrators_left
from keyuan.organisation.services.sessions import end_all, open_keys
from keyuan.platform.audit import Action, record
from keyuan.platform.subjects import Subject

#: Accounts locked by one run; the next night takes the rest.
MOST = 2000


def stale_users(since: datetime) -> QuerySet[User]:
    """Return the open accounts neither used nor given a password after ``since``; nobody signs in to one without."""
    latest = Greatest(
        Coalesce("last_seen_at", "password_changed_at"),
        Coalesce("password_changed_at", "last_seen_at"),
    )
    used = Q(last_seen_at__isnull=False) | Q(password_changed_at__isnull=False)
    return User.objects.filter(used, is_active=True).annotate(latest=latest).filter(latest__lt=since)


def lock_stale(*, actor: Actor, now: datetime) -> int:
    """Lock the accounts not used for the days of the policy, if it names any; return how many. Never the last
    administrator.
    """
    actor.require(p.USERS_EDIT)
    days = policy_row().stale_days
    if not days:
        return 0
    ids = list(stale_users(now - timedelta(days=days)).order_by("pk").values_list("pk", flat=True)[:MOST])
    return sum(_locked(actor, user_id, days, now) for user_id in ids)


def _locked(actor: Actor, user_id: int, days: int, now: datetime) -> bool:
    try:
        with transaction.atomic():
            user = User.objects.select_for_update().get(pk=user_id)
            user.is_active = False
            user.version += 1
            user.save(update_fields=["is_active", "version"])
            require_administrators_left()
            end_all(open_keys(user.pk), now=now)
            detail = {"account": "stale", "days": days}
            record(actor, Action.PERMISSION, Subject("user", user.pk), detail=detail, now=now)
    except Refused:
        return False
    return True
