"""The representative's console: what is in hand, who waits, the conversation, the customer beside it (SRV-5)."""

from datetime import datetime
from typing import Any

from django import forms
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keyuan.customers.selectors.subjects import customer_labels
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound, Refused
from keyuan.organisation.forms import explain
from keyuan.platform import clock
from keyuan.platform.crypto.presenter import may_reveal
from keyuan.platform.files import download_url
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say
from keyuan.service import permissions
from keyuan.service.forms.chat import words
from keyuan.service.models import Chat, ChatSeat
from keyuan.service.models.chat import ACTIVE, ENDED, WAITING
from keyuan.service.selectors.chat import chats as read
from keyuan.service.selectors.chat.seats import desks_of_seat, seat_of
from keyuan.service.selectors.desks import macros
from keyuan.service.services.chat import keeping, queueing, seating, talking
from keyuan.service.services.talking import filled
from keyuan.service.views.chat.acts import ACTS, offered_acts
from keyuan.service.views.chat.shown import DESK_HEAD, answered, head_shown, lines_shown
from keyuan.service.views.leading import to

#: Seconds after which a visitor who waits for a word is shown in red.
LATE = 60
MASKED = "message_values"


def chat_url(chat_id: int) -> str:
    """Return the address of a conversation at the desk."""
    return reverse("service:chat", args=[chat_id])


def rail_of(actor: Actor, now: datetime, current: int | None = None) -> dict[str, Any]:
    """Return what the left column shows."""
    desks = desks_of_seat(actor.id or 0)
    own, waiting = read.own_chats(actor), read.waiting_at(desks)
    seat = seat_of(actor.id)
    load, most = queueing.room_of(actor)
    names = customer_labels(actor, [chat.customer_id for chat in own if chat.customer_id], now=now)
    return {
        "own": [_item(chat, actor, names, now, current) for chat in own],
        "waiting": [{"chat": chat, "seconds": _seconds(chat.queued_at, now)} for chat in waiting],
        "recent": read.recent_chats(actor, now),
        "seat": seat,
        "state": words.SEATS[ChatSeat.State(seat.state if seat else ChatSeat.State.OFFLINE)],
        "states": [(key, label) for key, (label, _tone) in words.SEATS.items()],
        "load": load,
        "most": most,
        "has_desk": bool(desks),
        "may_supervise": actor.may(permissions.CHAT_SUPERVISE),
        "unread": sum(chat.last_seq > chat.staff_seq for chat in own if chat.owner_id == actor.id),
        "current": current,
    }


def _item(chat: Chat, actor: Actor, names: dict[int, str], now: datetime, current: int | None) -> dict[str, Any]:
    owns = chat.owner_id == actor.id
    return {
        "chat": chat,
        "name": names.get(chat.customer_id or 0) or chat.visitor_name,
        "unread": chat.last_seq - chat.staff_seq if owns and chat.is_unanswered else 0,
        "is_late": chat.is_unanswered and _seconds(chat.last_at, now) > LATE,
        "seconds": _seconds(chat.last_at, now),
        "helps": not owns,
        "is_current": chat.pk == current,
    }


def _seconds(since: datetime, now: datetime) -> int:
    return max(0, int((now - since).total_seconds()))


@require_safe
@allow(permissions.CHAT_SERVE)
def console(request: StaffRequest) -> HttpResponse:
    """The console without a conversation open."""
    return page(request, "service/chat/console.html", {"rail": rail_of(request.actor, clock.now())})


@require_http_methods(["GET", "HEAD", "POST"])
@allow(permissions.CHAT_SERVE)
def rail(request: StaffRequest) -> HttpResponse:
    """The left column anew; sent as a form it also says that the console is open."""
    now = clock.now()
    if request.method == "POST":
        seating.beat(actor=request.actor, now=now)
    return _rail(request, now)


def _rail(request: StaffRequest, now: datetime) -> HttpResponse:
    given = request.GET.get("c", "")
    current = int(given) if given.isdecimal() and len(given) < 12 else None
    return page(request, "service/chat/_rail.html", {"rail": rail_of(request.actor, now, current)})


