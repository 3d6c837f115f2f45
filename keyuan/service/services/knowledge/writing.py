"""Writing articles: new ones, drafts of the next version, restored ones, and who answers for them (SRV-6)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Invalid, Refused
from keyuan.platform import people
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.numbers import allocate
from keyuan.products.selectors import product_names
from keyuan.service import permissions
from keyuan.service.models import Article, ArticleVersion, KnowledgeCategory, SearchMiss
from keyuan.service.rules.knowledge import life
from keyuan.service.selectors.knowledge.articles import access_article, version_of
from keyuan.service.services.knowledge.indexing import index, show_version

KIND, NUMBERS = "article", "knowledge"
MOST_TAGS, LONGEST_TAG = 10, 20


@dataclass(frozen=True, slots=True)
class Text:
    """What a version says."""

    title: str
    body: str
    summary: str = ""
    tags: tuple[str, ...] = ()
    audience: str = life.INSIDE
    valid_from: date | None = None
    valid_until: date | None = None
    product_ids: tuple[int, ...] = ()
    note: str = ""


def _checked(text: Text, kind: str) -> Text:
    """Return the text as it is kept, or raise Invalid with everything that is wrong."""
    errors: list[Refused] = []
    tags = tuple(dict.fromkeys(tag.strip()[:LONGEST_TAG] for tag in text.tags if tag.strip()))
    longest = life.LONGEST_ANSWER if kind == life.ANSWER else life.LONGEST_BODY
    if not text.title.strip():
        errors.append(Refused("knowledge.title", field="title"))
    if not text.body.strip():
        errors.append(Refused("knowledge.body", field="body"))
    if len(text.body) > longest:
        errors.append(Refused("knowledge.body_long", field="body", most=longest))
    if text.audience not in life.AUDIENCES:
        errors.append(Refused("knowledge.audience", field="audience"))
    if text.valid_from and text.valid_until and text.valid_until < text.valid_from:
        errors.append(Refused("knowledge.validity", field="valid_until"))
    if len(tags) > MOST_TAGS:
        errors.append(Refused("knowledge.tags", field="tags", most=MOST_TAGS))
    if set(text.product_ids) - set(product_names(list(text.product_ids))):
        errors.append(Refused("knowledge.product", field="products"))
    if errors:
        raise Invalid(errors)
    values = asdict(text) | {"tags": tags, "title": text.title.strip()[:120], "summary": text.summary.strip()[:300]}
    return Text(**values | {"body": text.body.strip(), "note": text.note.strip()[:200]})


def _category(category_id: int) -> KnowledgeCategory:
    found = KnowledgeCategory.objects.filter(pk=category_id, is_active=True).first()
    if found is None:
        raise Refused("knowledge.category", field="category")
    return found


def create_article(
    *, actor: Actor, kind: str, category_id: int, text: Text, review_on: date | None, now: datetime,
    miss_id: int | None = None,
) -> Article:  # fmt: skip
    """Begin an article or an official answer with the draft of its first version; the writer owns it.

    ``miss_id`` is the unanswered search that it answers. Raises Invalid with what is missing, Refused for the category.
    """
    actor.require(permissions.KNOWLEDGE_WRITE)
    if kind not in life.KINDS:
        raise Refused("knowledge.kind", field="kind")
    kept = _checked(text, kind)
    with transaction.atomic():
        article = Article(
            number=allocate(NUMBERS, 1)[0], kind=kind, category=_category(category_id), owner_id=actor.id,
            owner_name=actor.name[:80], review_on=review_on, updated_at=now, created_at=now,
        )  # fmt: skip
        version = _version(article, 1, kept, actor, now)
        show_version(article, version)
        article.save()
        version.article = article
        version.save()
        index(article, version)
        if miss_id is not None:
            SearchMiss.objects.filter(pk=miss_id).update(state="WRITTEN", article=article)
        _trail(actor, article, {"title": article.title, "version": 1}, now, Action.CREATE)
    return article


def _version(article: Article, number: int, text: Text, actor: Actor, now: datetime) -> ArticleVersion:
    return ArticleVersion(
        article=article, number=number, title=text.title, summary=text.summary, body=text.body, tags=list(text.tags),
        audience=text.audience, valid_from=text.valid_from, valid_until=text.valid_until,
        product_ids=list(text.product_ids), note=text.note, written_by_id=actor.id, written_by_name=actor.name[:80],
        writers=[actor.id], written_at=now,
    )  # fmt: skip


def _trail(
    actor: Actor, article: Article, after: dict[str, object], now: datetime, action: Action = Action.UPDATE
) -> None:
    record(actor, action, Subject(KIND, article.pk), after=after, now=now)


def save_draft(*, actor: Actor, article_id: int, text: Text, revision: int, now: datetime) -> ArticleVersion:
    """Save the draft of the next version; ``revision`` is the one that was read, 0 for a draft that is begun.

    Raises Conflict when somebody saved in the meantime or the draft was submitted, Invalid with what is wrong.
    """
    actor.require(permissions.KNOWLEDGE_WRITE)
    with transaction.atomic():
        article = access_article(actor, article_id, today=now.date(), lock=True)
        kept = _checked(text, article.kind)
        version = article.versions.filter(state__in=life.OPEN).first()
        if version is None and revision == 0:
            last = article.versions.order_by("-number").values_list("number", flat=True).first() or 0
            version = _version(article, last + 1, kept, actor, now)
        elif version is None or version.state != life.DRAFT or version.revision != revision:
            by = version.written_by_name if version else ""
            raise Conflict("knowledge.moved_on", field="body", by=by)
        else:
            _rewrite(version, kept, actor, now)
        version.save()
        if not article.number_in_force:
            show_version(article, version)
            index(article, version)
        article.updated_at = now if not article.number_in_force else article.updated_at
        article.save()
        _trail(actor, article, {"draft": version.number, "revision": version.revision}, now)
    return version


def _rewrite(version: ArticleVersion, text: Text, actor: Actor, now: datetime) -> None:
    values = asdict(text) | {"tags": list(text.tags), "product_ids": list(text.product_ids)}
    for name, value in values.items():
        setattr(version, name, value)
    version.revision += 1
    version.written_by_id, version.written_by_name, version.written_at = actor.id, actor.name[:80], now
    version.writers = sorted({*version.writers, actor.id or 0})


def restore(*, actor: Actor, article_id: int, number: int, now: datetime) -> ArticleVersion:
    """Begin a draft that says what version ``number`` said. Raises Conflict while another draft is open."""
    actor.require(permissions.KNOWLEDGE_WRITE)
    with transaction.atomic():
        article = access_article(actor, article_id, today=now.date(), lock=True)
        if article.versions.filter(state__in=life.OPEN).exists():
            raise Conflict("knowledge.draft_open")
        old = version_of(article_id, number)
        last = article.versions.order_by("-number").values_list("number", flat=True)[0]
        text = Text(
            old.title, old.body, old.summary, tuple(old.tags), old.audience, old.valid_from, old.valid_until,
            tuple(old.product_ids), f"V{number}",
        )  # fmt: skip
        version = _version(article, last + 1, text, actor, now)
        version.save()
        _trail(actor, article, {"restored": number, "draft": version.number}, now)
    return version


def discard_draft(*, actor: Actor, article_id: int, revision: int, now: datetime) -> None:
    """Throw the open draft away; an article that was never published goes with it as withdrawn.

    Raises Conflict when it was saved or submitted in the meantime.
    """
    actor.require(permissions.KNOWLEDGE_WRITE)
    with transaction.atomic():
        article = access_article(actor, article_id, today=now.date(), lock=True)
        version = article.versions.filter(state=life.DRAFT).first()
        if version is None or version.revision != revision:
            raise Conflict("knowledge.moved", by=version.written_by_name if version else "")
        version.state = life.WITHDRAWN
        version.save(update_fields=["state"])
        if not article.number_in_force:
            article.state, article.updated_at = life.WITHDRAWN, now
            article.save(update_fields=["state", "updated_at"])
        _trail(actor, article, {"discarded": version.number}, now)


def set_custody(
    *, actor: Actor, article_ids: Sequence[int], owner_id: int | None, review_on: date | None,
    category_id: int | None, now: datetime,
) -> int:  # fmt: skip
    """Set owner, review date and category of articles, those that are given; return how many. Raises Refused."""
    actor.require(permissions.KNOWLEDGE_WRITE)
    name = people.names_of([owner_id]).get(owner_id, "") if owner_id else ""
    if owner_id and not name:
        raise Refused("knowledge.owner", field="owner")
    with transaction.atomic():
        category = _category(category_id) if category_id else None
        rows = list(Article.objects.select_for_update(of=("self",)).filter(pk__in=list(article_ids)))
        for article in rows:
            if owner_id:
                article.owner_id, article.owner_name = owner_id, name[:80]
            if review_on:
                article.review_on, article.reminded_on = review_on, None
            if category:
                article.category = category
            article.version += 1
            article.save()
            _trail(actor, article, {"owner": article.owner_name, "review_on": article.review_on}, now)
    return len(rows)
