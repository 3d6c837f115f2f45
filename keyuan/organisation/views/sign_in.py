"""Signing in and out: staff number and password, then the second factor where there is one (PLT-5)."""

from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from keyuan.organisation.forms import CodeForm, SignInForm
from keyuan.organisation.models import User
from keyuan.organisation.selectors.actors import actor_of, actor_without_post, chosen_post, posts_of
from keyuan.organisation.selectors.people import person_by_id
from keyuan.organisation.selectors.policy import policy_row
from keyuan.organisation.services import second_factor, sessions
from keyuan.organisation.services.sign_in import expire_password
from keyuan.organisation.views.attempts import (
    attempts_left,
    count_failure,
    is_flooding,
    is_locked,
    locked_sentence,
    may_try,
    note,
    remember_device,
)
from keyuan.organisation.views.middleware import POST_KEY, SEEN_KEY, STRONG_KEY, UNTIL_KEY, during_duty, origin_of
from keyuan.platform import clock
from keyuan.platform.confirming import CONFIRMED_KEY
from keyuan.platform.http import SIGNED_IN, StaffRequest, allow, page, public
from keyuan.platform.wording import say_code

PENDING_KEY = "second_factor"
#: What the identity provider calls the session that is about to begin.
PROVIDER_KEY = "provider_session"
#: Seconds between password and code.
PENDING_SECONDS = 300
TRUST_COOKIE = f"{settings.COOKIE_PREFIX}trusted_device"
TRUST_SECONDS = 7 * 24 * 3600
TRUST_SALT = "keyuan.trusted-device"
BACKEND = "django.contrib.auth.backends.ModelBackend"


def target_of(request: HttpRequest, wanted: str) -> str:
    """Return where to go after signing in: ``wanted`` if it is one of our own addresses, else home."""
    own = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if own else reverse("organisation:home")


def locked_out(_request: HttpRequest, response: HttpResponse, _credentials: Any) -> HttpResponse:
    """Let the page that says "locked" stand as the views made it."""
    return response


