"""What the editors look after: unanswered searches, comments, what is used and what is stale (SRV-6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, QuerySet

from keyuan.kernel.errors import NotFound
from keyuan.service.models import Article, ArticleFeedback, ArticleRead, ArticleUse, SearchMiss
from keyuan.service.rules.knowledge import life


def open_misses(limit: int) -> list[SearchMiss]:
    """Return unanswered searches, the most frequent first."""
    return list(SearchMiss.objects.filter(state="OPEN").order_by("-count", "-pk")[:limit])


def miss_by_id(miss_id: int) -> SearchMiss:
    """Return one unanswered search. Raises NotFound."""
    found = SearchMiss.objects.filter(pk=miss_id).first()
    if found is None:
        raise NotFound("knowledge.not_found")
    return found


def open_comments(limit: int) -> list[ArticleFeedback]:
    """Return comments that nobody dealt with, the oldest first."""
    rows = ArticleFeedback.objects.filter(is_open=True).select_related("article")
    return list(rows.order_by("at", "pk")[:limit])


@dataclass(frozen=True, slots=True)
class Usage:
    """How an article was used since a day: readers (a person a day once) and uses in answers."""

    article: Article
    reads: int
    uses: int


def most_used(since: date, since_moment: datetime, limit: int) -> list[Usage]:
    """Return what was put into answers and read most since a day."""
    uses = _most(ArticleUse.objects.filter(at__gte=since_moment), limit)
    reads = _most(ArticleRead.objects.filter(day__gte=since), limit)
    articles = Article.objects.defer("plain", "folded").in_bulk([*uses, *reads])
    missing = [pk for pk in articles if pk not in reads]
    reads |= _most(ArticleRead.objects.filter(day__gte=since, article_id__in=missing), limit)
    rows = [Usage(article, reads.get(pk, 0), uses.get(pk, 0)) for pk, article in articles.items()]
    return sorted(rows, key=lambda row: (-row.uses, -row.reads, row.article.pk))[:limit]


def _most(rows: QuerySet[Any], limit: int) -> dict[int, int]:
    """Return article → rows of those with most rows."""
    counted = rows.order_by().values_list("article_id").annotate(n=Count("pk"))
    return dict(counted.order_by("-n")[:limit])


def review_due(today: date, limit: int) -> list[Article]:
    """Return articles in force whose review date is over or near, the oldest first."""
    soon = today + timedelta(days=life.REMIND_BEFORE)
    rows = Article.objects.filter(state=life.PUBLISHED, review_on__lte=soon).defer("plain", "folded")
    return list(rows.order_by("review_on", "pk")[:limit])


def untouched(today: date, changed_before: datetime, limit: int) -> list[Article]:
    """Return articles in force that nobody changed or read for long, the oldest first."""
    read = ArticleRead.objects.filter(day__gte=today - timedelta(days=life.STALE_AFTER)).values("article_id")
    rows = Article.objects.filter(state=life.PUBLISHED, updated_at__lt=changed_before).defer("plain", "folded")
    return list(rows.exclude(pk__in=read).order_by("updated_at", "pk")[:limit])


def disliked(limit: int) -> list[Article]:
    """Return articles in force that more readers found useless than useful."""
    rows = Article.objects.filter(state=life.PUBLISHED, useless__gt=0).defer("plain", "folded")
    return sorted(
        (row for row in rows.order_by("-useless")[: limit * 4] if row.useless > row.useful),
        key=lambda row: row.useful - row.useless,
    )[:limit]


def uses_of_order(order_id: int) -> Sequence[ArticleUse]:
    """Return what was used in answering an order; the caller has accessed it."""
    return list(ArticleUse.objects.filter(order_id=order_id).select_related("article").order_by("-pk")[:20])


def uses_of_chat(chat_id: int) -> Sequence[ArticleUse]:
    """Return what was used in a conversation; the caller has accessed it."""
    return list(ArticleUse.objects.filter(chat_id=chat_id).select_related("article").order_by("-pk")[:20])


def uses_of_article(article_id: int, limit: int = 20) -> Sequence[ArticleUse]:
    """Return where an article was used last."""
    rows = ArticleUse.objects.filter(article_id=article_id).select_related("order")
    return list(rows.order_by("-pk")[:limit])
