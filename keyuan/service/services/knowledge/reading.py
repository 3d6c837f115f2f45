"""What readers leave behind: that they read, what they thought, what they used, what they did not find (SRV-6)."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, NotFound, Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.locks import hold
from keyuan.platform.notices import notify_staff
from keyuan.service import permissions
from keyuan.service.models import Article, ArticleFeedback, ArticleRead, ArticleUse, SearchMiss
from keyuan.service.rules.knowledge import life
from keyuan.service.rules.knowledge.terms import masked
from keyuan.service.selectors.chat.chats import access_chat
from keyuan.service.selectors.knowledge.articles import access_article, readable
from keyuan.service.selectors.mail.mails import access_mail
from keyuan.service.selectors.orders import access_order
from keyuan.service.services.knowledge.deciding import address
from keyuan.service.services.knowledge.writing import KIND

#: Where an answer went: into a work order, a chat, a mail, an order being taken in, said in a call, or elsewhere.
PLACES = ("ORDER", "CHAT", "MAIL", "INTAKE", "CALL", "COPY")
#: What comes twice within this time is a double click.
TWICE = timedelta(seconds=5)


def note_read(*, actor: Actor, article: Article, today: date) -> None:
    """Note that somebody read an article, once a day."""
    if actor.id and not ArticleRead.objects.filter(article=article, day=today, user_id=actor.id).exists():
        row = ArticleRead(article=article, day=today, user_id=actor.id)
        ArticleRead.objects.bulk_create([row], ignore_conflicts=True)


def say(*, actor: Actor, article_id: int, is_useful: bool, comment: str, now: datetime) -> ArticleFeedback:
    """Say whether the version in force helped; saying it again changes what one said. The owner hears of comments."""
    actor.require(permissions.KNOWLEDGE)
    with transaction.atomic():
        article = access_article(actor, article_id, today=now.date(), lock=True)
        if not article.number_in_force:
            raise Refused("knowledge.not_published")
        words = comment.strip()[:300]
        row, _made = ArticleFeedback.objects.update_or_create(
            article=article, number=article.number_in_force, user_id=actor.id or 0,
            defaults={"is_useful": is_useful, "comment": words, "user_name": actor.name[:80], "at": now,
                      "is_open": bool(words), "handled_at": None, "handled_by_name": "", "answer": ""},
        )  # fmt: skip
        said = ArticleFeedback.objects.filter(article=article, number=article.number_in_force)
        article.useful = said.filter(is_useful=True).count()
        article.useless = said.filter(is_useful=False).count()
        article.save(update_fields=["useful", "useless"])
        record(actor, Action.UPDATE, Subject(KIND, article.pk), after={"useful": is_useful}, now=now)
        if words and article.owner_id and article.owner_id != actor.id:
            params = {"number": article.number, "title": article.title, "by": actor.name}
            notify_staff([article.owner_id], "task", "knowledge.commented", params, url=address(article.pk), now=now)
    return row


def handle(*, actor: Actor, feedback_id: int, answer: str, now: datetime) -> ArticleFeedback:
    """Write what was done about a comment; its writer hears of it. Raises Refused, Conflict when it is done."""
    actor.require(permissions.KNOWLEDGE_WRITE)
    if not answer.strip():
        raise Refused("knowledge.answer", field="answer")
    with transaction.atomic():
        row = ArticleFeedback.objects.select_for_update().filter(pk=feedback_id).first()
        if row is None:
            raise NotFound("knowledge.not_found")
        if not row.is_open:
            raise Conflict("knowledge.handled", by=row.handled_by_name)
        row.is_open, row.answer = False, answer.strip()[:300]
        row.handled_by_name, row.handled_at = actor.name[:80], now
        row.save()
        record(actor, Action.UPDATE, Subject(KIND, row.article_id), after={"handled": row.pk}, now=now)
        params = {"title": row.article.title, "by": actor.name}
        notify_staff([row.user_id], "task", "knowledge.comment_handled", params, url=address(row.article_id), now=now)
    return row


def use(
    *, actor: Actor, article_id: int, place: str, now: datetime, order_id: int | None = None,
    chat_id: int | None = None, mail_id: int | None = None,
) -> ArticleUse:  # fmt: skip
    """Note that the version in force was put into an answer, and where; a double click is one use.

    A mail counts for the order it belongs to. Raises Refused where the article is not valid, NotFound for an order,
    a chat or a mail out of reach.
    """
    actor.require(permissions.KNOWLEDGE)
    if place not in PLACES:
        raise Refused("knowledge.place", field="place")
    with transaction.atomic():
        hold(f"knowledge:use:{actor.id}")
        article = Article.objects.filter(readable(now.date()), pk=article_id).first()
        if article is None:
            raise Refused("knowledge.not_published")
        if mail_id is not None:
            order_id = access_mail(actor, mail_id, now=now).order_id
        row = ArticleUse(
            article=article, number=article.number_in_force, place=place,
            order=access_order(actor, order_id, now=now) if order_id is not None else None,
            chat_id=access_chat(actor, chat_id, now=now).pk if chat_id is not None else None,
            user_id=actor.id, user_name=actor.name[:80], at=now,
        )  # fmt: skip
        known = _same_use(row)
        if known is not None:
            return known
        row.save()
        Article.objects.filter(pk=article.pk).update(uses=F("uses") + 1)
        after = {"version": article.number_in_force, "order": order_id, "chat": chat_id, "place": place}
        record(actor, Action.OTHER, Subject(KIND, article.pk), after=after, now=now)
    return row


def _same_use(row: ArticleUse) -> ArticleUse | None:
    """Return what the first of two clicks noted; people only, programs have their keys."""
    if row.user_id is None:
        return None
    rows = ArticleUse.objects.filter(article_id=row.article_id, number=row.number, user_id=row.user_id)
    return rows.filter(
        place=row.place, order_id=row.order_id, chat_id=row.chat_id, at__gt=row.at - TWICE, at__lte=row.at
    ).first()


def note_miss(*, typed: str, today: date) -> SearchMiss | None:
    """Count a question that found nothing, without what could be a person's; nothing is kept of who asked."""
    text = masked(typed)
    if len(text.replace("*", "").strip()) < 2:
        return None
    with transaction.atomic():
        hold("knowledge:miss")
        row = SearchMiss.objects.filter(text=text).first() or SearchMiss(text=text, first_on=today, last_on=today)
        row.count += 1
        row.last_on = today
        if row.state == "WRITTEN" and row.article is not None and row.article.state == life.PUBLISHED:
            row.state = "OPEN"
        row.save()
    return row


def drop_miss(*, actor: Actor, miss_id: int, now: datetime) -> None:
    """Leave an unanswered search aside: it needs no article."""
    actor.require(permissions.KNOWLEDGE_WRITE)
    with transaction.atomic():
        row = SearchMiss.objects.select_for_update().filter(pk=miss_id).first()
        if row is None:
            raise NotFound("knowledge.not_found")
        row.state = "DROPPED"
        row.save(update_fields=["state"])
        record(actor, Action.UPDATE, Subject("search_miss", row.pk), after={"state": row.state}, now=now)