def entry_page(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Render a page outside the shell."""
    common = {"language_url": reverse("organisation:language"), "help_line": policy_row().help_line}
    return page(request, template, common | context, status=status)


def sign_in_page(request: HttpRequest, form: SignInForm, status: int = 200) -> HttpResponse:
    """Render the sign-in page."""
    row = policy_row()
    context = {
        "form": form,
        "limit": row.lock_failures,
        "minutes": row.lock_minutes,
        "next": request.POST.get("next") or request.GET.get("next", ""),
        "forgot_url": reverse("organisation:forgotten"),
        "passkey_url": reverse("organisation:passkey-sign-in"),
        "sso_url": reverse("organisation:sso-begin") if settings.OIDC_ISSUER else "",
        "sso_label": settings.OIDC_LABEL,
    }
    return entry_page(request, "organisation/sign_in.html", context, status)


@during_duty
@public
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page; wrong, unknown, locked and closed accounts get the same answer."""
    if getattr(request, "actor", None) is not None:
        return HttpResponseRedirect(target_of(request, request.GET.get("next", "")))
    form = SignInForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return sign_in_page(request, form, 422 if request.method == "POST" else 200)
    staff_no = form.cleaned_data["username"]
    if is_flooding(request):
        return begin_again(request, say_code("sign_in.flooding"), 429)
    user = authenticate(request, username=staff_no, password=form.cleaned_data["password"])
    if user is None:
        note(request, staff_no, "password")
        return refused(request, form)
    wanted, trust = request.POST.get("next", ""), form.cleaned_data["remember"]
    return enter(request, user, wanted=wanted, trust=trust)


def enter(
    request: HttpRequest,
    user: User,
    *,
    wanted: str,
    trust: bool = False,
    strong: bool = False,
    vouched: dict[str, str] | None = None,
) -> HttpResponse:
    """Let a person in whose first factor was right: at once, or by way of the second factor.

    ``vouched``: what the identity provider calls subject and session, where it let them in.
    """
    request.session[PROVIDER_KEY] = vouched
    if strong or user.totp_confirmed_at is None or is_trusted(request, user):
        return complete(request, user, wanted=wanted, trust=False, strong=strong)
    request.session[PENDING_KEY] = {"user": user.pk, "at": wall_seconds(), "trust": trust, "next": wanted}
    return HttpResponseRedirect(reverse("organisation:sign-in-code"))


def refused(request: HttpRequest, form: SignInForm) -> HttpResponse:
    """Answer a wrong password: how many attempts are left, or that the account is locked."""
    if is_locked(request):
        form.add_error(None, locked_sentence())
        return sign_in_page(request, form, 429)
    form.fields["username"].widget.attrs.pop("autofocus", None)
    form.fields["password"].widget.attrs["autofocus"] = True
    form.add_error("password", say_code("sign_in.wrong", {"left": attempts_left(request)}))
    return sign_in_page(request, form, 422)


def wall_seconds() -> int:
    """Return the true present in seconds since 1970."""
    return int(clock.wall().timestamp())


def is_trusted(request: HttpRequest, user: User) -> bool:
    """Tell whether this browser carries the person's mark of a trusted device, at most seven days old."""
    try:
        mark = signing.loads(request.COOKIES.get(TRUST_COOKIE, ""), salt=TRUST_SALT, max_age=TRUST_SECONDS)
    except signing.BadSignature:
        return False
    return second_factor.is_trusted(user, str(mark))


def complete(request: HttpRequest, user: User, *, wanted: str, trust: bool, strong: bool = False) -> HttpResponse:
    """Begin the session: a fresh key, the primary post, a line in the list of devices and in the trail.

    ``strong``: the way in was two factors by itself (a passkey), so that a post asks for no other.
    """
    vouched = request.session.pop(PROVIDER_KEY, None)
    login(request, user, backend=BACKEND)
    now = clock.now()
    post = chosen_post(posts_of(user.pk, now.date()), None)
    row = policy_row()
    request.session[SEEN_KEY] = request.session[CONFIRMED_KEY] = wall_seconds()
    request.session[UNTIL_KEY] = wall_seconds() + row.session_hours * 3600
    request.session[STRONG_KEY] = strong
    if post is not None:
        request.session[POST_KEY] = post.pk
    request.session.save()
    origin = origin_of(request)
    actor = actor_of(post, origin=origin) if post else actor_without_post(user, origin=origin)
    key = request.session.session_key or ""
    sessions.begin_session(actor=actor, session_key=key, alone=row.single_session, now=now)
    if vouched is not None:
        sessions.note_provider(session_key=key, wall=clock.wall(), **vouched)
    expire_password(user, now=now)
    response = HttpResponseRedirect(target_of(request, wanted))
    remember_device(request, response, user)
    if trust:
        mark = signing.dumps(second_factor.device_mark(user), salt=TRUST_SALT)
        secure = settings.SESSION_COOKIE_SECURE
        response.set_cookie(TRUST_COOKIE, mark, TRUST_SECONDS, httponly=True, samesite="Lax", secure=secure)
    return response


@during_duty
@public
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """The second factor: the app's code or a recovery code."""
    pending = request.session.get(PENDING_KEY)
    user = person_by_id(pending["user"]) if pending else None
    if pending is None or user is None or wall_seconds() - pending["at"] > PENDING_SECONDS:
        request.session.pop(PENDING_KEY, None)
        return begin_again(request, say_code("sign_in.code_expired"), 422)
    form = CodeForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return entry_page(request, "organisation/sign_in_code.html", {"form": form})
    if code_is_right(request, user, form.cleaned_data["code"]):
        request.session.pop(PENDING_KEY, None)
        return complete(request, user, wanted=pending["next"], trust=pending["trust"])
    if is_locked(request):
        request.session.pop(PENDING_KEY, None)
        return begin_again(request, locked_sentence(), 429)
    form.add_error("code", say_code("sign_in.code_wrong", {"left": attempts_left(request)}))
    return entry_page(request, "organisation/sign_in_code.html", {"form": form}, 422)


def begin_again(request: HttpRequest, sentence: str, status: int) -> HttpResponse:
    """Show the empty sign-in page under a sentence."""
    form = SignInForm({})
    form.errors.clear()
    form.add_error(None, sentence)
    return sign_in_page(request, form, status)


def code_is_right(request: HttpRequest, user: User, code: str) -> bool:
    """Tell whether ``code`` is right; a wrong one counts towards the lock like a wrong password."""
    if not may_try(request, user.staff_no):
        return False
    if user.is_active and second_factor.accept_code(user, code, now=clock.now(), wall=clock.wall()):
        return True
    count_failure(request, user.staff_no, "second_factor")
    return False


@during_duty
@public
@require_GET
def forgotten(request: HttpRequest) -> HttpResponse:
    """Whom to ask for a one-time password: there is no reset by mail, since mail is not identity (PLT-5)."""
    return entry_page(request, "organisation/forgotten.html", {"sign_in_url": reverse("organisation:sign-in")})


@during_duty
@allow(SIGNED_IN)
@require_POST
def sign_out(request: StaffRequest) -> HttpResponse:
    """End this session."""
    sessions.sign_out(actor=request.actor, session_key=request.session.session_key or "", now=clock.now())
    logout(request)
    response = HttpResponseRedirect(reverse("organisation:sign-in"))
    # What the browser kept of the pages goes with the session; drafts are cleared by the page itself.
    response["Clear-Site-Data"] = '"cache"'
    return response
