"""People: data, posts, sessions, password, locking, leaving (PLT-3, PLT-5)."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from keyuan.kernel.actor import Actor, Reach
from keyuan.kernel.errors import Refused
from keyuan.organisation import permissions as p
from keyuan.organisation.extensions import person_actions
from keyuan.organisation.forms import (
    ClosingForm,
    EndPostForm,
    PersonEditForm,
    PersonForm,
    PostForm,
    explain,
    offer,
)
from keyuan.organisation.models import User
from keyuan.organisation.selectors import people as reads
from keyuan.organisation.selectors.agents import access_agent_no
from keyuan.organisation.selectors.labels import REACH_LABELS, post_label
from keyuan.organisation.selectors.roles import roles_visible_to
from keyuan.organisation.selectors.units import open_units
from keyuan.organisation.services import accounts, passwords, posts
from keyuan.organisation.views.history import Line, history_of
from keyuan.organisation.views.lists import STATES, state_of
from keyuan.organisation.views.middleware import idle_since
from keyuan.organisation.views.units import form_page
from keyuan.platform import clock
from keyuan.platform.confirming import confirmed
from keyuan.platform.http import StaffRequest, allow, in_place_of_form, page
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say


def person_url(user_id: int) -> str:
    """Return the address of a person's page."""
    return reverse("organisation:person", args=[user_id])


@allow(p.USERS_VIEW)
@require_GET
def person(request: StaffRequest, user_id: int) -> HttpResponse:
    """One person: state, posts, devices, history; as a page or in the side panel."""
    actor = request.actor
    found = reads.access_user(actor, user_id)
    word, tone = STATES[state_of(found)]
    today = clock.today()
    context: dict[str, Any] = {
        "person": found,
        "state_word": word,
        "state_tone": tone,
        "posts": [post_row(post, today) for post in reads.all_posts_of(actor, found)],
        "may_edit": actor.may(p.USERS_EDIT),
        "more_actions": [
            (action, action.url(None, found.pk))
            for action in person_actions
            if action.of_people and actor.may(action.permission)
        ],
        "full_url": person_url(user_id),
    }
    if "panel" in request.GET:
        return page(request, "organisation/person_panel.html", context)
    context |= {
        "sign_ins": reads.sign_ins_of(actor, found, idle_since()),
        "history": person_history(actor, found),
        "shut_out": accounts.is_shut_out(found),
    }
    return page(request, "organisation/person.html", context)


def person_history(actor: Actor, found: User, *, limit: int = 30) -> list[Line]:
    """Return the latest events of the account and of the posts in reach, newest first."""
    lines = history_of(actor, "user", found.pk, limit=limit)
    for post_id in reads.post_labels(actor, [post.pk for post in reads.all_posts_of(actor, found)[:10]]):
        lines += history_of(actor, "post", post_id, limit=limit)
    return sorted(lines, key=lambda line: line.at, reverse=True)[:limit]


def post_row(post: Any, today: Any) -> dict[str, Any]:
    """Return a post as the table shows it."""
    in_force = post.valid_from <= today and (post.valid_until is None or post.valid_until >= today)
    return {
        "post": post,
        "label": post_label(post),
        "reach": REACH_LABELS[Reach(post.reach)],
        "in_force": in_force,
        "may_end": post.valid_until is None or post.valid_until > today,
    }


def offer_posts(form: forms.Form, actor: Actor) -> None:
    """Fill the choices of role and unit with what is in reach."""
    offer(form, "role", roles_visible_to(actor))
    offer(form, "unit", open_units(actor))


@allow(p.USERS_EDIT)
@never_cache
@require_http_methods(["GET", "POST"])
@confirmed
def person_new(request: StaffRequest) -> HttpResponse:
    """Add a person with a first post; the one-time password is shown once."""
    form = PersonForm(request.POST or None, initial={"reach": Reach.UNIT.value})
    offer_posts(form, request.actor)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        password = passwords.one_time_password()
        reach = Reach(data.pop("reach"))
        try:
            user = posts.hire(
                actor=request.actor, password=password, reach=reach, now=clock.now(), today=clock.today(), **data
            )
        except Refused as error:
            explain(form, error)
        else:
            return one_time(request, user, password)
    return form_page(request, form, _("New person"), reverse("organisation:people"), key="person")


def one_time(request: StaffRequest, user: User, password: str) -> HttpResponse:
    """Show a one-time password; it is stored nowhere and cannot be shown again."""
    context = {"person": user, "password": password, "full_url": person_url(user.pk)}
    response = page(request, "organisation/one_time_password.html", context)
    return in_place_of_form(request, response, person_url(user.pk))


@allow(p.USERS_EDIT)
@require_http_methods(["GET", "POST"])
@confirmed
def person_edit(request: StaffRequest, user_id: int) -> HttpResponse:
    """Change a person's data; sealed values stand as masks in the placeholders."""
    found = reads.access_user(request.actor, user_id)
    initial = {"name": found.name, "joined_on": found.joined_on, "version": found.version}
    form = PersonEditForm(request.POST or None, initial=initial)
    for name in ("email", "phone"):
        value = getattr(found, name)
        form.fields[name].widget.attrs["placeholder"] = value.masked(strict=False) if value else ""
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        sealed = {name: data[name] or None for name in ("email", "phone")}
        try:
            accounts.update_user(actor=request.actor, user_id=user_id, now=clock.now(), **{**data, **sealed})
        except Refused as error:
            explain(form, error)
        else:
            toast(request, _("Saved"))
            return HttpResponseRedirect(person_url(user_id))
    return form_page(request, form, _("Edit %(name)s") % {"name": found.name}, person_url(user_id))


