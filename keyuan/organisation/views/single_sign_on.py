"""Signing in through the company's identity provider, and coming back from it (PLT-5)."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from keyuan.kernel.errors import Refused
from keyuan.organisation.drivers import single_sign_on as sso
from keyuan.organisation.selectors.people import person_by_staff_no
from keyuan.organisation.services.sessions import end_by_provider
from keyuan.organisation.services.sign_in import note_failure, note_stranger
from keyuan.organisation.views.attempts import is_flooding
from keyuan.organisation.views.middleware import during_duty, origin_of
from keyuan.organisation.views.sign_in import begin_again, enter, target_of, wall_seconds
from keyuan.platform import clock
from keyuan.platform.http import public
from keyuan.platform.wording import say, say_code

KEPT_KEY = "single_sign_on"
#: Seconds that a person may take at the provider.
AWAY_SECONDS = 600
LONGEST_TOKEN = 16_384


def provider() -> sso.Provider:
    """Return the configured provider. Raises Http404 where there is none."""
    if not settings.OIDC_ISSUER:
        raise Http404
    return sso.Provider(
        settings.OIDC_ISSUER,
        settings.OIDC_CLIENT_ID,
        settings.OIDC_CLIENT_SECRET,
        settings.OIDC_STAFF_CLAIM,
        settings.OIDC_TWO_FACTOR,
    )


def address_back(request: HttpRequest) -> str:
    """Return where the provider sends people back to."""
    return request.build_absolute_uri(reverse("organisation:sso-back"))


@during_duty
@public
@never_cache
@require_GET
def sso_begin(request: HttpRequest) -> HttpResponse:
    """Send the browser to the provider."""
    known = provider()
    wanted = request.GET.get("next", "")
    if getattr(request, "actor", None) is not None:
        return HttpResponseRedirect(target_of(request, wanted))
    if is_flooding(request):
        return begin_again(request, say_code("sign_in.flooding"), 429)
    try:
        address, kept = sso.begin(known, address_back(request))
    except Refused as error:
        return begin_again(request, say(error), 503)
    request.session[KEPT_KEY] = {"at": wall_seconds(), "next": wanted, **kept}
    return HttpResponseRedirect(address)


@during_duty
@public
@never_cache
@require_GET
def sso_back(request: HttpRequest) -> HttpResponse:
    """Take the provider's answer; each departure is answered once."""
    known = provider()
    kept: dict[str, Any] | None = request.session.pop(KEPT_KEY, None)
    if kept is None or wall_seconds() - kept["at"] > AWAY_SECONDS:
        return begin_again(request, say_code("sign_in.code_expired"), 422)
    if is_flooding(request):
        return begin_again(request, say_code("sign_in.flooding"), 429)
    origin, now = origin_of(request), clock.now()
    try:
        identity = sso.complete(known, kept, address_back(request), request.GET.dict())
    except Refused as error:
        note_stranger(origin=origin, why=error.code, now=now)
        return begin_again(request, say(error), 422)
    user = person_by_staff_no(identity.staff_no)
    if user is None or not user.is_active or user.left_on is not None:
        note_failure(staff_no=identity.staff_no, origin=origin, why="sso", now=now)
        return begin_again(request, say_code("sso.unknown"), 422)
    vouched = {"subject": identity.subject, "session": identity.session}
    return enter(request, user, wanted=str(kept["next"]), strong=identity.strong, vouched=vouched)


@public
@csrf_exempt
@never_cache
@require_POST
def sso_ended(request: HttpRequest) -> HttpResponse:
    """Take the provider's word that a session of it ended, and end ours (OpenID Connect Back-Channel Logout 1.0).

    Answers 200 when the token was in order, whether or not a session of ours hung on it; 400 when it was not, 503 when
    the provider's keys cannot be read, so that it tries again.
    """
    known, origin = provider(), origin_of(request)
    try:
        told = sso.ended(known, request.POST.get("logout_token", "")[:LONGEST_TOKEN])
    except Refused as error:
        note_stranger(origin=origin, why=error.code, now=clock.now())
        status = 503 if error.code == "sso.unreachable" else 400
        return JsonResponse({"error": "invalid_request", "error_description": error.code}, status=status)
    end_by_provider(
        subject=told.subject,
        session=told.session,
        at=datetime.fromtimestamp(told.at, UTC),
        leeway=timedelta(seconds=sso.LEEWAY),
        origin=origin,
        now=clock.now(),
    )
    return HttpResponse()
