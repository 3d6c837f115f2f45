"""What the desk can do with a conversation, as data: one dialog each (SRV-5)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keyuan.customers.selectors.choosing import chosen_customer
from keyuan.kernel.actor import Actor
from keyuan.service import permissions as p
from keyuan.service.forms.chat import acts as f
from keyuan.service.models import Chat
from keyuan.service.models.chat import ACTIVE, ENDED, WAITING
from keyuan.service.selectors.chat.chats import is_helper
from keyuan.service.selectors.desks import categories, desks
from keyuan.service.selectors.finding import seated_people
from keyuan.service.services.chat import closing, passing, queueing

Data = Mapping[str, Any]
Run = Callable[[Actor, int, Data, datetime], object]


@dataclass(frozen=True, slots=True)
class Act:
    """An act: its button, who may, where it is offered, its form (None: the button alone), what it does."""

    key: str
    label: Any
    icon: str
    permission: str
    offered: Callable[[Actor, Chat], bool]
    run: Run
    form: Callable[[Chat, Any], forms.Form] | None = None
    is_main: bool = False

    @property
    def asks(self) -> bool:
        """Tell whether it asks something first; a template would call ``form`` itself, which takes arguments."""
        return self.form is not None


def _mine(actor: Actor, chat: Chat) -> bool:
    return chat.status == ACTIVE and (chat.owner_id == actor.id or actor.may(p.CHAT_SUPERVISE))


def _number(data: Data, field: str) -> int | None:
    return int(data[field]) if data.get(field) else None


def _transfer(actor: Actor, chat_id: int, data: Data, now: datetime) -> object:
    return passing.transfer(
        actor=actor, chat_id=chat_id, user_id=_number(data, "user"), desk_id=_number(data, "desk"),
        category_id=_number(data, "category"), note=data["note"], now=now,
    )  # fmt: skip


def _invite(actor: Actor, chat_id: int, data: Data, now: datetime) -> object:
    return passing.invite(actor=actor, chat_id=chat_id, user_id=int(data["user"]), now=now)


def _attach(actor: Actor, chat_id: int, data: Data, now: datetime) -> object:
    found = chosen_customer(actor, data["customer"], now=now)
    return passing.attach(actor=actor, chat_id=chat_id, customer_id=found.pk, now=now)


def _close(actor: Actor, chat_id: int, data: Data, now: datetime) -> object:
    draft = closing.Closing(_number(data, "category"), data["title"], data["summary"], data["is_settled"])
    return closing.close(actor=actor, chat_id=chat_id, closing=draft, now=now)


def _take_over(actor: Actor, chat_id: int, data: Data, now: datetime) -> object:
    return passing.take_over(actor=actor, chat_id=chat_id, reason=data["reason"], now=now)


def _close_form(chat: Chat, data: Any) -> forms.Form:
    initial = {"category": chat.category_id or "", "is_settled": True}
    return f.CloseForm(data, categories=categories(), initial=initial)


def _transfer_form(_chat: Chat, data: Any) -> forms.Form:
    offered = [(desk.pk, desk.name) for desk in desks()]
    return f.TransferForm(data, people=seated_people(), desks=offered, categories=categories())


ACTS: dict[str, Act] = {
    act.key: act
    for act in (
        Act(
            "take", _("Take it"), "hand-stop", p.CHAT_SERVE, lambda _actor, chat: chat.status == WAITING,
            lambda actor, chat_id, _data, now: queueing.take(actor=actor, chat_id=chat_id, now=now), is_main=True,
        ),
        Act(
            "close", _("End and file"), "archive", p.CHAT_SERVE,
            lambda actor, chat: chat.order_id is None
            and (_mine(actor, chat) or (chat.status == ENDED and chat.owner_id == actor.id)),
            _close, _close_form, is_main=True,
        ),
        Act("transfer", _("Hand on"), "user-share", p.CHAT_SERVE, _mine, _transfer, _transfer_form),
        Act(
            "invite", _("Ask a colleague in"), "user-plus", p.CHAT_SERVE, _mine, _invite,
            lambda _chat, data: f.InviteForm(data, people=seated_people()),
        ),
        Act(
            "attach", _("Say which customer it is"), "id", p.CHAT_SERVE,
            lambda _actor, chat: chat.verified_at is None, _attach, lambda _chat, data: f.AttachForm(data),
        ),
        Act(
            "leave", _("Leave the conversation"), "logout", p.CHAT_SERVE,
            lambda actor, chat: chat.status == ACTIVE and is_helper(actor.id or 0, chat.pk),
            lambda actor, chat_id, _data, now: passing.leave(actor=actor, chat_id=chat_id, now=now),
        ),
        Act(
            "take-over", _("Take it over"), "transfer", p.CHAT_SUPERVISE,
            lambda actor, chat: chat.status == ACTIVE and chat.owner_id != actor.id,
            _take_over, lambda _chat, data: f.ReasonForm(data),
        ),
    )
}  # fmt: skip


def offered_acts(actor: Actor, chat: Chat) -> list[Act]:
    """Return what this post can do with a conversation now, the main thing first."""
    found = [act for act in ACTS.values() if actor.may(act.permission) and act.offered(actor, chat)]
    return sorted(found, key=lambda act: not act.is_main)