@require_safe
@allow(permissions.CHAT_VIEW)
def chat(request: StaffRequest, chat_id: int) -> HttpResponse:
    """One conversation with everything beside it."""
    actor, now = request.actor, clock.now()
    found = read.access_chat(actor, chat_id, now=now)
    takes_part = read.takes_part(actor, found)
    if takes_part:
        talking.staff_read(actor=actor, chat=found)
    lines = read.last_lines(found.pk)
    head = head_of(actor, found, now)
    context = {
        **head,
        **head_shown(request, DESK_HEAD, head),
        "rail": rail_of(actor, now, found.pk) if actor.may(permissions.CHAT_SERVE) else None,
        "lines": lines_shown(lines, may_open=may_reveal(actor, MASKED), seen=found.visitor_seq),
        "last": lines[-1].seq if lines else 0,
        "is_desk": True,
        "may_write": takes_part and found.status == ACTIVE and actor.may(permissions.CHAT_SERVE),
        "may_whisper": found.status != ENDED and (takes_part or actor.may(permissions.CHAT_SUPERVISE)),
        "may_search": takes_part and found.status == ACTIVE and actor.may(permissions.KNOWLEDGE),
        "macros": [(row.name, filled(row.body, _places(actor, found))) for row in macros() if row.is_reply],
        "helpers": read.helpers_of(found.pk),
        "earlier": list(read.chats_of_customer(found.customer_id)[:6]) if found.customer_id else [],
    }
    return page(request, "service/chat/console.html", context)


def _places(actor: Actor, found: Chat) -> dict[str, str]:
    return {"customer": found.visitor_name, "number": found.number, "title": "", "me": actor.name}


def head_of(actor: Actor, found: Chat, now: datetime) -> dict[str, Any]:
    """Return what the head of a conversation says: whose, where it stands, what can be done."""
    names = customer_labels(actor, [found.customer_id], now=now) if found.customer_id else {}
    acts = offered_acts(actor, found)
    return {
        "chat": found,
        "customer_name": names.get(found.customer_id or 0, ""),
        "state": words.STATES[found.status],
        "ending": words.ENDINGS.get(found.ended_by, ""),
        "is_waiting": found.status == WAITING,
        "is_active": found.status == ACTIVE,
        "acts": acts[:2],
        "more_acts": acts[2:],
        "seconds": _seconds(found.last_at, now),
    }


@require_safe
@allow(permissions.CHAT_VIEW)
def chat_lines(request: StaffRequest, chat_id: int) -> HttpResponse:
    """What is new since line ``after``; whoever takes part has read it."""
    actor, now, after = request.actor, clock.now(), request.GET.get("after", "")
    found = read.access_chat(actor, chat_id, now=now)
    lines = read.lines_after(found.pk, int(after) if after.isdecimal() and len(after) < 9 else 0)
    if lines and read.takes_part(actor, found):
        talking.staff_read(actor=actor, chat=found)
    body = answered(
        request, found, lines, head=DESK_HEAD, context=head_of(actor, found, now),
        seen=found.visitor_seq, may_open=may_reveal(actor, MASKED), is_desk=True,
    )  # fmt: skip
    return JsonResponse(body)


