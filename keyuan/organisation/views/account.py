"""One's own account: devices, password, second factor, post, language (PLT-5)."""

from django import forms
from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from keyuan.kernel.errors import Refused
from keyuan.organisation.extensions import homes
from keyuan.organisation.forms import CodeForm, PasswordChangeForm, PasswordForm, explain
from keyuan.organisation.models import User
from keyuan.organisation.selectors.passkeys import own_passkeys
from keyuan.organisation.selectors.people import own_sign_ins, person_of
from keyuan.organisation.selectors.policy import password_policy
from keyuan.organisation.services import passwords, second_factor, sessions
from keyuan.organisation.services.sign_in import choose_language, switch_post
from keyuan.organisation.views.attempts import count_failure, is_locked, locked_sentence, may_try
from keyuan.organisation.views.middleware import LANGUAGE_COOKIE, POST_KEY, during_duty, idle_since
from keyuan.organisation.views.qr import qr_svg
from keyuan.organisation.views.sign_in import entry_page, target_of
from keyuan.platform import clock
from keyuan.platform.confirming import CONFIRMED_KEY, confirmed
from keyuan.platform.http import SIGNED_IN, StaffRequest, allow, page, public
from keyuan.platform.navigation import nav_items
from keyuan.platform.toasts import toast

ISSUER = "Keyuan"
COOKIE_SECONDS = 365 * 24 * 3600


@allow(SIGNED_IN)
@require_GET
def home(request: StaffRequest) -> HttpResponse:
    """Go to the page the post begins with."""
    return HttpResponseRedirect(home_url(request))


def home_url(request: StaffRequest) -> str:
    """Return the home of the role, else everybody's, else the first page of the navigation, else one's account."""
    actor = request.actor
    chosen = [post.role.home for post in getattr(request, "posts", []) if post.pk == actor.post_id]
    for key in (*chosen, ""):
        found = homes.get(key)
        if found and (found.permission is None or actor.may(found.permission)):
            return reverse(found.url_name)
    for item in nav_items:
        if item.url_name != "organisation:home" and item.is_for(actor):
            return reverse(item.url_name)
    return reverse("organisation:account")


@allow(SIGNED_IN)
@require_GET
def account(request: StaffRequest) -> HttpResponse:
    """One's devices, second factor and password."""
    context = {
        "person": person_of(request.actor),
        "sign_ins": own_sign_ins(request.actor, idle_since()),
        "this_key": request.session.session_key,
        "posts": getattr(request, "posts", []),
        "passkeys": own_passkeys(request.actor),
    }
    return page(request, "organisation/account.html", context)


@allow(SIGNED_IN)
@require_POST
@confirmed
def session_end(request: StaffRequest, sign_in_id: int) -> HttpResponse:
    """End one of one's sessions."""
    sessions.end_own_session(actor=request.actor, sign_in_id=sign_in_id, now=clock.now())
    toast(request, _("The device was signed out"))
    return HttpResponseRedirect(reverse("organisation:account"))


@allow(SIGNED_IN)
@require_POST
@confirmed
def sessions_end_others(request: StaffRequest) -> HttpResponse:
    """End all sessions but this one."""
    end_others(request)
    toast(request, _("All other devices were signed out"))
    return HttpResponseRedirect(reverse("organisation:account"))


@during_duty
@allow(SIGNED_IN)
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def password_change(request: StaffRequest) -> HttpResponse:
    """Set a new password; the duty of a first sign-in ends here."""
    form = PasswordChangeForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and may_try(request, request.actor.staff_no):
        try:
            user = passwords.change_password(
                actor=request.actor,
                old=form.cleaned_data["old_password"],
                new=form.cleaned_data["new_password"],
                keep_session=request.session.session_key or "",
                now=clock.now(),
            )
        except Refused as error:
            explain(form, error)
            note_wrong(request, error)
        else:
            return renewed(request, user)
    context = {"form": form, "policy": password_policy(), "forced": person_of(request.actor).must_change_password}
    return entry_page(request, "organisation/password_change.html", context, status_of(request, form))


def note_wrong(request: StaffRequest, error: Refused) -> None:
    """Count a wrong password of a signed-in person like one at the door."""
    if error.code == "password.wrong":
        count_failure(request, request.actor.staff_no, "password_again")


def status_of(request: HttpRequest, form: forms.Form) -> int:
    """Return the status of a page that took a password: 429, and the sentence, when it takes no more for now."""
    if is_locked(request):
        form.add_error(None, locked_sentence())
        return 429
    return 422 if form.errors else 200


