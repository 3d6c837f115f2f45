"""The knowledge base beside an answer: work order, chat, mail, an order that is being taken in, a call (SRV-6)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.service import permissions
from keyuan.service.forms import knowledge as f
from keyuan.service.models import ArticleUse
from keyuan.service.rules.knowledge import life
from keyuan.service.selectors.chat.chats import access_chat, last_words
from keyuan.service.selectors.follow_ups.reading import access_follow_up, question_at_hand
from keyuan.service.selectors.knowledge.reports import uses_of_chat, uses_of_order
from keyuan.service.selectors.knowledge.search import Wish, search_articles
from keyuan.service.selectors.mail.mails import access_mail
from keyuan.service.selectors.orders import access_order
from keyuan.service.services.knowledge.reading import note_miss
from keyuan.service.views.knowledge.finding import LONGEST, shown

BESIDE = 6


@dataclass(frozen=True, slots=True)
class Spot:
    """What is being answered: what is asked there, the field that takes the text, what was used there before.

    ``place`` and ``pk`` say it to the address that notes a use. Without a ``field`` the text is said, not written.
    """

    place: str
    pk: int | None
    question: str
    field: str = ""
    uses: Sequence[ArticleUse] = ()


def _beside(request: StaffRequest, spot: Spot) -> HttpResponse:
    """Answer with hits for what is typed, else for what is asked there; what finds nothing counts when it is sent."""
    typed = request.GET.get("q", "").strip()[:LONGEST]
    found = search_articles(typed or spot.question[:LONGEST], Wish(clock.today()), limit=BESIDE)
    if typed and not found.hits and request.GET.get("sent"):
        note_miss(typed=typed, today=clock.today())
    context = {
        "spot": spot, "typed": typed,
        "hits": [shown(hit) | {"is_inside": hit.article.audience == life.INSIDE} for hit in found.hits],
        "uses": [(use, f.PLACES[use.place]) for use in spot.uses],
    }  # fmt: skip
    return page(request, "service/knowledge/_beside.html", context)


@require_safe
@allow(permissions.KNOWLEDGE)
def beside_order(request: StaffRequest, order_id: int) -> HttpResponse:
    """Beside a work order: its subject is what is asked."""
    order = access_order(request.actor, order_id, now=clock.now())
    return _beside(request, Spot("ORDER", order.pk, order.title, f"#text-{order.pk}", uses_of_order(order.pk)))


@require_safe
@allow(permissions.KNOWLEDGE)
def beside_chat(request: StaffRequest, chat_id: int) -> HttpResponse:
    """Beside a conversation: what the visitor said last is what is asked."""
    chat = access_chat(request.actor, chat_id, now=clock.now())
    return _beside(request, Spot("CHAT", chat.pk, last_words(chat.pk), "#talk-text", uses_of_chat(chat.pk)))


@require_safe
@allow(permissions.KNOWLEDGE)
def beside_mail(request: StaffRequest, mail_id: int) -> HttpResponse:
    """Beside a mail that is being written: the subject of its order is what is asked."""
    actor, now = request.actor, clock.now()
    mail = access_mail(actor, mail_id, now=now)
    order = access_order(actor, mail.order_id or 0, now=now)
    return _beside(request, Spot("MAIL", mail.pk, order.title, "#id_text", uses_of_order(order.pk)))


@require_safe
@allow(permissions.KNOWLEDGE)
def beside_intake(request: StaffRequest) -> HttpResponse:
    """Beside an order that is being taken in: what is typed as its subject is what is asked."""
    return _beside(request, Spot("INTAKE", None, request.GET.get("title", ""), "#id_description"))


@require_safe
@allow(permissions.KNOWLEDGE)
def beside_call(request: StaffRequest, follow_up_id: int) -> HttpResponse:
    """Beside a call-back: the question at hand is what the customer asks back about, else the first open one."""
    found = access_follow_up(request.actor, follow_up_id, now=clock.now())
    return _beside(request, Spot("CALL", found.pk, question_at_hand(found, request.GET.get("question", ""))))
