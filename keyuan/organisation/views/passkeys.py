"""Signing in with a passkey, and keeping one's own (PLT-5).

Both ceremonies are plain pages: the page carries what the browser needs, a script asks the device, and its answer comes
back in a form. The challenge stays in the session and serves one answer.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from keyuan.kernel.errors import Refused
from keyuan.organisation.drivers import passkeys as ceremonies
from keyuan.organisation.forms import PasskeyForm, PasskeySignInForm, explain
from keyuan.organisation.services import passkeys
from keyuan.organisation.services.sign_in import note_stranger
from keyuan.organisation.views.attempts import is_flooding
from keyuan.organisation.views.middleware import during_duty, origin_of
from keyuan.organisation.views.sign_in import begin_again, enter, entry_page, target_of, wall_seconds
from keyuan.platform import clock
from keyuan.platform.confirming import confirmed
from keyuan.platform.http import SIGNED_IN, StaffRequest, allow, public
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say, say_code

STATE_KEY = "passkey_challenge"
#: Seconds in which a device must answer.
ANSWER_SECONDS = 300


def domain_of(request: HttpRequest) -> str:
    """Return the domain that passkeys are bound to: the configured one, else the host of this address."""
    return settings.PASSKEY_DOMAIN or request.get_host().rsplit(":", 1)[0]


def keep(request: HttpRequest, state: dict[str, Any]) -> None:
    """Keep the challenge for the answer."""
    request.session[STATE_KEY] = {"at": wall_seconds(), **state}


def kept(request: HttpRequest) -> dict[str, Any]:
    """Take the challenge out of the session. Raises Refused passkey.expired when there is none in time."""
    state = request.session.pop(STATE_KEY, None)
    if not state or wall_seconds() - state.pop("at") > ANSWER_SECONDS:
        raise Refused("passkey.expired")
    return dict(state)


@during_duty
@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def passkey_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in with a passkey: the device checks the person, so no second factor follows."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    if getattr(request, "actor", None) is not None:
        return HttpResponseRedirect(target_of(request, wanted))
    if is_flooding(request):
        return begin_again(request, say_code("sign_in.flooding"), 429)
    form = PasskeySignInForm(request.POST or None)
    domain = domain_of(request)
    if request.method == "POST" and form.is_valid():
        answer = form.cleaned_data["answer"]
        try:
            user = passkeys.user_of_passkey(domain=domain, state=kept(request), answer=answer, now=clock.now())
        except Refused as error:
            note_stranger(origin=origin_of(request), why="passkey", now=clock.now())
            explain(form, error)
        else:
            return enter(request, user, wanted=wanted, strong=True)
    options, state = ceremonies.begin_use(domain)
    keep(request, state)
    context = {"form": form, "options": options, "next": wanted, "sign_in_url": reverse("organisation:sign-in")}
    return entry_page(request, "organisation/passkey_sign_in.html", context, 422 if form.errors else 200)


@during_duty
@allow(SIGNED_IN)
@never_cache
@require_http_methods(["GET", "POST"])
@confirmed
def passkey_new(request: StaffRequest) -> HttpResponse:
    """Make a passkey on this device and keep its public half."""
    form = PasskeyForm(request.POST or None, initial={"label": origin_of(request).device[:60]})
    domain = domain_of(request)
    try:
        if request.method == "POST" and form.is_valid():
            passkeys.add_passkey(
                actor=request.actor,
                domain=domain,
                state=kept(request),
                answer=form.cleaned_data["answer"],
                label=form.cleaned_data["label"],
                now=clock.now(),
            )
            toast(request, _("The passkey was added"))
            return HttpResponseRedirect(reverse("organisation:account"))
    except Refused as error:
        explain(form, error)
    options: dict[str, Any] = {}
    try:
        options, state = passkeys.begin_passkey(actor=request.actor, domain=domain)
        keep(request, state)
    except Refused as error:
        toast(request, say(error), failed=True)
        return HttpResponseRedirect(reverse("organisation:account"))
    context = {"form": form, "options": options}
    return entry_page(request, "organisation/passkey_new.html", context, 422 if form.errors else 200)


@allow(SIGNED_IN)
@require_POST
@confirmed
def passkey_remove(request: StaffRequest, passkey_id: int) -> HttpResponse:
    """Take one of one's passkeys away."""
    passkeys.remove_passkey(actor=request.actor, passkey_id=passkey_id, now=clock.now())
    toast(request, _("The passkey was removed"))
    return HttpResponseRedirect(reverse("organisation:account"))
