"""The supervisor's board, the settings, and the panel of the customer's page (SRV-5)."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keyuan.customers.selectors import access_customer
from keyuan.kernel.errors import Refused
from keyuan.organisation.forms import explain
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say
from keyuan.service import permissions
from keyuan.service.forms.chat import words
from keyuan.service.forms.chat.acts import CapacityForm, PolicyForm
from keyuan.service.models import ChatSeat
from keyuan.service.selectors.chat import chats as read
from keyuan.service.selectors.chat.policy import chat_policy, is_open
from keyuan.service.selectors.chat.seats import capacity_of, chat_loads, desks_of_seat, is_there, seats_at
from keyuan.service.selectors.desks import desks
from keyuan.service.services.chat.seating import set_capacity
from keyuan.service.services.chat.setting_up import PolicyDraft, save_policy

FIELDS = tuple(PolicyDraft.__slots__)
PANEL_LIMIT = 6


@require_safe
@allow(permissions.CHAT_SUPERVISE)
def chat_board(request: StaffRequest) -> HttpResponse:
    """Who waits, who is there, what is under way, how today went."""
    actor, now = request.actor, clock.now()
    ids = desks_of_seat(actor.id or 0) or [desk.pk for desk in desks()]
    policy, waiting, seats = chat_policy(), read.waiting_at(ids), seats_at(ids)
    loads = chat_loads([seat.pk for seat in seats])
    context = {
        "waiting": [{"chat": chat, "seconds": int((now - chat.queued_at).total_seconds())} for chat in waiting],
        "longest": max((int((now - chat.queued_at).total_seconds()) for chat in waiting), default=0),
        "seats": [_seat(seat, policy, loads, now) for seat in seats],
        "there": sum(is_there(seat, now) for seat in seats),
        "chats": [{"chat": chat, "seconds": int((now - chat.last_at).total_seconds())} for chat in read.open_at(ids)],
        "figures": read.figures_of(actor, clock.start_of(clock.today())),
        "is_open": is_open(policy, now),
    }
    return page(request, "service/chat/board.html", context)


def _seat(seat: ChatSeat, policy: Any, loads: dict[int, int], now: Any) -> dict[str, Any]:
    label, tone = words.SEATS[ChatSeat.State(seat.state)]
    return {
        "seat": seat, "label": label, "tone": tone, "load": loads.get(seat.pk, 0), "most": capacity_of(seat, policy),
        "seconds": int((now - seat.since).total_seconds()),
    }  # fmt: skip


@require_POST
@allow(permissions.CHAT_SUPERVISE)
def capacity(request: StaffRequest, seat_id: int) -> HttpResponse:
    """Give a person their own number of conversations at once."""
    form = CapacityForm(request.POST)
    try:
        if not form.is_valid():
            raise Refused("chat.capacity", field="capacity", most=20)
        set_capacity(actor=request.actor, user_id=seat_id, capacity=form.cleaned_data["capacity"], now=clock.now())
    except Refused as error:
        toast(request, say(error), failed=True)
    return HttpResponseRedirect(reverse("service:chat-board"))


@require_http_methods(["GET", "HEAD", "POST"])
@allow(permissions.SETTINGS)
def chat_settings(request: StaffRequest) -> HttpResponse:
    """Set web chat up."""
    row = chat_policy()
    initial = {field: getattr(row, field) for field in (*FIELDS, "version")}
    form = PolicyForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            draft = PolicyDraft(**{field: data[field] for field in FIELDS})
            save_policy(actor=request.actor, draft=draft, version=data["version"], now=clock.now())
        except Refused as error:
            explain(form, error)
        else:
            toast(request, _("The settings were kept"))
            return HttpResponseRedirect(reverse("service:chat-settings"))
    context = {"form": form, "title": _("Web chat"), "address": request.build_absolute_uri("/chat/")}
    return page(request, "service/chat/settings.html", context, status=422 if form.errors else 200)


@require_safe
@allow(permissions.CHAT_VIEW)
def customer_chats(request: StaffRequest, customer_id: int) -> HttpResponse:
    """The panel of the customer's page."""
    access_customer(request.actor, customer_id, now=clock.now())
    limit = 200 if request.GET.get("whole") else PANEL_LIMIT
    rows = list(read.chats_of_customer(customer_id)[: limit + 1])
    context = {
        "rows": [{"chat": row, "state": words.STATES[row.status]} for row in rows[:limit]],
        "more": len(rows) > limit,
        "customer_id": customer_id,
    }
    return page(request, "service/panels/chats.html", context)
