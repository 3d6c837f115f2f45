"""Reading the set-up of the knowledge base: categories with their articles, synonyms."""

from typing import Any

from django.db.models import Count

from keyuan.kernel.errors import NotFound
from keyuan.service.models import Article, KnowledgeCategory, Synonyms
from keyuan.service.selectors.knowledge.articles import categories

MODELS: dict[str, Any] = {"category": KnowledgeCategory, "synonyms": Synonyms}


def categories_with_counts() -> list[tuple[KnowledgeCategory, int]]:
    """Return every category with how many articles stand in it."""
    counts = dict(Article.objects.order_by().values_list("category_id").annotate(n=Count("pk")))
    return [(node, counts.get(node.pk, 0)) for node in categories(active=False)]


def synonym_rows() -> list[Synonyms]:
    """Return every group of synonyms."""
    return list(Synonyms.objects.order_by("pk"))


def entry(part: str, pk: int) -> Any:
    """Return one entry. Raises NotFound."""
    found = MODELS[part].objects.filter(pk=pk).first()
    if found is None:
        raise NotFound("setup.not_found")
    return found
