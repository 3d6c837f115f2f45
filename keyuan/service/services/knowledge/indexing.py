"""Keeping what articles are found by, in the transaction that changes them (SRV-6)."""

from django.db import transaction

from keyuan.service.models import Article, ArticleProduct, ArticleTerm, ArticleVersion
from keyuan.service.rules.knowledge import life
from keyuan.service.rules.knowledge.markup import as_plain
from keyuan.service.rules.knowledge.terms import fold, terms_of

CHUNK = 500


def show_version(article: Article, version: ArticleVersion) -> None:
    """Let ``article`` repeat what ``version`` says and be found by it; the caller saves the article."""
    article.title, article.summary, article.tags = version.title, version.summary, version.tags
    article.audience = version.audience
    article.valid_from, article.valid_until = version.valid_from, version.valid_until
    article.plain = version.body if article.kind == life.ANSWER else as_plain(version.body)
    article.folded = fold("\n".join([article.title, *article.tags, article.summary, article.plain]))


def index(article: Article, version: ArticleVersion) -> None:
    """Replace terms and products of an article by those of ``version``, touching only what differs."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an index changes with its text")
    wanted = {
        (term.place, term.gram) for term in terms_of(article.title, article.tags, f"{article.summary}\n{article.plain}")
    }
    there = {(place, gram): pk for place, gram, pk in
             ArticleTerm.objects.filter(article=article).values_list("place", "gram", "pk")}  # fmt: skip
    gone = [pk for key, pk in there.items() if key not in wanted]
    for start in range(0, len(gone), CHUNK):
        ArticleTerm.objects.filter(pk__in=gone[start : start + CHUNK]).delete()
    fresh = sorted(wanted - there.keys())
    ArticleTerm.objects.bulk_create(
        [ArticleTerm(place=place, gram=gram, article=article) for place, gram in fresh], batch_size=CHUNK
    )
    _tie_products(article, set(version.product_ids))


def _tie_products(article: Article, wanted: set[int]) -> None:
    ties = ArticleProduct.objects.filter(article=article)
    there = set(ties.values_list("product_id", flat=True))
    ties.exclude(product_id__in=wanted).delete()
    ArticleProduct.objects.bulk_create(
        [ArticleProduct(article=article, product_id=pk) for pk in sorted(wanted - there)]
    )
