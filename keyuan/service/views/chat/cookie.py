"""The visitor's token in the browser: readable by no script, sent by no other site."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

#: With HTTPS the name ties it to this very host.
COOKIE = f"{settings.COOKIE_PREFIX}chat"
KEPT_SECONDS = 24 * 3600


def token_of(request: HttpRequest) -> str:
    """Return the token that the browser holds, empty without one."""
    return request.COOKIES.get(COOKIE, "")


def keep_token(response: HttpResponse, token: str) -> HttpResponse:
    """Let the browser hold a token for a day."""
    response.set_cookie(
        COOKIE, token, max_age=KEPT_SECONDS, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )
    return response
