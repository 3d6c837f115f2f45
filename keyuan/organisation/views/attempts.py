"""Counting wrong passwords and codes, wherever they are typed: the same lock guards all of them (PLT-5).

`axes` asks here for the name of the counter, the address, and the limits of the policy.
"""

import secrets
from datetime import timedelta
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.core import signing
from django.http import HttpRequest, HttpResponse

from keyuan.organisation.models import User
from keyuan.organisation.selectors.policy import policy_row
from keyuan.organisation.services.attempts import counter_of
from keyuan.organisation.services.sign_in import note_failure
from keyuan.organisation.views.middleware import origin_of
from keyuan.platform import clock, throttle
from keyuan.platform.wording import say_code

KNOWN_COOKIE = f"{settings.COOKIE_PREFIX}known"
KNOWN_SECONDS = 180 * 24 * 3600
KNOWN_SALT = "keyuan.known-device"
#: People who share one computer at a counter; the longest absent is forgotten first.
KNOWN_PEOPLE = 8


def counter_name(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """Return the counter that a try belongs to."""
    typed = (credentials or {}).get("username") or request.POST.get("username") or ""
    own = counter_of(str(typed))
    return counter_of(str(typed), known_marks(request).get(own, ""))


def address_of(request: HttpRequest) -> str | None:
    """Return where a try comes from, behind trusted proxies too."""
    return origin_of(request).address or None


def failure_limit(_request: HttpRequest, _credentials: Any = None) -> int:
    """Return how many wrong tries lock an account."""
    return policy_row().lock_failures


def cool_off(_request: HttpRequest | None = None) -> timedelta:
    """Return how long a lock lasts."""
    return timedelta(minutes=policy_row().lock_minutes)


def known_marks(request: HttpRequest) -> dict[str, str]:
    """Return who has signed in on this browser: counter → random mark."""
    try:
        marks = signing.loads(request.COOKIES.get(KNOWN_COOKIE, ""), salt=KNOWN_SALT, max_age=KNOWN_SECONDS)
    except signing.BadSignature:
        return {}
    return {str(key): str(mark) for key, mark in marks}


def remember_device(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Let the browser prove at the next sign-in that this person has signed in on it before; it opens nothing."""
    marks, own = known_marks(request), counter_of(user.staff_no)
    mark = marks.pop(own, "") or secrets.token_hex(8)
    kept = [*marks.items(), (own, mark)][-KNOWN_PEOPLE:]
    value = signing.dumps(kept, salt=KNOWN_SALT)
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(KNOWN_COOKIE, value, KNOWN_SECONDS, httponly=True, samesite="Lax", secure=secure)


def mark_locked(request: Any) -> None:
    """Let `is_locked` tell that the request was refused for too many attempts before it."""
    request.axes_locked_out = True


def is_locked(request: HttpRequest) -> bool:
    """Tell whether the attempt just made was refused for too many before it, or was the last one allowed."""
    return bool(getattr(request, "axes_locked_out", False))


def may_try(request: HttpRequest, staff_no: str) -> bool:
    """Tell whether a password or code of this person may be tried now; otherwise `is_locked` says so afterwards."""
    if AxesProxyHandler.is_allowed(request, {"username": staff_no}):
        return True
    mark_locked(request)
    return False


def count_failure(request: HttpRequest, staff_no: str, why: str) -> None:
    """Count a wrong password or code towards the lock and put it into the trail."""
    user_login_failed.send(sender=__name__, credentials={"username": staff_no}, request=request)
    note(request, staff_no, why)


def note(request: HttpRequest, staff_no: str, why: str) -> None:
    """Put a failure that is counted already into the trail, and count it against the address."""
    origin = origin_of(request)
    throttle.hit(settings.FAILURES_PER_ADDRESS, origin.address)
    note_failure(staff_no=staff_no, origin=origin, why=why, now=clock.now())


def is_flooding(request: HttpRequest) -> bool:
    """Tell whether too many tries have failed from one address, whatever the numbers tried."""
    return throttle.is_over(settings.FAILURES_PER_ADDRESS, origin_of(request).address)


def attempts_left(request: HttpRequest) -> int:
    """Return how many attempts the staff number just tried has left."""
    return max(policy_row().lock_failures - (getattr(request, "axes_failures_since_start", None) or 0), 0)


def locked_sentence() -> str:
    """Say how long a locked account stays so."""
    row = policy_row()
    return say_code("sign_in.locked", {"minutes": row.lock_minutes, "limit": row.lock_failures})
