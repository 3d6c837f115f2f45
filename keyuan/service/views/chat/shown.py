"""Conversations as pages show them, to visitors and to the desk."""

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from keyuan.service.forms.chat import words
from keyuan.service.models import Chat, ChatMessage
from keyuan.service.models.chat import ACTIVE, WAITING
from keyuan.service.rules.chat.queueing import expected_seconds
from keyuan.service.selectors.chat.chats import gaps_of, position_of
from keyuan.service.selectors.chat.policy import chat_policy
from keyuan.service.selectors.chat.seats import hands_at

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')
VISITOR_HEAD, DESK_HEAD = "service/chat/_visitor_head.html", "service/chat/_desk_head.html"
SIDES = {"VISITOR": "visitor", "STAFF": "staff", "SYSTEM": "system", "NOTE": "note"}


def lines_shown(lines: Sequence[ChatMessage], *, may_open: bool = False, seen: int = 0) -> list[dict[str, Any]]:
    """Return lines as the template needs them: whose, in which words, whether the other side read them."""
    return [
        {
            "row": line,
            "side": SIDES[line.kind],
            "text": words.system_line(line.code, line.params) if line.code else line.text,
            "may_open": may_open and line.whole is not None,
            "is_read": line.seq <= seen,
        }
        for line in lines
    ]


def wait_words(chat: Chat, now: datetime) -> tuple[int, str]:
    """Return a visitor's place in the queue, and what to tell of how long it takes."""
    place = position_of(chat)
    hands = hands_at(chat.desk_id, chat_policy(), now)
    seconds = expected_seconds(place, gaps_of(chat.desk_id, now), len(hands))
    if seconds is None:
        return place, _("Nobody is there at the moment; somebody will be with you as soon as possible")
    minutes = max(1, round(seconds / 60))
    return place, ngettext("about %(count)s minute", "about %(count)s minutes", minutes) % {"count": minutes}


def state_for_visitor(chat: Chat, now: datetime) -> dict[str, Any]:
    """Return what the head of the visitor's page says."""
    found: dict[str, Any] = {"chat": chat, "is_waiting": chat.status == WAITING, "is_active": chat.status == ACTIVE}
    if chat.status == WAITING:
        found["place"], found["wait"] = wait_words(chat, now)
    return found


def head_shown(request: HttpRequest, template: str, context: dict[str, Any]) -> dict[str, str]:
    """Return the head of a conversation, and a mark that changes with what it says (not with its form tokens)."""
    html = render_to_string(template, context, request)
    plain = TOKEN.sub("", html)
    return {"head": html, "mark": hashlib.sha256(plain.encode()).hexdigest()[:16]}


def answered(
    request: HttpRequest, chat: Chat, lines: Sequence[ChatMessage], *, head: str, context: dict[str, Any],
    seen: int, may_open: bool = False, is_desk: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """Return what the page's script fetches: new lines, the head anew, and where the conversation stands."""
    shown = lines_shown(lines, may_open=may_open, seen=seen)
    body = {"lines": shown, "chat": chat, "is_desk": is_desk}
    return {
        "html": render_to_string("service/chat/_lines.html", body, request),
        **head_shown(request, head, context),
        "status": chat.status,
        "seq": lines[-1].seq if lines else 0,
        "seen": seen,
    }
