"""What views share: the request with its actor, the sign on the door, and the answer as page or fragment."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils.cache import patch_vary_headers
from django_htmx.http import push_url, reselect, reswap, retarget
from django_htmx.middleware import HtmxDetails

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Moved, NotFound

#: Values of ``view.permission`` for views that no permission guards; the matrix test reads them.
PUBLIC = "public"
SIGNED_IN = "signed-in"
#: For addresses of programs: a token or key opens them, permission by permission (`keyuan.api.kit.resource`).
PROGRAMS = "programs"


class StaffRequest(HttpRequest):
    """A request of a signed-in member of staff."""

    actor: Actor
    htmx: HtmxDetails


class View(Protocol):
    """A view function that says who may call it."""

    permission: str

    def __call__(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse: ...


def allow(permission: str) -> Callable[[Callable[..., HttpResponse]], View]:
    """Let only signed-in posts with ``permission`` in; others see 403 with whom to ask. `SIGNED_IN` asks for none.

    A `NotFound` of the view becomes a 404.
    """

    def decorate(view: Callable[..., HttpResponse]) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            actor = getattr(request, "actor", None)
            if actor is None:
                return to_sign_in(request)
            if permission != SIGNED_IN and not actor.may(permission):
                raise PermissionDenied(permission)
            try:
                return view(request, *args, **kwargs)
            except Moved as error:
                return to_successor(request, error)
            except NotFound as error:
                raise Http404(error.code) from error

        guarded.permission = permission  # type: ignore[attr-defined]  # a mark on a function
        return cast(View, guarded)

    return decorate


def successor_url(request: HttpRequest, error: Moved) -> str | None:
    """Return the address asked for with the successor in the place of the record that is gone, if it names it."""
    match = request.resolver_match
    names = [name for name, value in match.kwargs.items() if value == error.gone] if match else []
    if match is None or not names:
        return None
    address = reverse(match.view_name, kwargs={**match.kwargs, names[0]: error.successor})
    query = request.META.get("QUERY_STRING", "")
    return f"{address}?{query}" if query else address


def to_successor(request: HttpRequest, error: Moved) -> HttpResponse:
    """Lead a reader to the record that stands for the one asked for; only for now, since a merge may be undone."""
    address = successor_url(request, error) if request.method in ("GET", "HEAD") else None
    if address is None:
        raise Http404(error.code) from error
    return HttpResponseRedirect(address)


def may_open(actor: Actor, url: str) -> bool:
    """Tell whether no permission shuts the door at ``url`` to this post; reach is the view's business."""
    try:
        view = resolve(url.partition("?")[0]).func
    except Resolver404:
        return True
    permission = getattr(view, "permission", SIGNED_IN)
    return permission in (PUBLIC, SIGNED_IN) or actor.may(permission)


def public(view: Callable[..., HttpResponse]) -> View:
    """Mark a view that needs no sign-in."""
    view.permission = PUBLIC  # type: ignore[attr-defined]  # a mark on a function
    return cast(View, view)


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send to the sign-in page and back; a fragment request gets 401, so that nothing typed is lost."""
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=401)
        response["X-Keyuan-Session"] = "expired"
        return response
    return redirect_to_login(request.get_full_path())


def page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    part: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render ``template``, or only its partial ``part`` when htmx asks for a fragment (boosted links get the page)."""
    htmx = getattr(request, "htmx", None)
    fragment = part and htmx and not htmx.boosted and not htmx.history_restore_request
    response = render(request, f"{template}#{part}" if fragment else template, context, status=status)
    patch_vary_headers(response, ("HX-Request", "HX-Boosted"))
    return response


def in_place_of_form(request: HttpRequest, response: HttpResponse, url: str) -> HttpResponse:
    """Let ``response`` take the place of the whole page when htmx sent the form, under ``url``.

    A form asks htmx for itself back; what is shown once instead of it (a password, a key) would otherwise be thrown
    away. Going back then asks no form again.
    """
    if getattr(request, "htmx", None):
        return push_url(reswap(reselect(retarget(response, "#main"), "#main"), "outerHTML"), url)
    return response