@allow(p.USERS_EDIT)
@never_cache
@require_POST
@confirmed
def password_reset(request: StaffRequest, user_id: int) -> HttpResponse:
    """Give a one-time password."""
    try:
        user, password = passwords.reset_password(actor=request.actor, user_id=user_id, now=clock.now())
    except Refused as error:
        toast(request, say(error), failed=True)
        return HttpResponseRedirect(person_url(user_id))
    return one_time(request, user, password)


def _act(request: StaffRequest, user_id: int, act: Callable[[], object], done: str) -> HttpResponse:
    """Do something to an account and go back to its page, saying what happened."""
    try:
        act()
    except Refused as error:
        toast(request, say(error), failed=True)
    else:
        toast(request, done)
    return HttpResponseRedirect(person_url(user_id))


@allow(p.USERS_EDIT)
@require_POST
def person_lock(request: StaffRequest, user_id: int) -> HttpResponse:
    """Bar a person from signing in."""
    reason = request.POST.get("reason", "")[:200]

    def act() -> object:
        return accounts.lock_user(actor=request.actor, user_id=user_id, reason=reason, now=clock.now())

    return _act(request, user_id, act, _("The account was locked"))


@allow(p.USERS_EDIT)
@require_POST
def person_unlock(request: StaffRequest, user_id: int) -> HttpResponse:
    """Let a person sign in again."""

    def act() -> object:
        return accounts.unlock_user(actor=request.actor, user_id=user_id, now=clock.now())

    return _act(request, user_id, act, _("The account was unlocked"))


@allow(p.USERS_EDIT)
@require_POST
def person_sign_out(request: StaffRequest, user_id: int) -> HttpResponse:
    """End every session of a person."""

    def act() -> object:
        return accounts.end_sessions_of(actor=request.actor, user_id=user_id, now=clock.now())

    return _act(request, user_id, act, _("All devices were signed out"))


@allow(p.USERS_EDIT)
@require_POST
@confirmed
def second_factor_reset(request: StaffRequest, user_id: int) -> HttpResponse:
    """Take a lost second factor away."""
    reason = request.POST.get("reason", "")[:200]

    def act() -> object:
        return accounts.reset_second_factor(actor=request.actor, user_id=user_id, reason=reason, now=clock.now())

    return _act(request, user_id, act, _("The second factor was removed"))


@allow(p.USERS_EDIT)
@require_http_methods(["GET", "POST"])
@confirmed
def person_close(request: StaffRequest, user_id: int) -> HttpResponse:
    """Close the account of a leaver."""
    found = reads.access_user(request.actor, user_id)
    form = ClosingForm(request.POST or None, initial={"left_on": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            accounts.close_account(actor=request.actor, user_id=user_id, now=clock.now(), **form.cleaned_data)
        except Refused as error:
            explain(form, error)
        else:
            toast(request, _("The account was closed"))
            return HttpResponseRedirect(person_url(user_id))
    title = _("Close the account of %(name)s") % {"name": found.name}
    note = _("Signing in ends at once, all posts end with the last day, and the hand-over of customers begins.")
    return form_page(request, form, title, person_url(user_id), note=note, submit_label=_("Close the account"))


@allow(p.USERS_EDIT)
@require_http_methods(["GET", "POST"])
@confirmed
def post_new(request: StaffRequest, user_id: int) -> HttpResponse:
    """Give a person a further post."""
    found = reads.access_user(request.actor, user_id)
    form = PostForm(request.POST or None, initial={"valid_from": clock.today(), "reach": Reach.UNIT.value})
    offer_posts(form, request.actor)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        number, reach = data.pop("agent_no"), Reach(data.pop("reach"))
        try:
            agent = access_agent_no(request.actor, number) if number else None
            posts.appoint(actor=request.actor, user=found, reach=reach, agent=agent, **data)
        except Refused as error:
            explain(form, error)
        else:
            toast(request, _("The post was added"))
            return HttpResponseRedirect(person_url(user_id))
    return form_page(request, form, _("New post for %(name)s") % {"name": found.name}, person_url(user_id), dense=True)


@allow(p.USERS_VIEW)
@require_GET
def post(request: StaffRequest, post_id: int) -> HttpResponse:
    """A post is shown on its person's page."""
    return HttpResponseRedirect(person_url(reads.access_post(request.actor, post_id).user_id))


@allow(p.USERS_EDIT)
@require_http_methods(["GET", "POST"])
def post_end(request: StaffRequest, post_id: int) -> HttpResponse:
    """End a post."""
    found = reads.access_post(request.actor, post_id)
    form = EndPostForm(request.POST or None, initial={"last_day": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            posts.end_post(actor=request.actor, post_id=post_id, now=clock.now(), **form.cleaned_data)
        except Refused as error:
            explain(form, error)
        else:
            toast(request, _("The post was ended"))
            return HttpResponseRedirect(person_url(found.user_id))
    title = _("End the post %(post)s") % {"post": post_label(found)}
    return form_page(request, form, title, person_url(found.user_id), submit_label=_("End the post"))