def _by_script(request: StaffRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


@require_POST
@allow(permissions.CHAT_VIEW)
def chat_say(request: StaffRequest, chat_id: int) -> HttpResponse:
    """Answer the visitor, or say something among colleagues."""
    actor, now = request.actor, clock.now()
    text, key = request.POST.get("text", ""), request.POST.get("key", "")
    read.access_chat(actor, chat_id, now=now)
    try:
        if request.POST.get("kind") == "NOTE":
            talking.whisper(actor=actor, chat_id=chat_id, text=text, key=key, now=now)
        else:
            confirmed = bool(request.POST.get("confirmed"))
            talking.staff_says(actor=actor, chat_id=chat_id, text=text, key=key, now=now, is_confirmed=confirmed)
    except Refused as error:
        if _by_script(request):
            return JsonResponse({"error": say(error), "words": error.code == "chat.words"}, status=422)
        toast(request, say(error), failed=True)
    return JsonResponse({"ok": True}) if _by_script(request) else HttpResponseRedirect(chat_url(chat_id))


@require_POST
@allow(permissions.CHAT_SERVE)
def chat_typing(request: StaffRequest, chat_id: int) -> HttpResponse:
    """Tell the visitor that somebody is typing."""
    talking.staff_types(actor=request.actor, chat=read.access_chat(request.actor, chat_id, now=clock.now()))
    return HttpResponse(status=204)


@require_POST
@allow(permissions.CHAT_SERVE)
def chat_file_add(request: StaffRequest, chat_id: int) -> HttpResponse:
    """Send the visitor a file."""
    upload, key = request.FILES.get("file"), request.POST.get("key", "")
    read.access_chat(request.actor, chat_id, now=clock.now())
    try:
        if upload is None:
            raise Refused("file.empty", field="file")
        talking.staff_sends_file(
            actor=request.actor, chat_id=chat_id, name=upload.name or "", file=upload, key=key, now=clock.now()
        )
    except Refused as error:
        if _by_script(request):
            return JsonResponse({"error": say(error)}, status=422)
        toast(request, say(error), failed=True)
    return JsonResponse({"ok": True}) if _by_script(request) else HttpResponseRedirect(chat_url(chat_id))


@require_safe
@allow(permissions.CHAT_VIEW)
def chat_file(request: StaffRequest, chat_id: int, attachment_id: int) -> HttpResponse:
    """Lead to a file of a conversation."""
    found = read.access_chat(request.actor, chat_id, now=clock.now())
    if not read.has_file(found.pk, attachment_id):
        raise NotFound("chat.not_found")
    return HttpResponseRedirect(download_url(request.actor, attachment_id))


@require_POST
@allow(permissions.CHAT_VIEW)
def chat_reveal(request: StaffRequest, chat_id: int, line_id: int) -> HttpResponse:
    """Show the numbers of one line whole, with a reason."""
    reason = request.POST.get("reason", "")
    try:
        value = keeping.whole_text(
            actor=request.actor, chat_id=chat_id, message_id=line_id, reason=reason, now=clock.now()
        )
    except Refused as error:
        return JsonResponse({"error": say(error)}, status=422)
    return JsonResponse({"value": value})


@require_http_methods(["GET", "HEAD", "POST"])
@allow(permissions.CHAT_VIEW)
def chat_act(request: StaffRequest, chat_id: int, chat_act: str) -> HttpResponse:
    """Do something with a conversation: a form in the dialog, or a button alone."""
    actor, now = request.actor, clock.now()
    found = read.access_chat(actor, chat_id, now=now)
    act = ACTS.get(chat_act)
    if act is None or not actor.may(act.permission):
        raise Http404(chat_act)
    data = request.POST if request.method == "POST" else None
    form = act.form(found, data) if act.form else forms.Form(data)
    if request.method == "POST" and form.is_valid():
        try:
            act.run(actor, found.pk, form.cleaned_data, now)
        except Refused as error:
            if not form.fields:
                toast(request, say(error), failed=True)
                return to(request, chat_url(found.pk))
            explain(form, error)
        else:
            toast(request, _("%(number)s: %(act)s") % {"number": found.number, "act": act.label})
            gone = chat_act in ("transfer", "leave")
            return to(request, reverse("service:chats") if gone else chat_url(found.pk))
    context = {"form": form, "chat": found, "act": act, "title": act.label}
    return page(request, "service/chat/act.html", context, part="dialog", status=422 if form.errors else 200)


@require_POST
@allow(permissions.CHAT_SERVE)
def seat(request: StaffRequest) -> HttpResponse:
    """Take a seat, or say that one is busy, away or gone."""
    try:
        seating.set_state(actor=request.actor, state=request.POST.get("state", ""), now=clock.now())
    except Refused as error:
        toast(request, say(error), failed=True)
    return _rail(request, clock.now()) if request.htmx else HttpResponseRedirect(reverse("service:chats"))


@require_POST
@allow(permissions.CHAT_SERVE)
def take_next(request: StaffRequest) -> HttpResponse:
    """Take who waits longest at one's desks."""
    try:
        taken = queueing.take_next(actor=request.actor, now=clock.now())
    except Refused as error:
        toast(request, say(error), failed=True)
        return to(request, reverse("service:chats"))
    if taken is None:
        toast(request, _("Nobody waits whom you can take."))
        return to(request, reverse("service:chats"))
    return to(request, chat_url(taken.pk))
