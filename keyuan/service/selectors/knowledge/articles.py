"""Reads of articles: what readers may see, what editors may, versions, feedback (SRV-6)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.db.models import Q, QuerySet

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound
from keyuan.products.selectors import product_names
from keyuan.service import permissions
from keyuan.service.models import (
    Article,
    ArticleFeedback,
    ArticleProduct,
    ArticleVersion,
    KnowledgeCategory,
    Synonyms,
)
from keyuan.service.rules.knowledge import life


def readable(today: date, audience: str = "") -> Q:
    """Return the condition under which readers are shown an article on a day; ``audience`` PORTAL for customers."""
    since = Q(valid_from__isnull=True) | Q(valid_from__lte=today)
    until = Q(valid_until__isnull=True) | Q(valid_until__gte=today)
    return Q(state=life.PUBLISHED) & since & until & (Q(audience=audience) if audience else Q())


def articles_visible_to(actor: Actor, *, today: date) -> QuerySet[Article]:
    """Every article the actor may open: editors and those who approve all of them, readers what is valid today."""
    if actor.may(permissions.KNOWLEDGE_WRITE) or actor.may(permissions.KNOWLEDGE_APPROVE):
        return Article.objects.all()
    if actor.may(permissions.KNOWLEDGE):
        return Article.objects.filter(readable(today))
    return Article.objects.none()


def access_article(actor: Actor, article_id: int, *, today: date, lock: bool = False) -> Article:
    """Return one article the actor may open, row-locked when it is about to change. Raises NotFound."""
    rows = articles_visible_to(actor, today=today).filter(pk=article_id)
    found = (rows.select_for_update(of=("self",)) if lock else rows.select_related("category")).first()
    if found is None:
        raise NotFound("knowledge.not_found")
    return found


def versions_of(article_id: int) -> list[ArticleVersion]:
    """Return the versions of an article, newest first; the caller may edit. Raises NotFound where there is none."""
    found = list(ArticleVersion.objects.filter(article_id=article_id).order_by("-number"))
    if not found:
        raise NotFound("knowledge.not_found")
    return found


def version_of(article_id: int, number: int) -> ArticleVersion:
    """Return one version. Raises NotFound."""
    found = ArticleVersion.objects.filter(article_id=article_id, number=number).first()
    if found is None:
        raise NotFound("knowledge.not_found")
    return found


def open_version(article_id: int) -> ArticleVersion | None:
    """Return the version that is being written or decided on, if there is one."""
    return ArticleVersion.objects.filter(article_id=article_id, state__in=life.OPEN).first()


def products_of(article_id: int) -> dict[int, str]:
    """Return the products that the version in force is about."""
    return product_names(
        list(ArticleProduct.objects.filter(article_id=article_id).values_list("product_id", flat=True))
    )


def waiting_versions(limit: int) -> list[ArticleVersion]:
    """Return what waits for a decision or for being published, the oldest first."""
    rows = ArticleVersion.objects.filter(state__in=(life.REVIEW, life.APPROVED)).select_related("article")
    return list(rows.order_by("written_at")[:limit])


def categories(*, active: bool = True) -> list[KnowledgeCategory]:
    """Return the tree in order, each node behind its parent, with its depth."""
    nodes = KnowledgeCategory.objects.order_by("position", "pk")
    below: dict[int | None, list[KnowledgeCategory]] = {}
    for node in nodes.filter(is_active=True) if active else nodes:
        below.setdefault(node.parent_id, []).append(node)
    return list(_walk(below, None, 0))


def _walk(
    below: Mapping[int | None, list[KnowledgeCategory]], parent: int | None, depth: int
) -> Iterable[KnowledgeCategory]:
    for node in below.get(parent, []):
        node.depth = depth  # type: ignore[attr-defined]  # for indenting, not a column
        yield node
        yield from _walk(below, node.pk, depth + 1)


def with_those_below(category_id: int, nodes: Sequence[KnowledgeCategory]) -> list[int]:
    """Return a category and all below it, from the nodes of `categories`."""
    found = [category_id]
    for node in nodes:
        if node.parent_id in found:
            found.append(node.pk)
    return found


def synonym_groups() -> list[list[str]]:
    """Return the words that stand for one another."""
    return list(Synonyms.objects.filter(is_active=True).order_by("pk").values_list("words", flat=True))


def own_feedback(article: Article, user_id: int | None) -> ArticleFeedback | None:
    """Return what somebody said of the version in force."""
    return ArticleFeedback.objects.filter(article=article, number=article.number_in_force, user_id=user_id or 0).first()


def comments_of(article_id: int, limit: int = 20) -> list[ArticleFeedback]:
    """Return what people wrote about an article, newest first."""
    rows = ArticleFeedback.objects.filter(article_id=article_id).exclude(comment="")
    return list(rows.order_by("-at")[:limit])


def newest(today: date, limit: int) -> list[Article]:
    """Return the articles that were published last."""
    return list(Article.objects.filter(readable(today)).order_by("-updated_at", "-pk")[:limit])


def most_used(today: date, limit: int) -> list[Article]:
    """Return the articles that were put into answers most."""
    return list(Article.objects.filter(readable(today)).order_by("-uses", "-pk")[:limit])
