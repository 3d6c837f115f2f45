"""What web chat hangs into the contexts below (SRV-5)."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from keyuan.customers.extensions import MergeReference, Panel, merge_references, panels
from keyuan.kernel.actor import Actor
from keyuan.organisation.extensions import Leaving, leavings
from keyuan.platform import clock
from keyuan.platform.audit.labels import name_programs
from keyuan.platform.help import add_help
from keyuan.platform.lists import lists
from keyuan.platform.live import GuestDoor, LiveTopics, guest_doors, live_topics
from keyuan.platform.navigation import NavItem, nav_items
from keyuan.platform.numbers import NumberSeries, number_series
from keyuan.platform.subjects import SubjectKind, subject_kinds
from keyuan.service import permissions
from keyuan.service.forms.chat import words
from keyuan.service.models import Chat
from keyuan.service.selectors.chat.chats import access_chat, chats_visible_to, unread_of
from keyuan.service.services.chat import keeping
from keyuan.service.services.chat.opening import NUMBERS
from keyuan.service.services.chat.writing import KIND
from keyuan.service.views.chat.cookie import COOKIE
from keyuan.service.views.chat.help import HELP
from keyuan.service.views.chat.lists import ChatList


def register() -> None:
    """Fill the registries; called once when Django is ready."""
    name_programs({"web chat": _("Web chat")})
    words.register()
    keeping.register()
    number_series.add(NumberSeries(NUMBERS, "H", 9))
    subject_kinds.add(SubjectKind(KIND, _("Chat"), labels, address, access))
    leavings.add(Leaving("service-chat", _left))
    merge_references.add(MergeReference("chat-customer", "service.Chat", "customer", label=_("Chats")))
    merge_references.add(MergeReference("chat-code", "service.ChatCode", "customer"))
    live_topics.add(LiveTopics("chat", keeping.topics_of_staff, _seen))
    guest_doors.add(GuestDoor("chat", COOKIE, keeping.topics_of_visitor))
    add_help(HELP)
    lists.add(ChatList())
    panels.add(Panel("chats", _("Chats"), "service:customer-chats", permissions.CHAT_VIEW, "right", 36, "chats"))
    nav_items.add(
        NavItem("chats", _("Web chat"), "service:chats", "message-circle", permissions.CHAT_SERVE, "service", 6,
                count=_unread)
    )  # fmt: skip
    nav_items.add(
        NavItem("chat_list", _("Conversations"), "service:chat-list", "messages", permissions.CHAT_VIEW, "service", 7)
    )
    nav_items.add(
        NavItem("chat_board", _("Board of web chat"), "service:chat-board", "dashboard", permissions.CHAT_SUPERVISE,
                "service", 8)
    )  # fmt: skip
    nav_items.add(
        NavItem("chat_settings", _("Set up web chat"), "service:chat-settings", "settings", permissions.SETTINGS,
                "service", 92)
    )  # fmt: skip


def _unread(actor: Actor) -> int | None:
    # Who watches the whole desk sees what waits on its board.
    return None if actor.may(permissions.CHAT_SUPERVISE) else unread_of(actor) or None


def _seen(user_id: int) -> None:
    keeping.note_seen(user_id, now=clock.now())


def _left(actor: Actor, user_id: int) -> None:
    keeping.left(actor, user_id, now=clock.now())


def labels(actor: Actor, ids: list[int]) -> dict[int, str]:
    """Name conversations in reach by their number."""
    return dict(chats_visible_to(actor, now=clock.now()).filter(pk__in=ids).values_list("pk", "number"))


def address(chat_id: int) -> str:
    """Return the page of a conversation."""
    return reverse("service:chat", args=[chat_id])


def access(actor: Actor, chat_id: int) -> Chat:
    """Return the conversation; raises NotFound out of reach."""
    return access_chat(actor, chat_id, now=clock.now())
