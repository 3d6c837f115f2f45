"""The weekly report on accounts that nobody uses (PLT-5)."""

from datetime import datetime

from django.urls import reverse

from keyuan.kernel.actor import Actor
from keyuan.organisation import permissions as p
from keyuan.organisation.selectors.idle import ACCOUNT_DAYS, RECORD_DAYS, idle_accounts
from keyuan.platform import people
from keyuan.platform.notices import notify_staff


def report_idle(*, actor: Actor, now: datetime) -> int:
    """Tell who manages accounts how many nobody has used for fourteen days; return how many were told.

    What each of them may see, also the open records nobody has updated, stands on the page the notice leads to.
    """
    actor.require(p.USERS_VIEW)
    count = idle_accounts(actor, now=now).count()
    holders = people.holders_of(p.USERS_EDIT)
    params = {"accounts": count, "days": ACCOUNT_DAYS, "month": RECORD_DAYS}
    notify_staff(holders, "system", "idle.weekly", params, url=reverse("organisation:idle"), now=now)
    return len(holders)