def renewed(request: StaffRequest, user: User) -> HttpResponse:
    """Go on in the same session under a fresh key."""
    before = request.session.session_key or ""
    update_session_auth_hash(request, user)
    request.session[CONFIRMED_KEY] = int(clock.wall().timestamp())
    request.session.save()
    sessions.rename_session(before, request.session.session_key or "")
    toast(request, _("The password was changed"))
    return HttpResponseRedirect(reverse("organisation:home"))


@during_duty
@allow(SIGNED_IN)
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@confirmed
def totp_enrol(request: StaffRequest) -> HttpResponse:
    """Set up an authenticator app: scan, prove, keep the recovery codes."""
    form = CodeForm(request.POST or None)
    try:
        secret = second_factor.begin_enrolment(actor=request.actor)
        if request.method == "POST" and form.is_valid():
            code = form.cleaned_data["code"]
            codes = second_factor.confirm_enrolment(actor=request.actor, code=code, now=clock.now(), wall=clock.wall())
            end_others(request)
            return entry_page(request, "organisation/recovery_codes.html", {"codes": codes})
    except Refused as error:
        if error.code == "totp.in_force":
            return HttpResponseRedirect(reverse("organisation:account"))
        explain(form, error)
    address = f"otpauth://totp/{ISSUER}:{request.actor.staff_no}?secret={secret}&issuer={ISSUER}"
    context = {"form": form, "secret": secret, "qr": qr_svg(address), "forced": bool(getattr(request, "duty", ""))}
    return entry_page(request, "organisation/totp_enrol.html", context, 422 if form.errors else 200)


@allow(SIGNED_IN)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def totp_remove(request: StaffRequest) -> HttpResponse:
    """Take one's second factor away, with the password."""
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and may_try(request, request.actor.staff_no):
        try:
            password = form.cleaned_data["password"]
            second_factor.remove_second_factor(actor=request.actor, password=password, now=clock.now())
        except Refused as error:
            explain(form, error)
            note_wrong(request, error)
        else:
            end_others(request)
            toast(request, _("The second factor was removed"))
            return HttpResponseRedirect(reverse("organisation:account"))
    return entry_page(request, "organisation/totp_remove.html", {"form": form}, status_of(request, form))


def end_others(request: StaffRequest) -> int:
    """End every other session of the person: whoever held one held the former way in."""
    keep = request.session.session_key or ""
    return sessions.end_other_sessions(actor=request.actor, keep=keep, now=clock.now())


@allow(SIGNED_IN)
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def confirm(request: StaffRequest) -> HttpResponse:
    """Ask for the password again before something serious, then go on with it."""
    form = PasswordForm(request.POST or None)
    wanted = request.POST.get("next") or request.GET.get("next", "")
    if request.method == "POST" and form.is_valid() and may_try(request, request.actor.staff_no):
        try:
            passwords.prove(actor=request.actor, password=form.cleaned_data["password"])
        except Refused as error:
            explain(form, error)
            note_wrong(request, error)
        else:
            return proved(request, wanted)
    context = {"form": form, "next": target_of(request, wanted)}
    return entry_page(request, "organisation/confirm.html", context, status_of(request, form))


def proved(request: StaffRequest, wanted: str) -> HttpResponse:
    """Note the proof under a fresh session key, and go on."""
    before = request.session.session_key or ""
    request.session.cycle_key()
    request.session[CONFIRMED_KEY] = int(clock.wall().timestamp())
    request.session.save()
    sessions.rename_session(before, request.session.session_key or "")
    return HttpResponseRedirect(target_of(request, wanted))


@allow(SIGNED_IN)
@never_cache
@require_POST
@confirmed
def recovery_codes(request: StaffRequest) -> HttpResponse:
    """Make new recovery codes and show them once."""
    codes = second_factor.new_recovery_codes(actor=request.actor, now=clock.now())
    return entry_page(request, "organisation/recovery_codes.html", {"codes": codes})


@allow(SIGNED_IN)
@require_POST
def post_switch(request: StaffRequest, post_id: int) -> HttpResponse:
    """Act in another of one's posts."""
    post = switch_post(
        actor=request.actor,
        posts=getattr(request, "posts", []),
        post_id=post_id,
        session_key=request.session.session_key or "",
        now=clock.now(),
    )
    request.session[POST_KEY] = post.pk
    return HttpResponseRedirect(reverse("organisation:home"))


@during_duty
@public
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Choose the language: kept with the person, or in a cookie before signing in."""
    chosen = request.POST.get("language", "")
    if chosen not in dict(settings.LANGUAGES):
        raise Http404
    actor = getattr(request, "actor", None)
    if actor is not None:
        choose_language(actor=actor, language=chosen)
    back = request.POST.get("next") or request.headers.get("Referer", "")
    response = HttpResponseRedirect(target_of(request, back))
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(LANGUAGE_COOKIE, chosen, COOKIE_SECONDS, samesite="Lax", secure=secure)
    return response
