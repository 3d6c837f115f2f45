"""The page of what nobody uses or works on (PLT-5)."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from keyuan.organisation import permissions as p
from keyuan.organisation.selectors.idle import ACCOUNT_DAYS, MOST, RECORD_DAYS, forgotten_records, idle_accounts
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page


@allow(p.USERS_VIEW)
@require_GET
def idle(request: StaffRequest) -> HttpResponse:
    """Accounts without a sign-in for fourteen days; open records without an update for a month."""
    now = clock.now()
    accounts = list(idle_accounts(request.actor, now=now)[: MOST + 1])
    context = {
        "accounts": accounts[:MOST],
        "has_more": len(accounts) > MOST,
        "kinds": forgotten_records(request.actor, now=now),
        "account_days": ACCOUNT_DAYS,
        "record_days": RECORD_DAYS,
        "most": MOST,
    }
    return page(request, "organisation/idle.html", context)
