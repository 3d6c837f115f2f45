"""From the session to ``request.actor``: the signed-in person in the post chosen (architecture §4.1, PLT-5)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import constant_time_compare

from keyuan.kernel.actor import Origin
from keyuan.organisation.models import Post, User
from keyuan.organisation.selectors.actors import actor_of, actor_without_post, chosen_post, posts_of
from keyuan.organisation.selectors.people import person_by_id
from keyuan.organisation.services.sessions import end_session, touch_session
from keyuan.organisation.views.devices import device_name
from keyuan.platform import clock
from keyuan.platform.peers import client_address

Handler = Callable[[HttpRequest], HttpResponse]

#: Keys of the session: the post acted in, the last request, the end however busy it is (seconds since 1970).
POST_KEY, SEEN_KEY, UNTIL_KEY = "post", "seen", "until"
#: Whether the way in was two factors by itself.
STRONG_KEY = "strong"
LANGUAGE_COOKIE = f"{settings.COOKIE_PREFIX}language"
#: Seconds that a session lives which was begun before sessions had an end.
LIFE_SECONDS = 12 * 3600
#: A session row is written at most once in so many seconds (decision 20).
TOUCH_SECONDS = 60


class ActorMiddleware:
    """Set ``request.actor`` (None for strangers), end idle sessions, and hold people to what they must do first."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user, posts = signed_in(request)
        if user is not None and is_over(request):
            end_session(request.session.session_key or "", now=clock.now())
            request.session.flush()
            user, posts = None, []
        prepare(request, user, posts)
        with translation.override(request.LANGUAGE_CODE):
            response = self.get_response(request)
        response.setdefault("Content-Language", request.LANGUAGE_CODE)
        return response

    def process_view(self, request: HttpRequest, view: Handler, *_: Any) -> HttpResponse | None:
        """Lead a person with a duty (a new password, a second factor) to it, whatever they asked for."""
        duty = getattr(request, "duty", "")
        if not duty or getattr(view, "during_duty", False):
            return None
        if request.headers.get("HX-Request"):
            return HttpResponse(status=204, headers={"HX-Redirect": reverse(duty)})
        return HttpResponseRedirect(reverse(duty))


def during_duty(view: Any) -> Any:
    """Mark a view that stays open while its person still has a duty."""
    view.during_duty = True
    return view


def signed_in(request: HttpRequest) -> tuple[User | None, list[Post]]:
    """Return the person of the session and the posts in force today; one query for most people."""
    user_id = request.session.get(SESSION_KEY)
    if not user_id:
        return None, []
    posts = posts_of(int(user_id), clock.today())
    user = posts[0].user if posts else person_by_id(int(user_id))
    if user is None or not user.is_active or user.left_on is not None:
        return None, []
    # A changed password ends every other session.
    if not constant_time_compare(request.session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()):
        return None, []
    return user, posts


def is_over(request: HttpRequest) -> bool:
    """Tell whether the session was idle too long or has lived its life; otherwise note this request, once a minute."""
    now = int(clock.wall().timestamp())
    seen = int(request.session.get(SEEN_KEY, now))
    if now - seen > settings.IDLE_MINUTES * 60 or now > int(request.session.get(UNTIL_KEY, now)):
        return True
    # Either way: a clock that was ahead for a while must not keep sessions alive.
    if SEEN_KEY not in request.session or abs(now - seen) >= TOUCH_SECONDS:
        request.session[SEEN_KEY] = now
        request.session.setdefault(UNTIL_KEY, now + LIFE_SECONDS)
        touch_session(request.session.session_key or "", int(request.session[SESSION_KEY]), now=clock.now())
    return False


def idle_since() -> datetime:
    """Return the moment before which a session not used since has ended."""
    return clock.now() - timedelta(minutes=settings.IDLE_MINUTES)


def origin_of(request: HttpRequest) -> Origin:
    """Return where ``request`` comes from."""
    return Origin(
        address=client_address(
            request.META.get("REMOTE_ADDR", ""),
            request.META.get("HTTP_X_FORWARDED_FOR", ""),
            settings.TRUSTED_PROXIES,
        ),
        device=device_name(request.headers.get("User-Agent", "")),
        request_id=getattr(request, "request_id", ""),
    )


def language_of(request: HttpRequest, user: User | None) -> str:
    """Return the language of the page: the person's own, else the one chosen on the sign-in page, else Chinese."""
    wanted = user.language if user else request.COOKIES.get(LANGUAGE_COOKIE, "")
    return wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def duty_of(user: User, post: Post | None, *, strong: bool) -> str:
    """Return the URL name of what ``user`` must do before anything else, or nothing.

    Who came in by a ``strong`` way (a passkey) owes no second factor.
    """
    if user.must_change_password:
        return "organisation:password-change"
    asked = settings.SECOND_FACTOR_FOR_ALL or (post is not None and post.role.requires_totp)
    if asked and not strong and user.totp_confirmed_at is None:
        return "organisation:totp-enrol"
    return ""


def prepare(request: HttpRequest, user: User | None, posts: list[Post]) -> None:
    """Set actor, posts, language and duty on ``request``."""
    request.LANGUAGE_CODE = language = language_of(request, user)
    extra: Any = request
    extra.posts, extra.duty, extra.actor = posts, "", None
    if user is None:
        return
    extra.user = user
    with translation.override(language):
        post = chosen_post(posts, request.session.get(POST_KEY))
        origin = origin_of(request)
        if post is None:
            extra.actor = actor_without_post(user, locale=language, origin=origin)
        else:
            extra.actor = actor_of(post, locale=language, origin=origin)
    extra.duty = duty_of(user, post, strong=bool(request.session.get(STRONG_KEY)))
